"""The agent's seat and what supervisors do to it, in Chromium on a running centre: checks before the shift, limits, the
recording's pause, force transfer, states set by a supervisor, moves between queues, and a network that goes away."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium, tone_file
from tests.scenarios.desks import Person, leave_seat, shot, sign_in, take_seat
from tests.scenarios.floor import KITCHEN, Floor, until
from tests.scenarios.test_floor_page import LONG, confirm, dispose, hears, menu, row_of
from tests.telephony.worlds import CALLER_TONE, SUPERVISOR_TONE

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_supervisor_passes_calls_on_sets_states_writes_and_moves_agents(centre: Centre, floor: Floor) -> None:
    async with chromium() as browser:
        agent = await floor.seat("agent05")
        caller = await floor.call(KITCHEN)
        await agent.talks(caller)
        other = await floor.seat("agent06")
        boss = await sign_in(browser, centre.url, centre.logins, "supervisor1")
        await boss.page.goto("/floor")
        row, second = row_of(boss, agent), row_of(boss, other)
        await expect(row).to_have_attribute("data-state", "talking")

        # force transfer, by the keyboard: the row, the key, the name, Enter
        await row.click()
        await boss.page.keyboard.press("f")
        await boss.at("force-search").fill("agent06")
        if await boss.at("force-agent").count() == 0:
            await boss.at("force-search").fill("")
        await boss.at("force-agent").first.click()
        await other.talks(caller)
        await agent.is_("wrap_up")
        await caller.hears("agent")
        await caller.hang_up()
        await other.write_up()

        # set ready, not ready (with its reason), and the break's countdown on the floor
        await menu(boss, row, "set_ready")
        await agent.is_("ready")
        await menu(boss, second, "set_not_ready")
        await boss.at("why-break").click()
        await other.is_("not_ready")
        assert other.reason == "break"
        await expect(second.get_by_test_id("row-break")).to_be_visible()
        await shot(boss.page, "floor-break")

        # a message to everybody
        await boss.at("message-all").click()
        await boss.at("message-text").fill("十分钟后有广告")
        await boss.at("send-message").click()
        await asyncio.wait_for(agent.desk.expect("message"), LONG / 1000)
        await asyncio.wait_for(other.desk.expect("message"), LONG / 1000)

        # moved between queues for today: the call goes to whoever has the skill now
        await menu(boss, row, "move_agent")
        skill = boss.at("move-skill").filter(has_text="厨房").first
        await skill.locator("input[type=checkbox]").uncheck()
        await boss.at("save-move").click()
        await expect(boss.at("move-agent")).to_be_hidden()
        office = await floor.offices.of("supervisor1")
        held = (await office.get(f"/api/floor/agents/{agent.id}/skills"))["skills"]
        taken = next(one for one in held if "厨房" in one["name"])
        assert taken["level"] is None and taken["own"] is not None and taken["until"] is not None
        back = {"changes": [{"skill_id": taken["skill_id"], "level": taken["own"]}], "until": "changed"}
        try:
            waiting = await floor.call(KITCHEN)
            await floor.waits(waiting)
            assert not [offer for offer in agent.offers if offer["number"] == waiting.number]
        finally:
            await office.ask("PUT", f"/api/floor/agents/{agent.id}/skills", json=back)
        await agent.talks(waiting)  # given back, the waiting call comes at once
        await waiting.hang_up()
        await agent.write_up()

        await menu(boss, second, "set_signed_out")
        await confirm(boss)
        await other.is_("signed_out")
        await boss.close()


async def test_an_administrator_watches_the_floor_and_can_do_nothing_there(centre: Centre, floor: Floor) -> None:
    async with chromium() as browser:
        agent = await floor.seat("agent05")
        admin = await sign_in(browser, centre.url, centre.logins, "admin")
        await admin.page.goto("/floor")
        await expect(row_of(admin, agent)).to_have_attribute("data-state", "ready")
        await expect(admin.at("only-watching")).to_be_visible()
        await row_of(admin, agent).click(button="right")
        await expect(admin.at("menu-set_not_ready")).to_have_count(0)
        await admin.close()


async def test_the_headset_is_checked_and_the_recording_paused(centre: Centre, floor: Floor, tmp_path: Path) -> None:
    async with chromium(tone_file(tmp_path / "agent.wav", SUPERVISOR_TONE)) as browser:
        agent = await sign_in(browser, centre.url, centre.logins, "agent02", wide=False)
        await agent.at("seat-browser").click()
        await agent.at("sound-check").click()
        await expect(agent.at("microphone-verdict")).to_have_attribute("data-verdict", "micFine", timeout=LONG)
        await agent.at("record-and-listen").click()
        await expect(agent.at("record-and-listen")).to_have_attribute("data-busy", "play", timeout=LONG)
        await expect(agent.at("record-and-listen")).to_have_attribute("data-busy", "", timeout=LONG)
        await agent.at("test-tone").click()
        await agent.at("tone-not-heard").click()
        await expect(agent.at("speaker-verdict")).to_be_visible()
        await shot(agent.page, "sound-check")
        await agent.page.keyboard.press("Escape")
        await take_seat(agent)

        caller = await floor.call(KITCHEN)
        await expect(agent.at("offer")).to_be_visible(timeout=LONG)
        await agent.page.keyboard.press("F2")
        await expect(agent.at("call-bar")).to_have_attribute("data-state", "talking", timeout=LONG)
        await caller.hears("supervisor")
        await agent.page.keyboard.press("F10")
        await expect(agent.at("pause-recording")).to_have_attribute("data-paused", "true")
        await shot(agent.page, "pause-recording")
        await caller.hears("supervisor")
        await agent.page.keyboard.press("F10")
        await expect(agent.at("pause-recording")).to_have_attribute("data-paused", "false")
        await caller.hang_up()
        await expect(agent.at("wrap-up")).to_be_visible(timeout=LONG)
        await expect(agent.at("extend-wrap-up")).to_have_attribute("data-left", "2")
        await agent.page.keyboard.press("Alt+e")
        await expect(agent.at("extend-wrap-up")).to_have_attribute("data-left", "1")
        await dispose(agent)
        await leave_seat(agent)
        await agent.close()


def network_of(browser_folder: str) -> int:
    """The process of this test's browser through which all its packets go."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if "network.mojom.NetworkService" in command and browser_folder in command:
            return int(folder.name)
    raise AssertionError("no network process of this browser")


async def cut(person: Person, pid: int) -> None:
    """The network goes away: no packet in or out, of pages, sockets and sound alike."""
    await person.context.set_offline(True)
    os.kill(pid, signal.SIGSTOP)


async def mend(person: Person, pid: int) -> None:
    os.kill(pid, signal.SIGCONT)
    await person.context.set_offline(False)


async def test_a_call_outlives_a_network_that_goes_away_for_some_seconds(
    centre: Centre, floor: Floor, tmp_path: Path
) -> None:
    microphone = tone_file(tmp_path / "agent.wav", SUPERVISOR_TONE)
    async with chromium(microphone) as browser:
        agent = await sign_in(browser, centre.url, centre.logins, "agent02")
        await take_seat(agent)
        caller = await floor.call(KITCHEN)
        await expect(agent.at("offer")).to_be_visible(timeout=LONG)
        await agent.page.keyboard.press("F2")
        await expect(agent.at("call-bar")).to_have_attribute("data-state", "talking", timeout=LONG)
        contact = await agent.at("call-bar").get_attribute("data-contact")
        await caller.hears("supervisor")
        await hears(agent, CALLER_TONE)

        pid = network_of("--user-data-dir=" + (await profile(browser)))
        await cut(agent, pid)
        try:
            await expect(agent.at("desk-offline")).to_be_visible(timeout=LONG)
            await expect(agent.at("quality")).to_have_attribute("data-state", "silent", timeout=LONG)
            await shot(agent.page, "network-away")
        finally:
            await mend(agent, pid)
        await expect(agent.at("desk-offline")).to_be_hidden(timeout=LONG)
        await caller.hears("supervisor")
        await hears(agent, CALLER_TONE)
        await expect(agent.at("quality")).to_be_hidden(timeout=LONG)

        # the edge dies as well: desk and SIP socket break, the sound does not, and everything works afterwards
        was = await floor.kill("edge")
        await expect(agent.at("desk-disconnected")).to_be_visible(timeout=LONG)
        await caller.hears("supervisor")
        await floor.well("edge", was)
        await expect(agent.at("desk-disconnected")).to_be_hidden(timeout=LONG)
        await expect(agent.at("phone-status")).to_have_attribute("data-status", "registered", timeout=LONG)
        await expect(agent.at("call-bar")).to_have_attribute("data-contact", contact or "")
        await agent.page.keyboard.press("F9")
        await caller.hears("music")
        await agent.page.keyboard.press("F9")
        await caller.hears("supervisor")
        await hears(agent, CALLER_TONE)
        await agent.at("hang-up").click()
        await dispose(agent)
        await leave_seat(agent)
        found = await floor.ended(caller)
        assert found["id"] == contact and found["outcome"] == "answered" and found["quality"] == "silent"
        await agent.close()


async def profile(browser: object) -> str:
    """The folder in which this test's browser keeps its things."""

    async def named() -> str | None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            found = [word.partition("=")[2] for word in words if word.startswith("--user-data-dir=")]
            if found and "--type=" not in " ".join(words) and _is_ours(parent):
                return found[0]
        return None

    return await until(named, "the browser's folder is known")


def _is_ours(pid: int) -> bool:
    """Whether a process descends from this one."""
    while pid > 1:
        if pid == os.getpid():
            return True
        try:
            pid = int((Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            return False
    return False
