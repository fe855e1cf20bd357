"""A desk without a page: speaks the desk's WebSocket protocol, for benchmarks, robots and tests."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable
from typing import Any, Self

import orjson
from websockets.asyncio.client import ClientConnection, connect

Frame = dict[str, Any]


class CommandRefused(Exception):
    """The switchboard refused a command."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class DeskClient:
    """``async with DeskClient(url, token) as desk``. ``frames`` keeps what was pushed; ``on_frame(frame)`` is called
    for each frame the moment it is read."""

    def __init__(
        self, url: str, token: str, on_frame: Callable[[Frame], None] | None = None, *, keep: bool = True
    ) -> None:
        self.url, self.token = url, token
        self.welcome: Frame = {}
        self.frames: list[Frame] = []
        self._on_frame, self._keep = on_frame, keep
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._acks: dict[str, asyncio.Future[Frame]] = {}
        self._came = asyncio.Event()
        self._numbers = itertools.count(1)
        self._prefix = secrets.token_hex(6)

    async def __aenter__(self) -> Self:
        self._socket = await connect(self.url, max_size=4_000_000, proxy=None)
        await self._socket.send(orjson.dumps({"type": "hello", "token": self.token}).decode())
        self.welcome = orjson.loads(await self._socket.recv())
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._socket is not None and self._reader is not None
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self._socket.close()

    async def command(self, name: str, *, command_id: str | None = None, **arguments: Any) -> Frame:
        """Send a command and return its result. Raises CommandRefused."""
        assert self._socket is not None
        number = command_id or f"{self._prefix}-{next(self._numbers)}"
        self._acks[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(orjson.dumps({"type": "command", "id": number, "name": name, **arguments}).decode())
        try:
            ack = await self._acks[number]
        finally:
            del self._acks[number]
        if not ack["ok"]:
            raise CommandRefused(ack["error"]["code"], ack["error"]["message"])
        result: Frame = ack["result"]
        return result

    async def expect(self, kind: str, found: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """The first frame of a kind that fits, already here or to come; it and those before it are dropped."""
        while True:
            for index, frame in enumerate(self.frames):
                if frame["type"] == kind and found(frame):
                    del self.frames[: index + 1]
                    return frame
            self._came.clear()
            await self._came.wait()

    async def _read(self) -> None:
        assert self._socket is not None
        async for text in self._socket:
            frame = orjson.loads(text)
            if frame["type"] == "ack":
                waiting = self._acks.get(frame["id"])
                if waiting is not None and not waiting.done():
                    waiting.set_result(frame)
                continue
            if self._on_frame is not None:
                self._on_frame(frame)
            if self._keep:
                self.frames.append(frame)
                self._came.set()
