"""Holds the place in the chain until the room's tables come."""

from __future__ import annotations

revision = "0008_reporting"
down_revision = "0007_recordings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
