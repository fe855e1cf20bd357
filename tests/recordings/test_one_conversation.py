"""One conversation through hold and transfer, on the real engine: one recording, and its timeline tells the truth about
what is heard in it."""

from __future__ import annotations

import asyncio
import io
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sqlalchemy import select
from tests.fixtures.switchboard import Switchboard
from tests.fixtures.tones import strength
from tests.recordings.calls import sounds_of
from tests.recordings.test_real_engine import ended_contact, lift, sound_of

from zuoxi import lines
from zuoxi.platform.database import Database
from zuoxi.platform.services import utc_now
from zuoxi.recordings import Finisher, Recording
from zuoxi.recordings.encode import FRAME, RATE
from zuoxi.recordings.finish import QUIET
from zuoxi.recordings.queries import timeline_of
from zuoxi.telephony.phone import Phone, tone

pytestmark = [pytest.mark.engine, pytest.mark.database]

CALLER_HZ, FIRST_HZ, SECOND_HZ = 1700.0, 2300.0, 2900.0
STEP_S = 3.0  # of recorded sound between one deed and the next


async def test_the_timeline_says_whom_the_caller_hears(
    switchboard: Switchboard, database: Database, narrow: Database, tmp_path: Path
) -> None:
    raws, tenant = switchboard.engine.configuration.recordings, switchboard.tenant.id
    for left in raws.glob("*.raw"):
        left.unlink()
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "raw").symlink_to(raws)
    first, second = switchboard.agents[:2]
    async with AsyncExitStack() as stack, asyncio.timeout(180):
        desks = []
        for agent, hertz in ((first, FIRST_HZ), (second, SECOND_HZ)):
            desk = await stack.enter_async_context(switchboard.desk(agent))
            given = (await desk.command("take_seat", phone="sip"))["phone"]
            phone = Phone(switchboard.sip, given["user"], given["password"], sound=tone(hertz, 1), behaviour=lift)
            await stack.enter_async_context(phone)
            await phone.register()
            desks.append(desk)
        await desks[0].command("ready")
        trunk = await stack.enter_async_context(Phone(switchboard.sip, "trunk", sound=tone(CALLER_HZ, 1)))
        call = trunk.dial(switchboard.hotline, "13812345678")
        await call.answered
        raw = await sound_of(raws, STEP_S)

        async def a_step_later() -> None:
            await sound_of(raws, raw.stat().st_size / FRAME / RATE + STEP_S)

        contact = (await desks[0].expect("offer"))["offer"]["contact"]
        await a_step_later()
        await desks[0].command("hold", contact=contact)
        await a_step_later()
        await desks[0].command("resume", contact=contact)
        await a_step_later()
        await desks[1].command("ready")
        await desks[0].command("transfer", contact=contact, to_agent=second.user_id)
        await desks[1].expect("offer")
        await a_step_later()
        await desks[1].command("hang_up", contact=contact)
        await call.ended
        ended = await ended_contact(database, tenant)
        await Finisher(folder, database, narrow, lambda: utc_now() + QUIET + timedelta(seconds=1)).finish_all()

    async with database.transaction(tenant) as session:
        (recording,) = list(await session.scalars(select(Recording)))
        line = await timeline_of(session, recording, await lines.names(session))
    assert (recording.contact_id, ended.id) == (contact, contact)
    talks = [stretch for stretch in line.stretches if stretch.what == "talking"]
    (held,) = [stretch for stretch in line.stretches if stretch.what == "held"]
    assert [talk.from_s < held.from_s for talk in talks] == [True, False, False]
    assert {mark.kind for mark in line.marks} >= {
        "ContactAnswered",
        "ContactHeld",
        "ContactTransferred",
        "ContactEnded",
    }

    samples, _ = soundfile.read(io.BytesIO(sounds_of(folder).whole(recording)), dtype="int16")

    def heard_in_the_middle(from_s: float, to_s: float) -> set[float]:
        middle = (from_s + to_s) / 2
        piece = samples[int((middle - 0.4) * RATE) : int((middle + 0.4) * RATE), 1].astype(np.int16)
        return {hertz for hertz in (FIRST_HZ, SECOND_HZ) if strength(piece, hertz) > 1000}

    heard = [heard_in_the_middle(talk.from_s, talk.to_s) for talk in talks]
    assert heard == [{FIRST_HZ}, {FIRST_HZ}, {SECOND_HZ}], line
    assert heard_in_the_middle(held.from_s, held.to_s) == set(), "music"
