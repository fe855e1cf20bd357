"""The live board: it follows the event log, for those who may see it, and nobody else's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from tests.fixtures.api import Client, SignIn, make_user
from tests.fixtures.database import Tenant

from zuoxi.contacts.models import ContactEvent
from zuoxi.lines.change_lines import create
from zuoxi.lines.models import Queue, Skill
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.reporting.live import Wallboards

pytestmark = pytest.mark.database

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
async def boards(database: Database) -> AsyncIterator[Wallboards]:
    """Boards that read only when told (the resync is far away)."""
    wallboards = Wallboards(database, lambda: NOW, pause_s=0.0, resync_s=3600)
    yield wallboards
    await wallboards.close()


class Log:
    """Writes facts as the shipper does."""

    def __init__(self, database: Database, tenant: Tenant) -> None:
        self.database, self.tenant, self.seq = database, tenant, 0

    async def write(self, *facts: tuple[str, dict[str, Any]], at: datetime = NOW, epoch: int = 1) -> None:
        self.seq += 1
        async with self.database.transaction(self.tenant.id) as session:
            session.add_all(
                ContactEvent(
                    tenant_id=self.tenant.id,
                    domain=self.tenant.id,
                    epoch=epoch,
                    seq=self.seq,
                    index=index,
                    at=at,
                    kind=kind,
                    agent_id=payload.get("agent"),
                    payload=payload,
                )
                for index, (kind, payload) in enumerate(facts)
            )


async def make_queue(database: Database, tenant: Tenant, name: str, target: float = 20) -> str:
    async with database.transaction(tenant.id) as session:
        skill = await create(session, None, Skill, {"name": name})
        queue = await create(session, None, Queue, {"name": name, "skill_id": skill.id, "service_level_s": target})
    return queue.id


def queued(contact: str, queue: str) -> tuple[str, dict[str, Any]]:
    return "ContactQueued", {"contact": contact, "queue": queue, "priority": 0, "reason": "arrival"}


async def test_a_watcher_sees_each_change_and_the_log_of_before(
    database: Database, tenant: Tenant, boards: Wallboards
) -> None:
    log, queue = Log(database, tenant), await make_queue(database, tenant, "厨房")
    agent = await make_user(database, tenant, "agent", name="李四")
    await log.write(
        ("AgentStateChanged", {"agent": agent.user_id, "state": "ready", "reason": None, "contact": None}),
        at=NOW - timedelta(hours=12),
    )
    await log.write(queued("c1", queue), at=NOW - timedelta(seconds=30))
    feed = boards.watch(tenant.id)
    first = await anext(feed)
    assert (first.total.waiting, first.total.longest_wait_s, first.total.offered) == (1, 30.0, 1)
    assert [(shown.name, shown.waiting) for shown in first.queues] == [("厨房", 1)]
    assert [(shown.name, shown.state) for shown in first.agent_list] == [("李四", "ready")]
    assert (first.agents["ready"], first.agents["signed_out"]) == (1, 0)

    answer = {"contact": "c1", "queue": queue, "agent": agent.user_id, "waited": 30.0}
    await log.write(
        ("ContactAnswered", answer),
        ("AgentStateChanged", {"agent": agent.user_id, "state": "talking", "reason": None, "contact": "c1"}),
        epoch=2,
    )
    boards.changed(tenant.id, "contacts.events")
    second = await asyncio.wait_for(anext(feed), 10)
    assert (second.total.waiting, second.total.answered, second.agents["talking"]) == (0, 1, 1)
    assert second.queues[0].service_level == 0.0, "30 s are later than 20 s"
    await feed.aclose()


async def test_a_lost_announcement_only_delays(database: Database, tenant: Tenant) -> None:
    boards = Wallboards(database, lambda: NOW, pause_s=0.0, resync_s=0.01)
    log, queue = Log(database, tenant), await make_queue(database, tenant, "健康")
    feed = boards.watch(tenant.id)
    assert (await anext(feed)).total.waiting == 0
    await log.write(queued("c1", queue))
    assert (await asyncio.wait_for(anext(feed), 10)).total.waiting == 1
    await feed.aclose()
    await boards.close()


async def test_a_changed_target_counts_the_day_anew(database: Database, tenant: Tenant, boards: Wallboards) -> None:
    log, queue = Log(database, tenant), await make_queue(database, tenant, "厨房", target=20)
    answer = {"contact": "c1", "queue": queue, "agent": new_id(), "waited": 30.0}
    await log.write(queued("c1", queue), ("ContactAnswered", answer))
    feed = boards.watch(tenant.id)
    assert (await anext(feed)).queues[0].service_level == 0.0
    async with database.transaction(tenant.id) as session:
        (await session.get_one(Queue, (tenant.id, queue))).service_level_s = 60
    boards.changed(tenant.id, "lines.changed")
    assert (await asyncio.wait_for(anext(feed), 10)).queues[0].service_level == 1.0
    await feed.aclose()


async def test_the_board_is_for_those_who_may_see_it_and_of_their_own_tenant(
    database: Database, tenant: Tenant, other_tenant: Tenant, boards: Wallboards, app: FastAPI, api_client: SignIn
) -> None:
    app.state.wallboards = boards
    log, queue = Log(database, tenant), await make_queue(database, tenant, "厨房")
    await log.write(queued("c1", queue))
    ours, theirs = await api_client("supervisor"), await api_client("supervisor", of=other_tenant)
    assert (await ours.get("/api/wallboard")).json()["total"]["waiting"] == 1
    foreign = (await theirs.get("/api/wallboard")).json()
    assert (foreign["total"]["waiting"], foreign["total"]["service_level"], foreign["queues"]) == (0, None, [])
    agent = await api_client("agent")
    assert (await agent.get("/api/wallboard")).status_code == 403


@asynccontextmanager
async def socket(app: FastAPI, client: Client | None) -> AsyncIterator[tuple[asyncio.Queue[Any], asyncio.Queue[Any]]]:
    """A WebSocket to the live board, spoken to as a server would."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items()) if client else ""
    inbox: asyncio.Queue[Any] = asyncio.Queue()
    outbox: asyncio.Queue[Any] = asyncio.Queue()
    inbox.put_nowait({"type": "websocket.connect"})
    path = "/api/live/wallboard"
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:22080"), (b"cookie", cookies.encode())],
        "subprotocols": [],
        "state": {},
    }
    task = asyncio.create_task(app(scope, inbox.get, outbox.put))
    try:
        yield inbox, outbox
    finally:
        inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(task, 10)


async def test_the_live_feed_pushes_the_board_and_ends_with_the_page(
    database: Database, tenant: Tenant, boards: Wallboards, app: FastAPI, api_client: SignIn
) -> None:
    app.state.wallboards = boards
    log, queue = Log(database, tenant), await make_queue(database, tenant, "厨房")
    supervisor = await api_client("supervisor")
    async with socket(app, supervisor) as (_, sent):
        assert (await asyncio.wait_for(sent.get(), 10))["type"] == "websocket.accept"
        frame = json.loads((await asyncio.wait_for(sent.get(), 10))["text"])
        assert (frame["type"], frame["total"]["waiting"]) == ("wallboard", 0)
        await log.write(queued(new_id(), queue))
        boards.changed(tenant.id, "contacts.events")
        frame = json.loads((await asyncio.wait_for(sent.get(), 10))["text"])
        assert frame["total"]["waiting"] == 1
    assert boards._boards == {}, "nobody looks any more, so nothing is read any more"


@pytest.mark.parametrize(("role", "code"), [(None, 4401), ("agent", 4403)])
async def test_the_live_feed_is_refused_with_a_reason(
    app: FastAPI, boards: Wallboards, api_client: SignIn, role: str | None, code: int
) -> None:
    app.state.wallboards = boards
    client = await api_client(role) if role else None
    async with socket(app, client) as (_, sent):
        assert (await asyncio.wait_for(sent.get(), 10))["type"] == "websocket.accept"
        closed = await asyncio.wait_for(sent.get(), 10)
    assert (closed["type"], closed["code"]) == ("websocket.close", code)
