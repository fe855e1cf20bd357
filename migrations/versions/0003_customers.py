"""Customers with numbers, addresses and notes, and the blacklist."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import protect

revision = "0003_customers"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def _key() -> list[sa.Column[Any]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _in_tenant(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


def _text(
    name: str, default: str | None = None, *, nullable: bool = False, collation: str | None = None
) -> sa.Column[Any]:
    return sa.Column(
        name, sa.Text(collation=collation), nullable=nullable, server_default=sa.text(default) if default else None
    )


def _moment(name: str, *, now: bool = True) -> sa.Column[Any]:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=not now, server_default=sa.text("now()") if now else None
    )


def upgrade() -> None:
    # Search keys in byte order: a prefix is then a range, and comparing text is leakproof where LIKE is not, so that
    # the indexes serve under row-level security too.
    op.create_table(
        "customer",
        *_key(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        _text("name", "''", collation="C"),
        _text("pinyin", "''", collation="C"),
        _text("initials", "''", collation="C"),
        _text("segment", nullable=True),
        sa.Column("vip", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        _text("vip_reason", nullable=True),
        _moment("vip_until", now=False),
        sa.Column("vip_set_by", sa.Uuid()),
        sa.Column("potential", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        _text("potential_reason", nullable=True),
        _text("potential_interest", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("client_id", "client"),
    )
    for column in ("name", "pinyin", "initials", "updated_at"):
        op.create_index(f"customer_tenant_id_{column}_idx", "customer", ["tenant_id", column])
    op.create_table(
        "customer_number",
        *_key(),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        _text("raw"),
        _text("kind"),
        _text("e164", nullable=True),
        _text("shown"),
        _text("key", collation="C"),
        _text("tail"),
        _text("place", nullable=True),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("customer_id", "customer", "CASCADE"),
        sa.UniqueConstraint("tenant_id", "key", "client_id"),
    )
    op.create_index("customer_number_tenant_id_customer_id_idx", "customer_number", ["tenant_id", "customer_id"])
    op.create_index("customer_number_tenant_id_tail_idx", "customer_number", ["tenant_id", "tail"])
    parts = ("recipient", "phone", "province", "city", "district", "street")
    op.create_table(
        "customer_address",
        *_key(),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        *(_text(part) for part in parts),
        _moment("used_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("customer_id", "customer", "CASCADE"),
        sa.UniqueConstraint("tenant_id", "customer_id", *parts),
    )
    op.create_table(
        "customer_note",
        *_key(),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        _text("text"),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        _text("by_name"),
        _moment("at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("customer_id", "customer", "CASCADE"),
    )
    op.create_index("customer_note_tenant_id_customer_id_at_idx", "customer_note", ["tenant_id", "customer_id", "at"])
    op.create_table(
        "blacklist",
        *_key(),
        _text("number"),
        _text("key", collation="C"),
        _text("reason"),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        _text("by_name"),
        _moment("created_at"),
        _moment("expires_at", now=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "key"),
    )
    for table in ("customer", "customer_number", "customer_address", "customer_note", "blacklist"):
        protect(op, table)
