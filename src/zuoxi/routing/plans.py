"""When something is due for a caller who waits: steps to other queues, and announcements. Pure arithmetic.

The plan (overflow steps, time limit) is that of the queue in which the wait began, its «home», and counts from there;
announcements are those of the queue in which the caller is now, and count from entering it.
"""

from __future__ import annotations

from collections.abc import Iterator

from zuoxi.routing.model import Comfort, Overflow, Queue

# A step that is due while nobody can take the caller in the other queue is tried again so many seconds later.
RETRY_SECONDS = 10.0


def next_step(home: Queue, plan_from: float, stepped: float) -> float | None:
    """When the next overflow step is due (seconds since the epoch) for a plan that began at ``plan_from`` and was
    considered up to ``stepped`` seconds of it."""
    later = [step.after for step in home.overflow if step.after > stepped]
    return plan_from + min(later) if later else None


def due_steps(home: Queue, plan_from: float, stepped: float, now: float) -> list[Overflow]:
    """The steps that came due, the latest first; those of the same moment as they are listed."""
    due = [step for step in home.overflow if step.after > stepped and plan_from + step.after <= now]
    return sorted(due, key=lambda step: -step.after)


def next_announcement(queue: Queue, placed_at: float, said_to: float) -> float | None:
    """When something is to be said next to a caller who entered at ``placed_at``, strictly after ``said_to``."""
    times = [_next(placed_at, first, every, said_to) for first, every in _series(queue)]
    return min((time for time in times if time is not None), default=None)


def due_announcements(queue: Queue, placed_at: float, said_to: float, now: float) -> tuple[bool, tuple[Comfort, ...]]:
    """Whether place and wait are to be said now, and which comfort messages."""
    status = _status(queue)
    say = status is not None and _is_due(_next(placed_at, *status, said_to), now)
    return say, tuple(
        comfort for comfort in queue.comfort if _is_due(_next(placed_at, comfort.first, comfort.every, said_to), now)
    )


def _is_due(time: float | None, now: float) -> bool:
    return time is not None and time <= now


def _status(queue: Queue) -> tuple[float, float | None] | None:
    speaks = queue.say_position or queue.say_wait or queue.offer_callback
    return (queue.announce_first, queue.announce_every) if speaks and queue.announce_first is not None else None


def _series(queue: Queue) -> Iterator[tuple[float, float | None]]:
    status = _status(queue)
    if status is not None:
        yield status
    for comfort in queue.comfort:
        yield comfort.first, comfort.every


def _next(placed_at: float, first: float, every: float | None, said_to: float) -> float | None:
    """The first moment of a series after ``said_to``."""
    begin = placed_at + first
    if begin > said_to:
        return begin
    if every is None or every <= 0:
        return None
    count = int((said_to - begin) / every)
    while begin + count * every <= said_to:  # what was divided may be a hair too small
        count += 1
    return begin + count * every
