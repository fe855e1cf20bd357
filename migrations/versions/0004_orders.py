"""Holds the place in the chain until the room's tables come."""

from __future__ import annotations

revision = "0004_orders"
down_revision = "0003_customers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
