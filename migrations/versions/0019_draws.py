"""Prize draws by telephone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import protect

revision = "0019_draws"
down_revision = "0018_seat_limits"
branch_labels = None
depends_on = None

TABLES = ("draw", "draw_ticket", "draw_person", "draw_entry", "draw_winner")


def _keys() -> list[Any]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    ]


def _within(column: str = "draw_id", table: str = "draw", *, nullable: bool = False, cascade: bool = True) -> list[Any]:
    return [
        sa.Column(column, sa.Uuid(), nullable=nullable),
        sa.ForeignKeyConstraint(
            ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete="CASCADE" if cascade else None
        ),
    ]


def _moment(name: str, *, nullable: bool = False, default: bool = False) -> Any:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=nullable, server_default=sa.text("now()") if default else None
    )


def upgrade() -> None:
    op.create_table(
        "draw",
        *_keys(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rules_text", sa.Text(), nullable=False, server_default=sa.text("''")),
        *_within("hotline_id", "hotline", nullable=True, cascade=False),
        *_within("queue_id", "queue", nullable=True, cascade=False),
        _moment("opens_at"),
        _moment("closes_at"),
        sa.Column("ticket_source", sa.Text(), nullable=False),
        sa.Column("ticket_pattern", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("ticket_check", sa.Text(), nullable=False, server_default=sa.text("'none'")),
        sa.Column("per_person", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("one_each", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("prizes", postgresql.JSONB(), nullable=False),
        sa.Column("reserves", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("public_source", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'draft'")),
        sa.Column("seed", sa.Text(), nullable=True),
        sa.Column("commitment", sa.Text(), nullable=True),
        sa.Column("list_hash", sa.Text(), nullable=True),
        sa.Column("public_word", sa.Text(), nullable=False, server_default=sa.text("''")),
        _moment("created_at", default=True),
        _moment("opened_at", nullable=True),
        _moment("closed_at", nullable=True),
        _moment("drawn_at", nullable=True),
        sa.Column("drawn_by", sa.Uuid(), nullable=True),
        sa.UniqueConstraint("tenant_id", "name"),
        sa.CheckConstraint("state in ('draft', 'open', 'closed', 'drawn', 'cancelled')", name="state"),
        sa.CheckConstraint("ticket_source in ('pattern', 'list')", name="ticket_source"),
        sa.CheckConstraint("ticket_check in ('none', 'luhn', 'ean')", name="ticket_check"),
        sa.CheckConstraint("closes_at > opens_at", name="period"),
        sa.CheckConstraint("per_person > 0 and reserves >= 0", name="sizes"),
        sa.CheckConstraint(
            "state in ('draft', 'cancelled') or seed is not null and commitment is not null", name="seed"
        ),
        sa.CheckConstraint("state not in ('closed', 'drawn') or list_hash is not null", name="list_hash"),
    )
    op.create_table(
        "draw_ticket",
        *_keys(),
        *_within(),
        sa.Column("ticket", sa.Text(collation="C"), nullable=False),
        sa.UniqueConstraint("tenant_id", "draw_id", "ticket"),
    )
    op.create_table(
        "draw_person",
        *_keys(),
        *_within(),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(collation="C"), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        _moment("first_at"),
        sa.UniqueConstraint("tenant_id", "draw_id", "number_key"),
        sa.CheckConstraint("entries >= 0", name="entries"),
    )
    op.create_table(
        "draw_entry",
        *_keys(),
        *_within(),
        *_within("person_id", "draw_person"),
        sa.Column("ticket", sa.Text(collation="C"), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        _moment("registered_at"),
        # one ticket, one entry: also between calls at the same moment
        sa.UniqueConstraint("tenant_id", "draw_id", "ticket"),
    )
    op.create_index(
        "draw_entry_tenant_id_draw_id_registered_at_idx", "draw_entry", ["tenant_id", "draw_id", "registered_at"]
    )
    op.create_table(
        "draw_winner",
        *_keys(),
        *_within(),
        *_within("entry_id", "draw_entry"),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Text(), nullable=False),
        sa.Column("prize", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("callback_id", sa.Uuid(), nullable=True),
        _moment("changed_at"),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.UniqueConstraint("tenant_id", "draw_id", "rank"),
        sa.UniqueConstraint("tenant_id", "draw_id", "entry_id"),
        sa.CheckConstraint("state in ('to_call', 'reached', 'not_reached', 'reserve')", name="state"),
        sa.CheckConstraint("(state = 'reserve') = (prize is null)", name="prize"),
    )
    for table in TABLES:
        protect(op, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
