"""Holds the place in the chain until the room's tables come."""

from __future__ import annotations

revision = "0007_recordings"
down_revision = "0006_contacts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
