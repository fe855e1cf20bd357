"""The live loop as a real process on the real engine: real SIP callers, real SIP phones, real kill -9."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select
from tests.contacts.live_worlds import until
from tests.contacts.test_live import facts
from tests.fixtures.switchboard import Switchboard
from tests.telephony.worlds import AGENT_TONE, CALLER_TONE, RealParty

from zuoxi.accounts import Principal
from zuoxi.benchmarks.desk_client import DeskClient
from zuoxi.contacts import Contact
from zuoxi.contacts.live.replay import replay
from zuoxi.platform.database import Database
from zuoxi.telephony.phone import Phone, PhoneCall, tone

pytestmark = [pytest.mark.engine, pytest.mark.database]


def lift(call: PhoneCall) -> None:
    call.phone.spawn(call.answer())


async def seat(stack: AsyncExitStack, switchboard: Switchboard, agent: Principal) -> DeskClient:
    """An agent at a desk, ready, with a SIP phone that lifts at once."""
    desk = await stack.enter_async_context(switchboard.desk(agent))
    given = (await desk.command("take_seat", phone="sip"))["phone"]
    assert (given["domain"], given["port"]) == switchboard.sip
    phone = Phone(switchboard.sip, given["user"], given["password"], sound=tone(AGENT_TONE, 1), behaviour=lift)
    await stack.enter_async_context(phone)
    await phone.register()
    await desk.command("ready")
    return desk


async def test_a_real_call_is_answered_wrapped_up_journalled_and_shipped(
    switchboard: Switchboard, database: Database
) -> None:
    async with AsyncExitStack() as stack, asyncio.timeout(150):
        desk = await seat(stack, switchboard, switchboard.agents[0])
        trunk = await stack.enter_async_context(Phone(switchboard.sip, "trunk", sound=tone(CALLER_TONE, 1)))
        call = trunk.dial(switchboard.hotline, "13812345678")
        offer = (await desk.expect("offer"))["offer"]
        assert offer["number"] == "13812345678" and offer["number_place"] == "江苏省连云港市"
        assert offer["line_name"] == "家居" and offer["queue_name"] == "销售队列"
        contact = (await desk.expect("contact", lambda frame: frame["contact"] is not None))["contact"]
        assert contact["state"] == "talking"
        await call.answered
        await RealParty(call).hears("agent")
        await desk.command("hold")
        await RealParty(call).hears("music")
        await desk.command("resume")
        await RealParty(call).hears("agent")
        await desk.command("hang_up")
        assert await call.ended == "BYE"
        await desk.command("wrap_up", contact=contact["id"], disposition="ordered", note="一口锅")
        while True:
            async with database.transaction(switchboard.tenant.id) as session:
                found = await session.scalar(select(Contact).where(Contact.id == contact["id"]))
            if found is not None and found.note is not None:
                break
            await asyncio.sleep(0.02)
        assert (found.outcome, found.disposition, found.note) == ("answered", "ordered", "一口锅")
        assert found.agent_id == switchboard.agents[0].user_id and found.number_e164 == "+8613812345678"
    assert replay(switchboard.journal).equal


async def test_ten_waiting_callers_survive_kill_minus_nine_of_the_switchboard(switchboard: Switchboard) -> None:
    async with AsyncExitStack() as stack, asyncio.timeout(170):
        trunk = await stack.enter_async_context(Phone(switchboard.sip, "trunk", sound=tone(CALLER_TONE, 1)))
        callers = []
        for number in range(10):
            call = trunk.dial(switchboard.hotline, f"1380000000{number}")
            await call.answered
            callers.append(call)
        await asyncio.to_thread(switchboard.kill)
        await asyncio.to_thread(switchboard.start)
        answered: list[str] = []
        for index in range(10):
            desk = await seat(stack, switchboard, switchboard.agents[index])
            shown = await desk.expect("contact", lambda frame: frame["contact"] is not None)
            answered.append(shown["contact"]["number"])
        assert answered == [f"1380000000{number}" for number in range(10)]
        for call in callers:
            assert not call.ended.done()
            await call.hang_up()
        await until(lambda: len(facts(switchboard.journal, "ContactEnded")) == 10)
    started, ended = facts(switchboard.journal, "ContactStarted"), facts(switchboard.journal, "ContactEnded")
    assert len(started) == 10
    assert sorted(fact["contact"] for fact in ended) == sorted(fact["contact"] for fact in started)
    assert {fact["outcome"] for fact in ended} == {"answered"}
    assert replay(switchboard.journal).equal
