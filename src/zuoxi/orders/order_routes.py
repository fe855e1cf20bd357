"""HTTP of orders and drafts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import OnceOnly, Principal, TenantSession, require
from zuoxi.orders import drafts, export
from zuoxi.orders.day_numbers import zone_of
from zuoxi.orders.errors import TooMuch
from zuoxi.orders.mend_order import mend_order
from zuoxi.orders.order_schemas import (
    ContactId,
    DraftIn,
    DraftOut,
    OrderDetail,
    OrderIn,
    OrderMendIn,
    OrderOut,
    ReasonIn,
    StepIn,
)
from zuoxi.orders.place_order import place_order
from zuoxi.orders.queries import SORTABLE, OrderFilter, orders, whole_order
from zuoxi.orders.rules import OrderState, Payment, Step, steps_for
from zuoxi.orders.steps import take_step
from zuoxi.platform import audit
from zuoxi.platform.errors import Forbidden, Invalid
from zuoxi.platform.fields import Id
from zuoxi.platform.paging import Listed, Paged
from zuoxi.platform.services import Services, services

router = APIRouter(tags=["orders"])

Reader = Annotated[Principal, Depends(require("orders.read"))]
Writer = Annotated[Principal, Depends(require("orders.write"))]
Auditor = Annotated[Principal, Depends(require("orders.audit"))]
Dispatcher = Annotated[Principal, Depends(require("orders.dispatch"))]
Canceller = Annotated[Principal, Depends(require("orders.write", "orders.audit", "orders.dispatch"))]
Provided = Annotated[Services, Depends(services)]

_DRAFT_LIMIT = 65_536
_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def order_filter(
    state: Annotated[list[OrderState] | None, Query(description="One or several states")] = None,
    agent_id: Annotated[Id | None, Query(description="Written by this agent")] = None,
    customer_id: Id | None = None,
    contact_id: Annotated[str | None, Query(max_length=64)] = None,
    client_id: Id | None = None,
    line_id: Id | None = None,
    hotline_id: Id | None = None,
    courier_id: Id | None = None,
    payment: Payment | None = None,
    since: Annotated[AwareDatetime | None, Query(alias="from", description="Written at or after")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Written before")] = None,
) -> OrderFilter:
    """Dependency: what the list is narrowed to."""
    return OrderFilter(
        states=tuple(state or ()),
        agent_id=agent_id,
        customer_id=customer_id,
        contact_id=contact_id,
        client_id=client_id,
        line_id=line_id,
        hotline_id=hotline_id,
        courier_id=courier_id,
        payment=payment,
        since=since,
        until=until,
    )


Filtered = Annotated[OrderFilter, Depends(order_filter)]


@router.get("/orders", operation_id="list_orders")
async def list_orders(reader: Reader, session: TenantSession, page: Paged, wanted: Filtered) -> Listed[OrderOut]:
    """Orders. ``q`` is an order's or waybill's number, a telephone number, or a customer's name, pinyin or initials."""
    rows, total = await page.fetch(session, orders(replace(wanted, q=page.q)), SORTABLE, "-created_at")
    return Listed(items=[OrderOut.of(*row) for row in rows], total=total)


@router.get("/orders/export", operation_id="export_orders", response_class=Response)
async def export_orders(
    reader: Reader,
    session: TenantSession,
    wanted: Filtered,
    format: Annotated[Literal["csv", "xlsx"], Query(description="csv in UTF-8, or an Excel workbook")] = "csv",
    q: Annotated[str | None, Query(max_length=100)] = None,
    reveal: Annotated[bool, Query(description="Whole numbers and addresses; recorded in the audit log")] = False,
) -> Response:
    """The same list as a file, of at most 50,000 orders."""
    if reveal and not reader.may("customers.reveal"):
        raise Forbidden
    statement = orders(replace(wanted, q=q)).order_by(None).order_by(SORTABLE["created_at"].desc(), SORTABLE["number"])
    rows = (await session.execute(statement.limit(export.ROW_LIMIT + 1))).all()
    if len(rows) > export.ROW_LIMIT:
        raise TooMuch(limit=export.ROW_LIMIT)
    if reveal:
        await audit.record(session, reader.user_id, "reveal", "order_export", "-", {"orders": len(rows)})
    zone = await zone_of(session)
    english = reader.locale.startswith("en")

    def write() -> bytes:
        cells = export.table(rows, zone=zone, english=english, revealed=reveal)
        return export.as_csv(cells) if format == "csv" else export.as_xlsx(cells, "Orders" if english else "订单")

    media = "text/csv; charset=utf-8"
    if format == "xlsx":
        media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {**_PRIVATE, "Content-Disposition": f'attachment; filename="orders.{format}"'}
    return Response(await asyncio.to_thread(write), media_type=media, headers=headers)


@router.post("/orders", status_code=201, operation_id="submit_order", response_model=OrderDetail)
async def submit_order(
    body: OrderIn, writer: Writer, session: TenantSession, provided: Provided, once: OnceOnly
) -> Any:
    """Submit an order: its stock is reserved, or nothing happens.

    409 ``orders.possible_duplicate`` names earlier orders of the same product; send it again (with a new
    Idempotency-Key) and ``confirm_duplicate`` to order all the same. The agent's draft for the contact is dropped.
    """

    async def submit() -> OrderDetail:
        order = await place_order(session, writer, body.value(), now=provided.clock())
        return await _detail(session, writer, order.id, revealed=True)

    return await once.run(submit, 201)


@router.get("/orders/{order_id}", operation_id="get_order")
async def get_order(order_id: Id, reader: Reader, session: TenantSession) -> OrderDetail:
    """One order whole; telephone and street masked."""
    return await _detail(session, reader, order_id, revealed=False)


@router.post("/orders/{order_id}/reveal", operation_id="reveal_order")
async def reveal_order(order_id: Id, reader: Reader, session: TenantSession) -> OrderDetail:
    """One order with telephone and street whole: for those who may reveal, and for the writer while the order waits to
    be mended. Each look is a line in the audit log."""
    found = await whole_order(session, order_id)
    mending = found.order.agent_id == reader.user_id and found.order.state == OrderState.RETURNED_TO_AGENT
    if not reader.may("customers.reveal") and not mending:
        raise Forbidden
    await audit.record(session, reader.user_id, "reveal", "order", found.order.id)
    return await _detail(session, reader, order_id, revealed=True)


@router.put("/orders/{order_id}", operation_id="mend_order", response_model=OrderDetail)
async def put_order(
    order_id: Id, body: OrderMendIn, writer: Writer, session: TenantSession, provided: Provided, once: OnceOnly
) -> Any:
    """The writer mends an order that was returned; ``resubmit`` sends it to the audit again."""

    async def mend() -> OrderDetail:
        await mend_order(session, writer, order_id, body.value(), now=provided.clock(), version=body.version)
        return await _detail(session, writer, order_id, revealed=True)

    return await once.run(mend)


async def _step(
    step: Step,
    order_id: str,
    body: StepIn | ReasonIn | None,
    by: Principal,
    session: AsyncSession,
    provided: Services,
    once: OnceOnly,
) -> Any:
    async def take() -> OrderDetail:
        await take_step(
            session,
            by,
            [order_id],
            step,
            now=provided.clock(),
            reason=body.reason if isinstance(body, ReasonIn) else "",
            version=body.version if body else None,
        )
        return await _detail(session, by, order_id, revealed=False)

    return await once.run(take)


@router.post("/orders/{order_id}/resubmit", operation_id="resubmit_order", response_model=OrderDetail)
async def resubmit(
    order_id: Id,
    writer: Writer,
    session: TenantSession,
    provided: Provided,
    once: OnceOnly,
    body: StepIn | None = None,
) -> Any:
    """The writer sends a mended order to the first audit again."""
    return await _step(Step.RESUBMIT, order_id, body, writer, session, provided, once)


@router.post("/orders/{order_id}/approve", operation_id="approve_order", response_model=OrderDetail)
async def approve(
    order_id: Id,
    auditor: Auditor,
    session: TenantSession,
    provided: Provided,
    once: OnceOnly,
    body: StepIn | None = None,
) -> Any:
    """First audit (一审): approve."""
    return await _step(Step.APPROVE, order_id, body, auditor, session, provided, once)


@router.post("/orders/{order_id}/return", operation_id="return_order", response_model=OrderDetail)
async def send_back(
    order_id: Id, body: ReasonIn, auditor: Auditor, session: TenantSession, provided: Provided, once: OnceOnly
) -> Any:
    """First audit (一审): return it to the agent who wrote it, with a reason."""
    return await _step(Step.SEND_BACK, order_id, body, auditor, session, provided, once)


@router.post("/orders/{order_id}/clear", operation_id="clear_order", response_model=OrderDetail)
async def clear(
    order_id: Id,
    dispatcher: Dispatcher,
    session: TenantSession,
    provided: Provided,
    once: OnceOnly,
    body: StepIn | None = None,
) -> Any:
    """Dispatch audit (物流二审): name, address and number are right."""
    return await _step(Step.CLEAR, order_id, body, dispatcher, session, provided, once)


@router.post("/orders/{order_id}/dispatch-return", operation_id="dispatch_return_order", response_model=OrderDetail)
async def dispatch_send_back(
    order_id: Id, body: ReasonIn, dispatcher: Dispatcher, session: TenantSession, provided: Provided, once: OnceOnly
) -> Any:
    """Dispatch audit (物流二审): return it to the agent who wrote it, with a reason."""
    return await _step(Step.DISPATCH_SEND_BACK, order_id, body, dispatcher, session, provided, once)


@router.post("/orders/{order_id}/cancel", operation_id="cancel_order", response_model=OrderDetail)
async def cancel(
    order_id: Id, body: ReasonIn, canceller: Canceller, session: TenantSession, provided: Provided, once: OnceOnly
) -> Any:
    """Cancel: the writer before the first audit passed, auditors and dispatchers until the hand-over. The stock is free
    again; a waybill becomes void."""
    return await _step(Step.CANCEL, order_id, body, canceller, session, provided, once)


@router.get("/drafts/{contact_id}", operation_id="get_draft")
async def get_draft(contact_id: ContactId, writer: Writer, session: TenantSession) -> DraftOut:
    """The agent's half-written order of a contact; ``body`` is null when there is none."""
    found = await drafts.read_draft(session, writer.user_id, contact_id)
    if found is None:
        return DraftOut(contact_id=contact_id, body=None, updated_at=None)
    return DraftOut(contact_id=contact_id, body=found.body, updated_at=found.updated_at)


@router.put("/drafts/{contact_id}", status_code=204, operation_id="keep_draft")
async def put_draft(
    contact_id: ContactId, body: DraftIn, writer: Writer, session: TenantSession, provided: Provided
) -> None:
    """Keep the half-written order: it survives a reload."""
    try:
        written = orjson.dumps(body.body)
    except TypeError:  # half a character, a number beyond 64 bits
        written = b""
    if not written or len(written) > _DRAFT_LIMIT or b"\\u0000" in written:
        raise Invalid("草稿过大或含有非法字符", "The draft is too large or holds a forbidden character", field="body")
    await drafts.keep_draft(session, writer.user_id, contact_id, orjson.loads(written), now=provided.clock())


@router.delete("/drafts/{contact_id}", status_code=204, operation_id="drop_draft")
async def delete_draft(contact_id: ContactId, writer: Writer, session: TenantSession) -> None:
    """Forget the half-written order."""
    await drafts.drop_draft(session, writer.user_id, contact_id)


async def _detail(session: AsyncSession, reader: Principal, order_id: str, *, revealed: bool) -> OrderDetail:
    found = await whole_order(session, order_id)
    steps = steps_for(
        OrderState(found.order.state), reader.permissions, is_writer=found.order.agent_id == reader.user_id
    )
    return OrderDetail.whole(found, steps, revealed=revealed)
