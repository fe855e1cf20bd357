"""Alembic's environment: it always works on a connection that ``zuoxi.platform.migrate`` hands over."""

from __future__ import annotations

import importlib
import importlib.util

from alembic import context

from zuoxi.platform.database import Base

for room in (
    "platform",
    "accounts",
    "customers",
    "orders",
    "cases",
    "lines",
    "contacts",
    "recordings",
    "reporting",
):
    if importlib.util.find_spec(f"zuoxi.{room}") and importlib.util.find_spec(f"zuoxi.{room}.models"):
        importlib.import_module(f"zuoxi.{room}.models")

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run migrations with: python -m zuoxi.platform.migrate --data DIR")
context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
