"""Calls out on the whole running centre: the agent's phone first, the provider's then; tones, recording, words."""

from __future__ import annotations

import asyncio
import io

import pytest
import soundfile
from tests.fixtures.centre import Centre
from tests.fixtures.tones import Pcm, heard
from tests.scenarios.floor import KITCHEN, Agent, Floor, Json, facts, fresh_number, replay, until
from tests.telephony.worlds import AGENT_TONE, CALLER_TONE, COLLEAGUE_TONE, RealParty

from zuoxi.benchmarks.desk_client import CommandRefused
from zuoxi.telephony.phone import Phone, PhoneCall

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]


async def calls_out(floor: Floor, agent: Agent, number: str) -> str:
    """The agent calls; the contact."""
    called = await agent.desk.command("call", number=number)
    return str(called["contact"])


async def rung(provider: Phone) -> PhoneCall:
    async with asyncio.timeout(60):
        return await provider.calls.get()


async def test_a_call_out_is_heard_recorded_and_found_among_ones_own(floor: Floor, centre: Centre) -> None:
    provider = await floor.provider(CALLER_TONE)
    agent = await floor.seat("agent01")
    number = fresh_number()
    contact = await calls_out(floor, agent, number)
    ring = await rung(provider)
    assert ring.caller == KITCHEN  # the number of the line that the agent serves, nobody else's
    own = RealParty(await agent.conversation())
    await own.hears("ringing")
    await agent.is_("dialling")
    await ring.answer()
    customer = RealParty(ring)
    await own.hears("caller")
    await customer.hears("agent")
    await agent.is_("talking")
    await agent.desk.command("hold")
    await customer.hears("music")
    was = await floor.kill("switchboard")  # in the middle
    await floor.well("switchboard", was)
    await floor.come_back(agent)
    await agent.desk.command("resume")
    await customer.hears("agent")
    await own.hears("caller")
    await agent.desk.command("hang_up")
    await customer.over()
    await agent.write_up()
    found = await until(lambda: _over(floor, contact), "the call out ends")
    assert (found["direction"], found["outcome"], found["caller_id"]) == ("outbound", "answered", KITCHEN)
    assert found["agent_id"] == agent.id and found["queued_at"] is None
    assert len(facts(found, "ContactDialled")) == 1
    office = await floor.offices.of("agent01")
    mine = (await office.get("/api/my-calls", direction="outbound"))["items"]
    assert mine[0]["id"] == contact and "*" in mine[0]["number"]
    left, right = await _sound(floor, contact)
    assert heard(left, CALLER_TONE) > 1.0 and heard(right, AGENT_TONE) > 1.0
    await replay(centre)


async def test_who_is_not_reached_has_a_word_and_limits_refuse(floor: Floor) -> None:
    provider = await floor.provider(CALLER_TONE)
    agent = await floor.seat("agent02")
    for status, outcome in ((486, "busy"), (603, "rejected"), (480, "unreachable")):
        contact = await calls_out(floor, agent, fresh_number())
        (await rung(provider)).reject(status)
        await agent.sees(lambda each: each.contact is not None and each.contact["state"] == "wrap_up")
        assert agent.contact is not None and agent.contact["outcome"] == outcome
        await agent.write_up()
        await agent.is_("ready")
        found = await until(lambda contact=contact: _over(floor, contact), "the call out ends")
        assert (found["outcome"], found["answered_at"]) == (outcome, None)
    for number in ("0085221234567", "13491234567"):  # abroad, and a satellite telephone
        with pytest.raises(CommandRefused):
            await calls_out(floor, agent, number)
    contact = await calls_out(floor, agent, fresh_number())
    ring = await rung(provider)
    await agent.is_("dialling")
    await agent.desk.command("hang_up")  # while it rings
    async with asyncio.timeout(60):
        await ring.ended
    await agent.write_up()
    found = await until(lambda: _over(floor, contact), "the call out ends")
    assert found["outcome"] == "cancelled"


async def test_a_caller_is_passed_on_to_an_outside_number(floor: Floor) -> None:
    provider = await floor.provider(COLLEAGUE_TONE)
    agent = await floor.seat("agent03")
    caller = await floor.call(KITCHEN)
    await agent.talks(caller)
    await caller.hears("agent")
    await agent.desk.command("transfer", to_number="02512345678")
    ring = await rung(provider)
    assert ring.caller == KITCHEN
    await caller.hears("music")
    await agent.write_up()
    await agent.is_("ready")
    await ring.answer()
    outside = RealParty(ring)
    await caller.hears("colleague")
    await outside.hears("caller")
    await ring.hang_up()
    await caller.over()
    assert (await floor.ended(caller))["outcome"] == "transferred_out"


async def _over(floor: Floor, contact: str) -> Json | None:
    supervisor = await floor.offices.of("supervisor1")
    answer = await supervisor.client.get(f"/api/contacts/{contact}")
    if not answer.is_success or not answer.json()["outcome"]:
        return None
    return await floor.contact(contact)


async def _sound(floor: Floor, contact: str) -> tuple[Pcm, Pcm]:
    """What the agent hears of the own call again: the customer left, what the customer heard right."""
    office = await floor.offices.of("agent01")

    async def kept() -> Json | None:
        rows: list[Json] = (await office.get("/api/recordings", contact_id=contact))["items"]
        return rows[0] if rows else None

    found = await until(kept, "the recording is kept", 90)
    sound = await office.get(f"/api/recordings/{found['id']}/audio")
    samples, _ = soundfile.read(io.BytesIO(sound), dtype="int16")
    return samples[:, 0], samples[:, 1]
