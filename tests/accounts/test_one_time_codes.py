"""One-time codes: set up, asked for, spent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from tests.accounts.conftest import PASSWORD, Person, TurnedClock, sign_in

from zuoxi.accounts import Principal, User
from zuoxi.accounts.one_time_codes import matching_step
from zuoxi.platform.database import Database

pytestmark = pytest.mark.database

Visit = Callable[..., httpx.AsyncClient]
Set = tuple[Principal, httpx.AsyncClient, pyotp.TOTP]


@pytest.fixture
async def with_code(visit: Visit, person: Person, clock: TurnedClock) -> Set:
    """Somebody signed in with one-time codes on."""
    who = await person("auditor")
    client = visit()
    await sign_in(client, who)
    started = (await client.post("/api/session/totp")).json()
    assert parse_qs(urlsplit(started["uri"]).query)["secret"] == [started["secret"]]
    codes = pyotp.TOTP(started["secret"])
    confirmed = await client.post("/api/session/totp/confirm", json={"code": codes.at(clock())})
    assert confirmed.status_code == 204
    clock.turn(timedelta(minutes=2))  # past the code just spent
    return who, client, codes


async def test_sign_in_asks_for_the_code(with_code: Set, visit: Visit, clock: TurnedClock) -> None:
    who, _, codes = with_code
    asked = await sign_in(visit(), who)
    assert (asked.status_code, asked.json()["error"]["code"]) == (401, "accounts.code_required")
    wrong = await sign_in(visit(), who, code="000000" if codes.at(clock()) != "000000" else "111111")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "accounts.bad_code")
    right = await sign_in(visit(), who, code=codes.at(clock()))
    assert (right.status_code, right.json()["totp_enabled"]) == (200, True)


async def test_without_the_password_a_code_says_nothing(with_code: Set, visit: Visit, clock: TurnedClock) -> None:
    who, _, codes = with_code
    response = await sign_in(visit(), who, "guess", codes.at(clock()))
    assert response.json()["error"]["code"] == "accounts.bad_credentials"


async def test_a_code_works_once(with_code: Set, visit: Visit, clock: TurnedClock) -> None:
    who, _, codes = with_code
    code = codes.at(clock())
    assert (await sign_in(visit(), who, code=code)).status_code == 200
    assert (await sign_in(visit(), who, code=code)).json()["error"]["code"] == "accounts.bad_code"


async def test_guessing_codes_is_limited(with_code: Set, visit: Visit, clock: TurnedClock) -> None:
    who, _, codes = with_code
    near = {codes.at(clock() + timedelta(seconds=30 * step)) for step in range(-2, 3)}
    wrong = [f"{guess:06}" for guess in range(20) if f"{guess:06}" not in near]
    client = visit("203.0.113.20")
    answers = [(await sign_in(client, who, code=code)).status_code for code in wrong[:6]]
    assert answers == [401] * 5 + [429]


async def test_an_unconfirmed_secret_does_not_lock_anybody_out(visit: Visit, person: Person) -> None:
    who = await person("agent")
    client = visit()
    await sign_in(client, who)
    await client.post("/api/session/totp")
    refused = await client.post("/api/session/totp/confirm", json={"code": "abcdef"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "accounts.code_not_accepted")
    assert (await sign_in(visit(), who)).status_code == 200


async def test_turning_codes_off_asks_for_the_password(with_code: Set, visit: Visit) -> None:
    who, client, _ = with_code
    refused = await client.request("DELETE", "/api/session/totp", json={"password": "guess"})
    assert refused.json()["error"]["code"] == "accounts.wrong_password"
    assert (await client.request("DELETE", "/api/session/totp", json={"password": PASSWORD})).status_code == 204
    assert (await sign_in(visit(), who)).status_code == 200


async def test_the_secret_is_not_readable_in_the_database(with_code: Set, database: Database) -> None:
    who, _, codes = with_code
    async with database.transaction(who.tenant_id) as session:
        user = await session.get_one(User, (who.tenant_id, who.user_id))
    assert user.totp_secret is not None
    assert codes.secret not in user.totp_secret


def test_codes_of_the_standards_own_example() -> None:
    """RFC 6238, appendix B (SHA-1, the last six of its eight digits)."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")):
        now = datetime.fromtimestamp(seconds, UTC)
        assert matching_step(secret, code, now) == seconds // 30
        assert matching_step(secret, code, now + timedelta(seconds=30)) == seconds // 30
        assert matching_step(secret, code, now + timedelta(seconds=61)) is None
