"""The one relay: takes committed announcements out of the outbox and tells every listener, a NOTIFY per batch.

Rows are deleted in the transaction that notifies of them. There is no cursor that could run past a row whose
transaction commits late: such a row is simply there at the next look. A long transaction holds up nobody else's rows.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence

import asyncpg
import orjson
import structlog
from asyncpg.exceptions import InterfaceError, PostgresError

from zuoxi.platform.database import WAKE
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.outbox import CHANNEL, HEARTBEAT

log = structlog.get_logger("zuoxi.relay")

# Several API processes may run; the one that holds this lock relays, the others stand by.
_LOCK = 4_021_002
_BATCH = 500
# PostgreSQL refuses payloads of 8,000 bytes and more.
_PAYLOAD = 7_500

_TAKE = """
with taken as (
    delete from outbox where seq in (select seq from outbox order by seq limit $1)
    returning seq, tenant_id::text, topic, object_id
) select tenant_id, topic, object_id from taken order by seq
"""

_FAULTS = (OSError, PostgresError, InterfaceError, TimeoutError)


class Relay:
    """``dsn`` is the narrow role's. ``poll`` is how long a missed wake-up can delay an announcement, seconds."""

    def __init__(self, dsn: str, *, poll: float = 0.5, standby: float = 2.0) -> None:
        self._dsn = dsn
        self._poll = poll
        self._standby = standby
        self._id = new_id()
        self._sent = 0
        self._wake = asyncio.Event()
        self.relaying = asyncio.Event()

    async def run(self) -> None:
        """Relay until cancelled; a lost database is waited for."""
        while True:
            try:
                await self._connected()
            except _FAULTS as error:
                log.warning("relay interrupted", error=type(error).__name__)
            self.relaying.clear()
            await asyncio.sleep(self._standby)

    async def _connected(self) -> None:
        connection = await asyncpg.connect(self._dsn, timeout=10, server_settings={"application_name": "zuoxi relay"})
        try:
            if not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):
                return
            await connection.add_listener(WAKE, lambda *_: self._wake.set())
            connection.add_termination_listener(lambda *_: self._wake.set())
            self.relaying.set()
            loop = asyncio.get_running_loop()
            beat = loop.time()
            while True:
                self._wake.clear()
                while await self._relay_batch(connection):
                    pass
                if loop.time() >= beat:
                    await self._notify(connection, [])
                    beat = loop.time() + HEARTBEAT
                # Not wait_for: in Python 3.11 it can swallow a cancellation that comes with the wake-up.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._poll):
                        await self._wake.wait()
        finally:
            connection.terminate()

    async def _relay_batch(self, connection: asyncpg.Connection) -> bool:
        """Send one batch. Returns whether there may be more."""
        before = self._sent
        try:
            async with connection.transaction():
                rows = await connection.fetch(_TAKE, _BATCH)
                for part in parts([tuple(row) for row in rows]):
                    self._sent += 1
                    await self._notify(connection, part)
        except BaseException:
            self._sent = before  # nothing was sent
            raise
        return len(rows) == _BATCH

    async def _notify(self, connection: asyncpg.Connection, entries: Sequence[Sequence[str]]) -> None:
        payload = orjson.dumps({"relay": self._id, "number": self._sent, "entries": entries}).decode()
        await connection.execute("select pg_notify($1, $2)", CHANNEL, payload, timeout=10)


def parts(entries: Sequence[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    """Cut a batch into parts that fit a NOTIFY's payload, without repeating an entry within the batch."""
    part: list[Sequence[str]] = []
    size = 0
    for entry in dict.fromkeys(tuple(entry) for entry in entries):
        weight = len(orjson.dumps(entry)) + 1
        if part and size + weight > _PAYLOAD:
            yield part
            part, size = [], 0
        part.append(entry)
        size += weight
    if part:
        yield part
