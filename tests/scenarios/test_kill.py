"""Any part of the whole running centre dies by kill -9: no call is lost, and each has one outcome."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from functools import partial

import numpy as np
import pytest
import soundfile
from sqlalchemy import func, select
from tests.fixtures.centre import Centre
from tests.fixtures.tones import heard
from tests.scenarios.floor import KITCHEN, Agent, Floor, Json, fresh_number, replay, until
from tests.telephony.worlds import CALLER_TONE

from zuoxi.contacts import Callback, Contact, ContactEvent
from zuoxi.platform.database import Database
from zuoxi.telephony.phone import tone
from zuoxi.telephony.sipp import SippCallers, SippPlan

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]


async def ended(floor: Floor, numbers: list[str]) -> dict[str, Json]:
    """The one contact of each of these numbers, when all are over."""

    async def all_over() -> dict[str, Json] | None:
        found: dict[str, Json] = {}
        for number in numbers:
            rows = await floor.contacts(number)
            assert len(rows) <= 1, f"{number} has become several contacts"
            if not rows or rows[0]["outcome"] is None:
                return None
            found[number] = rows[0]
        return found

    return await until(all_over, f"the contacts of {numbers} end")


async def in_order_of_arrival(floor: Floor, numbers: list[str]) -> list[str]:
    """These callers in the order in which the centre has queued them (a look-up may let the next one pass)."""

    async def all_queued() -> list[str] | None:
        found = [(await floor.contacts(number), number) for number in numbers]
        if not all(rows and rows[0]["queued_at"] for rows, _ in found):
            return None
        return [number for _, number in sorted(found, key=lambda each: str(each[0][0]["queued_at"]))]

    return await until(all_queued, "all of them wait")


async def in_the_log(floor: Floor, contacts: list[str]) -> tuple[Counter[str], Counter[str], int]:
    """From PostgreSQL: how often each contact ends in the event log, how many callbacks each has, how many rows the
    contacts have."""
    tenant = (await floor.offices.of("supervisor1")).me["tenant_id"]
    database = Database(floor.centre.settings.database.app_dsn.get_secret_value(), pool_size=1)
    try:
        async with database.transaction(tenant) as session:
            ends = await session.scalars(
                select(ContactEvent.contact_id).where(
                    ContactEvent.kind == "ContactEnded", ContactEvent.contact_id.in_(contacts)
                )
            )
            callbacks = await session.scalars(select(Callback.contact_id).where(Callback.contact_id.in_(contacts)))
            rows = await session.scalar(select(func.count()).where(Contact.id.in_(contacts)))
            return Counter(str(one) for one in ends), Counter(callbacks), int(rows or 0)
    finally:
        await database.close()


async def test_ten_who_wait_keep_their_place_when_the_switchboard_is_killed(floor: Floor, centre: Centre) -> None:
    numbers = [fresh_number() for _ in range(11)]
    impatient = 4  # hangs up while nobody is there to notice
    staying = [number for place, number in enumerate(numbers) if place != impatient]
    plan = SippPlan(floor.sip, [(number, KITCHEN) for number in numbers], rate=5, sound=tone(CALLER_TONE, 1.0))
    async with SippCallers(plan) as callers:
        await callers.reached("answered", len(numbers))
        order = await in_order_of_arrival(floor, numbers)
        was = await floor.kill("switchboard")
        callers.hang_up(callers.calls[impatient])
        await callers.reached("hung_up")
        await floor.well("switchboard", was)
        agent = await floor.seat("agent05")
        served = []
        for _ in staying:
            await agent.talks()
            assert agent.contact is not None
            served.append(agent.contact["number"])
            await agent.finish()
        assert served == [number for number in order if number in staying], "not in the order of arrival"
        await callers.reached("over", len(numbers))
        assert callers.count("released") == len(staying)
    contacts = await ended(floor, numbers)
    outcomes = [contacts[number]["outcome"] for number in numbers]
    assert outcomes.pop(impatient) == "abandoned" and outcomes == ["answered"] * 10
    lost = contacts[numbers[impatient]]
    ids = [contact["id"] for contact in contacts.values()]
    ends, callbacks, rows = await in_the_log(floor, ids)
    assert ends == dict.fromkeys(ids, 1) and rows == len(ids)
    assert callbacks == {lost["id"]: 1}
    assert [each["number"] for each in await floor.callbacks(lost)] == [numbers[impatient]]
    await replay(centre)


async def test_a_conversation_goes_on_when_the_switchboard_is_killed(floor: Floor, centre: Centre) -> None:
    agent = await floor.seat("agent05")
    caller = await floor.call(KITCHEN)
    contact = await agent.talks(caller)
    was = await floor.kill("switchboard")
    await caller.hears("agent")
    await floor.well("switchboard", was)
    await floor.come_back(agent)
    assert agent.contact is not None and (agent.contact["id"], agent.contact["state"]) == (contact["id"], "talking")
    await caller.hears("agent")
    await agent.finish("ordered")
    over = await floor.ended(caller)
    assert (over["outcome"], over["agent_id"], over["id"]) == ("answered", agent.id, contact["id"])
    await replay(centre)


async def test_api_worker_and_database_may_die_in_the_middle_of_a_call(floor: Floor, centre: Centre) -> None:
    agent = await floor.seat("agent05")
    caller = await floor.call(KITCHEN)
    await agent.talks(caller)
    await caller.hears("agent")
    for part in ("api", "worker", "postgres"):
        was = await floor.kill(part)
        await caller.hears("agent")
        if part != "postgres":
            await floor.well(part, was)
    # the database is away or just coming back: calls end, are written up, and the next one comes all the same
    await agent.finish("ordered")
    second = await floor.call(KITCHEN)
    await agent.talks(second)
    await second.hears("agent")
    await agent.finish()
    for part in ("postgres", "api", "worker"):
        await asyncio.to_thread(partial(centre.wait_well, part, seconds=90))
    one, other = await first_answer(floor, caller.number), await first_answer(floor, second.number)
    assert (one["outcome"], one["disposition"], other["outcome"]) == ("answered", "ordered", "answered")
    assert one["agent_id"] == other["agent_id"] == agent.id
    ends, callbacks, rows = await in_the_log(floor, [one["id"], other["id"]])
    assert ends == {one["id"]: 1, other["id"]: 1} and rows == 2 and not callbacks
    await replay(centre)


async def first_answer(floor: Floor, number: str) -> Json:
    """The contact of a number, asked for until the API can answer again."""

    async def ask() -> Json | None:
        supervisor = await floor.offices.of("supervisor1")
        answer = await supervisor.client.get("/api/contacts", params={"number": number})
        rows = answer.json()["items"] if answer.is_success else []
        return rows[0] if rows and rows[0]["outcome"] and rows[0]["disposition"] else None

    return await until(ask, f"the contact of {number} reaches the database")


async def test_when_the_engine_dies_everybody_is_accounted_for(floor: Floor, centre: Centre) -> None:
    agent = await floor.seat("agent05")
    talking = await floor.call(KITCHEN)
    await agent.talks(talking)
    waiting = [await floor.call(KITCHEN) for _ in range(2)]
    for caller in waiting:
        await floor.waits(caller)
    spoken = len(await talking.conversation.audio.listen(9.0)) / 8000  # both have spoken for so long
    was = await floor.kill("asterisk")
    await floor.well("asterisk", was)
    # the agent is told: the conversation is over, it can be written up
    await agent.write_up("silent_call")
    contacts = await ended(floor, [talking.number, *(caller.number for caller in waiting)])
    # who had been answered stays answered, who waited could not be
    assert [contact["outcome"] for contact in contacts.values()] == ["answered", "failed", "failed"]
    assert {contact["reason"] for contact in contacts.values()} == {"engine_lost"}
    ids = [contact["id"] for contact in contacts.values()]
    ends, callbacks, _ = await in_the_log(floor, ids)
    assert ends == dict.fromkeys(ids, 1)
    for caller in waiting:
        assert callbacks[contacts[caller.number]["id"]] == 1
    await listen_to(floor, contacts[talking.number]["id"], at_least=spoken - 5)

    # and the next call is served
    await leave_for_a_new_seat(floor, agent)
    again = await floor.call(KITCHEN)
    other = await floor.seat("agent06")
    await other.talks(again)
    await again.hears("agent")
    await other.finish()
    assert (await floor.ended(again))["outcome"] == "answered"
    await replay(centre)


async def leave_for_a_new_seat(floor: Floor, agent: Agent) -> None:
    """Sign out: the telephone lost its registration with the engine."""
    await agent.desk.command("sign_out")
    await agent.is_("signed_out")


async def listen_to(floor: Floor, contact: str, *, at_least: float) -> None:
    """The finished recording of a call that the engine's death cut off holds what the caller said."""
    supervisor = await floor.offices.of("supervisor1")

    async def finished() -> Json | None:
        rows = (await supervisor.get("/api/recordings", contact_id=contact))["items"]
        return rows[0] if rows else None

    found = await until(finished, "the recording is finished", 60)
    sound = await supervisor.get(f"/api/recordings/{found['id']}/audio")
    samples, rate = soundfile.read(io.BytesIO(sound), dtype="int16")
    assert rate == 8000
    assert heard(np.asarray(samples[:, 0], dtype=np.int16), CALLER_TONE) >= at_least
