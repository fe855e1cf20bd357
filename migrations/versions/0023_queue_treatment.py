"""What callers meet in a queue: limits, exits, steps to other queues, announcements; the language of spoken numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023_queue_treatment"
down_revision = "0022_voicemail"
branch_labels = None
depends_on = None

_MESSAGE = """'{"kind": "message", "target": null}'::jsonb"""
_NEW = (
    "max_waiting",
    "when_full",
    "when_unstaffed",
    "when_timed_out",
    "overflow",
    "announce_first_s",
    "announce_every_s",
    "say_position",
    "say_wait",
    "comfort",
    "offer_callback",
    "seconds_per_priority",
)


def upgrade() -> None:
    json = postgresql.JSONB
    for column in (
        sa.Column("max_waiting", sa.Integer()),
        sa.Column("when_full", json(), nullable=False, server_default=sa.text(_MESSAGE)),
        sa.Column("when_unstaffed", json()),
        sa.Column("when_timed_out", json(), nullable=False, server_default=sa.text(_MESSAGE)),
        sa.Column("overflow", json(), nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("announce_first_s", sa.Double()),
        sa.Column("announce_every_s", sa.Double()),
        sa.Column("say_position", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("say_wait", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("comfort", json(), nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("offer_callback", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("seconds_per_priority", sa.Double()),
    ):
        op.add_column("queue", column)
    op.add_column(
        "line_settings", sa.Column("spoken_language", sa.Text(), nullable=False, server_default=sa.text("'zh'"))
    )
    op.create_check_constraint("spoken_language", "line_settings", "spoken_language in ('zh', 'en')")


def downgrade() -> None:
    op.drop_column("line_settings", "spoken_language")
    for name in _NEW:
        op.drop_column("queue", name)
