"""Managing lines over HTTP, and what the router is given of them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.fixtures.api import Client, SignIn, make_user
from tests.fixtures.database import Tenant

from zuoxi import lines
from zuoxi.accounts import Client as ClientTable
from zuoxi.accounts import Project
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry
from zuoxi.routing.model import AgentProfile, Reach

pytestmark = pytest.mark.database


async def make_project(database: Database, tenant: Tenant) -> str:
    async with database.transaction(tenant.id) as session:
        client = ClientTable(name="甲方")
        session.add(client)
        await session.flush()
        project = Project(client_id=client.id, name="项目")
        session.add(project)
    return project.id


def number() -> str:
    """A number no other test has: it is unique in the installation."""
    return "400" + str(int(new_id().replace("-", ""), 16))[-9:]


async def make(client: Client, path: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/{path}", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def make_hotline(client: Client, project: str, dialled: str, **more: Any) -> dict[str, Any]:
    skill = await make(client, "skills", name=f"技能 {dialled}")
    queue = await make(client, "queues", name=f"队列 {dialled}", skill_id=skill["id"])
    line = await make(client, "lines", name=f"业务 {dialled}", project_id=project, vip_skill_id=skill["id"])
    return await make(client, "hotlines", number=dialled, name="热线", line_id=line["id"], queue_id=queue["id"], **more)


async def test_the_configuration_of_the_router_follows_every_change(
    database: Database, narrow: Database, tenant: Tenant, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    agent = await make_user(database, tenant, "agent")
    dialled = number()
    hotline = await make_hotline(manager, await make_project(database, tenant), dialled, greeting="greeting")
    async with database.transaction(tenant.id) as session:
        before = await lines.routing_configuration(session)
    assert [(found.number, found.greeting, found.queue) for found in before.hotlines] == [
        (dialled, "greeting", hotline["queue_id"])
    ]
    assert before.hotlines[0].vip_skill == before.queues[0].skill
    assert before.agents == (AgentProfile(agent.user_id),)

    skills = {"skills": [{"skill_id": before.queues[0].skill, "level": 7}]}
    assert (await manager.put(f"/api/agents/{agent.user_id}/skills", json=skills)).status_code == 200
    settings = {"last_agent_reach": "same_line", "last_agent_max_age_s": 86400, "seconds_per_priority": 30}
    assert (await manager.put("/api/line-settings", json=settings)).status_code == 200
    changed = await manager.patch(f"/api/queues/{hotline['queue_id']}", json={"offer_timeout_s": 9})
    assert changed.json()["time_limit_s"] == 120, "what is absent stays"
    async with database.transaction(tenant.id) as session:
        after = await lines.routing_configuration(session)
    assert after.version > before.version
    assert after.agents == (AgentProfile(agent.user_id, ((before.queues[0].skill, 7),)),)
    assert (after.rules.last_agent_reach, after.rules.last_agent_max_age) == (Reach.SAME_LINE, 86400)
    assert after.queues[0].offer_timeout == 9

    async with narrow.transaction(None) as session:
        for form in (dialled, f"+86{dialled}", f"0{dialled}"):
            assert await lines.tenant_of_hotline(session, form) == (tenant.id, hotline["id"])
        assert await lines.tenant_of_hotline(session, "12") is None
    await manager.patch(f"/api/hotlines/{hotline['id']}", json={"active": False})
    async with narrow.transaction(None) as session:
        assert await lines.tenant_of_hotline(session, dialled) is None


async def test_a_number_belongs_to_one_hotline_even_across_tenants(
    database: Database, tenant: Tenant, other_tenant: Tenant, api_client: SignIn
) -> None:
    ours, theirs = await api_client("tenant_administrator"), await api_client("tenant_administrator", of=other_tenant)
    dialled = number()
    await make_hotline(ours, await make_project(database, tenant), dialled)
    foreign = await make_hotline(theirs, await make_project(database, other_tenant), number())
    refused = await theirs.patch(f"/api/hotlines/{foreign['id']}", json={"number": f"{dialled[:3]}-{dialled[3:]}"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "lines.number_taken")
    assert (await ours.patch(f"/api/hotlines/{foreign['id']}", json={"name": "x"})).status_code == 404


async def test_mistakes_are_answered_with_what_to_mend(
    database: Database, tenant: Tenant, other_tenant: Tenant, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    skill = await make(manager, "skills", name="厨房")
    foreign = await make(await api_client("tenant_administrator", of=other_tenant), "skills", name="厨房")
    project = await make_project(database, tenant)
    hotline = await make_hotline(manager, project, number())
    for path, body, status, code in (
        ("skills", {"name": "厨房"}, 409, "lines.name_taken"),
        ("queues", {"name": "别家", "skill_id": foreign["id"]}, 422, "lines.unknown_reference"),
        ("queues", {"name": "快", "skill_id": skill["id"], "offer_timeout_s": 0}, 422, "platform.bad_input"),
        ("lines", {"name": "新", "project_id": new_id()}, 422, "lines.unknown_reference"),
        ("hotlines", {**hotline_body(hotline), "number": "4oo"}, 422, "lines.number_unreadable"),
        (
            "hotlines",
            {**hotline_body(hotline), "number": number(), "hours": {"weekly": {"mon": [["9", "10"]]}}},
            422,
            "lines.hours_unreadable",
        ),
    ):
        answer = await manager.post(f"/api/{path}", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), body
    without = await manager.patch(f"/api/queues/{hotline['queue_id']}", json={"skill_id": None})
    assert (without.status_code, without.json()["error"]["code"]) == (422, "lines.skill_needed")
    used = await manager.delete(f"/api/queues/{hotline['queue_id']}")
    assert (used.status_code, used.json()["error"]["code"]) == (409, "lines.still_used")
    assert (await manager.delete(f"/api/hotlines/{hotline['id']}")).status_code == 204
    assert (await manager.delete(f"/api/queues/{hotline['queue_id']}")).status_code == 204


def hotline_body(hotline: dict[str, Any]) -> dict[str, Any]:
    return {name: hotline[name] for name in ("name", "line_id", "queue_id")}


async def test_a_queue_without_a_skill_gets_the_one_of_its_name(
    database: Database, tenant: Tenant, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    made = await make(manager, "queues", name="售后")
    skills = (await manager.get("/api/skills")).json()["items"]
    assert skills == [{"id": made["skill_id"], "name": "售后"}]
    async with database.transaction(tenant.id) as session:
        audited = (await session.scalars(select(AuditEntry.kind).where(AuditEntry.action == "create"))).all()
    assert sorted(audited) == ["queue", "skill"]
    # a skill that is there already is taken, not made twice
    kitchen = await make(manager, "skills", name="厨房")
    assert (await make(manager, "queues", name="厨房"))["skill_id"] == kitchen["id"]
    again = await manager.post("/api/queues", json={"name": "售后"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "lines.name_taken")


async def test_only_those_who_manage_lines_change_them(api_client: SignIn, database: Database, tenant: Tenant) -> None:
    supervisor = await api_client("supervisor")
    assert (await supervisor.post("/api/skills", json={"name": "x"})).status_code == 403
    assert (await supervisor.get("/api/line-settings")).status_code == 403
    assert (await supervisor.get("/api/queues")).json() == {"items": [], "total": 0}
    manager = await api_client("tenant_administrator")
    await make(manager, "skills", name="y")
    async with database.transaction(tenant.id) as session:
        actions = (await session.scalars(select(AuditEntry.action).where(AuditEntry.kind == "skill"))).all()
    assert actions == ["create"]


async def test_shipped_words_stand_until_the_tenant_makes_its_own(api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    shipped = (await manager.get("/api/dispositions")).json()["items"]
    assert "ordered" in [word["code"] for word in shipped]
    word = {"code": "gift_question", "zh": "赠品咨询", "en": "Question about a gift", "position": 5}
    assert (await manager.post("/api/dispositions", json=word)).status_code == 201
    again = await manager.post("/api/dispositions", json=word)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "lines.code_taken")
    await manager.patch("/api/dispositions/nuisance", json={"active": False})
    codes = [word["code"] for word in (await manager.get("/api/dispositions")).json()["items"]]
    assert codes[0] == "gift_question"
    assert "nuisance" not in codes
    assert len(codes) == len(shipped)

    reasons = (await manager.get("/api/not-ready-reasons")).json()["items"]
    by_code = {reason["code"]: reason["selectable"] for reason in reasons}
    assert by_code["break"] is True
    assert [by_code[code] for code in ("no_answer", "rejected", "phone_busy", "phone_unreachable")] == [False] * 4


async def test_hours_and_special_days_decide_whether_a_hotline_is_open(
    database: Database, tenant: Tenant, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    hours = {"weekly": {"thu": [["09:00", "21:00"]]}}
    hotline = await make_hotline(manager, await make_project(database, tenant), number(), hours=hours)
    thursday, saturday = (datetime(2026, 10, day, 2, 0, tzinfo=UTC) for day in (1, 10))  # 10:00 in Shanghai
    async with database.transaction(tenant.id) as session:
        assert await lines.is_open(session, hotline["id"], thursday)
        assert not await lines.is_open(session, hotline["id"], saturday)
    days = [
        {"day": "2026-10-01", "kind": "holiday", "name": "国庆节"},
        {"day": "2026-10-10", "kind": "make_up", "name": "调休", "like_weekday": 3},
    ]
    assert (await manager.put("/api/special-days", json=days)).status_code == 200
    async with database.transaction(tenant.id) as session:
        assert not await lines.is_open(session, hotline["id"], thursday)
        assert await lines.is_open(session, hotline["id"], saturday)
    assert (await manager.delete("/api/special-days/2026-10-01")).status_code == 204
    assert (await manager.delete("/api/special-days/2026-10-01")).status_code == 404


async def test_a_special_day_may_be_one_hotlines(
    database: Database, tenant: Tenant, other_tenant: Tenant, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    project = await make_project(database, tenant)
    one, other = [(await make_hotline(manager, project, number()))["id"] for _ in range(2)]
    day = {"day": "2026-10-01", "kind": "holiday", "name": "盘点", "hotline_id": one}
    for _ in range(2):  # the same once more replaces it
        assert (await manager.put("/api/special-days", json=[day, {**day, "hotline_id": None}])).status_code == 200
    listed = (await manager.get("/api/special-days")).json()["items"]
    assert [found["hotline_id"] for found in listed] == [None, one]
    assert (await manager.delete("/api/special-days/2026-10-01")).status_code == 204
    noon = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
    async with database.transaction(tenant.id) as session:
        assert [await lines.is_open(session, hotline, noon) for hotline in (one, other)] == [False, True]
        entries = (await session.scalars(select(AuditEntry).where(AuditEntry.kind == "special_day"))).all()
    told = Counter((entry.action, entry.detail.get("hotline_id")) for entry in entries)
    assert told == {("change", one): 2, ("change", None): 2, ("remove", None): 1}
    theirs = await make_hotline(
        await api_client("tenant_administrator", of=other_tenant), await make_project(database, other_tenant), number()
    )
    foreign = await manager.put("/api/special-days", json=[{**day, "hotline_id": theirs["id"]}])
    assert (foreign.status_code, foreign.json()["error"]["code"]) == (422, "lines.unknown_reference")
    assert (await manager.delete("/api/special-days/2026-10-01")).status_code == 404
    assert (await manager.delete(f"/api/special-days/2026-10-01?hotline_id={one}")).status_code == 204


async def test_all_hours_at_once_say_the_same_as_one_by_one(
    database: Database, tenant: Tenant, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    project = await make_project(database, tenant)
    hours = {"weekly": {day: [["09:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}
    limited = await make_hotline(manager, project, number(), hours=hours)
    always = await make_hotline(manager, project, number())
    tomorrow = datetime.now(UTC).replace(hour=2, minute=0) + timedelta(days=1)  # 10:00 in Shanghai
    own = await make_hotline(manager, project, number())
    day = {"day": tomorrow.date().isoformat(), "kind": "holiday"}
    await manager.put("/api/special-days", json=[day, {**day, "hotline_id": own["id"]}])
    async with database.transaction(tenant.id) as session:
        opened = await lines.opening(session)
        for hotline, open_ in (
            (limited["id"], [False, True, False]),
            (always["id"], [True] * 3),
            (own["id"], [False, True, True]),
        ):
            moments = [tomorrow, tomorrow + timedelta(days=1), tomorrow + timedelta(days=1, hours=13)]
            assert [opened(hotline, moment) for moment in moments] == open_
            assert [await lines.is_open(session, hotline, moment) for moment in moments] == open_
