"""Calling back on the whole running centre: who was lost is dialled when an agent is idle, again after busy, not any
more once reached; who keeps a place in the queue is called in turn. In between the switchboard dies."""

from __future__ import annotations

import asyncio

import pytest
from tests.fixtures.centre import Centre
from tests.scenarios.floor import KITCHEN, KITCHEN_QUEUE, Floor, Json, replay, until
from tests.telephony.worlds import CALLER_TONE, RealParty

from zuoxi.telephony.phone import Phone, PhoneCall

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]

PLAN = {
    "queue_id": None,
    "mode": "progressive",
    "attempts": 3,
    "first_after_s": 0,
    "busy_after_s": 0,
    "no_answer_after_s": 0,
    "failed_after_s": 0,
    "expires_after_s": 3600,
    "idle_s": 0,
    "preview_s": 60,
    "hours": None,
}


async def planned(floor: Floor, **values: object) -> None:
    """Call back by this plan until the test's end, and nobody whom others left to call."""
    supervisor = await floor.offices.of("supervisor1")
    while rows := (await supervisor.get("/api/callbacks", state="open", page_size=50))["items"]:
        for row in rows:
            drop = {"result": "not of this test", "dropped": True}
            await supervisor.client.post(f"/api/callbacks/{row['id']}/done", json=drop)
    administrator = await floor.offices.of("admin")
    before = (await administrator.get("/api/callback-plans"))["items"][0]
    path = "/api/callback-plans"
    await floor.change("PUT", path, PLAN | values, back=("PUT", path, before | {"mode": "off"}))


async def rung(provider: Phone) -> PhoneCall:
    async with asyncio.timeout(60):
        return await provider.calls.get()


async def task_of(floor: Floor, contact: Json, state: str) -> Json:
    """A contact's callback as soon as it has this state."""
    supervisor = await floor.offices.of("supervisor1")

    async def there() -> Json | None:
        rows = (await supervisor.get("/api/callbacks", state=state, sort="-created_at", page_size=50))["items"]
        return next((row for row in rows if row["contact_id"] == contact["id"]), None)

    return await until(there, f"the callback is {state}")


async def test_a_lost_caller_is_dialled_by_an_idle_agent_and_again_after_busy(floor: Floor, centre: Centre) -> None:
    await planned(floor)
    provider = await floor.provider(CALLER_TONE)
    caller = await floor.call(KITCHEN)
    await floor.waits(caller)
    await caller.conversation.hang_up()
    contact = await floor.ended(caller)
    was = await floor.kill("switchboard")  # the task is in the journal
    await floor.well("switchboard", was)
    agent = await floor.seat("agent01")
    ring = await rung(provider)
    assert ring.caller == KITCHEN
    ring.reject(486)
    await agent.sees(lambda each: each.contact is not None and each.contact["state"] == "wrap_up")
    await agent.write_up()
    again = await rung(provider)
    await again.answer()
    customer, own = RealParty(again), RealParty(await agent.conversation())
    await own.hears("caller")
    await customer.hears("agent")
    await agent.desk.command("hang_up")
    await customer.over()
    await agent.write_up()
    row = await task_of(floor, contact, "done")
    assert (row["attempts"], row["last_result"], row["result"]) == (2, "answered", "answered")
    supervisor = await floor.offices.of("supervisor1")
    tried = (await supervisor.get(f"/api/callbacks/{row['id']}/attempts"))["items"]
    assert [attempt["result"] for attempt in tried] == ["busy", "answered"]
    assert row["result_contact_id"] == tried[-1]["dialled"]
    await replay(centre)


async def test_who_reaches_us_again_is_not_called(floor: Floor) -> None:
    await planned(floor, mode="preview")
    caller = await floor.call(KITCHEN)
    await floor.waits(caller)
    await caller.conversation.hang_up()
    lost = await floor.ended(caller)
    agent = await floor.seat("agent02", ready=False)
    second = await floor.call(KITCHEN, caller.number)
    await floor.waits(second)
    await agent.desk.command("ready")
    await agent.talks(second)
    await agent.finish()
    row = await task_of(floor, lost, "dropped")
    assert row["result"] == "reached_us" and row["attempts"] == 0


async def test_who_keeps_a_place_is_called_in_turn(floor: Floor) -> None:
    await planned(floor)
    await floor.change_queue(KITCHEN_QUEUE, offer_callback=True)
    provider = await floor.provider(CALLER_TONE)
    first, second = await floor.call(KITCHEN), None
    await floor.waits(first)
    second = await floor.call(KITCHEN)
    await floor.waits(second)
    await first.press("1")
    await first.over()
    kept = await floor.ended(first)
    assert kept["outcome"] == "callback_requested"
    agent = await floor.seat("agent01")
    ring = await rung(provider)  # before the second caller, who came later
    await ring.answer()
    await RealParty(ring).hears("agent")
    await agent.desk.command("hang_up")
    await agent.write_up()
    assert (await task_of(floor, kept, "done"))["kept_place"] is False
    await agent.talks(second)
    await agent.finish()
