"""The desk's token: what it says is what was signed, and only for its time."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.accounts.conftest import Person, sign_in

from zuoxi.accounts.desk_token import LIFETIME, DeskIdentity, sign, verify
from zuoxi.accounts.errors import BadToken

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "a secret of the installation"
WHO = DeskIdentity(
    tenant="t",
    user="u",
    number="1001",
    name="张三",
    permissions=frozenset({"desk.use", "orders.write"}),
    locale="zh-CN",
    exp=(NOW + LIFETIME).timestamp(),
)


def test_it_says_what_was_signed() -> None:
    assert verify(SECRET, sign(SECRET, WHO), NOW) == WHO


def test_it_ends() -> None:
    token = sign(SECRET, WHO)
    assert verify(SECRET, token, NOW + LIFETIME - timedelta(seconds=1)) == WHO
    with pytest.raises(BadToken):
        verify(SECRET, token, NOW + LIFETIME)


def test_another_secret_is_refused() -> None:
    with pytest.raises(BadToken):
        verify("another", sign(SECRET, WHO), NOW)


def test_a_changed_body_is_refused() -> None:
    mac = sign(SECRET, WHO).split(".")[1]
    forged = sign("mine", replace(WHO, permissions=frozenset({"floor.view"}))).split(".")[0]
    with pytest.raises(BadToken):
        verify(SECRET, f"{forged}.{mac}", NOW)


@given(st.text(max_size=200))
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        verify(SECRET, text, NOW)


@given(st.binary(max_size=200))
def test_signed_nonsense_of_another_kind_is_refused(payload: bytes) -> None:
    body = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
    with pytest.raises(BadToken):
        verify(SECRET, f"{body}.{body}", NOW)


@pytest.mark.database
async def test_only_people_with_a_desk_get_one(visit: object, person: Person, settings: object) -> None:
    from zuoxi.platform.config import Settings

    assert callable(visit)
    assert isinstance(settings, Settings)
    client: httpx.AsyncClient = visit()
    who = await person("agent")
    await sign_in(client, who)
    answer = await client.post("/api/desk/token")
    assert answer.status_code == 200
    identity = verify(settings.secrets.desk_token.get_secret_value(), answer.json()["token"], datetime.now(UTC))
    assert (identity.tenant, identity.user, identity.number) == (who.tenant_id, who.user_id, who.number)
    assert identity.permissions == who.permissions
    await sign_in(client, await person("auditor"))
    assert (await client.post("/api/desk/token")).status_code == 403
