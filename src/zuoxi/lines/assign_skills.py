"""Which skills an agent has."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.lines.change_lines import configuration_changed
from zuoxi.lines.errors import LevelOutOfRange, UnknownReference
from zuoxi.lines.models import AgentSkill
from zuoxi.platform import audit


async def assign_skills(session: AsyncSession, user_id: str | None, agent_id: str, levels: Mapping[str, int]) -> None:
    """Give an agent exactly these skills (skill id → level, 1 to 10). Raises LevelOutOfRange, UnknownReference."""
    if any(not 1 <= level <= 10 for level in levels.values()):
        raise LevelOutOfRange(field="level")
    await session.execute(delete(AgentSkill).where(AgentSkill.agent_id == agent_id))
    session.add_all(AgentSkill(agent_id=agent_id, skill_id=skill, level=level) for skill, level in levels.items())
    try:
        await session.flush()
    except IntegrityError as fault:
        constraint = str(getattr(fault.orig.__cause__, "constraint_name", "")) if fault.orig else ""
        what = "agent_id" if "agent_id" in constraint.removesuffix("_fkey") else "skill_id"
        raise UnknownReference(what=what, field=what) from fault
    await audit.record(session, user_id, "change", "agent_skills", agent_id, {"skills": len(levels)})
    await configuration_changed(session)


async def skills_of_agents(session: AsyncSession) -> dict[str, dict[str, int]]:
    """Agent id → skill id → level, of every agent who has a skill."""
    found: dict[str, dict[str, int]] = {}
    for row in await session.scalars(select(AgentSkill).order_by(AgentSkill.agent_id, AgentSkill.skill_id)):
        found.setdefault(row.agent_id, {})[row.skill_id] = row.level
    return found
