"""What the router knows: its configuration and the states of agents and contacts.

Plain values, no I/O. Identifiers are opaque strings, durations and times are seconds (times: seconds since the epoch,
given by the caller as ``now``), priorities are integers where a larger number is served first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How a contact ended: every contact gets exactly one."""

    SERVED = "served"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
    VOICEMAIL = "voicemail"
    CALLBACK_REQUESTED = "callback_requested"
    BLOCKED = "blocked"
    CLOSED = "closed"
    TRANSFERRED_OUT = "transferred_out"
    FAILED = "failed"
    TURNED_AWAY = "turned_away"  # the queue was full, or nobody was signed in for it
    # of calls out that nobody answered; answered ones end as the others do
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"  # by the agent, before anybody answered


class Direction(StrEnum):
    """Who called whom: the customer us, or we the customer."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class AgentState(StrEnum):
    """Only a READY agent is offered calls."""

    SIGNED_OUT = "signed_out"
    NOT_READY = "not_ready"
    READY = "ready"
    OFFERED = "offered"
    DIALLING = "dialling"  # calls out: the own phone rings, then the customer's
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    ASSISTING = "assisting"  # the phone rings or talks in somebody else's call: supervising, or consulted


class ContactState(StrEnum):
    ANNOUNCING = "announcing"  # hears a message after which the call ends (blocked, closed, timed out)
    IN_FLOW = "in_flow"  # in a call flow: hears prompts, types, is looked up
    WAITING = "waiting"
    OFFERED = "offered"  # waiting, and one agent's phone rings
    CALLING = "calling"  # a call out: its agent's own phone rings first
    DIALLING = "dialling"  # a call out: the customer is rung, the agent listens
    TALKING = "talking"
    HELD = "held"
    RECONNECTING = "reconnecting"  # the agent's phone was lost (a page reload); the caller hears music meanwhile
    LEAVING_MESSAGE = "leaving_message"  # hears the prompt for a message and the tone, or speaks after it
    OUTSIDE = "outside"  # passed on to a number outside: it rings, or talks with the caller, and nobody of ours does
    ENDED = "ended"


class OfferState(StrEnum):
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class PartyKind(StrEnum):
    """Why somebody stands beside a contact's own conversation."""

    SUPERVISOR = "supervisor"
    CONSULTED = "consulted"


class PartyState(StrEnum):
    RINGING = "ringing"
    WAITING = "waiting"  # on the line, with nobody to hear at present (the call waits, rings, or reconnects)
    LISTENING = "listening"
    WHISPERING = "whispering"
    BARGING = "barging"
    CONSULTING = "consulting"  # with the agent alone
    CONFERENCE = "conference"  # with agent and caller
    ENDED = "ended"


class SupervisionMode(StrEnum):
    """How a supervisor takes part: unheard, heard by the agent alone, heard by both."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class ConsultEnd(StrEnum):
    """How an agent ends asking somebody: back to the caller, the caller to the other, or all three together."""

    CANCEL = "cancel"
    TRANSFER = "transfer"
    CONFERENCE = "conference"


class CallbackState(StrEnum):
    """Where a task to call somebody back stands."""

    WAITING = "waiting"
    RETRY_WAITING = "retry_waiting"  # tried, or put off: the plan's or somebody's time comes first
    OFFERED = "offered"  # on an agent's desk
    DIALLING = "dialling"
    DONE = "done"
    DROPPED = "dropped"  # not needed any more, or not wanted
    GIVEN_UP = "given_up"  # tried as often, or as long, as the plan says


class CallbackMode(StrEnum):
    """How an idle agent comes to a callback: not by itself, by pressing dial, or at once."""

    OFF = "off"
    PREVIEW = "preview"
    PROGRESSIVE = "progressive"


class Reach(StrEnum):
    """From which orders the agent of the last order is taken."""

    ANY_LINE = "any_line"
    SAME_LINE = "same_line"
    OFF = "off"


class ExitKind(StrEnum):
    """What becomes of a caller who cannot enter a queue, or has waited there to its limit."""

    MESSAGE = "message"  # a closing message, then release, and a callback
    OVERFLOW = "overflow"  # another queue
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"
    FLOW = "flow"


class Occasion(StrEnum):
    """Why a caller leaves a queue without an agent."""

    FULL = "full"
    UNSTAFFED = "unstaffed"  # nobody with the queue's skill is signed in
    TIMED_OUT = "timed_out"
    WISHED = "wished"  # the caller asked to be called back and keeps the place


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a queue. ``target``: the message's prompt (None: the one of the occasion), the queue of an overflow,
    a voicemail or a callback (None: the same queue), or the flow."""

    kind: ExitKind = ExitKind.MESSAGE
    target: str | None = None


CLOSING_MESSAGE = Exit()


@dataclass(frozen=True, slots=True)
class Overflow:
    """A step to another queue once a caller has waited ``after`` seconds, if then more than ``waiting_more_than`` wait
    where the caller does (None: however many). The step is left out while nobody can take the caller there."""

    to_queue: str
    after: float = 0.0
    waiting_more_than: int | None = None


@dataclass(frozen=True, slots=True)
class Comfort:
    """A message to those who wait: ``first`` so many seconds after entering the queue, then ``every`` so many (None:
    once)."""

    prompt: str
    first: float
    every: float | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue and the skill its agents need.

    ``time_limit`` is how long a caller waits until ``when_timed_out``; ``offer_timeout`` is the N of "an offer not
    answered in N seconds"; ``wrap_up_limit`` ends a wrap-up that the agent forgot (None: no limit), and may be put off
    ``wrap_up_extensions`` times by ``wrap_up_extension`` each. ``max_waiting``: who comes when so many wait goes by
    ``when_full``; ``when_unstaffed`` None: callers wait also when nobody is signed in. ``announce_first`` (None: never)
    and ``announce_every`` (None: once): when callers hear their place (``say_position``) and the expected wait
    (``say_wait``). ``offer_callback``: they may press 1 to be called back in their turn. ``seconds_per_priority``
    replaces the rules' where those age by waiting at all.
    """

    id: str
    skill: str
    priority: int = 0
    time_limit: float = 120.0
    offer_timeout: float = 15.0
    wrap_up_limit: float | None = 60.0
    music: str = "default"
    wrap_up_extension: float = 60.0
    wrap_up_extensions: int = 2
    max_waiting: int | None = None
    when_full: Exit = CLOSING_MESSAGE
    when_unstaffed: Exit | None = None
    when_timed_out: Exit = CLOSING_MESSAGE
    overflow: tuple[Overflow, ...] = ()
    announce_first: float | None = None
    announce_every: float | None = None
    say_position: bool = False
    say_wait: bool = False
    comfort: tuple[Comfort, ...] = ()
    offer_callback: bool = False
    seconds_per_priority: float | None = None


@dataclass(frozen=True, slots=True)
class Hotline:
    """A dialled number. ``open`` is decided outside (hours need a calendar) and carried by the arrival.
    ``caller_id`` is what people see whom we dial for it (empty: the hotline's own number)."""

    id: str
    number: str
    line: str  # business line
    project: str
    queue: str
    answer_before_waiting: bool = True
    greeting: str | None = None
    vip_skill: str | None = None
    flow: str | None = None  # who calls goes through this call flow (None: straight into ``queue``)
    survey_flow: str | None = None  # who is left by the agent goes through this one
    caller_id: str = ""

    @property
    def shown(self) -> str:
        """The number that people see whom we dial on behalf of this hotline."""
        return self.caller_id or self.number


@dataclass(frozen=True, slots=True)
class PublishedFlow:
    """A version of a call flow as callers meet it; ``document`` is its JSON (``flow_document.parse``)."""

    id: str
    version: int
    document: str


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """An agent's skills with levels (1 to 10, larger is better)."""

    id: str
    skills: tuple[tuple[str, int], ...] = ()


class RefuseWith(StrEnum):
    """How a caller is turned away: answered, with a message; or with the busy tone, unanswered."""

    MESSAGE = "message"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Rules:
    """The tenant's routing settings. ``seconds_per_priority``: how many seconds of waiting outweigh one point of
    priority (linear ageing); None means that priority always wins. ``transfer_boost`` raises a caller who waits again
    after a transfer. ``announcement_limit``: after so many seconds a caller who hears a closing message is released
    even if its end was never reported. ``pause_recording_limit``: a recording that an agent paused goes on by itself
    after so many seconds. ``confirm_home``: whoever lifts a home agent's telephone presses a key before the caller is
    put through; it rings ``home_extra`` seconds longer than other phones, because a public network takes some to ring
    it. A message that a caller leaves is at most ``message_limit`` and at least ``message_shortest`` seconds long.
    ``usual_handling``: how long a conversation with its wrap-up is taken to last (seconds) until a queue has had one;
    ``spoken_language`` (zh, en): whose grammar spoken numbers follow. ``dial_timeout``: how long somebody whom we dial
    is rung."""

    vip_boost: int = 20
    last_agent_boost: int = 10
    last_agent_reach: Reach = Reach.ANY_LINE
    last_agent_max_age: float | None = None
    silent_agent_reason: str = "no_answer"
    seconds_per_priority: float | None = None
    blocked_prompt: str = "blocked"
    timed_out_prompt: str = "timed_out"
    closed_prompt: str = "closed"
    unknown_prompt: str | None = "unknown_number"
    callback_prompt: str = "callback_promised"
    transfer_boost: int = 10
    announcement_limit: float = 60.0
    reconnect_limit: float = 20.0
    pause_recording_limit: float = 120.0
    confirm_home: bool = True
    home_extra: float = 15.0
    voicemail_prompt: str = "voicemail"
    beep_prompt: str = "beep"
    voicemail_kept_prompt: str = "voicemail_kept"
    message_limit: float = 120.0
    message_shortest: float = 2.0
    full_prompt: str = "queue_full"
    unstaffed_prompt: str = "queue_unstaffed"
    usual_handling: float = 180.0
    spoken_language: str = "zh"
    dial_timeout: float = 45.0
    refuse_with: RefuseWith = RefuseWith.MESSAGE  # whom the blacklist names


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything configurable, as one value with a version; a change is an event and takes effect at once."""

    version: int
    rules: Rules = field(default_factory=Rules)
    queues: tuple[Queue, ...] = ()
    hotlines: tuple[Hotline, ...] = ()
    agents: tuple[AgentProfile, ...] = ()
    flows: tuple[PublishedFlow, ...] = ()


@dataclass(frozen=True, slots=True)
class CallbackPlan:
    """How callbacks of ``queue`` are made (None: of every queue without a plan of its own). Durations in seconds.

    ``first_after``: from the lost call to the first attempt; ``busy_after``, ``no_answer_after``, ``failed_after``:
    from an attempt to the next by its result. After ``attempts`` attempts, or ``expires_after`` the lost call, nobody
    tries any more. ``idle``: how long an agent has been without a call; ``preview``: how long an offered task stays on
    the desk. ``windows``: when people may be called (from, until; seconds since the epoch, in order); None: always.
    """

    queue: str | None = None
    mode: CallbackMode = CallbackMode.OFF
    attempts: int = 3
    first_after: float = 60.0
    busy_after: float = 300.0
    no_answer_after: float = 1800.0
    failed_after: float = 600.0
    expires_after: float = 86400.0
    idle: float = 5.0
    preview: float = 30.0
    windows: tuple[tuple[float, float], ...] | None = None

    def retry_after(self, result: str) -> float:
        """Seconds until the next attempt after one that ended like this."""
        if result == "busy":
            return self.busy_after
        return self.no_answer_after if result in ("no_answer", "rejected") else self.failed_after

    def permitted_from(self, at: float) -> float | None:
        """The first moment, not before ``at``, at which people may be called; None when none is known."""
        if self.windows is None:
            return at
        for opens, closes in self.windows:
            if closes > at:
                return max(at, opens)
        return None


@dataclass(frozen=True, slots=True)
class LastOrder:
    """Who took the caller's last order, on which business line, and how long ago (seconds)."""

    agent: str
    line: str | None = None
    age: float = 0.0


class RuleAction(StrEnum):
    """What a rule against callers does: tell the agent, move the caller in the queue, or turn the call away."""

    FLAG = "flag"
    PRIORITY = "priority"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class MetRule:
    """A rule that the look-up found for this very call. ``block_for``: for how many seconds the number's later calls
    are turned away too (None: each call is judged anew)."""

    rule: str
    action: RuleAction
    priority: int = 0
    refuse_with: RefuseWith = RefuseWith.MESSAGE
    block_for: float | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """What the look-up found. An unknown caller, or one whose look-up was late, is the default value.

    ``number_key``: what two presentations of one number share; ``client``: for whom the dialled line works.
    """

    number: str = ""
    customer: str | None = None
    vip: bool = False
    blacklisted: bool = False
    last_order: LastOrder | None = None
    rules: tuple[MetRule, ...] = ()
    number_key: str = ""
    client: str | None = None
