"""The JSON of the wallboard."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from pydantic import BaseModel

from zuoxi.reporting.wallboard import QueueNow


class Counts(BaseModel):
    """``service_level`` and ``answer_rate`` are shares (0 to 1), null when nothing was offered; waits in seconds.
    A page counts on from ``waiting_since`` by itself."""

    waiting: int
    waiting_since: datetime.datetime | None
    longest_wait_s: float
    offered: int
    answered: int
    abandoned: int
    timed_out: int
    other: int
    in_time: int
    service_level: float | None
    answer_rate: float | None


class QueueBoard(Counts):
    id: str
    name: str
    service_level_s: float


class AgentOut(BaseModel):
    id: str
    name: str
    number: str
    state: str
    reason: str | None
    since: datetime.datetime | None


class WallboardOut(BaseModel):
    """``agents``: how many are in each state. ``blocked`` and ``closed``: calls refused today before any queue;
    ``served``: those that a call flow served without an agent."""

    type: Literal["wallboard"] = "wallboard"
    at: datetime.datetime
    day: datetime.date
    total: Counts
    queues: list[QueueBoard]
    agents: dict[str, int]
    agent_list: list[AgentOut]
    blocked: int
    served: int = 0
    closed: int


def counts_of(queue: QueueNow) -> dict[str, Any]:
    """The fields of Counts."""
    return {
        "waiting": queue.waiting,
        "waiting_since": queue.waiting_since,
        "longest_wait_s": round(queue.longest_wait_s, 1),
        "offered": queue.day.offered,
        "answered": queue.day.answered,
        "abandoned": queue.day.abandoned,
        "timed_out": queue.day.timed_out,
        "other": queue.day.other,
        "in_time": queue.day.in_time,
        "service_level": queue.day.service_level,
        "answer_rate": queue.day.answered / queue.day.offered if queue.day.offered else None,
    }
