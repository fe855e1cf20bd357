"""Supervisors and colleagues in a call, on the whole running centre: each verb by who hears whom."""

from __future__ import annotations

import pytest
from tests.fixtures.centre import Centre
from tests.scenarios.floor import KITCHEN, Agent, Caller, Floor, replay
from tests.telephony.worlds import COLLEAGUE_TONE, SUPERVISOR_TONE, RealParty

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]


async def talking(floor: Floor) -> tuple[Caller, Agent, RealParty, str]:
    """A caller and agent01 hear each other: both, the agent's phone, the contact."""
    agent = await floor.seat("agent01")
    caller = await floor.call(KITCHEN)
    contact = await agent.talks(caller)
    phone = RealParty(await agent.conversation())
    await caller.hears("agent")
    await phone.hears("caller")
    return caller, agent, phone, str(contact["id"])


async def supervisor_at_desk(floor: Floor) -> Agent:
    return await floor.seat("supervisor1", ready=False, voice=SUPERVISOR_TONE)


async def test_listen_whisper_barge_and_leave(floor: Floor) -> None:
    caller, agent, phone, contact = await talking(floor)
    supervisor = await supervisor_at_desk(floor)
    await supervisor.desk.command("supervise", contact=contact, mode="listen")
    beside = RealParty(await supervisor.conversation())
    await beside.hears("agent+caller")
    await supervisor.is_("assisting")
    await caller.hears("agent")
    await phone.hears("caller")
    await supervisor.desk.command("supervise", contact=contact, mode="whisper")
    await phone.hears("caller+supervisor")
    await caller.hears("agent")
    await beside.hears("agent+caller")
    await supervisor.desk.command("supervise", contact=contact, mode="barge")
    await caller.hears("agent+supervisor")
    await phone.hears("caller+supervisor")
    await beside.hears("agent+caller")
    await agent.desk.command("hold")
    await caller.hears("music")
    await phone.hears("supervisor")
    await agent.desk.command("resume")
    await caller.hears("agent+supervisor")
    await supervisor.desk.command("end_supervision", contact=contact)
    await beside.over()
    await supervisor.is_("not_ready")
    await caller.hears("agent")
    await phone.hears("caller")
    await caller.hang_up()
    await agent.write_up()
    found = await floor.ended(caller)
    assert found["outcome"] == "answered"


async def test_take_over_and_who_barges_stays_with_the_caller(floor: Floor) -> None:
    caller, agent, phone, contact = await talking(floor)
    supervisor = await supervisor_at_desk(floor)
    await supervisor.desk.command("take_over", contact=contact)
    beside = RealParty(await supervisor.conversation())
    await caller.hears("supervisor")
    await beside.hears("caller")
    await phone.over()
    await agent.write_up()
    # now the agent barges into nothing: a colleague supervises the supervisor, who then hangs up
    second = await floor.seat("supervisor2", ready=False, voice=COLLEAGUE_TONE)
    await second.desk.command("supervise", contact=contact, mode="barge")
    await caller.hears("colleague+supervisor")
    await supervisor.desk.command("hang_up")
    await caller.hears("colleague")
    await beside.over()
    await supervisor.write_up()
    await caller.hang_up()
    await second.write_up()
    found = await floor.ended(caller)
    assert found["outcome"] == "answered" and found["agent_id"] == second.id


async def test_pick_up_force_transfer_and_force_hang_up(floor: Floor) -> None:
    deaf = await floor.seat("agent01", "ring")
    caller = await floor.call(KITCHEN)
    offer = await deaf.offered(caller)
    supervisor = await supervisor_at_desk(floor)
    await supervisor.desk.command("pick_up", contact=offer["contact"])
    await supervisor.talks(caller)
    await caller.hears("supervisor")
    await deaf.is_("ready")
    assert deaf.offers_ended[offer["id"]] == "picked_up"
    chief = await floor.desk("supervisor2")
    colleague = await floor.seat("agent02", voice=COLLEAGUE_TONE)
    await chief.desk.command("force_transfer", contact=offer["contact"], to_agent=colleague.id)
    await caller.hears("colleague")
    await supervisor.write_up()
    await supervisor.is_("not_ready")
    await chief.desk.command("force_hang_up", contact=offer["contact"])
    await caller.over()
    await colleague.write_up()
    found = await floor.ended(caller)
    assert (found["outcome"], found["reason"]) == ("answered", "supervisor_hung_up")


async def test_a_colleague_is_asked_joins_and_gets_the_call(floor: Floor) -> None:
    caller, agent, phone, contact = await talking(floor)
    colleague = await floor.seat("agent02", ready=False, voice=COLLEAGUE_TONE)
    await agent.desk.command("consult", to_agent=colleague.id)
    beside = RealParty(await colleague.conversation())
    await caller.hears("music")
    await phone.hears("colleague")
    await beside.hears("agent")
    await agent.desk.command("finish_consult", how="conference")
    await caller.hears("agent+colleague")
    await phone.hears("caller+colleague")
    await agent.desk.command("finish_consult", how="transfer")
    await caller.hears("colleague")
    await beside.hears("caller")
    await phone.over()
    await agent.write_up()
    shown = await colleague.talks(caller)
    assert shown["id"] == contact
    await caller.hang_up()
    await colleague.write_up()
    await colleague.is_("not_ready")


async def test_a_supervised_call_outlives_the_switchboard(floor: Floor, centre: Centre) -> None:
    caller, agent, phone, contact = await talking(floor)
    supervisor = await supervisor_at_desk(floor)
    await supervisor.desk.command("supervise", contact=contact, mode="whisper")
    beside = RealParty(await supervisor.conversation())
    await phone.hears("caller+supervisor")
    was = await floor.kill("switchboard")
    await floor.well("switchboard", was)
    await floor.come_back(agent)
    await floor.come_back(supervisor)
    assert supervisor.desk.welcome["party"]["mode"] == "whisper"
    await phone.hears("caller+supervisor")
    await beside.hears("agent+caller")
    await caller.hears("agent")
    await supervisor.desk.command("supervise", contact=contact, mode="barge")
    await caller.hears("agent+supervisor")
    was = await floor.kill("switchboard")
    await floor.well("switchboard", was)
    await floor.come_back(agent)
    await floor.come_back(supervisor)
    await caller.hears("agent+supervisor")
    await caller.hang_up()
    await beside.over()
    await phone.over()
    await agent.write_up()
    await supervisor.is_("not_ready")
    await floor.ended(caller)
    await replay(centre)
