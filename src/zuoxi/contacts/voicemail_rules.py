"""The life of a message that a caller left: a table, and nothing else decides. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

VOICEMAILS_CHANGED = "voicemails.changed"  # the outbox topic; its id is the message's
ESCALATED = "voicemails.escalated"  # its id is the message's

ESCALATE_AFTER_S = 900  # of a queue without a setting of its own


class State(StrEnum):
    NEW = "new"
    HEARD = "heard"
    DONE = "done"


class Step(StrEnum):
    HEAR = "hear"
    CALL = "call"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Transition:
    source: State
    step: Step
    target: State


TRANSITIONS: tuple[Transition, ...] = (
    Transition(State.NEW, Step.HEAR, State.HEARD),
    Transition(State.HEARD, Step.HEAR, State.HEARD),
    Transition(State.DONE, Step.HEAR, State.DONE),
    Transition(State.NEW, Step.CALL, State.HEARD),  # whoever calls back at once knows enough
    Transition(State.HEARD, Step.CALL, State.HEARD),
    Transition(State.NEW, Step.CLOSE, State.DONE),
    Transition(State.HEARD, Step.CLOSE, State.DONE),
    Transition(State.DONE, Step.REOPEN, State.HEARD),
)
_NEXT = {(each.source, each.step): each.target for each in TRANSITIONS}


def after(state: str, step: Step) -> State | None:
    """The state that follows; None when the step makes no sense."""
    return _NEXT.get((State(state), step))
