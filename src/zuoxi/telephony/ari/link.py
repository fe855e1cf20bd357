"""Keeps one connection to the engine: opens it, lets its owner settle, opens the next one when it breaks.

Events that come while the owner settles are kept back until it has read what the engine holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Protocol

import structlog

from zuoxi.telephony.ari.client import Connection, Message
from zuoxi.telephony.switch import SwitchError

log = structlog.get_logger(__name__)

FIRST_RETRY, LONGEST_RETRY = 0.1, 2.0  # seconds between attempts to connect


class Opener(Protocol):
    def __call__(self, receive: Callable[[Message], None]) -> Awaitable[Connection]: ...


class Link:
    """``settle`` is awaited on each new connection before events pass to ``receive``; ``lost`` is told of its end;
    ``over`` once, when there will be no further one: the code says why (replaced, broken)."""

    def __init__(
        self,
        opener: Opener,
        *,
        settle: Callable[[], Awaitable[None]],
        receive: Callable[[Message], None],
        lost: Callable[[], None],
        over: Callable[[SwitchError], None],
    ) -> None:
        self._opener, self._settle, self._pass_on, self._lost, self._over = opener, settle, receive, lost, over
        self._connection: Connection | None = None
        self._early: list[Message] | None = None
        self._background: set[asyncio.Task[Any]] = set()
        self._keeper: asyncio.Task[None] | None = None
        self._replaced = False

    @property
    def connected(self) -> bool:
        return self._connection is not None

    def begin(self) -> None:
        """Connect, now and whenever it breaks, until ``close``. Begun already, it changes nothing."""
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep_connected(), name="switch-connection")
            self._keeper.add_done_callback(self._keeper_ended)

    async def close(self) -> None:
        """Stop; what the engine holds goes on without us."""
        for task in [self._keeper, *self._background]:
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def request(
        self, method: str, uri: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        """See Connection.request. Raises SwitchError(unavailable) also when there is no connection."""
        if self._connection is None:
            raise not_connected()
        return await self._connection.request(method, uri, query, body)

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something that nobody waits for; a refusal is logged."""
        task = asyncio.create_task(_quietly(work))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _let_through(self) -> None:
        """The owner has settled: what came meanwhile, and everything from now on, is passed on."""
        early, self._early = self._early or [], None
        for message in early:
            self._receive(message)

    def _receive(self, message: Message) -> None:
        if self._early is not None:
            self._early.append(message)
        elif message["type"] == "ApplicationReplaced":
            self._replaced = True
            if self._connection is not None:
                self.start(self._connection.close())
        else:
            self._pass_on(message)

    async def _keep_connected(self) -> None:
        pause = FIRST_RETRY
        while not self._replaced:
            self._early = []
            connection = None
            try:
                connection = self._connection = await self._opener(self._receive)
                await self._settle()
                self._let_through()
                pause = FIRST_RETRY
                await connection.lost()
                self._lost()
            except SwitchError as error:
                log.warning("switch.unavailable", detail=error.detail)
            finally:
                self._connection = None
                if connection is not None:
                    await connection.close()
            if not self._replaced:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_RETRY)
        self._over(SwitchError("replaced", "another process took the application over"))

    def _keeper_ended(self, keeper: asyncio.Task[None]) -> None:
        """A fault of ours must not look like silence."""
        if not keeper.cancelled() and (error := keeper.exception()) is not None:
            log.critical("switch.broke", exc_info=error)
            self._over(SwitchError("broken", repr(error)))


async def _quietly(work: Coroutine[Any, Any, Any]) -> None:
    try:
        await work
    except SwitchError as error:
        log.warning("switch.background", code=error.code, detail=error.detail)


def not_connected() -> SwitchError:
    return SwitchError("unavailable", "the engine is not connected")
