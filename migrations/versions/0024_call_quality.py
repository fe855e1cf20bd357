"""How a conversation sounded at its worst."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024_call_quality"
down_revision = "0023_queue_treatment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("quality", sa.Text(), nullable=True))
    op.create_check_constraint("quality", "contact", "quality in ('poor', 'silent')")


def downgrade() -> None:
    op.drop_constraint("quality", "contact")
    op.drop_column("contact", "quality")
