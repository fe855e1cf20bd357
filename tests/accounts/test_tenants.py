"""The first administrator, and tenants made by the installation's administrator."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.accounts.conftest import Person, sign_in
from tests.fixtures.database import Tenant

from zuoxi.accounts.tenants import first_administrator_missing
from zuoxi.installation.postgres import Dsns
from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database, async_url
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry
from zuoxi.platform.services import Services

pytestmark = pytest.mark.database

Visit = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def unused_secret(dsns: Dsns) -> AsyncIterator[None]:
    """The installation as it is before its first administrator (the one thing that is not apart by tenant)."""
    engine = create_async_engine(async_url(dsns.owner))
    async with engine.begin() as connection:
        await connection.execute(text("delete from installation_once"))
    yield
    async with engine.begin() as connection:
        await connection.execute(text("delete from installation_once"))
    await engine.dispose()


def _body(settings: Settings, **changes: str) -> dict[str, str]:
    return {
        "secret": settings.secrets.first_administrator.get_secret_value(),
        "login": f"first{new_id()}",
        "password": "a long enough one",
        "name": "老板",
        "tenant_name": "好家购物",
    } | changes


@pytest.mark.usefixtures("unused_secret")
async def test_the_secret_works_once(visit: Visit, settings: Settings) -> None:
    client = visit()
    body = _body(settings)
    assert (await client.get("/api/first-administrator")).json() == {"missing": True}
    assert (await client.post("/api/first-administrator", json=body)).status_code == 204
    assert (await client.get("/api/first-administrator")).json() == {"missing": False}
    again = await client.post("/api/first-administrator", json=_body(settings))
    assert (again.status_code, again.json()["error"]["code"]) == (403, "accounts.bad_secret")
    me = (await client.post("/api/session", json={"login": body["login"], "password": body["password"]})).json()
    assert me["tenant_name"] == "好家购物"
    assert me["roles"] == ["system_administrator", "tenant_administrator"]
    assert [project["client_name"] for project in (await client.get("/api/projects")).json()["items"]] == ["好家购物"]


@pytest.mark.usefixtures("unused_secret")
async def test_a_demo_centre_has_its_administrators(services: Services) -> None:
    assert await first_administrator_missing(services)
    demo = services.settings.installation.model_copy(update={"demo": True})
    settings = services.settings.model_copy(update={"installation": demo})
    assert not await first_administrator_missing(dataclasses.replace(services, settings=settings))


@pytest.mark.usefixtures("unused_secret")
async def test_two_at_once_make_one_administrator(visit: Visit, settings: Settings) -> None:
    answers = await asyncio.gather(
        *(visit(f"192.0.2.{i}").post("/api/first-administrator", json=_body(settings)) for i in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [204, 403, 403, 403]


@pytest.mark.usefixtures("unused_secret")
async def test_a_mistake_in_the_rest_does_not_spend_the_secret(
    visit: Visit, settings: Settings, person: Person
) -> None:
    client = visit()
    taken = (await person("agent")).login
    for _ in range(4):
        weak = await client.post("/api/first-administrator", json=_body(settings, password="short"))
        assert weak.json()["error"]["code"] == "accounts.weak_password"
        login = await client.post("/api/first-administrator", json=_body(settings, login=taken))
        assert login.json()["error"]["code"] == "accounts.login_taken"
    assert (await client.post("/api/first-administrator", json=_body(settings))).status_code == 204


@pytest.mark.usefixtures("unused_secret")
async def test_the_secret_cannot_be_guessed_for_long(visit: Visit, settings: Settings) -> None:
    client = visit("203.0.113.30")
    wrong = _body(settings, secret="guess")
    codes = [(await client.post("/api/first-administrator", json=wrong)).status_code for _ in range(6)]
    assert codes == [403] * 5 + [429]


async def test_the_installations_administrator_makes_tenants(visit: Visit, person: Person, tenant: Tenant) -> None:
    client = visit()
    await sign_in(client, await person("system_administrator"))
    login = f"boss{new_id()}"
    made = await client.post(
        "/api/tenants", json={"name": "新客户", "administrator_login": login, "administrator_name": "赵"}
    )
    assert made.status_code == 201
    password = made.json()["administrator_password"]
    boss = visit()
    me = (await boss.post("/api/session", json={"login": login, "password": password})).json()
    assert (me["tenant_id"], me["roles"]) == (made.json()["id"], ["tenant_administrator"])
    listed = (await client.get("/api/tenants")).json()["items"]
    assert {tenant.id, made.json()["id"]} <= {entry["id"] for entry in listed}
    assert all(entry["administrator_password"] is None for entry in listed)
    # Locking the tenant puts its people out; one's own cannot be locked.
    assert (await client.patch(f"/api/tenants/{made.json()['id']}", json={"active": False})).status_code == 200
    assert (await boss.get("/api/session")).status_code == 401
    own = await client.patch(f"/api/tenants/{tenant.id}", json={"active": False})
    assert (own.status_code, own.json()["error"]["code"]) == (409, "accounts.own_tenant")
    assert (await client.patch(f"/api/tenants/{new_id()}", json={"name": "无"})).status_code == 404


async def test_a_tenants_administrator_sees_no_tenants(visit: Visit, person: Person) -> None:
    client = visit()
    await sign_in(client, await person("tenant_administrator"))
    assert (await client.get("/api/tenants")).status_code == 403
    body = {"name": "x", "administrator_login": "xx", "administrator_name": "x"}
    assert (await client.post("/api/tenants", json=body)).status_code == 403


async def test_a_project_hangs_under_a_client_of_the_same_tenant(
    visit: Visit, person: Person, other_tenant: Tenant, database: Database
) -> None:
    client, theirs = visit(), visit()
    await sign_in(client, await person("tenant_administrator"))
    await sign_in(theirs, await person("tenant_administrator", of=other_tenant))
    mine = (await client.post("/api/clients", json={"name": "甲方"})).json()
    foreign = (await theirs.post("/api/clients", json={"name": "甲方"})).json()
    assert (await client.post("/api/projects", json={"client_id": mine["id"], "name": "热线"})).status_code == 201
    refused = await client.post("/api/projects", json={"client_id": foreign["id"], "name": "偷看"})
    assert refused.status_code == 404
    assert [entry["name"] for entry in (await theirs.get("/api/projects")).json()["items"]] == []
    taken = await client.post("/api/clients", json={"name": "甲方"})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "accounts.name_taken")


async def test_clients_and_projects_get_other_names(
    visit: Visit, person: Person, other_tenant: Tenant, tenant: Tenant, database: Database
) -> None:
    client, theirs, agent = visit(), visit(), visit()
    await sign_in(client, await person("tenant_administrator"))
    await sign_in(theirs, await person("tenant_administrator", of=other_tenant))
    await sign_in(agent, await person("agent"))
    company = (await client.post("/api/clients", json={"name": "甲方"})).json()
    project = (await client.post("/api/projects", json={"client_id": company["id"], "name": "热线"})).json()
    await client.post("/api/projects", json={"client_id": company["id"], "name": "回访"})
    for path, name in ((f"/api/clients/{company['id']}", "好家"), (f"/api/projects/{project['id']}", "电视热线")):
        for stranger, status in ((agent, 403), (theirs, 404)):
            assert (await stranger.patch(path, json={"name": "x"})).status_code == status
        assert (await client.patch(path, json={"name": "  "})).status_code == 422
        assert (await client.patch(path, json={"name": name})).json()["name"] == name
        assert (await client.patch(path, json={"name": name})).status_code == 200  # nothing new, nothing noted
    taken = await client.patch(f"/api/projects/{project['id']}", json={"name": "回访"})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "accounts.name_taken")
    listed = (await client.get("/api/projects")).json()["items"]
    assert [(entry["name"], entry["client_name"]) for entry in listed] == [("电视热线", "好家"), ("回访", "好家")]
    async with database.transaction(tenant.id) as session:
        entries = await session.scalars(select(AuditEntry).where(AuditEntry.action == "change"))
        told = {entry.object_id: entry.detail for entry in entries}
    assert told == {
        company["id"]: {"name": {"from": "甲方", "to": "好家"}},
        project["id"]: {"name": {"from": "热线", "to": "电视热线"}},
    }
