"""The journal in PostgreSQL: every row once, wherever the shipper was stopped, and what follows from it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from tests.contacts.live_worlds import ANN, BOB, NUMBER, QUEUE, Source, World, until, world
from tests.fixtures.database import Tenant

from zuoxi.contacts import Callback, Contact, ContactEvent, ContactJournal
from zuoxi.contacts.live.journal import Journal
from zuoxi.contacts.live.journal_reader import JournalReader
from zuoxi.contacts.live.shipper import Shipper
from zuoxi.contacts.projection import AUDITED
from zuoxi.contacts.store_projection import rebuild
from zuoxi.platform.database import Database
from zuoxi.platform.models import AuditEntry

pytestmark = pytest.mark.database


def read_number(raw: str) -> tuple[str | None, str]:
    return (f"+86{raw}", raw) if raw.startswith("1") else (None, raw)


async def a_days_work(centre: World) -> None:
    """One answered call with a wrap-up, one abandoned, one still waiting."""
    desk = await centre.seat(behaviour="answer")
    answered = centre.switch.arrive(NUMBER, "13800000001")
    await until(lambda: centre.switch.hears(answered) == "agent")
    contact = centre.tenancy.domain.standing.agent(ANN).contact
    gone = centre.switch.arrive(NUMBER, "13800000002")
    await until(lambda: centre.switch.hears(gone) == "music")
    centre.switch.hang_up(gone)
    await desk.command("hang_up")
    await desk.command("wrap_up", contact=contact, disposition="ordered", note="两口锅")
    await desk.command("not_ready", reason="lunch")
    waiting = centre.switch.arrive(NUMBER, "13800000003")
    await until(lambda: centre.switch.hears(waiting) == "music")
    await centre.settle()


async def counts(session: AsyncSession) -> dict[str, int]:
    return {
        table.__tablename__: await session.scalar(select(func.count()).select_from(table)) or 0
        for table in (ContactJournal, ContactEvent, Contact, Callback)
    }


async def test_a_days_work_is_in_the_database(tmp_path: Path, database: Database, tenant: Tenant) -> None:
    async with world(tmp_path, Source(tenant.id), database, read_number=read_number) as centre:
        await a_days_work(centre)
        shipper = centre.tenancy.shipper
        assert shipper is not None
        await until(lambda: shipper.shipped == centre.tenancy.domain.journal.last)
        rows = centre.tenancy.domain.journal.last
        async with database.transaction(tenant.id) as session:
            contacts = list(await session.scalars(select(Contact).order_by(Contact.started_at)))
            answered, abandoned, waiting = contacts
            assert (answered.outcome, answered.agent_id, answered.disposition) == ("answered", ANN, "ordered")
            assert answered.note == "两口锅" and answered.queue_id == QUEUE and answered.dialled == NUMBER
            assert answered.number_e164 == "+8613800000001" and answered.answered_at is not None
            assert answered.talked_s is not None and answered.ended_at is not None
            assert (abandoned.outcome, abandoned.agent_id) == ("abandoned", None)
            assert (waiting.outcome, waiting.ended_at) == (None, None) and waiting.queued_at is not None
            callback = (await session.scalars(select(Callback))).one()
            assert (callback.contact_id, callback.reason, callback.state) == (abandoned.id, "abandoned", "open")
            assert (await counts(session))["contact_journal"] == rows
            before = await counts(session)
            # the same tables, made again from the journal alone
            await session.execute(text("update contact set outcome = null, talked_s = 99, note = 'kept'"))
            assert await rebuild(session, read_number) == rows
            assert await counts(session) == before
            await session.refresh(answered)
            assert (answered.outcome, answered.note) == ("answered", "两口锅") and answered.talked_s != 99


class Stopped(Exception):
    """The shipper was stopped here."""


class StumblingDatabase:
    """A database whose n-th transaction is cut off: before it, inside it, or after its commit."""

    def __init__(self, database: Database, at: int, moment: str) -> None:
        self._database, self._left, self._moment = database, at, moment

    @asynccontextmanager
    async def transaction(self, tenant_id: str) -> AsyncIterator[AsyncSession]:
        self._left -= 1
        stumble = self._left == 0
        if stumble and self._moment == "before":
            raise Stopped
        async with self._database.transaction(tenant_id) as session:
            yield session
            if stumble and self._moment == "inside":
                raise Stopped
        if stumble and self._moment == "after":
            raise Stopped


@pytest.mark.parametrize("moment", ["before", "inside", "after"])
@pytest.mark.parametrize("batch", [1, 3])
async def test_stopped_anywhere_it_ships_every_row_once(
    tmp_path: Path, database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, moment: str, batch: int
) -> None:
    monkeypatch.setattr("zuoxi.contacts.live.shipper.BATCH", batch)
    async with world(tmp_path, Source(tenant.id)) as centre:
        await a_days_work(centre)
    journal = Journal.open(tmp_path / f"{tenant.id}.sqlite", now=time.time(), router="test")
    journal.start(asyncio.get_running_loop())
    try:
        stumbled = 0
        for at in (1, 2, 2, 3, 3, 1):
            broken: Any = StumblingDatabase(database, at, moment)
            shipper = Shipper(tenant.id, journal, broken, read_number, time.time)
            try:
                if at != 2:  # else from the very beginning, as if nobody knew what is shipped
                    shipper.shipped = await shipper._where()
                await shipper.drain()
            except Stopped:
                stumbled += 1
        assert stumbled >= 2
        shipper = Shipper(tenant.id, journal, database, read_number, time.time)
        await shipper.drain()  # from the very beginning once more
        reader = JournalReader(journal.path)
        rows = reader.rows(0)
        reader.close()
        async with database.transaction(tenant.id) as session:
            shipped = await session.execute(select(ContactJournal.epoch, ContactJournal.seq))
            assert sorted(map(tuple, shipped)) == sorted((row.epoch, row.seq) for row in rows)
            found = await counts(session)
            assert found["contact"] == 3 and found["callback"] == 1
            outcomes = await session.scalars(select(Contact.outcome).order_by(Contact.started_at))
            assert list(outcomes) == ["answered", "abandoned", None]
    finally:
        journal.close()


class AwayDatabase:
    """A database that cannot be reached until it is back."""

    def __init__(self, database: Database) -> None:
        self._database, self.away, self.refused = database, True, 0

    @asynccontextmanager
    async def transaction(self, tenant_id: str) -> AsyncIterator[AsyncSession]:
        if self.away:
            self.refused += 1
            raise OperationalError("select", {}, ConnectionRefusedError("away"))
        async with self._database.transaction(tenant_id) as session:
            yield session


async def test_calls_go_on_without_the_database_and_are_shipped_later(
    tmp_path: Path, database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zuoxi.contacts.live.shipper.RETRY_SECONDS", 0.02)
    away: Any = AwayDatabase(database)
    async with world(tmp_path, Source(tenant.id), away, read_number=read_number) as centre:
        await a_days_work(centre)
        assert away.refused > 0
        away.away = False
        shipper = centre.tenancy.shipper
        assert shipper is not None
        await until(lambda: shipper.shipped == centre.tenancy.domain.journal.last)
    async with database.transaction(tenant.id) as session:
        assert (await counts(session))["contact"] == 3


async def test_a_tenant_sees_no_contact_of_another(
    tmp_path: Path, database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    async with world(tmp_path, Source(tenant.id), database) as centre:
        await a_days_work(centre)
        shipper = centre.tenancy.shipper
        assert shipper is not None
        await until(lambda: shipper.shipped == centre.tenancy.domain.journal.last)
    async with database.transaction(other_tenant.id) as session:
        assert set((await counts(session)).values()) == {0}


async def test_shipped_rows_are_dropped_only_at_a_snapshot(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        await a_days_work(centre)
        centre.tenancy.domain.take_snapshot()
        boundary = centre.tenancy.domain.journal.last
        await centre.seat()
        await centre.settle()
        reader = JournalReader(centre.journal())
        assert reader.discard(time.time() + 60, shipped=boundary - 1) == 0
        assert reader.discard(time.time() + 60, shipped=boundary) == boundary
        assert reader.bounds()[0] == boundary + 1
        assert reader.snapshots()[0].seq == boundary
        reader.close()
        await centre.kill()
        await centre.start_again()
        assert len(centre.tenancy.domain.standing.contacts) == 1


async def test_supervisors_acts_are_in_the_audit_log_once(tmp_path: Path, database: Database, tenant: Tenant) -> None:
    async with world(tmp_path, Source(tenant.id), database, read_number=read_number) as centre:
        await centre.seat(behaviour="answer")
        call = centre.switch.arrive(NUMBER, "13800000001")
        await until(lambda: centre.switch.hears(call) == "agent")
        contact = centre.tenancy.domain.standing.agent(ANN).contact
        rights = frozenset({"floor.supervise"})
        supervisor = await centre.seat(BOB, behaviour="answer", ready=False, permissions=rights)
        await supervisor.command("supervise", contact=contact, mode="whisper")
        await supervisor.command("pick_up", contact=contact)  # refused: it does not wait
        await supervisor.command("take_over", contact=contact)
        await supervisor.command("set_agent", agent=ANN, state="not_ready", reason="lunch")
        await centre.settle()
        shipper = centre.tenancy.shipper
        assert shipper is not None
        await until(lambda: shipper.shipped == centre.tenancy.domain.journal.last)
        async with database.transaction(tenant.id) as session:
            await rebuild(session, read_number)  # writes nothing twice
            entries = list(await session.scalars(select(AuditEntry).order_by(AuditEntry.at)))
            assert [(each.user_id, each.action, each.kind, each.object_id, each.detail) for each in entries] == [
                (BOB, "supervise", "contact", contact, {"mode": "whisper"}),
                (BOB, "take_over", "contact", contact, {}),
                (BOB, "set_not_ready", "user", ANN, {"reason": "lunch"}),
            ]
            assert (await session.scalars(select(Contact))).one().agent_id == BOB


def test_what_supervisors_do_has_words_in_the_audit_log() -> None:
    words = (Path(__file__).parents[2] / "web/src/features/users/audit-words.ts").read_text("utf-8")
    for action, details in AUDITED.values():
        for code in (action, *details):
            assert f"  {code}: [" in words, code


async def test_a_callback_row_follows_its_task(tmp_path: Path, database: Database, tenant: Tenant) -> None:
    async with world(tmp_path, Source(tenant.id), database, read_number=read_number) as centre:
        lost = centre.switch.arrive(NUMBER, "13800000002")
        await until(lambda: centre.switch.hears(lost) == "music")
        centre.switch.hang_up(lost)
        await until(centre.tenancy.domain.router.callbacks)
        desk = centre.desk(permissions=frozenset({"desk.use", "callbacks.work"}))
        task = centre.tenancy.domain.router.callbacks()[0].id
        assert (await desk.command("take_callback", task=task))["ok"]
        assert (await desk.command("postpone_callback", task=task, until=time.time() + 600))["ok"]
        again = centre.switch.arrive(NUMBER, "13800000002")  # the same person, lost again: no second task
        await until(lambda: centre.switch.hears(again) == "music")
        centre.switch.hang_up(again)
        await centre.settle()
        assert [view.id for view in centre.tenancy.domain.router.callbacks()] == [task]
        assert (await desk.command("close_callback", task=task, result="已下单"))["ok"]
        shipper = centre.tenancy.shipper
        assert shipper is not None
        await until(lambda: shipper.shipped == centre.tenancy.domain.journal.last)
        async with database.transaction(tenant.id) as session:
            rows = list(await session.scalars(select(Callback).order_by(Callback.created_at)))
            assert [(row.state, row.stage, row.result) for row in rows] == [
                ("done", None, "已下单"),
                ("joined", "waiting", None),
            ]
            assert rows[0].done_by == ANN and rows[1].joined_contact_id == task
