"""What happens to the router: past tense, frozen, serialisable (str, int, float, bool, None, tuples, model values)."""

from __future__ import annotations

from dataclasses import dataclass

from zuoxi.routing.model import CallbackPlan, Caller, Configuration, ConsultEnd, SupervisionMode


@dataclass(frozen=True, slots=True)
class ConfigurationLoaded:
    configuration: Configuration


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller dialled ``hotline`` (the dialled number). ``call`` names the caller's leg on the switch; ``since`` is
    when the switch first saw the call (seconds since the epoch; None: now). From then on the caller waits, however late
    the router hears of it; see ``arrival.arrived_at`` for times that nobody can believe."""

    contact: str
    call: str
    hotline: str
    caller: Caller
    open: bool = True
    since: float | None = None


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    contact: str


@dataclass(frozen=True, slots=True)
class PromptFinished:
    contact: str
    prompt: str


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """The caller pressed a key: 0–9, * or #."""

    contact: str
    digit: str


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """The agent's phone answered (its SIP 200)."""

    offer: str


@dataclass(frozen=True, slots=True)
class OfferFailed:
    """The agent's phone could not be reached or refused: busy, rejected, unreachable, no_answer, failed."""

    offer: str
    reason: str


@dataclass(frozen=True, slots=True)
class AgentLegEnded:
    """The agent's phone hung up after it had answered ``offer``."""

    offer: str


@dataclass(frozen=True, slots=True)
class AgentSignedIn:
    """Takes a seat, or changes it. ``phone`` is how the switch reaches it; ``resumes``: the phone lives in a page, so
    the end of its leg without a hang-up request is a loss (reload, crash) and not a hang-up."""

    agent: str
    phone: str
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class PhoneReturned:
    """The page's phone registered anew and holds no conversation: what it rang with before is dead."""

    agent: str


@dataclass(frozen=True, slots=True)
class AgentSignedOut:
    agent: str


@dataclass(frozen=True, slots=True)
class AgentReady:
    agent: str


@dataclass(frozen=True, slots=True)
class AgentNotReady:
    """During a call or a wrap-up the wish is kept and takes effect at its end."""

    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class WrapUpFinished:
    agent: str
    contact: str
    disposition: str | None = None


@dataclass(frozen=True, slots=True)
class HoldRequested:
    agent: str
    contact: str


@dataclass(frozen=True, slots=True)
class ResumeRequested:
    agent: str
    contact: str


@dataclass(frozen=True, slots=True)
class HangUpRequested:
    agent: str
    contact: str


@dataclass(frozen=True, slots=True)
class TransferRequested:
    """A blind transfer: exactly one of ``to_agent``, ``to_queue`` and ``to_number`` (what to dial, permitted
    already)."""

    agent: str
    contact: str
    to_agent: str | None = None
    to_queue: str | None = None
    to_number: str | None = None


@dataclass(frozen=True, slots=True)
class CallOutRequested:
    """``agent`` calls ``number`` (what to dial, permitted already) as the new contact ``contact``. ``hotline`` decides
    line, project, queue and what the called one sees, where ``queue`` and ``caller_id`` do not say otherwise.
    ``reason``: dial (the agent's own), callback, voicemail; ``callback``: the task that it fulfils. ``number_key`` and
    ``client``: as in ``Caller``, so that nobody is called back who is on the line or has been reached this way."""

    agent: str
    contact: str
    number: str
    hotline: str | None = None
    queue: str | None = None
    caller_id: str = ""
    customer: str | None = None
    vip: bool = False
    reason: str = "dial"
    callback: str | None = None
    number_key: str = ""
    client: str | None = None
    hidden: bool = False  # whoever calls pointed at somebody, and has not seen the number


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Whom we dialled as this contact has answered."""

    contact: str


@dataclass(frozen=True, slots=True)
class CallFailed:
    """Whom we dialled was not reached: busy, rejected, unreachable, no_answer, failed."""

    contact: str
    reason: str


@dataclass(frozen=True, slots=True)
class SuperviseRequested:
    """``agent`` (a supervisor with a seat) wants to take part in a contact; asked again, the mode changes."""

    agent: str
    contact: str
    mode: SupervisionMode


@dataclass(frozen=True, slots=True)
class SuperviseEnded:
    agent: str
    contact: str


@dataclass(frozen=True, slots=True)
class TakeOverRequested:
    """``agent`` wants the contact for himself; its agent goes on to wrap-up."""

    agent: str
    contact: str


@dataclass(frozen=True, slots=True)
class PickUpRequested:
    """``agent`` wants a waiting or ringing call at the own phone."""

    agent: str
    contact: str


@dataclass(frozen=True, slots=True)
class ForceTransferRequested:
    """``agent`` passes on somebody else's contact: exactly one of ``to_agent`` and ``to_queue``."""

    agent: str
    contact: str
    to_agent: str | None = None
    to_queue: str | None = None


@dataclass(frozen=True, slots=True)
class ForceHangUpRequested:
    agent: str
    contact: str


@dataclass(frozen=True, slots=True)
class AgentSetReady:
    """``by`` (a supervisor) sets ``agent`` ready; a wrap-up ends at once."""

    agent: str
    by: str


@dataclass(frozen=True, slots=True)
class AgentSetNotReady:
    """``by`` sets ``agent`` not ready; a wrap-up ends at once, a conversation is not touched."""

    agent: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class AgentSetSignedOut:
    agent: str
    by: str


@dataclass(frozen=True, slots=True)
class ConsultRequested:
    """An agent asks a colleague or an outside number (exactly one) about the own contact; the caller is held.
    ``to_number`` is what to dial, permitted already."""

    agent: str
    contact: str
    to_agent: str | None = None
    to_number: str | None = None


@dataclass(frozen=True, slots=True)
class ConsultFinished:
    agent: str
    contact: str
    how: ConsultEnd


@dataclass(frozen=True, slots=True)
class HelpRequested:
    """The help key in a conversation; ``raised`` False takes it back."""

    agent: str
    contact: str
    raised: bool = True


@dataclass(frozen=True, slots=True)
class HelpAnswered:
    """``agent`` (a supervisor) has answered the help key, by word or by coming."""

    agent: str
    contact: str


@dataclass(frozen=True, slots=True)
class PauseRecordingRequested:
    """Card numbers are read out: the recording keeps silence meanwhile; ``paused`` False: it goes on."""

    agent: str
    contact: str
    paused: bool


@dataclass(frozen=True, slots=True)
class RecordingPauseFailed:
    """The switch could not let the recording of a contact keep silence: it has gone on."""

    contact: str


@dataclass(frozen=True, slots=True)
class WrapUpExtensionRequested:
    """The agent needs longer for the wrap-up than its limit."""

    agent: str
    contact: str


@dataclass(frozen=True, slots=True)
class BreakLimitPassed:
    """An agent has been not ready for ``reason`` as long as the setting allows: ``what`` is stay (at a stretch) or day
    (summed over the tenant's day), ``limit`` in seconds. Who knows calendar and settings tells it."""

    agent: str
    reason: str
    what: str
    limit: float


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The answer to LookUp: what was found, by name, with the service's exit; without an exit it has failed."""

    contact: str
    request: str
    result: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QualityReported:
    """How a line of a contact sounds: ``side`` caller or agent, ``state`` good, poor or silent (no sound at all from
    that side), ``what`` is worst: jitter, loss, delay, no_sound, microphone. ``agent``: who measured it, if an agent's
    page did."""

    contact: str
    side: str
    state: str
    what: str | None = None
    jitter_ms: float | None = None
    loss_percent: float | None = None
    rtt_ms: float | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class CommandFailed:
    """The switch could not carry out what the router asked for a contact (its call is of no more use)."""

    contact: str
    reason: str


@dataclass(frozen=True, slots=True)
class CallbacksPlanned:
    """How callbacks are made from now on, by queue, and when people may be called."""

    plans: tuple[CallbackPlan, ...]


@dataclass(frozen=True, slots=True)
class CallbackFound:
    """The database holds an open callback of before: it becomes a task. The fields are those of CallbackRecorded and of
    the contact named ``task``."""

    task: str
    number: str
    number_key: str
    client: str | None
    customer: str | None
    queue: str | None
    hotline: str | None
    reason: str
    created_at: float


@dataclass(frozen=True, slots=True)
class CallbackTakeRequested:
    """``agent`` wants to keep the task; ``kept`` False gives it back."""

    agent: str
    task: str
    kept: bool = True


@dataclass(frozen=True, slots=True)
class CallbackDeclined:
    """``agent`` does not want the task that was offered."""

    agent: str
    task: str


@dataclass(frozen=True, slots=True)
class CallbackDialRequested:
    """``agent`` (by hand, or because a task was offered in progressive mode) dials. ``contact`` names the conversation
    that comes; ``number`` is what to dial, permitted already."""

    agent: str
    task: str
    contact: str
    number: str


@dataclass(frozen=True, slots=True)
class CallbackDialRefused:
    """The number of a task offered to ``agent`` may not be dialled: never (``final``), or not now."""

    agent: str
    task: str
    final: bool


@dataclass(frozen=True, slots=True)
class CallbackPostponeRequested:
    """``until``: seconds since the epoch."""

    agent: str
    task: str
    until: float


@dataclass(frozen=True, slots=True)
class CallbackCloseRequested:
    """``agent`` closes a task with what came of it; ``dropped``: without having reached anybody."""

    agent: str
    task: str
    result: str
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class CallbackSettled:
    """The database says that nobody needs to be called any more: ordered, blacklisted, ..."""

    task: str
    reason: str


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The telephone engine died: every call it held is gone."""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """A deadline that the router named by ``next_deadline`` has come."""


Event = (
    ConfigurationLoaded
    | CallArrived
    | CallerHungUp
    | PromptFinished
    | DigitPressed
    | OfferAnswered
    | OfferFailed
    | AgentLegEnded
    | AgentSignedIn
    | PhoneReturned
    | AgentSignedOut
    | AgentReady
    | AgentNotReady
    | WrapUpFinished
    | HoldRequested
    | ResumeRequested
    | HangUpRequested
    | TransferRequested
    | CallOutRequested
    | CallAnswered
    | CallFailed
    | SuperviseRequested
    | SuperviseEnded
    | TakeOverRequested
    | PickUpRequested
    | ForceTransferRequested
    | ForceHangUpRequested
    | AgentSetReady
    | AgentSetNotReady
    | AgentSetSignedOut
    | ConsultRequested
    | ConsultFinished
    | HelpRequested
    | HelpAnswered
    | PauseRecordingRequested
    | RecordingPauseFailed
    | WrapUpExtensionRequested
    | BreakLimitPassed
    | QualityReported
    | LookedUp
    | CallbacksPlanned
    | CallbackFound
    | CallbackTakeRequested
    | CallbackDeclined
    | CallbackDialRequested
    | CallbackDialRefused
    | CallbackPostponeRequested
    | CallbackCloseRequested
    | CallbackSettled
    | CommandFailed
    | EngineLost
    | TimePassed
)
