"""A switch in memory that behaves like the real one, driven by whoever tests: callers arrive, phones are lifted.

It passes the same contract suite as the engine. Nothing here waits for real time except the time limit of a ringing
leg.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from zuoxi.telephony.switch import (
    Answered,
    Arrived,
    CallOnSwitch,
    Connected,
    DigitPressed,
    Disconnected,
    Ended,
    Failed,
    LegEnded,
    LegFailure,
    LegOnSwitch,
    PhoneChanged,
    PromptPlayed,
    Ringing,
    SwitchError,
    SwitchEvent,
)

NORMAL = 16  # the cause of an ordinary hang-up (ITU-T Q.850)


@dataclass(slots=True)
class _Call:
    dialled: str
    caller: str
    created: float
    answered: bool = False
    waiting: str | None = None  # the music
    leg: str | None = None  # whom the caller talks with
    prompts: list[str] = field(default_factory=list)
    digits: str = ""
    recording_paused: bool = False


@dataclass(slots=True)
class _Leg:
    phone: str
    call: str
    answered: bool = False
    timer: asyncio.TimerHandle | None = None
    room: set[str] = field(default_factory=set)  # calls joined with it: at most one


class FakeSwitch:
    """Implements ``zuoxi.telephony.switch.Switch``. Prompts end when ``finish_prompt`` says so, or at once with
    ``instant_prompts``. ``asked`` lists every verb with its arguments."""

    def __init__(self, *, instant_prompts: bool = False, clock: Callable[[], float] = time.time) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._instant, self._clock = instant_prompts, clock
        self._calls: dict[str, _Call] = {}
        self._legs: dict[str, _Leg] = {}
        self._phones: dict[str, bool] = {}
        self._behaviours: dict[str, str] = {}
        self._queue: asyncio.Queue[SwitchEvent | None] = asyncio.Queue()
        self._numbers = itertools.count(1)
        self._connected = False
        self._begun = False
        self._unheard: list[str] = []  # calls that came while nobody was there

    # -- driven by tests ---------------------------------------------------------------------------------------------

    def arrive(self, dialled: str, caller: str) -> str:
        """A call comes in. While disconnected it is kept in the waiting loop."""
        call = f"call-{next(self._numbers)}"
        made = self._calls[call] = _Call(dialled, caller, self._clock())
        if self._connected:
            self._queue.put_nowait(Arrived(call, dialled, caller, made.created))
        else:
            self._unheard.append(call)
        return call

    def hang_up(self, call: str, cause: int = NORMAL) -> None:
        """The caller hangs up."""
        gone = self._calls.pop(call, None)
        if gone is None:
            return
        for leg in self._legs.values():
            leg.room.discard(call)
        if call in self._unheard:
            self._unheard.remove(call)
            return
        for prompt in gone.prompts:
            self._tell(PromptPlayed(call, prompt, completed=False))
        self._tell(Ended(call, cause))

    def press(self, call: str, digit: str) -> None:
        """The caller presses a key."""
        self._tell(DigitPressed(call, digit))

    def finish_prompt(self, call: str, *, completed: bool = True) -> None:
        """The oldest prompt that this caller hears comes to its end."""
        self._tell(PromptPlayed(call, self._calls[call].prompts.pop(0), completed))

    def register(self, phone: str, behaviour: str = "ring") -> None:
        """A phone registers. ``behaviour``: ring (until ``lift``), answer, busy, reject."""
        self._behaviours[phone] = behaviour
        if self._phones.get(phone) is False:
            self._phones[phone] = True
            self._tell(PhoneChanged(phone, reachable=True))

    def unregister(self, phone: str) -> None:
        """A phone goes away. Its conversations go on until their legs end."""
        if self._phones.get(phone):
            self._phones[phone] = False
            self._tell(PhoneChanged(phone, reachable=False))

    def lift(self, leg: str) -> None:
        """The ringing phone is answered."""
        found = self._legs[leg]
        self._stop_timer(found)
        found.answered = True
        self._tell(Answered(leg))

    def fail(self, leg: str, reason: LegFailure) -> None:
        """The ringing phone refuses, or is not answered."""
        self._stop_timer(self._legs.pop(leg))
        self._tell(Failed(leg, reason))

    def put_down(self, leg: str) -> None:
        """The phone that answered hangs up."""
        self._end_leg(leg)

    def break_connection(self) -> None:
        """The control connection breaks; calls go on, and nothing is heard of them."""
        self._queue.put_nowait(Disconnected())
        self._connected = False

    def mend_connection(self, *, fresh: bool = False) -> None:
        """The control connection stands again. ``fresh``: the engine was restarted, everything is gone."""
        if fresh:
            self._calls.clear()
            self._legs.clear()
            self._unheard.clear()
        self._connect(fresh)

    def hears(self, party: str) -> str:
        """What a call or a leg hears: music, prompt, agent, caller, or nothing."""
        call = self._calls.get(party)
        if call is not None:
            if call.prompts:
                return "prompt"
            return "music" if call.waiting is not None else "agent" if call.leg is not None else "nothing"
        leg = self._legs[party]
        return "caller" if leg.answered and leg.room else "nothing"

    def legs_of(self, phone: str) -> list[str]:
        """The legs that ring or hold a phone, oldest first."""
        return [name for name, leg in self._legs.items() if leg.phone == phone]

    def digits_sent(self, call: str) -> str:
        """The digits sent to the caller's side so far."""
        return self._calls[call].digits

    def records(self, call: str) -> bool:
        """Whether what is said now is recorded."""
        return not self._calls[call].recording_paused

    # -- the Protocol ------------------------------------------------------------------------------------------------

    async def events(self) -> AsyncIterator[SwitchEvent]:
        if not self._begun:
            self._begun = True
            self._connect(fresh=True)
        while (event := await self._queue.get()) is not None:
            yield event

    async def close(self) -> None:
        self._connected = False
        for leg in self._legs.values():
            self._stop_timer(leg)
        self._queue.put_nowait(None)

    async def answer(self, call: str) -> None:
        self._find(call, "answer").answered = True

    async def play(self, call: str, prompt: str) -> None:
        found = self._find(call, "play", prompt)
        found.prompts.append(prompt)
        if self._instant:
            self.finish_prompt(call)

    async def wait(self, call: str, music: str) -> None:
        found = self._find(call, "wait", music)
        self._separate(call)
        found.waiting = music

    async def ring(self, leg: str, call: str, phone: str, caller: str, timeout: float) -> None:
        self._ask("ring", leg, call, phone, caller)
        if leg in self._legs:
            return
        if call not in self._calls:
            raise SwitchError("gone", call)
        if not self._phones.get(phone):
            self._tell(Failed(leg, LegFailure.UNREACHABLE))
            return
        behaviour = self._behaviours.get(phone, "ring")
        new = self._legs[leg] = _Leg(phone, call)
        self._tell(Ringing(leg))
        if behaviour == "answer":
            self.lift(leg)
        elif behaviour in ("busy", "reject"):
            self.fail(leg, LegFailure.BUSY if behaviour == "busy" else LegFailure.REJECTED)
        else:
            new.timer = asyncio.get_running_loop().call_later(timeout, self.fail, leg, LegFailure.NO_ANSWER)

    async def cancel(self, leg: str) -> None:
        self._ask("cancel", leg)
        found = self._legs.get(leg)
        if found is None:
            return
        if found.answered:
            self._end_leg(leg)
        else:
            self.fail(leg, LegFailure.CANCELLED)

    async def connect(self, call: str, leg: str) -> None:
        found = self._find(call, "connect", leg)
        while found.prompts:
            self.finish_prompt(call, completed=False)
        self._join(call, found, leg)
        found.answered = True

    async def hold(self, call: str) -> None:
        found = self._find(call, "hold")
        self._separate(call)
        found.waiting = "default"

    async def resume(self, call: str, leg: str) -> None:
        self._join(call, self._find(call, "resume", leg), leg)

    async def send_digits(self, call: str, digits: str) -> None:
        self._find(call, "send_digits", digits).digits += digits

    async def pause_recording(self, call: str, *, paused: bool) -> None:
        self._find(call, "pause_recording", str(paused)).recording_paused = paused

    async def release(self, call: str) -> None:
        self._ask("release", call)
        self.hang_up(call)

    async def calls(self) -> list[CallOnSwitch]:
        self._ask("calls")
        held = []
        for name, call in self._calls.items():
            where = "waiting" if call.waiting is not None else "talking" if call.leg is not None else ""
            held.append(CallOnSwitch(name, call.dialled, call.caller, where, call.answered, call.created))
        return held

    async def legs(self) -> list[LegOnSwitch]:
        self._ask("legs")
        return [LegOnSwitch(name, leg.answered, next(iter(leg.room), None)) for name, leg in self._legs.items()]

    async def add_phone(self, phone: str, password: str, *, browser: bool) -> None:
        self._ask("add_phone", phone, "browser" if browser else "sip")
        self._phones.setdefault(phone, False)

    async def remove_phone(self, phone: str) -> None:
        self._ask("remove_phone", phone)
        self._phones.pop(phone, None)

    async def phones(self) -> dict[str, bool]:
        self._ask("phones")
        return dict(self._phones)

    # -- parts -------------------------------------------------------------------------------------------------------

    def _connect(self, fresh: bool) -> None:
        self._connected = True
        self._queue.put_nowait(Connected(fresh))
        unheard, self._unheard = self._unheard, []
        for call in unheard:
            found = self._calls[call]
            self._queue.put_nowait(Arrived(call, found.dialled, found.caller, found.created))

    def _tell(self, event: SwitchEvent) -> None:
        if self._connected:
            self._queue.put_nowait(event)

    def _ask(self, *verb: str) -> None:
        self.asked.append(verb)
        if not self._connected:
            raise SwitchError("unavailable", "the engine is not connected")

    def _find(self, call: str, *verb: str) -> _Call:
        self._ask(verb[0], call, *verb[1:])
        if call not in self._calls:
            raise SwitchError("gone", call)
        return self._calls[call]

    def _join(self, call: str, found: _Call, leg: str) -> None:
        other = self._legs.get(leg)
        if other is None or not other.answered:
            raise SwitchError("gone", leg)
        self._separate(call)
        found.leg = leg
        other.room = {call}

    def _separate(self, call: str) -> None:
        """Take a caller out of whatever it is in."""
        found = self._calls[call]
        found.waiting = found.leg = None
        for leg in self._legs.values():
            leg.room.discard(call)

    def _end_leg(self, leg: str) -> None:
        gone = self._legs.pop(leg)
        for call in gone.room:
            self._calls[call].leg = None
        self._tell(LegEnded(leg))

    @staticmethod
    def _stop_timer(leg: _Leg) -> None:
        if leg.timer is not None:
            leg.timer.cancel()
            leg.timer = None
