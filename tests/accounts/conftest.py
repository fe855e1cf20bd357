"""People with passwords, and a clock that tests turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from tests.fixtures.api import make_user
from tests.fixtures.database import Tenant

from zuoxi.accounts import Passwords, Principal, User
from zuoxi.api import assemble
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.services import Services, utc_now

PASSWORD = "correct horse battery"


class TurnedClock:
    """The time, moved by hand."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self.offset

    def turn(self, by: timedelta) -> None:
        self.offset += by


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def turned_services(services: Services, clock: TurnedClock) -> Services:
    return replace(services, clock=clock)


@pytest.fixture
def app(turned_services: Services) -> FastAPI:
    """The accounts alone, on the turned clock, with cheap hashing."""
    app = assemble(turned_services, ["accounts"])
    app.state.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return app


@pytest.fixture
async def visit(app: FastAPI) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Make clients from a given address (one of this test's own), each with its own cookies."""
    made: list[httpx.AsyncClient] = []
    own = f"host-{new_id()}"  # failed sign-ins are counted by address: tests must not share one

    def open_client(address: str = own) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=(address, 40000)),
            base_url="http://127.0.0.1:22080",
            headers={"X-Zuoxi": "1"},
        )
        made.append(client)
        return client

    yield open_client
    for client in made:
        await client.aclose()


Person = Callable[..., Awaitable[Principal]]


@pytest.fixture
def person(database: Database, tenant: Tenant, app: FastAPI) -> Person:
    """Make users of the tenant whose password is PASSWORD."""

    async def make(*roles: str, of: Tenant | None = None, demo: bool = False) -> Principal:
        principal = await make_user(database, of or tenant, *roles, login=f"p{new_id()}")
        async with database.transaction(principal.tenant_id) as session:
            user = await session.get_one(User, (principal.tenant_id, principal.user_id))
            user.password_hash = await app.state.passwords.hash(PASSWORD)
            user.demo = demo
        return principal

    return make


async def sign_in(
    client: httpx.AsyncClient, who: Principal, password: str = PASSWORD, code: str | None = None
) -> httpx.Response:
    return await client.post("/api/session", json={"login": who.login, "password": password, "code": code})
