"""Reading orders: lists, one order whole, and the two questions that other rooms ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.customers import Customer, matching, read_number
from zuoxi.orders.errors import NoSuchOrder
from zuoxi.orders.models import Courier, Order, OrderHistory, OrderLine, Waybill
from zuoxi.orders.rules import OrderState

_LAST = "\U0010ffff"
_NUMBERISH = re.compile(r"[A-Za-z0-9+\-()\s]*\d[A-Za-z0-9+\-()\s]*")


@dataclass(frozen=True, slots=True)
class LastOrderAgent:
    """Who wrote a customer's last order, by which business line (None when it is not known), and when."""

    agent_id: str
    line_id: str | None
    at: datetime


class RecentOrder(TypedDict):
    """An earlier order as the screen pop shows it. ``total`` is in minor units of ``currency``."""

    id: str
    number: str
    at: str
    state: str
    total: int
    currency: str
    lines_text: str


async def last_order_agent(session: AsyncSession, customer_id: str) -> LastOrderAgent | None:
    """The agent of the customer's last order that was not cancelled: one indexed statement."""
    row = (
        await session.execute(
            select(Order.agent_id, Order.line_id, Order.created_at)
            .where(Order.customer_id == customer_id, Order.state != OrderState.CANCELLED.value)
            .order_by(Order.created_at.desc())
            .limit(1)
        )
    ).one_or_none()
    return LastOrderAgent(row.agent_id, row.line_id, row.created_at) if row else None


async def recent(session: AsyncSession, customer_id: str, limit: int = 5) -> list[RecentOrder]:
    """The customer's latest orders, newest first: one indexed statement, ready for JSON."""
    rows = await session.execute(
        select(Order.id, Order.number, Order.created_at, Order.state, Order.amount_minor, Order.currency, Order.summary)
        .where(Order.customer_id == customer_id)
        .order_by(Order.created_at.desc(), Order.id.desc())
        .limit(limit)
    )
    return [
        RecentOrder(
            id=row.id,
            number=row.number,
            at=row.created_at.isoformat(),
            state=row.state,
            total=row.amount_minor,
            currency=row.currency,
            lines_text=row.summary,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are wanted; empty parts do not narrow."""

    states: tuple[OrderState, ...] = ()
    agent_id: str | None = None
    customer_id: str | None = None
    contact_id: str | None = None
    client_id: str | None = None
    line_id: str | None = None
    hotline_id: str | None = None
    courier_id: str | None = None
    payment: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str | None = None


def orders(wanted: OrderFilter) -> Select[Order, Waybill, Courier]:
    """The statement behind the list: each order with its waybill and courier, where it has one."""
    statement = (
        select(Order, Waybill, Courier)
        .outerjoin(Waybill, (Waybill.order_id == Order.id) & ~Waybill.void)
        .outerjoin(Courier, Courier.id == Waybill.courier_id)
    )
    if wanted.states:
        statement = statement.where(Order.state.in_([state.value for state in wanted.states]))
    for column, value in (
        (Order.agent_id, wanted.agent_id),
        (Order.customer_id, wanted.customer_id),
        (Order.contact_id, wanted.contact_id),
        (Order.client_id, wanted.client_id),
        (Order.line_id, wanted.line_id),
        (Order.hotline_id, wanted.hotline_id),
        (Order.payment, wanted.payment),
        (Waybill.courier_id, wanted.courier_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.since is not None:
        statement = statement.where(Order.created_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(Order.created_at < wanted.until)
    if wanted.q:
        statement = statement.where(_matching(wanted.q))
    return statement.order_by(Order.id)


def _matching(text: str) -> ColumnElement[bool]:
    """Digits are an order's number (or its beginning), a waybill's, or a telephone number; anything else is a
    customer's or recipient's name or pinyin."""
    typed = text.strip()
    # Each part by its own index, then put together: with OR between them the planner would read every order.
    of_customer = select(Order.id).where(Order.customer_id.in_(select(Customer.id).where(matching(typed))))
    if _NUMBERISH.fullmatch(typed):
        parts = [
            select(Order.id).where(Order.number >= typed, Order.number < typed + _LAST),
            select(Waybill.order_id).where(Waybill.number == typed),
            select(Order.id).where(Order.phone_key == (read_number(typed).key or "-")),
        ]
    else:
        parts = [select(Order.id).where(Order.recipient >= typed, Order.recipient < typed + _LAST)]
    return Order.id.in_(union(of_customer, *parts).scalar_subquery())


SORTABLE: dict[str, Any] = {
    "created_at": Order.created_at,
    "updated_at": Order.updated_at,
    "number": Order.number,
    "amount": Order.amount_minor,
    "state": Order.state,
    "agent": Order.agent_name,
}


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """An order with everything that belongs to it."""

    order: Order
    lines: Sequence[OrderLine]
    history: Sequence[OrderHistory]
    waybill: Waybill | None
    courier: Courier | None


async def whole_order(session: AsyncSession, order_id: str) -> WholeOrder:
    """One order with lines, history and waybill. Raises NoSuchOrder."""
    row = (
        await session.execute(
            select(Order, Waybill, Courier)
            .outerjoin(Waybill, (Waybill.order_id == Order.id) & ~Waybill.void)
            .outerjoin(Courier, Courier.id == Waybill.courier_id)
            .where(Order.id == order_id)
        )
    ).one_or_none()
    if row is None:
        raise NoSuchOrder
    order, waybill, courier = row
    lines = (
        await session.scalars(select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position))
    ).all()
    history = (
        await session.scalars(
            select(OrderHistory).where(OrderHistory.order_id == order_id).order_by(OrderHistory.at, OrderHistory.id)
        )
    ).all()
    return WholeOrder(order, lines, history, waybill, courier)


def region_of(order: Order) -> str:
    """Province, city and district in one; a city that is its own province is named once."""
    return order.province + ("" if order.city == order.province else order.city) + order.district
