"""The desks' WebSocket: ``/desk``, and ``/desk/health`` beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import orjson
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from zuoxi.contacts.live.desk import DeskConnection, Desks
from zuoxi.contacts.live.desk_commands import USE, DeskCommands
from zuoxi.contacts.live.floor_watch import VIEW, FloorWatch
from zuoxi.contacts.live.ports import AgentName, TokenCheck

log = structlog.get_logger(__name__)

TOKEN_BAD = 4401
NOT_ALLOWED = 4403
TRY_AGAIN = 1013
_HELLO_SECONDS = 10.0
_FRAME_LIMIT = 64_000

Frame = dict[str, Any]


class Tenancy(Protocol):
    """What a desk's socket needs of a tenant's domain."""

    @property
    def desks(self) -> Desks: ...

    @property
    def commands(self) -> DeskCommands: ...

    @property
    def floor(self) -> FloorWatch: ...


Find = Callable[[str], Awaitable[Tenancy | None]]


class DeskEndpoint:
    """Answers desks' sockets. ``find(tenant)`` gives the tenant's desks; ``health`` the body of the health page."""

    def __init__(self, check: TokenCheck, find: Find, health: Callable[[], Frame]) -> None:
        self._check = check
        self._find = find
        self._health = health

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(routes=[WebSocketRoute("/desk", self._socket), Route("/desk/health", self._health_page)])

    async def _health_page(self, _request: Request) -> JSONResponse:
        return JSONResponse(self._health())

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept()
        try:
            found = await self._greet(socket)
            if found is None:
                return
            desk, tenancy = found
            tenancy.desks.join(desk)
            try:
                await self._converse(socket, desk, tenancy)
            finally:
                tenancy.floor.unsubscribe(desk)
                tenancy.desks.leave(desk)
        except (WebSocketDisconnect, TimeoutError, RuntimeError):
            # RuntimeError: a send to a socket that was closed meanwhile
            await _close(socket, TRY_AGAIN)

    async def _greet(self, socket: WebSocket) -> tuple[DeskConnection, Tenancy] | None:
        async with asyncio.timeout(_HELLO_SECONDS):
            frame = _read(await socket.receive_text())
        token = frame.get("token") if frame is not None and frame.get("type") == "hello" else None
        identity = self._check(token) if isinstance(token, str) else None
        if identity is None:
            await _close(socket, TOKEN_BAD)
            return None
        if not identity.permissions & {USE, VIEW}:
            await _close(socket, NOT_ALLOWED)
            return None
        found = await self._find(identity.tenant_id)
        if found is None:
            await _close(socket, TRY_AGAIN)
            return None
        name = AgentName(identity.name, identity.number)
        desk = DeskConnection(identity.user_id, name, identity.locale, identity.permissions)
        return desk, found

    async def _converse(self, socket: WebSocket, desk: DeskConnection, tenancy: Tenancy) -> None:
        """Both directions until one ends. Commands run side by side: a slow one must not hold up a hang-up."""
        running: set[asyncio.Task[None]] = set()
        writer = asyncio.create_task(_write(socket, desk))
        try:
            while True:
                reading = asyncio.ensure_future(socket.receive_text())
                await asyncio.wait({reading, writer}, return_when=asyncio.FIRST_COMPLETED)
                if writer.done():
                    reading.cancel()
                    break
                text = reading.result()
                frame = _read(text)
                if frame is None:
                    desk.send({"type": "notice", "code": "desk.bad_frame", "level": "error", "message": "bad frame"})
                elif frame.get("type") == "ping":
                    desk.send({"type": "pong"})
                elif frame.get("topic") == "floor" and frame.get("type") == "subscribe":
                    tenancy.floor.subscribe(desk)
                elif frame.get("topic") == "floor" and frame.get("type") == "unsubscribe":
                    tenancy.floor.unsubscribe(desk)
                elif frame.get("type") == "command":
                    task = asyncio.create_task(_answer(desk, tenancy.commands, frame))
                    running.add(task)
                    task.add_done_callback(running.discard)
        finally:
            writer.cancel()
            await _close(socket, desk.close_code)


async def _answer(desk: DeskConnection, commands: DeskCommands, frame: Frame) -> None:
    desk.send(await commands.carry_out(desk, frame))


async def _write(socket: WebSocket, desk: DeskConnection) -> None:
    while (text := await desk.outgoing.get()) is not None:
        await socket.send_text(text)


def _read(text: str) -> Frame | None:
    # PostgreSQL takes no NUL in a text: the journal's row that has one could never be shipped, nor any behind it.
    if len(text) > _FRAME_LIMIT or "\\u0000" in text:
        return None
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return frame if isinstance(frame, dict) else None


async def _close(socket: WebSocket, code: int) -> None:
    if socket.client_state is WebSocketState.CONNECTED and socket.application_state is WebSocketState.CONNECTED:
        try:
            await socket.close(code)
        except RuntimeError:
            return
