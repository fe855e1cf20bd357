"""Desks that come back by themselves, as a page does, and commands that are sent again until they are answered."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.fixtures.centre import Centre
from websockets.exceptions import WebSocketException

from zuoxi.accounts import DeskIdentity, permissions_of, sign_desk_token
from zuoxi.benchmarks.desk_client import CommandRefused, DeskClient, Frame

PATIENCE = 120.0  # seconds; only a failing run waits that long
_TRY_AGAIN = frozenset({"desk.timed_out", "desk.switch_unavailable"})


def last_digits(number: str) -> str:
    """What is shown of a number to whoever may not see all of it; every caller of a storm has their own."""
    return number[-4:]


class Desk:
    """One person's desk. ``on_frame`` is told every frame, welcomes too; ``reconnections`` counts how often the socket
    was lost and found again."""

    def __init__(self, centre: Centre, tenant: str, user: str, role: str, on_frame: Callable[[Frame], None]) -> None:
        self.user = user
        self.reconnections = -1
        self._url = centre.url.replace("http", "ws", 1) + "/desk"
        self._secret = centre.settings.secrets.desk_token.get_secret_value()
        self._tenant, self._role, self._on_frame = tenant, role, on_frame
        self._client: DeskClient | None = None
        self._connected = asyncio.Event()
        self._task = asyncio.create_task(self._stay())

    async def close(self) -> None:
        """Leave the desk; nobody is signed out by that."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def command(self, name: str, **arguments: Any) -> Frame:
        """Carry out a command, once, whatever happens to the switchboard meanwhile. Raises CommandRefused."""
        number = uuid.uuid4().hex
        async with asyncio.timeout(PATIENCE):
            while True:
                await self._connected.wait()
                client = self._client
                assert client is not None and client._reader is not None
                asked = asyncio.create_task(client.command(name, command_id=number, **arguments))
                try:
                    await asyncio.wait({asked, client._reader}, return_when=asyncio.FIRST_COMPLETED)
                    if asked.done():
                        return asked.result()
                except CommandRefused as refused:
                    if refused.code not in _TRY_AGAIN:
                        raise
                    await asyncio.sleep(0.3)
                    number = uuid.uuid4().hex  # nothing was done: this is a new wish
                except (WebSocketException, OSError):
                    await asyncio.sleep(0.1)
                finally:
                    asked.cancel()
                    await asyncio.gather(asked, return_exceptions=True)

    async def _stay(self) -> None:
        while True:
            with contextlib.suppress(WebSocketException, OSError, TimeoutError):
                async with asyncio.timeout(10):
                    client = await DeskClient(self._url, self._token(), self._on_frame, keep=False).__aenter__()
                try:
                    assert client._socket is not None and client._reader is not None
                    if self._role == "supervisor":
                        await client._socket.send('{"type":"subscribe","topic":"floor"}')
                    self._on_frame(client.welcome)
                    self._client = client
                    self.reconnections += 1
                    self._connected.set()
                    await asyncio.wait({client._reader})
                finally:
                    self._connected.clear()
                    await client.__aexit__()
            await asyncio.sleep(0.2)

    def _token(self) -> str:
        expires = datetime.now(UTC).timestamp() + 120
        permissions = permissions_of([self._role])
        return sign_desk_token(
            self._secret, DeskIdentity(self._tenant, self.user, "9", "坐席", permissions, "zh-CN", expires)
        )


class Seat:
    """An agent at a desk: the state and the contact that the desk shows. Whatever ended a conversation, it is written
    up as soon as the desk asks for it."""

    def __init__(self, centre: Centre, tenant: str, user: str) -> None:
        self.state = ""
        self.contact: Frame | None = None
        self.notices: set[str] = set()
        self._writing: dict[str, asyncio.Task[None]] = {}
        self.changed = asyncio.Event()
        self.desk = Desk(centre, tenant, user, "agent", self._take)

    @property
    def number(self) -> str | None:
        """The last digits of whom the agent talks with."""
        talking = self.contact is not None and self.contact["state"] == "talking"
        return last_digits(self.contact["number"]) if talking and self.contact is not None else None

    async def sees(self, fits: Callable[[Seat], object], what: str) -> None:
        """Wait until the desk shows this."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not fits(self):
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError(f"{what}: the desk shows {self.state}, {self.contact}") from None

    async def finish(self) -> None:
        """Hang up and write up. The caller may have been quicker."""
        contact = self.contact
        assert contact is not None
        with contextlib.suppress(CommandRefused):
            await self.desk.command("hang_up")
        await self.sees(lambda seat: contact["id"] in seat._writing, f"the wrap-up of {contact}")
        await self._writing[contact["id"]]

    async def _write_up(self, contact: str) -> None:
        with contextlib.suppress(CommandRefused):  # it was carried out, and its answer lost with the switchboard
            await self.desk.command("wrap_up", contact=contact, disposition="other")
        await self.sees(lambda seat: not seat.in_wrap_up(contact), f"the end of the wrap-up of {contact}")

    def in_wrap_up(self, contact: str) -> bool:
        return self.contact is not None and (self.contact["id"], self.contact["state"]) == (contact, "wrap_up")

    def _take(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                self.state, self.contact = frame["agent"]["state"], frame["contact"]
            case "agent":
                self.state = frame["state"]
            case "contact":
                self.contact = frame["contact"]
            case "notice":
                self.notices.add(frame["code"])
        if self.contact is not None and self.contact["state"] == "wrap_up" and self.contact["id"] not in self._writing:
            name = self.contact["id"]
            self._writing[name] = asyncio.create_task(self._write_up(name))
        self.changed.set()


class View:
    """A supervisor's floor: the newest frame, and whether a waiting caller's place ever changed."""

    def __init__(self, centre: Centre, tenant: str, user: str) -> None:
        self.waiting: dict[str, float] = {}  # last digits → since
        self.talking: set[str] = set()
        self.states: dict[str, str] = {}  # agent → state
        self.frames = 0
        self.moved: list[tuple[str, float, float]] = []  # number, its place before and after
        self._places: dict[str, float] = {}
        self.changed = asyncio.Event()
        self.desk = Desk(centre, tenant, user, "supervisor", self._take)

    async def shows(self, fits: Callable[[], str | None]) -> None:
        """Wait until ``fits`` has nothing to say against a floor frame."""
        try:
            async with asyncio.timeout(PATIENCE):
                while fits() is not None:
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError(fits()) from None

    def _take(self, frame: Frame) -> None:
        if frame["type"] != "floor":
            return
        self.frames += 1
        self.waiting = {last_digits(each["number"]): each["since"] for each in frame["waiting"]}
        self.talking = {last_digits(each["number"]) for each in frame["calls"]}
        self.states = {each["id"]: each["state"] for each in frame["agents"]}
        for number, since in self.waiting.items():
            before = self._places.setdefault(number, since)
            if abs(before - since) > 0.001:
                self.moved.append((number, before, since))
        self.changed.set()
