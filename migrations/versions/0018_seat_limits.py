"""Limits of breaks and wrap-ups, the pause of a recording, who is told of supervisors, and skills for today."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import protect

revision = "0018_seat_limits"
down_revision = "0017_home_agents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue", sa.Column("wrap_up_extension_s", sa.Float(), nullable=False, server_default=sa.text("60")))
    op.add_column("queue", sa.Column("wrap_up_extensions", sa.Integer(), nullable=False, server_default=sa.text("2")))
    op.add_column("not_ready_reason", sa.Column("stay_limit_s", sa.Float(), nullable=True))
    op.add_column("not_ready_reason", sa.Column("day_limit_s", sa.Float(), nullable=True))
    op.add_column("not_ready_reason", sa.Column("warns", sa.Boolean(), nullable=False, server_default=sa.text("true")))
    op.add_column(
        "line_settings",
        sa.Column("pause_recording_limit_s", sa.Float(), nullable=False, server_default=sa.text("120")),
    )
    op.add_column(
        "line_settings", sa.Column("tell_supervised", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.add_column(
        "line_settings",
        sa.Column(
            "tell_supervised_projects",
            postgresql.JSONB(),
            nullable=False,
            server_default=sa.text("'{}'::jsonb"),
        ),
    )
    op.create_table(
        "agent_skill_today",
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "agent_id"], ["app_user.tenant_id", "app_user.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tenant_id", "skill_id"], ["skill.tenant_id", "skill.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "agent_id", "skill_id"),
        sa.CheckConstraint("level between 1 and 10", name="level"),
    )
    protect(op, "agent_skill_today")


def downgrade() -> None:
    op.drop_table("agent_skill_today")
    for column in ("tell_supervised_projects", "tell_supervised", "pause_recording_limit_s"):
        op.drop_column("line_settings", column)
    for column in ("warns", "day_limit_s", "stay_limit_s"):
        op.drop_column("not_ready_reason", column)
    for column in ("wrap_up_extensions", "wrap_up_extension_s"):
        op.drop_column("queue", column)
