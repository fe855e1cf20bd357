"""Reading and setting special days over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Depends
from sqlalchemy import select

from zuoxi.accounts import Principal, SignedIn, TenantSession, require
from zuoxi.lines import special_days
from zuoxi.lines.models import SpecialDay
from zuoxi.lines.schemas import SpecialDayBody
from zuoxi.platform.fields import Id
from zuoxi.platform.paging import Listed

router = APIRouter()

Manager = Annotated[Principal, Depends(require("lines.manage"))]
AT_MOST = 1000


@router.get("/special-days")
async def list_special_days(_: SignedIn, session: TenantSession) -> Listed[SpecialDayBody]:
    """All special days in the order of the calendar, the whole tenant's (``hotline_id`` null) before a hotline's."""
    statement = select(SpecialDay).order_by(SpecialDay.day, SpecialDay.hotline_id.nulls_first())
    rows = (await session.scalars(statement)).all()
    return Listed(items=[SpecialDayBody.model_validate(row) for row in rows], total=len(rows))


@router.put("/special-days")
async def put_special_days(
    body: Annotated[list[SpecialDayBody], Body(max_length=AT_MOST)], principal: Manager, session: TenantSession
) -> Listed[SpecialDayBody]:
    """Set these days; days not named stay as they are."""
    await special_days.put_special_days(session, principal.user_id, [day.model_dump() for day in body])
    return Listed(items=body, total=len(body))


@router.delete("/special-days/{day}", status_code=204)
async def remove_special_day(
    day: date, principal: Manager, session: TenantSession, hotline_id: Id | None = None
) -> None:
    """Remove a day of the whole tenant, or of the hotline named."""
    await special_days.remove_special_day(session, principal.user_id, day, hotline_id)
