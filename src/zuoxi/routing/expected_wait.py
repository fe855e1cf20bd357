"""How long a caller will probably wait.

In a queue with n agents who are all busy for h seconds a call on average (exponentially distributed), somebody is
free every h/n seconds, and the caller in place k is served at the k-th such moment: k·h/n. That is the mean wait of
M/M/n (Erlang C) for a caller who finds k - 1 others waiting; A. K. Erlang 1917, W. Whitt, «Predicting queueing delays»,
Management Science 45 (1999). h is measured: a moving average of conversation and wrap-up, by queue.
"""

from __future__ import annotations

from collections.abc import Iterable

# The newest call counts so much in the moving average: about the last twenty decide.
_NEWEST = 0.1


def expected_wait(place: int, handling: float, agents: float) -> float | None:
    """Seconds until the caller in ``place`` (1: the next) is served, when each of ``agents`` is busy ``handling``
    seconds with a call. None: nobody serves the queue."""
    return place * handling / agents if agents > 0 else None


def serving(skill: str, agents: Iterable[tuple[str, ...]], waited_for: frozenset[str]) -> float:
    """How many agents serve ``skill``: each with the skill counts in equal parts for the skills of hers that callers
    wait for (``waited_for``). ``agents``: the skills of each who takes calls now."""
    total = 0.0
    for skills in agents:
        if skill in skills:
            total += 1.0 / max(1, sum(1 for each in skills if each in waited_for or each == skill))
    return total


def handling_after(before: float | None, seconds: float) -> float:
    """The moving average of handling time after one more call of ``seconds``."""
    return seconds if before is None else before + _NEWEST * (seconds - before)
