"""The main job, whole: a caller with a tone on the line, an agent in Chromium, an order, two audits, a label that
can be read, a recording with both tones, a wallboard that counted it, and a journal that replays."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
import soundfile
import zxingcpp
from playwright.async_api import expect
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium, tone_file
from tests.fixtures.tones import heard, spans, strength
from tests.scenarios.desks import SCREENSHOTS, Person, leave_seat, shot, sign_in, take_seat, write_order

from zuoxi.telephony.phone import tone
from zuoxi.telephony.sipp import SippCallers, SippPlan

CALLER_TONE, AGENT_TONE = 1700.0, 2300.0  # neither is in the waiting music
CALLER = "13957100871"
HOTLINE = "4008001111"
AGENT = "agent03"

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(300)]


async def until(ask: Callable[[], Awaitable[Any]], *, what: str, seconds: float = 30.0) -> Any:
    """Ask again until the answer is there (for what only an HTTP interface can tell)."""
    async with asyncio.timeout(seconds):
        while not (answer := await ask()):  # noqa: ASYNC110 (no event reaches us through HTTP)
            await asyncio.sleep(0.2)
    assert answer, what
    return answer


async def figure(wallboard: Person, name: str) -> int:
    return int(await wallboard.at(name).inner_text())


async def test_from_the_tv_screen_to_the_waybill(centre: Centre, tmp_path: Path) -> None:
    microphone = tone_file(tmp_path / "agent.wav", AGENT_TONE)
    async with chromium(microphone) as browser:
        board = await sign_in(browser, centre.url, centre.logins, "supervisor1")
        await board.page.goto("/wallboard")
        await expect(board.at("total-offered")).to_be_visible()
        before = {name: await figure(board, f"total-{name}") for name in ("offered", "answered")}

        agent = await sign_in(browser, centre.url, centre.logins, AGENT)
        await take_seat(agent)

        server = ("127.0.0.1", centre.settings.ports.sip)
        plan = SippPlan(server, [(CALLER, HOTLINE)], sound=tone(CALLER_TONE, 4.0))
        async with SippCallers(plan) as callers:
            order, contact = await converse(agent)
            await callers.reached("over")
        await expect(board.at("total-answered")).to_have_text(str(before["answered"] + 1), timeout=5_000)
        await expect(board.at("total-offered")).to_have_text(str(before["offered"] + 1))
        await shot(board.page, "wallboard")
        await leave_seat(agent)
        await agent.close()

        await audit(await sign_in(browser, centre.url, centre.logins, "auditor1"), order)
        waybill = await dispatch(await sign_in(browser, centre.url, centre.logins, "dispatcher1"), order)
        assert waybill
        await recording(board, contact)
    await replay(centre)


async def replay(centre: Centre) -> None:
    """The journal, replayed by the same router in another process, gives the identical commands."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "zuoxi.contacts.live.replay", "--data", str(centre.data),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    assert "equal" in said


async def converse(agent: Person) -> tuple[str, str]:
    """Answer, talk, write the order (with a reload in the middle of the call), hang up, dispose. Returns the order's
    number and the contact."""
    await expect(agent.at("offer")).to_be_visible(timeout=20_000)
    await expect(agent.at("offer-number")).to_contain_text(CALLER[-4:])
    await expect(agent.at("offer-pop")).to_have_attribute("data-loaded", "true")
    await agent.at("answer").click()
    await expect(agent.at("call-bar")).to_be_visible()
    await talk_on(agent, 2)
    await write_order(agent, "锅", "文三路 99 号 3 幢 201 室")
    await expect(agent.at("draft-status").last).to_have_attribute("data-status", "saved")
    await shot(agent.page, "desk")

    await agent.page.reload()
    await expect(agent.at("call-bar")).to_be_visible(timeout=20_000)
    await expect(agent.at("order-line")).to_have_count(1)
    await expect(agent.at("street")).to_have_value("文三路 99 号 3 幢 201 室")
    await expect(agent.at("call-bar")).to_have_attribute("data-state", "talking", timeout=20_000)
    await talk_on(agent, 5)

    await agent.page.keyboard.press("Control+Enter")
    placed = agent.at("order-placed")
    await expect(placed).to_be_visible()
    number = await placed.get_attribute("data-number")
    await agent.at("hang-up").click()
    wrap_up = agent.at("wrap-up")
    await expect(wrap_up).to_be_visible()
    contact = await wrap_up.get_attribute("data-contact")
    await agent.page.keyboard.press("1")
    await agent.at("finish-wrap-up").click()
    await expect(wrap_up).to_be_hidden()
    await expect(agent.page.locator("[data-testid=agent-state][data-state=ready]")).to_be_visible()
    assert number and contact
    return number, contact


async def talk_on(agent: Person, seconds: int) -> None:
    """Let the conversation go on by the page's own timer: both voices are wanted on the recording."""

    async def shown() -> int:
        minutes, rest = (await agent.at("call-timer").inner_text()).split()[0].split(":")
        return int(minutes) * 60 + int(rest)

    begun = await shown()

    async def enough() -> bool:
        return await shown() >= begun + seconds

    await until(enough, what="the call's timer stands still")


async def choose(person: Person, number: str) -> None:
    """Open one order in a review's queue."""
    await person.at("review-entry").filter(has_text=number).click()
    await expect(person.at("review-detail")).to_have_attribute("data-order", number)


async def audit(auditor: Person, number: str) -> None:
    """The first audit, in the page, with the recording beside it."""
    await auditor.page.goto("/audit")
    await choose(auditor, number)
    await expect(auditor.at("recording").first).to_be_visible(timeout=30_000)
    await shot(auditor.page, "audit")
    await auditor.at("approve").click()
    await expect(auditor.at("review-entry").filter(has_text=number)).to_have_count(0)
    await auditor.close()


async def dispatch(dispatcher: Person, number: str) -> str:
    """The dispatch audit in the page, then the waybill and its label, whose code is read back."""
    await dispatcher.page.goto("/dispatch")
    await choose(dispatcher, number)
    await dispatcher.at("approve").click()
    await expect(dispatcher.at("review-entry").filter(has_text=number)).to_have_count(0)
    found = (await dispatcher.api("GET", f"/api/orders?q={number}"))["items"][0]
    assert found["state"] == "cleared"
    couriers = await dispatcher.api("GET", "/api/couriers")
    made = await dispatcher.api(
        "POST", "/api/waybills", data={"order_ids": [found["id"]], "courier_id": couriers[0]["id"]}
    )
    waybill = made[0]
    pdf = await dispatcher.api("GET", f"/api/waybills/labels.pdf?ids={waybill['id']}")
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    width, height = document[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (100, 150)
    picture = document[0].render(scale=4).to_pil()
    if SCREENSHOTS.is_dir():
        picture.resize((picture.width // 2, picture.height // 2)).save(SCREENSHOTS / "label.png")
    codes = {str(code.format): code.text for code in zxingcpp.read_barcodes(np.asarray(picture.convert("L")))}
    assert waybill["number"] in codes.values(), codes
    assert any(number in text for text in codes.values()), codes
    await dispatcher.close()
    return str(waybill["number"])


async def recording(listener: Person, contact: str) -> None:
    """The finished recording: each voice on its own channel."""

    async def finished() -> Any:
        rows = await listener.api("GET", f"/api/recordings?contact_id={contact}")
        return (rows["items"] if isinstance(rows, dict) else rows) or None

    rows = await until(finished, what="no recording was finished")
    sound = await listener.api("GET", f"/api/recordings/{rows[0]['id']}/audio")
    samples, rate = soundfile.read(io.BytesIO(sound), dtype="int16")
    assert rate == 8000 and samples.shape[1] == 2
    left, right = samples[:, 0], samples[:, 1]
    assert heard(left, CALLER_TONE) > 3
    # before the reload, and after it until the end of the call
    voice = spans(right, AGENT_TONE)
    assert len(voice) >= 2 and heard(right, AGENT_TONE) > 3, voice
    assert voice[-1][1] > len(right) / rate - 2, voice
    assert strength(left, AGENT_TONE) < strength(right, AGENT_TONE) / 20
    assert strength(right, CALLER_TONE) < strength(left, CALLER_TONE) / 20
    peaks = await listener.api("GET", f"/api/recordings/{rows[0]['id']}/peaks")
    assert json.dumps(peaks)
