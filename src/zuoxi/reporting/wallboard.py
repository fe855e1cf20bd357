"""The wallboard's numbers, folded from the facts of the event log. Pure: no clock, no database.

Definitions (of one day in the tenant's zone; a contact belongs to the day and the queue in which it first waited):

- offered: contacts that came to wait (ContactQueued with reason ``arrival``, or first ``flow``)
- served: contacts that a call flow served without their ever waiting (outcome ``served``)
- answered: of those, how many an agent answered at least once, however the contact went on
- abandoned, timed_out, other: of the rest, how they ended; what has not ended yet is none of these
- service level: answered within the queue's own target (seconds of waiting before the first answer) / offered; None
  when nothing was offered
- waiting, longest wait: contacts that wait now, an offered one too; after an offer that failed the wait goes on, after
  a transfer it begins anew
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

# Reasons of ContactQueued that begin a wait of their own; every other one goes on with the wait that was.
_WAITS_ANEW = frozenset({"arrival", "transfer", "transfer_failed", "reconnect_failed", "flow"})
# Those with which a call comes to wait for the first time: at once, or out of a call flow.
_ARRIVES = frozenset({"arrival", "flow"})


@dataclass(frozen=True, slots=True)
class Happening:
    """One fact of the log: ``kind`` is its name in ``routing.commands``, ``payload`` its fields."""

    at: datetime
    kind: str
    payload: Mapping[str, Any]


@dataclass(slots=True)
class Day:
    """What became of the contacts of one queue and day."""

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    timed_out: int = 0
    other: int = 0

    def add(self, other: Day) -> None:
        """Add another's counts to this one."""
        self.offered += other.offered
        self.answered += other.answered
        self.in_time += other.in_time
        self.abandoned += other.abandoned
        self.timed_out += other.timed_out
        self.other += other.other

    @property
    def service_level(self) -> float | None:
        """Answered in time / offered (0 to 1); None when nothing was offered."""
        return self.in_time / self.offered if self.offered else None


@dataclass(slots=True)
class _Contact:
    arrival_queue: str
    arrival_day: date
    queue: str
    since: datetime
    waiting: bool = True
    answered: bool = False


@dataclass(frozen=True, slots=True)
class AgentNow:
    """An agent's state and since when; ``contact`` while there is one."""

    state: str
    since: datetime
    reason: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class QueueNow:
    """One queue, or the total. ``waiting_since``: when the longest waiting contact came; ``longest_wait_s``: seconds
    since then (0 when nobody waits)."""

    waiting: int
    waiting_since: datetime | None
    longest_wait_s: float
    day: Day


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole board at one moment. ``agents`` excludes nobody that the log knows, signed out or not."""

    at: datetime
    day: date
    total: QueueNow
    queues: Mapping[str, QueueNow]
    agents: Mapping[str, AgentNow]
    agents_by_state: Mapping[str, int]
    blocked: int
    closed: int
    served: int


@dataclass(slots=True)
class Wallboard:
    """The fold. ``service_level_s``: each queue's target in seconds (``default_target_s`` for others)."""

    zone: ZoneInfo
    service_level_s: Mapping[str, float] = field(default_factory=dict)
    default_target_s: float = 20.0
    _contacts: dict[str, _Contact] = field(default_factory=dict)
    _agents: dict[str, AgentNow] = field(default_factory=dict)
    _days: dict[date, dict[str, Day]] = field(default_factory=dict)
    _refused: dict[date, Counter[str]] = field(default_factory=dict)

    def apply(self, happening: Happening) -> None:
        """Take one fact in; facts come in the order of the log. Unknown kinds change nothing."""
        payload = happening.payload
        match happening.kind:
            case "ContactQueued":
                since = payload.get("since")  # when the caller came, if the router heard of it later
                at = happening.at if since is None else datetime.fromtimestamp(since, UTC)
                self._queued(payload["contact"], payload["queue"], payload["reason"], at)
            case "ContactAnswered":
                self._answered(payload["contact"], payload["queue"], float(payload["waited"]))
            case "VoicemailBegun" | "CallbackRecorded" | "FlowNodeEntered":
                # a timed-out caller leaves the queue now: hears the closing message or leaves one before the end, or
                # is in a call flow (again)
                contact = self._contacts.get(payload["contact"])
                if contact is not None:
                    contact.waiting = False
            case "ContactEnded":
                self._ended(payload["contact"], str(payload["outcome"]), happening.at)
            case "AgentStateChanged":
                self._agents[payload["agent"]] = AgentNow(
                    str(payload["state"]), happening.at, payload.get("reason"), payload.get("contact")
                )

    def apply_all(self, happenings: Iterable[Happening]) -> None:
        """Take many facts in, in their order."""
        for happening in happenings:
            self.apply(happening)

    def _queued(self, contact_id: str, queue: str, reason: str, at: datetime) -> None:
        contact = self._contacts.get(contact_id)
        if contact is None:
            day = at.astimezone(self.zone).date()
            self._contacts[contact_id] = _Contact(queue, day, queue, at)
            if reason in _ARRIVES:
                self._of(day, queue).offered += 1
            else:
                # the log does not reach back to its arrival, so it is not among those that are counted
                self._contacts[contact_id].answered = True
            return
        if not contact.waiting or reason in _WAITS_ANEW:
            contact.since = at
        contact.queue, contact.waiting = queue, True

    def _answered(self, contact_id: str, queue: str, waited: float) -> None:
        contact = self._contacts.get(contact_id)
        if contact is None:
            return
        contact.waiting = False
        if contact.answered:
            return
        contact.answered = True
        counts = self._of(contact.arrival_day, contact.arrival_queue)
        counts.answered += 1
        if waited <= self.service_level_s.get(contact.arrival_queue, self.default_target_s):
            counts.in_time += 1

    def _ended(self, contact_id: str, outcome: str, at: datetime) -> None:
        contact = self._contacts.pop(contact_id, None)
        if contact is None:
            if outcome in ("blocked", "closed", "served"):
                self._refused.setdefault(at.astimezone(self.zone).date(), Counter())[outcome] += 1
            return
        if contact.answered:
            return
        counts = self._of(contact.arrival_day, contact.arrival_queue)
        match outcome:
            case "abandoned":
                counts.abandoned += 1
            case "timed_out":
                counts.timed_out += 1
            case _:
                counts.other += 1

    def _of(self, day: date, queue: str) -> Day:
        if day not in self._days:
            self._days[day] = {}
            for gone in sorted(self._days)[:-2]:  # today and yesterday are asked for
                del self._days[gone]
            if day not in self._days:  # older than what is kept
                return Day()
        return self._days[day].setdefault(queue, Day())

    def standing(self, now: datetime) -> Standing:
        """The board at ``now``, which also says which day is counted."""
        day = now.astimezone(self.zone).date()
        counted = self._days.get(day, {})
        waiting: dict[str, list[datetime]] = {}
        for contact in self._contacts.values():
            if contact.waiting:
                waiting.setdefault(contact.queue, []).append(contact.since)
        total = Day()
        for counts in counted.values():
            total.add(counts)
        refused = self._refused.get(day, Counter())
        everybody = [since for queue in waiting.values() for since in queue]
        return Standing(
            at=now,
            day=day,
            total=_queue_now(everybody, total, now),
            queues={
                queue: _queue_now(waiting.get(queue, []), counted.get(queue, Day()), now)
                for queue in sorted(set(waiting) | set(counted) | set(self.service_level_s))
            },
            agents=dict(self._agents),
            agents_by_state=dict(Counter(agent.state for agent in self._agents.values())),
            blocked=refused["blocked"],
            closed=refused["closed"],
            served=refused["served"],
        )


def _queue_now(waiting: list[datetime], day: Day, now: datetime) -> QueueNow:
    first = min(waiting, default=None)
    longest = max(0.0, (now - first).total_seconds()) if first else 0.0
    copy = Day()
    copy.add(day)
    return QueueNow(waiting=len(waiting), waiting_since=first, longest_wait_s=longest, day=copy)
