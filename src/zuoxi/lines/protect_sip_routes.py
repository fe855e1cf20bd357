"""The SIP protection over HTTP, for the system administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.lines.models import SipBan
from zuoxi.lines.protect_sip import ban_by_hand, lift_ban, list_bans
from zuoxi.platform.fields import Id
from zuoxi.platform.services import Services, services

router = APIRouter()

Installer = Annotated[Principal, Depends(require("installation.manage"))]
Provided = Annotated[Services, Depends(services)]


class BanBody(BaseModel):
    """``hours`` from now."""

    model_config = ConfigDict(extra="forbid")

    address: Annotated[str, Field(max_length=60)]
    hours: Annotated[float, Field(gt=0, le=24 * 365)] = 24.0
    note: Annotated[str, Field(max_length=200)] = ""


class BanOut(BaseModel):
    """``reason``: stranger, wrong_password, unanswered, malformed, by_hand; ``count`` of it led to the ban."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    address: str
    reason: str
    count: int
    note: str
    banned_at: datetime
    ends_at: datetime
    banned_by: str | None
    lifted_at: datetime | None
    lifted_by: str | None


class BansOut(BaseModel):
    items: list[BanOut]


@router.get("/sip-bans")
async def read_sip_bans(
    _: Installer,
    provided: Provided,
    past: bool = False,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=200)] = 100,
) -> BansOut:
    """Addresses that SIP refuses now; with ``past`` those that are let in again."""
    rows = await list_bans(provided.narrow, provided.clock(), past=past, limit=page_size, skip=(page - 1) * page_size)
    return BansOut(items=[BanOut.model_validate(row) for row in rows])


@router.post("/sip-bans", status_code=201)
async def create_sip_ban(body: BanBody, principal: Installer, session: TenantSession, provided: Provided) -> BanOut:
    """Refuse an address for some hours."""
    row: SipBan = await ban_by_hand(provided, session, principal.user_id, body.address, body.hours, body.note)
    return BanOut.model_validate(row)


@router.delete("/sip-bans/{ban_id}", status_code=204)
async def delete_sip_ban(ban_id: Id, principal: Installer, session: TenantSession, provided: Provided) -> None:
    """Let an address in again. Within seconds the engine answers it."""
    await lift_ban(provided, session, principal.user_id, ban_id)
