"""Writing an order: what is checked, what is reserved, what is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
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
    stored_address,
)
from zuoxi.orders.catalogue import Article, articles, settings_of
from zuoxi.orders.day_numbers import ORDERS, next_number
from zuoxi.orders.errors import (
    AddressMissing,
    ChangedMeanwhile,
    CustomerMissing,
    CustomerOfAnother,
    NotSoldHere,
    PossibleDuplicate,
    SeveralClients,
)
from zuoxi.orders.models import Order, OrderDraft, OrderHistory, OrderLine, ProductOutlet
from zuoxi.orders.rules import OrderState, Payment, Step, StockEffect, line_amount, permit, transition
from zuoxi.orders.steps import CHANGED, lock_orders
from zuoxi.orders.stock import Move, move_stock
from zuoxi.platform.errors import Forbidden
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.outbox import announce


@dataclass(frozen=True, slots=True)
class Wish:
    """So many pieces of a SKU; a gift costs nothing."""

    sku_id: str
    quantity: int
    gift: bool = False


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


@dataclass(frozen=True, slots=True)
class _Line:
    article: Article
    quantity: int
    gift: bool
    price_minor: int


async def place_order(session: AsyncSession, by: Principal, new: NewOrder, *, now: datetime) -> Order:
    """Submit a new order: reserves its stock, or refuses it whole.

    Raises StockShort, NoSuchSku, NotSoldHere, SeveralClients, CustomerMissing, CustomerOfAnother, NoSuchCustomer,
    AddressMissing, PossibleDuplicate (unless confirmed), Forbidden.
    """
    if not by.may("orders.write"):
        raise Forbidden
    lines = await _lines(session, new.lines, {})
    await _check_outlet(session, lines, new.hotline_id, new.line_id)
    client_id = _client(lines)
    customer = await _customer(session, new, client_id, now)
    address = await _address(session, new.address, new.address_id, customer.id)
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
    _fill(order, lines, address, new.payment)
    session.add(order)
    await session.flush()
    await _write_lines(session, order.id, lines)
    await _write_history(session, by, order.id, Step.SUBMIT, None, OrderState.SUBMITTED, now)
    await remember_address(session, customer.id, address, now=now)
    await became_buyer(session, customer.id, now=now)
    if new.contact_id is not None:
        await session.execute(
            delete(OrderDraft).where(OrderDraft.agent_id == by.user_id, OrderDraft.contact_id == new.contact_id)
        )
    await announce(session, CHANGED, order.id)
    return order


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
    lines = await _lines(
        session, mending.lines or kept, {line.sku_id: line.price_minor for line in old}, known=not mending.lines
    )
    if _client(lines) != order.client_id:
        raise SeveralClients
    address = Address(order.recipient, order.phone, order.province, order.city, order.district, order.street)
    if mending.address is not None or mending.address_id is not None:
        address = await _address(session, mending.address, mending.address_id, order.customer_id)
        await remember_address(session, order.customer_id, address, now=now)
    if mending.lines is not None:
        await _check_outlet(session, lines, order.hotline_id, order.line_id)
        released = [Move(line.sku_id, StockEffect.RELEASE, line.quantity, order_id) for line in old]
        reserved = [Move(line.article.sku_id, StockEffect.RESERVE, line.quantity, order_id) for line in lines]
        await move_stock(session, [*released, *reserved], by_id=by.user_id, now=now)
        await session.execute(delete(OrderLine).where(OrderLine.order_id == order_id))
        await _write_lines(session, order_id, lines)
    if mending.remark is not None:
        order.remark = mending.remark
    _fill(order, lines, address, mending.payment or Payment(order.payment))
    order.version += 1
    order.updated_at = now
    await _write_history(session, by, order_id, Step.MEND, arrow.source, arrow.target, now)
    await session.flush()
    await announce(session, CHANGED, order_id)
    return order


async def _lines(
    session: AsyncSession, wishes: Sequence[Wish], prices: dict[str, int], *, known: bool = False
) -> list[_Line]:
    """Wishes as lines, those of the same article put together; ``prices`` are prices already agreed."""
    together: dict[tuple[str, bool], int] = {}
    for wish in wishes:
        key = (wish.sku_id.lower(), wish.gift)
        together[key] = together.get(key, 0) + wish.quantity
    found = await articles(session, {sku_id for sku_id, _ in together}, also_withdrawn=known)
    return [
        _Line(found[sku_id], quantity, gift, prices.get(sku_id, found[sku_id].price_minor))
        for (sku_id, gift), quantity in together.items()
    ]


def _client(lines: Sequence[_Line]) -> str:
    clients = {line.article.client_id for line in lines}
    if len(clients) != 1:
        raise SeveralClients
    return clients.pop()


async def _check_outlet(
    session: AsyncSession, lines: Sequence[_Line], hotline_id: str | None, line_id: str | None
) -> None:
    """Only where the order says by which hotline or line it came; the same rule as in the catalogue."""
    here = {kind: outlet for kind, outlet in (("hotline", hotline_id), ("line", line_id)) if outlet is not None}
    if not here:
        return
    rows = await session.execute(
        select(ProductOutlet.product_id, ProductOutlet.kind, ProductOutlet.outlet_id).where(
            ProductOutlet.product_id.in_({line.article.product_id for line in lines})
        )
    )
    fits: dict[str, bool] = {}
    for product_id, kind, outlet_id in rows:
        fits[product_id] = fits.get(product_id, False) or here.get(kind, outlet_id) == outlet_id
    for line in lines:
        if not fits.get(line.article.product_id, True):
            raise NotSoldHere(field="lines", sku=line.article.full_name)


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


async def _address(session: AsyncSession, address: Address | None, address_id: str | None, customer_id: str) -> Address:
    if address is not None:
        return address
    stored = await stored_address(session, customer_id, address_id) if address_id is not None else None
    if stored is None:
        raise AddressMissing(field="address")
    return stored


async def _warn_of_duplicate(
    session: AsyncSession, customer_id: str, client_id: str, lines: Sequence[_Line], now: datetime
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


def _fill(order: Order, lines: Sequence[_Line], address: Address, payment: Payment) -> None:
    order.payment = payment.value
    order.amount_minor = sum(line_amount(line.price_minor, line.quantity, gift=line.gift) for line in lines)
    order.currency = lines[0].article.currency
    order.summary = "、".join(
        f"{'赠 ' if line.gift else ''}{line.article.full_name}×{line.quantity}" for line in lines
    )[:500]
    order.recipient, order.phone, order.phone_key = address.recipient, address.phone, read_number(address.phone).key
    order.province, order.city, order.district = address.province, address.city, address.district
    order.street = address.street


async def _write_lines(session: AsyncSession, order_id: str, lines: Sequence[_Line]) -> None:
    await session.execute(
        insert(OrderLine).inline(),
        [
            {
                "id": new_id(),
                "order_id": order_id,
                "position": position,
                "product_id": line.article.product_id,
                "sku_id": line.article.sku_id,
                "sku_code": line.article.code,
                "product_name": line.article.product_name,
                "sku_name": line.article.sku_name,
                "quantity": line.quantity,
                "price_minor": line.price_minor,
                "gift": line.gift,
            }
            for position, line in enumerate(lines, start=1)
        ],
    )


async def _write_history(
    session: AsyncSession,
    by: Principal,
    order_id: str,
    step: Step,
    source: OrderState | None,
    target: OrderState,
    now: datetime,
) -> None:
    session.add(
        OrderHistory(
            order_id=order_id,
            at=now,
            by_id=by.user_id,
            by_name=by.name,
            step=step.value,
            source=source.value if source else None,
            target=target.value,
        )
    )
    await session.flush()
