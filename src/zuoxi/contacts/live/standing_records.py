"""What ``standing`` keeps of each contact, phone and agent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zuoxi.routing.model import AgentState, Direction, PartyState


@dataclass(slots=True)
class LegStanding:
    """An agent's phone that was rung for a contact. ``answered`` is False while it rings."""

    offer: str
    agent: str
    phone: str
    queue: str
    timeout: float
    since: float
    reason: str = "queue"
    answered: bool = False


@dataclass(slots=True)
class PartyStanding:
    """Somebody beside a contact's own agent: a supervisor or somebody consulted, ringing or on the line. ``state`` is
    the router's; ``heard``: the leg that is listened to, in ``heard_mode``."""

    party: str
    kind: str
    reason: str
    by: str
    agent: str | None
    number: str | None
    mode: str | None
    since: float
    state: str = PartyState.RINGING
    phone: str = ""
    timeout: float = 0.0
    heard: str | None = None
    heard_mode: str | None = None

    @property
    def answered(self) -> bool:
        return self.state != PartyState.RINGING


@dataclass(slots=True)
class ContactStanding:
    """A contact from its arrival until it has ended and its last agent finished the wrap-up.

    ``place`` is where the caller ought to be on the switch: '' (untouched), waiting, talking, held, aside (alone),
    gone. ``leg`` is the offer whose phone the caller talks with.
    """

    id: str
    call: str
    hotline: str
    line: str | None
    project: str | None
    number: str
    customer: str | None
    vip: bool
    started_at: float
    queue: str | None = None
    queued_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    outcome: str | None = None
    agent: str | None = None
    held: bool = False
    on_hook: bool = True  # the caller's call was not answered yet
    place: str = ""
    music: str = "default"
    prompt: str | None = None
    prompt_parts: list[str] = field(default_factory=list)
    look_up: list[Any] = field(default_factory=list)  # request, service, arguments: not answered yet
    prompt_once: bool = False  # said in passing to somebody who waits
    leg: str | None = None
    legs: dict[str, LegStanding] = field(default_factory=dict)
    desks: set[str] = field(default_factory=set)  # agents whose state names this contact
    parties: dict[str, PartyStanding] = field(default_factory=dict)
    gathered: list[str] = field(default_factory=list)  # who is together in the contact's room; empty: as ``place`` says
    flags: list[str] = field(default_factory=list)  # for the pop, besides what its source knows
    message_since: float | None = None  # the caller is asked for a message, or leaves one
    direction: str = Direction.INBOUND
    stage: str = ""  # of a call out: calling (the agent's own phone rings), dialling; then empty
    masked: bool = False  # who called out has not seen the number, and sees it when there is an answer
    outside: str | None = None  # the number to which the caller was passed on, while that is so
    caller_id: str = ""  # what whom we dialled sees
    reason: str | None = None  # why it ended
    help_since: float | None = None  # its agent has pressed the help key
    paused_by: str | None = None  # the agent at whose wish the recording keeps silence
    paused_until: float | None = None
    pauses: int = 0  # how often the recording was paused
    quality: dict[str, dict[str, str | None]] = field(default_factory=dict)  # side → {state, what}, while not good

    @property
    def on_the_way(self) -> bool:
        """A call out that nobody has answered yet."""
        return bool(self.stage)

    @property
    def in_flow(self) -> bool:
        """Sent into a call flow out of a queue, or asked after the conversation: neither waits nor talks."""
        return self.place == "aside" and self.message_since is None

    @property
    def hides_number(self) -> bool:
        """Whether the number is nothing for the agent's eyes (yet)."""
        return self.masked and self.answered_at is None

    def phones(self) -> dict[str, bool]:
        """All phones that ring or are on the line for this contact, and whether each has answered."""
        found = {offer: leg.answered for offer, leg in self.legs.items()}
        return found | {name: party.answered for name, party in self.parties.items()}


@dataclass(slots=True)
class AgentStanding:
    id: str
    state: AgentState = AgentState.SIGNED_OUT
    reason: str | None = None
    since: float = 0.0
    phone: str | None = None
    resumes: bool = False
    contact: str | None = None
    offer: str | None = None
    wrap_up_ends_at: float | None = None
    party: str | None = None  # beside somebody else's contact
    wrap_up_extension: float = 0.0  # by which the present wrap-up may be put off, seconds
    extensions_left: int = 0
    overstayed: list[str] = field(default_factory=list)  # limits of the present stay that were reached
