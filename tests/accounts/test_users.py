"""Users, their rights, and the administrators who manage them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from tests.accounts.conftest import PASSWORD, Person, sign_in
from tests.fixtures.database import Tenant

from zuoxi.accounts import PERMISSIONS, User, permissions_of
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry, OutboxRow

pytestmark = pytest.mark.database

Visit = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def administrator(visit: Visit, person: Person) -> httpx.AsyncClient:
    client = visit()
    await sign_in(client, await person("tenant_administrator"))
    return client


def _new(**changes: Any) -> dict[str, Any]:
    return {"login": f"new{new_id()}", "name": "李四", "number": new_id()[-8:], "roles": ["agent"]} | changes


async def test_a_new_user_signs_in_with_the_password_shown_once(administrator: httpx.AsyncClient, visit: Visit) -> None:
    body = _new()
    made = await administrator.post("/api/users", json=body)
    assert made.status_code == 201
    password = made.json()["password"]
    client = visit()
    me = await client.post("/api/session", json={"login": body["login"], "password": password})
    assert me.status_code == 200
    assert me.json()["roles"] == ["agent"]
    listed = await administrator.get("/api/users", params={"q": body["login"]})
    assert [(user["login"], user["password"]) for user in listed.json()["items"]] == [(body["login"], None)]


async def test_login_and_number_are_unique(administrator: httpx.AsyncClient) -> None:
    first = _new()
    await administrator.post("/api/users", json=first)
    same_login = await administrator.post("/api/users", json=_new(login=str(first["login"]).upper()))
    same_number = await administrator.post("/api/users", json=_new(number=first["number"]))
    assert (same_login.status_code, same_login.json()["error"]["code"]) == (409, "accounts.login_taken")
    assert (same_number.status_code, same_number.json()["error"]["code"]) == (409, "accounts.number_taken")
    assert same_number.json()["error"]["field"] == "number"


@pytest.mark.parametrize("password", ["short", "Kz8#vq21Lmp", "x" * 300])
async def test_weak_passwords_are_refused(administrator: httpx.AsyncClient, password: str) -> None:
    response = await administrator.post("/api/users", json=_new(password=password))
    assert (response.status_code, response.json()["error"]["code"]) == (422, "accounts.weak_password")


async def test_what_is_wrong_with_the_input_is_said(administrator: httpx.AsyncClient) -> None:
    response = await administrator.post("/api/users", json=_new(name="", roles=["king"], colour="red"))
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["field"]) == (422, "platform.bad_input", "name")
    assert {fault["field"] for fault in error["data"]["faults"]} == {"name", "roles.0", "colour"}
    assert "至少 1 个字符" in error["message"]


async def test_somebody_without_a_role_is_refused(administrator: httpx.AsyncClient, person: Person) -> None:
    who = await person("agent")
    for response in (
        await administrator.post("/api/users", json=_new(roles=[])),
        await administrator.patch(f"/api/users/{who.user_id}", json={"roles": []}),
    ):
        error = response.json()["error"]
        assert (response.status_code, error["code"], error["field"]) == (422, "accounts.role_needed", "roles")
    assert "至少选择一个角色" in error["message"]
    await administrator.patch("/api/session", json={"locale": "en"})
    english = await administrator.post("/api/users", json=_new(roles=[]))
    assert "Choose at least one role" in english.json()["error"]["message"]
    left_out = await administrator.post("/api/users", json={k: v for k, v in _new().items() if k != "roles"})
    assert (left_out.status_code, left_out.json()["error"]["field"]) == (422, "roles")
    unchanged = await administrator.patch(f"/api/users/{who.user_id}", json={"name": "李四"})
    assert unchanged.json()["roles"] == ["agent"]


async def test_changed_rights_count_at_once_and_sign_the_user_out(
    administrator: httpx.AsyncClient, visit: Visit, person: Person
) -> None:
    who = await person("agent")
    client = visit()
    await sign_in(client, who)
    changed = await administrator.patch(f"/api/users/{who.user_id}", json={"roles": ["auditor"]})
    assert changed.json()["roles"] == ["auditor"]
    assert (await client.get("/api/session")).status_code == 401
    await sign_in(client, who)
    assert "orders.audit" in (await client.get("/api/session")).json()["permissions"]


async def test_a_reset_password_replaces_the_old_one(
    administrator: httpx.AsyncClient, visit: Visit, person: Person
) -> None:
    who = await person("agent")
    reset = await administrator.patch(f"/api/users/{who.user_id}", json={"reset_password": True})
    assert (await sign_in(visit(), who)).status_code == 401
    assert (await sign_in(visit(), who, reset.json()["password"])).status_code == 200


async def test_changes_are_audited_and_announced(
    administrator: httpx.AsyncClient, person: Person, database: Database, narrow: Database
) -> None:
    who = await person("agent")
    await administrator.patch(f"/api/users/{who.user_id}", json={"name": "王五", "active": False})
    async with database.transaction(who.tenant_id) as session:
        entry = await session.scalar(select(AuditEntry).where(AuditEntry.object_id == who.user_id))
    assert entry is not None
    assert entry.action == "change"
    assert entry.detail == {"name": {"from": "张三", "to": "王五"}, "active": {"from": True, "to": False}}
    async with narrow.transaction(None) as session:
        told = await session.scalars(select(OutboxRow.topic).where(OutboxRow.object_id == who.user_id))
        assert told.all() == ["accounts.user_changed"]


async def test_only_the_last_administrator_cannot_go(
    visit: Visit, person: Person, administrator: httpx.AsyncClient
) -> None:
    me = (await administrator.get("/api/session")).json()
    for change in ({"active": False}, {"roles": ["agent"]}):
        refused = await administrator.patch(f"/api/users/{me['user_id']}", json=change)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "accounts.last_administrator")
    second = await person("tenant_administrator")
    other = visit()
    await sign_in(other, second)
    # Both lock the other in the same instant: one of them must remain.
    answers = await asyncio.gather(
        administrator.patch(f"/api/users/{second.user_id}", json={"active": False}),
        other.patch(f"/api/users/{me['user_id']}", json={"active": False}),
    )
    assert sorted(answer.status_code for answer in answers)[0] == 200
    assert sorted(answer.status_code for answer in answers)[1] in (401, 409)


async def test_a_tenants_administrator_cannot_make_system_administrators(
    administrator: httpx.AsyncClient, person: Person
) -> None:
    made = await administrator.post("/api/users", json=_new(roles=["system_administrator"]))
    assert (made.status_code, made.json()["error"]["code"]) == (403, "accounts.role_not_yours_to_give")
    who = await person("agent", "system_administrator")
    taken = await administrator.patch(f"/api/users/{who.user_id}", json={"roles": ["agent"]})
    assert taken.status_code == 403


@pytest.mark.parametrize("role", sorted(set(PERMISSIONS) - {"tenant_administrator"}))
async def test_nobody_else_manages_users(visit: Visit, person: Person, role: str) -> None:
    client = visit()
    who = await person(role)
    await sign_in(client, who)
    assert (await client.post("/api/users", json=_new())).status_code == 403
    assert (await client.patch(f"/api/users/{who.user_id}", json={"roles": ["agent"]})).status_code == 403
    assert (await client.get("/api/audit-log")).status_code == 403


async def test_another_tenants_user_is_not_there(
    administrator: httpx.AsyncClient, person: Person, other_tenant: Tenant, database: Database
) -> None:
    theirs = await person("agent", of=other_tenant)
    foreign = await administrator.patch(f"/api/users/{theirs.user_id}", json={"name": "黑", "reset_password": True})
    absent = await administrator.patch(f"/api/users/{new_id()}", json={"name": "黑"})
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json() == absent.json()
    listed = (await administrator.get("/api/users", params={"page_size": 200})).json()
    assert theirs.user_id not in [user["id"] for user in listed["items"]]
    async with database.transaction(other_tenant.id) as session:
        assert (await session.get_one(User, (other_tenant.id, theirs.user_id))).name == theirs.name


async def test_another_tenants_audit_log_is_not_shown(
    administrator: httpx.AsyncClient, visit: Visit, person: Person, other_tenant: Tenant
) -> None:
    await sign_in(visit(), await person("agent", of=other_tenant))
    entries = (await administrator.get("/api/audit-log")).json()
    assert entries["total"] == 1  # the administrator's own sign-in
    assert [entry["action"] for entry in entries["items"]] == ["sign_in"]


async def test_lists_come_in_pages_and_in_order(administrator: httpx.AsyncClient) -> None:
    for number in ("b", "c", "a"):
        await administrator.post("/api/users", json=_new(number=f"{number}-{new_id()[-6:]}", roles=["auditor"]))
    query: dict[str, str | int] = {"role": "auditor", "page_size": 2, "sort": "-number"}
    first = (await administrator.get("/api/users", params=query)).json()
    second = (await administrator.get("/api/users", params=query | {"page": 2})).json()
    assert first["total"] == second["total"] == 3
    assert [user["number"][0] for user in first["items"] + second["items"]] == ["c", "b", "a"]
    wrong = await administrator.get("/api/users", params={"sort": "password_hash"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "platform.bad_sort")


async def test_changing_the_own_password_ends_the_other_sessions(visit: Visit, person: Person) -> None:
    who = await person("agent")
    here, there = visit(), visit()
    await sign_in(here, who)
    await sign_in(there, who)
    new = "another good passphrase"
    wrong = await here.post("/api/session/password", json={"password": "guess", "new_password": new})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "accounts.wrong_password")
    right = await here.post("/api/session/password", json={"password": PASSWORD, "new_password": new})
    assert right.status_code == 204
    assert (await here.get("/api/session")).status_code == 200
    assert (await there.get("/api/session")).status_code == 401
    assert (await sign_in(visit(), who)).status_code == 401
    assert (await sign_in(visit(), who, new)).status_code == 200


async def test_a_stolen_session_cannot_guess_the_password(visit: Visit, person: Person) -> None:
    client = visit()
    await sign_in(client, await person("agent"))
    body = {"password": "guess", "new_password": "another good passphrase"}
    codes = [(await client.post("/api/session/password", json=body)).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


async def test_the_language_is_kept(visit: Visit, person: Person) -> None:
    client = visit()
    await sign_in(client, await person("agent"))
    assert (await client.patch("/api/session", json={"locale": "en"})).json()["locale"] == "en"
    # From now on even messages come in it, whatever the browser asks for.
    response = await client.get("/api/audit-log", headers={"Accept-Language": "zh-CN"})
    assert response.json()["error"]["message"] == "You are not allowed to do this"


def test_every_role_has_rights_and_unknown_ones_none() -> None:
    assert all(PERMISSIONS.values())
    assert permissions_of(["king"]) == frozenset()
    assert permissions_of(["agent", "auditor"]) == PERMISSIONS["agent"] | PERMISSIONS["auditor"]


def test_separation_of_duties() -> None:
    """Who writes orders does not audit them, and no role alone does everything."""
    for role, rights in PERMISSIONS.items():
        assert not {"orders.write", "orders.audit"} <= rights, role
        assert not {"orders.audit", "orders.dispatch"} <= rights, role
    assert "customers.reveal" not in PERMISSIONS["agent"]


async def test_a_home_agents_telephone_is_shown_masked_only(administrator: httpx.AsyncClient) -> None:
    user = (await administrator.post("/api/users", json=_new())).json()
    path = f"/api/users/{user['id']}"
    home = {"works_from_home": True, "telephone": "138-0013 8000"}
    changed = (await administrator.patch(path, json=home)).json()
    assert (changed["telephone"], changed["works_from_home"]) == ("138****8000", True)
    renamed = (await administrator.patch(path, json={"name": "王五"})).json()
    assert renamed["telephone"] == "138****8000"
    assert (await administrator.patch(path, json={"telephone": "call me"})).status_code == 422
    removed = (await administrator.patch(path, json={"telephone": ""})).json()
    assert removed["telephone"] == ""
    log = (await administrator.get("/api/audit-log", params={"object_id": user["id"]})).json()["items"]
    told = [entry["detail"]["telephone"] for entry in log if "telephone" in entry["detail"]]
    assert told == [{"from": "138****8000", "to": ""}, {"from": "", "to": "138****8000"}]
