"""Every route of the application asks for a right, and commits before it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from tests.fixtures.api import SignIn

from zuoxi.accounts import ROLES, require, signed_in, tenant_session
from zuoxi.api import assemble
from zuoxi.platform.identifiers import new_id

# Open to everybody, each for a reason.
PUBLIC = {
    ("POST", "/api/session"): "signing in",
    ("GET", "/api/first-administrator"): "the first page asks whether the installation is new",
    ("POST", "/api/first-administrator"): "guarded by the one-time secret",
    ("GET", "/api/health"): "says only that the process lives",
    ("GET", "/api/edge/sip"): "answers the edge; checks session and desk.use itself",
}
# Open to whoever is signed in: one's own session.
OWN = {
    ("GET", "/api/session"),
    ("PATCH", "/api/session"),
    ("DELETE", "/api/session"),
    ("POST", "/api/session/password"),
    ("POST", "/api/session/confirm"),
    ("GET", "/api/session/list"),
    ("DELETE", "/api/session/list"),
    ("DELETE", "/api/session/list/{session_id}"),
    ("POST", "/api/session/totp"),
    ("POST", "/api/session/totp/confirm"),
    ("DELETE", "/api/session/totp"),
}
# What pages need to name things, for everybody of the tenant: reading only, no personal data.
REFERENCE = {
    "/api/regions",
    "/api/regions/parse",
    "/api/skills",
    "/api/queues",
    "/api/lines",
    "/api/hotlines",
    "/api/dispositions",
    "/api/not-ready-reasons",
    "/api/special-days",
}
# A draft that was never written is an empty one, and removing it again is no fault.
EMPTY = {("GET", "/api/drafts/{contact_id}"), ("DELETE", "/api/drafts/{contact_id}")}
# WebSockets that check session and right by calling ``signed_in`` themselves, because they must accept before refusing.
SOCKETS = {"/api/live/wallboard"}


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _all(inner)


@dataclass(frozen=True, slots=True)
class Case:
    """One method of one address."""

    method: str
    path: str
    dependant: Dependant

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _flat(routes: Iterable[Any]) -> Iterator[Any]:
    """Routes with those of included routers, which FastAPI keeps inside and shows with their whole path."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from _flat(route.effective_candidates())
        else:
            yield route


def _cases() -> list[Case]:
    return [
        Case(method, route.path, route.dependant)
        for route in _flat(assemble(None).routes)
        if isinstance(getattr(route, "original_route", route), APIRoute)
        for method in sorted(route.methods)
    ]


def _sockets() -> set[str]:
    found = (getattr(route, "starlette_route", route) for route in _flat(assemble(None).routes))
    return {route.path for route in found if isinstance(route, APIWebSocketRoute)}


def test_there_are_routes_and_the_lists_name_existing_ones() -> None:
    known = {(case.method, case.path) for case in _cases()}
    described = {(method.upper(), path) for path, item in assemble(None).openapi()["paths"].items() for method in item}
    assert known == described  # nothing is served that these tests do not see
    assert set(PUBLIC) | OWN <= known
    assert {("GET", path) for path in REFERENCE} <= known


def test_every_route_asks_for_a_right() -> None:
    offenders = []
    for case in _cases():
        asked = [dependant.call for dependant in _all(case.dependant)]
        rights = [call for call in asked if isinstance(call, require)]
        if (case.method, case.path) in PUBLIC:
            right = not rights
        elif (case.method, case.path) in OWN or (case.method == "GET" and case.path in REFERENCE):
            right = signed_in in asked
        else:
            right = bool(rights)
        if not right:
            offenders.append(str(case))
    assert offenders == [], "these must ask for a right by Depends(require(…))"


def test_every_route_commits_before_it_answers() -> None:
    offenders = [
        str(case)
        for case in _cases()
        for dependant in _all(case.dependant)
        if dependant.call is tenant_session and dependant.scope != "function"
    ]
    assert offenders == [], "these must take the session as TenantSession"


def test_every_socket_is_known() -> None:
    assert _sockets() == SOCKETS


def test_everything_lives_under_one_roof() -> None:
    """The edge hands on /api only."""
    assert [case.path for case in _cases() if not case.path.startswith("/api/")] == []


@pytest.mark.database
async def test_nobody_gets_in_without_a_session(anonymous: httpx.AsyncClient) -> None:
    for case in _cases():
        if (case.method, case.path) in PUBLIC:
            continue
        response = await anonymous.request(case.method, case.path.replace("{", "").replace("}", ""), json={})
        # 422 where the address itself is malformed, which says nothing; never anything else.
        assert response.status_code in {401, 422}, f"{case}: {response.status_code}"
        assert response.json()["error"]["code"] in {"accounts.not_signed_in", "platform.bad_input"}


@pytest.mark.database
async def test_what_is_not_there_is_not_found(visitor_with_every_right: httpx.AsyncClient) -> None:
    """An identifier that belongs to nobody (or to another tenant, which must look the same) never shows anything and
    never is our fault."""
    for case in _cases():
        if "{" in case.path and (case.method, case.path) not in EMPTY:
            path = re.sub(r"\{[^}]+\}", new_id(), case.path)
            response = await visitor_with_every_right.request(case.method, path, json={})
            nothing = response.status_code == 200 and response.json() == {"items": [], "total": 0}
            assert nothing or response.status_code in {404, 409, 422}, f"{case}: {response.text[:200]}"


@pytest.fixture
async def visitor_with_every_right(api_client: SignIn) -> httpx.AsyncClient:
    return await api_client(*ROLES)


@pytest.mark.database
async def test_errors_of_the_framework_come_in_our_form(anonymous: httpx.AsyncClient) -> None:
    absent = await anonymous.get("/api/nothing-here")
    assert (absent.status_code, absent.json()["error"]["code"]) == (404, "platform.no_such_address")
    refused = await anonymous.put("/api/session", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (405, "platform.method_refused")
    broken = await anonymous.post("/api/session", content=b"{not json", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["error"]["code"]) == (422, "platform.bad_input")


@pytest.mark.database
async def test_what_was_typed_is_not_thrown_back(anonymous: httpx.AsyncClient) -> None:
    """An error about a body does not repeat it: it may hold a password."""
    response = await anonymous.post("/api/session", json={"login": "x", "password": {"hunter2": "secret"}})
    assert response.status_code == 422
    assert "hunter2" not in response.text


@pytest.mark.database
async def test_an_unexpected_error_tells_the_reader_nothing_of_its_inside(
    app: FastAPI, api_client: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await api_client("tenant_administrator")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def explode(*_: object, **__: object) -> None:
        raise RuntimeError("row of 13812345678")

    monkeypatch.setattr("zuoxi.accounts.session_routes._me", explode)
    async with httpx.AsyncClient(transport=transport, base_url="http://x", cookies=dict(client.cookies)) as raw:
        response = await raw.get("/api/session")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "platform.our_fault")
    assert "13812345678" not in response.text
