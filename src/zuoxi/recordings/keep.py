"""For how long sound is kept: retention for each project, and holds that stand above it.

Removing destroys the recording's own key together with the row's change, so that what may be left of the file (a crash,
a backup of the files) can never be heard again; then the file goes. The row stays and says when and why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import ColumnElement, Integer, Select, case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal
from zuoxi.contacts import Contact
from zuoxi.platform import audit
from zuoxi.platform.database import Database
from zuoxi.platform.errors import NotFound
from zuoxi.recordings.errors import HoldInThePast, SoundRemoved
from zuoxi.recordings.models import ModelCase, Recording, RecordingHold, RecordingRetention
from zuoxi.recordings.queries import get, on_hold, project_of
from zuoxi.recordings.sound import Sounds

log = structlog.get_logger("zuoxi.recordings")

_TOGETHER = 200
RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Rule:
    """Days that sound is kept (None: without end), and whether released model cases are kept beyond them."""

    days: int | None = None
    keep_cases: bool = True


async def rules(session: AsyncSession) -> dict[str | None, Rule]:
    """The tenant's rules by project; that under None is for all other projects."""
    return {row.project_id: Rule(row.days, row.keep_cases) for row in await session.scalars(select(RecordingRetention))}


def rule_for(project_id: str | None, known: Mapping[str | None, Rule]) -> Rule:
    """The rule of a project."""
    return known.get(project_id) or known.get(None) or Rule()


async def set_rule(session: AsyncSession, user_id: str, project_id: str | None, rule: Rule) -> None:
    """Make or change a rule. Raises NotFound when there is no such project."""
    values = {"days": rule.days, "keep_cases": rule.keep_cases, "changed_by": user_id}
    statement = insert(RecordingRetention).values(project_id=project_id, id=func.gen_random_uuid(), **values)
    try:
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "project_id"], set_={**values, "changed_at": func.now()}
            )
        )
    except IntegrityError as fault:
        raise NotFound from fault
    detail = {"days": rule.days, "keep_cases": rule.keep_cases}
    await audit.record(session, user_id, "change", "recording_retention", project_id or "all", detail)


async def drop_rule(session: AsyncSession, user_id: str, project_id: str) -> None:
    """The project follows the tenant's rule again. Raises NotFound."""
    gone = await session.scalar(
        delete(RecordingRetention).where(RecordingRetention.project_id == project_id).returning(RecordingRetention.id)
    )
    if gone is None:
        raise NotFound
    await audit.record(session, user_id, "remove", "recording_retention", project_id)


async def place_hold(
    session: AsyncSession, principal: Principal, recording_id: str, why: str, until: datetime | None, now: datetime
) -> RecordingHold:
    """Hold a recording. Raises NotFound, SoundRemoved, HoldInThePast."""
    recording = await get(session, principal, recording_id)
    # the same lock is taken before removing: a hold is either seen there, or comes too late and says so
    state = await session.scalar(select(Recording.state).where(Recording.id == recording.id).with_for_update())
    if state == "removed":
        raise SoundRemoved
    if until is not None and until <= now:
        raise HoldInThePast(field="until")
    hold = RecordingHold(recording_id=recording.id, why=why, until=until, placed_by=principal.user_id, placed_at=now)
    session.add(hold)
    await session.flush()
    detail = {"hold": hold.id, "why": why, "until": until.isoformat() if until else None}
    await audit.record(session, principal.user_id, "hold", "recording", recording.id, detail)
    return hold


async def lift_hold(session: AsyncSession, user_id: str, hold_id: str, why: str, now: datetime) -> None:
    """Lift a hold. Raises NotFound when there is none that stands."""
    recording_id = await session.scalar(
        update(RecordingHold)
        .where(RecordingHold.id == hold_id, RecordingHold.lifted_at.is_(None))
        .values(lifted_by=user_id, lifted_at=now, lifted_why=why)
        .returning(RecordingHold.recording_id)
    )
    if recording_id is None:
        raise NotFound
    await audit.record(session, user_id, "lift_hold", "recording", recording_id, {"hold": hold_id, "why": why})


def _due(known: Mapping[str | None, Rule], now: datetime) -> Select[Any]:
    """Rows (id of a recording whose time is over and that nothing holds, the rule's days), without an order."""
    project = project_of()
    everyone = known.get(None, Rule())
    own = {project_id: rule for project_id, rule in known.items() if project_id is not None}
    days: ColumnElement[Any] = literal(everyone.days, Integer)
    keeps: ColumnElement[Any] = literal(everyone.keep_cases)
    if own:
        days = case(*((project == key, literal(rule.days, Integer)) for key, rule in own.items()), else_=days)
        keeps = case(*((project == key, literal(rule.keep_cases)) for key, rule in own.items()), else_=keeps)
    released = select(ModelCase.id).where(
        ModelCase.tenant_id == Recording.tenant_id,
        ModelCase.recording_id == Recording.id,
        ModelCase.state == "released",
    )
    shortest = min((rule.days for rule in known.values() if rule.days is not None), default=0)
    return cast(
        "Select[Any]",
        select(Recording.id, days)
        .join(Contact, (Contact.tenant_id == Recording.tenant_id) & (Contact.id == Recording.contact_id))
        .where(
            Recording.state == "kept",
            Recording.starts_at < now - timedelta(days=shortest),
            Recording.starts_at < literal(now) - func.make_interval(0, 0, 0, days),  # no days: never
            ~on_hold(now),
            ~(keeps & released.exists()),
        ),
    )


def _removes(known: Mapping[str | None, Rule]) -> bool:
    return any(rule.days is not None for rule in known.values())


async def count_due(session: AsyncSession, now: datetime) -> int:
    """How many recordings the next night removes."""
    known = await rules(session)
    if not _removes(known):
        return 0
    return await session.scalar(select(func.count()).select_from(_due(known, now).subquery())) or 0


async def remove_due(database: Database, sounds: Sounds, tenant_id: str, now: datetime) -> int:
    """Remove the sound of everything whose time is over. Returns how many."""
    async with database.transaction(tenant_id) as session:
        known = await rules(session)
        waiting = list(await session.execute(_due(known, now))) if _removes(known) else []
    removed = 0
    for start in range(0, len(waiting), _TOGETHER):
        paths = []
        async with database.transaction(tenant_id) as session:
            for recording_id, days in waiting[start : start + _TOGETHER]:
                recording = await session.scalar(
                    select(Recording).where(Recording.id == recording_id).with_for_update(skip_locked=True)
                )
                if recording is None or recording.state != "kept":
                    continue
                if await session.scalar(select(Recording.id).where(Recording.id == recording_id, on_hold(now))):
                    continue
                paths.append(sounds.path(recording))
                recording.state, recording.removed_at = "removed", now
                recording.removed_reason = f"{RETENTION}:{days}"
                recording.wrapped_key = recording.key_version = None
                await audit.record(
                    session, None, "remove", "recording", recording_id, {"reason": "retention", "days": days}
                )
        for path in paths:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        removed += len(paths)
    if removed:
        log.info("recordings were removed at the end of their retention", tenant=tenant_id, recordings=removed)
    return removed
