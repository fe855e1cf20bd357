"""Copies a domain's journal to PostgreSQL, a moment behind the calls, and never twice.

A row is shipped when its key (domain, epoch, seq) is in ``contact_journal``; what follows from it is written in the
same transaction, for rows that were not there yet only. So the shipper may be stopped anywhere, start from anywhere and
run twice. While the database is away the journal keeps the rows.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from zuoxi.contacts.live.journal import Journal
from zuoxi.contacts.live.journal_reader import JournalReader, JournalRow
from zuoxi.contacts.projection import Entry, ReadNumber, project
from zuoxi.contacts.store_projection import store_projection, store_rows
from zuoxi.platform.database import Database
from zuoxi.platform.logs import describe
from zuoxi.platform.outbox import announce

log = structlog.get_logger(__name__)

TOPIC = "contacts.events"
BATCH = 500
GATHER_SECONDS = 0.2  # rows of many calls go out together: a transaction costs more than the rows in it
RETRY_SECONDS = 2.0
KEEP_SECONDS = 3 * 86400.0  # how long shipped rows stay in the journal
_TIDY_SECONDS = 30.0


class Shipper:
    """One per domain; ``run`` until cancelled. ``database`` works as the application's role."""

    def __init__(
        self, tenant_id: str, journal: Journal, database: Database, read_number: ReadNumber, clock: Callable[[], float]
    ) -> None:
        self._now = clock
        self._tenant_id = tenant_id
        self._journal = journal
        self._database = database
        self._read_number = read_number
        self._more = asyncio.Event()
        self._stopping = False
        self._reader: JournalReader | None = None
        self.shipped = 0  # the last sequence known to be in the database

    async def run(self) -> None:
        """Ship until cancelled."""
        self._journal.watch(lambda _: self._more.set())
        self._more.set()
        tidied = self._now()
        known = False
        away = False
        while not self._stopping:
            try:
                if not known:
                    self.shipped = await self._where()
                    known = True
                async with asyncio.timeout(_TIDY_SECONDS):
                    await self._more.wait()
                await asyncio.sleep(GATHER_SECONDS)
                self._more.clear()
                await self.drain()
                if away:
                    away = False
                    log.warning("shipper.database_back", tenant=self._tenant_id)
            except TimeoutError:
                pass
            except (SQLAlchemyError, OSError, sqlite3.Error) as error:
                if not away:
                    away = True
                    log.error("shipper.database_away", tenant=self._tenant_id, fault=describe(error))
                await asyncio.sleep(RETRY_SECONDS)
                self._more.set()
            if self._now() - tidied > _TIDY_SECONDS:
                tidied = self._now()
                await self._tidy()

    def stop(self) -> None:
        """Let ``run`` end after the batch that is under way."""
        self._stopping = True
        self._more.set()

    async def drain(self) -> None:
        """Ship everything that is durable now (for an orderly stop, and for tests)."""
        while await self.ship_batch():
            pass

    async def ship_batch(self) -> int:
        """Ship the next rows; how many there were. Raises what the database raises."""
        if self.shipped >= self._journal.durable:
            return 0
        rows = await asyncio.to_thread(self._read, self.shipped)
        if not rows:
            return 0
        async with self._database.transaction(self._tenant_id) as session:
            new = await store_rows(
                session,
                self._tenant_id,
                [(r.epoch, r.seq, r.at, r.version, r.event, r.commands, r.extra) for r in rows],
            )
            entries = [self._entry(row) for row in rows if (row.epoch, row.seq) in new]
            if entries:
                await store_projection(session, self._tenant_id, project(entries, self._read_number))
                await announce(session, TOPIC, str(rows[-1].seq))
        self.shipped = rows[-1].seq
        return len(rows)

    def _entry(self, row: JournalRow) -> Entry:
        extra: dict[str, Any] | None = orjson.loads(row.extra) if row.extra else None
        return Entry(
            self._tenant_id, row.epoch, row.seq, row.at, orjson.loads(row.event), orjson.loads(row.commands), extra
        )

    async def _where(self) -> int:
        """From where to ship: the newest sequence of this journal in the database, as far as the journal goes."""
        async with self._database.transaction(self._tenant_id) as session:
            last = await session.scalar(
                text("select coalesce(max(seq), 0) from contact_journal where domain = :domain and epoch >= :first"),
                {"domain": self._tenant_id, "first": self._journal.first_epoch},
            )
        return min(int(last or 0), self._journal.durable)

    def _read(self, after: int) -> list[JournalRow]:
        return self._open_reader().rows(after, BATCH)

    def _open_reader(self) -> JournalReader:
        if self._reader is None:
            self._reader = JournalReader(self._journal.path)
        return self._reader

    async def _tidy(self) -> None:
        try:
            await asyncio.to_thread(self._tidy_file)
        except sqlite3.Error as error:
            log.warning("shipper.tidy_failed", fault=describe(error))

    def _tidy_file(self) -> None:
        reader = self._open_reader()
        reader.checkpoint()
        reader.discard(self._now() - KEEP_SECONDS, self.shipped)
