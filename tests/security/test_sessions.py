"""Sessions: where one is signed in, signing out elsewhere, and the password asked again before a grave change."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from tests.accounts.conftest import (  # noqa: F401 (fixtures)
    PASSWORD,
    Person,
    TurnedClock,
    app,
    clock,
    person,
    sign_in,
    turned_services,
    visit,
)
from tests.accounts.test_sign_in import Visit

pytestmark = pytest.mark.database

NEW = {"login": "newcomer", "name": "新人", "number": "n1", "roles": ["agent"]}


async def listed(client: httpx.AsyncClient) -> list[dict[str, object]]:
    items: list[dict[str, object]] = (await client.get("/api/session/list")).json()["items"]
    return items


async def test_one_sees_where_one_is_signed_in_and_ends_one_of_them(visit: Visit, person: Person) -> None:  # noqa: F811
    who = await person("agent")
    here, there = visit("198.51.100.1"), visit("198.51.100.2")
    here.headers["User-Agent"] = "Firefox of the office"
    for client in (here, there):
        await sign_in(client, who)
    seen = {each["address"]: each for each in await listed(here)}
    assert set(seen) == {"198.51.100.1", "198.51.100.2"}
    assert seen["198.51.100.1"]["here"] is True
    assert seen["198.51.100.1"]["browser"] == "Firefox of the office"
    assert seen["198.51.100.2"]["here"] is False
    assert (await here.delete(f"/api/session/list/{seen['198.51.100.2']['id']}")).status_code == 204
    assert (await there.get("/api/session")).status_code == 401
    assert (await here.get("/api/session")).status_code == 200
    assert (await here.delete(f"/api/session/list/{seen['198.51.100.2']['id']}")).status_code == 404


async def test_nobody_ends_or_sees_the_session_of_another(visit: Visit, person: Person) -> None:  # noqa: F811
    mine, other = visit(), visit()
    await sign_in(mine, await person("agent"))
    await sign_in(other, await person("agent"))
    (theirs,) = await listed(other)
    assert theirs["id"] not in {each["id"] for each in await listed(mine)}
    assert (await mine.delete(f"/api/session/list/{theirs['id']}")).status_code == 404
    assert (await other.get("/api/session")).status_code == 200


async def test_signing_out_everywhere_else(visit: Visit, person: Person) -> None:  # noqa: F811
    who = await person("agent")
    here, *elsewhere = visit(), visit(), visit()
    for client in (here, *elsewhere):
        await sign_in(client, who)
    assert (await here.delete("/api/session/list")).status_code == 204
    assert [(await each.get("/api/session")).status_code for each in (here, *elsewhere)] == [200, 401, 401]


async def test_an_administrator_signs_a_user_out(visit: Visit, person: Person) -> None:  # noqa: F811
    who, stranger = await person("agent"), await person("agent")
    client, boss, colleague = visit(), visit(), visit()
    await sign_in(client, who)
    await sign_in(boss, await person("tenant_administrator"))
    await sign_in(colleague, stranger)
    assert (await colleague.delete(f"/api/users/{who.user_id}/sessions")).status_code == 403
    assert (await boss.delete(f"/api/users/{who.user_id}/sessions")).status_code == 204
    assert (await client.get("/api/session")).status_code == 401
    assert (await colleague.get("/api/session")).status_code == 200


async def test_a_grave_change_asks_for_the_password_again(visit: Visit, person: Person, clock: TurnedClock) -> None:  # noqa: F811
    boss = visit()
    who = await person("tenant_administrator")
    await sign_in(boss, who)
    clock.turn(timedelta(minutes=16))
    for method, path, body in (
        ("POST", "/api/users", NEW),
        ("PATCH", f"/api/users/{who.user_id}", {"name": "改名"}),
        ("POST", "/api/session/totp", None),
    ):
        refused = await boss.request(method, path, json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "accounts.confirm_first"), path
    wrong = await boss.post("/api/session/confirm", json={"password": "not the password"})
    assert wrong.json()["error"]["code"] == "accounts.wrong_password"
    assert (await boss.post("/api/users", json=NEW)).status_code == 403
    assert (await boss.post("/api/session/confirm", json={"password": PASSWORD})).status_code == 204
    assert (await boss.post("/api/session/totp")).status_code == 200
    other = visit()
    await sign_in(other, who)  # each browser for itself
    clock.turn(timedelta(minutes=16))
    assert (await boss.post("/api/session/totp")).status_code == 403


async def test_guessing_at_the_confirmation_is_limited(visit: Visit, person: Person) -> None:  # noqa: F811
    client = visit()
    await sign_in(client, await person("agent"))
    statuses = [
        (await client.post("/api/session/confirm", json={"password": f"guess {number}"})).status_code
        for number in range(6)
    ]
    assert statuses == [422] * 5 + [429]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
)
async def test_what_the_browser_says_comes_from_elsewhere_is_refused(
    visit: Visit,  # noqa: F811
    person: Person,  # noqa: F811
    headers: dict[str, str],
) -> None:
    client = visit()
    await sign_in(client, await person("agent"))
    answer = await client.patch("/api/session", json={"locale": "en"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "platform.forged_request")
    own = {"Origin": "http://127.0.0.1:22080", "Sec-Fetch-Site": "same-origin"}
    assert (await client.patch("/api/session", json={"locale": "en"}, headers=own)).status_code == 200


async def test_signing_out_clears_what_the_browser_kept(visit: Visit, person: Person) -> None:  # noqa: F811
    client = visit()
    await sign_in(client, await person("agent"))
    answer = await client.delete("/api/session")
    assert '"cache"' in answer.headers["clear-site-data"]
    assert "Max-Age=0" in answer.headers["set-cookie"]
