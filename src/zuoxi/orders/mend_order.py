"""Mending an order that came back to its writer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal
from zuoxi.customers import Address, remember_address
from zuoxi.orders.errors import ChangedMeanwhile, SeveralClients
from zuoxi.orders.models import Order, OrderLine
from zuoxi.orders.order_lines import (
    Wish,
    address_of,
    check_outlet,
    client_of_lines,
    fill_order,
    price_lines,
    write_history,
    write_lines,
)
from zuoxi.orders.rules import OrderState, Payment, Step, StockEffect, permit, transition
from zuoxi.orders.steps import CHANGED, lock_orders
from zuoxi.orders.stock import Move, move_stock
from zuoxi.platform.outbox import announce


@dataclass(frozen=True, slots=True)
class Mending:
    """What the writer changes of an order that came back; None leaves a part as it was."""

    lines: tuple[Wish, ...] | None = None
    payment: Payment | None = None
    address: Address | None = None
    address_id: str | None = None
    remark: str | None = None


async def mend_order(
    session: AsyncSession,
    by: Principal,
    order_id: str,
    mending: Mending,
    *,
    now: datetime,
    version: int | None = None,
) -> Order:
    """Change an order that was returned to its writer. Articles that stay keep the price they were ordered at.

    Raises NoSuchOrder, WrongStep, NotYourOrder, ChangedMeanwhile and what ``place_order`` raises.
    """
    (order,) = await lock_orders(session, [order_id])
    if version is not None and order.version != version:
        raise ChangedMeanwhile
    arrow = transition(OrderState(order.state), Step.MEND)
    permit(arrow, by.permissions, is_writer=order.agent_id == by.user_id)
    old = (await session.scalars(select(OrderLine).where(OrderLine.order_id == order_id))).all()
    kept = tuple(Wish(line.sku_id, line.quantity, line.gift) for line in old)
    lines = await price_lines(
        session, mending.lines or kept, {line.sku_id: line.price_minor for line in old}, known=not mending.lines
    )
    if client_of_lines(lines) != order.client_id:
        raise SeveralClients
    address = Address(order.recipient, order.phone, order.province, order.city, order.district, order.street)
    if mending.address is not None or mending.address_id is not None:
        address = await address_of(session, mending.address, mending.address_id, order.customer_id)
        await remember_address(session, order.customer_id, address, now=now)
    if mending.lines is not None:
        await check_outlet(session, lines, order.hotline_id, order.line_id)
        released = [Move(line.sku_id, StockEffect.RELEASE, line.quantity, order_id) for line in old]
        reserved = [Move(line.article.sku_id, StockEffect.RESERVE, line.quantity, order_id) for line in lines]
        await move_stock(session, [*released, *reserved], by_id=by.user_id, now=now)
        await session.execute(delete(OrderLine).where(OrderLine.order_id == order_id))
        await write_lines(session, order_id, lines)
    if mending.remark is not None:
        order.remark = mending.remark
    fill_order(order, lines, address, mending.payment or Payment(order.payment))
    order.version += 1
    order.updated_at = now
    await write_history(session, by, order_id, Step.MEND, arrow.source, arrow.target, now)
    await session.flush()
    await announce(session, CHANGED, order_id)
    return order
