"""A tenant's dialling limits and tariffs: read for the switchboard, changed by its administrator."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.lines.change_lines import configuration_changed
from zuoxi.lines.dialling import SHIPPED_TARIFFS, DialLimits, DialRules, Tariff
from zuoxi.lines.errors import PrefixUnreadable, UnknownReference
from zuoxi.lines.models import DialLimit, DialTariff
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound

_PREFIX = re.compile(r"\+[0-9]{0,14}|[0-9]{1,15}")


async def dial_rules(session: AsyncSession) -> DialRules:
    """The limits and tariffs of the transaction's tenant; what it never set is as shipped."""
    limits = {
        row.project_id: DialLimits(
            tuple(row.allowed), tuple(row.denied), row.concurrent, row.spend_per_hour, row.longest_s
        )
        for row in await session.scalars(select(DialLimit))
    }
    tariffs = [
        Tariff(row.prefix, row.per_minute, row.per_call)
        for row in await session.scalars(select(DialTariff).order_by(DialTariff.prefix))
    ]
    own = limits.pop(None, None) or DialLimits()
    projects = {project: each for project, each in limits.items() if project is not None}
    return DialRules(own, projects, tuple(tariffs) or SHIPPED_TARIFFS)


async def set_limits(session: AsyncSession, user_id: str | None, limits: DialLimits, project_id: str | None) -> None:
    """Set the tenant's limits, or one project's. Raises PrefixUnreadable, UnknownReference."""
    for field, prefixes in (("allowed", limits.allowed), ("denied", limits.denied)):
        for prefix in prefixes:
            check_prefix(prefix, field)
    values = {
        "allowed": list(limits.allowed),
        "denied": list(limits.denied),
        "concurrent": limits.concurrent,
        "spend_per_hour": limits.spend_per_hour,
        "longest_s": limits.longest,
    }
    try:
        async with session.begin_nested():
            await session.execute(
                insert(DialLimit)
                .values(project_id=project_id, **values)
                .on_conflict_do_update(
                    index_elements=["tenant_id", "project_id"], set_={**values, "changed_at": func.now()}
                )
            )
    except IntegrityError as fault:
        raise UnknownReference(what="project_id", field="project_id") from fault
    await audit.record(session, user_id, "change", "dial_limit", project_id or "", values)
    await configuration_changed(session)


async def remove_limits(session: AsyncSession, user_id: str | None, project_id: str) -> None:
    """Let a project follow the tenant's limits alone. Raises NotFound."""
    removed = await session.execute(delete(DialLimit).where(DialLimit.project_id == project_id).returning(DialLimit.id))
    if removed.first() is None:
        raise NotFound
    await audit.record(session, user_id, "remove", "dial_limit", project_id)
    await configuration_changed(session)


async def set_tariffs(session: AsyncSession, user_id: str | None, tariffs: Iterable[Tariff]) -> None:
    """Replace the tenant's tariffs (none: the shipped ones count again). A prefix that comes twice counts as written
    last. Raises PrefixUnreadable."""
    wanted = {check_prefix(tariff.prefix, "prefix"): tariff for tariff in tariffs}
    await session.execute(delete(DialTariff))
    session.add_all(
        DialTariff(prefix=prefix, per_minute=tariff.per_minute, per_call=tariff.per_call)
        for prefix, tariff in wanted.items()
    )
    await session.flush()
    detail = {prefix: [tariff.per_minute, tariff.per_call] for prefix, tariff in wanted.items()}
    await audit.record(session, user_id, "change", "dial_tariff", "", {"tariffs": detail})
    await configuration_changed(session)


def check_prefix(prefix: str, field: str) -> str:
    """The prefix itself. Raises PrefixUnreadable unless it is «+» and digits, or digits."""
    if not _PREFIX.fullmatch(prefix):
        raise PrefixUnreadable(prefix=prefix[:20], field=field)
    return prefix
