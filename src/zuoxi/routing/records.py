"""The router's memory of each contact, offer and agent: mutable, slotted, turned to plain values for snapshots."""

from __future__ import annotations

from dataclasses import dataclass, field

from zuoxi.routing.commands import AgentStateChanged
from zuoxi.routing.flow_run import Run
from zuoxi.routing.model import (
    AgentState,
    CallbackMode,
    CallbackState,
    ContactState,
    Hotline,
    LastOrder,
    OfferState,
    Outcome,
    PartyKind,
    PartyState,
    PublishedFlow,
    Queue,
    SupervisionMode,
)


@dataclass(slots=True, eq=False)
class Contact:
    """A live contact. ``key`` orders it among the waiting (smaller comes first); ``ticket`` is 0 unless it waits."""

    id: str
    call: str
    number: str
    customer: str | None
    vip: bool
    last_order: LastOrder | None
    hotline: Hotline | None
    started_at: float
    state: ContactState | None = None
    queue: Queue | None = None
    priority: int = 0
    queued_at: float = 0.0
    limit_at: float = 0.0
    sequence: int = 0
    key: tuple[float, float, int] = (0.0, 0.0, 0)
    ticket: int = 0
    vip_skill: str | None = None  # skill of the VIP group that may take it
    last_agent: str | None = None  # agent of the last order who may take it
    returning: bool = False
    transferred: bool = False
    answered: bool = False  # some agent has spoken with the caller
    announcement: str | None = None  # prompt after which the call ends
    outcome: Outcome | None = None  # already decided by that announcement
    end_reason: str = ""
    message_at: float | None = None  # when the message began that the caller leaves
    offer: Offer | None = None  # ringing or answered
    offers_made: int = 0
    talking_since: float = 0.0
    agent: Agent | None = None  # who talks (also while the phone reconnects)
    reconnect_by: float = 0.0
    waited: float = 0.0
    talked: float = 0.0
    help: bool = False  # its agent has pressed the help key
    paused_by: str | None = None  # the agent at whose wish the recording keeps silence
    paused_until: float = 0.0
    quality: dict[str, str] = field(default_factory=dict)  # of the lines that do not sound good: side -> state
    parties: list[Party] = field(default_factory=list)  # in the order in which they were rung
    outbound: bool = False  # we called the customer
    caller_id: str = ""  # what whom we dial for it sees; empty: what the hotline says
    callback: str | None = None  # the task that this call out fulfils
    dialled_at: float = 0.0
    number_key: str = ""  # what two presentations of the number share
    client: str | None = None
    task: Task | None = None  # only a place kept in a queue: the callback it is kept for
    gathered: tuple[str, ...] = ()  # who was put together last, while that holds: the caller's call and legs
    # While it waits (see plans.py): whose plan holds, the moments from which plan and announcements count, how much of
    # both was considered already, what is due next, and what is being said until when.
    home: Queue | None = None
    plan_from: float = 0.0
    placed_at: float = 0.0
    stepped: float = -1.0
    step_at: float | None = None
    said_to: float = 0.0
    speak_at: float | None = None
    spoken: str | None = None
    spoken_until: float = 0.0
    visited: tuple[str, ...] = ()  # the queues whose exits it took
    flow: InFlow | None = None  # the call flow it is in, or may come back into
    skill: str | None = None  # asked for by the flow instead of the queue's
    rule_priority: int = 0  # added, or taken away, by a rule against callers
    flow_priority: int = 0  # added by the flow

    @property
    def person(self) -> tuple[str | None, str]:
        """Who it is with: the same for every call and callback of one person at one client."""
        return self.client, self.number_key or self.number


@dataclass(slots=True, eq=False)
class InFlow:
    """A contact's way through one version of a call flow. ``agent``: whose conversation a survey is about."""

    source: PublishedFlow
    run: Run
    agent: str | None = None


@dataclass(slots=True, eq=False)
class Agent:
    """An agent who signed in at least once. ``ticket`` is 0 unless ready; ``wish`` is what follows the wrap-up."""

    id: str
    skills: tuple[tuple[str, int], ...] = ()
    phone: str = ""
    resumes: bool = False  # a phone in a page: its leg's end is a loss
    state: AgentState = AgentState.SIGNED_OUT
    reason: str | None = None
    since: float = 0.0
    idle_since: float = 0.0
    ticket: int = 0
    contact: str | None = None  # offered, talking, in wrap-up with, or assisting in
    offer: Offer | None = None
    wish: tuple[AgentState, str | None] | None = None
    wrap_up_ends_at: float | None = None
    extension: float = 0.0  # by which the present wrap-up may be put off
    extensions_left: int = 0
    overstayed: str = ""  # which limits of the present stay were reached: "stay", "day" or "stay day"
    ready_fact: AgentStateChanged | None = None  # the same each time: made once
    party: Party | None = None  # beside whose contact
    served_queue: str | None = None  # of the conversation whose wrap-up goes on
    served_since: float = 0.0
    task: Task | None = None  # offered to call back
    spared_until: float = 0.0  # no callback is offered before


@dataclass(slots=True, eq=False)
class Offer:
    """One ring of one agent's phone for one contact, and the conversation that may follow."""

    id: str
    contact: Contact
    agent: Agent
    reason: str
    state: OfferState
    ends_at: float
    resumes: bool


@dataclass(slots=True, eq=False)
class Party:
    """A further leg beside a contact's own: a supervisor's (with a ``mode``), or that of somebody consulted. ``by``:
    who asked; ``agent`` is None for an outside ``number``; ``taking_over``: takes the contact as soon as the phone
    answers; ``heard``: the leg that it listens to."""

    id: str
    contact: Contact
    kind: PartyKind
    by: str
    agent: Agent | None
    number: str | None
    mode: SupervisionMode | None
    taking_over: bool
    state: PartyState
    ends_at: float
    heard: str | None = None


@dataclass(slots=True, eq=False)
class Task:
    """Somebody to be called back. ``ticket`` is 0 unless it waits for its turn at ``due_at``; ``owner``: who keeps it
    until ``owner_until``; ``agent``: on whose desk it is, or who dials; ``dialled``: the outbound contact of an
    attempt; ``place``: the place kept in the queue."""

    id: str
    number: str
    number_key: str
    client: str | None
    customer: str | None
    queue: str | None
    hotline: str | None
    line: str | None
    project: str | None
    caller_id: str
    reason: str
    created_at: float
    due_at: float
    expires_at: float
    sequence: int
    state: CallbackState = CallbackState.WAITING
    attempts: int = 0
    ticket: int = 0
    owner: str | None = None
    owner_until: float = 0.0
    agent: Agent | None = None
    mode: CallbackMode | None = None
    ends_at: float = 0.0
    dialled: str | None = None
    place: Contact | None = None

    @property
    def person(self) -> tuple[str | None, str]:
        """Whom it is about: the same for every task and call of one person at one client."""
        return self.client, self.number_key or self.number


@dataclass(frozen=True, slots=True)
class CallbackView:
    """A live task as others may see it. Times are seconds since the epoch."""

    id: str
    number: str
    client: str | None
    customer: str | None
    queue: str | None
    hotline: str | None
    project: str | None
    reason: str
    state: CallbackState
    created_at: float
    due_at: float
    expires_at: float
    attempts: int
    owner: str | None
    agent: str | None
    mode: CallbackMode | None
    ends_at: float
    dialled: str | None
    kept_place: bool
    number_key: str


@dataclass(frozen=True, slots=True)
class ContactView:
    """A live contact as others may see it. Times are seconds since the epoch; ``agent`` is who is rung or talks."""

    id: str
    call: str
    number: str
    customer: str | None
    vip: bool
    hotline: str | None
    state: ContactState
    queue: str | None
    priority: int
    started_at: float
    queued_at: float
    answered: bool
    offer: str | None
    agent: str | None
    talking_since: float | None
    paused_by: str | None = None
    outbound: bool = False


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent as others may see it. ``since``: when the state began; ``wish``: the state that follows the wrap-up."""

    id: str
    phone: str
    state: AgentState
    reason: str | None
    since: float
    contact: str | None
    offer: str | None
    wish: AgentState | None
    wish_reason: str | None
    wrap_up_ends_at: float | None


@dataclass(frozen=True, slots=True)
class OfferView:
    """A ringing or answered offer; ``ends_at`` is when a ringing one is given up."""

    id: str
    contact: str
    call: str
    agent: str
    phone: str
    reason: str
    state: OfferState
    ends_at: float


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party of a live contact; ``agent`` None: an outside ``number``."""

    id: str
    contact: str
    kind: PartyKind
    by: str
    agent: str | None
    number: str | None
    mode: SupervisionMode | None
    state: PartyState
    heard: str | None
