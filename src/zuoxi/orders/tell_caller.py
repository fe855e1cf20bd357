"""What a caller may hear about an order without an agent: their own orders, or one whose number they know together
with the last four digits of its telephone number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.customers import CustomerNumber
from zuoxi.orders.models import Courier, Order, OrderLine, Waybill


@dataclass(frozen=True, slots=True)
class OrderTold:
    """An order as it is read out. ``courier`` is the courier's code, ``pieces`` how many articles, ``amount_minor`` in
    minor units; a waybill only once there is one."""

    number: str
    state: str
    created_at: datetime
    courier: str | None
    waybill: str | None
    pieces: int
    amount_minor: int


async def order_for_caller(
    session: AsyncSession,
    caller_key: str,
    client_id: str | None,
    *,
    typed: str | None = None,
    last_four: str | None = None,
) -> OrderTold | None:
    """The caller's newest order, or the one whose number was ``typed`` (digits only). ``caller_key`` is the key of the
    calling number ('' for none); of another's order the ``last_four`` digits of its telephone number must be known.
    None: no such order, or not for this caller, which is not told apart."""
    own = _own(caller_key)
    statement = (
        select(Order, Waybill.number, Courier.code)
        .outerjoin(Waybill, (Waybill.order_id == Order.id) & ~Waybill.void)
        .outerjoin(Courier, Courier.id == Waybill.courier_id)
        .order_by(Order.created_at.desc(), Order.id.desc())
        .limit(1)
    )
    if client_id is not None:
        statement = statement.where(Order.client_id == client_id)
    if typed is None:
        if own is None:
            return None
        statement = statement.where(own)
    else:
        statement = statement.where(Order.number == written(typed))
        known: list[ColumnElement[bool]] = [] if own is None else [own]
        if last_four is not None and len(last_four) == 4 and last_four.isdigit():
            known.append(_ends_with(last_four))
        if not known:
            return None
        statement = statement.where(or_(*known))
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    order, waybill, courier = row
    quantities = await session.scalars(select(OrderLine.quantity).where(OrderLine.order_id == order.id))
    return OrderTold(order.number, order.state, order.created_at, courier, waybill, sum(quantities), order.amount_minor)


def written(typed: str) -> str:
    """An order's number as it is stored, from its digits as they are typed: 202611220017 → 20261122-0017."""
    digits = "".join(sign for sign in typed if sign.isdigit())
    return f"{digits[:8]}-{digits[8:]}"


def _own(caller_key: str) -> ColumnElement[bool] | None:
    if not caller_key:
        return None
    of_customer = select(CustomerNumber.customer_id).where(CustomerNumber.key == caller_key)
    return or_(Order.phone_key == caller_key, Order.customer_id.in_(of_customer))


def _ends_with(last_four: str) -> ColumnElement[bool]:
    of_customer = select(CustomerNumber.customer_id).where(CustomerNumber.tail == last_four)
    return or_(Order.phone_key.endswith(last_four, autoescape=True), Order.customer_id.in_(of_customer))
