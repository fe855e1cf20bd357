"""The verbs we need of a telephone switch, and what a switch tells us. Knows no domain and no product.

A *call* is a caller's leg, named by the switch. A *leg* is a phone that we ring, named by us (the offer's id), so that
it can be told apart after a restart. A *phone* is a seat that can be rung. A *room* is where more than a caller and one
leg, or legs alone, hear each other; it is named by us too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

NUMBER = "number:"
"""Before an ordinary telephone's number where a phone is named: it is rung by the trunk."""

CONFIRMING_DIGIT = "1"


class LegFailure(StrEnum):
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELLED = "cancelled"  # by us, before it answered


@dataclass(frozen=True, slots=True)
class Arrived:
    """A call came in, or came back to us from where it waited meanwhile. ``dialled`` and ``caller`` are as the trunk
    gave them; ``at`` is when the switch first saw the call, by its own clock (seconds since the epoch)."""

    call: str
    dialled: str
    caller: str
    at: float


@dataclass(frozen=True, slots=True)
class Ended:
    call: str
    cause: int


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Whom ``call_out`` rang has answered: from now on the call is like one that came in."""

    call: str


@dataclass(frozen=True, slots=True)
class CallFailed:
    """Whom ``call_out`` rang was not reached, and the call is no more. After its answer a call ends as Ended."""

    call: str
    reason: LegFailure


@dataclass(frozen=True, slots=True)
class Ringing:
    leg: str


@dataclass(frozen=True, slots=True)
class Answered:
    leg: str


@dataclass(frozen=True, slots=True)
class Failed:
    leg: str
    reason: LegFailure


@dataclass(frozen=True, slots=True)
class LegEnded:
    leg: str


@dataclass(frozen=True, slots=True)
class PromptPlayed:
    """``completed`` is False when the prompt could not be played or was cut."""

    call: str
    prompt: str
    completed: bool


@dataclass(frozen=True, slots=True)
class DigitPressed:
    call: str
    digit: str


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """A phone registered or went away. Never a reason to sign an agent out by itself."""

    phone: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class Connected:
    """The control connection stands (again). ``fresh`` is True when the engine itself was restarted meanwhile: no call
    of before is left. Compare with ``calls()`` and ``legs()`` before anything else."""

    fresh: bool


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The control connection broke; calls may well go on."""


SwitchEvent = (
    Arrived
    | Ended
    | CallAnswered
    | CallFailed
    | Ringing
    | Answered
    | Failed
    | LegEnded
    | PromptPlayed
    | DigitPressed
    | PhoneChanged
    | Connected
    | Disconnected
)


@dataclass(frozen=True, slots=True)
class CallOnSwitch:
    """``where``: '' (nowhere), 'waiting', or 'talking' (with ``leg`` beside it where known). ``created`` is when the
    switch first saw the call, the same as its ``Arrived.at``."""

    call: str
    dialled: str
    caller: str
    where: str
    answered: bool
    created: float


@dataclass(frozen=True, slots=True)
class LegOnSwitch:
    """``room`` is the same for all legs that hear each other now: the name that ``gather`` was given, or one that the
    switch chose for ``connect``. ``monitors`` is the leg that this one listens to."""

    leg: str
    answered: bool
    talking_to: str | None  # the call it is joined with
    room: str | None = None
    monitors: str | None = None


@dataclass(frozen=True, slots=True)
class SoundFigures:
    """What was counted of a party's sound since its beginning: packets that came from it, and those of them that were
    lost on the way; packets that were sent to it, and those of which it says that they were lost. Jitter as each side
    measures it, and the round trip (0: not known), milliseconds."""

    received: int
    lost: int
    jitter_ms: float
    sent: int
    far_lost: int
    far_jitter_ms: float
    rtt_ms: float


class MonitorMode(StrEnum):
    LISTEN = "listen"  # hears what the monitored leg hears and says
    WHISPER = "whisper"  # besides, the monitored leg alone hears the monitor


class SwitchError(Exception):
    """The switch refused or did not answer in time. ``code``: gone (no such call or leg), unavailable, refused."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Switch(Protocol):
    """Every verb raises SwitchError; a verb that finds its wish already true succeeds."""

    def events(self) -> AsyncIterator[SwitchEvent]:
        """All events in order, from the first Connected until ``close``; reconnects by itself."""
        ...

    async def close(self) -> None: ...

    async def answer(self, call: str) -> None: ...

    async def play(self, call: str, prompt: str, parts: Sequence[str] = ()) -> None:
        """Start a prompt (its key in the prompt folder) to a waiting or untouched caller; ends as PromptPlayed. With
        ``parts`` these keys are played one after the other and ``prompt`` is only the name of the whole."""
        ...

    async def wait(self, call: str, music: str) -> None:
        """Put the caller where callers wait, with music, answered or not (early media)."""
        ...

    async def ring(
        self, leg: str, call: str | None, phone: str, caller: str, timeout: float, confirm: str | None = None
    ) -> None:
        """Ring a phone on behalf of a call (None: of one that is yet to be made, see ``call_out``). Ends as Answered or
        Failed; the INVITE carries the leg in ``X-Zuoxi-Offer``. A phone named ``number:…`` is an ordinary telephone,
        rung by the trunk with ``caller`` as its caller id. With ``confirm`` (a prompt's key) whoever lifts hears that
        prompt, and the leg counts as answered only when CONFIRMING_DIGIT is pressed; put down before, it failed as not
        answered."""
        ...

    async def dial(self, leg: str, call: str, number: str, caller_id: str, timeout: float) -> None:
        """Ring an outside number by the trunk, as a leg on behalf of a call; the called one sees ``caller_id``. The
        same events as ``ring``. Whether this number may be dialled is for whoever asks to have settled before."""
        ...

    async def call_out(self, call: str, leg: str, number: str, caller_id: str, timeout: float) -> None:
        """Ring an outside number by the trunk as a call of its own, named ``call`` by us (``out-…``), together with an
        answered leg, which hears the ringing and whatever is said before the answer. The called one sees ``caller_id``.
        Ends as CallAnswered (recorded from there on) or CallFailed; ``release`` gives it up. Asked again for a call
        that is there, it changes nothing. Whether this number may be dialled is settled before."""
        ...

    async def cancel(self, leg: str) -> None:
        """Stop ringing, or hang up an answered leg."""
        ...

    async def connect(self, call: str, leg: str) -> None:
        """Join both: music and prompts stop first, both hear each other; answers the call when it was still
        unanswered."""
        ...

    async def hold(self, call: str) -> None:
        """Take the caller out of the conversation to music; the agent's leg stays."""
        ...

    async def take_aside(self, call: str) -> None:
        """Take the caller out of whatever room they are in: prompts stop, and they hear nothing until something else is
        asked for."""
        ...

    async def resume(self, call: str, leg: str) -> None:
        """Join both again, and them alone: whoever else talks with the leg stays behind. After ``hold`` in a room of
        several, ``gather`` brings everybody together again."""
        ...

    async def gather(self, room: str, members: Sequence[str]) -> None:
        """Put exactly these calls and answered legs into one room in which all hear each other. Their music and prompts
        stop first, wherever they were before, and a leg that monitored does so no more; calls are answered. Whoever was
        in that room and is not named leaves it: a call to the waiting music, a leg to silence. Asked again, it changes
        nothing. Raises SwitchError(gone) when a member ended, and then moves nobody."""
        ...

    async def monitor(self, leg: str, target: str, mode: MonitorMode) -> None:
        """Let an answered leg listen to another one, or whisper to it; asked again it changes target and mode. It goes
        with the target through whatever happens to it, ends with ``cancel(leg)``, when the target ends (the leg stays,
        in silence), or when the leg is joined with somebody. Raises SwitchError(gone)."""
        ...

    async def send_digits(self, call: str, digits: str) -> None: ...

    async def pause_recording(self, call: str, *, paused: bool) -> None:
        """Let the recording of a call go on with silence (card numbers), or with sound again. The conversation itself
        is not touched."""
        ...

    async def sound(self, party: str) -> SoundFigures | None:
        """How a call or an answered leg sounds; None when nothing is counted of it. Raises SwitchError(gone)."""
        ...

    async def release(self, call: str, *, busy: bool = False) -> None:
        """Hang up the caller; ``busy``: who was not answered yet hears the busy tone."""
        ...

    async def calls(self) -> list[CallOnSwitch]: ...

    async def legs(self) -> list[LegOnSwitch]: ...

    async def add_phone(self, phone: str, password: str, *, browser: bool) -> None:
        """Make (or change) a phone that may register: a browser (WebRTC) or a SIP phone."""
        ...

    async def remove_phone(self, phone: str) -> None: ...

    async def phones(self) -> dict[str, bool]:
        """All phones and whether each is reachable now."""
        ...
