"""Rules against callers: what the look-up finds, what follows in the router, and who makes, reviews and ends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from tests.contacts.test_routes import make_contact
from tests.contacts.test_sources import look_up
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant

from zuoxi.contacts import Entry, project, store_projection
from zuoxi.contacts.models import CallerRule
from zuoxi.contacts.sources import DatabaseLookup
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry
from zuoxi.routing import Router, codec
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import (
    Caller,
    Configuration,
    Hotline,
    MetRule,
    Outcome,
    Queue,
    RefuseWith,
    RuleAction,
    Rules,
)

__all__ = ["look_up"]
pytestmark = pytest.mark.database
NUMBER, LINE = "13800000077", new_id()
KEY = f"+86{NUMBER}"


def arrive(caller: Caller, rules: Rules | None = None, *, early: bool = True) -> list[c.Command]:
    """What the router makes of a call by this caller."""
    router, queue = Router(), Queue("q", "s", priority=3)
    hotline = Hotline("h", "4001", LINE, new_id(), "q", answer_before_waiting=early)
    configuration = Configuration(1, rules or Rules(), queues=(queue,), hotlines=(hotline,))
    router.handle(e.ConfigurationLoaded(configuration), 0.0)
    return router.handle(e.CallArrived(new_id(), "call", "4001", caller), 1.0)


def test_a_blocked_caller_hears_a_message_or_the_busy_tone() -> None:
    said = arrive(Caller(NUMBER, rules=(MetRule("r", RuleAction.BLOCK),)))
    assert [type(each).__name__ for each in said] == [
        "ContactStarted", "CallerRuleApplied", "AnswerCall", "PlayPrompt",
    ]  # fmt: skip
    busy = arrive(Caller(NUMBER, rules=(MetRule("r", RuleAction.BLOCK, 0, RefuseWith.BUSY, 60.0),)))
    assert [type(each).__name__ for each in busy] == [
        "ContactStarted", "CallerRuleApplied", "ReleaseCall", "ContactEnded",
    ]  # fmt: skip
    applied, release, ended = busy[1:]
    assert isinstance(applied, c.CallerRuleApplied) and applied.until == 61.0
    assert isinstance(release, c.ReleaseCall) and release.busy
    assert isinstance(ended, c.ContactEnded) and (ended.outcome, ended.reason) == (Outcome.BLOCKED, "caller_rule")
    listed = arrive(Caller(NUMBER, blacklisted=True), Rules(refuse_with=RefuseWith.BUSY))
    assert not [each for each in listed if isinstance(each, c.AnswerCall)]


def test_a_priority_rule_moves_the_caller_and_a_flag_does_not() -> None:
    rules = (MetRule("a", RuleAction.PRIORITY, -5), MetRule("b", RuleAction.FLAG, 9))
    (queued,) = [each for each in arrive(Caller(NUMBER, rules=rules)) if isinstance(each, c.ContactQueued)]
    assert queued.priority == -2


async def rule(database: Database, tenant: Tenant, **values: Any) -> str:
    made = CallerRule(**{"why": "骚扰", "made_at": datetime.now(UTC), "action": "block"} | values)
    async with database.transaction(tenant.id) as session:
        session.add(made)
    return made.id


async def met(look_up: DatabaseLookup, tenant: Tenant, number: str = NUMBER) -> list[str]:
    return [each.rule for each in (await look_up.look_up(tenant.id, LINE, number)).rules]


async def test_the_look_up_finds_rules_in_force(database: Database, tenant: Tenant, look_up: DatabaseLookup) -> None:
    now = datetime.now(UTC)
    number = await rule(database, tenant, kind="number", pattern=KEY, refuse_with="busy")
    await rule(database, tenant, kind="number", pattern=KEY, expires_at=now - timedelta(seconds=1))
    await rule(database, tenant, kind="number", pattern=KEY, state="ended")
    prefix = await rule(database, tenant, kind="prefix", pattern="1380000", action="flag")
    withheld = await rule(database, tenant, kind="withheld")
    found = (await look_up.look_up(tenant.id, LINE, NUMBER)).rules
    assert found == (MetRule(number, RuleAction.BLOCK, 0, RefuseWith.BUSY), MetRule(prefix, RuleAction.FLAG))
    assert await met(look_up, tenant, "") == [withheld] == await met(look_up, tenant, "anonymous")
    assert await met(look_up, tenant, "02162345678") == []


async def test_the_same_number_too_often_is_counted_and_blocked_for_a_while(
    database: Database, tenant: Tenant, look_up: DatabaseLookup
) -> None:
    counted = await rule(database, tenant, kind="repeated", calls=3, minutes=60, block_minutes=30)
    silent = await rule(database, tenant, kind="silent", calls=2, minutes=60, action="flag")
    now = datetime.now(UTC)
    for index in range(3):
        assert counted not in await met(look_up, tenant)
        await make_contact(
            database, tenant, number=NUMBER, number_key=KEY, started_at=now - timedelta(minutes=50 - index),
            answered_at=now, talked_s=1.0 if index else 60.0, id=new_id(),
        )  # fmt: skip
    await make_contact(
        database, tenant, number=NUMBER, number_key=KEY, started_at=now - timedelta(minutes=70), id=new_id()
    )
    assert sorted(await met(look_up, tenant)) == sorted([counted, silent])

    # What the look-up found travels in the event: the router's answer is the same at every replay, and turns the number
    # away from now on, until the time is over.
    contact, caller = new_id(), await look_up.look_up(tenant.id, LINE, NUMBER)
    router, at = Router(), now.timestamp()
    hotline = Hotline(new_id(), "4001", LINE, new_id(), "q")
    router.handle(e.ConfigurationLoaded(Configuration(1, queues=(Queue("q", "s"),), hotlines=(hotline,))), at)
    event = e.CallArrived(contact, "call", "4001", caller)
    assert codec.decode(codec.encode(event)) == event
    plain = [codec.encode(command) for command in router.handle(event, at)]
    async with database.transaction(tenant.id) as session:
        found = project([Entry(tenant.id, 1, 1, at, codec.encode(event), plain)], lambda raw: (None, KEY))
        await store_projection(session, tenant.id, found)
        await store_projection(session, tenant.id, found)
        made = list(await session.scalars(select(CallerRule).where(CallerRule.parent_id == counted)))
        await session.execute(text("delete from caller_rule where id = :id"), {"id": counted})
    (block,) = made
    assert (block.kind, block.pattern, block.contact_id) == ("number", KEY, contact)
    assert block.expires_at is not None and abs((block.expires_at - now).total_seconds() - 1800) < 1
    assert block.id in await met(look_up, tenant)


async def test_an_agent_reports_a_nuisance_and_a_supervisor_looks(
    database: Database, tenant: Tenant, api_client: SignIn, look_up: DatabaseLookup
) -> None:
    agent, supervisor = await api_client("agent"), await api_client("supervisor")
    own = await make_contact(database, tenant, agent_id=agent.principal.user_id, number=NUMBER, number_key=KEY)
    other = await make_contact(database, tenant)
    nobody = await make_contact(database, tenant, agent_id=agent.principal.user_id, number="", number_key="")
    for contact, status in ((own, 204), (own, 204), (other, 404), (nobody, 409)):
        answered = await agent.post("/api/caller-rules/nuisance", json={"contact_id": contact, "why": "辱骂"})
        assert answered.status_code == status
    assert (await agent.get("/api/caller-rules")).status_code == 403
    (item,) = (await supervisor.get("/api/caller-rules?state=review")).json()["items"]
    assert (item["kind"], item["why"], item["made_by"]) == ("number", "辱骂", agent.principal.user_id)
    assert item["expires_at"] is not None and item["contact_id"] == own
    assert await met(look_up, tenant) == [item["id"]]
    confirmed = await supervisor.post(f"/api/caller-rules/{item['id']}/confirm", json={"expires_at": None})
    assert confirmed.status_code == 204
    assert (await supervisor.get("/api/caller-rules?state=review")).json()["total"] == 0
    assert (await supervisor.post(f"/api/caller-rules/{item['id']}/end", json={})).status_code == 204
    assert (await supervisor.post(f"/api/caller-rules/{item['id']}/end", json={})).status_code == 409
    assert await met(look_up, tenant) == []
    async with database.transaction(tenant.id) as session:
        done = await session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == item["id"]))
        assert sorted(done) == ["confirm", "end", "report_nuisance"]


async def test_rules_are_made_whole_listed_and_changed(
    database: Database, tenant: Tenant, api_client: SignIn, look_up: DatabaseLookup
) -> None:
    supervisor = await api_client("supervisor")
    bad = await supervisor.post("/api/caller-rules", json={"kind": "repeated", "action": "block", "why": "x"})
    assert bad.status_code == 422 and "contacts.rule_incomplete" in bad.text
    body = {"kind": "number", "pattern": "138 0000 0077", "action": "priority", "priority": -10, "why": "常打"}
    made = (await supervisor.post("/api/caller-rules", json=body)).json()
    assert made["pattern"] == NUMBER and await met(look_up, tenant) == [made["id"]]
    body |= {"action": "block", "refuse_with": "busy"}
    assert (await supervisor.put(f"/api/caller-rules/{made['id']}", json=body)).json()["refuse_with"] == "busy"
    (found,) = (await supervisor.get("/api/caller-rules", params={"q": NUMBER, "state": "in_force"})).json()["items"]
    assert (found["id"], found["hits"], found["expired"]) == (made["id"], 0, False)
    assert (await supervisor.put("/api/caller-rules/settings", json={"refuse_with": "busy"})).status_code == 204
    assert (await supervisor.get("/api/caller-rules/settings")).json() == {"refuse_with": "busy"}
