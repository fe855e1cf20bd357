"""Seeded chance for the demo: the same seed and moment give the same centre, identifiers included."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws everything of the demo that is not written down."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - made-up people, no secret; passwords are drawn elsewhere
        self._given = 0

    def identifier(self, at: datetime) -> str:
        """A UUID of version 7 for something made at ``at``, greater than all made before for the same millisecond."""
        milliseconds = int(at.timestamp() * 1000)
        self._given += 1
        drawn = (self._given << 44) | self._random.getrandbits(44)
        value = (milliseconds << 80) | (7 << 76) | ((drawn >> 62) << 64) | (2 << 62) | (drawn & ((1 << 62) - 1))
        return str(uuid.UUID(int=value))

    def one(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely."""
        return choices[self._random.randrange(len(choices))]

    def weighted(self, choices: Sequence[tuple[T, float]]) -> T:
        """One of the choices, each as likely as its weight."""
        return self._random.choices([choice for choice, _ in choices], [weight for _, weight in choices])[0]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """So many different ones of the choices."""
        return self._random.sample(choices, count)

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return self._random.randint(low, high)

    def between(self, low: float, high: float) -> float:
        """A number between ``low`` and ``high``."""
        return self._random.uniform(low, high)

    def happens(self, share: float) -> bool:
        """True in ``share`` (0 to 1) of all cases."""
        return self._random.random() < share

    def long_tailed(self, usual: float, shortest: float, longest: float) -> float:
        """A duration: mostly about ``usual``, seldom much longer, never outside the limits."""
        return min(longest, max(shortest, self._random.lognormvariate(0.0, 0.5) * usual))
