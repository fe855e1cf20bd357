"""Supervisors move agents between queues: skills given and taken for now.

It stands here and not with the skills because who may move whom goes by the projects that a supervisor is bound to.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import lines, recordings
from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.platform.errors import Forbidden
from zuoxi.platform.fields import Id, Strict
from zuoxi.platform.services import Services, services

router = APIRouter()

Supervisor = Annotated[Principal, Depends(require("floor.supervise"))]
Provided = Annotated[Services, Depends(services)]


class HeldSkillOut(BaseModel):
    """A skill as an agent has it: ``own`` by the settings, ``level`` now (null: not at all), ``until`` when that holds
    for today only. ``queues`` ask for it; ``mine``: this supervisor may give and take it."""

    skill_id: Id
    name: str
    queues: list[str]
    own: int | None
    level: int | None
    until: datetime | None
    mine: bool


class HeldSkillsOut(BaseModel):
    agent_id: Id
    skills: list[HeldSkillOut]


class SkillMove(Strict):
    """``level`` null: the agent is taken away from the queues that ask for this skill."""

    skill_id: Id
    level: Annotated[int, Field(ge=1, le=10)] | None


class MoveIn(Strict):
    """``until`` today: the settings count again from the tenant's next midnight; changed: until somebody changes it."""

    changes: Annotated[list[SkillMove], Field(min_length=1, max_length=100)]
    until: Literal["today", "changed"] = "today"


@router.get("/floor/agents/{agent_id}/skills", operation_id="agent_skills_now")
async def read_skills(
    agent_id: Id, supervisor: Supervisor, session: TenantSession, provided: Provided
) -> HeldSkillsOut:
    """Every skill of the tenant as this agent has it now."""
    return await _skills(session, supervisor, agent_id, provided.clock())


@router.put("/floor/agents/{agent_id}/skills", operation_id="move_agent")
async def put_skills(
    agent_id: Id, body: MoveIn, supervisor: Supervisor, session: TenantSession, provided: Provided
) -> HeldSkillsOut:
    """Move an agent between queues; in force at once. Only skills of the projects that the supervisor is bound to."""
    now = provided.clock()
    levels = {change.skill_id: change.level for change in body.changes}
    allowed = await _allowed(session, supervisor)
    if allowed is not None and not set(levels) <= allowed:
        raise Forbidden
    await lines.move_agent(session, supervisor.user_id, agent_id, levels, only_today=body.until == "today", now=now)
    return await _skills(session, supervisor, agent_id, now)


async def _allowed(session: AsyncSession, supervisor: Principal) -> set[str] | None:
    """The skills that this supervisor may give and take; None: all."""
    projects = (await recordings.listening_scopes(session)).get(supervisor.user_id)
    return None if projects is None else await lines.skills_of_projects(session, projects)


async def _skills(session: AsyncSession, supervisor: Principal, agent_id: str, now: datetime) -> HeldSkillsOut:
    allowed = await _allowed(session, supervisor)
    held = await lines.held_skills(session, agent_id, now)
    return HeldSkillsOut(
        agent_id=agent_id,
        skills=[
            HeldSkillOut(
                skill_id=one.skill_id,
                name=one.name,
                queues=list(one.queues),
                own=one.own,
                level=one.level,
                until=one.until,
                mine=allowed is None or one.skill_id in allowed,
            )
            for one in held
        ],
    )
