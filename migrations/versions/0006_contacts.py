"""Holds the place in the chain until the room's tables come."""

from __future__ import annotations

revision = "0006_contacts"
down_revision = "0005_lines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
