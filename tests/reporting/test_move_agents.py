"""Moving agents between queues over HTTP: what the router is given then, for how long, by whom, and what is noted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.fixtures.api import SignIn, make_user
from tests.fixtures.database import Tenant
from tests.lines.test_lines import make_hotline, make_project, number

from zuoxi import lines
from zuoxi.accounts import Project
from zuoxi.lines.models import AgentSkillToday
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry

pytestmark = pytest.mark.database


async def skills_of(database: Database, tenant: Tenant, agent: str) -> dict[str, int]:
    """What the router is given."""
    async with database.transaction(tenant.id) as session:
        configuration = await lines.routing_configuration(session)
    return dict(next(profile.skills for profile in configuration.agents if profile.id == agent))


async def test_a_skill_is_given_and_taken_for_today_or_for_good(
    database: Database, narrow: Database, tenant: Tenant, api_client: SignIn
) -> None:
    manager, boss = await api_client("tenant_administrator"), await api_client("supervisor")
    agent = (await make_user(database, tenant, "agent")).user_id
    project = await make_project(database, tenant)
    queue = (await make_hotline(manager, project, number()))["queue_id"]
    skill = next(row["skill_id"] for row in (await manager.get("/api/queues")).json()["items"] if row["id"] == queue)
    address = f"/api/floor/agents/{agent}/skills"

    def change(level: int | None, until: str = "today") -> dict[str, Any]:
        return {"changes": [{"skill_id": skill, "level": level}], "until": until}

    given = (await boss.put(address, json=change(7))).json()["skills"]
    (held,) = [one for one in given if one["skill_id"] == skill]
    assert (held["own"], held["level"], held["mine"]) == (None, 7, True)
    assert datetime.fromisoformat(held["until"]) > datetime.now(UTC)
    assert await skills_of(database, tenant, agent) == {skill: 7}
    # the day is over: the settings count again
    async with database.transaction(tenant.id) as session:
        await session.execute(update(AgentSkillToday).values(until=datetime(2020, 1, 1, tzinfo=UTC)))
    assert await skills_of(database, tenant, agent) == {}

    assert (await boss.put(address, json=change(3, "changed"))).status_code == 200
    assert await skills_of(database, tenant, agent) == {skill: 3}
    assert (await boss.put(address, json=change(None))).status_code == 200
    assert await skills_of(database, tenant, agent) == {}
    assert (await boss.put(address, json=change(4, "changed"))).status_code == 200  # also over what was for today
    assert await skills_of(database, tenant, agent) == {skill: 4}

    async with database.transaction(tenant.id) as session:
        noted = list(await session.scalars(select(AuditEntry).where(AuditEntry.action == "move_agent")))
    assert len(noted) == 4 and {entry.user_id for entry in noted} == {boss.principal.user_id}
    assert {entry.object_id for entry in noted} == {agent}
    assert (await boss.put(address, json=change(11))).status_code == 422
    wrong = {"changes": [{"skill_id": new_id(), "level": 5}]}
    assert (await boss.put(address, json=wrong)).status_code in (404, 422)


async def test_only_supervisors_and_only_for_their_projects(
    database: Database, narrow: Database, tenant: Tenant, api_client: SignIn
) -> None:
    manager, boss = await api_client("tenant_administrator"), await api_client("supervisor")
    agent = await api_client("agent")
    ours = await make_project(database, tenant)
    async with database.transaction(tenant.id) as session:
        client_id = await session.scalar(select(Project.client_id))
        other = Project(client_id=client_id, name="另一个项目")
        session.add(other)
    theirs = other.id
    rows = []
    for project in (ours, theirs):
        hotline = await make_hotline(manager, project, number())
        queues = (await manager.get("/api/queues")).json()["items"]
        rows.append(next(row["skill_id"] for row in queues if row["id"] == hotline["queue_id"]))
    address = f"/api/floor/agents/{agent.principal.user_id}/skills"
    scope = f"/api/recordings/scopes/{boss.principal.user_id}"
    assert (await manager.put(scope, json={"project_ids": [ours]})).status_code == 200

    def change(skill: str) -> dict[str, Any]:
        return {"changes": [{"skill_id": skill, "level": 5}]}

    assert (await boss.put(address, json=change(rows[0]))).status_code == 200
    assert (await boss.put(address, json=change(rows[1]))).status_code == 403
    mine = {one["skill_id"]: one["mine"] for one in (await boss.get(address)).json()["skills"]}
    assert (mine[rows[0]], mine[rows[1]]) == (True, False)
    assert set(await skills_of(database, tenant, agent.principal.user_id)) == {rows[0]}
    for nobody in (agent, manager):
        assert (await nobody.put(address, json=change(rows[0]))).status_code == 403
        assert (await nobody.get(address)).status_code == 403


async def test_reasons_have_limits_and_projects_differ_in_who_is_told(
    database: Database, narrow: Database, tenant: Tenant, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    limits = {"stay_limit_s": 600, "day_limit_s": None, "warns": False}
    assert (await manager.patch("/api/not-ready-reasons/break", json=limits)).status_code in (200, 204)
    found = {row["code"]: row for row in (await manager.get("/api/not-ready-reasons")).json()["items"]}
    assert {name: found["break"][name] for name in limits} == limits
    assert found["meal"]["stay_limit_s"] == 3600  # as shipped

    project = await make_project(database, tenant)
    body = {"tell_supervised": True, "tell_supervised_projects": {project: False}, "pause_recording_limit_s": 45}
    assert (await manager.put("/api/line-settings", json=body)).status_code == 200
    async with database.transaction(tenant.id) as session:
        assert await lines.tells_supervised(session) == (True, {project: False})
        assert (await lines.routing_configuration(session)).rules.pause_recording_limit == 45
