"""Found by who talked: the calls of an agent, also those that others had afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_who_talked"
down_revision = "0015_plan_each_look_up"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "contact_event_tenant_id_agent_id_contact_id_idx",
        "contact_event",
        ["tenant_id", "agent_id", "contact_id"],
        postgresql_where=sa.text("kind in ('ContactAnswered', 'ContactTakenOver')"),
    )
