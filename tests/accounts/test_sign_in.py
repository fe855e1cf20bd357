"""Signing in and out: who gets in, for how long, and how often one may guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from tests.accounts.conftest import PASSWORD, Person, TurnedClock, sign_in
from tests.fixtures.database import Tenant

from zuoxi.accounts import User
from zuoxi.accounts.models import UserSession
from zuoxi.accounts.sessions import cookie_name, forget_ended_sessions
from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database
from zuoxi.platform.models import AuditEntry

pytestmark = pytest.mark.database

Visit = Callable[..., httpx.AsyncClient]


async def test_sign_in_says_who_one_is(visit: Visit, person: Person, tenant: Tenant) -> None:
    who = await person("agent", "supervisor")
    client = visit()
    response = await sign_in(client, who)
    assert response.status_code == 200
    me = response.json()
    assert me["user_id"] == who.user_id
    assert me["tenant_id"] == tenant.id
    assert me["tenant_name"] == tenant.name
    assert me["roles"] == ["agent", "supervisor"]
    assert "floor.view" in me["permissions"]
    assert "orders.audit" not in me["permissions"]
    assert (await client.get("/api/session")).json() == me


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    visit: Visit, person: Person, settings: Settings
) -> None:
    response = await sign_in(visit(), await person("agent"))
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"zuoxi_session_{settings.installation.id}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie


async def test_on_https_the_cookie_is_for_https_only(visit: Visit, app: FastAPI, person: Person) -> None:
    before = app.state.services
    public = before.settings.public.model_copy(update={"scheme": "https"})
    app.state.services = replace(before, settings=before.settings.model_copy(update={"public": public}))
    cookie = (await sign_in(visit(), await person("agent"))).headers["set-cookie"]
    assert "Secure" in cookie
    assert cookie.startswith("__Host-")
    assert "Domain" not in cookie


async def test_only_a_hash_of_the_token_is_stored(
    visit: Visit, person: Person, database: Database, settings: Settings
) -> None:
    who = await person("agent")
    client = visit()
    await sign_in(client, who)
    token = client.cookies[cookie_name(settings)]
    async with database.transaction(who.tenant_id) as session:
        stored = (await session.scalars(select(UserSession.token_hash))).all()
    assert len(stored) == 1
    assert token not in stored[0]


async def test_wrong_password_and_unknown_login_answer_the_same(visit: Visit, person: Person) -> None:
    who = await person("agent")
    wrong = await sign_in(visit(), who, "not the password")
    unknown = await sign_in(visit(), replace(who, login="nobody-of-that-name"))
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["error"]["code"] == "accounts.bad_credentials"


async def test_logins_are_compared_without_case_and_width(visit: Visit, person: Person) -> None:
    who = await person("agent")
    assert (await sign_in(visit(), replace(who, login=f" {who.login.upper()} "))).status_code == 200
    wide = "".join(chr(ord(character) + 0xFEE0) if character.isalnum() else character for character in who.login)
    assert (await sign_in(visit(), replace(who, login=wide))).status_code == 200


async def test_the_message_is_in_the_readers_language(visit: Visit, person: Person) -> None:
    who = await person("agent")
    client = visit()
    chinese = await sign_in(client, who, "wrong")
    client.headers["Accept-Language"] = "en-GB,en;q=0.9"
    english = await sign_in(client, who, "wrong")
    assert chinese.json()["error"]["message"] == "账号或密码不正确"
    assert english.json()["error"]["message"] == "The login or the password is wrong"


async def test_guessing_one_login_from_one_address_is_stopped(visit: Visit, person: Person, clock: TurnedClock) -> None:
    who = await person("agent")
    client = visit()
    for _ in range(5):
        assert (await sign_in(client, who, "guess")).status_code == 401
    refused = await sign_in(client, who)  # even with the right password
    assert refused.status_code == 429
    wait = int(refused.headers["retry-after"])
    assert 0 < wait <= 15 * 60
    assert str(wait) in refused.json()["error"]["message"]
    # Its owner, elsewhere, still gets in; and the guesser after the time said.
    assert (await sign_in(visit("192.0.2.99"), who)).status_code == 200
    clock.turn(timedelta(seconds=wait + 1))
    assert (await sign_in(client, who)).status_code == 200


async def test_guessing_from_many_addresses_is_stopped(visit: Visit, person: Person) -> None:
    who = await person("agent")
    codes = [(await sign_in(visit(f"198.51.100.{i}"), who, "guess")).status_code for i in range(26)]
    assert codes == [401] * 25 + [429]


async def test_guessing_many_logins_from_one_address_is_stopped(visit: Visit, person: Person) -> None:
    who = await person("agent")
    client = visit("203.0.113.7")
    codes = [(await sign_in(client, replace(who, login=f"{who.login}{i}"), "guess")).status_code for i in range(61)]
    assert codes == [401] * 60 + [429]


async def test_guesses_sent_at_once_are_counted_like_guesses_in_turn(visit: Visit, person: Person) -> None:
    import asyncio

    who = await person("agent")
    client = visit("203.0.113.8")
    answers = await asyncio.gather(*(sign_in(client, who, "guess") for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 7


async def test_a_right_password_wipes_the_slips_before_it(visit: Visit, person: Person) -> None:
    who = await person("agent")
    client = visit("203.0.113.9")
    for _ in range(3):
        for _ in range(4):
            assert (await sign_in(client, who, "slip")).status_code == 401
        assert (await sign_in(client, who)).status_code == 200


async def test_a_session_ends_when_idle(
    visit: Visit, person: Person, clock: TurnedClock, narrow: Database, database: Database, settings: Settings
) -> None:
    who = await person("agent")
    client = visit()
    await sign_in(client, who)
    clock.turn(timedelta(minutes=29))
    assert (await client.get("/api/session")).status_code == 200  # use keeps it alive
    clock.turn(timedelta(minutes=29))
    assert (await client.get("/api/session")).status_code == 200
    # a page that nobody sits at asks on, and does not keep it alive
    alone = {"X-Zuoxi-Unattended": "1"}
    clock.turn(timedelta(minutes=20))
    assert (await client.get("/api/session", headers=alone)).status_code == 200
    clock.turn(timedelta(minutes=10, seconds=1))
    assert (await client.get("/api/session", headers=alone)).status_code == 401
    await forget_ended_sessions(narrow, settings, clock())
    async with database.transaction(who.tenant_id) as session:
        assert (await session.scalars(select(UserSession))).all() == []


async def test_a_session_ends_after_twelve_hours_however_busy(visit: Visit, person: Person, clock: TurnedClock) -> None:
    client = visit()
    await sign_in(client, await person("agent"))
    for _ in range(28):
        clock.turn(timedelta(minutes=25))
        assert (await client.get("/api/session")).status_code == 200
    clock.turn(timedelta(minutes=20, seconds=1))
    assert (await client.get("/api/session")).status_code == 401


async def test_signing_in_again_ends_the_session_before(visit: Visit, person: Person, settings: Settings) -> None:
    who = await person("agent")
    client, old = visit(), visit()
    await sign_in(client, who)
    old.cookies.set(cookie_name(settings), client.cookies[cookie_name(settings)])
    await sign_in(client, who)
    assert (await client.get("/api/session")).status_code == 200
    assert (await old.get("/api/session")).status_code == 401


async def test_signing_out_ends_the_session_at_the_server(visit: Visit, person: Person, settings: Settings) -> None:
    client, copy = visit(), visit()
    await sign_in(client, await person("agent"))
    copy.cookies.set(cookie_name(settings), client.cookies[cookie_name(settings)])
    assert (await client.delete("/api/session")).status_code == 204
    assert (await copy.get("/api/session")).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "x" * 5000])
async def test_made_up_tokens_are_nobody(visit: Visit, settings: Settings, token: str) -> None:
    client = visit()
    client.cookies.set(cookie_name(settings), token)
    assert (await client.get("/api/session")).status_code == 401


async def test_the_cookie_of_another_centre_on_the_host_is_not_ours(
    visit: Visit, person: Person, settings: Settings
) -> None:
    client = visit()
    await sign_in(client, await person("agent"))
    other = visit()
    other.cookies.set("zuoxi_session_other001", client.cookies[cookie_name(settings)])
    assert (await other.get("/api/session")).status_code == 401


async def test_a_locked_user_is_out_at_once(visit: Visit, person: Person, database: Database) -> None:
    who = await person("agent")
    client = visit()
    await sign_in(client, who)
    async with database.transaction(who.tenant_id) as session:
        (await session.get_one(User, (who.tenant_id, who.user_id))).active = False
    assert (await client.get("/api/session")).status_code == 401
    assert (await sign_in(visit(), who)).json()["error"]["code"] == "accounts.bad_credentials"


async def test_nobody_of_a_locked_tenant_gets_in(visit: Visit, person: Person, database: Database) -> None:
    who = await person("agent")
    client = visit()
    await sign_in(client, who)
    async with database.transaction(who.tenant_id) as session:
        await session.execute(text("update tenant set active = false"))
    assert (await client.get("/api/session")).status_code == 401
    assert (await sign_in(visit(), who)).status_code == 401


async def test_demo_logins_are_refused_on_a_public_address(visit: Visit, app: FastAPI, person: Person) -> None:
    who = await person("agent", demo=True)
    assert (await sign_in(visit(), who)).status_code == 200
    before = app.state.services

    def serve(host: str, *, asked_for: bool) -> None:
        settings = before.settings.model_copy(
            update={
                "public": before.settings.public.model_copy(update={"host": host}),
                "installation": before.settings.installation.model_copy(update={"demo_logins_public": asked_for}),
            }
        )
        app.state.services = replace(before, settings=settings)

    serve("0.0.0.0", asked_for=False)
    refused = await sign_in(visit(), who)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "accounts.demo_login_refused")
    serve("0.0.0.0", asked_for=True)
    assert (await sign_in(visit(), who)).status_code == 200


async def test_requests_of_other_pages_are_refused(visit: Visit, person: Person) -> None:
    who = await person("agent")
    client = visit()
    await sign_in(client, who)
    del client.headers["X-Zuoxi"]
    for method, path in (("DELETE", "/api/session"), ("PATCH", "/api/session"), ("POST", "/api/session")):
        response = await client.request(method, path, json={})
        assert (response.status_code, response.json()["error"]["code"]) == (403, "platform.forged_request")
    assert (await client.get("/api/session")).status_code == 200


async def test_sign_ins_and_failures_are_in_the_audit_log(visit: Visit, person: Person, database: Database) -> None:
    who = await person("agent")
    client = visit()
    await sign_in(client, who, "guess")
    await sign_in(client, who)
    await client.delete("/api/session")
    async with database.transaction(who.tenant_id) as session:
        entries = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    assert [entry.action for entry in entries] == ["sign_in_failed", "sign_in", "sign_out"]
    assert PASSWORD not in str([entry.detail for entry in entries])


async def test_the_edge_is_told_who_may_open_a_phone(visit: Visit, person: Person) -> None:
    assert (await visit().get("/api/edge/sip")).status_code == 401
    for role, status in (("agent", 204), ("supervisor", 204), ("auditor", 401), ("tenant_administrator", 401)):
        client = visit()
        await sign_in(client, await person(role))
        assert (await client.get("/api/edge/sip")).status_code == status, role
