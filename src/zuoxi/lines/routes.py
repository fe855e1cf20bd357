"""Reading and managing lines, hotlines, queues, skills and their settings over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal, SignedIn, TenantSession, require
from zuoxi.lines import (
    change_lines,
    change_settings,
    dialling_routes,
    prompt_routes,
    protect_sip_routes,
    queries,
    schemas,
    special_day_routes,
)
from zuoxi.lines.assign_skills import assign_skills, skills_of_agents
from zuoxi.lines.models import (
    BusinessLine,
    Disposition,
    Hotline,
    LineSettings,
    NotReadyReason,
    Queue,
    Skill,
)
from zuoxi.platform.paging import Listed
from zuoxi.platform.services import Services, services

router = APIRouter(prefix="/api", tags=["lines"])
router.include_router(prompt_routes.router)
router.include_router(special_day_routes.router)
router.include_router(dialling_routes.router)
router.include_router(protect_sip_routes.router)

Manager = Annotated[Principal, Depends(require("lines.manage"))]
PageNumber = Annotated[int, Query(ge=1)]
PageSize = Annotated[int, Query(ge=1, le=500)]


async def _page(session: AsyncSession, kind: Any, page: int, page_size: int) -> tuple[list[Any], int]:
    total = await session.scalar(select(func.count()).select_from(kind))
    rows = await session.scalars(
        select(kind).order_by(kind.name, kind.id).limit(page_size).offset((page - 1) * page_size)
    )
    return list(rows), int(total or 0)


@router.get("/skills")
async def list_skills(
    _: SignedIn, session: TenantSession, page: PageNumber = 1, page_size: PageSize = 200
) -> Listed[schemas.SkillOut]:
    rows, total = await _page(session, Skill, page, page_size)
    return Listed(items=[schemas.SkillOut.model_validate(row) for row in rows], total=total)


@router.post("/skills", status_code=201)
async def create_skill(body: schemas.SkillIn, principal: Manager, session: TenantSession) -> schemas.SkillOut:
    row = await change_lines.create(session, principal.user_id, Skill, body.model_dump())
    return schemas.SkillOut.model_validate(row)


@router.patch("/skills/{row_id}")
async def change_skill(
    row_id: schemas.Id, body: schemas.SkillIn, principal: Manager, session: TenantSession
) -> schemas.SkillOut:
    row = await change_lines.change(session, principal.user_id, Skill, row_id, body.model_dump())
    return schemas.SkillOut.model_validate(row)


@router.delete("/skills/{row_id}", status_code=204)
async def remove_skill(row_id: schemas.Id, principal: Manager, session: TenantSession) -> None:
    await change_lines.remove(session, principal.user_id, Skill, row_id)


@router.get("/queues")
async def list_queues(
    _: SignedIn, session: TenantSession, page: PageNumber = 1, page_size: PageSize = 200
) -> Listed[schemas.QueueOut]:
    rows, total = await _page(session, Queue, page, page_size)
    return Listed(items=[schemas.QueueOut.model_validate(row) for row in rows], total=total)


@router.post("/queues", status_code=201)
async def create_queue(body: schemas.QueueIn, principal: Manager, session: TenantSession) -> schemas.QueueOut:
    row = await change_lines.create(session, principal.user_id, Queue, body.model_dump())
    return schemas.QueueOut.model_validate(row)


@router.patch("/queues/{row_id}")
async def change_queue(
    row_id: schemas.Id, body: schemas.QueueChange, principal: Manager, session: TenantSession
) -> schemas.QueueOut:
    row = await change_lines.change(session, principal.user_id, Queue, row_id, body.model_dump(exclude_unset=True))
    return schemas.QueueOut.model_validate(row)


@router.delete("/queues/{row_id}", status_code=204)
async def remove_queue(row_id: schemas.Id, principal: Manager, session: TenantSession) -> None:
    await change_lines.remove(session, principal.user_id, Queue, row_id)


@router.get("/lines")
async def list_lines(
    _: SignedIn, session: TenantSession, page: PageNumber = 1, page_size: PageSize = 200
) -> Listed[schemas.LineOut]:
    rows, total = await _page(session, BusinessLine, page, page_size)
    return Listed(items=[schemas.LineOut.model_validate(row) for row in rows], total=total)


@router.post("/lines", status_code=201)
async def create_line(body: schemas.LineIn, principal: Manager, session: TenantSession) -> schemas.LineOut:
    row = await change_lines.create(session, principal.user_id, BusinessLine, body.model_dump())
    return schemas.LineOut.model_validate(row)


@router.patch("/lines/{row_id}")
async def change_line(
    row_id: schemas.Id, body: schemas.LineChange, principal: Manager, session: TenantSession
) -> schemas.LineOut:
    values = body.model_dump(exclude_unset=True)
    row = await change_lines.change(session, principal.user_id, BusinessLine, row_id, values)
    return schemas.LineOut.model_validate(row)


@router.delete("/lines/{row_id}", status_code=204)
async def remove_line(row_id: schemas.Id, principal: Manager, session: TenantSession) -> None:
    await change_lines.remove(session, principal.user_id, BusinessLine, row_id)


@router.get("/hotlines")
async def list_hotlines(
    _: SignedIn,
    session: TenantSession,
    provided: Annotated[Services, Depends(services)],
    page: PageNumber = 1,
    page_size: PageSize = 200,
) -> Listed[schemas.HotlineOut]:
    """All hotlines by name, each with whether it is open now."""
    rows, total = await _page(session, Hotline, page, page_size)
    items = []
    for row in rows:
        item = schemas.HotlineOut.model_validate(row)
        item.open_now = await queries.is_open(session, row.id, provided.clock())
        items.append(item)
    return Listed(items=items, total=total)


@router.post("/hotlines", status_code=201)
async def create_hotline(body: schemas.HotlineIn, principal: Manager, session: TenantSession) -> schemas.HotlineOut:
    row = await change_lines.create(session, principal.user_id, Hotline, body.model_dump())
    return schemas.HotlineOut.model_validate(row)


@router.patch("/hotlines/{row_id}")
async def change_hotline(
    row_id: schemas.Id, body: schemas.HotlineChange, principal: Manager, session: TenantSession
) -> schemas.HotlineOut:
    values = body.model_dump(exclude_unset=True)
    row = await change_lines.change(session, principal.user_id, Hotline, row_id, values)
    return schemas.HotlineOut.model_validate(row)


@router.delete("/hotlines/{row_id}", status_code=204)
async def remove_hotline(row_id: schemas.Id, principal: Manager, session: TenantSession) -> None:
    await change_lines.remove(session, principal.user_id, Hotline, row_id)


@router.get("/agents/skills")
async def list_agent_skills(
    _: Annotated[Principal, Depends(require("lines.manage", "floor.view"))], session: TenantSession
) -> Listed[schemas.AgentSkillsOut]:
    found = await skills_of_agents(session)
    items = [_agent_skills(agent, levels) for agent, levels in found.items()]
    return Listed(items=items, total=len(items))


@router.put("/agents/{agent_id}/skills")
async def put_agent_skills(
    agent_id: schemas.Id, body: schemas.AgentSkillsIn, principal: Manager, session: TenantSession
) -> schemas.AgentSkillsOut:
    levels = {skill.skill_id: skill.level for skill in body.skills}
    await assign_skills(session, principal.user_id, agent_id, levels)
    return _agent_skills(agent_id, levels)


def _agent_skills(agent_id: str, levels: dict[str, int]) -> schemas.AgentSkillsOut:
    skills = [schemas.SkillLevel(skill_id=skill, level=level) for skill, level in levels.items()]
    return schemas.AgentSkillsOut(agent_id=agent_id, skills=skills)


@router.get("/dispositions")
async def list_dispositions(
    _: SignedIn, session: TenantSession, line_id: schemas.Id | None = None
) -> Listed[schemas.DispositionOut]:
    found = await queries.dispositions(session, line_id)
    return Listed(items=[schemas.DispositionOut.model_validate(word) for word in found], total=len(found))


@router.post("/dispositions", status_code=201)
async def add_disposition(body: schemas.DispositionIn, principal: Manager, session: TenantSession) -> None:
    await change_settings.add_word(session, principal.user_id, Disposition, body.model_dump())


@router.patch("/dispositions/{code}")
async def change_disposition(
    code: schemas.Code, body: schemas.DispositionChange, principal: Manager, session: TenantSession
) -> None:
    values = body.model_dump(exclude_unset=True)
    await change_settings.change_word(session, principal.user_id, Disposition, code, values)


@router.get("/not-ready-reasons")
async def list_reasons(_: SignedIn, session: TenantSession) -> Listed[schemas.ReasonOut]:
    found = await queries.not_ready_reasons(session)
    return Listed(items=[schemas.ReasonOut.model_validate(word) for word in found], total=len(found))


@router.post("/not-ready-reasons", status_code=201)
async def add_reason(body: schemas.ReasonIn, principal: Manager, session: TenantSession) -> None:
    await change_settings.add_word(session, principal.user_id, NotReadyReason, body.model_dump())


@router.patch("/not-ready-reasons/{code}")
async def change_reason(
    code: schemas.Code, body: schemas.ReasonChange, principal: Manager, session: TenantSession
) -> None:
    values = body.model_dump(exclude_unset=True)
    await change_settings.change_word(session, principal.user_id, NotReadyReason, code, values)


@router.get("/line-settings")
async def read_settings(principal: Manager, session: TenantSession) -> schemas.SettingsBody:
    """The tenant's routing and recording settings."""
    row = await session.get(LineSettings, principal.tenant_id)
    return schemas.SettingsBody.model_validate(row) if row else schemas.SettingsBody()


@router.put("/line-settings")
async def put_settings(body: schemas.SettingsBody, principal: Manager, session: TenantSession) -> schemas.SettingsBody:
    await change_settings.change_settings(session, principal.user_id, body.model_dump())
    return body
