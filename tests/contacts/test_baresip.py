"""An agent's SIP phone that is not ours (baresip) on the real engine, through hold and the switchboard's death."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from tests.fixtures.baresip import baresip
from tests.fixtures.switchboard import Switchboard
from tests.telephony.worlds import CALLER_TONE, RealParty

from zuoxi.telephony.phone import Phone, tone

pytestmark = [pytest.mark.engine, pytest.mark.database]


async def test_a_baresip_phone_answers_is_held_and_outlives_the_switchboard(switchboard: Switchboard) -> None:
    """It sends back what it hears, so the caller's own tone says that both directions work."""
    async with AsyncExitStack() as stack, asyncio.timeout(150):
        desk = await stack.enter_async_context(switchboard.desk(switchboard.agents[0]))
        given = (await desk.command("take_seat", phone="sip"))["phone"]
        phone = await stack.enter_async_context(baresip(given["user"], given["password"], switchboard.sip))
        await desk.command("ready")
        trunk = await stack.enter_async_context(Phone(switchboard.sip, "trunk", sound=tone(CALLER_TONE, 1)))
        call = trunk.dial(switchboard.hotline, "13812345678")
        await phone.expect("CALL_ESTABLISHED")
        caller = RealParty(call)
        await caller.hears("caller")
        await desk.command("hold")
        await caller.hears("music")
        await desk.command("resume")
        await caller.hears("caller")
        await asyncio.to_thread(switchboard.kill)
        await caller.hears("caller")
        await asyncio.to_thread(switchboard.start)
        again = await stack.enter_async_context(switchboard.desk(switchboard.agents[0]))
        assert again.welcome["contact"]["state"] == "talking"
        await caller.hears("caller")
        phone.command("hangup")
        assert await call.ended == "BYE"
        await again.expect("contact", lambda frame: frame["contact"]["state"] == "wrap_up")
