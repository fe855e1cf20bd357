"""Call flows: drafts, published versions that never change, the hotlines that use them, and what callers answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import protect

revision = "0021_call_flows"
down_revision = "0020_calls_out"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def _key() -> list[sa.Column[str]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _within(column: str, table: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "call_flow",
        *_key(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("draft", postgresql.JSONB(), nullable=False),
        sa.Column("draft_revision", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("draft_based_on", sa.Integer()),
        sa.Column("published", sa.Integer()),
        sa.Column("published_at", TIME),
        sa.Column("test_number", sa.Text()),
        sa.Column("archived", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("changed_at", TIME, nullable=False, server_default=NOW),
        sa.Column("changed_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "name"),
        sa.UniqueConstraint("test_number"),
    )
    op.create_table(
        "call_flow_version",
        *_key(),
        sa.Column("flow_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("restored_from", sa.Integer()),
        sa.Column("published_at", TIME, nullable=False, server_default=NOW),
        sa.Column("published_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "flow_id", "version"),
        _within("flow_id", "call_flow"),
        sa.CheckConstraint("version > 0", name="version"),
    )
    for column in ("flow_id", "survey_flow_id"):
        op.add_column("hotline", sa.Column(column, sa.Uuid()))
        op.create_foreign_key(
            op.f(f"hotline_tenant_id_{column}_fkey"), "hotline", "call_flow", ["tenant_id", column], ["tenant_id", "id"]
        )
    op.create_table(
        "survey_answer",
        *_key(),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("flow_id", sa.Uuid()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Uuid()),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _within("contact_id", "contact"),
    )
    op.create_index("survey_answer_tenant_id_contact_id_idx", "survey_answer", ["tenant_id", "contact_id"])
    op.create_index("survey_answer_tenant_id_at_idx", "survey_answer", ["tenant_id", "at"])
    protect(op, "call_flow")
    protect(op, "call_flow_version", rights=("select", "insert"))
    protect(op, "survey_answer", rights=("select", "insert"))


def downgrade() -> None:
    op.drop_table("survey_answer")
    for column in ("flow_id", "survey_flow_id"):
        op.drop_column("hotline", column)
    op.drop_table("call_flow_version")
    op.drop_table("call_flow")
