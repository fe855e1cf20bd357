"""A repeated request is carried out once, whoever is first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import func, select, text
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant

from zuoxi.accounts import Client, OnceOnly, Principal, TenantSession, require
from zuoxi.platform.database import Database
from zuoxi.platform.errors import Conflict
from zuoxi.platform.http import create_app
from zuoxi.platform.services import Services

pytestmark = pytest.mark.database


Agent = Annotated[Principal, Depends(require("orders.write"))]


class Stage:
    """An application with one route that adds a client, fails on demand, and can be held at the door."""

    def __init__(self, services: Services) -> None:
        self.fail = False
        self.entered = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.app: FastAPI = create_app("stage")
        self.app.state.services = services

        @self.app.post("/api/things", status_code=201)
        async def add(name: str, principal: Agent, session: TenantSession, once: OnceOnly) -> Any:
            async def action() -> dict[str, str]:
                client = Client(name=name)
                session.add(client)
                await session.flush()
                self.entered.set()
                await self.go_on.wait()
                if self.fail:
                    raise Conflict
                return {"id": client.id}

            return await once.run(action)

        @self.app.post("/api/nothing", status_code=204, response_model=None)
        async def nothing(principal: Agent, once: OnceOnly) -> Any:
            async def action() -> None:
                return None

            return await once.run(action)


@pytest.fixture
async def stage(services: Services) -> Stage:
    return Stage(services)


@pytest.fixture
async def visitor(stage: Stage, api_client: SignIn) -> AsyncIterator[httpx.AsyncClient]:
    signed_in = await api_client("agent")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(stage.app),
        base_url="http://stage",
        headers={"X-Zuoxi": "1"},
        cookies=dict(signed_in.cookies),
    ) as client:
        yield client


async def _count(database: Database, tenant: Tenant) -> int | None:
    async with database.transaction(tenant.id) as session:
        return await session.scalar(select(func.count()).select_from(Client))


async def _post(visitor: httpx.AsyncClient, name: str = "甲方", key: str | None = "k1") -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await visitor.post("/api/things", params={"name": name}, headers=headers)


async def test_the_second_answer_is_the_first(visitor: httpx.AsyncClient, database: Database, tenant: Tenant) -> None:
    first, second = await _post(visitor), await _post(visitor)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert await _count(database, tenant) == 1


async def _until_one_waits(database: Database) -> None:
    async with database.transaction(None) as session:
        waiting = 0
        while not waiting:  # PostgreSQL tells nobody that somebody waits
            waiting = await session.scalar(text("select count(*) from pg_locks where not granted")) or 0


async def test_two_at_the_same_instant_do_it_once(
    stage: Stage, visitor: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    stage.go_on.clear()
    first = asyncio.create_task(_post(visitor))
    await stage.entered.wait()
    second = asyncio.create_task(_post(visitor))
    await _until_one_waits(database)
    stage.go_on.set()
    assert (await first).json() == (await second).json()
    assert await _count(database, tenant) == 1


async def test_a_failed_attempt_leaves_the_key_free(
    stage: Stage, visitor: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    stage.fail = True
    assert (await _post(visitor)).status_code == 409
    assert await _count(database, tenant) == 0
    stage.fail = False
    assert (await _post(visitor)).status_code == 201
    assert await _count(database, tenant) == 1


async def test_a_key_is_for_one_request_only(visitor: httpx.AsyncClient) -> None:
    await _post(visitor)
    response = await visitor.post(
        "/api/things", params={"name": "甲方"}, headers={"Idempotency-Key": "k1"}, content=b"something else"
    )
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "platform.idempotency_key_reused"


async def test_a_key_belongs_to_its_user(stage: Stage, visitor: httpx.AsyncClient, api_client: SignIn) -> None:
    colleague = await api_client("agent")
    await _post(visitor, "甲方")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(stage.app),
        base_url="http://stage",
        headers={"X-Zuoxi": "1"},
        cookies=dict(colleague.cookies),
    ) as other:
        response = await _post(other, "乙方")
    assert "idempotent-replayed" not in response.headers


async def test_without_a_key_every_request_counts(
    visitor: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    await _post(visitor, "甲方", None)
    await _post(visitor, "乙方", None)
    assert await _count(database, tenant) == 2


async def test_an_empty_answer_is_repeated_empty(visitor: httpx.AsyncClient) -> None:
    for replayed in (None, "true"):
        response = await visitor.post("/api/nothing", headers={"Idempotency-Key": "k2"})
        assert (response.status_code, response.content) == (204, b"")
        assert response.headers.get("idempotent-replayed") == replayed


async def test_a_key_that_is_too_long_is_refused(visitor: httpx.AsyncClient) -> None:
    response = await _post(visitor, key="k" * 101)
    assert response.status_code == 422
    assert response.json()["error"]["message"] == "操作编号应为 1 到 100 个字符"
