"""Catalogue, orders with lines and history, drafts, couriers with their numbers, waybills, manifests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, Index, Integer, Text, UniqueConstraint, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from zuoxi.platform.database import CURRENT_TENANT, Base, TenantRow, reference


class Product(TenantRow, Base):
    """Something that is sold; what is ordered and stocked are its SKUs."""

    __tablename__ = "product"

    client_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Text)
    initials: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default=sql("''"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=sql("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))

    __table_args__ = (
        reference("client_id", "client"),
        UniqueConstraint("tenant_id", "client_id", "code"),
    )


class ProductOutlet(TenantRow, Base):
    """Where a product is sold: a hotline or a business line (identifiers of a later room). A product without any row is
    sold everywhere."""

    __tablename__ = "product_outlet"

    product_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    kind: Mapped[str] = mapped_column(Text)
    outlet_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))

    __table_args__ = (
        reference("product_id", "product", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "product_id", "outlet_id"),
        CheckConstraint("kind in ('hotline', 'line')", name="kind"),
    )


class Sku(TenantRow, Base):
    """One article: price in minor units, pieces on hand and the part of them promised to open orders."""

    __tablename__ = "sku"

    product_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    client_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    price_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text, server_default=sql("'CNY'"))
    stock: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    reserved: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=sql("true"))

    __table_args__ = (
        reference("product_id", "product"),
        UniqueConstraint("tenant_id", "client_id", "code"),
        Index(None, "tenant_id", "product_id"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("reserved >= 0 and reserved <= stock", name="stock"),
    )


class StockMovement(TenantRow, Base):
    """Why pieces moved: by which order's step, or counted by hand (``order_id`` empty). Append-only."""

    __tablename__ = "stock_movement"

    sku_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    order_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    effect: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(Integer)
    stock_after: Mapped[int] = mapped_column(Integer)
    reserved_after: Mapped[int] = mapped_column(Integer)
    by_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        reference("sku_id", "sku"),
        Index(None, "tenant_id", "sku_id", "at"),
    )


class OrderSettings(TenantRow, Base):
    """A client's settings: in how many days a repeated product is suspicious (0: never), the sender on its labels."""

    __tablename__ = "order_settings"

    client_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    duplicate_days: Mapped[int] = mapped_column(Integer, server_default=sql("7"))
    sender_name: Mapped[str] = mapped_column(Text, server_default=sql("''"))
    sender_phone: Mapped[str] = mapped_column(Text, server_default=sql("''"))
    sender_address: Mapped[str] = mapped_column(Text, server_default=sql("''"))

    __table_args__ = (
        reference("client_id", "client"),
        UniqueConstraint("tenant_id", "client_id"),
    )


class DayCounter(Base):
    """The last number given out on a day, for orders and for manifests. The row's lock keeps numbers unique, and a
    transaction that fails gives its number back."""

    __tablename__ = "day_counter"

    tenant_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, server_default=sql(CURRENT_TENANT))
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class Order(TenantRow, Base):
    """An order with the address as it was when written. Contact, line and hotline belong to later rooms: opaque here.

    ``summary`` is its lines in words; ``phone_key`` finds it by the recipient's number; ``version`` grows by each step.
    """

    __tablename__ = "orders"

    number: Mapped[str] = mapped_column(Text(collation="C"))
    client_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    project_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    line_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    hotline_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    contact_id: Mapped[str | None] = mapped_column(Text)
    customer_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    customer_name: Mapped[str] = mapped_column(Text)
    agent_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    agent_name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default=sql("1"))
    payment: Mapped[str] = mapped_column(Text)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text(collation="C"))
    phone: Mapped[str] = mapped_column(Text)
    phone_key: Mapped[str] = mapped_column(Text(collation="C"))
    province: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text)
    remark: Mapped[str] = mapped_column(Text, server_default=sql("''"))
    duplicate_confirmed: Mapped[bool] = mapped_column(Boolean, server_default=sql("false"))
    return_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        reference("client_id", "client"),
        reference("project_id", "project"),
        reference("customer_id", "customer"),
        UniqueConstraint("tenant_id", "number"),
        Index(None, "tenant_id", "customer_id", "created_at"),
        Index(None, "tenant_id", "state", "created_at"),
        Index(None, "tenant_id", "agent_id", "created_at"),
        Index(None, "tenant_id", "created_at"),
        Index(None, "tenant_id", "contact_id"),
        Index(None, "tenant_id", "phone_key"),
        Index(None, "tenant_id", "recipient"),
        CheckConstraint("payment in ('cod', 'paid')", name="payment"),
        CheckConstraint("amount_minor >= 0", name="amount"),
    )


class OrderLine(TenantRow, Base):
    """One line: so many of an article, at the price and under the names of the moment of writing."""

    __tablename__ = "order_line"

    order_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    position: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    sku_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    sku_code: Mapped[str] = mapped_column(Text)
    product_name: Mapped[str] = mapped_column(Text)
    sku_name: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(Integer)
    price_minor: Mapped[int] = mapped_column(BigInteger)
    gift: Mapped[bool] = mapped_column(Boolean, server_default=sql("false"))

    __table_args__ = (
        reference("order_id", "orders", ondelete="CASCADE"),
        reference("sku_id", "sku"),
        reference("product_id", "product"),
        UniqueConstraint("tenant_id", "order_id", "position"),
        Index(None, "tenant_id", "product_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )


class OrderHistory(TenantRow, Base):
    """One step of an order: who, when, from which state, to which, and why. Append-only."""

    __tablename__ = "order_history"

    order_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    at: Mapped[datetime] = mapped_column()
    by_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    by_name: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default=sql("''"))

    __table_args__ = (
        reference("order_id", "orders", ondelete="CASCADE"),
        Index(None, "tenant_id", "order_id", "at"),
    )


class OrderDraft(TenantRow, Base):
    """A half-written order, as the page left it: one per agent and contact."""

    __tablename__ = "order_draft"

    agent_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    contact_id: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    updated_at: Mapped[datetime] = mapped_column()

    __table_args__ = (UniqueConstraint("tenant_id", "agent_id", "contact_id"),)


class Courier(TenantRow, Base):
    """A company that takes parcels."""

    __tablename__ = "courier"

    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean, server_default=sql("true"))

    __table_args__ = (UniqueConstraint("tenant_id", "code"),)


class CourierNumber(TenantRow, Base):
    """A waybill number that a courier gave us; ``taken_at`` is set when it goes on a waybill."""

    __tablename__ = "courier_number"

    courier_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    number: Mapped[str] = mapped_column(Text(collation="C"))
    taken_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        reference("courier_id", "courier"),
        UniqueConstraint("tenant_id", "number"),
        Index("courier_number_free_idx", "tenant_id", "courier_id", "number", postgresql_where=sql("taken_at is null")),
    )


class Manifest(TenantRow, Base):
    """A hand-over (交接单): which parcels a courier took with them, and what they shall collect."""

    __tablename__ = "manifest"

    number: Mapped[str] = mapped_column(Text)
    courier_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    parcels: Mapped[int] = mapped_column(Integer)
    collect_minor: Mapped[int] = mapped_column(BigInteger)
    by_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        reference("courier_id", "courier"),
        UniqueConstraint("tenant_id", "number"),
        Index(None, "tenant_id", "created_at"),
    )


class Waybill(TenantRow, Base):
    """A parcel's waybill (快递单). A cancelled order's is void; an order has at most one that is not. The parcel's
    state is its order's."""

    __tablename__ = "waybill"

    courier_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    number: Mapped[str] = mapped_column(Text(collation="C"))
    order_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    manifest_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    prints: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    printed_at: Mapped[datetime | None] = mapped_column()
    result_at: Mapped[datetime | None] = mapped_column()
    result_note: Mapped[str | None] = mapped_column(Text)
    void: Mapped[bool] = mapped_column(Boolean, server_default=sql("false"))
    created_at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        reference("courier_id", "courier"),
        reference("order_id", "orders"),
        reference("manifest_id", "manifest"),
        UniqueConstraint("tenant_id", "number"),
        Index("waybill_live_idx", "tenant_id", "order_id", unique=True, postgresql_where=sql("not void")),
        Index(None, "tenant_id", "created_at"),
        Index(None, "tenant_id", "manifest_id"),
    )
