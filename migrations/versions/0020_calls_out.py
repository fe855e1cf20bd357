"""Calls out: when somebody was rung and what they saw; each business line's number for calling."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020_calls_out"
down_revision = "0019_draws"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("dialled_at", sa.DateTime(timezone=True)))
    op.add_column("contact", sa.Column("caller_id", sa.Text()))
    op.add_column("business_line", sa.Column("outbound_caller_id", sa.Text()))
