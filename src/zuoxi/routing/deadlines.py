"""What the router must do later: deadlines that are checked when they come, never taken out before.

One heap per kind: deadlines of one kind mostly come in the order in which they were set, which a heap takes at next to
no cost, while short offers pushed through a long line of waiting limits would pay for its whole depth.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from heapq import heapify, heappop, heappush


class Deadline(IntEnum):
    """What is due. At the same instant the smaller comes first: wrap-ups end before callers are sent away."""

    WRAP_UP = 0
    OFFER = 1
    RECONNECT = 2
    OVERFLOW = 3  # another queue comes before being sent away
    WAITING = 4
    ANNOUNCEMENT = 5
    PARTY = 6
    PAUSE = 7
    FLOW = 8  # a prompt, a key or a look-up of a call flow
    MESSAGE = 9
    SPEAK = 10  # something is to be said to who still waits after all that
    DIAL = 11  # whom an agent calls is rung
    CALLBACK = 12


class _Heap(list[tuple[float, str]]):
    __slots__ = ("kind", "sweep_at")

    def __init__(self, kind: Deadline) -> None:
        super().__init__()
        self.kind = kind
        self.sweep_at = 256


class Deadlines:
    """``holds(kind, id, at)`` tells whether a deadline set earlier still stands."""

    __slots__ = ("_heaps", "_holds")

    def __init__(self, holds: Callable[[Deadline, str, float], bool]) -> None:
        self._heaps = [_Heap(kind) for kind in Deadline]
        self._holds = holds

    def set(self, at: float, kind: Deadline, identifier: str) -> None:
        heap = self._heaps[kind]
        if len(heap) >= heap.sweep_at:
            heap[:] = [entry for entry in heap if self._holds(kind, entry[1], entry[0])]
            heapify(heap)
            heap.sweep_at = 256 + 2 * len(heap)
        heappush(heap, (at, identifier))

    def _first(self) -> _Heap | None:
        """The heap whose top is the earliest deadline that still stands."""
        holds, first = self._holds, None
        for heap in self._heaps:
            while heap:
                at, identifier = heap[0]
                if first is not None and at >= first[0][0]:
                    break  # too late to matter, whether it stands or not
                if holds(heap.kind, identifier, at):
                    first = heap
                    break
                heappop(heap)
        return first

    def next(self) -> float | None:
        """The earliest deadline that still stands."""
        first = self._first()
        return None if first is None else first[0][0]

    def pop_due(self, now: float) -> tuple[Deadline, str] | None:
        """The next deadline that has come, taken out; None when nothing is due."""
        first = self._first()
        if first is None or first[0][0] > now:
            return None
        return first.kind, heappop(first)[1]
