"""The pool of connections: one whose server went away is replaced before anybody works with it."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from zuoxi.installation.postgres import Dsns
from zuoxi.platform.database import Database

pytestmark = pytest.mark.database


async def test_connections_that_the_server_closed_are_replaced(dsns: Dsns):
    """After a restart of the database nobody's first transaction fails."""
    database = Database(dsns.app, pool_size=3, application="connections-test")
    try:
        opened = asyncio.Barrier(3)

        async def work() -> None:
            async with database.transaction(None) as session:
                await session.execute(text("select 1"))
                await opened.wait()  # three at once: three connections

        await asyncio.gather(work(), work(), work())
        other = await asyncpg.connect(dsns.app)
        try:
            ended = await other.fetch(
                "select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name = $1",
                "connections-test",
            )
        finally:
            await other.close()
        assert len(ended) == 3
        await asyncio.gather(work(), work(), work())
    finally:
        await database.close()
