"""The lifecycles of contact, offer and agent as tables. Every change of state in the router goes through them.

The diagrams in ARCHITECTURE.md are drawn from these tables (diagrams.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from zuoxi.routing.errors import IllegalTransition
from zuoxi.routing.model import AgentState, CallbackState, ContactState, OfferState, PartyState

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transition(Generic[S]):
    """From ``source`` (None: comes into being) by ``trigger`` to ``target``; ``note`` says when."""

    source: S | None
    trigger: str
    target: S
    note: str


class Lifecycle(Generic[S]):
    """A table of transitions that can be looked up quickly."""

    __slots__ = ("_next", "final", "initial", "name", "transitions")

    def __init__(self, name: str, transitions: tuple[Transition[S], ...], initial: S | None, final: S | None) -> None:
        self.name = name
        self.transitions = transitions
        self.initial = initial
        self.final = final
        self._next: dict[S | None, dict[str, S]] = {}
        for transition in transitions:
            self._next.setdefault(transition.source, {})[transition.trigger] = transition.target

    def after(self, state: S | None, trigger: str) -> S:
        """The state that ``trigger`` leads to; raises IllegalTransition when the table has no such line."""
        try:
            return self._next[state][trigger]
        except KeyError:
            raise IllegalTransition(lifecycle=self.name, state=state, trigger=trigger) from None


_C = ContactState
CONTACT = Lifecycle(
    "contact",
    (
        Transition(None, "announce", _C.ANNOUNCING, "blacklisted, out of hours, unknown number, queue full"),
        Transition(None, "wait", _C.WAITING, "enters the hotline's queue"),
        Transition(None, "flow", _C.IN_FLOW, "the hotline has a call flow"),
        Transition(None, "end", _C.ENDED, "cannot be served at all"),
        Transition(None, "record", _C.LEAVING_MESSAGE, "nobody is to take it, and a message may be left"),
        Transition(None, "call", _C.CALLING, "an agent calls out: the own phone rings first"),
        Transition(_C.CALLING, "dial", _C.DIALLING, "the agent's phone answered: the customer is dialled"),
        Transition(_C.CALLING, "end", _C.ENDED, "cancelled, or the agent's phone did not answer"),
        Transition(_C.DIALLING, "answer", _C.TALKING, "the customer answered"),
        Transition(_C.DIALLING, "end", _C.ENDED, "cancelled, or the customer was not reached"),
        Transition(_C.ANNOUNCING, "end", _C.ENDED, "message played, or the caller hung up"),
        Transition(_C.IN_FLOW, "wait", _C.WAITING, "the flow passes the caller on to a queue"),
        Transition(_C.IN_FLOW, "offer", _C.OFFERED, "a supervisor passes it on to an agent"),
        Transition(_C.IN_FLOW, "announce", _C.ANNOUNCING, "the flow leads to a closing message"),
        Transition(_C.IN_FLOW, "record", _C.LEAVING_MESSAGE, "the flow lets the caller leave a message"),
        Transition(_C.IN_FLOW, "end", _C.ENDED, "the flow has ended, or the caller hung up"),
        Transition(_C.WAITING, "flow", _C.IN_FLOW, "the queue's limit leads back into the flow"),
        Transition(_C.OFFERED, "flow", _C.IN_FLOW, "the queue's limit leads back into the flow"),
        Transition(_C.TALKING, "flow", _C.IN_FLOW, "the agent hung up, and the caller is asked how it was"),
        Transition(_C.HELD, "flow", _C.IN_FLOW, "the agent hung up, and the caller is asked how it was"),
        Transition(_C.RECONNECTING, "flow", _C.IN_FLOW, "the agent hung up, and the caller is asked how it was"),
        Transition(_C.WAITING, "offer", _C.OFFERED, "an agent was found"),
        Transition(_C.WAITING, "wait", _C.WAITING, "a supervisor passes it on, or on to another queue"),
        Transition(_C.WAITING, "answer", _C.TALKING, "a supervisor who is on the line takes it"),
        Transition(_C.WAITING, "announce", _C.ANNOUNCING, "the queue's time limit"),
        Transition(_C.WAITING, "record", _C.LEAVING_MESSAGE, "the queue's limit, where a message may be left"),
        Transition(_C.WAITING, "end", _C.ENDED, "the caller hung up, or the call was lost"),
        Transition(_C.OFFERED, "wait", _C.WAITING, "the offer failed; keeps its place"),
        Transition(_C.OFFERED, "answer", _C.TALKING, "the agent's phone answered, or a supervisor takes it"),
        Transition(_C.OFFERED, "offer", _C.OFFERED, "a supervisor passes it on to an agent"),
        Transition(_C.OFFERED, "announce", _C.ANNOUNCING, "the queue's time limit"),
        Transition(_C.OFFERED, "record", _C.LEAVING_MESSAGE, "the queue's limit, where a message may be left"),
        Transition(_C.OFFERED, "end", _C.ENDED, "the caller hung up, or the call was lost"),
        Transition(_C.LEAVING_MESSAGE, "announce", _C.ANNOUNCING, "# pressed, or the message is as long as it may be"),
        Transition(_C.LEAVING_MESSAGE, "end", _C.ENDED, "the caller hung up, or the call was lost"),
        Transition(_C.TALKING, "hold", _C.HELD, "the agent holds"),
        Transition(_C.TALKING, "wait", _C.WAITING, "transfer to a queue"),
        Transition(_C.TALKING, "offer", _C.OFFERED, "transfer to an agent"),
        Transition(_C.TALKING, "end", _C.ENDED, "either side hung up"),
        Transition(_C.TALKING, "lose", _C.RECONNECTING, "the agent's page lost its phone"),
        Transition(_C.HELD, "lose", _C.RECONNECTING, "the agent's page lost its phone"),
        Transition(_C.RECONNECTING, "resume", _C.TALKING, "the page's phone is back, or another takes over"),
        Transition(_C.RECONNECTING, "wait", _C.WAITING, "the phone did not come back in time, or it is passed on"),
        Transition(_C.RECONNECTING, "offer", _C.OFFERED, "passed on to an agent"),
        Transition(_C.RECONNECTING, "end", _C.ENDED, "either side hung up"),
        Transition(_C.HELD, "resume", _C.TALKING, "the agent resumes, or another takes over"),
        Transition(_C.HELD, "wait", _C.WAITING, "transfer to a queue"),
        Transition(_C.HELD, "offer", _C.OFFERED, "transfer to an agent"),
        Transition(_C.HELD, "end", _C.ENDED, "either side hung up"),
        Transition(_C.TALKING, "pass_out", _C.OUTSIDE, "transfer to an outside number"),
        Transition(_C.HELD, "pass_out", _C.OUTSIDE, "transfer to an outside number"),
        Transition(_C.OUTSIDE, "wait", _C.WAITING, "nobody outside took it"),
        Transition(_C.OUTSIDE, "end", _C.ENDED, "either side hung up"),
    ),
    initial=None,
    final=_C.ENDED,
)

_O = OfferState
OFFER = Lifecycle(
    "offer",
    (
        Transition(None, "ring", _O.RINGING, "a ready agent's phone rings"),
        Transition(None, "adopt", _O.ANSWERED, "a party takes the contact over on the leg that is up"),
        Transition(_O.RINGING, "answer", _O.ANSWERED, "the phone answered"),
        Transition(_O.RINGING, "fail", _O.ENDED, "not answered in time, busy, rejected, unreachable"),
        Transition(_O.RINGING, "withdraw", _O.ENDED, "the caller or the agent left, or the time limit came"),
        Transition(_O.ANSWERED, "release", _O.ENDED, "the conversation with this agent is over"),
    ),
    initial=None,
    final=_O.ENDED,
)

_P = PartyState
_SUPERVISING = (
    (_P.WAITING, "wait", "nobody to hear: the call waits, rings or reconnects"),
    (_P.LISTENING, "listen", "hears both, unheard"),
    (_P.WHISPERING, "whisper", "hears both, the agent alone hears"),
    (_P.BARGING, "barge", "all hear each other"),
)
PARTY = Lifecycle(
    "party",
    (
        Transition(None, "ring", _P.RINGING, "a supervisor's or a consulted one's phone rings"),
        Transition(_P.RINGING, "answer", _P.WAITING, "the phone answered"),
        Transition(_P.RINGING, "end", _P.ENDED, "not answered, withdrawn, or the contact is over"),
        *(
            Transition(source, trigger, target, note)
            for source, _, _ in _SUPERVISING
            for target, trigger, note in _SUPERVISING
            if source is not target
        ),
        *(
            Transition(source, "end", _P.ENDED, "hung up, sent away, took the contact over, or the contact is over")
            for source in (*(source for source, _, _ in _SUPERVISING), _P.CONSULTING, _P.CONFERENCE)
        ),
        Transition(_P.WAITING, "consult", _P.CONSULTING, "talks with the agent, the caller is held"),
        Transition(_P.CONSULTING, "confer", _P.CONFERENCE, "the caller is let in"),
    ),
    initial=None,
    final=_P.ENDED,
)

_A = AgentState
AGENT = Lifecycle(
    "agent",
    (
        Transition(_A.SIGNED_OUT, "sign_in", _A.NOT_READY, "takes a seat"),
        Transition(_A.NOT_READY, "ready", _A.READY, "says ready"),
        Transition(_A.NOT_READY, "not_ready", _A.NOT_READY, "another reason"),
        Transition(_A.NOT_READY, "sign_out", _A.SIGNED_OUT, "leaves"),
        Transition(_A.NOT_READY, "assist", _A.ASSISTING, "supervises, or is consulted"),
        Transition(_A.NOT_READY, "pick_up", _A.OFFERED, "takes a waiting call to the own phone"),
        Transition(_A.NOT_READY, "dial", _A.DIALLING, "calls out"),
        Transition(_A.READY, "offer", _A.OFFERED, "a call was found"),
        Transition(_A.READY, "assist", _A.ASSISTING, "supervises, or is consulted"),
        Transition(_A.READY, "pick_up", _A.OFFERED, "takes a waiting call to the own phone"),
        Transition(_A.READY, "dial", _A.DIALLING, "calls out"),
        Transition(_A.READY, "not_ready", _A.NOT_READY, "says not ready"),
        Transition(_A.READY, "sign_out", _A.SIGNED_OUT, "leaves"),
        Transition(_A.OFFERED, "answer", _A.TALKING, "the phone answered"),
        Transition(_A.OFFERED, "ready", _A.READY, "the call went away, not by the agent's doing"),
        Transition(_A.OFFERED, "not_ready", _A.NOT_READY, "silent, rejected, unreachable, or says not ready"),
        Transition(_A.OFFERED, "sign_out", _A.SIGNED_OUT, "leaves"),
        Transition(_A.DIALLING, "answer", _A.TALKING, "the customer answered"),
        Transition(_A.DIALLING, "finish", _A.WRAP_UP, "the customer was dialled, and not reached"),
        Transition(_A.DIALLING, "ready", _A.READY, "cancelled before the customer was dialled; was ready before"),
        Transition(_A.DIALLING, "not_ready", _A.NOT_READY, "the same, was not ready before; or the own phone failed"),
        Transition(_A.DIALLING, "sign_out", _A.SIGNED_OUT, "the same, with a wish kept"),
        Transition(_A.TALKING, "finish", _A.WRAP_UP, "the conversation ended or was passed on"),
        Transition(_A.TALKING, "not_ready", _A.NOT_READY, "the page's phone did not come back in time"),
        Transition(_A.TALKING, "sign_out", _A.SIGNED_OUT, "the same, with a wish kept"),
        Transition(_A.WRAP_UP, "ready", _A.READY, "wrap-up done or its limit reached"),
        Transition(_A.WRAP_UP, "not_ready", _A.NOT_READY, "the same, with a wish kept"),
        Transition(_A.WRAP_UP, "sign_out", _A.SIGNED_OUT, "the same, with a wish kept"),
        Transition(_A.ASSISTING, "answer", _A.TALKING, "has the contact from now on"),
        Transition(_A.ASSISTING, "pick_up", _A.OFFERED, "takes a waiting call to the own phone"),
        Transition(_A.ASSISTING, "ready", _A.READY, "no party any more; was ready before, or wishes it"),
        Transition(_A.ASSISTING, "not_ready", _A.NOT_READY, "no party any more; was not ready before, or wishes it"),
        Transition(_A.ASSISTING, "sign_out", _A.SIGNED_OUT, "the same, with a wish kept"),
    ),
    initial=_A.SIGNED_OUT,
    final=None,
)

_B = CallbackState
_OPEN = (_B.WAITING, _B.RETRY_WAITING, _B.OFFERED)
CALLBACK = Lifecycle(
    "callback",
    (
        Transition(None, "record", _B.WAITING, "a call was lost, or the caller asked for it"),
        *(
            Transition(source, "offer", _B.OFFERED, "an idle agent gets it on the desk, or takes it")
            for source in (_B.WAITING, _B.RETRY_WAITING)
        ),
        Transition(_B.OFFERED, "withdraw", _B.WAITING, "declined, not dialled in time, or a call came first"),
        *(Transition(source, "dial", _B.DIALLING, "an agent dials") for source in _OPEN),
        *(Transition(source, "retry", _B.RETRY_WAITING, "put off, or not dialled; tried before") for source in _OPEN),
        Transition(_B.DIALLING, "withdraw", _B.WAITING, "the agent's own phone was not reached"),
        Transition(_B.DIALLING, "retry", _B.RETRY_WAITING, "busy, no answer, failed: by the plan"),
        Transition(_B.DIALLING, "finish", _B.DONE, "the customer answered"),
        Transition(_B.DIALLING, "drop", _B.DROPPED, "the customer reached us meanwhile"),
        Transition(_B.DIALLING, "give_up", _B.GIVEN_UP, "the last attempt of the plan"),
        *(Transition(source, "finish", _B.DONE, "closed by hand with a result") for source in _OPEN),
        *(
            Transition(source, "drop", _B.DROPPED, "reached us, ordered, left a message, blacklisted, or by hand")
            for source in _OPEN
        ),
        *(Transition(source, "give_up", _B.GIVEN_UP, "the plan's time is over") for source in _OPEN),
    ),
    initial=None,
    final=None,
)
