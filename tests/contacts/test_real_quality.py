"""A poor network on the real engine: packets late and lost, and a phone from which nothing comes."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select
from tests.contacts.test_real_engine import lift, seat
from tests.fixtures.switchboard import Switchboard

from zuoxi.benchmarks.desk_client import DeskClient, Frame
from zuoxi.contacts.models import ContactEvent
from zuoxi.platform.database import Database
from zuoxi.telephony.phone import Phone, PhoneCall, tone

pytestmark = [pytest.mark.engine, pytest.mark.database]


def in_bursts(number: int) -> float | None:
    """Packets are held back and come sixteen at once: an overfull Wi-Fi."""
    return 0.02 * (16 - number % 16)


def lossy(number: int) -> float | None:
    """One packet in eight is lost."""
    return None if number % 8 == 0 else 0.0


def lift_mute(call: PhoneCall) -> None:
    call.audio.network = lambda _: None
    lift(call)


async def told_of(desk: DeskClient, side: str, state: str) -> Frame:
    """Wait until the desk was told, in whatever order."""
    while True:
        for frame in desk.frames:
            if frame["type"] == "quality" and (frame["side"], frame["state"]) == (side, state):
                return frame
        await asyncio.sleep(0.05)


async def test_a_poor_line_and_a_dead_microphone_are_told(switchboard: Switchboard, database: Database) -> None:
    async with AsyncExitStack() as stack, asyncio.timeout(120):
        trunk = await stack.enter_async_context(Phone(switchboard.sip, "trunk", sound=tone(1700.0, 1)))
        desk = await seat(stack, switchboard, switchboard.agents[0])
        call = trunk.dial(switchboard.hotline, "13812345678")
        await desk.expect("contact", lambda frame: frame["contact"] is not None)
        call.audio.network = in_bursts
        mute = await stack.enter_async_context(switchboard.desk(switchboard.agents[1]))
        given = (await mute.command("take_seat", phone="sip"))["phone"]
        phone = Phone(switchboard.sip, given["user"], given["password"], behaviour=lift_mute)
        await stack.enter_async_context(phone)
        await phone.register()
        await mute.command("ready")
        other = trunk.dial(switchboard.hotline, "13812345679")
        await mute.expect("contact", lambda frame: frame["contact"] is not None)
        other.audio.network = lossy
        told = await told_of(desk, "caller", "poor")
        assert told["jitter_ms"] > 30
        lost, _ = await told_of(mute, "caller", "poor"), await told_of(mute, "agent", "silent")
        assert lost["loss_percent"] >= 5
        for each in (call, other):
            await each.hang_up()
        kept: list[ContactEvent] = []
        while not kept:
            async with database.transaction(switchboard.tenant.id) as session:
                of_it = ContactEvent.contact_id == told["contact"], ContactEvent.kind == "CallQualityChanged"
                kept = list(await session.scalars(select(ContactEvent).where(*of_it)))
            await asyncio.sleep(0.05)
        assert kept[0].payload["state"] == "poor" and kept[0].payload["jitter_ms"] > 30
