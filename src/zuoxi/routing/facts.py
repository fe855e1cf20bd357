"""What the router states: past tense, facts for the journal, the desks and every later figure."""

from __future__ import annotations

from dataclasses import dataclass

from zuoxi.routing.model import (
    AgentState,
    CallbackMode,
    CallbackState,
    Direction,
    Outcome,
    PartyKind,
    PartyState,
    RefuseWith,
    RuleAction,
    SupervisionMode,
)


@dataclass(frozen=True, slots=True)
class ContactStarted:
    """``hotline`` is the configured hotline's id, or the dialled number when nobody knows it. ``since``: when the
    caller came, where that was before the router heard of it (else None: at this fact's own time). ``agent``: who calls
    out; ``callback``: the task that this fulfils."""

    contact: str
    call: str
    hotline: str
    line: str | None
    project: str | None
    number: str
    customer: str | None
    vip: bool
    since: float | None = None
    direction: Direction = Direction.INBOUND
    agent: str | None = None
    callback: str | None = None


@dataclass(frozen=True, slots=True)
class ContactDialled:
    """The customer is rung. ``number`` is what was dialled, ``caller_id`` what they see."""

    contact: str
    call: str
    agent: str
    number: str
    caller_id: str
    callback: str | None = None


@dataclass(frozen=True, slots=True)
class ContactQueued:
    """``reason``: arrival, transfer, transfer_failed (nobody outside took it), reconnect_failed, queue_removed,
    overflow (the wait goes on), or why the offer before failed (the reason of its OfferEnded). ``since``: as in
    ContactStarted."""

    contact: str
    queue: str
    priority: int
    reason: str
    since: float | None = None


@dataclass(frozen=True, slots=True)
class ContactOffered:
    contact: str
    offer: str
    agent: str
    queue: str
    reason: str  # vip_group, last_agent, queue, transfer, reconnect, outbound (the agent's own call out)


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """An offer that did not become a conversation: no_answer, busy, rejected, unreachable, failed (the phone's doing),
    agent_not_ready, agent_left, phone_changed (the agent's), caller_gone, timed_out, call_failed, engine_lost."""

    contact: str
    offer: str
    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContactAnswered:
    """``waited``: seconds since the contact entered this queue (since the transfer, when it was transferred). Of a call
    out: the customer answered, after ``waited`` seconds of ringing."""

    contact: str
    offer: str
    agent: str
    queue: str
    waited: float
    direction: Direction = Direction.INBOUND


@dataclass(frozen=True, slots=True)
class ContactHeld:
    contact: str
    agent: str


@dataclass(frozen=True, slots=True)
class ContactResumed:
    contact: str
    agent: str


@dataclass(frozen=True, slots=True)
class ContactTransferred:
    contact: str
    agent: str
    to_agent: str | None
    to_queue: str | None
    to_number: str | None = None


@dataclass(frozen=True, slots=True)
class ContactEnded:
    """``waited`` and ``talked``: seconds, summed over the whole contact (talking includes hold)."""

    contact: str
    outcome: Outcome
    reason: str  # caller_hung_up, agent_hung_up, time_limit, blacklist, out_of_hours, engine_lost, ...
    queue: str | None
    waited: float
    talked: float


@dataclass(frozen=True, slots=True)
class CallbackRecorded:
    """Somebody is to be called back. The task is named by the contact, unless the same person has a live one already
    (``joined``). ``due_at``: when the first attempt is due, ``expires_at``: the last; ``kept_place``: it has the place
    of the call in its queue. Times: seconds since the epoch."""

    contact: str
    number: str
    queue: str | None
    reason: str  # abandoned, timed_out, engine_lost, requested, ...
    joined: str | None = None
    due_at: float | None = None
    expires_at: float | None = None
    kept_place: bool = False


@dataclass(frozen=True, slots=True)
class CallbackAdopted:
    """A callback of before is a task from now on."""

    task: str
    due_at: float
    expires_at: float


@dataclass(frozen=True, slots=True)
class CallbackOffered:
    """A task is on an agent's desk until ``ends_at``; ``mode`` progressive: the phone rings at once."""

    task: str
    agent: str
    mode: CallbackMode
    ends_at: float


@dataclass(frozen=True, slots=True)
class CallbackOfferEnded:
    """An offered task was not dialled: declined, expired, call_first, agent_left, calling_us, taken, not_permitted."""

    task: str
    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class CallbackTaken:
    """An agent keeps the task until ``until``; None: it is everybody's again."""

    task: str
    agent: str | None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class CallbackDialled:
    """``dialled`` is the outbound contact; ``attempt`` counts from 1."""

    task: str
    agent: str
    dialled: str
    attempt: int


@dataclass(frozen=True, slots=True)
class CallbackAttempted:
    """``result``: answered, busy, no_answer, rejected, unreachable, failed, or agent (the agent's own phone was not
    reached; no attempt). ``due_at``: when the task's turn comes again; None: it is over."""

    task: str
    agent: str
    dialled: str
    result: str
    due_at: float | None


@dataclass(frozen=True, slots=True)
class CallbackPostponed:
    task: str
    by: str
    until: float


@dataclass(frozen=True, slots=True)
class CallbackEnded:
    """``reason``: answered, reached_us, voicemail, ordered, blacklisted, no_number, not_permitted, attempts, expired,
    or what somebody (``by``) wrote who closed it by hand."""

    task: str
    state: CallbackState
    reason: str
    by: str | None = None
    dialled: str | None = None


@dataclass(frozen=True, slots=True)
class CallerRuleApplied:
    """A rule against callers met this call. ``until``: its number is turned away until then (seconds since the
    epoch)."""

    contact: str
    rule: str
    action: RuleAction
    refuse_with: RefuseWith
    until: float | None


@dataclass(frozen=True, slots=True)
class VoicemailBegun:
    """The caller is asked for a message for ``queue`` from now on. ``reason``: timed_out, full, unstaffed, flow, …"""

    contact: str
    queue: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class VoicemailLeft:
    """The message lasted ``seconds`` from ``begun_at`` (seconds since the epoch): that part of the contact's own
    recording is the message."""

    contact: str
    queue: str | None
    line: str | None
    project: str | None
    number: str
    customer: str | None
    begun_at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class AgentStateChanged:
    agent: str
    state: AgentState
    reason: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """An agent's request that made no sense in the present state. Changes nothing."""

    agent: str
    request: str
    code: str


@dataclass(frozen=True, slots=True)
class PartyCalled:
    """Somebody is rung beside a contact: ``agent``, or the outside ``number``; ``by`` asked for it. ``reason``:
    supervise, take_over, consult."""

    contact: str
    party: str
    role: PartyKind
    reason: str
    by: str
    agent: str | None
    number: str | None
    mode: SupervisionMode | None


@dataclass(frozen=True, slots=True)
class PartyChanged:
    """A party on the line takes part in another way from now on. ``beside``: the contact's own agent, if any."""

    contact: str
    party: str
    role: PartyKind
    state: PartyState
    by: str
    agent: str | None
    beside: str | None


@dataclass(frozen=True, slots=True)
class PartyEnded:
    """``reason``: hung_up (the party's own doing), ended (asked to end), no_answer, busy, rejected, unreachable,
    failed, moved, contact_over, agent_left, phone_changed, engine_lost."""

    contact: str
    party: str
    role: PartyKind
    by: str
    agent: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ContactTakenOver:
    """``agent``, who was a party, has the contact from now on (``offer``: the leg); ``before`` had it. ``reason``:
    take_over, consult (an attended transfer), agent_left (who stays with the caller has the call)."""

    contact: str
    offer: str
    agent: str
    before: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContactForced:
    """A supervisor ended or passed on somebody's contact. ``what``: hang_up, transfer, pick_up. ``agent``: whose it
    was, if anybody's."""

    contact: str
    agent: str | None
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class AgentForced:
    """A supervisor set an agent's state. ``what``: ready, not_ready, signed_out."""

    agent: str
    by: str
    what: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class HelpRaised:
    contact: str
    agent: str


@dataclass(frozen=True, slots=True)
class HelpCleared:
    """``by``: who answered or took it back; None: the conversation with this agent is over."""

    contact: str
    agent: str
    by: str | None


@dataclass(frozen=True, slots=True)
class RecordingPaused:
    """``until``: when it goes on by itself, seconds since the epoch."""

    contact: str
    agent: str
    until: float


@dataclass(frozen=True, slots=True)
class RecordingResumed:
    """``agent``: who asked for it; None: by itself. ``reason``: asked, held, left (the agent's part is over, or the
    phone was lost), ended, time_limit, failed (the switch could not pause it)."""

    contact: str
    agent: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class WrapUpExtended:
    """``ends_at``: the new limit, seconds since the epoch; ``left``: how often it may be put off again."""

    agent: str
    contact: str
    ends_at: float
    left: int


@dataclass(frozen=True, slots=True)
class BreakLimitReached:
    """An agent is not ready for ``reason`` longer than the setting allows; see ``events.BreakLimitPassed``."""

    agent: str
    reason: str
    what: str
    limit: float


@dataclass(frozen=True, slots=True)
class FlowEntered:
    """A caller begins a call flow, and stays with this version of it. ``purpose``: flow, or survey (after a
    conversation with ``agent``)."""

    contact: str
    flow: str
    version: int
    purpose: str
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class FlowNodeEntered:
    """``served``: who comes here counts as served, with an agent or without."""

    contact: str
    node: str
    node_kind: str
    served: bool


@dataclass(frozen=True, slots=True)
class DigitsCollected:
    """What a caller typed when asked; ``ok``: it was what the node asks for. Where nobody may keep it, a mask."""

    contact: str
    node: str
    digits: str
    ok: bool


@dataclass(frozen=True, slots=True)
class SurveyAnswered:
    """One answer of a caller; ``agent``: whose conversation it is about, if any's."""

    contact: str
    flow: str
    version: int
    node: str
    question: str
    value: str
    agent: str | None


@dataclass(frozen=True, slots=True)
class FlowLeft:
    """``exit``: queue, voicemail, callback, transfer_out, hang_up, caller_hung_up, broken, passed_on, lost. The call
    may come back into the flow where a queue sends it back."""

    contact: str
    flow: str
    version: int
    node: str
    exit: str
    served: bool


@dataclass(frozen=True, slots=True)
class ContactOverflowed:
    """A waiting contact goes on waiting in ``queue`` instead of ``from_queue``, where it had waited ``waited`` seconds.
    ``reason``: time (a step of the plan), length (a step for a long queue), full, unstaffed, timed_out (an exit)."""

    contact: str
    queue: str
    from_queue: str
    reason: str
    waited: float


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """A contact could not enter ``queue``, or waited there to its limit, and went by that queue's exit. ``occasion``:
    full, unstaffed, timed_out, wished; ``exit``: message, overflow, voicemail, callback, flow."""

    contact: str
    queue: str
    occasion: str
    exit: str
    target: str | None
    waited: float


@dataclass(frozen=True, slots=True)
class WaitAnnounced:
    """What a waiting caller was told: the ``place`` in line, the ``expected`` wait (seconds), and which comfort
    messages."""

    contact: str
    queue: str
    place: int | None
    expected: float | None
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallQualityChanged:
    """A line of a contact sounds otherwise from now on; see ``events.QualityReported``. ``agent``: whose line, or who
    hears the caller so."""

    contact: str
    side: str
    state: str
    what: str | None
    jitter_ms: float | None
    loss_percent: float | None
    rtt_ms: float | None
    agent: str | None


Fact = (
    ContactStarted
    | ContactDialled
    | ContactQueued
    | ContactOffered
    | OfferEnded
    | ContactAnswered
    | ContactHeld
    | ContactResumed
    | ContactTransferred
    | ContactEnded
    | CallbackRecorded
    | CallbackAdopted
    | CallbackAttempted
    | CallbackDialled
    | CallbackEnded
    | CallbackOfferEnded
    | CallbackOffered
    | CallbackPostponed
    | CallbackTaken
    | AgentStateChanged
    | RequestRefused
    | PartyCalled
    | PartyChanged
    | PartyEnded
    | ContactTakenOver
    | ContactForced
    | AgentForced
    | HelpRaised
    | HelpCleared
    | RecordingPaused
    | RecordingResumed
    | WrapUpExtended
    | BreakLimitReached
    | CallQualityChanged
    | FlowEntered
    | FlowNodeEntered
    | DigitsCollected
    | SurveyAnswered
    | FlowLeft
    | CallerRuleApplied
    | VoicemailBegun
    | VoicemailLeft
    | ContactOverflowed
    | QueueLeft
    | WaitAnnounced
)
