"""Business lines, hotlines, queues, skills, dispositions, reasons, prompts, special days, settings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import open_to_narrow, protect

revision = "0005_lines"
down_revision = "0004_orders"
branch_labels = None
depends_on = None


def _key() -> list[sa.Column[Any]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _in_tenant(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


def _text(name: str, default: str | None = None, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=sa.text(default) if default else None)


def _integer(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text(default) if default else None)


def _seconds(name: str, default: str | None = None) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=default is None, server_default=sa.text(default) if default else None)


def _flag(name: str, default: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text(default))


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()"))


def upgrade() -> None:
    op.create_table(
        "skill",
        *_key(),
        _text("name"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "name"),
    )
    op.create_table(
        "queue",
        *_key(),
        _text("name"),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        _integer("priority", "0"),
        _seconds("time_limit_s", "120"),
        _seconds("offer_timeout_s", "15"),
        _seconds("wrap_up_limit_s"),
        _seconds("service_level_s", "20"),
        _text("music", "'default'"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("skill_id", "skill"),
        sa.UniqueConstraint("tenant_id", "name"),
        sa.CheckConstraint(
            "time_limit_s > 0 and offer_timeout_s > 0 and service_level_s > 0", name=op.f("queue_durations_check")
        ),
    )
    op.create_table(
        "business_line",
        *_key(),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        _text("name"),
        sa.Column("vip_skill_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("project_id", "project"),
        _in_tenant("vip_skill_id", "skill"),
        sa.UniqueConstraint("tenant_id", "name"),
    )
    op.create_table(
        "hotline",
        *_key(),
        _text("number"),
        _text("name"),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("queue_id", sa.Uuid(), nullable=False),
        _flag("answer_before_waiting", "true"),
        _text("greeting", nullable=True),
        sa.Column("hours", postgresql.JSONB()),
        _flag("active", "true"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("line_id", "business_line"),
        _in_tenant("queue_id", "queue"),
        sa.UniqueConstraint("number"),
    )
    op.create_table(
        "agent_skill",
        *_key(),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        _integer("level"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("agent_id", "app_user", "CASCADE"),
        _in_tenant("skill_id", "skill"),
        sa.UniqueConstraint("tenant_id", "agent_id", "skill_id"),
        sa.CheckConstraint("level between 1 and 10", name=op.f("agent_skill_level_check")),
    )
    op.create_table(
        "line_settings",
        sa.Column("tenant_id", sa.Uuid(), primary_key=True, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("version", sa.BigInteger(), nullable=False, server_default=sa.text("1")),
        _integer("vip_boost", "20"),
        _integer("last_agent_boost", "10"),
        _text("last_agent_reach", "'any_line'"),
        _seconds("last_agent_max_age_s"),
        _seconds("seconds_per_priority"),
        _flag("record_waiting", "true"),
        _now("changed_at"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.CheckConstraint(
            "last_agent_reach in ('any_line', 'same_line', 'off')", name=op.f("line_settings_reach_check")
        ),
    )
    op.create_table(
        "special_day",
        *_key(),
        sa.Column("day", sa.Date(), nullable=False),
        _text("kind"),
        _text("name", "''"),
        _integer("like_weekday", "0"),
        sa.Column("spans", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "day"),
        sa.CheckConstraint("kind in ('holiday', 'make_up')", name=op.f("special_day_kind_check")),
        sa.CheckConstraint("like_weekday between 0 and 6", name=op.f("special_day_weekday_check")),
    )
    op.create_table(
        "disposition",
        *_key(),
        _text("code"),
        _text("zh"),
        _text("en"),
        sa.Column("line_id", sa.Uuid()),
        _integer("position", "0"),
        _flag("active", "true"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _in_tenant("line_id", "business_line"),
        sa.UniqueConstraint("tenant_id", "code"),
    )
    op.create_table(
        "not_ready_reason",
        *_key(),
        _text("code"),
        _text("zh"),
        _text("en"),
        _integer("position", "0"),
        _flag("selectable", "true"),
        _flag("active", "true"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "code"),
    )
    op.create_table(
        "prompt",
        *_key(),
        _text("key"),
        _text("zh"),
        _text("en"),
        _text("language", "'zh'"),
        _flag("uploaded", "false"),
        _now("changed_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "key"),
        sa.CheckConstraint("language in ('zh', 'en', 'zh+en')", name=op.f("prompt_language_check")),
    )
    for table in (
        "skill",
        "queue",
        "business_line",
        "hotline",
        "agent_skill",
        "line_settings",
        "special_day",
        "disposition",
        "not_ready_reason",
        "prompt",
    ):
        protect(op, table)
    # Before a call's tenant is known, its dialled number must tell it.
    open_to_narrow(op, "hotline", "select", columns=["tenant_id", "id", "number", "active"])
