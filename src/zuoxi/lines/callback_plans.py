"""How people are called back, by tenant and by queue: the plans, and when the law and good manners let us call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.lines.change_lines import configuration_changed
from zuoxi.lines.errors import UnknownReference
from zuoxi.lines.models import CallbackPlanRow
from zuoxi.lines.queries import zone
from zuoxi.lines.rules import WEEKDAYS, hours_from_json, open_windows
from zuoxi.lines.special_days import special_days
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.routing import model as routing

# What counts until a tenant has a plan of its own: an idle agent is asked first, from nine to nine.
SHIPPED: Mapping[str, Any] = {
    "queue_id": None,
    "mode": "preview",
    "attempts": 3,
    "first_after_s": 60.0,
    "busy_after_s": 300.0,
    "no_answer_after_s": 1800.0,
    "failed_after_s": 600.0,
    "expires_after_s": 86400.0,
    "idle_s": 10.0,
    "preview_s": 30.0,
    "hours": {"weekly": {day: [["09:00", "21:00"]] for day in WEEKDAYS}, "keep_holidays": False},
}
_DAYS_AHEAD = 8  # more than the switchboard ever goes without asking again


async def stored_plans(session: AsyncSession) -> list[dict[str, Any]]:
    """The tenant's own plan (the shipped one when there is none) and those of queues: columns of CallbackPlanRow."""
    rows = (await session.scalars(select(CallbackPlanRow).order_by(CallbackPlanRow.queue_id))).all()
    plans = [{name: getattr(row, name) for name in SHIPPED} for row in rows]
    own = [plan for plan in plans if plan["queue_id"] is None] or [dict(SHIPPED)]
    return own + [plan for plan in plans if plan["queue_id"] is not None]


async def callback_plans(session: AsyncSession, now: datetime) -> tuple[routing.CallbackPlan, ...]:
    """The same for the router, with the permitted times of the coming days (they change once a day)."""
    where = await zone(session)
    today = now.astimezone(where).date()
    first, last = today - timedelta(days=1), today + timedelta(days=_DAYS_AHEAD)
    days = (await special_days(session, first - timedelta(days=1), last)).get(None, {})
    return tuple(
        routing.CallbackPlan(
            queue=plan["queue_id"],
            mode=routing.CallbackMode(plan["mode"]),
            attempts=plan["attempts"],
            first_after=plan["first_after_s"],
            busy_after=plan["busy_after_s"],
            no_answer_after=plan["no_answer_after_s"],
            failed_after=plan["failed_after_s"],
            expires_after=plan["expires_after_s"],
            idle=plan["idle_s"],
            preview=plan["preview_s"],
            windows=None
            if plan["hours"] is None
            else open_windows(hours_from_json(plan["hours"]), days, where, first, last),
        )
        for plan in await stored_plans(session)
    )


async def set_plan(session: AsyncSession, user_id: str | None, values: Mapping[str, Any]) -> None:
    """Set the tenant's plan (``queue_id`` None) or a queue's. Raises HoursUnreadable, UnknownReference."""
    hours_from_json(values["hours"])
    changed = {name: value for name, value in values.items() if name != "queue_id"}
    try:
        async with session.begin_nested():
            await session.execute(
                insert(CallbackPlanRow)
                .values(**values)
                .on_conflict_do_update(index_elements=["tenant_id", "queue_id"], set_=changed)
            )
    except IntegrityError as fault:
        raise UnknownReference(what="queue_id", field="queue_id") from fault
    await audit.record(session, user_id, "change", "callback_plan", values["queue_id"] or "", changed)
    await configuration_changed(session)


async def remove_plan(session: AsyncSession, user_id: str | None, queue_id: str) -> None:
    """Let a queue follow the tenant's plan. Raises NotFound."""
    removed = await session.execute(
        delete(CallbackPlanRow).where(CallbackPlanRow.queue_id == queue_id).returning(CallbackPlanRow.id)
    )
    if removed.first() is None:
        raise NotFound
    await audit.record(session, user_id, "remove", "callback_plan", queue_id)
    await configuration_changed(session)
