"""A caller leaves a message on the real engine: its sound at the page's address, across a kill of the switchboard; and
callers whom a rule turns away."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator

import numpy as np
import pytest
import soundfile
from playwright.async_api import expect
from tests.fixtures.chromium import chromium
from tests.fixtures.tones import Pcm, strength
from tests.scenarios.desks import sign_in
from tests.scenarios.floor import HEALTH, KITCHEN, Caller, Floor, Json, Office, fresh_number, until
from tests.telephony.worlds import CALLER_TONE

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(240)]
BEEP = 880.0
PAGE_PATIENCE = 30_000  # ms; only a failing test waits that long


@contextlib.asynccontextmanager
async def answering_machine(floor: Floor, hotline: str) -> AsyncIterator[None]:
    """For the while, a call flow takes this hotline's callers straight to leaving a message."""
    administrator = await floor.offices.of("admin")
    hotlines = (await administrator.get("/api/hotlines"))["items"]
    (found,) = [each["id"] for each in hotlines if each["number"] == hotline]
    flow = await administrator.ask("POST", "/api/flows", json={"name": f"留言 {fresh_number()}"})
    path = f"/api/flows/{flow['id']}"
    draft = await administrator.get(f"{path}/draft")
    nodes = [
        {"id": "n1", "kind": "start", "name": "开始", "settings": {}, "exits": {"next": "n2"}, "x": 0, "y": 0},
        {"id": "n2", "kind": "voicemail", "name": "留言", "settings": {"queue": None}, "exits": {}, "x": 0, "y": 90},
    ]
    document = {"format": 1, "start": "n1", "callback_abandoned": True, "nodes": nodes}
    saved = await administrator.ask("PUT", f"{path}/draft", json={"document": document, "revision": draft["revision"]})
    await administrator.ask("POST", f"{path}/publish", json={"revision": saved["revision"]})
    await floor.change("PUT", f"{path}/hotlines", {"flow": [found], "survey": []})
    try:
        yield
    finally:
        await floor.change("PUT", f"{path}/hotlines", {"flow": [], "survey": []})


async def the_message(office: Office, contact: str) -> Json:
    """The message of a contact, as the page lists it."""

    async def listed() -> Json | None:
        rows: list[Json] = (await office.get("/api/voicemails", page_size=100))["items"]
        return next((row for row in rows if row["contact_id"] == contact), None)

    return await until(listed, "the message is listed")


async def sound_of(office: Office, message: Json) -> Pcm:
    """What the page plays, once the recording is finished."""

    async def answered() -> bytes | None:
        answer = await office.client.get(f"/api/voicemails/{message['id']}/audio")
        assert answer.status_code in (200, 409), answer.text
        return answer.content if answer.status_code == 200 else None

    samples, rate = soundfile.read(io.BytesIO(await until(answered, "the sound is there")), dtype="int16")
    assert rate == 8000
    return np.ascontiguousarray(samples)


async def asked_for_a_message(floor: Floor) -> Caller:
    """A caller who is asked for a message and has heard the tone. The switchboard may read the flow a moment after it
    told of a change: who came before that dials again."""

    async def begun() -> Caller | None:
        caller = await floor.call(HEALTH)

        async def where() -> str | None:
            rows = await floor.contacts(caller.number)
            timeline = (await floor.contact(rows[0]["id"]))["timeline"] if rows else []
            kinds = {entry["kind"] for entry in timeline} & {"VoicemailBegun", "ContactQueued"}
            return next(iter(kinds), None)

        if await until(where, "the call is heard of") == "VoicemailBegun":
            return caller
        await caller.conversation.hang_up()
        return None

    caller = await until(begun, "a caller is asked for a message")
    await caller.answered()
    before = -1

    async def silent() -> bool | None:
        # nothing comes any more, and the tone was among the last that came
        nonlocal before
        await asyncio.sleep(0.9)
        known, before, last = before, len(caller.heard), caller.heard[-24000:]
        tones = [strength(last[at : at + 2000], BEEP) for at in range(0, max(1, len(last) - 2000), 800)]
        return (known == before and max(tones) > 3000) or None

    await until(silent, "the tone has sounded")
    return caller


async def in_the_page(floor: Floor, message: Json) -> None:
    """A supervisor opens the page, hears the message and closes it."""
    async with chromium() as browser:
        supervisor = await sign_in(browser, floor.centre.url, floor.centre.logins, "supervisor1")
        await supervisor.page.goto("/voicemail")
        row = supervisor.page.locator(f"tr[data-row-key='{message['id']}']")
        await row.get_by_test_id("message-open").click(timeout=PAGE_PATIENCE)
        drawer = supervisor.page.locator(".ant-drawer")
        await drawer.get_by_test_id("play-recording").click(timeout=PAGE_PATIENCE)
        playing = drawer.get_by_test_id("recording")
        await expect(playing).to_have_attribute("data-playing", "true", timeout=PAGE_PATIENCE)
        await drawer.get_by_test_id("message-close").click()
        await supervisor.page.get_by_role("button", name="已回电，已解答").click(timeout=PAGE_PATIENCE)
        await supervisor.at("reason-ok").click()
        await expect(row).to_have_count(0, timeout=PAGE_PATIENCE)


async def test_what_is_said_after_the_tone_is_played_in_the_page_and_closed(floor: Floor) -> None:
    async with answering_machine(floor, HEALTH):
        caller = await asked_for_a_message(floor)
        await asyncio.sleep(3.0)  # speaks into silence: nothing comes back that could be awaited
        caller.conversation.audio.press("#")
        await caller.over()
        contact = await floor.ended(caller)
    assert contact["outcome"] == "voicemail" and await floor.callbacks(contact) == []
    supervisor = await floor.offices.of("supervisor1")
    message = await the_message(supervisor, contact["id"])
    assert message["state"] == "new" and 2.0 <= message["seconds"] < 20.0
    sound = await sound_of(supervisor, message)
    # the message alone: what the caller said, and nothing of the prompt before it
    assert abs(len(sound) / 8000 - message["seconds"]) < 1.5
    middle = sound[6400:-8000]
    assert strength(np.ascontiguousarray(middle[:, 0]), CALLER_TONE) > 500
    assert np.sqrt(np.mean(middle[:, 1].astype(float) ** 2)) < 50
    heard = await the_message(supervisor, contact["id"])
    assert (heard["state"], heard["heard_by_name"]) == ("heard", supervisor.me["name"])
    await in_the_page(floor, message)
    (closed,) = [
        row for row in (await supervisor.get("/api/voicemails", state="done"))["items"] if row["id"] == message["id"]
    ]
    assert (closed["id"], closed["result"]) == (message["id"], "已回电，已解答")
    again = f"/api/voicemails/{message['id']}/close"
    await supervisor.ask("POST", again, expect=409, json={"result": "再次"})


async def test_a_killed_switchboard_keeps_the_message(floor: Floor) -> None:
    async with answering_machine(floor, HEALTH):
        caller = await asked_for_a_message(floor)
        was = await floor.kill("switchboard")
        await asyncio.sleep(3.0)  # speaks into silence: nothing comes back that could be awaited
        await floor.well("switchboard", was)
        await asyncio.sleep(1.0)  # speaks into silence: nothing comes back that could be awaited
        await caller.conversation.hang_up()
        contact = await floor.ended(caller)
    assert contact["outcome"] == "voicemail" and await floor.callbacks(contact) == []
    supervisor = await floor.offices.of("supervisor1")
    message = await the_message(supervisor, contact["id"])
    assert message["seconds"] >= 3.5
    sound = await sound_of(supervisor, message)
    assert len(sound) / 8000 >= 3.5
    assert strength(np.ascontiguousarray(sound[6400:-8000, 0]), CALLER_TONE) > 500


async def test_a_blocked_number_never_rings_anybody(floor: Floor) -> None:
    agent = await floor.seat("agent01")
    supervisor, number = await floor.offices.of("supervisor1"), fresh_number()
    rule = {"kind": "number", "pattern": number, "action": "block", "refuse_with": "busy", "why": "骚扰"}
    made = await supervisor.ask("POST", "/api/caller-rules", json=rule)
    blocked = await floor.call(KITCHEN, number)
    await blocked.over()
    contact = await floor.ended(blocked)
    assert (contact["outcome"], contact["reason"]) == ("blocked", "caller_rule")
    assert await blocked.conversation.ended == "486" and agent.offers == []
    (listed,) = (await supervisor.get("/api/caller-rules", q=number))["items"]
    assert listed["hits"] == 1
    await supervisor.ask("POST", f"/api/caller-rules/{made['id']}/end", json={})
    let_in = await floor.call(KITCHEN, number)
    await agent.talks(let_in)
    await agent.finish()
