"""History, notes and callbacks over HTTP: who may see what, and that a click does it once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant

from zuoxi.contacts import Callback, Contact, ContactEvent, recent
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry

pytestmark = pytest.mark.database
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


async def make_contact(database: Database, tenant: Tenant, **values: Any) -> str:
    row = Contact(
        **{
            "number": "13812345678",
            "number_e164": "+8613812345678",
            "number_key": "+8613812345678",
            "started_at": NOON,
            "ended_at": NOON + timedelta(minutes=3),
            "outcome": "answered",
        }
        | values
    )
    async with database.transaction(tenant.id) as session:
        session.add(row)
        session.add(
            ContactEvent(
                domain=tenant.id,
                epoch=1,
                seq=int(row.id.replace("-", "")[-12:], 16),
                index=0,
                at=NOON,
                kind="ContactStarted",
                contact_id=row.id,
                payload={"contact": row.id, "number": "13812345678", "vip": False},
            )
        )
    return row.id


async def test_an_agent_sees_own_contacts_a_supervisor_all(
    database: Database, tenant: Tenant, api_client: SignIn
) -> None:
    agent, supervisor = await api_client("agent"), await api_client("supervisor")
    own = await make_contact(database, tenant, agent_id=agent.principal.user_id, disposition="ordered")
    other = await make_contact(database, tenant, outcome="abandoned", started_at=NOON + timedelta(hours=1))
    seen = (await agent.get("/api/contacts")).json()
    assert [item["id"] for item in seen["items"]] == [own] and seen["total"] == 1
    assert seen["items"][0]["number"] == "138****5678" and seen["items"][0]["number_place"] == "江苏省连云港市"
    assert (await agent.get(f"/api/contacts/{other}")).status_code == 404
    every = (await supervisor.get("/api/contacts")).json()
    assert [item["id"] for item in every["items"]] == [other, own]
    for query, expected in (
        ({"outcome": "abandoned"}, [other]),
        ({"agent_id": agent.principal.user_id}, [own]),
        ({"number": "+86 138 1234 5678"}, [other, own]),
        ({"q": "5678"}, [other, own]),
        ({"q": "0000"}, []),
        ({"from": (NOON + timedelta(minutes=30)).isoformat()}, [other]),
        ({"to": (NOON + timedelta(minutes=30)).isoformat()}, [own]),
    ):
        found = (await supervisor.get("/api/contacts", params=query)).json()
        assert [item["id"] for item in found["items"]] == expected, query


async def test_my_calls_are_ones_own_also_those_that_others_had_afterwards(
    database: Database, tenant: Tenant, api_client: SignIn
) -> None:
    agent, colleague, supervisor = await api_client("agent"), await api_client("agent"), await api_client("supervisor")
    me = agent.principal.user_id
    out = await make_contact(database, tenant, agent_id=me, direction="outbound", outcome="busy", dialled_at=NOON)
    passed_on = await make_contact(
        database, tenant, agent_id=colleague.principal.user_id, started_at=NOON + timedelta(hours=1)
    )
    await make_contact(database, tenant, outcome="abandoned")
    async with database.transaction(tenant.id) as session:
        session.add(
            ContactEvent(
                domain=tenant.id,
                epoch=1,
                seq=7,
                index=0,
                at=NOON,
                kind="ContactAnswered",
                contact_id=passed_on,
                agent_id=me,
                payload={},
            )
        )
    mine = (await agent.get("/api/my-calls")).json()
    assert [item["id"] for item in mine["items"]] == [passed_on, out] and mine["total"] == 2
    assert mine["items"][1]["number"] == "138****5678" and mine["items"][1]["dialled_at"] is not None
    for query, expected in (
        ({"direction": "outbound"}, [out]),
        ({"direction": "inbound"}, [passed_on]),
        ({"outcome": "busy"}, [out]),
        ({"from": (NOON + timedelta(minutes=30)).isoformat()}, [passed_on]),
        ({"q": "0000"}, []),
    ):
        found = (await agent.get("/api/my-calls", params=query)).json()
        assert [item["id"] for item in found["items"]] == expected, query
    assert [item["id"] for item in (await colleague.get("/api/my-calls")).json()["items"]] == [passed_on]
    # who may see everything sees nobody else's here either
    assert (await supervisor.get("/api/my-calls")).json()["items"] == []
    assert (await agent.get(f"/api/contacts/{passed_on}")).status_code == 200
    assert (await (await api_client("auditor")).get("/api/my-calls")).status_code == 403


async def test_a_number_is_shown_whole_only_with_the_right_and_that_is_audited(
    database: Database, tenant: Tenant, api_client: SignIn
) -> None:
    agent, supervisor = await api_client("agent"), await api_client("supervisor")
    contact = await make_contact(database, tenant, agent_id=agent.principal.user_id)
    assert (await agent.get(f"/api/contacts/{contact}", params={"reveal": True})).status_code == 403
    detail = (await supervisor.get(f"/api/contacts/{contact}")).json()
    assert detail["number"] == "138****5678"
    assert [entry["kind"] for entry in detail["timeline"]] == ["ContactStarted"]
    assert "13812345678" not in str(detail)
    assert (await supervisor.get(f"/api/contacts/{contact}", params={"reveal": True})).json()["number"] == "13812345678"
    async with database.transaction(tenant.id) as session:
        entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "reveal"))).one()
        assert (entry.kind, entry.object_id, entry.user_id) == ("contact", contact, supervisor.principal.user_id)


async def test_a_note_is_the_agents_own(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    agent, stranger = await api_client("agent"), await api_client("agent")
    contact = await make_contact(database, tenant, agent_id=agent.principal.user_id)
    body = {"note": "想要红色的,下周再打"}
    assert (await stranger.put(f"/api/contacts/{contact}/note", json=body)).status_code == 404
    assert (await agent.put(f"/api/contacts/{contact}/note", json=body)).json()["note"] == body["note"]
    unknown = await agent.put(f"/api/contacts/{contact}/note", json={"customer_id": new_id()})
    assert unknown.status_code == 404
    async with database.transaction(tenant.id) as session:
        calls = await recent(session, number="13812345678", limit=5)
        assert [call["note"] for call in calls] == [body["note"]]
        assert await recent(session, number="13900000000") == []


async def test_a_callback_is_finished_once(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    supervisor, agent = await api_client("supervisor"), await api_client("agent")
    contact = await make_contact(database, tenant, outcome="abandoned")
    async with database.transaction(tenant.id) as session:
        callback = Callback(contact_id=contact, number="13812345678", reason="abandoned", created_at=NOON)
        session.add(callback)
    # of a queue that this agent does not serve
    assert (await agent.get("/api/callbacks")).json()["total"] == 0
    refused = await agent.post(f"/api/callbacks/{callback.id}/done", json={"result": "已下单"})
    assert refused.status_code == 404
    listed = (await supervisor.get("/api/callbacks")).json()
    assert [(item["id"], item["number"]) for item in listed["items"]] == [(callback.id, "13812345678")]
    done = f"/api/callbacks/{callback.id}/done"
    assert (await supervisor.post(done, json={"result": ""})).status_code == 422
    assert (await supervisor.post(done, json={"result": "已下单"})).status_code == 204
    again = await supervisor.post(done, json={"result": "又一次"})
    assert again.status_code == 409 and again.json()["error"]["code"] == "contacts.callback_closed"
    assert (await supervisor.get("/api/callbacks")).json()["total"] == 0
    assert (await supervisor.get("/api/callbacks", params={"state": "done"})).json()["items"][0]["result"] == "已下单"


async def test_the_wall_between_tenants_holds(
    database: Database, tenant: Tenant, other_tenant: Tenant, api_client: SignIn
) -> None:
    contact = await make_contact(database, other_tenant)
    supervisor = await api_client("supervisor")
    assert (await supervisor.get("/api/contacts")).json()["total"] == 0
    assert (await supervisor.get(f"/api/contacts/{contact}")).status_code == 404
    assert (await supervisor.put(f"/api/contacts/{contact}/note", json={"note": "x"})).status_code == 404
