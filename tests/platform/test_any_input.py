"""Whatever is sent, no route falls over: made-up requests from the API's own description never end in a 5xx."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from tests.fixtures.api import SignIn

from zuoxi.accounts import ROLES
from zuoxi.api import assemble

pytestmark = pytest.mark.database

SCHEMA = schemathesis.openapi.from_dict(assemble(None).openapi())
OPERATIONS: list[Any] = [cast(Any, found).ok() for found in SCHEMA.get_all_operations()]

# Not called: these sign the visitor out.
LEFT_OUT = {("DELETE", "/api/session"), ("POST", "/api/session/password")}


@pytest.mark.parametrize(
    "operation",
    [each for each in OPERATIONS if (each.method.upper(), each.path) not in LEFT_OUT],
    ids=lambda operation: operation.label,
)
async def test_no_input_is_our_fault(operation: Any, app: FastAPI, api_client: SignIn) -> None:
    client = await api_client(*ROLES)
    cases: list[Any] = []

    @settings(
        max_examples=6,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def collect(case: Any) -> None:
        cases.append(case)

    await asyncio.to_thread(collect)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://x", cookies=dict(client.cookies), headers={"X-Zuoxi": "1"}
    ) as visitor:
        for case in cases:
            wanted = case.as_transport_kwargs(base_url="http://x")
            wanted.pop("cookies", None)
            if isinstance(wanted.get("data"), bytes):
                wanted["content"] = wanted.pop("data")
            response = await visitor.request(**wanted)
            assert response.status_code < 500, f"{case.as_curl_command()} → {response.status_code} {response.text}"
