"""A switch in memory that behaves like the real one, driven by whoever tests: callers arrive, phones are lifted.

It passes the same contract suite as the engine. Nothing here waits for real time except the time limit of a ringing
leg.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Sequence

from zuoxi.telephony.fake_places import WAITING_MUSIC, FakeCall, FakeLeg, Places
from zuoxi.telephony.switch import (
    CONFIRMING_DIGIT,
    NUMBER,
    Answered,
    Arrived,
    CallAnswered,
    CallFailed,
    CallOnSwitch,
    Connected,
    DigitPressed,
    Disconnected,
    Ended,
    Failed,
    LegEnded,
    LegFailure,
    LegOnSwitch,
    MonitorMode,
    PhoneChanged,
    PromptPlayed,
    Ringing,
    SoundFigures,
    SwitchError,
    SwitchEvent,
)

BUSY = 17
NORMAL = 16  # the cause of an ordinary hang-up (ITU-T Q.850)


class FakeSwitch:
    """Implements ``zuoxi.telephony.switch.Switch``. Prompts end when ``finish_prompt`` says so, or at once with
    ``instant_prompts``. ``asked`` lists every verb with its arguments."""

    def __init__(self, *, instant_prompts: bool = False, clock: Callable[[], float] = time.time) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._instant, self._clock = instant_prompts, clock
        self.sounds: dict[str, SoundFigures] = {}  # what is counted of calls and legs
        self._places = Places()
        self._calls, self._legs = self._places.calls, self._places.legs
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
        made = self._calls[call] = FakeCall(dialled, caller, self._clock())
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
        self._stop_call_timer(gone)
        if gone.ringing:
            self._tell(CallFailed(call, LegFailure.CANCELLED))
            return
        if call in self._unheard:
            self._unheard.remove(call)
            return
        for prompt in gone.prompts:
            self._tell(PromptPlayed(call, prompt, completed=False))
        self._tell(Ended(call, cause))

    def press(self, call: str, digit: str) -> None:
        """The caller, or who lifted a leg, presses a key."""
        leg = self._legs.get(call)
        if leg is None:
            self._tell(DigitPressed(call, digit))
        elif leg.lifted and not leg.answered and digit == CONFIRMING_DIGIT:
            leg.answered, leg.confirm = True, None
            self._tell(Answered(call))

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
        found.lifted = True
        if found.confirm is None:
            found.answered = True
            self._tell(Answered(leg))

    def fail(self, leg: str, reason: LegFailure) -> None:
        """The ringing phone refuses, or is not answered."""
        self._stop_timer(self._legs[leg])
        self._places.remove(leg)
        self._tell(Failed(leg, reason))

    def lift_outside(self, call: str) -> None:
        """Whom we called answers."""
        found = self._calls[call]
        self._stop_call_timer(found)
        found.ringing, found.answered = False, True
        self._tell(CallAnswered(call))

    def fail_outside(self, call: str, reason: LegFailure) -> None:
        """Whom we called is not reached."""
        found = self._calls.pop(call)
        self._stop_call_timer(found)
        self._tell(CallFailed(call, reason))

    def put_down(self, leg: str) -> None:
        """The phone that was lifted hangs up."""
        if self._legs[leg].answered:
            self._end_leg(leg)
        else:
            self.fail(leg, LegFailure.NO_ANSWER)

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
        """What a call or a leg hears: music, prompt, agent (any leg), caller, several joined by «+», or nothing."""
        kinds = {
            "caller" if voice in self._calls else "agent" if voice in self._legs else voice
            for voice in self.voices(party)
        }
        return "+".join(sorted(kinds)) or "nothing"

    def voices(self, party: str) -> set[str]:
        """What a call or a leg hears: «music», «prompt», and the names of calls and legs."""
        return self._places.voices(party)

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
        for call in self._calls.values():
            self._stop_call_timer(call)
        self._queue.put_nowait(None)

    async def answer(self, call: str) -> None:
        self._find(call, "answer").answered = True

    async def play(self, call: str, prompt: str, parts: Sequence[str] = ()) -> None:
        found = self._find(call, "play", prompt)
        found.prompts.append(prompt)
        if self._instant:
            self.finish_prompt(call)

    async def wait(self, call: str, music: str) -> None:
        self._find(call, "wait", music)
        self._places.leave(call, music)

    async def ring(
        self, leg: str, call: str | None, phone: str, caller: str, timeout: float, confirm: str | None = None
    ) -> None:
        self._ask("ring", leg, call or "", phone, caller)
        if leg in self._legs:
            return
        if call is not None and call not in self._calls:
            raise SwitchError("gone", call)
        if phone.startswith(NUMBER):
            self._ring(leg, call or "", phone.removeprefix(NUMBER), timeout, confirm)
            return
        if not self._phones.get(phone):
            self._tell(Failed(leg, LegFailure.UNREACHABLE))
            return
        self._ring(leg, call or "", phone, timeout, confirm)

    async def dial(self, leg: str, call: str, number: str, caller_id: str, timeout: float) -> None:
        self._ask("dial", leg, call, number, caller_id)
        if leg in self._legs:
            return
        if call not in self._calls:
            raise SwitchError("gone", call)
        self._ring(leg, call, number, timeout)

    async def call_out(self, call: str, leg: str, number: str, caller_id: str, timeout: float) -> None:
        self._ask("call_out", call, leg, number, caller_id)
        if call in self._calls:
            return
        if leg not in self._legs or not self._legs[leg].answered:
            raise SwitchError("gone", leg)
        made = self._calls[call] = FakeCall(number, "", self._clock(), ringing=True)
        self._join(call, leg)
        made.answered = False
        behaviour = self._behaviours.get(number, "ring")
        if behaviour == "answer":
            self.lift_outside(call)
        elif behaviour in ("busy", "reject"):
            self.fail_outside(call, LegFailure.BUSY if behaviour == "busy" else LegFailure.REJECTED)
        else:
            loop = asyncio.get_running_loop()
            made.timer = loop.call_later(timeout, self.fail_outside, call, LegFailure.NO_ANSWER)

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
        self._join(call, leg)
        found.answered = True

    async def hold(self, call: str) -> None:
        self._find(call, "hold")
        self._places.leave(call, WAITING_MUSIC)

    async def take_aside(self, call: str) -> None:
        found = self._find(call, "take_aside")
        while found.prompts:
            self.finish_prompt(call, completed=False)
        self._places.leave(call, None)

    async def resume(self, call: str, leg: str) -> None:
        self._find(call, "resume", leg)
        self._join(call, leg)

    async def gather(self, room: str, members: Sequence[str]) -> None:
        self._ask("gather", room, *members)
        for member in members:
            if self._places.find(member) is None:
                raise SwitchError("gone", member)
        for call in members:
            while call in self._calls and self._calls[call].prompts:
                self.finish_prompt(call, completed=False)
        self._places.gather(room, members)

    async def monitor(self, leg: str, target: str, mode: MonitorMode) -> None:
        self._ask("monitor", leg, target, mode)
        for name in (leg, target):
            if name not in self._legs or not self._legs[name].answered:
                raise SwitchError("gone", name)
        self._legs[leg].room, self._legs[leg].monitors = None, (target, mode)

    async def send_digits(self, call: str, digits: str) -> None:
        self._find(call, "send_digits", digits).digits += digits

    async def pause_recording(self, call: str, *, paused: bool) -> None:
        self._find(call, "pause_recording", str(paused)).recording_paused = paused

    async def sound(self, party: str) -> SoundFigures | None:
        self._ask("sound", party)
        if self._places.find(party) is None:
            raise SwitchError("gone", party)
        return self.sounds.get(party)

    async def release(self, call: str, *, busy: bool = False) -> None:
        self._ask("release", call, *(("busy",) if busy else ()))
        self.hang_up(call, BUSY if busy else NORMAL)

    async def calls(self) -> list[CallOnSwitch]:
        self._ask("calls")
        held = []
        for name, call in self._calls.items():
            with_leg = any(other in self._legs for other in self._places.company(name))
            where = "waiting" if call.music is not None else "talking" if with_leg else ""
            held.append(CallOnSwitch(name, call.dialled, call.caller, where, call.answered, call.created))
        return held

    async def legs(self) -> list[LegOnSwitch]:
        self._ask("legs")
        held = []
        for name, leg in self._legs.items():
            talking_to = next((other for other in self._places.company(name) if other in self._calls), None)
            monitors = leg.monitors[0] if leg.monitors is not None else None
            held.append(LegOnSwitch(name, leg.answered, talking_to, leg.room, monitors))
        return held

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

    def _find(self, call: str, *verb: str) -> FakeCall:
        self._ask(verb[0], call, *verb[1:])
        if call not in self._calls:
            raise SwitchError("gone", call)
        return self._calls[call]

    def _ring(self, leg: str, call: str, phone: str, timeout: float, confirm: str | None = None) -> None:
        behaviour = self._behaviours.get(phone, "ring")
        new = self._legs[leg] = FakeLeg(phone, call, confirm)
        self._tell(Ringing(leg))
        if behaviour == "answer":
            self.lift(leg)
        elif behaviour in ("busy", "reject"):
            self.fail(leg, LegFailure.BUSY if behaviour == "busy" else LegFailure.REJECTED)
        else:
            new.timer = asyncio.get_running_loop().call_later(timeout, self.fail, leg, LegFailure.NO_ANSWER)

    def _join(self, call: str, leg: str) -> None:
        if leg not in self._legs or not self._legs[leg].answered:
            raise SwitchError("gone", leg)
        self._places.leave(call, None)
        self._places.gather(f"talk-{leg}", (call, leg))

    def _end_leg(self, leg: str) -> None:
        self._places.remove(leg)
        self._tell(LegEnded(leg))

    @staticmethod
    def _stop_call_timer(call: FakeCall) -> None:
        if call.timer is not None:
            call.timer.cancel()
            call.timer = None

    @staticmethod
    def _stop_timer(leg: FakeLeg) -> None:
        if leg.timer is not None:
            leg.timer.cancel()
            leg.timer = None
