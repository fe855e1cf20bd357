"""Announcements: delivered after the commit, not before, not without it, and never skipped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
from sqlalchemy import text
from tests.fixtures.database import Tenant

from zuoxi.installation.postgres import Dsns
from zuoxi.platform.database import Database
from zuoxi.platform.listener import Listener, Subscription
from zuoxi.platform.outbox import Announced, Resync, announce
from zuoxi.platform.relay import Relay, parts

pytestmark = pytest.mark.database


@asynccontextmanager
async def running(part: Relay | Listener) -> AsyncIterator[None]:
    task = asyncio.create_task(part.run())
    try:
        await (part.relaying if isinstance(part, Relay) else part.listening).wait()
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def heard(dsns: Dsns, tenant: Tenant) -> AsyncIterator[Subscription]:
    """What is announced of the test's tenant, with a relay at work; the first Resync is behind."""
    listener = Listener(dsns.app)
    with listener.subscribe(tenant_id=tenant.id) as subscription:
        async with running(Relay(dsns.narrow, poll=0.05, standby=0.05)), running(listener):
            assert await subscription.get() == Resync()
            yield subscription


async def test_what_is_committed_is_heard_in_order(heard: Subscription, database: Database, tenant: Tenant) -> None:
    async with database.transaction(tenant.id) as session:
        await announce(session, "orders.changed", "1")
        await announce(session, "orders.changed", "2")
    async with database.transaction(tenant.id) as session:
        await announce(session, "orders.changed", "3")
    assert [await heard.get() for _ in range(3)] == [Announced(tenant.id, "orders.changed", id) for id in "123"]


async def test_what_is_rolled_back_is_not_heard(heard: Subscription, database: Database, tenant: Tenant) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(tenant.id) as session:
            await announce(session, "orders.changed", "never")
            await session.flush()
            raise ZeroDivisionError
    async with database.transaction(tenant.id) as session:
        await announce(session, "orders.changed", "after")
    assert await heard.get() == Announced(tenant.id, "orders.changed", "after")


async def test_a_late_commit_is_neither_skipped_nor_holds_up_others(
    heard: Subscription, database: Database, tenant: Tenant
) -> None:
    """A row that was numbered first and is committed last comes last, and the one numbered after it does not wait."""
    async with database.transaction(tenant.id) as slow:
        await announce(slow, "orders.changed", "slow")
        await slow.flush()
        async with database.transaction(tenant.id) as quick:
            await announce(quick, "orders.changed", "quick")
        assert await heard.get() == Announced(tenant.id, "orders.changed", "quick")
    assert await heard.get() == Announced(tenant.id, "orders.changed", "slow")


async def test_many_are_all_heard_once(heard: Subscription, database: Database, tenant: Tenant) -> None:
    async def one(number: int) -> None:
        async with database.transaction(tenant.id) as session:
            for part in range(10):
                await announce(session, "contacts.events", f"{number}-{part}")

    await asyncio.gather(*(one(number) for number in range(60)))
    got = [await heard.get() for _ in range(600)]
    assert {event.id for event in got if isinstance(event, Announced)} == {
        f"{number}-{part}" for number in range(60) for part in range(10)
    }


async def test_what_was_announced_without_a_relay_is_heard_later(
    dsns: Dsns, database: Database, tenant: Tenant
) -> None:
    async with database.transaction(tenant.id) as session:
        await announce(session, "orders.changed", "early")
    listener = Listener(dsns.app)
    with listener.subscribe(tenant_id=tenant.id) as subscription:
        async with running(listener), running(Relay(dsns.narrow)):
            assert await subscription.get() == Resync()
            assert await subscription.get() == Announced(tenant.id, "orders.changed", "early")


async def test_a_relay_that_dies_is_followed_by_another(dsns: Dsns, database: Database, tenant: Tenant) -> None:
    listener = Listener(dsns.app)
    with listener.subscribe(tenant_id=tenant.id) as subscription:
        async with running(listener):
            assert await subscription.get() == Resync()
            second = Relay(dsns.narrow, poll=0.05, standby=0.02)
            async with running(Relay(dsns.narrow, poll=0.05)):
                standing_by = asyncio.create_task(second.run())
                async with database.transaction(tenant.id) as session:
                    await announce(session, "orders.changed", "first")
                assert await subscription.get() == Announced(tenant.id, "orders.changed", "first")
                assert not second.relaying.is_set()
            await second.relaying.wait()
            async with database.transaction(tenant.id) as session:
                await announce(session, "orders.changed", "second")
            assert await subscription.get() == Announced(tenant.id, "orders.changed", "second")
            standing_by.cancel()
            with suppress(asyncio.CancelledError):
                await standing_by


async def test_a_lost_connection_is_noticed_and_made_anew(dsns: Dsns, database: Database, tenant: Tenant) -> None:
    listener = Listener(dsns.app, retry=0.02)
    with listener.subscribe(tenant_id=tenant.id) as subscription:
        async with running(Relay(dsns.narrow, poll=0.05)), running(listener):
            assert await subscription.get() == Resync()
            async with database.transaction(None) as session:
                await session.execute(
                    text(
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                        " where application_name = 'zuoxi listener' and usename = current_user"
                    )
                )
            assert await subscription.get() == Resync()
            async with database.transaction(tenant.id) as session:
                await announce(session, "orders.changed", "again")
            assert await subscription.get() == Announced(tenant.id, "orders.changed", "again")


async def test_a_missing_number_is_noticed(dsns: Dsns, tenant: Tenant) -> None:
    listener = Listener(dsns.app)
    with listener.subscribe(tenant_id=tenant.id) as subscription:
        async with running(listener):
            assert await subscription.get() == Resync()
            connection = await asyncpg.connect(dsns.narrow)
            for number, entries in ((7, "[]"), (8, f'[["{tenant.id}","t","8"]]'), (10, f'[["{tenant.id}","t","10"]]')):
                payload = f'{{"relay":"r","number":{number},"entries":{entries}}}'
                await connection.execute("select pg_notify('zuoxi_announced', $1)", payload)
                if number == 8:
                    assert await subscription.get() == Announced(tenant.id, "t", "8")
            await connection.close()
            assert await subscription.get() == Resync()
            assert await subscription.get() == Announced(tenant.id, "t", "10")


async def test_a_subscriber_hears_its_tenant_and_topics_only(
    dsns: Dsns, database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    listener = Listener(dsns.app)
    with listener.subscribe(tenant_id=tenant.id, topics={"lines.changed"}) as subscription:
        async with running(Relay(dsns.narrow, poll=0.05)), running(listener):
            assert await subscription.get() == Resync()
            for tenant_id, topic in (
                (other_tenant.id, "lines.changed"),
                (tenant.id, "orders.changed"),
                (tenant.id, "lines.changed"),
            ):
                async with database.transaction(tenant_id) as session:
                    await announce(session, topic, "x")
            assert await subscription.get() == Announced(tenant.id, "lines.changed", "x")


async def test_a_subscriber_far_behind_is_told_to_start_anew() -> None:
    subscription = Subscription(None, None)
    for number in range(1500):
        subscription.offer(Announced("t", "x", str(number)))
    assert await subscription.get() == Resync()
    assert await subscription.get() == Announced("t", "x", "1001")


async def test_content_does_not_fit_into_an_announcement(database: Database, tenant: Tenant) -> None:
    with pytest.raises(ValueError, match="not content"):
        async with database.transaction(tenant.id) as session:
            await announce(session, "orders.changed", "x" * 500)


def test_batches_are_cut_to_fit_a_payload() -> None:
    entries = [("01a2040c-c3a4-729d-9baa-3bf2c9c06845", "orders.changed", f"{number:036}") for number in range(500)]
    cut = list(parts([*entries, *entries]))
    assert [entry for part in cut for entry in part] == entries
    assert all(len(str(part)) < 8000 for part in cut)


async def test_the_application_cannot_read_the_outbox(database: Database, tenant: Tenant) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with database.transaction(tenant.id) as session:
            await session.execute(text("select * from outbox"))
