"""Callbacks as live tasks: where each stands, its attempts and times, and the plans by which they are dialled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import protect

revision = "0025_live_callbacks"
down_revision = "0024_call_quality"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
_STATES = "state in ('open', 'done', 'dropped', 'given_up', 'joined')"
_NEW = (
    "live",
    "stage",
    "attempts",
    "due_at",
    "expires_at",
    "agent_id",
    "kept_place",
    "joined_contact_id",
    "last_result",
    "postpone_to",
    "postpone_by",
)


def upgrade() -> None:
    for column in (
        sa.Column("live", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("stage", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("due_at", TIME),
        sa.Column("expires_at", TIME),
        sa.Column("agent_id", sa.Uuid()),
        sa.Column("kept_place", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("joined_contact_id", sa.Uuid()),
        sa.Column("last_result", sa.Text()),
        sa.Column("postpone_to", TIME),
        sa.Column("postpone_by", sa.Uuid()),
    ):
        op.add_column("callback", column)
    op.drop_constraint(op.f("callback_state_check"), "callback", type_="check")
    op.create_check_constraint(op.f("callback_state_check"), "callback", _STATES)
    op.create_index("callback_tenant_id_contact_id_idx", "callback", ["tenant_id", "contact_id"])
    op.create_table(
        "callback_plan",
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("queue_id", sa.Uuid()),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_after_s", sa.Double(), nullable=False),
        sa.Column("busy_after_s", sa.Double(), nullable=False),
        sa.Column("no_answer_after_s", sa.Double(), nullable=False),
        sa.Column("failed_after_s", sa.Double(), nullable=False),
        sa.Column("expires_after_s", sa.Double(), nullable=False),
        sa.Column("idle_s", sa.Double(), nullable=False),
        sa.Column("preview_s", sa.Double(), nullable=False),
        sa.Column("hours", postgresql.JSONB(none_as_null=True)),
        sa.Column("changed_at", TIME, nullable=False, server_default=sa.text("now()")),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "queue_id"], ["queue.tenant_id", "queue.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "queue_id", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint("mode in ('off', 'preview', 'progressive')", name="mode"),
        sa.CheckConstraint("attempts > 0", name="attempts"),
    )
    protect(op, "callback_plan")


def downgrade() -> None:
    op.drop_table("callback_plan")
    op.drop_index("callback_tenant_id_contact_id_idx", "callback")
    op.execute("update callback set state = 'dropped' where state in ('given_up', 'joined')")
    op.drop_constraint(op.f("callback_state_check"), "callback", type_="check")
    op.create_check_constraint(op.f("callback_state_check"), "callback", "state in ('open', 'done', 'dropped')")
    for column in _NEW:
        op.drop_column("callback", column)
