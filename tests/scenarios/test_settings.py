"""What the offices set is what callers meet: changed over HTTP, heard over SIP, in the whole running centre."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.fixtures.centre import Centre
from tests.scenarios.floor import (
    HEALTH,
    HEALTH_QUEUE,
    KITCHEN,
    KITCHEN_GREETED,
    Floor,
    demo_callers,
    facts,
    likeness,
)
from tests.telephony.worlds import RealParty

pytestmark = [pytest.mark.engine, pytest.mark.timeout(150)]

SAID = 0.7  # the share of a prompt that must have been heard
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def test_on_a_special_day_the_hotline_is_closed(floor: Floor) -> None:
    hotline = await floor.named("/api/hotlines", KITCHEN_GREETED, "number")
    path = f"/api/hotlines/{hotline['id']}"
    all_day = {"hours": {"weekly": {day: [["00:00", "24:00"]] for day in _WEEK}, "keep_holidays": True}}
    await floor.change("PATCH", path, all_day, back=("PATCH", path, {"hours": None}))
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    for day in (today, today + timedelta(days=1)):  # the test may run at midnight
        holiday = {"day": day.isoformat(), "kind": "holiday", "name": "盘点", "spans": []}
        await floor.change("PUT", "/api/special-days", [holiday], back=("DELETE", f"/api/special-days/{day}"))
    agent = await floor.seat("agent05")
    caller, other = await floor.call(KITCHEN_GREETED), await floor.call(KITCHEN)
    await agent.talks(other)  # another hotline of the line is open
    await caller.over()
    assert likeness(caller.heard, await floor.prompt("closed")) > SAID
    contact = await floor.ended(caller)
    assert (contact["outcome"], contact["reason"]) == ("closed", "out_of_hours")
    assert await floor.callbacks(contact) == [] and len(agent.offers) == 1


async def test_a_shorter_time_limit_holds_at_once(floor: Floor) -> None:
    await floor.change_queue(HEALTH_QUEUE, time_limit_s=1)
    caller = await floor.call(HEALTH)
    await caller.over()
    assert likeness(caller.heard, await floor.prompt("timed_out")) > SAID
    contact = await floor.ended(caller)
    assert (contact["outcome"], contact["reason"]) == ("timed_out", "time_limit")
    callbacks = await floor.callbacks(contact)
    assert [(each["number"], each["reason"], each["state"]) for each in callbacks] == [
        (caller.number, "timed_out", "open")
    ]


async def test_the_demos_blacklisted_and_vip_callers_are_treated_as_such(floor: Floor, centre: Centre) -> None:
    plain = await floor.seat("agent05")  # has the line's skill, and was idle longer
    of_the_group = await floor.seat("agent07")  # has the VIP group's, and not the line's
    known = demo_callers(centre)
    blocked = await floor.call(KITCHEN, known["blacklisted"][0]["number"])
    vip = await floor.call(KITCHEN, known["vip"][0]["number"])
    offer = await of_the_group.offered(vip)
    assert (offer["reason"], offer["vip"]) == ("vip_group", True)
    await of_the_group.talks(vip)
    await of_the_group.finish()
    contact = await floor.ended(vip)
    assert (contact["outcome"], contact["agent_id"], contact["vip"]) == ("answered", of_the_group.id, True)
    await blocked.over()
    assert likeness(blocked.heard, await floor.prompt("blocked")) > SAID
    turned_away = await floor.ended(blocked)
    assert (turned_away["outcome"], turned_away["queue_id"]) == ("blocked", None)
    assert plain.offers == []


async def test_hold_plays_music_to_the_caller_alone(floor: Floor) -> None:
    agent = await floor.seat("agent05")
    caller = await floor.call(KITCHEN)
    await agent.talks(caller)
    await caller.hears("agent")
    await agent.desk.command("hold")
    await agent.sees(lambda each: each.contact and each.contact["state"] == "held")
    await caller.hears("music")
    at_the_agents = RealParty(await agent.conversation())
    await at_the_agents.hears("nothing")
    await agent.desk.command("resume")
    await caller.hears("agent")
    await at_the_agents.hears("caller")
    await agent.finish()
    contact = await floor.ended(caller)
    assert len(facts(contact, "ContactHeld")) == len(facts(contact, "ContactResumed")) == 1
    assert contact["outcome"] == "answered"
