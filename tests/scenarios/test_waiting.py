"""What waiting callers meet, in the whole running centre: their place and the expected wait are heard, another queue's
agent takes over, a full queue says so, and a crash neither loses an announcement's time nor says one twice."""

from __future__ import annotations

import asyncio
import io

import numpy as np
import pytest
import soundfile
from tests.fixtures.tones import RATE, spans
from tests.scenarios.floor import HEALTH, HEALTH_QUEUE, KITCHEN, KITCHEN_QUEUE, Caller, Floor, facts, likeness, until
from tests.telephony.worlds import PROMPT_TONE

pytestmark = [pytest.mark.engine, pytest.mark.timeout(150)]

SAID = 0.7  # the share of a prompt that must have been heard


async def hears(floor: Floor, caller: Caller, *prompts: str) -> None:
    """Wait until these prompts were heard, one after the other without a gap."""
    whole = np.concatenate([await floor.prompt(key) for key in prompts])

    async def heard() -> bool:
        return await asyncio.to_thread(likeness, caller.heard, whole) > SAID

    await until(heard, f"{caller.number} hears {prompts}")


async def test_a_waiting_caller_hears_the_place_and_goes_on_to_another_queue(floor: Floor) -> None:
    health = await floor.named("/api/queues", HEALTH_QUEUE)
    agent = await floor.seat("agent09")  # of the health line alone
    await floor.change_queue(
        KITCHEN_QUEUE,
        announce_first_s=1,
        say_position=True,
        comfort=[{"prompt": "comfort_2", "first_s": 1, "every_s": None}],
        overflow=[{"to_queue": health["id"], "after_s": 8, "waiting_more_than": None}],
    )
    caller = await floor.call(KITCHEN)
    await hears(floor, caller, "position_before", "number_1", "position_after", "comfort_2")
    offer = await agent.offered(caller)
    assert offer["queue_name"] == HEALTH_QUEUE and offer["waited"] >= 8, "the wait goes on in the other queue"
    await agent.talks(caller)
    await caller.hears("agent")
    await agent.finish()
    contact = await floor.ended(caller)
    assert (contact["outcome"], contact["queue_id"]) == ("answered", health["id"])
    assert contact["waited_s"] >= 8
    assert len(facts(contact, "ContactOverflowed")) == len(facts(contact, "WaitAnnounced")) == 1


async def test_a_full_queue_says_so_and_calls_back(floor: Floor) -> None:
    await floor.change_queue(HEALTH_QUEUE, max_waiting=1)
    first = await floor.call(HEALTH)
    await floor.waits(first)
    second = await floor.call(HEALTH)
    await second.over()
    assert likeness(second.heard, await floor.prompt("queue_full")) > SAID
    contact = await floor.ended(second)
    assert (contact["outcome"], contact["reason"]) == ("turned_away", "queue_full")
    assert [each["reason"] for each in await floor.callbacks(contact)] == ["queue_full"]
    agent = await floor.seat("agent09")
    await agent.talks(first)
    await agent.finish()
    assert (await floor.ended(first))["outcome"] == "answered"


async def test_a_crash_in_an_announcement_neither_loses_nor_doubles_any(floor: Floor) -> None:
    before = next(each for each in await prompts(floor) if each["key"] == "comfort_1")
    await upload(floor, "comfort_1", seconds=2.0)
    try:
        await floor.change_queue(HEALTH_QUEUE, comfort=[{"prompt": "comfort_1", "first_s": 1, "every_s": 10}])
        caller = await floor.call(HEALTH)
        await until(lambda: begun(caller, 1), "the first announcement")
        was = await floor.kill("switchboard")
        await floor.well("switchboard", was)
        await until(lambda: begun(caller, 2), "the second announcement")
        await asyncio.sleep(3)  # a second time, if there were one, would have begun by now
        await caller.conversation.hang_up()
        contact = await floor.ended(caller)
        assert len(said(caller)) == len(facts(contact, "WaitAnnounced")) == 2
        assert all(end - begin < 3 for begin, end in said(caller)), "said once, not twice in a row"
        assert contact["outcome"] == "abandoned"
    finally:
        body = {name: before[name] for name in ("zh", "en", "language")}
        await (await floor.offices.of("admin")).ask("PUT", "/api/prompts/comfort_1", json=body)


def said(caller: Caller) -> list[tuple[float, float]]:
    """When the tone was heard; a hitch in it does not make it two."""
    found: list[tuple[float, float]] = []
    for begin, end in spans(caller.heard, PROMPT_TONE, window=0.2):
        goes_on = bool(found) and begin - found[-1][1] < 1.0
        found.append((found.pop()[0] if goes_on else begin, end))
    return found


async def begun(caller: Caller, count: int) -> bool:
    """Whether the tone has been heard so many times, or is being heard for that time."""
    return len(said(caller)) >= count


async def prompts(floor: Floor) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await (await floor.offices.of("admin")).get("/api/prompts"))["items"]
    return found


async def upload(floor: Floor, key: str, seconds: float) -> None:
    """A tone in the place of a prompt."""
    sound = io.BytesIO()
    moments = np.arange(int(seconds * RATE)) / RATE
    soundfile.write(sound, 0.4 * np.sin(2 * np.pi * PROMPT_TONE * moments), RATE, format="WAV")
    administrator = await floor.offices.of("admin")
    files = {"file": ("tone.wav", sound.getvalue(), "audio/wav")}
    await administrator.ask("PUT", f"/api/prompts/{key}/recording", files=files)
