"""Writing an order: what is checked, what is reserved, what is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal
from zuoxi.customers import (
    Address,
    Customer,
    became_buyer,
    find_or_create,
    get_customer,
    read_number,
    remember_address,
)
from zuoxi.orders.catalogue import settings_of
from zuoxi.orders.day_numbers import ORDERS, next_number
from zuoxi.orders.errors import CustomerMissing, CustomerOfAnother, PossibleDuplicate
from zuoxi.orders.models import Order, OrderDraft, OrderLine
from zuoxi.orders.order_lines import (
    PricedLine,
    Wish,
    address_of,
    check_outlet,
    client_of_lines,
    fill_order,
    price_lines,
    write_history,
    write_lines,
)
from zuoxi.orders.rules import OrderState, Payment, Step, StockEffect
from zuoxi.orders.steps import CHANGED
from zuoxi.orders.stock import Move, move_stock
from zuoxi.platform.errors import Forbidden
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.outbox import announce


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as the agent writes it. The customer is a known one by id, or found (or made) by number; the address is
    given, or a stored one of the customer by id."""

    lines: tuple[Wish, ...]
    payment: Payment
    customer_id: str | None = None
    customer_name: str = ""
    customer_number: str = ""
    address: Address | None = None
    address_id: str | None = None
    contact_id: str | None = None
    project_id: str | None = None
    line_id: str | None = None
    hotline_id: str | None = None
    remark: str = ""
    confirm_duplicate: bool = False


async def place_order(session: AsyncSession, by: Principal, new: NewOrder, *, now: datetime) -> Order:
    """Submit a new order: reserves its stock, or refuses it whole.

    Raises StockShort, NoSuchSku, NotSoldHere, SeveralClients, CustomerMissing, CustomerOfAnother, NoSuchCustomer,
    AddressMissing, PossibleDuplicate (unless confirmed), Forbidden.
    """
    if not by.may("orders.write"):
        raise Forbidden
    lines = await price_lines(session, new.lines, {})
    await check_outlet(session, lines, new.hotline_id, new.line_id)
    client_id = client_of_lines(lines)
    customer = await _customer(session, new, client_id, now)
    address = await address_of(session, new.address, new.address_id, customer.id)
    if not new.confirm_duplicate:
        await _warn_of_duplicate(session, customer.id, client_id, lines, now)
    order_id = new_id()
    moves = [Move(line.article.sku_id, StockEffect.RESERVE, line.quantity, order_id) for line in lines]
    # First the article rows, last the day's counter: every order takes its locks in this order.
    await move_stock(session, moves, by_id=by.user_id, now=now)
    order = Order(
        id=order_id,
        number=await next_number(session, ORDERS, now),
        client_id=client_id,
        project_id=new.project_id,
        line_id=new.line_id,
        hotline_id=new.hotline_id,
        contact_id=new.contact_id,
        customer_id=customer.id,
        customer_name=customer.name or address.recipient,
        agent_id=by.user_id,
        agent_name=by.name,
        state=OrderState.SUBMITTED.value,
        version=1,
        remark=new.remark,
        duplicate_confirmed=new.confirm_duplicate,
        created_at=now,
        updated_at=now,
    )
    fill_order(order, lines, address, new.payment)
    session.add(order)
    await session.flush()
    await write_lines(session, order.id, lines)
    await write_history(session, by, order.id, Step.SUBMIT, None, OrderState.SUBMITTED, now)
    await remember_address(session, customer.id, address, now=now)
    await became_buyer(session, customer.id, now=now)
    if new.contact_id is not None:
        await session.execute(
            delete(OrderDraft).where(OrderDraft.agent_id == by.user_id, OrderDraft.contact_id == new.contact_id)
        )
    await announce(session, CHANGED, order.id)
    return order


async def _customer(session: AsyncSession, new: NewOrder, client_id: str, now: datetime) -> Customer:
    if new.customer_id is not None:
        # The lock makes two orders for one customer wait for each other: each sees the other's duplicate.
        customer = await get_customer(session, new.customer_id, lock=True)
        if customer.client_id != client_id:
            raise CustomerOfAnother(field="customer")
        return customer
    number = new.customer_number if read_number(new.customer_number).key else ""
    if not number and new.address is not None:
        number = new.address.phone
    if not number:
        raise CustomerMissing(field="customer")
    name = new.customer_name or (new.address.recipient if new.address else "")
    found = await find_or_create(session, number=number, name=name, now=now, client_id=client_id)
    return await get_customer(session, found.id, lock=True)


async def _warn_of_duplicate(
    session: AsyncSession, customer_id: str, client_id: str, lines: Sequence[PricedLine], now: datetime
) -> None:
    days = (await settings_of(session, client_id)).duplicate_days
    wanted = {line.article.product_id for line in lines if not line.gift}
    if not days or not wanted:
        return
    earlier = (
        await session.execute(
            select(Order.id, Order.number, Order.created_at, Order.state, OrderLine.product_name, OrderLine.quantity)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .where(
                Order.customer_id == customer_id,
                Order.created_at > now - timedelta(days=days),
                Order.state != OrderState.CANCELLED.value,
                OrderLine.product_id.in_(wanted),
                OrderLine.gift.is_(False),
            )
            .order_by(Order.created_at.desc())
            .limit(5)
        )
    ).all()
    if earlier:
        raise PossibleDuplicate(
            days=days,
            product=earlier[0].product_name,
            number=earlier[0].number,
            orders=[
                {
                    "id": row.id,
                    "number": row.number,
                    "at": row.created_at.isoformat(),
                    "state": row.state,
                    "product": row.product_name,
                    "quantity": row.quantity,
                }
                for row in earlier
            ],
        )
