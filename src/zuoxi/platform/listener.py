"""A process's ear: hears what the relay sends, gives it to subscribers, notices when it may have missed something."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager

import asyncpg
import orjson
import structlog
from asyncpg.exceptions import InterfaceError, PostgresError

from zuoxi.platform.outbox import CHANNEL, HEARTBEAT, Announced, Resync

log = structlog.get_logger("zuoxi.listener")

_FAULTS = (OSError, PostgresError, InterfaceError, TimeoutError)
_LONGEST_QUEUE = 1000


class Subscription:
    """What one subscriber hears: iterate over it. One that falls far behind gets a Resync for all it has missed."""

    def __init__(self, tenant_id: str | None, topics: Collection[str] | None) -> None:
        self._tenant_id = tenant_id
        self._topics = topics
        self._queue: asyncio.Queue[Announced | Resync] = asyncio.Queue()

    def offer(self, event: Announced | Resync) -> None:
        """Take an event if it is wanted."""
        if isinstance(event, Announced) and (
            (self._tenant_id is not None and event.tenant_id != self._tenant_id)
            or (self._topics is not None and event.topic not in self._topics)
        ):
            return
        if isinstance(event, Resync) or self._queue.qsize() >= _LONGEST_QUEUE:
            while not self._queue.empty():  # it makes whatever waits here needless
                self._queue.get_nowait()
            event = Resync()
        self._queue.put_nowait(event)

    async def get(self) -> Announced | Resync:
        """The next event."""
        return await self._queue.get()

    def __aiter__(self) -> AsyncIterator[Announced | Resync]:
        return self

    async def __anext__(self) -> Announced | Resync:
        return await self._queue.get()


class Listener:
    """``dsn`` of any role. ``silence`` is after how many seconds without a heartbeat the connection counts as dead."""

    def __init__(self, dsn: str, *, silence: float = 4 * HEARTBEAT, retry: float = 1.0) -> None:
        self._dsn = dsn
        self._silence = silence
        self._retry = retry
        self._subscriptions: set[Subscription] = set()
        self._heard = asyncio.Event()
        self._last: tuple[str, int] | None = None
        self.listening = asyncio.Event()

    @contextmanager
    def subscribe(
        self, *, tenant_id: str | None = None, topics: Collection[str] | None = None
    ) -> Iterator[Subscription]:
        """Hear announcements while in the block: of one tenant or all, of some topics or all.

        Subscribe first, then read the database: what happens in between is heard. On Resync, read it anew.
        """
        subscription = Subscription(tenant_id, topics)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is made anew, and subscribers are told to resynchronise."""
        while True:
            try:
                await self._connected()
            except _FAULTS as error:
                log.warning("listener interrupted", error=type(error).__name__)
            self.listening.clear()
            await asyncio.sleep(self._retry)

    async def _connected(self) -> None:
        connection = await asyncpg.connect(
            self._dsn, timeout=10, server_settings={"application_name": "zuoxi listener"}
        )
        broken = False

        def ended(_connection: object) -> None:
            nonlocal broken
            broken = True
            self._heard.set()

        try:
            connection.add_termination_listener(ended)
            self._last = None
            await connection.add_listener(CHANNEL, self._hear)
            self._tell(Resync())
            self.listening.set()
            while not broken:
                self._heard.clear()
                # Without a relay there are no heartbeats either: then the answer to a question is the sign of life.
                try:
                    async with asyncio.timeout(self._silence):
                        await self._heard.wait()
                except TimeoutError:
                    await connection.fetchval("select 1", timeout=self._silence)
        finally:
            connection.terminate()

    def _hear(self, _connection: object, _pid: object, _channel: object, payload: object) -> None:
        self._heard.set()
        message = orjson.loads(str(payload))
        relay, number, entries = message["relay"], message["number"], message["entries"]
        if self._missed_something(relay, number, beat=not entries):
            log.warning("announcements were missed")
            self._tell(Resync())
        self._last = (relay, number)
        for tenant_id, topic, object_id in entries:
            self._tell(Announced(tenant_id, topic, object_id))

    def _missed_something(self, relay: str, number: int, *, beat: bool) -> bool:
        """Whether numbers are missing before this message (a heartbeat repeats the last number)."""
        expected = number if beat else number - 1
        if self._last is None:
            return False
        known, last = self._last
        return last != expected if relay == known else expected > 0

    def _tell(self, event: Announced | Resync) -> None:
        for subscription in tuple(self._subscriptions):
            subscription.offer(event)
