"""Holidays and make-up days (调休): of the whole tenant, or of one hotline, where they go before the tenant's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.lines import rules
from zuoxi.lines.change_lines import configuration_changed
from zuoxi.lines.errors import UnknownReference
from zuoxi.lines.models import SpecialDay
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound

Days = dict[date, rules.SpecialDay]


async def special_days(session: AsyncSession, first: date, last: date) -> Mapping[str | None, Days]:
    """Special days from ``first`` to ``last``, both included: by hotline, under None the whole tenant's."""
    found: dict[str | None, Days] = defaultdict(dict)
    for row in await session.scalars(select(SpecialDay).where(SpecialDay.day.between(first, last))):
        found[row.hotline_id][row.day] = rules.SpecialDay(
            kind=rules.DayKind(row.kind),
            name=row.name,
            like=row.like_weekday,
            spans=rules.spans_from_json(row.spans, row.day.isoformat()),
        )
    return found


async def put_special_days(session: AsyncSession, user_id: str | None, days: Iterable[Mapping[str, Any]]) -> None:
    """Set special days (columns of SpecialDay); one that is there already for the same hotline (or for the whole
    tenant) is replaced. Raises HoursUnreadable, UnknownReference."""
    for day in days:
        rules.spans_from_json(list(day["spans"]), day["day"].isoformat())
        await session.execute(_remove(day["day"], day["hotline_id"]))
        session.add(SpecialDay(**day))
        try:
            await session.flush()
        except IntegrityError as fault:
            raise UnknownReference(what="hotline_id", field="hotline_id") from fault
        detail = {name: day[name] for name in ("kind", "name", "hotline_id") if day[name]}
        await audit.record(session, user_id, "change", "special_day", day["day"].isoformat(), detail)
    await configuration_changed(session)


async def remove_special_day(session: AsyncSession, user_id: str | None, day: date, hotline_id: str | None) -> None:
    """Let a day follow its weekday again, or for a hotline what counts for the tenant. Raises NotFound."""
    if (await session.execute(_remove(day, hotline_id))).first() is None:
        raise NotFound
    detail = {"hotline_id": hotline_id} if hotline_id else {}
    await audit.record(session, user_id, "remove", "special_day", day.isoformat(), detail)
    await configuration_changed(session)


def _remove(day: date, hotline_id: str | None) -> Any:
    return (
        delete(SpecialDay)
        .where(SpecialDay.day == day, SpecialDay.hotline_id.is_not_distinct_from(hotline_id))
        .returning(SpecialDay.id)
    )
