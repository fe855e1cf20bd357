"""Trying call flows over HTTP."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from zuoxi import customers, lines, orders
from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.contacts.flow_services import client_of_line
from zuoxi.contacts.live.ports import FlowCall, FlowServices
from zuoxi.contacts.try_flow import FlowTrial, StateUnreadable, Trial, contact_of, read
from zuoxi.platform import audit
from zuoxi.platform.errors import DomainError
from zuoxi.platform.fields import Id, Strict
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.services import Services, services
from zuoxi.routing import flow_run
from zuoxi.routing.flow_conditions import NO, YES
from zuoxi.routing.flow_document import Flow

router = APIRouter()

Manager = Annotated[Principal, Depends(require("flows.manage"))]
Provided = Annotated[Services, Depends(services)]


class TrialOver(DomainError):
    code = "flows.trial_over"
    kind = "conflict"
    zh = "试听已失效(流程已改动),请重新开始"
    en = "This trial cannot go on (the flow was changed); begin anew"


class Typed(Strict):
    """One thing that the caller does: ``keys`` pressed, ``wait`` until the flow stops waiting, the ``exit`` that a
    queue or a message comes to, or ``hang_up``."""

    keys: Annotated[str, StringConstraints(pattern=r"^[0-9*#]{1,40}$")] | None = None
    wait: bool = False
    exit: Annotated[str, Field(max_length=40)] | None = None
    hang_up: bool = False


class TryIn(Strict):
    """``state`` null: begin anew, as a call from ``number`` at ``at`` (null: now). Else what the answer before gave."""

    source: Literal["draft", "published", "document"] = "draft"
    document: dict[str, Any] | None = None
    number: Annotated[str, Field(max_length=30)] = ""
    state: Annotated[str, Field(max_length=100_000)] | None = None
    input: Typed | None = None
    at: AwareDatetime | None = None


class TryOut(BaseModel):
    """``waiting``: for keys, for an exit of ``exits``, or null when the call is over."""

    state: str
    ended: bool
    outcome: str | None
    node: str | None
    waiting: Literal["keys", "exit"] | None
    exits: list[str]
    variables: dict[str, str]
    steps: list[dict[str, Any]]


def flow_services(connection: HTTPConnection) -> FlowServices:
    """Dependency: what flows look up."""
    found: FlowServices = connection.app.state.flow_services
    return found


@router.post("/flows/{flow_id}/try")
async def try_flow(
    flow_id: Id,
    body: TryIn,
    principal: Manager,
    session: TenantSession,
    provided: Provided,
    looking: Annotated[FlowServices, Depends(flow_services)],
) -> TryOut:
    """Go through a flow by typed keys. Look-ups are real; those that would write something do not."""
    flow = await _flow(session, flow_id, body)
    try:
        call = await _call(session, principal, flow_id, body)
        trying = FlowTrial(looking, await lines.prompt_texts(session))
        if body.state is None:
            variables = await _variables(session, call, body.at or provided.clock())
            trial = Trial(flow_run.Run(flow, variables=variables), call)
            await trying.begin(trial)
        else:
            trial = read(flow, body.state, call)
            await _do(trying, trial, body.input or Typed())
    except StateUnreadable as fault:
        raise TrialOver from fault
    if "order_status" in trial.asked:
        await audit.record(session, principal.user_id, "try", "call_flow", flow_id, {"looked_up": trial.asked})
    return TryOut(
        state=trial.write(),
        ended=trial.ended,
        outcome=trial.outcome if trial.ended else None,
        node=trial.run.node or None,
        waiting=trial.waiting,
        exits=trial.exits(),
        variables=trial.run.variables,
        steps=trial.steps,
    )


async def _do(trying: FlowTrial, trial: Trial, typed: Typed) -> None:
    if trial.waiting is None:
        raise StateUnreadable
    if typed.hang_up:
        trying.hang_up(trial)
    elif typed.exit is not None and trial.waiting == "exit":
        await trying.come_back(trial, typed.exit)
    elif typed.keys is not None and trial.waiting == "keys":
        await trying.press(trial, typed.keys)
    elif typed.wait:
        await trying.wait(trial)


async def _flow(session: AsyncSession, flow_id: str, body: TryIn) -> Flow:
    row = await lines.find_flow(session, flow_id)
    if body.source == "document" and body.document is not None:
        return lines.read_flow(body.document, flow_id)
    if body.source == "published" and row.published is not None:
        return lines.read_flow((await lines.find_version(session, flow_id, row.published)).document, flow_id)
    return lines.read_flow(row.draft, flow_id)


async def _call(session: AsyncSession, principal: Principal, flow_id: str, body: TryIn) -> FlowCall:
    """As if the call had come by a hotline that uses the flow, or by the first there is."""
    first = (lines.Hotline.flow_id == flow_id).desc().nulls_last()
    hotline = await session.scalar(select(lines.Hotline).order_by(first, lines.Hotline.id).limit(1))
    return FlowCall(
        principal.tenant_id,
        new_id() if body.state is None else contact_of(body.state),
        body.number,
        "" if hotline is None else hotline.id,
        None if hotline is None else hotline.line_id,
        None,
        dry=True,
        at=body.at,
    )


async def _variables(session: AsyncSession, call: FlowCall, now: datetime.datetime) -> dict[str, str]:
    facts = await customers.caller_facts(
        session, call.number, now=now, client_id=await client_of_line(session, call.line)
    )
    written = 0
    if facts.customer_id is not None:
        statement = select(func.count()).where(orders.Order.customer_id == facts.customer_id)
        written = await session.scalar(statement) or 0
    dialled = select(lines.Hotline.number).where(lines.Hotline.id == (call.hotline or None))
    number = await session.scalar(dialled)
    return {
        "call.number": call.number,
        "call.dialled": number or "",
        "call.hotline": call.hotline,
        "customer.vip": YES if facts.vip else NO,
        "customer.known": YES if facts.customer_id else NO,
        "customer.blacklisted": YES if facts.blacklisted else NO,
        "customer.has_orders": YES if written else NO,
    }
