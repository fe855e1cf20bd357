"""A running centre's floor, driven from outside as its people drive it: callers over SIP, agents at a desk socket with
a SIP telephone, offices over HTTP. Everything is awaited as an event; what only HTTP can tell is asked again."""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import numpy as np
import soundfile
from tests.fixtures.centre import Centre
from tests.fixtures.tones import RATE, Pcm
from tests.telephony.worlds import AGENT_TONE, CALLER_TONE, RealParty

from zuoxi.benchmarks.desk_client import CommandRefused, DeskClient, Frame
from zuoxi.telephony.phone import Phone, PhoneCall, tone

PATIENCE = 60.0  # seconds; only a failing test waits that long
# The demo's hotlines: two of the kitchen line (the second greets), two of the health line (the second rings on).
KITCHEN, KITCHEN_GREETED, HEALTH, HEALTH_EARLY = "4008001111", "4008001112", "4008002221", "4008002222"
KITCHEN_QUEUE, HEALTH_QUEUE = "厨房好物队列", "健康生活队列"

Json = dict[str, Any]
_T = TypeVar("_T")
_numbers = (f"139057{number}" for number in itertools.count(20000 + os.getpid() % 60000))  # nobody's in the demo


def fresh_number() -> str:
    """A caller's number that nobody knows and no other test uses."""
    return next(_numbers)


async def until(ask: Callable[[], Awaitable[_T | None]], what: str, seconds: float = PATIENCE) -> _T:
    """Ask until the answer is something, for what no event tells."""
    try:
        async with asyncio.timeout(seconds):
            while not (answer := await ask()):  # noqa: ASYNC110 (no event tells)
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"did not happen: {what}") from None
    return answer


def likeness(heard: Pcm, prompt: Pcm) -> float:
    """Which share of ``prompt`` was heard: of its half seconds that are not silent, those that are found in ``heard``
    by correlation. Other speech and music stay near 0; a hitch between two pieces does no harm."""
    size = 1 << (len(heard) + RATE).bit_length()
    spectrum = np.fft.rfft(heard.astype(float), size)
    energy = np.concatenate([[0.0], np.cumsum(heard.astype(float) ** 2)])
    pieces = [prompt[at : at + RATE // 2].astype(float) for at in range(0, len(prompt) - RATE // 2, RATE // 2)]
    spoken = [piece for piece in pieces if np.sqrt(np.mean(piece**2)) > 200]
    assert spoken, "the prompt is silent"
    found = 0
    for piece in spoken:
        product = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)[: len(heard)]
        if len(product) == 0:
            continue
        at = int(np.argmax(product))
        there = energy[min(at + len(piece), len(heard))] - energy[at]
        found += bool(there > 0 and product[at] / np.sqrt(there * np.sum(piece**2)) > 0.8)
    return found / len(spoken)


class Office:
    """Somebody signed in over HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.me: Json = {}

    async def ask(self, method: str, path: str, expect: int | None = None, **more: Any) -> Any:
        """The JSON of an answer; it must be a good one, or have the status ``expect``."""
        answer = await self.client.request(method, path, **more)
        wanted = answer.is_success if expect is None else answer.status_code == expect
        assert wanted, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        with_json = answer.content and "json" in answer.headers.get("content-type", "")
        return answer.json() if with_json else answer.content

    async def get(self, path: str, **params: Any) -> Any:
        return await self.ask("GET", path, params=params)


class Offices:
    """One session for each login, made when it is first asked for."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._open: dict[str, Office] = {}
        self._making = asyncio.Lock()

    async def of(self, login: str) -> Office:
        async with self._making:
            if login not in self._open:
                password = next(each["password"] for each in self._centre.logins if each["login"] == login)
                client = httpx.AsyncClient(base_url=self._centre.url, headers={"X-Zuoxi": "1"}, timeout=20.0)
                office = Office(client)
                office.me = await office.ask("POST", "/api/session", json={"login": login, "password": password})
                self._open[login] = office
            return self._open[login]

    async def close(self) -> None:
        for office in self._open.values():
            await office.client.aclose()


@dataclass
class Caller(RealParty):
    """A caller over the trunk. ``before``: contacts of this number from earlier."""

    number: str = ""
    before: frozenset[str] = frozenset()

    @property
    def heard(self) -> Pcm:
        return self.conversation.audio.heard()

    async def over(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.conversation.ended

    async def answered(self) -> None:  # type: ignore[override]
        async with asyncio.timeout(PATIENCE):
            await self.conversation.answered


@dataclass
class Agent:
    """An agent at a desk: what the desk was told last, and everything in between in ``desk.frames``."""

    login: str
    id: str
    desk: DeskClient
    state: str = ""
    reason: str | None = None
    contact: Json | None = None
    offers: list[Json] = field(default_factory=list)
    offers_ended: dict[str, str] = field(default_factory=dict)
    phone: Phone | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, frame: Frame) -> None:
        """Note what a frame says."""
        match frame["type"]:
            case "welcome":
                self.state, self.reason = frame["agent"]["state"], frame["agent"]["reason"]
                self.contact = frame["contact"]
            case "agent":
                self.state, self.reason = frame["state"], frame["reason"]
            case "contact":
                self.contact = frame["contact"]
            case "offer":
                self.offers.append(frame["offer"])
            case "offer_ended":
                self.offers_ended[frame["offer"]] = frame["reason"]
        self._changed.set()

    async def sees(self, fits: Callable[[Agent], object]) -> None:
        """Wait until the desk shows this."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not fits(self):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(
                f"{self.login} is {self.state} ({self.reason}), contact {self.contact}, offers {self.offers}"
            ) from None

    async def is_(self, state: str) -> None:
        await self.sees(lambda agent: agent.state == state)

    async def offered(self, caller: Caller | None = None, count: int = 1) -> Json:
        """Wait for the ``count``-th offer ever; it must be this caller's."""
        await self.sees(lambda agent: len(agent.offers) >= count)
        offer = self.offers[count - 1]
        assert caller is None or offer["number"] == caller.number, (offer["number"], caller.number)
        return offer

    async def talks(self, caller: Caller | None = None) -> Json:
        """Wait until the desk shows a conversation (with this caller)."""
        number = caller.number if caller else None
        await self.sees(
            lambda agent: (
                agent.contact is not None
                and agent.contact["state"] == "talking"
                and number in (None, agent.contact["number"])
            )
        )
        assert self.contact is not None
        return self.contact

    async def conversation(self) -> PhoneCall:
        """The newest call that rings or is up at the telephone."""
        assert self.phone is not None
        async with asyncio.timeout(PATIENCE):
            call = await self.phone.calls.get()
            while not self.phone.calls.empty():
                call = self.phone.calls.get_nowait()
            return call

    async def finish(self, disposition: str = "other") -> None:
        """Hang up where there is a conversation, and write up."""
        if self.state == "talking":
            with contextlib.suppress(CommandRefused):
                await self.desk.command("hang_up")
        await self.write_up(disposition)

    async def write_up(self, disposition: str = "other") -> None:
        await self.sees(lambda agent: agent.contact is not None and agent.contact["state"] == "wrap_up")
        assert self.contact is not None
        await self.desk.command("wrap_up", contact=self.contact["id"], disposition=disposition)
        await self.sees(lambda agent: agent.state != "wrap_up")

    async def leave(self) -> None:
        """Sign out, whatever is going on."""
        with contextlib.suppress(CommandRefused):
            await self.desk.command("sign_out")
        if self.state == "talking":
            with contextlib.suppress(CommandRefused):
                await self.desk.command("hang_up")
            await self.sees(lambda agent: agent.state != "talking")
        if self.state == "wrap_up":
            with contextlib.suppress(CommandRefused, AssertionError):
                await self.write_up()
        await self.is_("signed_out")


def _lift(call: PhoneCall) -> None:
    call.phone.spawn(call.answer())


def _busy(call: PhoneCall) -> None:
    call.reject(486)


_BEHAVIOURS: Mapping[str, Callable[[PhoneCall], None] | None] = {"answer": _lift, "ring": None, "busy": _busy}


class Floor:
    """Who is at work in one test. Everybody leaves and every setting is put back at its end."""

    def __init__(self, centre: Centre, offices: Offices, stack: AsyncExitStack) -> None:
        self.centre, self.offices, self._stack = centre, offices, stack
        self.sip = "127.0.0.1", centre.settings.ports.sip
        self.trunk = Phone(self.sip, "trunk", sound=tone(CALLER_TONE, 1))
        self._watch: DeskClient | None = None

    @staticmethod
    @contextlib.asynccontextmanager
    async def open(centre: Centre, offices: Offices) -> AsyncIterator[Floor]:
        async with AsyncExitStack() as stack:
            floor = Floor(centre, offices, stack)
            await stack.enter_async_context(floor.trunk)
            yield floor

    # -- callers -------------------------------------------------------------------------------------------------------
    async def call(self, hotline: str, number: str | None = None) -> Caller:
        """Somebody dials. Without a number it is somebody new."""
        before: frozenset[str] = frozenset()
        if number is not None:
            before = frozenset(row["id"] for row in await self.contacts(number))
        number = number or fresh_number()
        caller = Caller(self.trunk.dial(hotline, number), number, before)
        self._stack.push_async_callback(_give_up, caller)
        return caller

    async def waits(self, caller: Caller) -> Json:
        """Wait until the centre has queued this caller; the contact."""

        async def queued() -> Json | None:
            return next((row for row in await self._new(caller) if row["queued_at"]), None)

        return await until(queued, f"{caller.number} waits")

    async def ended(self, caller: Caller) -> Json:
        """The one contact of this caller, over, with its timeline."""

        async def over() -> str | None:
            return next((row["id"] for row in await self._new(caller) if row["outcome"]), None)

        contact = await until(over, f"the contact of {caller.number} ends")
        assert len(await self._new(caller)) == 1
        return await self.contact(str(contact))

    async def contact(self, contact_id: str) -> Json:
        """A contact with its timeline; its end stands there once at most."""
        supervisor = await self.offices.of("supervisor1")
        found: Json = await supervisor.get(f"/api/contacts/{contact_id}")
        assert len(facts(found, "ContactEnded")) == (1 if found["outcome"] else 0)
        return found

    async def contacts(self, number: str) -> list[Json]:
        supervisor = await self.offices.of("supervisor1")
        found: list[Json] = (await supervisor.get("/api/contacts", number=number))["items"]
        return found

    async def _new(self, caller: Caller) -> list[Json]:
        return [row for row in await self.contacts(caller.number) if row["id"] not in caller.before]

    async def callbacks(self, contact: Json) -> list[Json]:
        """The callbacks recorded for a contact."""
        supervisor = await self.offices.of("supervisor1")
        rows = (await supervisor.get("/api/callbacks", sort="-created_at", page_size=50))["items"]
        return [row for row in rows if row["contact_id"] == contact["id"]]

    async def provider(self, voice: float = AGENT_TONE) -> Phone:
        """The provider: whoever is called outside rings here, and speaks in one tone."""
        device = Phone(self.sip, "provider", port=self.centre.provider, sound=tone(voice, 1))
        return await self._stack.enter_async_context(device)

    # -- agents --------------------------------------------------------------------------------------------------------
    async def seat(self, login: str, phone: str = "answer", *, ready: bool = True, voice: float = AGENT_TONE) -> Agent:
        """An agent takes a seat with a SIP telephone that answers, rings on, or is busy, and speaks in one tone."""
        agent = await self.desk(login)
        given = (await agent.desk.command("take_seat", phone="sip"))["phone"]
        device = Phone(self.sip, given["user"], given["password"], sound=tone(voice, 1), behaviour=_BEHAVIOURS[phone])
        agent.phone = await self._stack.enter_async_context(device)
        await device.register()
        self._stack.push_async_callback(self._leave, agent)
        if ready:
            await agent.desk.command("ready")
            await agent.sees(lambda each: each.state not in ("not_ready", "signed_out"))
        return agent

    async def desk(self, login: str) -> Agent:
        """An agent's desk, connected; the seat is not taken."""
        office = await self.offices.of(login)
        client = await self._connect(office)
        agent = Agent(login, office.me["user_id"], client)
        client._on_frame = agent.take
        agent.take(client.welcome)
        for frame in client.frames:
            agent.take(frame)
        return agent

    async def come_back(self, agent: Agent) -> None:
        """The desk's socket was lost with the switchboard: connect anew, as the page does."""
        agent.desk = await self._connect(await self.offices.of(agent.login))
        agent.desk._on_frame = agent.take
        agent.take(agent.desk.welcome)
        for frame in agent.desk.frames:
            agent.take(frame)

    async def _connect(self, office: Office) -> DeskClient:
        token = (await office.ask("POST", "/api/desk/token"))["token"]
        address = self.centre.url.replace("http", "ws", 1) + "/desk"
        return await self._stack.enter_async_context(DeskClient(address, token))

    async def _leave(self, agent: Agent) -> None:
        try:
            await agent.leave()
        except Exception:  # the socket is dead: leave by a new one
            await self.come_back(agent)
            await agent.leave()

    # -- the offices' settings -----------------------------------------------------------------------------------------
    async def change(self, method: str, path: str, body: object = None, *, back: Sequence[Any] = ()) -> None:
        """Change a setting as the administrator and wait until the switchboard has it. ``back``: method, path and body
        that undo it at the test's end."""
        administrator = await self.offices.of("admin")
        if self._watch is None:
            self._watch = await self._connect(await self.offices.of("agent12"))
        self._watch.frames.clear()
        await administrator.ask(method, path, json=body)
        if back:
            self._stack.push_async_callback(self.change, *back)
        async with asyncio.timeout(PATIENCE):
            await self._watch.expect("configuration")

    async def change_queue(self, name: str, **values: Any) -> None:
        """Change some settings of a queue until the test's end."""
        queue = await self.named("/api/queues", name)
        path = f"/api/queues/{queue['id']}"
        await self.change("PATCH", path, values, back=("PATCH", path, {key: queue[key] for key in values}))

    async def named(self, path: str, name: str, key: str = "name") -> Json:
        administrator = await self.offices.of("admin")
        rows = (await administrator.get(path))["items"]
        return next(row for row in rows if row[key] == name)

    async def prompt(self, key: str) -> Pcm:
        """The sound of one of the operator's prompts."""
        administrator = await self.offices.of("admin")
        sound = await administrator.get(f"/api/prompts/{key}/audio")
        samples, rate = soundfile.read(io.BytesIO(sound), dtype="int16")
        assert rate == 8000
        return np.asarray(samples)

    # -- the centre ----------------------------------------------------------------------------------------------------
    async def kill(self, part: str) -> int:
        """kill -9; returns the process id that it had."""
        if part == "switchboard":
            self._watch = None  # its socket dies with it
        return await asyncio.to_thread(self.centre.kill, part)

    async def well(self, part: str, was: int) -> None:
        """Wait until a part that was killed is back; the switchboard also has the engine again."""
        await asyncio.to_thread(lambda: self.centre.wait_well(part, not_pid=was, seconds=90))
        await self.connected()

    async def connected(self) -> None:
        """Wait until the switchboard holds the engine."""

        async def holds() -> bool:
            async with httpx.AsyncClient() as client:
                with contextlib.suppress(httpx.HTTPError, ValueError):
                    answer = await client.get(f"{self.centre.url}/desk/health")
                    return answer.is_success and answer.json()["switch"] == "connected"
            return False

        await until(holds, "the switchboard holds the engine")


async def _give_up(caller: Caller) -> None:
    """At a test's end nobody stays on the line."""
    call = caller.conversation
    if not call.ended.done():
        with contextlib.suppress(Exception):
            async with asyncio.timeout(2):
                await call.hang_up()


def facts(contact: Json, kind: str) -> list[Json]:
    """The facts of one kind in a contact's timeline, in order."""
    return [entry for entry in contact["timeline"] if entry["kind"] == kind]


async def replay(centre: Centre) -> None:
    """Every journal, replayed by the same router in another process, gives the identical commands."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "zuoxi.contacts.live.replay", "--data", str(centre.data),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0 and "equal" in said, said


def demo_callers(centre: Centre) -> Json:
    """Numbers worth trying: vip, returning, blacklisted."""
    found: Json = json.loads((centre.data / "demo.json").read_text("utf-8"))["callers"]
    return found
