"""Reading and managing lines, hotlines, queues, skills and their settings over HTTP."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal, SignedIn, TenantSession, require
from zuoxi.lines import (
    callback_plan_routes,
    change_settings,
    dialling_routes,
    flow_routes,
    make_prompts,
    prompt_routes,
    protect_sip_routes,
    queries,
    schemas,
    special_day_routes,
)
from zuoxi.lines.assign_skills import assign_skills, skills_of_agents
from zuoxi.lines.models import BusinessLine, Disposition, Hotline, LineSettings, NotReadyReason, Queue, Skill
from zuoxi.lines.music import kinds_of_music
from zuoxi.lines.table_routes import add_table
from zuoxi.platform.fields import Id
from zuoxi.platform.paging import Listed
from zuoxi.platform.services import Services, services

router = APIRouter(prefix="/api", tags=["lines"])
router.include_router(prompt_routes.router)
router.include_router(callback_plan_routes.router)
router.include_router(special_day_routes.router)
router.include_router(dialling_routes.router)
router.include_router(flow_routes.router)
router.include_router(protect_sip_routes.router)

Manager = Annotated[Principal, Depends(require("lines.manage"))]


async def _whether_open(session: AsyncSession, provided: Services, hotlines: list[schemas.HotlineOut]) -> None:
    is_open, now = await queries.opening(session), provided.clock()
    for hotline in hotlines:
        hotline.open_now = is_open(hotline.id, now)


add_table(router, "skill", Skill, made=schemas.SkillIn, changed=schemas.SkillIn, shown=schemas.SkillOut)
add_table(router, "queue", Queue, made=schemas.QueueIn, changed=schemas.QueueChange, shown=schemas.QueueOut)
add_table(router, "line", BusinessLine, made=schemas.LineIn, changed=schemas.LineChange, shown=schemas.LineOut)
add_table(
    router,
    "hotline",
    Hotline,
    made=schemas.HotlineIn,
    changed=schemas.HotlineChange,
    shown=schemas.HotlineOut,
    finish=_whether_open,
)


@router.get("/agents/skills")
async def list_agent_skills(
    _: Annotated[Principal, Depends(require("lines.manage", "floor.view"))], session: TenantSession
) -> Listed[schemas.AgentSkillsOut]:
    found = await skills_of_agents(session)
    items = [_agent_skills(agent, levels) for agent, levels in found.items()]
    return Listed(items=items, total=len(items))


@router.put("/agents/{agent_id}/skills")
async def put_agent_skills(
    agent_id: Id, body: schemas.AgentSkillsIn, principal: Manager, session: TenantSession
) -> schemas.AgentSkillsOut:
    levels = {skill.skill_id: skill.level for skill in body.skills}
    await assign_skills(session, principal.user_id, agent_id, levels)
    return _agent_skills(agent_id, levels)


def _agent_skills(agent_id: str, levels: dict[str, int]) -> schemas.AgentSkillsOut:
    skills = [schemas.SkillLevel(skill_id=skill, level=level) for skill, level in levels.items()]
    return schemas.AgentSkillsOut(agent_id=agent_id, skills=skills)


@router.get("/dispositions")
async def list_dispositions(
    _: SignedIn, session: TenantSession, line_id: Id | None = None
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


@router.get("/music")
async def list_music(_: Manager, provided: Annotated[Services, Depends(services)]) -> Listed[schemas.MusicOut]:
    """The waiting music that queues may play."""
    found = await asyncio.to_thread(kinds_of_music, provided.settings.folder("music"))
    items = [schemas.MusicOut(name=name, tunes=tunes) for name, tunes in found.items()]
    return Listed(items=items, total=len(items))


@router.get("/line-settings")
async def read_settings(principal: Manager, session: TenantSession) -> schemas.SettingsBody:
    """The tenant's routing and recording settings."""
    row = await session.get(LineSettings, principal.tenant_id)
    return schemas.SettingsBody.model_validate(row) if row else schemas.SettingsBody()


@router.put("/line-settings")
async def put_settings(
    body: schemas.SettingsBody,
    principal: Manager,
    session: TenantSession,
    provided: Annotated[Services, Depends(services)],
) -> schemas.SettingsBody:
    before = await session.get(LineSettings, principal.tenant_id)
    language = "zh" if before is None else before.spoken_language
    await change_settings.change_settings(session, principal.user_id, body.model_dump())
    if body.spoken_language != language:
        await make_prompts.forget_pieces(session, provided.settings.folder("prompts"), principal.tenant_id)
    return body
