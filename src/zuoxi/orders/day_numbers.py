"""Numbers that people read to each other: the day in the tenant's zone and a running number."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Tenant
from zuoxi.orders.models import DayCounter

ORDERS, MANIFESTS = "order", "manifest"
_FORM = {ORDERS: "{day:%Y%m%d}-{n:04d}", MANIFESTS: "J{day:%Y%m%d}-{n:03d}"}


async def zone_of(session: AsyncSession) -> ZoneInfo:
    """The time zone in which the tenant of this transaction works."""
    name = await session.scalar(select(Tenant.time_zone).where(Tenant.id == session.info["tenant"]))
    return ZoneInfo(name or "Asia/Shanghai")


async def next_number(session: AsyncSession, kind: str, now: datetime) -> str:
    """The next number of its kind on the day of ``now``, such as 20261122-0017.

    Holds the day's counter until the transaction ends: call it last. Numbers are unique in the tenant, without gaps.
    """
    day = now.astimezone(await zone_of(session)).date()
    statement = insert(DayCounter).values(kind=kind, day=day, last=1)
    last = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "kind", "day"], set_={"last": DayCounter.last + 1}
        ).returning(DayCounter.last)
    )
    return _FORM[kind].format(day=day, n=last)
