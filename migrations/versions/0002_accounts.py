"""Tenants, clients, projects, users, roles, sessions, sign-in attempts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import NARROW_ROLE, open_to_narrow, protect

revision = "0002_accounts"
down_revision = "0001_platform"
branch_labels = None
depends_on = None


def _key() -> list[sa.Column[Any]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _moment(name: str, *, now: bool = False) -> sa.Column[Any]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=default)


def upgrade() -> None:
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False, server_default=sa.text("'Asia/Shanghai'")),
        sa.Column("locale", sa.Text(), nullable=False, server_default=sa.text("'zh-CN'")),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        _moment("created_at", now=True),
    )
    protect(op, "tenant", column="id", rights=["select", "insert", "update"])
    open_to_narrow(op, "tenant", "select")

    op.create_table(
        "client",
        *_key(),
        sa.Column("name", sa.Text(), nullable=False),
        _moment("created_at", now=True),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.UniqueConstraint("tenant_id", "name"),
    )
    protect(op, "client")

    op.create_table(
        "project",
        *_key(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        _moment("created_at", now=True),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "client_id"], ["client.tenant_id", "client.id"]),
        sa.UniqueConstraint("tenant_id", "name"),
    )
    protect(op, "project")

    op.create_table(
        "app_user",
        *_key(),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("locale", sa.Text(), nullable=False, server_default=sa.text("'zh-CN'")),
        sa.Column("totp_secret", sa.Text()),
        sa.Column("totp_confirmed", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("totp_step", sa.BigInteger()),
        sa.Column("demo", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        _moment("created_at", now=True),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.UniqueConstraint("login"),
        sa.UniqueConstraint("tenant_id", "number"),
    )
    protect(op, "app_user")
    open_to_narrow(op, "app_user", "select", columns=["tenant_id", "id", "login"])

    op.create_table(
        "user_role",
        *_key(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "user_id"], ["app_user.tenant_id", "app_user.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "user_id", "role"),
    )
    protect(op, "user_role")

    op.create_table(
        "user_session",
        *_key(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        _moment("created_at"),
        _moment("seen_at"),
        _moment("ends_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "user_id"], ["app_user.tenant_id", "app_user.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("user_session_tenant_id_user_id_idx", "user_session", ["tenant_id", "user_id"])
    protect(op, "user_session")
    open_to_narrow(op, "user_session", "select")
    open_to_narrow(op, "user_session", "delete")

    # Neither belongs to a tenant; only the narrow role may touch them.
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("bucket", sa.Text(), nullable=False),
        _moment("at"),
    )
    op.create_index("sign_in_attempt_bucket_at_idx", "sign_in_attempt", ["bucket", "at"])
    op.execute(f"grant select, insert, delete on sign_in_attempt to {NARROW_ROLE}")
    op.create_table(
        "installation_once",
        sa.Column("what", sa.Text(), primary_key=True),
        _moment("at", now=True),
    )
    op.execute(f"grant select, insert on installation_once to {NARROW_ROLE}")
