"""Where in a recording who talked: the facts of the contact laid over its sound. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

# What each fact begins. Facts that begin nothing leave what is going on.
_BEGINS = {
    "ContactQueued": "waiting",
    "ContactTransferred": "waiting",
    "ContactAnswered": "talking",
    "ContactHeld": "held",
    "ContactResumed": "talking",
    "ContactTakenOver": "talking",
}
_MARKS = frozenset(
    {
        "ContactQueued",
        "ContactAnswered",
        "ContactHeld",
        "ContactResumed",
        "ContactTransferred",
        "ContactTakenOver",
        "ContactForced",
        "PartyJoined",
        "RecordingPaused",
        "RecordingResumed",
        "ContactEnded",
    }
)
_BLINK_S = 0.05  # a stretch shorter than this is nothing that anybody could hear


# Others who speak with the caller are told of; who only listens or whispers is nothing that the recording holds.
JOINED = "PartyJoined"
_HEARD_BY_THE_CALLER = frozenset({"barging", "conference"})


def named(kind: str, state: str | None) -> str:
    """A fact's kind as the timeline has it. ``state``: a party's, where the fact is about one."""
    return JOINED if kind == "PartyChanged" and state in _HEARD_BY_THE_CALLER else kind


@dataclass(frozen=True, slots=True)
class Happened:
    """One fact of a contact: its kind, and whom and what queue it names."""

    at: datetime
    kind: str
    agent: str | None = None
    to_agent: str | None = None
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened ``at_s`` seconds into the sound."""

    at_s: float
    kind: str
    agent: str | None
    to: str | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when the caller waited, talked, or was held; ``agent`` is with whom."""

    from_s: float
    to_s: float
    what: str
    agent: str | None


@dataclass(frozen=True, slots=True)
class Gap:
    """From when to when the recording was paused: silence, by intent."""

    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Timeline:
    marks: tuple[Mark, ...]
    stretches: tuple[Stretch, ...]
    gaps: tuple[Gap, ...]


def lay_over(facts: Iterable[Happened], starts_at: datetime, seconds: float) -> Timeline:
    """The facts of a contact in order, in seconds from the recording's first sample; all within 0 to ``seconds``."""
    marks: list[Mark] = []
    stretches: list[Stretch] = []
    gaps: list[Gap] = []
    going: tuple[float, str, str | None] | None = None
    paused: float | None = None

    def within(moment: datetime) -> float:
        return round(min(max((moment - starts_at).total_seconds(), 0.0), seconds), 2)

    def close(end: float) -> None:
        if going is not None and end - going[0] >= _BLINK_S:
            stretches.append(Stretch(going[0], end, going[1], going[2]))

    for fact in facts:
        at = within(fact.at)
        if fact.kind in _MARKS and (fact.at - starts_at).total_seconds() <= seconds + 1:
            to = fact.to_agent or (fact.queue if fact.kind in ("ContactTransferred", "ContactQueued") else None)
            marks.append(Mark(at, fact.kind, fact.agent, to))
        if fact.kind in _BEGINS:
            close(at)
            what = _BEGINS[fact.kind]
            going = (at, what, None if what == "waiting" else fact.agent)
        elif fact.kind == "ContactEnded":
            close(at)
            going = None
        elif fact.kind == "RecordingPaused":
            paused = at if paused is None else paused
        elif fact.kind == "RecordingResumed" and paused is not None:
            gaps.append(Gap(paused, at))
            paused = None
    close(seconds)
    if paused is not None:
        gaps.append(Gap(paused, seconds))
    return Timeline(tuple(marks), tuple(stretches), tuple(gap for gap in gaps if gap.to_s > gap.from_s))
