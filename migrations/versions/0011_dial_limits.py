"""What outbound calls may reach and cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import protect

revision = "0011_dial_limits"
down_revision = "0010_special_day_of_hotline"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant = sa.text(CURRENT_TENANT)
    op.create_table(
        "dial_limit",
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=tenant),
        sa.Column("id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("allowed", postgresql.JSONB(), nullable=False),
        sa.Column("denied", postgresql.JSONB(), nullable=False),
        sa.Column("concurrent", sa.Integer(), nullable=False),
        sa.Column("spend_per_hour", sa.BigInteger(), nullable=False),
        sa.Column("longest_s", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "project_id"], ["project.tenant_id", "project.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "project_id", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint("concurrent >= 0 and spend_per_hour >= 0 and longest_s > 0", name="sizes"),
    )
    op.create_table(
        "dial_tariff",
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=tenant),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("per_minute", sa.BigInteger(), nullable=False),
        sa.Column("per_call", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "prefix"),
        sa.CheckConstraint("per_minute >= 0 and per_call >= 0", name="prices"),
    )
    for table in ("dial_limit", "dial_tariff"):
        protect(op, table)


def downgrade() -> None:
    op.drop_table("dial_tariff")
    op.drop_table("dial_limit")
