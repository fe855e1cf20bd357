"""Giving an agent skills for now, and taking them away: how supervisors move agents between queues."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import User
from zuoxi.lines.change_lines import configuration_changed
from zuoxi.lines.errors import LevelOutOfRange, UnknownReference
from zuoxi.lines.models import AgentSkill, AgentSkillToday, BusinessLine, Hotline, Queue, Skill
from zuoxi.lines.queries import zone
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A skill and how an agent has it: ``own`` by the settings, ``level`` now (None: not at all), ``until`` when that
    differs only for today. ``queues``: the names of those that ask for it."""

    skill_id: str
    name: str
    queues: tuple[str, ...]
    own: int | None
    level: int | None
    until: datetime | None


async def held_skills(session: AsyncSession, agent_id: str, now: datetime) -> list[HeldSkill]:
    """All skills of the tenant as this agent has them at ``now``, by name. Raises NotFound."""
    if await session.scalar(select(User.id).where(User.id == agent_id)) is None:
        raise NotFound
    own = {row.skill_id: row.level for row in await session.scalars(select(AgentSkill).filter_by(agent_id=agent_id))}
    today = {
        row.skill_id: row
        for row in await session.scalars(select(AgentSkillToday).filter_by(agent_id=agent_id))
        if row.until > now
    }
    queues: dict[str, list[str]] = {}
    for queue in await session.scalars(select(Queue).order_by(Queue.name)):
        queues.setdefault(queue.skill_id, []).append(queue.name)
    return [
        HeldSkill(
            skill.id,
            skill.name,
            tuple(queues.get(skill.id, ())),
            own.get(skill.id),
            today[skill.id].level if skill.id in today else own.get(skill.id),
            today[skill.id].until if skill.id in today else None,
        )
        for skill in await session.scalars(select(Skill).order_by(Skill.name))
    ]


async def skills_of_projects(session: AsyncSession, projects: Collection[str]) -> set[str]:
    """The skills by which calls of these projects are answered: of their hotlines' queues, and of their VIP groups."""
    lines = select(BusinessLine.id).where(BusinessLine.project_id.in_(projects))
    queues = select(Hotline.queue_id).where(Hotline.line_id.in_(lines))
    found = set(await session.scalars(select(Queue.skill_id).where(Queue.id.in_(queues))))
    vips = select(BusinessLine.vip_skill_id).where(
        BusinessLine.project_id.in_(projects), BusinessLine.vip_skill_id.is_not(None)
    )
    return found | {skill for skill in await session.scalars(vips) if skill is not None}


async def move_agent(
    session: AsyncSession,
    user_id: str,
    agent_id: str,
    levels: Mapping[str, int | None],
    *,
    only_today: bool,
    now: datetime,
) -> None:
    """Give an agent these skills at these levels, or take them (None): until the tenant's next midnight, or until
    somebody changes it. Takes effect at once. Raises NotFound, LevelOutOfRange, UnknownReference."""
    if await session.scalar(select(User.id).where(User.id == agent_id)) is None:
        raise NotFound
    if any(level is not None and not 1 <= level <= 10 for level in levels.values()):
        raise LevelOutOfRange(field="level")
    mine = AgentSkillToday.agent_id == agent_id
    await session.execute(
        delete(AgentSkillToday).where(mine, AgentSkillToday.skill_id.in_(levels) | (AgentSkillToday.until <= now))
    )
    try:
        if only_today:
            until = await next_midnight(session, now)
            session.add_all(
                AgentSkillToday(agent_id=agent_id, skill_id=skill, level=level, until=until, given_by=user_id)
                for skill, level in levels.items()
            )
            await session.flush()
        else:
            await _change_own(session, agent_id, levels)
    except IntegrityError as fault:
        raise UnknownReference(what="skill_id", field="skill_id") from fault
    rows = await session.execute(select(Skill.id, Skill.name).where(Skill.id.in_(levels)))
    names = {row.id: row.name for row in rows}
    detail = {
        "given": [names.get(skill, skill) for skill, level in levels.items() if level is not None],
        "taken": [names.get(skill, skill) for skill, level in levels.items() if level is None],
        "only_today": only_today,
    }
    await audit.record(session, user_id, "move_agent", "user", agent_id, detail)
    await configuration_changed(session)


async def _change_own(session: AsyncSession, agent_id: str, levels: Mapping[str, int | None]) -> None:
    gone = [skill for skill, level in levels.items() if level is None]
    await session.execute(delete(AgentSkill).where(AgentSkill.agent_id == agent_id, AgentSkill.skill_id.in_(gone)))
    for skill, level in levels.items():
        if level is not None:
            await session.execute(
                insert(AgentSkill)
                .values(agent_id=agent_id, skill_id=skill, level=level)
                .on_conflict_do_update(index_elements=["tenant_id", "agent_id", "skill_id"], set_={"level": level})
            )


async def next_midnight(session: AsyncSession, now: datetime) -> datetime:
    """When the tenant's day ends."""
    where = await zone(session)
    tomorrow = now.astimezone(where).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=where)
