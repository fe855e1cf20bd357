"""Addresses that SIP refuses: of the installation, kept by the narrow role."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from zuoxi.platform.tenancy import NARROW_ROLE

revision = "0013_sip_bans"
down_revision = "0012_recordings_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "sip_ban",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("banned_at", moment, nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.Column("banned_by", sa.Uuid()),
        sa.Column("lifted_at", moment),
        sa.Column("lifted_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("sip_ban_ends_at_idx"), "sip_ban", ["ends_at"])
    op.create_index(op.f("sip_ban_address_idx"), "sip_ban", ["address"])
    op.execute(f"grant select, insert, update on sip_ban to {NARROW_ROLE}")


def downgrade() -> None:
    op.drop_table("sip_ban")
