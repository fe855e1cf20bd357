"""A busy floor whose parts die, and what must hold meanwhile. Both forms of the suite are this, in different sizes.

Everything random comes from one seed, which is said first: the same seed gives the same blows to the same callers.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import psutil
from tests.chaos import ledger
from tests.chaos.callers import Caller, Crowd
from tests.chaos.listening import Ear
from tests.chaos.seats import PATIENCE, Seat, View
from tests.fixtures.tones import strength
from tests.scenarios.floor import KITCHEN_QUEUE, Floor, Json, demo_callers, replay, until
from tests.telephony.worlds import AGENT_TONE

from zuoxi.telephony.phone import Phone, PhoneCall, tone
from zuoxi.telephony.sipp import SippAnswerers

PARTS = ("switchboard", "api", "worker", "postgres")
SILENCE = 2.0  # seconds that nobody may hear nothing


@dataclass(frozen=True, slots=True)
class Form:
    """How big the storm is. ``listened``: of the waiting and the talking callers, and of the agents, how many are
    examined by their sound. ``finish``, ``leave``, ``come``: what happens on the floor around each blow."""

    talking: int
    waiting: int
    listened: tuple[int, int, int]
    finish: int
    leave: int
    come: int
    rate: float = 10.0


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: ids of users of one tenant, and the hotline that is dialled."""

    tenant: str
    hotline: str
    agents: Sequence[str]
    supervisor: str


@dataclass
class Report:
    """What was seen, in figures."""

    blows: list[str] = field(default_factory=list)
    silence: dict[str, float] = field(default_factory=lambda: {"waiting": 0.0, "talking": 0.0, "agents": 0.0})
    calls: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    journal_rows: int = 0
    reconnections: int = 0
    callbacks: int = 0
    callbacks_after_s: float | None = None  # from the engine's new start to the last callback record

    def lines(self) -> list[str]:
        heard = ", ".join(f"{who} {seconds:.2f} s" for who, seconds in self.silence.items())
        after = "" if self.callbacks_after_s is None else f", the last {self.callbacks_after_s:.1f} s after its start"
        return [
            f"{len(self.blows)} blows: {' '.join(self.blows)}",
            f"{self.calls} calls: {dict(self.outcomes)}; {self.callbacks} callbacks{after}",
            f"longest silence: {heard}",
            f"{self.journal_rows} journal rows, all of them in the database",
            f"desks reconnected {self.reconnections} times",
        ]


class Storm:
    """One run. ``open`` gives it with everybody seated, talking and waiting."""

    def __init__(self, floor: Floor, form: Form, cast: Cast, chance: Random, say: Callable[[str], None]) -> None:
        self.floor, self.form, self.cast, self.chance, self.say = floor, form, cast, chance, say
        self.report = Report()
        self.stack = AsyncExitStack()
        self.seats: list[Seat] = []
        self.ears: list[tuple[Ear, PhoneCall]] = []  # of agents, one for each conversation
        self.crowd: Crowd
        self.view: View
        self.strangers: set[str] = set()  # known callers who came while nobody could look them up
        self.board: Json = {}
        self.begun = datetime.now(UTC)

    @staticmethod
    @asynccontextmanager
    async def open(
        floor: Floor, form: Form, cast: Cast, seed: int, say: Callable[[str], None] = print, rtp: int = 0
    ) -> AsyncIterator[Storm]:
        """Seat everybody and let the callers come. ``rtp``: first port for SIPp's sound (0: SIPp chooses)."""
        say(f"seed {seed}")
        storm = Storm(floor, form, cast, Random(seed), say)
        async with storm.stack:
            try:
                await storm._begin(rtp)
                yield storm
            finally:
                await storm._leave()

    # -- the floor fills and empties -----------------------------------------------------------------------------------
    async def _begin(self, rtp: int) -> None:
        floor, form, cast = self.floor, self.form, self.cast
        await floor.change_queue(KITCHEN_QUEUE, time_limit_s=7200, wrap_up_limit_s=3600, offer_timeout_s=120)
        self.board = await self._figures()
        self.view = View(floor.centre, cast.tenant, cast.supervisor)
        self.stack.push_async_callback(self.view.desk.close)
        self.crowd = Crowd(floor.trunk, cast.hotline, self.stack, rtp and rtp + 2000)
        await self._take_seats(rtp)
        talkers, waiters = form.listened[1], form.listened[0]
        await self.crowd.dial(form.talking, listened=talkers, rate=form.rate)
        await self.settled("everybody talks")
        await self.crowd.dial(form.waiting, listened=waiters, rate=form.rate)
        await self.settled("everybody waits")
        self.say(f"{len(self.view.talking)} talk, {len(self.view.waiting)} wait")

    async def _take_seats(self, rtp: int) -> None:
        floor, centre = self.floor, self.floor.centre
        crowd: list[tuple[str, str]] = []
        for place, agent in enumerate(self.cast.agents):
            seat = Seat(centre, self.cast.tenant, agent)
            self.seats.append(seat)
            self.stack.push_async_callback(seat.desk.close)
            given = (await seat.desk.command("take_seat", phone="sip", deadline_ms=30_000))["phone"]
            if place < self.form.listened[2] or not rtp:
                device = Phone(floor.sip, given["user"], given["password"], sound=tone(AGENT_TONE, 1),
                               keeps_audio=False, behaviour=self._lift)  # fmt: skip
                await (await self.stack.enter_async_context(device)).register(expires=3600)
            else:
                crowd.append((given["user"], given["password"]))
        if crowd:
            for user, password in crowd:
                async with Phone(floor.sip, user, password, port=rtp - 1) as device:
                    await device.register(expires=3600)
            await self.stack.enter_async_context(SippAnswerers("127.0.0.1", rtp - 1, rtp, tone(AGENT_TONE, 1)))
        for seat in self.seats:
            await seat.desk.command("ready")

    def _lift(self, call: PhoneCall) -> None:
        ear = Ear()
        self.ears.append((ear, call))
        call.audio.witness = ear
        call.phone.spawn(call.answer())

    async def _leave(self) -> None:
        """Everybody goes home, whatever happened."""
        for caller in list(getattr(self, "crowd", ())):
            if not caller.over:
                caller.may_go = "the end"
                caller.hang_up()
        await asyncio.gather(*map(self._go_home, self.seats), return_exceptions=True)

    async def _go_home(self, seat: Seat) -> None:
        async with asyncio.timeout(20):
            await self._sign_out(seat)

    async def _sign_out(self, seat: Seat) -> None:
        await seat.desk.command("sign_out")
        await seat.sees(lambda seat: seat.state == "signed_out", "signing out")

    # -- blows ---------------------------------------------------------------------------------------------------------
    async def strike(self, part: str) -> None:
        """kill -9 one part while calls come, end and are given up; everybody must be where they belong afterwards."""
        marks = self._listen()
        work = [asyncio.create_task(self._finish()), asyncio.create_task(self._life())]
        await asyncio.sleep(self.chance.uniform(0.0, 0.6))  # so that it hits at any moment of all that
        self.say(f"blow {len(self.report.blows) + 1}: {part}")
        self.report.blows.append(part)
        was = await self.floor.kill(part)
        await asyncio.to_thread(lambda: self.floor.centre.wait_well(part, not_pid=was, seconds=PATIENCE))
        await self.floor.connected()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*work)
        await self.settled(f"after the end of {part}")
        await self.nobody_hears_silence(marks)

    async def _life(self) -> None:
        """Some who wait have enough, and others call."""
        waiting = [c for c in self.crowd.there if c.key in self.view.waiting and c.call is None and not c.may_go]
        for caller in self.chance.sample(waiting, min(self.form.leave, len(waiting))):
            caller.may_go = "had enough"
            caller.hang_up()
        await self.crowd.dial(self.form.come, rate=self.form.rate)

    async def _finish(self) -> None:
        """Some agents hang up, write up, and so take the next ones."""
        talking = [seat for seat in self.seats if seat.number]
        chosen = self.chance.sample(talking, min(self.form.finish, len(talking)))
        for seat in chosen:
            self.crowd.callers[seat.number or ""].may_go = "the agent hung up"
        await asyncio.gather(*(seat.finish() for seat in chosen))

    # -- what must hold ------------------------------------------------------------------------------------------------
    async def settled(self, when: str) -> None:
        """Wait until the floor shows exactly who is on the line: every agent talks as long as somebody waits."""

        def complaint() -> str | None:
            there = {caller.key for caller in self.crowd.there}
            shown = set(self.view.waiting) | self.view.talking
            if shown != there:
                return f"{when}: missing on the floor {there - shown}, gone from the line {shown - there}"
            busy = Counter(seat.number for seat in self.seats)
            if set(busy) - {None} != self.view.talking or any(busy[number] > 1 for number in self.view.talking):
                return f"{when}: the desks show {busy}, the floor {self.view.talking}"
            if self.view.waiting and busy[None]:
                return f"{when}: {busy[None]} agents do not talk, {len(self.view.waiting)} wait: {self._idle()}"
            return None

        await self.view.shows(complaint)
        assert not self.crowd.lost, f"{when}: these calls were lost: {self.crowd.lost}"
        assert not self.view.moved, f"{when}: these lost their place: {self.view.moved}"

    def _idle(self) -> list[str]:
        return [f"{seat.desk.user} {seat.state} {seat.contact}" for seat in self.seats if seat.number is None]

    def _listen(self) -> list[tuple[Ear, int, str]]:
        """Everybody whom we hear, with how much they have heard so far."""
        callers = [(c.ear, len(c.ear.packets), self._doing(c)) for c in self.crowd.there if c.ear is not None]
        agents = [(ear, len(ear.packets), "agents") for ear, call in self.ears if not call.ended.done()]
        return callers + agents

    def _doing(self, caller: Caller) -> str:
        return "talking" if caller.key in self.view.talking else "waiting"

    async def nobody_hears_silence(self, marks: list[tuple[Ear, int, str]]) -> None:
        """Who is still on the line has heard something all the time since the marks, and the right voice now."""
        there = [caller for caller in self.crowd.there if caller.ear is not None]
        lines = [(caller.ear, caller.call) for caller in there] + list(self.ears)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(ear.hears(call.ended) for ear, call in lines if ear and call))
        for ear, since, who in marks:
            silence = ear.silence(since)
            self.report.silence[who] = max(self.report.silence[who], silence)
            assert silence <= SILENCE, f"of the {who} one heard nothing for {silence:.2f} s"
        for caller in there:
            if self._doing(caller) == "talking" and not caller.may_go:
                await until(lambda c=caller: self._hears_agent(c), f"{caller.number} hears the agent", PATIENCE)  # type: ignore[misc]

    async def _hears_agent(self, caller: Caller) -> bool | None:
        assert caller.ear is not None
        return strength(caller.ear.recent(), AGENT_TONE) > 1000 or None

    # -- the database stays away ---------------------------------------------------------------------------------------
    async def without_database(self, seconds: float) -> None:
        """The database cannot start for a while. Calls are routed and answered meanwhile, who is known as if new."""
        marks = self._listen()
        self.report.blows.append(f"no-database-{seconds:g}s")
        self.say(f"the database stays away for {seconds:g} s")
        settings = self.floor.centre.data / "postgres" / "cluster" / "postgresql.conf"
        aside = settings.with_suffix(".aside")
        settings.rename(aside)
        try:
            was = await self.floor.kill("postgres")
            ends = asyncio.get_running_loop().time() + seconds
            rounds = 0
            known = demo_callers(self.floor.centre)["returning"][0]["number"]
            await self.crowd.dial(1, numbers=[known])
            while asyncio.get_running_loop().time() < ends:
                work = [self._finish(), self._life()]
                async with asyncio.timeout(PATIENCE):
                    await asyncio.gather(*work)
                await self.settled("without the database")
                rounds += 1
                await asyncio.sleep(max(0.0, min(5.0, ends - asyncio.get_running_loop().time())))
        finally:
            aside.rename(settings)
        self.strangers.add(known)
        self.say(f"without the database {rounds} times agents finished and took the next calls")
        await asyncio.to_thread(lambda: self.floor.centre.wait_well("postgres", not_pid=was, seconds=PATIENCE))
        await self.settled("with the database back")
        await self.nobody_hears_silence(marks)

    # -- the engine dies -----------------------------------------------------------------------------------------------
    async def lose_engine(self) -> None:
        """Asterisk dies: everybody whom it held is to be called back, and the agents are told."""
        self.report.blows.append("asterisk")
        self.say("blow: asterisk")
        held = {caller.number for caller in self.crowd.there}
        for caller in self.crowd.there:
            caller.may_go = "the engine died"
        talking = [(seat, seat.number) for seat in self.seats if seat.number]
        was = await self.floor.kill("asterisk")
        pid = await asyncio.to_thread(lambda: self.floor.centre.wait_well("asterisk", not_pid=was, seconds=PATIENCE))
        await self.floor.connected()
        for seat, number in talking:
            await seat.sees(lambda seat: "desk.engine_lost" in seat.notices, "being told")
            await seat.sees(lambda seat, number=number: seat.number != number, "the end of the conversation")  # type: ignore[misc]
        books = await self._complete(held)
        ids = {contact.number: contact.id for contact in books.contacts}
        callbacks = Counter(contact for contact, _ in books.callbacks)
        assert callbacks == dict.fromkeys((ids[number] for number in held), 1), "not everybody is called back once"
        started = _started_at(pid)
        self.report.callbacks_after_s = max(at.timestamp() for _, at in books.callbacks) - started
        for caller in self.crowd:
            if caller.call is not None and not caller.over:
                caller.call.finish("the engine died")
            elif caller.crowd is not None:
                caller.crowd.kill()

    async def _complete(self, numbers: set[str]) -> ledger.Books:
        """The books of these callers as soon as all of them have ended."""

        async def ended() -> ledger.Books | None:
            books = await ledger.read(self.floor.centre, self.cast.tenant, numbers, self.begun)
            over = {contact.number for contact in books.contacts if contact.outcome}
            return books if over >= numbers else None

        return await until(ended, "every contact has ended", PATIENCE)

    # -- the books -----------------------------------------------------------------------------------------------------
    async def close_the_books(self) -> None:
        """Everybody has hung up: one contact, one end and one outcome for each, nothing missing, nothing twice, nobody
        served before their turn, no agent left in any state but the one they asked for."""
        report = self.report
        numbers = {caller.number for caller in self.crowd}
        books = await self._complete(numbers)
        contacts = {contact.number: contact for contact in books.contacts}
        assert len(books.contacts) == len(numbers) == len(contacts), "somebody has become several contacts"
        ids = [contact.id for contact in books.contacts]
        for kind in ("ContactStarted", "ContactEnded"):
            assert books.count(kind) == dict.fromkeys(ids, 1), kind
        answered = books.count("ContactAnswered")
        assert set(answered.values()) == {1}, "a call was answered twice"
        callbacks = Counter(contact for contact, _ in books.callbacks)
        for number, contact in contacts.items():
            lost_by_engine = contact.reason == "engine_lost"
            expected = "answered" if answered[contact.id] else "failed" if lost_by_engine else "abandoned"
            assert contact.outcome == expected, (number, contact.outcome, contact.reason)
            called_back = lost_by_engine or expected != "answered"
            assert callbacks[contact.id] == called_back, (
                number,
                contact.outcome,
                contact.reason,
                callbacks[contact.id],
            )
        assert not any(contacts[number].customer_id for number in self.strangers), "known without the database?"
        assert not ledger.overtaken(books.events), ledger.overtaken(books.events)

        async def all_shipped() -> tuple[int, int, int] | None:
            found = await ledger.not_shipped(self.floor.centre, self.cast.tenant)
            return found if found[:2] == (0, 0) else None

        report.journal_rows = (await until(all_shipped, "the whole journal is in the database", PATIENCE))[2]
        report.calls, report.callbacks = len(contacts), sum(callbacks.values())
        report.outcomes = Counter(str(contact.outcome) for contact in books.contacts)
        await self._board_agrees(report.outcomes, len(ids))
        await asyncio.gather(*map(self._sign_out, self.seats))
        report.reconnections = sum(seat.desk.reconnections for seat in self.seats)
        await self.view.shows(lambda: self._seated() or None)
        await replay(self.floor.centre)

    def _seated(self) -> str:
        left = {agent: state for agent, state in self.view.states.items() if agent in self.cast.agents}
        return ", ".join(f"{agent} is {state}" for agent, state in left.items() if state != "signed_out")

    async def _figures(self) -> Json:
        supervisor = await self.floor.offices.of("supervisor1")
        found: Json = (await supervisor.get("/api/wallboard"))["total"]
        return found

    async def _board_agrees(self, outcomes: Counter[str], offered: int) -> None:
        expected = {
            "offered": offered,
            "answered": outcomes["answered"],
            "abandoned": outcomes["abandoned"],
            "timed_out": 0,
            "other": outcomes["failed"],
        }

        async def agrees() -> bool | None:
            board = await self._figures()
            counted = {name: board[name] - self.board[name] for name in expected}
            return (counted == expected and board["waiting"] == self.board["waiting"]) or None

        await until(agrees, f"the wallboard shows {expected}", PATIENCE)


def _started_at(pid: int) -> float:
    return float(psutil.Process(pid).create_time())
