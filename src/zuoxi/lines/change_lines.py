"""Making, changing and removing skills, queues, business lines and hotlines.

Every change makes the configuration one version newer and is announced, so that the switchboard takes it at once.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.lines.check_treatment import check_treatment, leads_to
from zuoxi.lines.errors import (
    CallerIdNotOurs,
    NameTaken,
    NumberTaken,
    NumberUnreadable,
    SkillNeeded,
    StillUsed,
    UnknownReference,
)
from zuoxi.lines.flow_errors import NotPublished
from zuoxi.lines.flow_models import CallFlow
from zuoxi.lines.models import AgentSkill, BusinessLine, Hotline, LineSettings, Queue, Skill
from zuoxi.lines.rules import hours_from_json, hours_to_json
from zuoxi.platform import audit, outbox
from zuoxi.platform.errors import NotFound

LINES_CHANGED = "lines.changed"
_NUMBER = re.compile(r"\+?\d{3,20}")

Row = Skill | Queue | BusinessLine | Hotline
Check = Callable[[AsyncSession, dict[str, Any], Row | None], Awaitable[None]]


async def configuration_changed(session: AsyncSession) -> int:
    """Make the configuration one version newer and announce it. Returns the new version.

    The row's lock makes changes of one tenant follow one another, so a version is never given twice.
    """
    statement = (
        insert(LineSettings)
        .values(version=1)
        .on_conflict_do_update(
            index_elements=["tenant_id"], set_={"version": LineSettings.version + 1, "changed_at": func.now()}
        )
        .returning(LineSettings.version)
    )
    version = int((await session.execute(statement)).scalar_one())
    await outbox.announce(session, LINES_CHANGED, str(version))
    return version


async def create(session: AsyncSession, user_id: str | None, kind: type[Row], values: Mapping[str, Any]) -> Row:
    """Make a skill, queue, line or hotline. Raises this room's errors when a value cannot be.

    A queue without a skill asks for the one of its own name, which is made when there is none.
    """
    checked = dict(values)
    if kind is Queue and checked.get("skill_id") is None:
        checked["skill_id"] = await _skill_named(session, user_id, checked["name"])
    await _CHECKS[kind](session, checked, None)
    row = kind(**checked)
    session.add(row)
    await _flush(session, checked)
    await audit.record(session, user_id, "create", kind.__tablename__, row.id, {"name": checked["name"]})
    await configuration_changed(session)
    return row


async def change(
    session: AsyncSession, user_id: str | None, kind: type[Row], row_id: str, values: Mapping[str, Any]
) -> Row:
    """Change the given values of a row. Raises NotFound and this room's errors."""
    row = await _find(session, kind, row_id)
    checked = dict(values)
    await _CHECKS[kind](session, checked, row)
    for name, value in checked.items():
        setattr(row, name, value)
    await _flush(session, checked)
    await audit.record(session, user_id, "change", kind.__tablename__, row.id, {"changed": sorted(checked)})
    await configuration_changed(session)
    return row


async def remove(session: AsyncSession, user_id: str | None, kind: type[Row], row_id: str) -> None:
    """Remove a row that nothing points to. Raises NotFound, StillUsed."""
    row = await _find(session, kind, row_id)
    for table, column in _USED_BY[kind]:
        if await session.scalar(select(table.id).where(getattr(table, column) == row.id).limit(1)):
            raise StillUsed(by=table.__tablename__)
    if isinstance(row, Queue) and await leads_to(session, row.id):
        raise StillUsed(by="queue")
    await session.delete(row)
    await session.flush()
    await audit.record(session, user_id, "remove", kind.__tablename__, row.id, {"name": row.name})
    await configuration_changed(session)


async def _skill_named(session: AsyncSession, user_id: str | None, name: str) -> str:
    found: str | None = await session.scalar(select(Skill.id).where(Skill.name == name))
    return found or (await create(session, user_id, Skill, {"name": name})).id


async def _find(session: AsyncSession, kind: type[Row], row_id: str) -> Row:
    row: Row | None = await session.scalar(select(kind).where(kind.id == row_id))
    if row is None:
        raise NotFound
    return row


async def _flush(session: AsyncSession, values: Mapping[str, Any]) -> None:
    try:
        await session.flush()
    except IntegrityError as fault:
        constraint = str(getattr(fault.orig.__cause__, "constraint_name", "")) if fault.orig else ""
        if constraint == "hotline_number_key":
            raise NumberTaken(number=values["number"], field="number") from fault
        if constraint.endswith("_name_key"):
            raise NameTaken(name=values["name"], field="name") from fault
        if constraint.endswith("_fkey"):
            column = constraint.removesuffix("_fkey").split("tenant_id_")[-1]
            raise UnknownReference(what=column, field=column) from fault
        raise


async def _check_nothing(session: AsyncSession, values: dict[str, Any], row: Row | None) -> None:
    pass


async def _check_queue(session: AsyncSession, values: dict[str, Any], row: Row | None) -> None:
    if "skill_id" in values and values["skill_id"] is None:
        raise SkillNeeded(field="skill_id")
    assert row is None or isinstance(row, Queue)
    await check_treatment(session, values, row)


async def _check_line(session: AsyncSession, values: dict[str, Any], row: Row | None) -> None:
    """What people see whom we call is a number at which they reach us, and nobody else's."""
    shown = values.get("outbound_caller_id")
    if shown is not None:
        values["outbound_caller_id"] = number = re.sub(r"[\s()-]", "", shown)
        if await session.scalar(select(Hotline.id).where(Hotline.number == number)) is None:
            raise CallerIdNotOurs(field="outbound_caller_id")


async def _check_hotline(session: AsyncSession, values: dict[str, Any], row: Row | None) -> None:
    if "number" in values:
        number = re.sub(r"[\s()-]", "", values["number"])
        if not _NUMBER.fullmatch(number):
            raise NumberUnreadable(field="number")
        values["number"] = number
    wanted = {values.get("flow_id"), values.get("survey_flow_id")} - {None}
    if wanted:
        usable = select(CallFlow.id).where(CallFlow.id.in_(wanted), CallFlow.published.is_not(None), ~CallFlow.archived)
        if set(await session.scalars(usable)) != wanted:
            raise NotPublished(field="flow_id")
    if "hours" in values:
        values["hours"] = hours_to_json(hours_from_json(values["hours"]))


_CHECKS: Mapping[type[Row], Check] = {
    Skill: _check_nothing,
    Queue: _check_queue,
    BusinessLine: _check_line,
    Hotline: _check_hotline,
}
_USED_BY: Mapping[type[Row], tuple[tuple[type[Any], str], ...]] = {
    Skill: ((Queue, "skill_id"), (BusinessLine, "vip_skill_id"), (AgentSkill, "skill_id")),
    Queue: ((Hotline, "queue_id"),),
    BusinessLine: ((Hotline, "line_id"),),
    Hotline: (),
}
