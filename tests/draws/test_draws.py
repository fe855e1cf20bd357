"""A prize draw from the first ticket to the last winner, on PostgreSQL as the application's role."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.fixtures.api import Client, SignIn
from tests.fixtures.database import Tenant

from zuoxi.contacts import Contact
from zuoxi.draws import Draw, DrawEntry, DrawPerson, Registration, Result, register_by_phone
from zuoxi.draws.check import check
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry

pytestmark = pytest.mark.database

NOW = datetime.now(UTC)


def caller(number: int) -> str:
    return f"138{number:08d}"


async def make(client: Client, **changes: Any) -> dict[str, Any]:
    body = {
        "name": f"抽奖 {new_id()[-8:]}",
        "opens_at": (NOW - timedelta(days=2)).isoformat(),
        "closes_at": (NOW + timedelta(days=2)).isoformat(),
        "ticket_pattern": "88dddddd",
        "prizes": [{"name": "一等奖", "count": 1}, {"name": "二等奖", "count": 2}],
        "reserves": 2,
        **changes,
    }
    answer = await client.post("/api/draws", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def do(client: Client, draw: dict[str, Any], step: str, body: Any = None) -> dict[str, Any]:
    answer = await client.post(f"/api/draws/{draw['id']}/{step}", json=body)
    assert answer.status_code in (200, 204), answer.text
    return dict(answer.json()) if answer.content else {}


async def register(
    database: Database, tenant: Tenant, draw: dict[str, Any], ticket: str, number: str, **more: Any
) -> Registration:
    given = {"contact_id": None, "now": NOW, **more}
    async with database.transaction(tenant.id) as session:
        return await register_by_phone(session, draw_id=draw["id"], ticket=ticket, number=number, **given)


async def end_registration(database: Database, tenant: Tenant, draw: dict[str, Any]) -> None:
    """Let the time of registration be over."""
    async with database.transaction(tenant.id) as session:
        row = await session.scalar(select(Draw).where(Draw.id == draw["id"]))
        assert row is not None
        row.closes_at = NOW - timedelta(seconds=1)


async def test_what_a_caller_is_told(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    draw = await make(manager, per_person=2, ticket_check="luhn", ticket_pattern="88ddddddd")

    async def told(ticket: str, number: str = caller(1), **more: Any) -> Result:
        return (await register(database, tenant, draw, ticket, number, **more)).result

    first, second, third = "880000005", "880000013", "880000021"
    assert await told(first) is Result.NOT_OPEN
    await do(manager, draw, "open")
    assert await told(first, now=NOW - timedelta(days=3)) is Result.NOT_OPEN
    assert await told("880000009") is Result.UNKNOWN, "the check digit"
    assert await told("990000004") is Result.UNKNOWN, "the pattern"
    assert await told("not a ticket") is Result.UNKNOWN
    assert await told(first, "anonymous") is Result.NO_NUMBER
    contact = new_id()
    assert await told(first, dry=True) is Result.REGISTERED
    assert await told(first, contact_id=contact) is Result.REGISTERED
    assert await told(first, contact_id=contact) is Result.REGISTERED, "asked again for the same call"
    assert await told(first) is Result.ALREADY
    assert await told(first, "+86 138 0000 0001") is Result.ALREADY, "the same telephone, written otherwise"
    assert await told(first, caller(2)) is Result.TAKEN
    assert await told("8800-0001 3") is Result.REGISTERED
    assert await told(third) is Result.LIMIT
    assert await told(third, dry=True) is Result.LIMIT
    assert await told(third, caller(3), now=NOW + timedelta(days=2)) is Result.CLOSED
    async with database.transaction(tenant.id) as session:
        kept = (await session.scalars(select(DrawPerson.number))).all()
    assert kept == [caller(1)], "who registered nothing is not kept"
    assert second == "880000013"
    other = {"id": new_id()}
    assert (await register(database, tenant, other, first, caller(1))).result is Result.CLOSED


async def test_of_many_callers_with_one_ticket_one_wins(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    draw = await make(manager)
    await do(manager, draw, "open")
    answers = await asyncio.gather(*(register(database, tenant, draw, "88123456", caller(one)) for one in range(24)))
    assert Counter(one.result for one in answers) == {Result.REGISTERED: 1, Result.TAKEN: 23}
    # and one caller with many tickets in as many calls keeps to what one person may have
    answers = await asyncio.gather(
        *(register(database, tenant, draw, f"88000{one:03d}", caller(99)) for one in range(16))
    )
    assert Counter(one.result for one in answers) == {Result.REGISTERED: 1, Result.LIMIT: 15}
    async with database.transaction(tenant.id) as session:
        rows = select(func.count()).select_from(DrawEntry).where(DrawEntry.draw_id == draw["id"])
        assert await session.scalar(rows) == 2
        counted = (await session.scalars(select(DrawPerson.entries).where(DrawPerson.draw_id == draw["id"]))).all()
        assert sorted(counted) == [1, 1]


async def test_closing_waits_for_who_is_registering_and_nobody_comes_after(
    database: Database, tenant: Tenant, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    draw = await make(manager)
    await do(manager, draw, "open")
    early = await manager.post(f"/api/draws/{draw['id']}/close")
    assert early.json()["error"]["code"] == "draws.not_over"
    await end_registration(database, tenant, draw)
    before = NOW - timedelta(minutes=1)
    *answers, closed = await asyncio.gather(
        *(register(database, tenant, draw, f"88000{one:03d}", caller(one), now=before) for one in range(12)),
        do(manager, draw, "close"),
    )
    registered = [one for one in answers if one.result is Result.REGISTERED]
    assert {one.result for one in answers} <= {Result.REGISTERED, Result.CLOSED}
    published = (await manager.get(f"/api/draws/{draw['id']}/published")).json()
    assert len(published["entries"]) == len(registered)
    assert published["list_hash"] == closed["list_hash"]
    assert [one.right for one in check(published)] == [None, True, None]


async def test_from_the_first_ticket_to_the_last_winner(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    draw = await make(manager, public_source="当晚双色球号码")
    opened = await do(manager, draw, "open")
    assert (opened["state"], opened["seed"], len(opened["commitment"])) == ("open", None, 64)
    refused = await manager.patch(f"/api/draws/{draw['id']}", json={"reserves": 0})
    assert refused.json()["error"]["code"] == "draws.already_started"
    for one in range(8):
        assert (await register(database, tenant, draw, f"8800000{one}", caller(one))).result is Result.REGISTERED
    listed = (await manager.get(f"/api/draws/{draw['id']}/entries?q=88000003")).json()
    assert [(one["ticket"], one["number"]) for one in listed["items"]] == [("88000003", "138****0003")]
    await end_registration(database, tenant, draw)
    assert (await manager.post(f"/api/draws/{draw['id']}/draw", json={})).status_code == 409
    closed = await do(manager, draw, "close")
    assert closed["seed"] is None
    missing = await manager.post(f"/api/draws/{draw['id']}/draw", json={})
    assert missing.json()["error"]["code"] == "draws.public_word_missing"
    drawn = await do(manager, draw, "draw", {"public_word": "03 09 12 20 27 31 | 08"})
    published = (await manager.get(f"/api/draws/{draw['id']}/published")).json()
    assert [one.right for one in check(published)] == [True, True, True]
    assert published["commitment"] == opened["commitment"]
    assert published["seed"] == drawn["seed"]
    assert "13800000000" not in str(published)
    assert (await manager.post(f"/api/draws/{draw['id']}/draw", json={})).status_code == 409, "drawn once"

    winners = (await manager.get(f"/api/draws/{draw['id']}/winners")).json()["items"]
    assert [one["prize"] for one in winners] == ["一等奖", "二等奖", "二等奖", None, None]
    assert [one["ticket"] for one in winners] == [one["ticket"] for one in published["winners"]]
    assert all("****" in one["number"] for one in winners)

    supervisor = await api_client("supervisor")
    path = f"/api/draws/{draw['id']}/winners"
    whole = (await supervisor.get(path + "?reveal=true")).json()["items"]
    assert {one["number"] for one in whole} <= {caller(one) for one in range(8)}
    assert (await (await api_client("auditor")).get(path)).status_code == 200
    agent = await api_client("agent")
    assert (await agent.get(path)).status_code == 403
    assert (await agent.post(f"{path}/{winners[0]['id']}/settle", json={"reached": True})).status_code == 403

    async def settle(place: int, reached: bool) -> int:
        answer = await supervisor.post(f"{path}/{winners[place]['id']}/settle", json={"reached": reached})
        return answer.status_code

    assert await settle(0, reached=False) == 204
    assert await settle(0, reached=True) == 409, "decided once"
    assert await settle(1, reached=True) == 204
    assert await settle(4, reached=True) == 409, "a reserve is not called before it is its turn"
    both = await asyncio.gather(settle(2, reached=False), settle(3, reached=False))
    assert both == [204, 204]
    after = {one["rank"]: (one["prize"], one["state"]) for one in (await manager.get(path)).json()["items"]}
    assert after[1] == ("一等奖", "not_reached")
    assert after[2] == ("二等奖", "reached")
    assert after[5][1] == "to_call", "the last reserve has come up"
    async with database.transaction(tenant.id) as session:
        entries = (await session.scalars(select(AuditEntry).where(AuditEntry.object_id == draw["id"]))).all()
    actions = [entry.action for entry in entries]
    assert {"create", "open", "close", "draw", "reveal"} <= set(actions)
    assert drawn["seed"] not in str([entry.detail for entry in entries])


async def test_winners_are_called_back(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    queue = (await manager.post("/api/queues", json={"name": f"回电 {new_id()[-6:]}"})).json()
    draw = await make(manager, queue_id=queue["id"], prizes=[{"name": "一等奖", "count": 2}], reserves=1)
    await do(manager, draw, "open")
    for one in range(3):
        async with database.transaction(tenant.id) as session:
            contact = Contact(number=caller(one), started_at=NOW)
            session.add(contact)
        await register(database, tenant, draw, f"8800000{one}", caller(one), contact_id=contact.id)
    await end_registration(database, tenant, draw)
    await do(manager, draw, "close")
    await do(manager, draw, "draw", {})
    path = f"/api/draws/{draw['id']}/winners"

    async def calls() -> list[str | None]:
        return [one["callback_state"] for one in (await manager.get(path)).json()["items"]]

    assert await calls() == ["open", "open", None]
    winners = (await manager.get(path)).json()["items"]
    supervisor = await api_client("supervisor")
    waiting = (await supervisor.get("/api/callbacks")).json()["items"]
    assert {(one["reason"], one["contact_id"]) for one in waiting} == {
        ("draw", one["contact_id"]) for one in winners[:2]
    }
    await supervisor.post(f"{path}/{winners[0]['id']}/settle", json={"reached": True, "note": "已告知领奖方式"})
    assert await calls() == ["done", "open", None]
    await supervisor.post(f"{path}/{winners[1]['id']}/settle", json={"reached": False})
    assert await calls() == ["done", "dropped", "open"], "the reserve is called instead"


async def test_a_list_of_numbers(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    draw = await make(manager, ticket_source="list")
    nothing = await manager.post(f"/api/draws/{draw['id']}/open")
    assert nothing.json()["error"]["code"] == "draws.no_tickets"
    path = f"/api/draws/{draw['id']}/tickets"
    assert (await manager.post(path, json={"tickets": ["A-1"]})).json()["error"]["code"] == "draws.ticket_unreadable"
    added = await manager.post(path, json={"tickets": ["100-1", "1002", " ", "1001"]})
    assert added.json() == {"added": 2, "total": 2}
    assert (await manager.post(path, json={"tickets": ["1002", "1003"]})).json() == {"added": 1, "total": 3}
    await do(manager, draw, "open")
    assert (await manager.post(path, json={"tickets": ["1004"]})).status_code == 409
    assert (await register(database, tenant, draw, "1003", caller(1))).result is Result.REGISTERED
    assert (await register(database, tenant, draw, "1004", caller(2))).result is Result.UNKNOWN


async def test_another_tenant_knows_nothing_of_it(
    database: Database, tenant: Tenant, other_tenant: Tenant, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    draw = await make(manager)
    await do(manager, draw, "open")
    stranger = await api_client("tenant_administrator", of=other_tenant)
    assert (await stranger.get(f"/api/draws/{draw['id']}")).status_code == 404
    assert (await stranger.get("/api/draws")).json()["total"] == 0
    assert (await register(database, other_tenant, draw, "88123456", caller(1))).result is Result.CLOSED


async def test_drafts_are_changed_and_removed(tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    draw = await make(manager)
    path = f"/api/draws/{draw['id']}"
    assert (await manager.patch(path, json={"reserves": 7})).json()["reserves"] == 7
    wrong = await manager.patch(path, json={"closes_at": draw["opens_at"]})
    assert wrong.json()["error"]["code"] == "draws.period_wrong"
    wrong = await manager.patch(path, json={"ticket_pattern": "8x"})
    assert wrong.json()["error"]["code"] == "draws.pattern_unreadable"
    again = await manager.post("/api/draws", json={**await _body(draw), "name": draw["name"]})
    assert again.json()["error"]["code"] == "draws.name_taken"
    unknown = await manager.patch(path, json={"hotline_id": new_id()})
    assert unknown.json()["error"]["code"] == "draws.unknown_reference"
    assert (await manager.delete(path)).status_code == 204
    assert (await manager.get(path)).status_code == 404


async def _body(draw: dict[str, Any]) -> dict[str, Any]:
    return {name: draw[name] for name in ("opens_at", "closes_at", "prizes")}
