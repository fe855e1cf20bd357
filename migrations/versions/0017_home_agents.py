"""Agents who work from an ordinary telephone: its number, and whether they may; whether they confirm with a key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_home_agents"
down_revision = "0016_who_talked"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("app_user", sa.Column("telephone", sa.Text))
    op.add_column("app_user", sa.Column("works_from_home", sa.Boolean, server_default=sa.false(), nullable=False))
    op.add_column("line_settings", sa.Column("confirm_home", sa.Boolean, server_default=sa.true(), nullable=False))
