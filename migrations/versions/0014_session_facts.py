"""A session knows when its password was last given, and where it was opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from zuoxi.platform.tenancy import NARROW_ROLE

revision = "0014_session_facts"
down_revision = "0013_sip_bans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("user_session", sa.Column("confirmed_at", moment, nullable=False, server_default=sa.text("now()")))
    for name in ("address", "browser"):
        op.add_column("user_session", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.execute(f"grant select (confirmed_at) on user_session to {NARROW_ROLE}")


def downgrade() -> None:
    for name in ("confirmed_at", "address", "browser"):
        op.drop_column("user_session", name)
