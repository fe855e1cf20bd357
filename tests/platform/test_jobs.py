"""Jobs: done after the commit, tried again when they fall, held when they keep falling."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from tests.fixtures.database import Tenant

from zuoxi.installation.postgres import Dsns
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.jobs import Jobs, enqueue
from zuoxi.worker import work

pytestmark = pytest.mark.database


@asynccontextmanager
async def worker(jobs: Jobs, dsns: Dsns) -> AsyncIterator[asyncio.Event]:
    """A worker for these jobs; at the end it is asked to stop and waited for."""
    stop = asyncio.Event()
    task = asyncio.create_task(work(jobs, dsns.narrow, stop))
    try:
        yield stop
    finally:
        stop.set()
        await task


@pytest.fixture
def name() -> str:
    """A job's name that no other test uses."""
    return f"test.{new_id()}"


async def test_a_job_is_done_once_it_is_committed(dsns: Dsns, database: Database, tenant: Tenant, name: str) -> None:
    done: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    jobs = Jobs()
    jobs.handle(name, done.put)
    async with worker(jobs, dsns):
        with pytest.raises(ZeroDivisionError):
            async with database.transaction(tenant.id) as session:
                await enqueue(session, name, {"n": "rolled back"})
                raise ZeroDivisionError
        async with database.transaction(tenant.id) as session:
            await enqueue(session, name, {"n": "committed"})
        assert await done.get() == {"n": "committed"}
    assert done.empty()


async def test_equal_jobs_do_not_pile_up(database: Database, tenant: Tenant, name: str) -> None:
    async with database.transaction(tenant.id) as session:
        assert await enqueue(session, name, {}, key=name) is not None
        assert await enqueue(session, name, {}, key=name) is None


async def test_a_job_that_falls_is_tried_again(dsns: Dsns, database: Database, tenant: Tenant, name: str) -> None:
    tries = 0
    done = asyncio.Event()

    async def handler(payload: dict[str, Any]) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ValueError("not yet")
        done.set()

    jobs = Jobs()
    jobs.handle(name, handler, first_pause=timedelta(milliseconds=1))
    async with worker(jobs, dsns):
        async with database.transaction(tenant.id) as session:
            await enqueue(session, name, {})
        await done.wait()
    assert tries == 3


async def test_a_job_that_keeps_falling_is_held_not_lost(
    dsns: Dsns, database: Database, narrow: Database, tenant: Tenant, name: str
) -> None:
    tries = 0

    async def handler(payload: dict[str, Any]) -> None:
        nonlocal tries
        tries += 1
        if tries == 2:
            stop.set()
        raise ValueError("never")

    jobs = Jobs()
    jobs.handle(name, handler, attempts=2, first_pause=timedelta(milliseconds=1))
    async with worker(jobs, dsns) as stop:
        async with database.transaction(tenant.id) as session:
            await enqueue(session, name, {})
        await stop.wait()
    async with narrow.transaction(None) as session:
        query = text("select status::text, attempts from jobs.pgqueuer where entrypoint = :name")
        assert (await session.execute(query, {"name": name})).all() == [("failed", 1)]
    assert tries == 2


async def test_a_stopping_worker_finishes_what_it_began(
    dsns: Dsns, database: Database, narrow: Database, tenant: Tenant, name: str
) -> None:
    begun = asyncio.Event()
    finished = False

    async def handler(payload: dict[str, Any]) -> None:
        nonlocal finished
        begun.set()
        await stop.wait()
        async with database.transaction(tenant.id) as session:
            await session.execute(text("select 1"))
        finished = True

    jobs = Jobs()
    jobs.handle(name, handler)
    async with worker(jobs, dsns) as stop:
        async with database.transaction(tenant.id) as session:
            await enqueue(session, name, {})
        await begun.wait()
    assert finished
    async with narrow.transaction(None) as session:
        query = text("select count(*) from jobs.pgqueuer where entrypoint = :name")
        assert await session.scalar(query, {"name": name}) == 0


async def test_scheduled_work_runs(dsns: Dsns, name: str) -> None:
    ran = asyncio.Event()

    async def work_once() -> None:
        ran.set()

    jobs = Jobs()
    jobs.every("* * * * * *", name, work_once)  # with seconds
    async with worker(jobs, dsns):
        await ran.wait()


async def test_the_application_cannot_read_other_tenants_jobs(database: Database, tenant: Tenant) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with database.transaction(tenant.id) as session:
            await session.execute(text("select payload from jobs.pgqueuer"))


def test_two_handlers_of_one_name_are_a_mistake(name: str) -> None:
    async def handler(payload: dict[str, Any]) -> None: ...

    jobs = Jobs()
    jobs.handle(name, handler)
    with pytest.raises(ValueError, match="two handlers"):
        jobs.handle(name, handler)
