"""The lines of an order while it is written or mended: wishes priced from the catalogue, checked, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal
from zuoxi.customers import Address, read_number, stored_address
from zuoxi.orders.catalogue import Article, articles
from zuoxi.orders.errors import AddressMissing, NotSoldHere, SeveralClients
from zuoxi.orders.models import Order, OrderHistory, OrderLine, ProductOutlet
from zuoxi.orders.rules import OrderState, Payment, Step, line_amount
from zuoxi.platform.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Wish:
    """So many pieces of a SKU; a gift costs nothing."""

    sku_id: str
    quantity: int
    gift: bool = False


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its article and the price that counts, in minor units."""

    article: Article
    quantity: int
    gift: bool
    price_minor: int


async def price_lines(
    session: AsyncSession, wishes: Sequence[Wish], prices: dict[str, int], *, known: bool = False
) -> list[PricedLine]:
    """Wishes as lines, those of the same article put together; ``prices`` are prices already agreed."""
    together: dict[tuple[str, bool], int] = {}
    for wish in wishes:
        key = (wish.sku_id.lower(), wish.gift)
        together[key] = together.get(key, 0) + wish.quantity
    found = await articles(session, {sku_id for sku_id, _ in together}, also_withdrawn=known)
    return [
        PricedLine(found[sku_id], quantity, gift, prices.get(sku_id, found[sku_id].price_minor))
        for (sku_id, gift), quantity in together.items()
    ]


def client_of_lines(lines: Sequence[PricedLine]) -> str:
    """The one client whose articles these are. Raises SeveralClients."""
    clients = {line.article.client_id for line in lines}
    if len(clients) != 1:
        raise SeveralClients
    return clients.pop()


async def check_outlet(
    session: AsyncSession, lines: Sequence[PricedLine], hotline_id: str | None, line_id: str | None
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


async def address_of(
    session: AsyncSession, address: Address | None, address_id: str | None, customer_id: str
) -> Address:
    """The address given, or a stored one of the customer by id. Raises AddressMissing."""
    if address is not None:
        return address
    stored = await stored_address(session, customer_id, address_id) if address_id is not None else None
    if stored is None:
        raise AddressMissing(field="address")
    return stored


def fill_order(order: Order, lines: Sequence[PricedLine], address: Address, payment: Payment) -> None:
    """Write into the order what follows from its lines, address and payment."""
    order.payment = payment.value
    order.amount_minor = sum(line_amount(line.price_minor, line.quantity, gift=line.gift) for line in lines)
    order.currency = lines[0].article.currency
    order.summary = "、".join(
        f"{'赠 ' if line.gift else ''}{line.article.full_name}×{line.quantity}" for line in lines
    )[:500]
    order.recipient, order.phone, order.phone_key = address.recipient, address.phone, read_number(address.phone).key
    order.province, order.city, order.district = address.province, address.city, address.district
    order.street = address.street


async def write_lines(session: AsyncSession, order_id: str, lines: Sequence[PricedLine]) -> None:
    """Store the lines in their order."""
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


async def write_history(
    session: AsyncSession,
    by: Principal,
    order_id: str,
    step: Step,
    source: OrderState | None,
    target: OrderState,
    now: datetime,
) -> None:
    """One row of who did what to the order, and when."""
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
