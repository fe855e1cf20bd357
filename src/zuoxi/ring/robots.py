"""Robot agents: they sign in as demo agents, take a seat with a SIP phone, answer, talk, hang up and dispose."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from zuoxi.benchmarks.desk_client import CommandRefused, DeskClient
from zuoxi.platform.config import Settings
from zuoxi.telephony.phone import Phone, PhoneCall, PhoneError
from zuoxi.telephony.phone.audio import Pcm

_HEADERS = {"X-Zuoxi": "1"}
_LIFT_AFTER = (0.8, 2.5)  # seconds
_TALK = (6.0, 15.0)
_WRITE = (0.5, 2.0)  # in wrap-up
_LAST_WORDS = 10.0


@dataclass(slots=True)
class RobotReport:
    """What the robots did: contacts by agent and by disposition."""

    by_agent: Counter[str] = field(default_factory=Counter)
    by_disposition: Counter[str] = field(default_factory=Counter)


class NoCentre(Exception):
    """The centre's page or desk does not answer."""


def agent_logins(content: str) -> list[tuple[str, str]]:
    """(login, password) of the demo's agents, the last first: a person takes the first ones."""
    found = json.loads(content)
    logins = found["logins"] if isinstance(found, dict) else found
    agents = [(each["login"], each["password"]) for each in logins if each["login"].startswith("agent")]
    return agents[::-1]


@asynccontextmanager
async def robots(
    settings: Settings,
    logins: Sequence[tuple[str, str]],
    count: int,
    sound: Pcm,
    chance: Random,
    took: Callable[[str, str], None],
    stopped: Callable[[str, str], None],
) -> AsyncIterator[tuple[list[str], RobotReport]]:
    """Up to ``count`` robots at work; gives their names. At the end they sign out. ``took(name, number)`` is told of
    each conversation, ``stopped(name, why)`` when one could not go on. Raises NoCentre."""
    report = RobotReport()
    names: list[str] = []
    async with AsyncExitStack() as stack:
        for login, password in logins:
            if len(names) == count:
                break
            robot = await _enter(stack, settings, login, password, sound, chance)
            if robot is not None:
                names.append(robot.name)
                task = asyncio.create_task(robot.work(report, took, stopped))
                stack.push_async_callback(_finish, task, robot)
        yield names, report


async def _finish(task: asyncio.Task[None], robot: Robot) -> None:
    """Let a robot write up what it has, then stop it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LAST_WORDS):
            await robot.idle.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _enter(
    stack: AsyncExitStack, settings: Settings, login: str, password: str, sound: Pcm, chance: Random
) -> Robot | None:
    """Sign in and take the seat; None when somebody sits there already."""
    try:
        token = await _desk_token(settings, login, password)
        desk = DeskClient(f"ws://127.0.0.1:{settings.ports.switchboard}/desk", token)
        desk = await stack.enter_async_context(desk)
    except (aiohttp.ClientError, OSError) as error:
        raise NoCentre(str(error)) from error
    if desk.welcome["agent"]["state"] != "signed_out":
        return None
    given = (await desk.command("take_seat", phone="sip"))["phone"]
    server = given["domain"], given["port"]

    def lift(call: PhoneCall) -> None:
        call.phone.spawn(_lift(call, chance.uniform(*_LIFT_AFTER)))

    phone = Phone(server, given["user"], given["password"], sound=sound, keeps_audio=False, behaviour=lift)
    phone = await stack.enter_async_context(phone)
    await phone.register()
    await desk.command("ready")
    robot = Robot(desk.welcome["agent"]["name"], desk, chance)
    stack.push_async_callback(robot.leave)
    return robot


async def _lift(call: PhoneCall, after: float) -> None:
    await asyncio.wait({call.ended}, timeout=after)
    if not call.ended.done():
        await call.answer()


async def _desk_token(settings: Settings, login: str, password: str) -> str:
    """Sign in as the page does and ask for the token of the desk's socket."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(headers=_HEADERS, cookie_jar=jar) as session:
        origin = settings.public.origin
        async with session.post(
            f"{origin}/api/session", json={"login": login, "password": password}, ssl=False
        ) as answer:
            answer.raise_for_status()
        async with session.post(f"{origin}/api/desk/token", ssl=False) as answer:
            answer.raise_for_status()
            token: str = (await answer.json())["token"]
            return token


class Robot:
    """One agent at a desk, ready."""

    def __init__(self, name: str, desk: DeskClient, chance: Random) -> None:
        self.name, self._desk, self._chance = name, desk, chance
        self.idle = asyncio.Event()
        self.idle.set()

    async def work(
        self, report: RobotReport, took: Callable[[str, str], None], stopped: Callable[[str, str], None]
    ) -> None:
        """Take one contact after the other, until cancelled."""
        try:
            while True:
                contact = await self._contact("talking")
                self.idle.clear()
                took(self.name, contact["number"])
                chosen = await self._handle(contact["id"])
                report.by_agent[self.name] += 1
                report.by_disposition[chosen] += 1
                self.idle.set()
        except (CommandRefused, PhoneError, KeyError) as error:
            self.idle.set()
            stopped(self.name, str(error))

    async def leave(self) -> None:
        """Sign out; a desk that is gone is left already."""
        try:
            async with asyncio.timeout(3):
                await self._desk.command("sign_out")
        except (CommandRefused, OSError, TimeoutError):
            return

    async def _handle(self, contact: str) -> str:
        """Talk, hang up, dispose. Returns the disposition's code."""
        over = asyncio.create_task(self._contact("wrap_up", contact))
        done, _ = await asyncio.wait({over}, timeout=self._chance.uniform(*_TALK))
        if not done:
            await self._desk.command("hang_up")
        await over
        await asyncio.sleep(self._chance.uniform(*_WRITE))
        codes = [each["code"] for each in self._desk.welcome.get("dispositions", [])]
        chosen: str = self._chance.choice(codes) if codes else "other"
        await self._desk.command("wrap_up", contact=contact, disposition=chosen)
        return chosen

    async def _contact(self, state: str, contact: str | None = None) -> dict[str, Any]:
        def fits(frame: dict[str, Any]) -> bool:
            shown = frame["contact"]
            return shown is not None and shown["state"] == state and contact in (None, shown["id"])

        found: dict[str, Any] = (await self._desk.expect("contact", fits))["contact"]
        return found
