"""Alembic's environment: it always works on a connection that ``zuoxi.platform.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from zuoxi.platform.database import Base

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run migrations with: python -m zuoxi.platform.migrate --data DIR")
# The metadata gives the naming convention; the tables stand in the migrations themselves.
context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
