"""Catalogue, orders, drafts, couriers, waybills, manifests."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import protect

revision = "0004_orders"
down_revision = "0003_customers"
branch_labels = None
depends_on = None


def _key() -> list[sa.Column[Any]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _in_tenant(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


def _default(value: str | None) -> sa.TextClause | None:
    return sa.text(value) if value else None


def _id(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(
    name: str, default: str | None = None, *, nullable: bool = False, collation: str | None = None
) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(collation=collation), nullable=nullable, server_default=_default(default))


def _number(name: str, default: str | None = None, *, big: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger() if big else sa.Integer(), nullable=False, server_default=_default(default))


def _flag(name: str, default: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text(default))


def _moment(name: str, *, now: bool = False, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=nullable, server_default=_default("now()" if now else None)
    )


def upgrade() -> None:
    op.create_table(
        "product",
        *_key(),
        _id("client_id"),
        _text("code"),
        _text("name"),
        _text("pinyin"),
        _text("initials"),
        _text("description", "''"),
        _flag("active", "true"),
        _moment("created_at", now=True),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("client_id", "client"),
        sa.UniqueConstraint("tenant_id", "client_id", "code"),
    )
    op.create_table(
        "product_outlet",
        *_key(),
        _id("product_id"),
        _text("kind"),
        _id("outlet_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("product_id", "product", "CASCADE"),
        sa.UniqueConstraint("tenant_id", "product_id", "outlet_id"),
        sa.CheckConstraint("kind in ('hotline', 'line')", name=op.f("product_outlet_kind_check")),
    )
    op.create_table(
        "sku",
        *_key(),
        _id("product_id"),
        _id("client_id"),
        _text("code"),
        _text("name"),
        _number("price_minor", big=True),
        _text("currency", "'CNY'"),
        _number("stock", "0"),
        _number("reserved", "0"),
        _flag("active", "true"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("product_id", "product"),
        sa.UniqueConstraint("tenant_id", "client_id", "code"),
        sa.CheckConstraint("price_minor >= 0", name=op.f("sku_price_check")),
        sa.CheckConstraint("reserved >= 0 and reserved <= stock", name=op.f("sku_stock_check")),
    )
    op.create_index("sku_tenant_id_product_id_idx", "sku", ["tenant_id", "product_id"])
    op.create_table(
        "stock_movement",
        *_key(),
        _id("sku_id"),
        _id("order_id", nullable=True),
        _text("effect"),
        _number("quantity"),
        _number("stock_after"),
        _number("reserved_after"),
        _id("by_id"),
        _moment("at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("sku_id", "sku"),
    )
    op.create_index("stock_movement_tenant_id_sku_id_at_idx", "stock_movement", ["tenant_id", "sku_id", "at"])
    op.create_table(
        "order_settings",
        *_key(),
        _id("client_id"),
        _number("duplicate_days", "7"),
        _text("sender_name", "''"),
        _text("sender_phone", "''"),
        _text("sender_address", "''"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("client_id", "client"),
        sa.UniqueConstraint("tenant_id", "client_id"),
    )
    op.create_table(
        "day_counter",
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        _text("kind"),
        sa.Column("day", sa.Date(), nullable=False),
        _number("last"),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "day"),
    )
    op.create_table(
        "orders",
        *_key(),
        _text("number", collation="C"),
        _id("client_id"),
        _id("project_id", nullable=True),
        _id("line_id", nullable=True),
        _id("hotline_id", nullable=True),
        _text("contact_id", nullable=True),
        _id("customer_id"),
        _text("customer_name"),
        _id("agent_id"),
        _text("agent_name"),
        _text("state"),
        _number("version", "1"),
        _text("payment"),
        _number("amount_minor", big=True),
        _text("currency"),
        _text("summary"),
        _text("recipient", collation="C"),
        _text("phone"),
        _text("phone_key", collation="C"),
        _text("province"),
        _text("city"),
        _text("district"),
        _text("street"),
        _text("remark", "''"),
        _flag("duplicate_confirmed", "false"),
        _text("return_reason", nullable=True),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("client_id", "client"),
        _in_tenant("customer_id", "customer"),
        _in_tenant("project_id", "project"),
        sa.UniqueConstraint("tenant_id", "number"),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("orders_amount_check")),
        sa.CheckConstraint("payment in ('cod', 'paid')", name=op.f("orders_payment_check")),
    )
    op.create_index("orders_tenant_id_agent_id_created_at_idx", "orders", ["tenant_id", "agent_id", "created_at"])
    op.create_index("orders_tenant_id_contact_id_idx", "orders", ["tenant_id", "contact_id"])
    op.create_index("orders_tenant_id_created_at_idx", "orders", ["tenant_id", "created_at"])
    op.create_index("orders_tenant_id_customer_id_created_at_idx", "orders", ["tenant_id", "customer_id", "created_at"])
    op.create_index("orders_tenant_id_phone_key_idx", "orders", ["tenant_id", "phone_key"])
    op.create_index("orders_tenant_id_recipient_idx", "orders", ["tenant_id", "recipient"])
    op.create_index("orders_tenant_id_state_created_at_idx", "orders", ["tenant_id", "state", "created_at"])
    op.create_table(
        "order_line",
        *_key(),
        _id("order_id"),
        _number("position"),
        _id("product_id"),
        _id("sku_id"),
        _text("sku_code"),
        _text("product_name"),
        _text("sku_name"),
        _number("quantity"),
        _number("price_minor", big=True),
        _flag("gift", "false"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("order_id", "orders", "CASCADE"),
        _in_tenant("product_id", "product"),
        _in_tenant("sku_id", "sku"),
        sa.UniqueConstraint("tenant_id", "order_id", "position"),
        sa.CheckConstraint("quantity > 0", name=op.f("order_line_quantity_check")),
    )
    op.create_index("order_line_tenant_id_product_id_idx", "order_line", ["tenant_id", "product_id"])
    op.create_table(
        "order_history",
        *_key(),
        _id("order_id"),
        _moment("at"),
        _id("by_id"),
        _text("by_name"),
        _text("step"),
        _text("source", nullable=True),
        _text("target"),
        _text("reason", "''"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("order_id", "orders", "CASCADE"),
    )
    op.create_index("order_history_tenant_id_order_id_at_idx", "order_history", ["tenant_id", "order_id", "at"])
    op.create_table(
        "order_draft",
        *_key(),
        _id("agent_id"),
        _text("contact_id"),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "agent_id", "contact_id"),
    )
    op.create_table(
        "courier",
        *_key(),
        _text("code"),
        _text("name"),
        _flag("active", "true"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "code"),
    )
    op.create_table(
        "courier_number",
        *_key(),
        _id("courier_id"),
        _text("number", collation="C"),
        _moment("taken_at", nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("courier_id", "courier"),
        sa.UniqueConstraint("tenant_id", "number"),
    )
    op.create_index(
        "courier_number_free_idx",
        "courier_number",
        ["tenant_id", "courier_id", "number"],
        postgresql_where=sa.text("taken_at is null"),
    )
    op.create_table(
        "manifest",
        *_key(),
        _text("number"),
        _id("courier_id"),
        _number("parcels"),
        _number("collect_minor", big=True),
        _id("by_id"),
        _text("by_name"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("courier_id", "courier"),
        sa.UniqueConstraint("tenant_id", "number"),
    )
    op.create_index("manifest_tenant_id_created_at_idx", "manifest", ["tenant_id", "created_at"])
    op.create_table(
        "waybill",
        *_key(),
        _id("courier_id"),
        _text("number", collation="C"),
        _id("order_id"),
        _id("manifest_id", nullable=True),
        _number("prints", "0"),
        _moment("printed_at", nullable=True),
        _moment("result_at", nullable=True),
        _text("result_note", nullable=True),
        _flag("void", "false"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("courier_id", "courier"),
        _in_tenant("manifest_id", "manifest"),
        _in_tenant("order_id", "orders"),
        sa.UniqueConstraint("tenant_id", "number"),
    )
    op.create_index(
        "waybill_live_idx", "waybill", ["tenant_id", "order_id"], unique=True, postgresql_where=sa.text("not void")
    )
    op.create_index("waybill_tenant_id_created_at_idx", "waybill", ["tenant_id", "created_at"])
    op.create_index("waybill_tenant_id_manifest_id_idx", "waybill", ["tenant_id", "manifest_id"])

    for table in (
        "product",
        "product_outlet",
        "sku",
        "order_settings",
        "day_counter",
        "orders",
        "order_line",
        "order_draft",
        "courier",
        "courier_number",
        "manifest",
        "waybill",
    ):
        protect(op, table)
    # What happened is not rewritten.
    for table in ("stock_movement", "order_history"):
        protect(op, table, rights=["select", "insert"])
