"""Card numbers are not in the recording, and wrap-ups and breaks keep to their limits: on the whole running centre."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
from tests.fixtures.centre import Centre
from tests.scenarios.floor import KITCHEN, KITCHEN_QUEUE, Agent, Caller, Floor, Json, facts, replay, until
from tests.telephony.worlds import AGENT_TONE, CALLER_TONE, RealParty

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]


async def recording(floor: Floor, contact: str) -> tuple[np.ndarray, int, Json]:
    """The finished recording of a contact: samples (caller, agent), their rate, and its timeline."""
    supervisor = await floor.offices.of("supervisor1")

    async def finished() -> Json | None:
        rows: list[Json] = (await supervisor.get("/api/recordings", contact_id=contact))["items"]
        return rows[0] if rows else None

    found = await until(finished, "the recording is finished")
    sound = await supervisor.get(f"/api/recordings/{found['id']}/audio")
    samples, rate = soundfile.read(io.BytesIO(sound), dtype="float32", always_2d=True)
    return samples, rate, await supervisor.get(f"/api/recordings/{found['id']}/timeline")


def loudness(samples: np.ndarray, rate: int, tone: float, begin: float, end: float) -> float:
    """How strong a tone is between two moments (seconds), over all channels; about 1 for a full one."""
    piece = samples[int(begin * rate) : int(end * rate)].sum(axis=1)
    moments = np.arange(len(piece)) / rate
    return float(abs(np.mean(piece * np.exp(-2j * np.pi * tone * moments))) * 2)


async def talking(floor: Floor) -> tuple[Caller, Agent, RealParty, str]:
    agent = await floor.seat("agent01")
    caller = await floor.call(KITCHEN)
    contact = await agent.talks(caller)
    phone = RealParty(await agent.conversation())
    await caller.hears("agent")
    await phone.hears("caller")
    return caller, agent, phone, str(contact["id"])


async def test_a_paused_recording_keeps_silence_also_over_a_restart(floor: Floor, centre: Centre) -> None:
    caller, agent, phone, contact = await talking(floor)
    await agent.desk.command("pause_recording", contact=contact, paused=True)
    await agent.sees(lambda each: each.contact is not None and each.contact["paused_until"] is not None)
    await caller.hears("agent")  # the two go on hearing each other
    await phone.hears("caller")
    was = await floor.kill("switchboard")
    await floor.well("switchboard", was)
    await floor.come_back(agent)
    assert agent.contact is not None and agent.contact["paused_until"] is not None
    await caller.hears("agent")
    await agent.desk.command("pause_recording", contact=contact, paused=False)
    await agent.sees(lambda each: each.contact is not None and each.contact["paused_until"] is None)
    await caller.hears("agent")
    await phone.hears("caller")
    await caller.hang_up()
    await agent.write_up()
    found = await floor.ended(caller)
    assert [entry["kind"] for entry in found["timeline"] if entry["kind"].startswith("Recording")] == [
        "RecordingPaused",
        "RecordingResumed",
    ]
    samples, rate, timeline = await recording(floor, contact)
    (gap,) = timeline["gaps"]
    for tone in (AGENT_TONE, CALLER_TONE):
        inside = loudness(samples, rate, tone, gap["from_s"] + 0.5, gap["to_s"] - 0.5)
        after = loudness(samples, rate, tone, gap["to_s"] + 0.5, gap["to_s"] + 1.0)
        assert inside < 0.001 and after > 0.02, (tone, inside, after)
    await replay(centre)


async def test_a_hold_ends_the_pause_and_the_wrap_up_is_extended(floor: Floor) -> None:
    await floor.change_queue(KITCHEN_QUEUE, wrap_up_limit_s=30, wrap_up_extension_s=60, wrap_up_extensions=1)
    caller, agent, _, contact = await talking(floor)
    await agent.desk.command("pause_recording", contact=contact, paused=True)
    await agent.desk.command("hold")
    await agent.sees(lambda each: each.contact is not None and each.contact["paused_until"] is None)
    await caller.hang_up()
    await agent.is_("wrap_up")
    await agent.sees(lambda each: each.contact is not None and each.contact["extensions_left"] == 1)
    assert agent.contact is not None
    before = agent.contact["wrap_up_ends_at"]
    await agent.desk.command("extend_wrap_up", contact=contact)
    await agent.sees(lambda each: each.contact is not None and each.contact["extensions_left"] == 0)
    assert agent.contact["wrap_up_ends_at"] == before + 60
    await agent.write_up()
    found = await floor.ended(caller)
    (resumed,) = facts(found, "RecordingResumed")
    assert resumed["data"]["reason"] == "held"
    (extended,) = facts(found, "WrapUpExtended")
    assert extended["data"]["left"] == 0
