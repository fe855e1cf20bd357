"""A day's figures, folded from the router's facts and nothing else.

Definitions (contract-grade ones belong to reporting; these are what the simulator prints):
offered = calls that entered a queue; answer rate = answered / offered; service level = answered within the queue's
threshold / offered; ASA = mean wait of the answered; abandoned and timed out as outcomes; AHT = mean of talk plus
wrap-up per answered call; occupancy = (rung + talk + wrap-up) / (the same + ready); utilisation = (talk + wrap-up) /
signed-in time, breaks included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zuoxi.routing import commands as c
from zuoxi.routing.model import AgentState, Outcome


@dataclass(slots=True)
class QueueFigures:
    """Counts of one queue, or of all of them together."""

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    timed_out: int = 0
    failed: int = 0
    wait_of_answered: float = 0.0
    wait_of_all: float = 0.0
    longest_wait: float = 0.0

    @property
    def answer_rate(self) -> float:
        return self.answered / self.offered if self.offered else 0.0

    @property
    def abandon_rate(self) -> float:
        return self.abandoned / self.offered if self.offered else 0.0

    @property
    def service_level(self) -> float:
        return self.in_time / self.offered if self.offered else 0.0

    @property
    def asa(self) -> float:
        """Mean seconds to answer, of the answered."""
        return self.wait_of_answered / self.answered if self.answered else 0.0

    @property
    def mean_wait(self) -> float:
        """Mean seconds in the queue, of all offered."""
        return self.wait_of_all / self.offered if self.offered else 0.0

    def plain(self) -> dict[str, float]:
        """Counts and rates as JSON values."""
        return {
            "offered": self.offered,
            "answered": self.answered,
            "abandoned": self.abandoned,
            "timed_out": self.timed_out,
            "failed": self.failed,
            "answer_rate": self.answer_rate,
            "service_level": self.service_level,
            "asa_seconds": self.asa,
            "mean_wait_seconds": self.mean_wait,
            "longest_wait_seconds": self.longest_wait,
        }


@dataclass(slots=True)
class Figures:
    """The day: by queue, in total, and the agents' time. Feed every command to ``add`` in order."""

    service_levels: dict[str, float]
    measure_from: float = 0.0
    queues: dict[str, QueueFigures] = field(default_factory=dict)
    total: QueueFigures = field(default_factory=QueueFigures)
    blocked: int = 0
    closed: int = 0
    turned_away: int = 0
    overflowed: int = 0
    callbacks: int = 0
    seconds: dict[AgentState, float] = field(default_factory=lambda: dict.fromkeys(AgentState, 0.0))
    _queue_of: dict[str, str] = field(default_factory=dict)
    _agents: dict[str, tuple[AgentState, float]] = field(default_factory=dict)

    def add(self, fact: c.Command, now: float) -> None:
        kind = type(fact)
        if kind is c.AgentStateChanged:
            assert isinstance(fact, c.AgentStateChanged)
            before = self._agents.get(fact.agent)
            if before is not None:
                self.seconds[before[0]] += now - before[1]
            self._agents[fact.agent] = (fact.state, now)
        elif kind is c.ContactQueued:
            assert isinstance(fact, c.ContactQueued)
            if fact.reason == "arrival" and now >= self.measure_from:
                self._queue_of[fact.contact] = fact.queue
                self._both(fact.queue, "offered")
        elif kind is c.ContactAnswered:
            assert isinstance(fact, c.ContactAnswered)
            self._answered(fact)
        elif kind is c.ContactEnded:
            assert isinstance(fact, c.ContactEnded)
            self._ended(fact)
        elif kind is c.ContactOverflowed:
            self.overflowed += 1
        elif kind is c.CallbackRecorded:
            self.callbacks += 1

    def close(self, now: float) -> None:
        """Count the agents' present states up to ``now``."""
        for agent, (state, since) in self._agents.items():
            self.seconds[state] += now - since
            self._agents[agent] = (state, now)

    def _rows(self, queue: str) -> tuple[QueueFigures, QueueFigures]:
        row = self.queues.get(queue)
        if row is None:
            row = self.queues[queue] = QueueFigures()
        return row, self.total

    def _both(self, queue: str, name: str) -> None:
        for row in self._rows(queue):
            setattr(row, name, getattr(row, name) + 1)

    def _answered(self, fact: c.ContactAnswered) -> None:
        queue = self._queue_of.get(fact.contact)
        if queue is None:
            return
        in_time = fact.waited <= self.service_levels.get(queue, 20.0)
        for row in self._rows(queue):
            row.answered += 1
            row.in_time += in_time
            row.wait_of_answered += fact.waited

    def _ended(self, fact: c.ContactEnded) -> None:
        if fact.outcome is Outcome.BLOCKED:
            self.blocked += 1
        elif fact.outcome is Outcome.CLOSED:
            self.closed += 1
        elif fact.outcome is Outcome.TURNED_AWAY:
            self.turned_away += 1
        queue = self._queue_of.pop(fact.contact, None)
        if queue is None:
            return
        for row in self._rows(queue):
            row.wait_of_all += fact.waited
            row.longest_wait = max(row.longest_wait, fact.waited)
            if fact.outcome is Outcome.ABANDONED:
                row.abandoned += 1
            elif fact.outcome is Outcome.TIMED_OUT:
                row.timed_out += 1
            elif fact.outcome is Outcome.FAILED:
                row.failed += 1

    @property
    def handling(self) -> float:
        """Mean seconds of talk and wrap-up per answered call (AHT)."""
        busy = self.seconds[AgentState.TALKING] + self.seconds[AgentState.WRAP_UP]
        return busy / self.total.answered if self.total.answered else 0.0

    @property
    def occupancy(self) -> float:
        busy = sum(self.seconds[s] for s in (AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP))
        available = busy + self.seconds[AgentState.READY]
        return busy / available if available else 0.0

    @property
    def utilisation(self) -> float:
        signed_in = sum(value for state, value in self.seconds.items() if state is not AgentState.SIGNED_OUT)
        busy = self.seconds[AgentState.TALKING] + self.seconds[AgentState.WRAP_UP]
        return busy / signed_in if signed_in else 0.0

    def plain(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            "queues": {name: row.plain() for name, row in sorted(self.queues.items())},
            "total": self.total.plain(),
            "agents": {
                "aht_seconds": self.handling,
                "occupancy": self.occupancy,
                "utilisation": self.utilisation,
                "signed_in_hours": sum(v for s, v in self.seconds.items() if s is not AgentState.SIGNED_OUT) / 3600.0,
            },
            "callbacks": self.callbacks,
            "blocked": self.blocked,
            "turned_away": self.turned_away,
            "overflowed": self.overflowed,
            "closed": self.closed,
        }
