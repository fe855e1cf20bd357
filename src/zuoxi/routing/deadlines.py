"""What the router must do later: a heap of deadlines that are checked when they come, never taken out before."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from heapq import heapify, heappop, heappush


class Deadline(IntEnum):
    """What is due. At the same instant the smaller comes first: wrap-ups end before callers are sent away."""

    WRAP_UP = 0
    OFFER = 1
    RECONNECT = 2
    WAITING = 3
    ANNOUNCEMENT = 4


_Entry = tuple[float, Deadline, str]


class Deadlines:
    """``holds(kind, id, at)`` tells whether a deadline set earlier still stands."""

    __slots__ = ("_heap", "_holds", "_sweep_at")

    def __init__(self, holds: Callable[[Deadline, str, float], bool]) -> None:
        self._heap: list[_Entry] = []
        self._holds = holds
        self._sweep_at = 256

    def set(self, at: float, kind: Deadline, identifier: str) -> None:
        heap = self._heap
        if len(heap) >= self._sweep_at:
            heap[:] = [entry for entry in heap if self._holds(entry[1], entry[2], entry[0])]
            heapify(heap)
            self._sweep_at = 256 + 2 * len(heap)
        heappush(heap, (at, kind, identifier))

    def next(self) -> float | None:
        """The earliest deadline that still stands."""
        heap = self._heap
        while heap:
            at, kind, identifier = heap[0]
            if self._holds(kind, identifier, at):
                return at
            heappop(heap)
        return None

    def pop_due(self, now: float) -> tuple[Deadline, str] | None:
        """The next deadline that has come, taken out; None when nothing is due."""
        at = self.next()
        if at is None or at > now:
            return None
        _, kind, identifier = heappop(self._heap)
        return kind, identifier
