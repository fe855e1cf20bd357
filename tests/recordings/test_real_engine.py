"""A conversation on the real engine, from the first tone to the kept file, also when the engine dies in the middle."""

from __future__ import annotations

import asyncio
import io
import signal
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import soundfile
from sqlalchemy import select, update
from tests.fixtures.switchboard import Switchboard
from tests.recordings.calls import sounds_of
from tests.recordings.sounds import loudest

from zuoxi.contacts import Contact
from zuoxi.lines import Hotline
from zuoxi.platform.database import Database
from zuoxi.platform.services import utc_now
from zuoxi.recordings import Finisher, Recording
from zuoxi.recordings.encode import FRAME, RATE
from zuoxi.recordings.finish import QUIET
from zuoxi.reporting import Wallboards
from zuoxi.telephony.phone import Phone, PhoneCall, tone

pytestmark = [pytest.mark.engine, pytest.mark.database]

CALLER_HZ, AGENT_HZ = 1700.0, 2300.0


def lift(call: PhoneCall) -> None:
    call.phone.spawn(call.answer())


async def sound_of(folder: Path, seconds: float) -> Path:
    """The one raw file of the folder, once it holds so many seconds."""
    while True:
        for path in folder.glob("*.raw"):
            if path.stat().st_size >= seconds * RATE * FRAME:
                return path
        await asyncio.sleep(0.05)


async def ended_contact(database: Database, tenant_id: str) -> Contact:
    while True:
        async with database.transaction(tenant_id) as session:
            found = await session.scalar(select(Contact).where(Contact.ended_at.is_not(None)))
        if found is not None:
            return found
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("crash", [False, True], ids=["ended by the agent", "the engine dies"])
async def test_a_conversation_is_kept_whole_each_side_on_its_channel(
    switchboard: Switchboard, database: Database, narrow: Database, tmp_path: Path, crash: bool
) -> None:
    raws, tenant = switchboard.engine.configuration.recordings, switchboard.tenant.id
    for left in raws.glob("*.raw"):
        left.unlink()
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "raw").symlink_to(raws)
    async with AsyncExitStack() as stack, asyncio.timeout(120):
        desk = await stack.enter_async_context(switchboard.desk(switchboard.agents[0]))
        given = (await desk.command("take_seat", phone="sip"))["phone"]
        phone = Phone(switchboard.sip, given["user"], given["password"], sound=tone(AGENT_HZ, 1), behaviour=lift)
        await stack.enter_async_context(phone)
        await phone.register()
        await desk.command("ready")
        trunk = await stack.enter_async_context(Phone(switchboard.sip, "trunk", sound=tone(CALLER_HZ, 1)))
        call = trunk.dial(switchboard.hotline, "13812345678")
        await call.answered
        answered = time.monotonic()
        raw = await sound_of(raws, 6.0)
        talked = time.monotonic() - answered
        if crash:
            await asyncio.to_thread(switchboard.engine.kill)
            await asyncio.to_thread(switchboard.engine.start)
        else:
            await desk.command("hang_up")
            await call.ended
        contact = await ended_contact(database, tenant)
        assert (contact.call, contact.outcome) == (raw.stem, "answered")
        assert (contact.reason == "engine_lost") is crash
        boards = Wallboards(database, utc_now)
        board = await boards.now(tenant)
        assert (board.total.offered, board.total.answered, board.total.waiting) == (1, 1, 0)

        finisher = Finisher(folder, database, narrow, lambda: utc_now() + QUIET + timedelta(seconds=1))
        assert await finisher.finish_all() == 1
    async with database.transaction(tenant) as session:
        recording = await session.scalar(select(Recording).where(Recording.contact_id == contact.id))
    assert recording is not None
    assert recording.seconds >= talked - 5, "whole, but for the last 5 s before a crash"
    sides, _ = soundfile.read(io.BytesIO(sounds_of(folder).whole(recording)))
    last = sides[-3 * RATE : -RATE]
    assert loudest(last[:, 0]) == pytest.approx(CALLER_HZ, abs=5)
    assert loudest(last[:, 1]) == pytest.approx(AGENT_HZ, abs=5)
    assert not raw.exists()


async def test_a_caller_who_waits_unanswered_is_kept_from_the_answer_on(
    switchboard: Switchboard, database: Database, narrow: Database, tmp_path: Path
) -> None:
    """Waiting on early media is before our answer, so it is no part of the recording."""
    raws, tenant = switchboard.engine.configuration.recordings, switchboard.tenant.id
    for left in raws.glob("*.raw"):
        left.unlink()
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "raw").symlink_to(raws)
    async with database.transaction(tenant) as session:
        await session.execute(update(Hotline).values(answer_before_waiting=False))
    await asyncio.to_thread(switchboard.kill, signal.SIGTERM)
    await asyncio.to_thread(switchboard.start)  # reads its configuration anew
    async with AsyncExitStack() as stack, asyncio.timeout(120):
        trunk = await stack.enter_async_context(Phone(switchboard.sip, "trunk", sound=tone(CALLER_HZ, 1)))
        call = trunk.dial(switchboard.hotline, "13812345678")
        raw = await sound_of(raws, 3.0)
        assert not call.answered.done()
        desk = await stack.enter_async_context(switchboard.desk(switchboard.agents[0]))
        given = (await desk.command("take_seat", phone="sip"))["phone"]
        phone = Phone(switchboard.sip, given["user"], given["password"], sound=tone(AGENT_HZ, 1), behaviour=lift)
        await stack.enter_async_context(phone)
        await phone.register()
        await desk.command("ready")
        await call.answered
        waiting = raw.stat().st_size / FRAME / RATE
        await sound_of(raws, waiting + 5.0)
        await desk.command("hang_up")
        await call.ended
        contact = await ended_contact(database, tenant)
        await Finisher(folder, database, narrow, lambda: utc_now() + QUIET + timedelta(seconds=1)).finish_all()
    async with database.transaction(tenant) as session:
        recording = await session.scalar(select(Recording).where(Recording.contact_id == contact.id))
    assert recording is not None and contact.talked_s is not None
    assert recording.seconds == pytest.approx(contact.talked_s, abs=1)
    assert recording.cut_s > 2
    sides, _ = soundfile.read(io.BytesIO(sounds_of(folder).whole(recording)))
    assert loudest(sides[RATE : 2 * RATE, 1]) == pytest.approx(AGENT_HZ, abs=5), "not the music of the wait"
