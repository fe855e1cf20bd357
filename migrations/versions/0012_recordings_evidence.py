"""Recordings as evidence: sealed files, retention, holds, model cases, checks, changes of the key, who hears what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import protect

revision = "0012_recordings_evidence"
down_revision = "0011_dial_limits"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def _key() -> list[sa.Column[str]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _within(column: str, table: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


def upgrade() -> None:
    for column in (
        sa.Column("key_version", sa.Integer()),
        sa.Column("wrapped_key", sa.LargeBinary()),
        sa.Column("verified_at", TIME),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'kept'")),
        sa.Column("removed_at", TIME),
        sa.Column("removed_reason", sa.Text()),
    ):
        op.add_column("recording", column)
    op.create_check_constraint(op.f("recording_state_check"), "recording", "state in ('kept', 'removed')")
    op.create_index("recording_tenant_id_starts_at_idx", "recording", ["tenant_id", "starts_at"])
    op.create_table(
        "recording_retention",
        *_key(),
        sa.Column("project_id", sa.Uuid()),
        sa.Column("days", sa.Integer()),
        sa.Column("keep_cases", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("changed_by", sa.Uuid()),
        sa.Column("changed_at", TIME, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _within("project_id", "project"),
        sa.UniqueConstraint("tenant_id", "project_id", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint("days > 0", name="days"),
    )
    op.create_table(
        "recording_hold",
        *_key(),
        sa.Column("recording_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("until", TIME),
        sa.Column("placed_by", sa.Uuid()),
        sa.Column("placed_at", TIME, nullable=False),
        sa.Column("lifted_by", sa.Uuid()),
        sa.Column("lifted_at", TIME),
        sa.Column("lifted_why", sa.Text()),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _within("recording_id", "recording"),
    )
    op.create_index("recording_hold_tenant_id_recording_id_idx", "recording_hold", ["tenant_id", "recording_id"])
    op.create_table(
        "model_case",
        *_key(),
        sa.Column("recording_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("from_s", sa.Float(), nullable=False),
        sa.Column("to_s", sa.Float(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'draft'")),
        sa.Column("made_by", sa.Uuid()),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("released_by", sa.Uuid()),
        sa.Column("released_at", TIME),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _within("recording_id", "recording"),
        sa.CheckConstraint("state in ('draft', 'released', 'withdrawn')", name="state"),
        sa.CheckConstraint("from_s >= 0 and to_s > from_s", name="span"),
    )
    op.create_index("model_case_tenant_id_state_made_at_idx", "model_case", ["tenant_id", "state", "made_at"])
    op.create_index("model_case_tenant_id_recording_id_idx", "model_case", ["tenant_id", "recording_id"])
    op.create_table(
        "recording_check",
        *_key(),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("recording_check_tenant_id_started_at_idx", "recording_check", ["tenant_id", "started_at"])
    op.create_table(
        "recording_finding",
        *_key(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid()),
        sa.Column("recording_id", sa.Uuid()),
        sa.Column("detail", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'open'")),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("closed_at", TIME),
        sa.Column("closed_by", sa.Uuid()),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "kind", "subject"),
        sa.CheckConstraint("state in ('open', 'explained', 'resolved')", name="state"),
    )
    op.create_index(
        "recording_finding_tenant_id_state_found_at_idx", "recording_finding", ["tenant_id", "state", "found_at"]
    )
    op.create_table(
        "recording_key_rotation",
        *_key(),
        sa.Column("to_version", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("done", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("asked_by", sa.Uuid()),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("finished_at", TIME),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index(
        "recording_key_rotation_tenant_id_asked_at_idx", "recording_key_rotation", ["tenant_id", "asked_at"]
    )
    op.create_table(
        "recording_scope",
        *_key(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _within("user_id", "app_user", ondelete="CASCADE"),
        _within("project_id", "project", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "user_id", "project_id"),
    )
    for table in (
        "recording_retention",
        "recording_hold",
        "model_case",
        "recording_check",
        "recording_finding",
        "recording_key_rotation",
        "recording_scope",
    ):
        protect(op, table)
