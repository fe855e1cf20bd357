"""What the router asks for (imperative: carried out by the switch), and beside it what it states (facts.py), so that
whoever reads the router's answer takes both from here."""

from __future__ import annotations

from dataclasses import dataclass

from zuoxi.routing.facts import (
    AgentForced,
    AgentStateChanged,
    BreakLimitReached,
    CallbackAdopted,
    CallbackAttempted,
    CallbackDialled,
    CallbackEnded,
    CallbackOffered,
    CallbackOfferEnded,
    CallbackPostponed,
    CallbackRecorded,
    CallbackTaken,
    CallerRuleApplied,
    CallQualityChanged,
    ContactAnswered,
    ContactDialled,
    ContactEnded,
    ContactForced,
    ContactHeld,
    ContactOffered,
    ContactOverflowed,
    ContactQueued,
    ContactResumed,
    ContactStarted,
    ContactTakenOver,
    ContactTransferred,
    DigitsCollected,
    Fact,
    FlowEntered,
    FlowLeft,
    FlowNodeEntered,
    HelpCleared,
    HelpRaised,
    OfferEnded,
    PartyCalled,
    PartyChanged,
    PartyEnded,
    QueueLeft,
    RecordingPaused,
    RecordingResumed,
    RequestRefused,
    SurveyAnswered,
    VoicemailBegun,
    VoicemailLeft,
    WaitAnnounced,
    WrapUpExtended,
)
from zuoxi.routing.model import SupervisionMode

__all__ = [
    "AgentForced",
    "AgentStateChanged",
    "AnswerCall",
    "BreakLimitReached",
    "CallOut",
    "CallQualityChanged",
    "CallbackAdopted",
    "CallbackAttempted",
    "CallbackDialled",
    "CallbackEnded",
    "CallbackOfferEnded",
    "CallbackOffered",
    "CallbackPostponed",
    "CallbackRecorded",
    "CallbackTaken",
    "CallerRuleApplied",
    "CancelOffer",
    "Command",
    "Connect",
    "ContactAnswered",
    "ContactDialled",
    "ContactEnded",
    "ContactForced",
    "ContactHeld",
    "ContactOffered",
    "ContactOverflowed",
    "ContactQueued",
    "ContactResumed",
    "ContactStarted",
    "ContactTakenOver",
    "ContactTransferred",
    "DialParty",
    "DigitsCollected",
    "Fact",
    "FlowEntered",
    "FlowLeft",
    "FlowNodeEntered",
    "GatherLegs",
    "HelpCleared",
    "HelpRaised",
    "HoldCall",
    "KeepWaiting",
    "LookUp",
    "MonitorLeg",
    "OfferCall",
    "OfferEnded",
    "PartyCalled",
    "PartyChanged",
    "PartyEnded",
    "PauseRecording",
    "PlayPrompt",
    "QueueLeft",
    "RecordingPaused",
    "RecordingResumed",
    "ReleaseAgent",
    "ReleaseCall",
    "ReleaseParty",
    "RequestRefused",
    "ResumeCall",
    "RingParty",
    "SurveyAnswered",
    "SwitchCommand",
    "TakeAside",
    "VoicemailBegun",
    "VoicemailLeft",
    "WaitAnnounced",
    "WrapUpExtended",
]


# -- carried out by the switch ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AnswerCall:
    contact: str
    call: str


@dataclass(frozen=True, slots=True)
class PlayPrompt:
    """Play a prompt to the caller; its end comes back as PromptFinished with ``prompt``. With ``parts`` these prompts
    are played one after the other, and ``prompt`` is the name of the whole ("you are number", "3", "in line").
    ``once``: said to somebody who waits on anyway, better missed than heard twice."""

    contact: str
    call: str
    prompt: str
    parts: tuple[str, ...] = ()
    once: bool = False


@dataclass(frozen=True, slots=True)
class KeepWaiting:
    """Put the caller where callers wait (music)."""

    contact: str
    call: str
    music: str


@dataclass(frozen=True, slots=True)
class OfferCall:
    """Ring an agent's phone, and show the offer with the screen pop on the desk. ``call`` is empty when the agent calls
    out and there is no call yet."""

    contact: str
    call: str
    offer: str
    agent: str
    phone: str
    queue: str
    timeout: float


@dataclass(frozen=True, slots=True)
class CancelOffer:
    contact: str
    offer: str
    agent: str


@dataclass(frozen=True, slots=True)
class Connect:
    """Join the caller and the agent whose phone answered ``offer``."""

    contact: str
    call: str
    offer: str
    agent: str


@dataclass(frozen=True, slots=True)
class CallOut:
    """Dial a customer as the contact's own call: the agent, whose phone answered ``offer``, hears it ring. Comes back
    as CallAnswered or CallFailed."""

    contact: str
    call: str
    offer: str
    number: str
    caller_id: str
    timeout: float


@dataclass(frozen=True, slots=True)
class HoldCall:
    contact: str
    call: str


@dataclass(frozen=True, slots=True)
class ResumeCall:
    contact: str
    call: str
    offer: str


@dataclass(frozen=True, slots=True)
class ReleaseAgent:
    """End the agent's leg only (transfer, caller gone)."""

    contact: str
    offer: str
    agent: str


@dataclass(frozen=True, slots=True)
class ReleaseCall:
    """End the caller's leg; ``busy``: an unanswered one with the busy tone."""

    contact: str
    call: str
    busy: bool = False


@dataclass(frozen=True, slots=True)
class RingParty:
    """Ring a phone that does not become the contact's own: a supervisor's, a consulted colleague's. ``party`` names the
    leg, as an offer's id does; ``call`` is empty as in OfferCall."""

    contact: str
    call: str
    party: str
    agent: str
    phone: str
    timeout: float


@dataclass(frozen=True, slots=True)
class DialParty:
    """Ring an outside number beside a contact, showing ``caller_id``."""

    contact: str
    call: str
    party: str
    number: str
    caller_id: str
    timeout: float


@dataclass(frozen=True, slots=True)
class ReleaseParty:
    """Stop ringing a party, or end its leg."""

    contact: str
    party: str


@dataclass(frozen=True, slots=True)
class MonitorLeg:
    """Let an answered party hear what the leg ``target`` hears and says; in mode whisper ``target`` hears the party."""

    contact: str
    party: str
    target: str
    mode: SupervisionMode


@dataclass(frozen=True, slots=True)
class GatherLegs:
    """Put exactly these legs, with the caller or without, into the contact's room, where all hear each other. Without
    the caller, who was there hears music from then on. ``legs``: the agent's own first, where it is up."""

    contact: str
    call: str
    with_caller: bool
    legs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Let the recording of the contact keep silence, or go on with sound. The conversation is not touched."""

    contact: str
    call: str
    paused: bool


@dataclass(frozen=True, slots=True)
class TakeAside:
    """Take the caller out of whatever room they are in: what is played to them stops, and they hear nothing."""

    contact: str
    call: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Find something out for a call flow (``flow_services``); the answer comes back as LookedUp. Asked again after a
    restart when nobody had answered. Not for the switch: it is carried out beside it."""

    contact: str
    request: str
    service: str
    arguments: tuple[tuple[str, str], ...]


SwitchCommand = (
    AnswerCall
    | PlayPrompt
    | KeepWaiting
    | OfferCall
    | CancelOffer
    | Connect
    | HoldCall
    | ResumeCall
    | ReleaseAgent
    | ReleaseCall
    | CallOut
    | RingParty
    | DialParty
    | ReleaseParty
    | MonitorLeg
    | GatherLegs
    | PauseRecording
    | TakeAside
)
Command = SwitchCommand | LookUp | Fact
