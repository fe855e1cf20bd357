"""The day so far of one domain's agents: followed as it happens, and read from the journal as soon as somebody asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import structlog

from zuoxi.contacts.live.domain import Domain, Step
from zuoxi.contacts.live.journal_reader import JournalReader
from zuoxi.contacts.live.today import FACTS, AgentDay, Today
from zuoxi.platform.logs import describe
from zuoxi.routing import codec

log = structlog.get_logger(__name__)

_KINDS = frozenset(kind.__name__ for kind in FACTS)


class DayBook:
    """One per domain. What happened before this process began to listen is read once, when it is first wanted."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._today = Today(lambda at: 0.0 if domain.settings is None else domain.settings.day_start(at))
        self._reading: asyncio.Task[None] | None = None
        self._last_row = domain.journal.last
        self._read: list[Callable[[], None]] = []
        domain.listen(self._happened)

    @property
    def known(self) -> bool:
        """Whether the day so far has been read."""
        return self._today.begun

    def of(self, agent: str) -> AgentDay:
        return self._today.of(agent)

    def when_read(self, tell: Callable[[], None]) -> None:
        """``tell()`` is called once the day so far is known."""
        self._read.append(tell)

    def want(self) -> None:
        """Read the day so far, unless that is done or under way."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_day())

    def _happened(self, step: Step) -> None:
        self._today.note(step.at, step.commands)

    async def _read_day(self) -> None:
        settings = self._domain.settings
        since = 0.0 if settings is None else settings.day_start(self._domain.now())
        try:
            earlier = await asyncio.to_thread(self._read_rows, since)
        except Exception as error:
            log.warning("floor.day_unread", fault=describe(error))
            earlier = []
        self._today.begin(earlier)
        for tell in self._read:
            tell()

    def _read_rows(self, since: float) -> list[tuple[float, list[Any]]]:
        reader = JournalReader(self._domain.journal.path)
        try:
            found = []
            for row in reader.rows(reader.before(since)):
                if row.seq > self._last_row:
                    break
                facts = [codec.decode(plain) for plain in orjson.loads(row.commands) if plain["kind"] in _KINDS]
                if facts:
                    found.append((row.at, facts))
            return found
        finally:
            reader.close()
