"""Dialling limits and tariffs over HTTP, and a trial of a number against them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request

from zuoxi.accounts import Confirmed, Principal, TenantSession, require
from zuoxi.lines.change_dialling import dial_rules, remove_limits, set_limits, set_tariffs
from zuoxi.lines.dialling import DialLimits, DialRefused, Tariff, Usage, may_dial
from zuoxi.platform.fields import Id
from zuoxi.platform.http import locale_of

router = APIRouter()

Manager = Annotated[Principal, Depends(require("lines.manage"))]
Prefix = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=15)]
Minor = Annotated[int, Field(ge=0, le=10**12)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LimitsBody(_In):
    """Prefixes are written +86… or as digits; ``longest`` in seconds; money in minor units."""

    allowed: Annotated[list[Prefix], Field(max_length=200)]
    denied: Annotated[list[Prefix], Field(max_length=200)] = []
    concurrent: Annotated[int, Field(ge=0, le=100_000)]
    spend_per_hour: Minor
    longest: Annotated[int, Field(ge=60, le=86_400)] = 7200


class TariffBody(_In):
    prefix: Prefix
    per_minute: Minor
    per_call: Minor = 0


class TariffsBody(_In):
    items: Annotated[list[TariffBody], Field(max_length=2000)]


class TrialBody(_In):
    number: Annotated[str, Field(max_length=60)]
    project_id: Id | None = None


class ProjectLimits(LimitsBody):
    project_id: str


class DialLimitsOut(BaseModel):
    """The limits that count now."""

    tenant: LimitsBody
    projects: list[ProjectLimits]
    tariffs: list[TariffBody]
    currency: str


class TrialOut(BaseModel):
    """``code`` and ``message`` say why not; ``number`` is what would be dialled."""

    allowed: bool
    number: str | None = None
    first_minute: int | None = None
    code: str | None = None
    message: str | None = None


@router.get("/dial-limits")
async def read_dial_limits(_: Manager, session: TenantSession) -> DialLimitsOut:
    """The tenant's limits, those of projects that have their own, and the tariffs."""
    rules = await dial_rules(session)
    return DialLimitsOut(
        tenant=LimitsBody.model_validate(asdict(rules.tenant)),
        projects=[ProjectLimits(project_id=project, **asdict(each)) for project, each in rules.projects.items()],
        tariffs=[TariffBody.model_validate(asdict(each)) for each in rules.tariffs],
        currency=rules.currency,
    )


@router.put("/dial-limits", status_code=204, dependencies=[Confirmed])
async def put_dial_limits(body: LimitsBody, principal: Manager, session: TenantSession) -> None:
    """Set the tenant's limits."""
    await set_limits(session, principal.user_id, _limits(body), None)


@router.put("/dial-limits/{project_id}", status_code=204, dependencies=[Confirmed])
async def put_project_limits(project_id: Id, body: LimitsBody, principal: Manager, session: TenantSession) -> None:
    """Set the limits that one project has besides the tenant's."""
    await set_limits(session, principal.user_id, _limits(body), project_id)


@router.delete("/dial-limits/{project_id}", status_code=204, dependencies=[Confirmed])
async def delete_project_limits(project_id: Id, principal: Manager, session: TenantSession) -> None:
    """Let a project follow the tenant's limits alone."""
    await remove_limits(session, principal.user_id, project_id)


@router.put("/dial-tariffs", status_code=204, dependencies=[Confirmed])
async def put_dial_tariffs(body: TariffsBody, principal: Manager, session: TenantSession) -> None:
    """Replace the tariffs; an empty list brings the shipped ones back."""
    await set_tariffs(session, principal.user_id, [Tariff(**each.model_dump()) for each in body.items])


@router.post("/dial-limits/try")
async def try_number(body: TrialBody, _: Manager, session: TenantSession, request: Request) -> TrialOut:
    """Whether a number may be dialled by these limits, were no other call running."""
    rules = await dial_rules(session)
    try:
        permit = may_dial(body.number, rules, Usage(), body.project_id)
    except DialRefused as refused:
        return TrialOut(allowed=False, code=refused.code, message=refused.message(locale_of(request)))
    return TrialOut(allowed=True, number=permit.number, first_minute=permit.tariff.first_minute)


def _limits(body: LimitsBody) -> DialLimits:
    return DialLimits(tuple(body.allowed), tuple(body.denied), body.concurrent, body.spend_per_hour, body.longest)
