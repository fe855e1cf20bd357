"""The plans of calling back over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.lines.callback_plans import remove_plan, set_plan, stored_plans
from zuoxi.platform.fields import Id, Strict

router = APIRouter()

Manager = Annotated[Principal, Depends(require("lines.manage"))]
Pause = Annotated[float, Field(ge=0, le=7 * 86400)]


class CallbackPlanBody(Strict):
    """A plan: of one queue, or (``queue_id`` null) of every queue without its own. Durations in seconds; ``hours`` as a
    hotline's, null: at any time."""

    queue_id: Id | None = None
    mode: Literal["off", "preview", "progressive"]
    attempts: Annotated[int, Field(ge=1, le=20)]
    first_after_s: Pause
    busy_after_s: Pause
    no_answer_after_s: Pause
    failed_after_s: Pause
    expires_after_s: Annotated[float, Field(ge=60, le=30 * 86400)]
    idle_s: Annotated[float, Field(ge=0, le=3600)]
    preview_s: Annotated[float, Field(ge=5, le=600)]
    hours: dict[str, Any] | None = None


class CallbackPlans(BaseModel):
    """The tenant's plan first, then those of queues."""

    items: list[CallbackPlanBody]


@router.get("/callback-plans")
async def read_callback_plans(_: Manager, session: TenantSession) -> CallbackPlans:
    """The plans that count now."""
    return CallbackPlans(items=[CallbackPlanBody.model_validate(plan) for plan in await stored_plans(session)])


@router.put("/callback-plans", status_code=204)
async def put_callback_plan(body: CallbackPlanBody, principal: Manager, session: TenantSession) -> None:
    """Set the tenant's plan, or one queue's."""
    await set_plan(session, principal.user_id, body.model_dump())


@router.delete("/callback-plans/{queue_id}", status_code=204)
async def delete_callback_plan(queue_id: Id, principal: Manager, session: TenantSession) -> None:
    """Let a queue follow the tenant's plan."""
    await remove_plan(session, principal.user_id, queue_id)
