"""The supervisor's page and the agent's side of it, in Chromium, on a running centre: what is pressed in the page is
what caller, agent and supervisor hear."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium, tone_file
from tests.scenarios.desks import Person, leave_seat, shot, sign_in, take_seat
from tests.scenarios.floor import HEALTH, KITCHEN, PATIENCE, Agent, Floor, until
from tests.telephony.worlds import AGENT_TONE, CALLER_TONE, SUPERVISOR_TONE, RealParty

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(300)]

LONG = PATIENCE * 1000  # milliseconds; only a failing test waits that long

# What the page plays: which of these frequencies stand out from the rest (dB) of the caller's or agent's voice.
_LISTEN = """async (tones) => {
  const stream = document.querySelector('[data-testid=remote-audio]').srcObject;
  if (!stream) return tones.map(() => -200);
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 16384;
  analyser.smoothingTimeConstant = 0;
  context.createMediaStreamSource(stream).connect(analyser);
  await new Promise((resolve) => setTimeout(resolve, 600));
  const found = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(found);
  const width = context.sampleRate / analyser.fftSize;
  await context.close();
  const near = (tone) => found.slice(Math.round(tone / width) - 3, Math.round(tone / width) + 4);
  return tones.map((tone) => Math.max(...near(tone), -200));
}"""


async def hears(person: Person, *tones: float) -> None:
    """Wait until the page's phone plays all these tones."""
    said: list[Any] = []

    async def plays() -> bool:
        said.append(await person.page.evaluate(_LISTEN, list(tones)))
        return all(level > -60 for level in said[-1])

    try:
        await until(plays, f"the page plays {tones}")
    except AssertionError:
        raise AssertionError(f"the page does not play {tones}: {said[-5:]}") from None


def row_of(supervisor: Person, agent: Agent) -> Locator:
    return supervisor.page.locator(f"[data-testid=floor-agent][data-agent='{agent.id}']")


async def to_floor(supervisor: Person) -> None:
    """Open the floor and take a seat there."""
    await supervisor.page.goto("/floor")
    await expect(supervisor.at("figures")).to_be_visible()
    await supervisor.at("floor-take-seat").click()
    await expect(supervisor.at("phone-status")).to_have_attribute("data-status", "registered", timeout=LONG)


async def menu(supervisor: Person, row: Locator, act: str) -> None:
    """Choose from a row's context menu."""
    await row.click(button="right")
    await supervisor.at(f"menu-{act}").click()


async def confirm(supervisor: Person) -> None:
    await supervisor.page.locator(".ant-modal-confirm-btns .ant-btn-dangerous").click()


async def test_a_supervisor_listens_whispers_barges_and_ends_a_call(
    centre: Centre, floor: Floor, tmp_path: Path
) -> None:
    async with chromium(tone_file(tmp_path / "supervisor.wav", SUPERVISOR_TONE)) as browser:
        agent = await floor.seat("agent05")
        caller = await floor.call(KITCHEN)
        await agent.talks(caller)
        phone = RealParty(await agent.conversation())
        waiting = await floor.call(HEALTH)
        await floor.waits(waiting)

        boss = await sign_in(browser, centre.url, centre.logins, "supervisor1")
        await to_floor(boss)
        row = row_of(boss, agent)
        await expect(row).to_have_attribute("data-state", "talking")
        await expect(row.get_by_test_id("row-number")).to_contain_text(caller.number[-4:])
        await expect(row.get_by_test_id("row-phone")).to_have_attribute("data-ok", "true")
        await expect(boss.at("waiting-call")).to_have_count(1)
        await expect(boss.at("figure-waiting")).to_contain_text("1")

        await row.get_by_test_id("act-listen").click()
        bar = boss.at("supervision")
        await expect(bar).to_have_attribute("data-connecting", "false", timeout=LONG)
        await hears(boss, CALLER_TONE, AGENT_TONE)
        await expect(row).to_have_attribute("data-mine", "listen")
        await phone.hears("caller")
        await caller.hears("agent")
        await shot(boss.page, "floor")

        # a reload brings the page's phone back into the call, by itself
        await boss.page.reload()
        await expect(bar).to_have_attribute("data-connecting", "false", timeout=LONG)
        await hears(boss, CALLER_TONE, AGENT_TONE)

        await boss.at("supervise-whisper").click()
        await expect(bar).to_have_attribute("data-mode", "whisper")
        await phone.hears("caller+supervisor")
        await caller.hears("agent")

        await boss.at("supervise-barge").click()
        await expect(bar).to_have_attribute("data-mode", "barge")
        await caller.hears("agent+supervisor")
        await phone.hears("caller+supervisor")
        await hears(boss, CALLER_TONE, AGENT_TONE)

        await boss.at("supervise-end").click()
        await expect(bar).to_be_hidden(timeout=LONG)
        await caller.hears("agent")

        # by the keyboard: the row, then the key; what cannot be taken back is asked first
        await row.click()
        await boss.page.keyboard.press("x")
        await confirm(boss)
        await caller.over()
        await agent.is_("wrap_up")
        await expect(row).to_have_attribute("data-state", "wrap_up")
        await agent.write_up()
        await leave_floor(boss)


async def leave_floor(supervisor: Person) -> None:
    await supervisor.page.goto("/desk")
    await leave_seat(supervisor)


async def test_a_waiting_call_is_picked_up_and_a_talking_one_taken_over(
    centre: Centre, floor: Floor, tmp_path: Path
) -> None:
    async with chromium(tone_file(tmp_path / "supervisor.wav", SUPERVISOR_TONE)) as browser:
        boss = await sign_in(browser, centre.url, centre.logins, "supervisor1")
        await to_floor(boss)
        caller = await floor.call(KITCHEN)
        await floor.waits(caller)
        await boss.at("waiting-call").get_by_test_id("act-pick_up").click()
        await expect(boss.at("call-bar")).to_have_attribute("data-state", "talking", timeout=LONG)
        await caller.hears("supervisor")
        await hears(boss, CALLER_TONE)
        await caller.hang_up()
        await dispose(boss)

        agent = await floor.seat("agent05")
        other = await floor.call(KITCHEN)
        await agent.talks(other)
        await boss.page.goto("/floor")
        row = row_of(boss, agent)
        await expect(row).to_have_attribute("data-state", "talking")
        await menu(boss, row, "take_over")
        # the supervisor stands at the desk with the caller; the agent writes up
        await expect(boss.at("call-bar")).to_have_attribute("data-state", "talking", timeout=LONG)
        await expect(boss.page).to_have_url(re.compile("/desk$"))
        await other.hears("supervisor")
        await agent.is_("wrap_up")
        await boss.at("hang-up").click()
        await dispose(boss)
        await agent.write_up()
        await leave_seat(boss)


async def dispose(person: Person) -> None:
    await expect(person.at("wrap-up")).to_be_visible(timeout=LONG)
    await person.page.keyboard.press("1")
    await person.at("finish-wrap-up").click()
    await expect(person.at("wrap-up")).to_be_hidden(timeout=LONG)


async def test_an_agent_asks_for_help_consults_a_colleague_and_makes_a_conference(
    centre: Centre, floor: Floor, tmp_path: Path
) -> None:
    async with chromium(tone_file(tmp_path / "agent.wav", SUPERVISOR_TONE)) as browser:
        boss = await sign_in(browser, centre.url, centre.logins, "supervisor1", wide=False)
        await boss.page.goto("/floor")
        agent = await sign_in(browser, centre.url, centre.logins, "agent02")
        await take_seat(agent)
        caller = await floor.call(KITCHEN)
        await expect(agent.at("offer")).to_be_visible(timeout=LONG)
        await agent.page.keyboard.press("F2")
        await expect(agent.at("call-bar")).to_have_attribute("data-state", "talking", timeout=LONG)

        await agent.page.keyboard.press("Alt+h")
        await expect(agent.at("help")).to_have_attribute("data-raised", "true")
        row = boss.page.locator("[data-testid=floor-agent][data-help=true]")
        await expect(row).to_have_count(1)
        await expect(boss.at("figure-help")).to_have_attribute("data-help", "true")
        await shot(boss.page, "floor-help")
        await row.get_by_test_id("act-answer_help").click()
        await expect(agent.at("help")).to_have_attribute("data-raised", "false")
        await boss.page.locator("[data-testid=floor-agent][data-state=talking]").click()
        await boss.page.keyboard.press("m")
        await boss.at("message-text").fill("可以送一个锅盖")
        await boss.at("send-message").click()
        await expect(agent.at("message-body")).to_have_text("可以送一个锅盖")
        await agent.page.reload()  # it stays until it has been read
        await expect(agent.at("message-body")).to_have_text("可以送一个锅盖")
        await hears(agent, CALLER_TONE)  # the page's phone is back in the call: it can consult again
        await expect(agent.at("consult")).to_be_enabled(timeout=LONG)
        await agent.page.keyboard.press("Alt+y")
        await expect(agent.at("message")).to_have_count(0)

        colleague = await floor.seat("agent05")
        resting = await floor.seat("agent06", ready=False)
        await agent.page.keyboard.press("Alt+c")
        await expect(agent.at("consult-agent")).to_have_count(2)
        await expect(agent.at("consult-agent").nth(1)).to_be_disabled()  # not ready: to be seen, not to be chosen
        await agent.page.keyboard.press("Enter")
        await expect(agent.at("consult-bar")).to_have_attribute("data-state", "talking", timeout=LONG)
        asked = RealParty(await colleague.conversation())
        await asked.hears("supervisor")  # the tone of the page's microphone
        await hears(agent, AGENT_TONE)
        await caller.hears("music")
        await shot(agent.page, "consult")
        await agent.at("consult-conference").click()
        await expect(agent.at("consult-bar")).to_have_attribute("data-state", "conference", timeout=LONG)
        await caller.hears("agent+supervisor")
        await asked.hears("caller+supervisor")
        await hears(agent, AGENT_TONE, CALLER_TONE)
        await agent.page.keyboard.press("Alt+1")
        await expect(agent.at("consult-bar")).to_be_hidden(timeout=LONG)
        await caller.hears("supervisor")

        await agent.page.keyboard.press("Alt+c")
        await expect(agent.at("consult-agent").first).to_be_enabled(timeout=LONG)
        await agent.page.keyboard.press("Enter")
        await expect(agent.at("consult-bar")).to_have_attribute("data-state", "talking", timeout=LONG)
        await agent.page.keyboard.press("Alt+2")
        await expect(agent.at("wrap-up")).to_be_visible(timeout=LONG)
        await colleague.talks(caller)
        await caller.hears("agent")
        await dispose(agent)
        await caller.hang_up()
        await colleague.write_up()
        await leave_seat(agent)
        await resting.leave()
        await asyncio.gather(boss.close(), agent.close())
