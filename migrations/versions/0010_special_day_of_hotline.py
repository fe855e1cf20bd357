"""Special days of one hotline, beside those of the whole tenant."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_special_day_of_hotline"
down_revision = "0009_caller_look_up"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("special_day", sa.Column("hotline_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("special_day_tenant_id_hotline_id_fkey"),
        "special_day",
        "hotline",
        ["tenant_id", "hotline_id"],
        ["tenant_id", "id"],
        ondelete="CASCADE",
    )
    op.drop_constraint(op.f("special_day_tenant_id_day_key"), "special_day", type_="unique")
    op.create_unique_constraint(
        op.f("special_day_tenant_id_day_hotline_id_key"),
        "special_day",
        ["tenant_id", "day", "hotline_id"],
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.execute("delete from special_day where hotline_id is not null")
    op.drop_constraint(op.f("special_day_tenant_id_day_hotline_id_key"), "special_day", type_="unique")
    op.create_unique_constraint(op.f("special_day_tenant_id_day_key"), "special_day", ["tenant_id", "day"])
    op.drop_column("special_day", "hotline_id")
