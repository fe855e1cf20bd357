"""The catalogue: products with their SKUs, where they are sold, their stock, and a client's settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal
from zuoxi.customers import client_of, pinyin_of
from zuoxi.orders.errors import CodeTaken, NoSuchProduct, NoSuchSku, StockBelowReserved
from zuoxi.orders.models import OrderSettings, Product, ProductOutlet, Sku, StockMovement
from zuoxi.orders.stock import lock_skus
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.outbox import announce

CHANGED = "catalogue.changed"
COUNTED = "count"


@dataclass(frozen=True, slots=True)
class Article:
    """A SKU with its product, as an order needs them."""

    sku_id: str
    product_id: str
    client_id: str
    code: str
    product_name: str
    sku_name: str
    price_minor: int
    currency: str

    @property
    def full_name(self) -> str:
        """Product and variant, once when they are the same."""
        if not self.sku_name or self.sku_name == self.product_name:
            return self.product_name
        return f"{self.product_name} {self.sku_name}"


async def articles(
    session: AsyncSession, sku_ids: Collection[str], *, also_withdrawn: bool = False
) -> dict[str, Article]:
    """These SKUs, by id; of products on sale unless ``also_withdrawn``. Raises NoSuchSku when one is missing."""
    statement = select(Sku, Product.name).join(Product, Product.id == Sku.product_id).where(Sku.id.in_(sku_ids))
    if not also_withdrawn:
        statement = statement.where(Sku.active, Product.active)
    found = {
        sku.id: Article(sku.id, sku.product_id, sku.client_id, sku.code, name, sku.name, sku.price_minor, sku.currency)
        for sku, name in await session.execute(statement)
    }
    if not sku_ids or len(found) < len(sku_ids):
        raise NoSuchSku(field="lines")
    return found


def on_sale(
    *,
    q: str | None = None,
    hotline_id: str | None = None,
    line_id: str | None = None,
    client_id: str | None = None,
    also_withdrawn: bool = False,
) -> Select[Sku, Product]:
    """The statement behind the catalogue: (Sku, Product), those sold on the hotline or line where one is given. ``q``
    is part of a code, name, pinyin or initials.

    A product bound to lines is not hidden from somebody who names a hotline only: which line that hotline belongs to is
    not known in this room.
    """
    statement = select(Sku, Product).join(Product, Product.id == Sku.product_id)
    if not also_withdrawn:
        statement = statement.where(Sku.active, Product.active)
    if client_id is not None:
        statement = statement.where(Product.client_id == client_id)
    here = {kind: outlet for kind, outlet in (("hotline", hotline_id), ("line", line_id)) if outlet is not None}
    if here:
        bound = exists().where(ProductOutlet.product_id == Product.id)
        matched = or_(ProductOutlet.outlet_id.in_(here.values()), ProductOutlet.kind.not_in(here))
        statement = statement.where(or_(~bound, bound.where(matched)))
    if q:
        key = q.lower()
        statement = statement.where(
            or_(
                *(
                    func.strpos(func.lower(column), key) > 0
                    for column in (Product.code, Product.name, Product.pinyin, Product.initials, Sku.code, Sku.name)
                )
            )
        )
    return statement.order_by(Sku.code)


async def add_product(
    session: AsyncSession,
    *,
    code: str,
    name: str,
    description: str = "",
    client_id: str | None = None,
    hotline_ids: Sequence[str] = (),
    line_ids: Sequence[str] = (),
    active: bool = True,
) -> Product:
    """A new product; without hotlines and lines it is sold everywhere. Raises CodeTaken, NoSuchClient."""
    client = await client_of(session, client_id)
    pinyin, initials = pinyin_of(name)
    product = Product(
        client_id=client,
        code=code,
        name=name,
        pinyin=pinyin,
        initials=initials,
        description=description,
        active=active,
    )
    await _insert(session, product, code)
    await _set_outlets(session, product.id, hotline_ids, line_ids)
    await announce(session, CHANGED, product.id)
    return product


async def change_product(
    session: AsyncSession,
    product_id: str,
    changes: Mapping[str, Any],
    *,
    hotline_ids: Sequence[str] | None = None,
    line_ids: Sequence[str] | None = None,
) -> Product:
    """Change name, description or active; hotlines and lines are replaced where given. Raises NoSuchProduct."""
    product = await session.scalar(select(Product).where(Product.id == product_id).with_for_update(key_share=True))
    if product is None:
        raise NoSuchProduct
    for field, value in changes.items():
        setattr(product, field, value)
    product.pinyin, product.initials = pinyin_of(product.name)
    if hotline_ids is not None or line_ids is not None:
        now_sold = await outlets_of(session, [product_id])
        before = now_sold.get(product_id, [])
        await _set_outlets(
            session,
            product_id,
            hotline_ids if hotline_ids is not None else [row.outlet_id for row in before if row.kind == "hotline"],
            line_ids if line_ids is not None else [row.outlet_id for row in before if row.kind == "line"],
        )
    await session.flush()
    await announce(session, CHANGED, product_id)
    return product


async def outlets_of(session: AsyncSession, product_ids: Collection[str]) -> dict[str, list[ProductOutlet]]:
    """Where products are sold; those sold everywhere are not in it."""
    found: dict[str, list[ProductOutlet]] = {}
    for row in await session.scalars(select(ProductOutlet).where(ProductOutlet.product_id.in_(product_ids))):
        found.setdefault(row.product_id, []).append(row)
    return found


async def add_sku(
    session: AsyncSession,
    by: Principal,
    *,
    product_id: str,
    code: str,
    name: str,
    price_minor: int,
    stock: int,
    now: datetime,
    currency: str = "CNY",
    active: bool = True,
) -> Sku:
    """A new SKU of a product, with its first stock. Raises NoSuchProduct, CodeTaken."""
    client_id = await session.scalar(select(Product.client_id).where(Product.id == product_id))
    if client_id is None:
        raise NoSuchProduct(field="product_id")
    sku = Sku(
        product_id=product_id,
        client_id=client_id,
        code=code,
        name=name,
        price_minor=price_minor,
        currency=currency,
        stock=stock,
        reserved=0,
        active=active,
    )
    await _insert(session, sku, code)
    await _count(session, by, sku, stock, now)
    await announce(session, CHANGED, product_id)
    return sku


async def change_sku(
    session: AsyncSession, by: Principal, sku_id: str, changes: Mapping[str, Any], *, now: datetime
) -> Sku:
    """Change name, price_minor, active, or ``stock`` (pieces counted on hand). Raises NoSuchSku, StockBelowReserved."""
    sku = (await lock_skus(session, [sku_id]))[sku_id.lower()]
    given = dict(changes)
    counted = given.pop("stock", None)
    for field, value in given.items():
        setattr(sku, field, value)
    if counted is not None and counted != sku.stock:
        if counted < sku.reserved:
            raise StockBelowReserved(field="stock", reserved=sku.reserved)
        await _count(session, by, sku, counted - sku.stock, now, counted)
    await session.flush()
    await announce(session, CHANGED, sku.product_id)
    return sku


async def settings_of(session: AsyncSession, client_id: str) -> OrderSettings:
    """The client's settings, or those that hold without any."""
    found = await session.scalar(select(OrderSettings).where(OrderSettings.client_id == client_id))
    if found is not None:
        return found
    return OrderSettings(client_id=client_id, duplicate_days=7, sender_name="", sender_phone="", sender_address="")


async def change_settings(session: AsyncSession, client_id: str | None, changes: Mapping[str, Any]) -> OrderSettings:
    """Set duplicate_days, sender_name, sender_phone, sender_address. Raises NoSuchClient."""
    settings = await settings_of(session, await client_of(session, client_id))
    for field, value in changes.items():
        setattr(settings, field, value)
    session.add(settings)
    await session.flush()
    return settings


async def _count(
    session: AsyncSession, by: Principal, sku: Sku, difference: int, now: datetime, counted: int | None = None
) -> None:
    if counted is not None:
        sku.stock = counted
    await session.execute(
        insert(StockMovement).inline(),
        [
            {
                "id": new_id(),
                "sku_id": sku.id,
                "order_id": None,
                "effect": COUNTED,
                "quantity": difference,
                "stock_after": sku.stock,
                "reserved_after": sku.reserved,
                "by_id": by.user_id,
                "at": now,
            }
        ],
    )


async def _insert(session: AsyncSession, row: Product | Sku, code: str) -> None:
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError as error:
        raise CodeTaken(field="code", taken=code) from error


async def _set_outlets(
    session: AsyncSession, product_id: str, hotline_ids: Sequence[str], line_ids: Sequence[str]
) -> None:
    await session.execute(delete(ProductOutlet).where(ProductOutlet.product_id == product_id))
    for kind, outlets in (("hotline", hotline_ids), ("line", line_ids)):
        for outlet_id in dict.fromkeys(outlets):
            session.add(ProductOutlet(product_id=product_id, kind=kind, outlet_id=outlet_id))
    await session.flush()
