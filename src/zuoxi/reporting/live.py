"""The wallboards of a running process: read once from the event log, kept up by what the log gains.

One board per tenant that somebody looks at. An announcement (``changed``) makes it read on from its cursor; so does the
passing of ``resync_s``, because an announcement may be lost. A contact's events are shipped in order, so a cursor of
(epoch, sequence, index) per routing domain skips nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import and_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import lines
from zuoxi.accounts import User, UserRole
from zuoxi.contacts import ContactEvent
from zuoxi.platform.database import Database
from zuoxi.platform.services import Clock
from zuoxi.reporting.schemas import AgentOut, QueueBoard, WallboardOut, counts_of
from zuoxi.reporting.wallboard import Happening, Wallboard

log = structlog.get_logger("zuoxi.wallboard")

KINDS = (
    "ContactQueued",
    "ContactAnswered",
    "ContactEnded",
    "VoicemailBegun",
    "CallbackRecorded",
    "FlowNodeEntered",
    "AgentStateChanged",
)
# A call that began before midnight is still on the board after it; an agent may have signed in long before.
CALLS_BACK = timedelta(hours=2)
AGENTS_BACK = timedelta(hours=18)
NEW_DOMAIN_BACK = timedelta(minutes=2)
CHANGED_TOPICS = ("contacts.events", lines.LINES_CHANGED)

Cursor = dict[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class _Names:
    queues: tuple[lines.QueueView, ...]
    agents: tuple[tuple[str, str, str], ...]  # id, name, number (工号)


@dataclass(slots=True)
class _Board:
    tenant_id: str
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    turn: asyncio.Condition = field(default_factory=asyncio.Condition)
    version: int = 0
    watchers: int = 0
    reader: asyncio.Task[None] | None = None
    wallboard: Wallboard | None = None
    names: _Names = field(default_factory=lambda: _Names((), ()))
    cursor: Cursor = field(default_factory=dict)
    stale: bool = False
    day: date | None = None


class Wallboards:
    """All boards of this process. ``pause_s`` is the least time between two pushes of a board."""

    def __init__(self, database: Database, clock: Clock, *, pause_s: float = 0.25, resync_s: float = 2.0) -> None:
        self._database = database
        self._clock = clock
        self._pause_s = pause_s
        self._resync_s = resync_s
        self._boards: dict[str, _Board] = {}

    def changed(self, tenant_id: str, topic: str) -> None:
        """Something was announced for a tenant; a change of lines makes its board read everything anew."""
        board = self._boards.get(tenant_id)
        if board is None:
            return
        if topic == lines.LINES_CHANGED:
            board.stale = True
        board.news.set()

    async def close(self) -> None:
        """Stop reading."""
        readers = [board.reader for board in self._boards.values() if board.reader is not None]
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)

    async def now(self, tenant_id: str) -> WallboardOut:
        """The tenant's board as the log has it now."""
        board = self._boards.setdefault(tenant_id, _Board(tenant_id))
        await self._read(board)
        return self._shown(board)

    async def watch(self, tenant_id: str) -> AsyncGenerator[WallboardOut]:
        """The board now and after each change, until the caller stops asking."""
        board = self._boards.setdefault(tenant_id, _Board(tenant_id))
        board.watchers += 1
        try:
            await self._read(board)
            if board.reader is None or board.reader.done():
                board.reader = asyncio.create_task(self._follow(board))
            seen = board.version
            yield self._shown(board)
            while True:
                async with board.turn:
                    await board.turn.wait_for(lambda: board.version != seen)  # noqa: B023
                seen = board.version
                yield self._shown(board)
        finally:
            board.watchers -= 1
            if board.watchers == 0:
                self._boards.pop(tenant_id, None)
                if board.reader is not None:
                    board.reader.cancel()

    async def _follow(self, board: _Board) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._resync_s):
                    await board.news.wait()
            board.news.clear()
            try:
                changed = await self._read(board)
            except Exception as fault:
                # the database is away: the page keeps what it has, and the next turn tries again
                log.warning("wallboard could not be read", tenant=board.tenant_id, error=type(fault).__name__)
                changed = False
            if changed:
                board.version += 1
                async with board.turn:
                    board.turn.notify_all()
                await asyncio.sleep(self._pause_s)

    async def _read(self, board: _Board) -> bool:
        """Read what is new into the board. Returns whether it changed."""
        async with board.lock:
            now = self._clock()
            async with self._database.transaction(board.tenant_id) as session:
                if board.wallboard is None or board.stale:
                    board.stale = False
                    board.wallboard, board.names, board.cursor = await _begin(session, now)
                    board.day = now.astimezone(board.wallboard.zone).date()
                    return True
                changed = await _read_on(session, board.wallboard, board.cursor, now - NEW_DOMAIN_BACK)
            day = now.astimezone(board.wallboard.zone).date()
            changed, board.day = changed or day != board.day, day
            return changed

    def _shown(self, board: _Board) -> WallboardOut:
        assert board.wallboard is not None
        return show(board.wallboard, board.names, self._clock())


async def _begin(session: AsyncSession, now: datetime) -> tuple[Wallboard, _Names, Cursor]:
    """A board with everything of today in it."""
    zone: ZoneInfo = await lines.zone(session)
    queues = tuple(await lines.queues(session))
    seated = select(UserRole.user_id).where(UserRole.role.in_(("agent", "supervisor")))
    agents = await session.execute(
        select(User.id, User.name, User.number).where(User.active, User.id.in_(seated)).order_by(User.number)
    )
    names = _Names(queues, tuple((row.id, row.name, row.number) for row in agents))
    wallboard = Wallboard(zone, {queue.id: queue.service_level_s for queue in queues})
    start = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) - CALLS_BACK
    before = (
        select(ContactEvent)
        .where(
            ContactEvent.kind == "AgentStateChanged",
            ContactEvent.at >= start - AGENTS_BACK,
            ContactEvent.at < start,
        )
        .ext(distinct_on(ContactEvent.agent_id))
        .order_by(ContactEvent.agent_id, ContactEvent.epoch.desc(), ContactEvent.seq.desc(), ContactEvent.index.desc())
    )
    for row in await session.scalars(before):
        wallboard.apply(Happening(row.at, row.kind, row.payload))
    cursor: Cursor = {}
    await _read_on(session, wallboard, cursor, start)
    return wallboard, names, cursor


async def _read_on(session: AsyncSession, wallboard: Wallboard, cursor: Cursor, start: datetime) -> bool:
    """Fold what lies behind the cursor, and move it. Returns whether there was anything.

    One search by the key for each known domain, and one by time for domains that were not met yet.
    """
    position = tuple_(ContactEvent.epoch, ContactEvent.seq, ContactEvent.index)
    searches = [and_(ContactEvent.domain == domain, position > tuple_(*place)) for domain, place in cursor.items()]
    searches.append(and_(ContactEvent.at >= start, ContactEvent.domain.not_in(list(cursor))))
    changed = False
    for search in searches:
        found = await session.execute(
            select(
                ContactEvent.domain,
                ContactEvent.epoch,
                ContactEvent.seq,
                ContactEvent.index.label("place"),
                ContactEvent.at,
                ContactEvent.kind,
                ContactEvent.payload,
            )
            .where(search, ContactEvent.kind.in_(KINDS))
            .order_by(ContactEvent.domain, ContactEvent.epoch, ContactEvent.seq, ContactEvent.index)
        )
        for row in found:
            wallboard.apply(Happening(row.at, row.kind, row.payload))
            cursor[row.domain] = (row.epoch, row.seq, row.place)
            changed = True
    return changed


def show(wallboard: Wallboard, names: _Names, now: datetime) -> WallboardOut:
    """The board as the page gets it: with names, and with every queue and agent there is."""
    standing = wallboard.standing(now)
    known = {queue.id: queue for queue in names.queues}
    queues = []
    for queue_id, queue in standing.queues.items():
        view = known.get(queue_id)
        if view is None and not (queue.waiting or queue.day.offered):
            continue
        queues.append(
            QueueBoard(
                id=queue_id,
                name=view.name if view else queue_id,
                service_level_s=view.service_level_s if view else wallboard.default_target_s,
                **counts_of(queue),
            )
        )
    agents = []
    by_state = dict.fromkeys(("ready", "offered", "talking", "assisting", "wrap_up", "not_ready", "signed_out"), 0)
    for agent_id, name, number in names.agents:
        state = standing.agents.get(agent_id)
        by_state[state.state if state else "signed_out"] = by_state.get(state.state if state else "signed_out", 0) + 1
        agents.append(
            AgentOut(
                id=agent_id,
                name=name,
                number=number,
                state=state.state if state else "signed_out",
                reason=state.reason if state else None,
                since=state.since if state else None,
            )
        )
    return WallboardOut(
        at=standing.at,
        day=standing.day,
        total=counts_of(standing.total),
        queues=sorted(queues, key=lambda queue: queue.name),
        agents=by_state,
        agent_list=agents,
        blocked=standing.blocked,
        served=standing.served,
        closed=standing.closed,
    )
