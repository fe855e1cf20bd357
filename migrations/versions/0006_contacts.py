"""The shipped journal, the facts in it, contacts and callbacks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import protect

revision = "0006_contacts"
down_revision = "0005_lines"
branch_labels = None
depends_on = None


def _tenant() -> sa.Column[Any]:
    return sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT))


def _uuid(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, default: str | None = None, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=sa.text(default) if default else None)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "contact_journal",
        _tenant(),
        _text("domain"),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _moment("at", nullable=False),
        sa.Column("configuration_version", sa.BigInteger(), nullable=False),
        sa.Column("event", postgresql.JSONB(), nullable=False),
        sa.Column("commands", postgresql.JSONB(), nullable=False),
        sa.Column("extra", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("tenant_id", "domain", "epoch", "seq"),
    )
    protect(op, "contact_journal", rights=["select", "insert"])
    op.create_table(
        "contact_event",
        _tenant(),
        _text("domain"),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        _moment("at", nullable=False),
        _text("kind"),
        _uuid("contact_id"),
        _uuid("agent_id"),
        _uuid("queue_id"),
        _uuid("line_id"),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "domain", "epoch", "seq", "index"),
    )
    op.create_index("contact_event_tenant_id_at_idx", "contact_event", ["tenant_id", "at"])
    op.create_index("contact_event_tenant_id_contact_id_at_idx", "contact_event", ["tenant_id", "contact_id", "at"])
    protect(op, "contact_event", rights=["select", "insert"])
    op.create_table(
        "contact",
        _tenant(),
        _uuid("id", nullable=False),
        _text("medium", "'voice'"),
        _text("direction", "'inbound'"),
        _uuid("project_id"),
        _uuid("line_id"),
        _uuid("hotline_id"),
        _text("dialled", "''"),
        _uuid("queue_id"),
        _text("number", "''"),
        _text("number_e164", nullable=True),
        sa.Column("number_key", sa.Text(collation="C"), nullable=False, server_default=sa.text("''")),
        _uuid("customer_id"),
        sa.Column("vip", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        _uuid("agent_id"),
        _text("call", "''"),
        _moment("started_at", nullable=False),
        _moment("queued_at"),
        _moment("answered_at"),
        _moment("ended_at"),
        sa.Column("waited_s", sa.Float()),
        sa.Column("talked_s", sa.Float()),
        _text("outcome", nullable=True),
        _text("reason", nullable=True),
        _text("disposition", nullable=True),
        _text("note", nullable=True),
        _uuid("previous_contact_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    for first in ("started_at", "agent_id", "number_key", "customer_id"):
        columns = ["tenant_id", first] + ([] if first == "started_at" else ["started_at"])
        op.create_index(f"contact_{'_'.join(columns)}_idx", "contact", columns)
    protect(op, "contact")
    op.create_table(
        "callback",
        _tenant(),
        _uuid("id", nullable=False),
        _uuid("contact_id", nullable=False),
        _text("number"),
        _uuid("queue_id"),
        _text("reason"),
        _text("state", "'open'"),
        _moment("created_at", nullable=False),
        _uuid("done_by"),
        _moment("done_at"),
        _text("result", nullable=True),
        _uuid("result_contact_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"]),
        sa.CheckConstraint("state in ('open', 'done', 'dropped')", name=op.f("callback_state_check")),
    )
    op.create_index("callback_tenant_id_state_created_at_idx", "callback", ["tenant_id", "state", "created_at"])
    protect(op, "callback")
