"""The tables in the models are the tables that the migrations make."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from zuoxi.installation.postgres import Dsns
from zuoxi.platform.database import Base, async_url
from zuoxi.platform.migrate import alembic_config, migrate
from zuoxi.rooms import modules

pytestmark = pytest.mark.database


def _import_models() -> None:
    assert len(list(modules("models"))) >= 6


async def test_models_and_migrations_agree(dsns: Dsns) -> None:
    """Every table, column, type, index, unique and foreign key of the models stands in the database, and no other."""
    _import_models()
    await migrate(dsns.owner)  # also shows that a second run changes nothing

    def compare(connection: Any) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"target_metadata": Base.metadata, "compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    engine = create_async_engine(async_url(dsns.owner))
    async with engine.connect() as connection:
        differences = await connection.run_sync(compare)
    await engine.dispose()
    assert differences == []


def test_migrations_are_one_chain() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    assert [revision.revision for revision in script.walk_revisions()][-1] == "0001_platform"
