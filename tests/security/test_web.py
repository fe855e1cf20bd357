"""What the browser is told, and what errors say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from tests.fixtures.api import Client, SignIn

from zuoxi.installation.edge import content_security_policy
from zuoxi.platform.http import create_app

WEB = Path(__file__).parents[2] / "web"


def test_scripts_come_from_our_own_files_only() -> None:
    policy = dict(part.split(" ", 1) for part in content_security_policy("centre.example", secure=True).split("; "))
    assert policy["script-src"] == "'self'"
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe-eval" not in str(policy)
    assert "*" not in str(policy)
    page = (WEB / "index.html").read_text()
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert re.search(r"\son\w+=", page) is None
    sources = [each.read_text() for each in (WEB / "src").rglob("*.ts*")]
    assert len(sources) > 50
    assert not any("dangerouslySetInnerHTML" in text or "eval(" in text for text in sources)


def test_nothing_of_a_session_is_kept_where_scripts_read_it() -> None:
    for each in (WEB / "src").rglob("*.ts*"):
        for key in re.findall(r"(?:local|session)Storage\.setItem\(([^,]+),", each.read_text()):
            assert not re.search(r"token|password|secret|session", key, re.I), each.name


@pytest.mark.database
async def test_answers_are_not_stored(anonymous: Client, api_client: SignIn) -> None:
    signed_in = await api_client("agent", "supervisor")
    for client, path in ((anonymous, "/api/health"), (signed_in, "/api/session"), (signed_in, "/api/customers")):
        assert (await client.get(path)).headers["cache-control"] == "no-store", path
    assert (await anonymous.get("/api/customers")).headers["cache-control"] == "no-store"


async def test_an_error_of_ours_tells_nothing_of_its_cause() -> None:
    app: FastAPI = create_app("test")

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("13812345678 in table customer, password hunter2")

    async with AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://test") as client:
        answer = await client.get("/broken")
        unknown = await client.get("/no-such-place")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "platform.our_fault"
    for word in ("138", "customer", "hunter2", "RuntimeError", "Traceback"):
        assert word not in answer.text
    assert unknown.json()["error"]["code"] == "platform.no_such_address"


@pytest.mark.database
async def test_what_is_forbidden_and_what_is_not_there_look_alike_to_another_tenant(
    api_client: SignIn, other_tenant: object
) -> None:
    client = await api_client("tenant_administrator")
    stranger = await api_client("tenant_administrator", of=other_tenant)
    theirs = await stranger.patch(f"/api/users/{client.principal.user_id}", json={"name": "改名"})
    nobody = await stranger.patch("/api/users/00000000-0000-7000-8000-000000000000", json={"name": "改名"})
    assert theirs.status_code == nobody.status_code == 404
    assert theirs.json() == nobody.json()
