"""What each agent has done today: calls answered, seconds talked, seconds not ready by reason. Folded from facts, from
midnight on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from zuoxi.routing import commands as c
from zuoxi.routing.model import AgentState, Direction

DayStart = Callable[[float], float]


@dataclass(slots=True)
class AgentDay:
    """``answered``: calls that came in; ``dialled``: calls out, of which ``reached`` were answered. ``talking_since``:
    seconds since the epoch, while in conversation; ``away_since`` while not ready for ``reason``, both from today's
    midnight on. ``away_s``: stays that are over, by reason."""

    answered: int = 0
    dialled: int = 0
    reached: int = 0
    talked_s: float = 0.0
    talking_since: float | None = None
    away_s: dict[str, float] = field(default_factory=dict)
    away_since: float | None = None
    reason: str = ""

    def talked(self, now: float) -> float:
        """Seconds talked up to ``now``."""
        return self.talked_s + (0.0 if self.talking_since is None else max(0.0, now - self.talking_since))


class Today:
    """One per domain. ``day_start(at)`` gives the midnight before a moment, in the tenant's zone. What happens before
    the day's earlier facts are read (``begin``) is kept until then."""

    def __init__(self, day_start: DayStart) -> None:
        self._day_start = day_start
        self._agents: dict[str, AgentDay] = {}
        self._ends: float | None = None
        self._early: list[tuple[float, list[Any]]] | None = []

    @property
    def begun(self) -> bool:
        """Whether the day so far is known."""
        return self._early is None

    def begin(self, earlier: Iterable[tuple[float, list[Any]]]) -> None:
        """Take the facts of the day so far, oldest first, and then what came meanwhile."""
        early, self._early = self._early or [], None
        for at, facts in (*earlier, *early):
            self.note(at, facts)

    def note(self, at: float, facts: Iterable[Any]) -> None:
        """Fold what one event led to."""
        if self._early is not None:
            kept = [fact for fact in facts if isinstance(fact, FACTS)]
            if kept:
                self._early.append((at, kept))
            return
        if self._ends is None or at >= self._ends:
            self._new_day(at)
        for fact in facts:
            if isinstance(fact, c.ContactDialled):
                self.of(fact.agent).dialled += 1
            elif isinstance(fact, c.ContactAnswered) and fact.direction is Direction.OUTBOUND:
                self.of(fact.agent).reached += 1
            elif isinstance(fact, c.ContactAnswered | c.ContactTakenOver):
                self.of(fact.agent).answered += 1
            elif isinstance(fact, c.AgentStateChanged):
                self._changed(fact, at)

    def of(self, agent: str) -> AgentDay:
        return self._agents.setdefault(agent, AgentDay())

    def _changed(self, fact: c.AgentStateChanged, at: float) -> None:
        day = self.of(fact.agent)
        if fact.state is AgentState.TALKING:
            if day.talking_since is None:
                day.talking_since = at
        elif day.talking_since is not None:
            day.talked_s = day.talked(at)
            day.talking_since = None
        if day.away_since is not None:
            day.away_s[day.reason] = day.away_s.get(day.reason, 0.0) + max(0.0, at - day.away_since)
        away = fact.state is AgentState.NOT_READY
        day.away_since, day.reason = (at, fact.reason or "") if away else (None, "")

    def _new_day(self, at: float) -> None:
        midnight = self._day_start(at)
        self._ends = self._day_start(midnight + 86400.0 + 7200.0)  # also where a clock changes
        for agent, day in list(self._agents.items()):
            since = None if day.talking_since is None else midnight
            away = None if day.away_since is None else midnight
            self._agents[agent] = AgentDay(talking_since=since, away_since=away, reason=day.reason)


FACTS = (c.ContactDialled, c.ContactAnswered, c.ContactTakenOver, c.AgentStateChanged)
