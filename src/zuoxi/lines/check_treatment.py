"""Whether what callers are to meet in a queue can be: its exits, steps and announcements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.lines.errors import (
    AnnouncementEmpty,
    AnnouncementNeverBegins,
    ExitTargetNeeded,
    LeadsToItself,
    StepTooLate,
    StepTwice,
    UnknownPrompt,
    UnknownReference,
)
from zuoxi.lines.make_prompts import texts
from zuoxi.lines.models import Queue

_EXITS = ("when_full", "when_unstaffed", "when_timed_out")
_TO_QUEUE = frozenset({"overflow", "voicemail", "callback"})
_READ = (*_EXITS, "overflow", "comfort", "announce_first_s", "announce_every_s", "time_limit_s")
_SAID = ("say_position", "say_wait", "offer_callback")


async def check_treatment(session: AsyncSession, values: Mapping[str, Any], row: Queue | None) -> None:
    """Check the new values of a queue (``row``: as it is stored; None: a new one) together with those that stay. Raises
    this room's errors, each with the field that is wrong."""
    if row is not None and not values.keys() & {*_READ, *_SAID}:
        return

    def value(name: str) -> Any:
        return values[name] if name in values else None if row is None else getattr(row, name)

    known = set(await session.scalars(select(Queue.id)))
    prompts = await texts(session)
    own = None if row is None else row.id
    for name in _EXITS:
        way = value(name)
        if way is not None:
            _check_exit(name, way, own, known, prompts)
    _check_steps(value("overflow") or [], value("time_limit_s"), own, known)
    for comfort in value("comfort") or []:
        if comfort["prompt"] not in prompts:
            raise UnknownPrompt(key=comfort["prompt"], field="comfort")
    first, every = value("announce_first_s"), value("announce_every_s")
    if every is not None and first is None:
        raise AnnouncementNeverBegins(field="announce_first_s")
    if first is not None and not any(value(name) for name in _SAID):
        raise AnnouncementEmpty(field="say_position")


def _check_exit(
    name: str, way: Mapping[str, Any], own: str | None, known: set[str], prompts: Mapping[str, object]
) -> None:
    kind, target = way["kind"], way["target"]
    if target is None:
        if kind in ("overflow", "flow"):
            raise ExitTargetNeeded(field=name)
    elif kind == "message":
        if target not in prompts:
            raise UnknownPrompt(key=target, field=name)
    elif kind in _TO_QUEUE:
        if target not in known:
            raise UnknownReference(what=name, field=name)
        if kind == "overflow" and target == own:
            raise LeadsToItself(field=name)


def _check_steps(steps: list[Mapping[str, Any]], limit: float | None, own: str | None, known: set[str]) -> None:
    seen: set[tuple[float, int | None]] = set()
    for step in steps:
        if step["to_queue"] not in known:
            raise UnknownReference(what="overflow", field="overflow")
        # A later step may lead back to where the wait began, the first one may not.
        if step["to_queue"] == own and not seen:
            raise LeadsToItself(field="overflow")
        when = (step["after_s"], step["waiting_more_than"])
        if when in seen:
            raise StepTwice(field="overflow")
        seen.add(when)
        if limit is not None and step["after_s"] >= limit:
            raise StepTooLate(after=round(step["after_s"]), limit=round(limit), field="overflow")


async def leads_to(session: AsyncSession, queue_id: str) -> bool:
    """Whether another queue passes callers on to this one."""
    others = await session.scalars(select(Queue).where(Queue.id != queue_id))
    return any(target == queue_id for other in others for target in _targets(other))


def _targets(queue: Queue) -> Iterator[str | None]:
    for way in (queue.when_full, queue.when_unstaffed, queue.when_timed_out):
        if way is not None and way["kind"] in _TO_QUEUE:
            yield way["target"]
    for step in queue.overflow:
        yield step["to_queue"]
