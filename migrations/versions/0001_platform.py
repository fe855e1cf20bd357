"""Outbox, audit log, remembered answers, the job queue, and what each role may do with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from sqlalchemy.dialects import postgresql

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.jobs import DATABASE_NAMES
from zuoxi.platform.tenancy import APP_ROLE, NARROW_ROLE, open_to_narrow, protect

revision = "0001_platform"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("revoke create on schema public from public")
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
    )
    protect(op, "outbox", rights=["insert"])
    open_to_narrow(op, "outbox", "select")
    open_to_narrow(op, "outbox", "delete")
    # Rows live for milliseconds: vacuum by the number of dead rows, not by the share of a table that is always empty.
    op.execute(
        "alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,"
        " autovacuum_vacuum_insert_threshold = -1)"
    )

    op.create_table(
        "audit_log",
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("audit_log_tenant_id_at_idx", "audit_log", ["tenant_id", "at"])
    op.create_index("audit_log_tenant_id_kind_object_id_idx", "audit_log", ["tenant_id", "kind", "object_id"])
    protect(op, "audit_log", rights=["select", "insert"])

    op.create_table(
        "idempotency",
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("body", postgresql.JSONB()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "user_id", "key"),
    )
    op.create_index("idempotency_tenant_id_at_idx", "idempotency", ["tenant_id", "at"])
    protect(op, "idempotency")
    open_to_narrow(op, "idempotency", "select", columns=["tenant_id", "id", "at"])
    open_to_narrow(op, "idempotency", "delete")

    _install_jobs()


def _install_jobs() -> None:
    """The job queue in a schema of its own. The application adds jobs by one function and cannot read them (their
    payloads name other tenants' rows); the worker's connection, the narrow role, has the tables."""
    script = QueryBuilderEnvironment(DATABASE_NAMES).build_install_query()
    # Many statements in one text: only the driver itself takes them.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(script))  # type: ignore[union-attr]
    op.execute(
        """
        create function jobs.enqueue(name text, payload bytea, dedupe text, priority integer, after interval)
        returns bigint language sql security definer set search_path = pg_catalog, pg_temp as $$
            with added as (
                insert into jobs.pgqueuer (entrypoint, payload, dedupe_key, priority, execute_after, status)
                values ($1, $2, $3, $4, now() + $5, 'queued')
                on conflict (dedupe_key)
                    where status in ('queued'::jobs.pgqueuer_status, 'picked'::jobs.pgqueuer_status)
                      and dedupe_key is not null
                    do nothing
                returning id, entrypoint, priority
            ), logged as (
                insert into jobs.pgqueuer_log (job_id, status, entrypoint, priority)
                select id, 'queued', entrypoint, priority from added
            )
            select id from added
        $$
        """
    )
    op.execute("revoke all on function jobs.enqueue(text, bytea, text, integer, interval) from public")
    op.execute(f"grant usage on schema jobs to {APP_ROLE}, {NARROW_ROLE}")
    op.execute(
        f"grant execute on function jobs.enqueue(text, bytea, text, integer, interval) to {APP_ROLE}, {NARROW_ROLE}"
    )
    op.execute(f"grant select, insert, update, delete on all tables in schema jobs to {NARROW_ROLE}")
    op.execute(f"grant usage, select on all sequences in schema jobs to {NARROW_ROLE}")
