"""Call flows over HTTP and in PostgreSQL: drafts, versions that never change, hotlines, trials by typed keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from tests.fixtures.api import Client, SignIn
from tests.fixtures.database import Tenant
from tests.lines.test_lines import make_hotline, make_project, number

from zuoxi import lines
from zuoxi.lines.flow_templates import main_menu, order_status
from zuoxi.platform.database import Database
from zuoxi.platform.models import AuditEntry
from zuoxi.routing.flow_document import parse

pytestmark = pytest.mark.database


async def make_flow(client: Client, name: str = "订单查询", **more: Any) -> dict[str, Any]:
    answer = await client.post("/api/flows", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def publish(client: Client, flow: dict[str, Any], document: dict[str, Any] | None = None) -> int:
    draft = (await client.get(f"/api/flows/{flow['id']}/draft")).json()
    revision = draft["revision"]
    if document is not None:
        saved = await client.put(f"/api/flows/{flow['id']}/draft", json={"document": document, "revision": revision})
        assert saved.status_code == 200, saved.text
        revision = saved.json()["revision"]
    answer = await client.post(f"/api/flows/{flow['id']}/publish", json={"revision": revision, "note": "第一版"})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["version"])


async def test_a_flow_is_drawn_published_and_restored(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    flow = await make_flow(manager, template="order_status")
    path = f"/api/flows/{flow['id']}"
    draft = (await manager.get(f"{path}/draft")).json()
    assert (draft["revision"], draft["findings"]) == (1, [])
    assert await publish(manager, flow) == 1

    changed = draft["document"]
    changed["nodes"][1]["settings"]["say"] = [{"prompt": "greeting"}]
    saved = await manager.put(f"{path}/draft", json={"document": changed, "revision": 1})
    assert saved.json() == {"revision": 2, "findings": []}
    late = await manager.put(f"{path}/draft", json={"document": changed, "revision": 1})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "flows.draft_changed")
    assert await publish(manager, flow) == 2
    restored = await manager.post(f"{path}/restore", json={"version": 1})
    assert restored.json() == {"version": 3}
    versions = (await manager.get(f"{path}/versions")).json()["items"]
    assert [(one["version"], one["restored_from"], one["current"]) for one in versions] == [
        (3, 1, True),
        (2, None, False),
        (1, None, False),
    ]
    first, third = [(await manager.get(f"{path}/versions/{one}")).json()["document"] for one in (1, 3)]
    assert first == third
    assert (await manager.get(f"{path}/versions/2")).json()["document"] == changed
    async with database.transaction(tenant.id) as session:
        published = (await lines.routing_configuration(session)).flows
        acts = (await session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == flow["id"]))).all()
    assert [(one.id, one.version) for one in published] == [(flow["id"], 3)]
    assert parse(flow["id"], 3, published[0].document).nodes["welcome"].settings["say"] == [
        {"prompt": "flow_order_welcome"}
    ]
    assert sorted(acts) == ["create", "publish", "publish", "restore"]


async def test_published_versions_cannot_be_changed(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    flow = await make_flow(manager, template="order_status")
    await publish(manager, flow)
    for statement in ("update call_flow_version set note = ''", "delete from call_flow_version"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database.transaction(tenant.id) as session:
                await session.execute(text(statement))


async def test_errors_keep_a_draft_from_being_published(api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    flow = await make_flow(manager, "有错的流程", template="menu")  # its queue is not chosen yet
    draft = (await manager.get(f"/api/flows/{flow['id']}/draft")).json()
    codes = {(found["node"], found["code"], found["severity"]) for found in draft["findings"]}
    assert ("agent", "flows.setting_missing", "error") in codes
    refused = await manager.post(f"/api/flows/{flow['id']}/publish", json={"revision": 1})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "flows.not_valid")
    assert refused.json()["error"]["data"]["findings"] == draft["findings"]
    for document in ({}, {"format": 1, "start": "a", "nodes": [{"id": "a", "kind": "dance"}]}):
        answer = await manager.put(f"/api/flows/{flow['id']}/draft", json={"document": document, "revision": 1})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "flows.unreadable")


async def test_hotlines_use_published_flows_only(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    hotline = await make_hotline(manager, await make_project(database, tenant), number())
    flow = await make_flow(manager, template="order_status")
    wanted = {"flow": [hotline["id"]], "survey": []}
    early = await manager.put(f"/api/flows/{flow['id']}/hotlines", json=wanted)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "flows.not_published")
    body = {"flow_id": flow["id"]}
    assert (await manager.patch(f"/api/hotlines/{hotline['id']}", json=body)).status_code == 409
    await publish(manager, flow)
    used = (await manager.put(f"/api/flows/{flow['id']}/hotlines", json=wanted)).json()["hotlines"]
    assert [(one["id"], one["use"]) for one in used] == [(hotline["id"], "flow")]
    async with database.transaction(tenant.id) as session:
        found = await lines.routing_configuration(session)
    assert [one.flow for one in found.hotlines] == [flow["id"]]
    assert (await manager.delete(f"/api/flows/{flow['id']}")).status_code == 409
    assert (await manager.patch(f"/api/flows/{flow['id']}", json={"archived": True})).status_code == 409
    await manager.put(f"/api/flows/{flow['id']}/hotlines", json={"flow": [], "survey": []})
    assert (await manager.patch(f"/api/flows/{flow['id']}", json={"archived": True})).json()["archived"] is True


async def test_a_test_number_lets_the_draft_be_heard(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    flow = await make_flow(manager, template="order_status")
    none = await manager.post(f"/api/flows/{flow['id']}/test-number")
    assert none.json()["error"]["code"] == "flows.no_hotline"
    hotline = await make_hotline(manager, await make_project(database, tenant), number())
    given = (await manager.post(f"/api/flows/{flow['id']}/test-number")).json()["number"]
    assert given == (await manager.post(f"/api/flows/{flow['id']}/test-number")).json()["number"]
    async with database.transaction(tenant.id) as session:
        found = await lines.routing_configuration(session)
    test = next(one for one in found.hotlines if one.number == given)
    assert (test.line, test.flow) == (hotline["line_id"], f"{flow['id']}:draft")
    assert [(one.id, one.version) for one in found.flows] == [(f"{flow['id']}:draft", 1)]


async def test_another_tenant_sees_nothing(other_tenant: Tenant, api_client: SignIn) -> None:
    manager, stranger = (
        await api_client("tenant_administrator"),
        await api_client("tenant_administrator", of=other_tenant),
    )
    flow = await make_flow(manager, template="order_status")
    assert (await stranger.get(f"/api/flows/{flow['id']}")).status_code == 404
    assert (await stranger.get("/api/flows")).json()["total"] == 0
    agent, supervisor = await api_client("agent"), await api_client("supervisor")
    assert (await agent.get("/api/flows")).status_code == 403
    assert (await supervisor.get("/api/flows")).status_code == 200
    assert (await supervisor.post("/api/flows", json={"name": "x"})).status_code == 403


async def test_own_prompts_are_made_for_flows_and_kept_while_used(api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    body = {"key": "spring_offer", "zh": "春季特惠", "en": "Spring offer"}
    made = await manager.post("/api/prompts", json=body)
    assert made.status_code == 201 and made.json()["own"] and made.json()["ready"]
    assert (await manager.post("/api/prompts", json=body)).status_code == 409
    flow = await make_flow(manager, "春季", template="empty")
    document = (await manager.get(f"/api/flows/{flow['id']}/draft")).json()["document"]
    document["nodes"][1]["settings"]["say"] = [{"prompt": "spring_offer"}]
    saved = await manager.put(f"/api/flows/{flow['id']}/draft", json={"document": document, "revision": 1})
    assert saved.json()["findings"] == []
    assert (await manager.delete("/api/prompts/spring_offer")).status_code == 409
    assert (await manager.delete(f"/api/flows/{flow['id']}")).status_code == 204
    assert (await manager.delete("/api/prompts/spring_offer")).status_code == 204
    assert (await manager.delete("/api/prompts/closed")).status_code == 409


async def test_the_vocabulary_names_everything_in_both_languages(api_client: SignIn) -> None:
    manager = await api_client("supervisor")
    found = (await manager.get("/api/flow-vocabulary")).json()
    assert {kind["kind"] for kind in found["kinds"]} >= {"menu", "collect", "lookup", "queue", "hang_up"}

    def check(value: Any) -> None:
        if isinstance(value, dict):
            if "zh" in value:
                assert value["zh"] and value["en"] and not value["zh"].isascii(), value
            for inner in value.values():
                check(inner)
        elif isinstance(value, list):
            for inner in value:
                check(inner)

    check(found)


async def test_a_flow_is_tried_by_typed_keys_over_real_orders(
    database: Database, tenant: Tenant, api_client: SignIn
) -> None:
    from tests.fixtures.switchboard import make_order

    manager = await api_client("tenant_administrator")
    await make_hotline(manager, await make_project(database, tenant), number())
    async with database.transaction(tenant.id) as session:
        await make_order(session, "13812345678", manager.principal.user_id, None)
        await session.execute(text("update orders set number = '20261122-0017'"))
    flow = await make_flow(manager, template="order_status")
    path = f"/api/flows/{flow['id']}/try"

    async def go(state: str | None, typed: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
        answer = await manager.post(path, json={"state": state, "input": typed, **more})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    own = await go(None, None, number="13812345678")
    said = [part["zh"] for step in own["steps"] if step["kind"] == "say" for part in step["parts"]]
    assert "您的订单" in said and own["waiting"] == "keys" and own["node"] == "more"
    assert next(step for step in own["steps"] if step["kind"] == "lookup")["exit"] == "found"

    stranger = await go(None, None, number="13900000000")
    assert (stranger["node"], stranger["waiting"]) == ("ask", "keys")
    typed = await go(stranger["state"], {"keys": "202611220017#"}, number="13900000000")
    assert typed["node"] == "last4"
    wrong = await go(typed["state"], {"keys": "0000#"}, number="13900000000")
    assert [step["exit"] for step in wrong["steps"] if step["kind"] == "lookup"] == ["not_found"]
    right = await go(typed["state"], {"keys": "5678"}, number="13900000000")
    assert [step["exit"] for step in right["steps"] if step["kind"] == "lookup"] == ["found"]
    assert {step["node"] for step in right["steps"] if step["kind"] == "node" and step["served"]} == {"tell"}
    silent = await go(right["state"], {"wait": True}, number="13900000000")
    silent = await go(silent["state"], {"wait": True}, number="13900000000")
    assert silent["ended"] and silent["outcome"] == "served"
    odd = await manager.post(path, json={"state": "bm9uc2Vuc2U=", "input": {"keys": "1"}})
    assert odd.json()["error"]["code"] == "flows.trial_over"


async def test_a_trial_goes_on_behind_a_queue(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    hotline = await make_hotline(manager, await make_project(database, tenant), number())
    flow = await make_flow(manager, "主菜单", template="menu")
    document = json.loads(json.dumps(main_menu(hotline["queue_id"])))
    await publish(manager, flow, document)
    path = f"/api/flows/{flow['id']}/try"
    begun = (await manager.post(path, json={"number": "13900000001", "source": "published"})).json()
    assert begun["node"] == "menu"
    queued = (await manager.post(path, json={"state": begun["state"], "input": {"keys": "0"}})).json()
    assert (queued["waiting"], queued["exits"]) == ("exit", ["timeout", "unstaffed"])
    after = (await manager.post(path, json={"state": queued["state"], "input": {"exit": "timeout"}})).json()
    assert after["steps"][-1]["what"] == "voicemail" and after["ended"] and after["outcome"] == "voicemail"


def test_the_templates_are_what_they_promise() -> None:
    told = parse("f", 1, order_status())
    assert [node.id for node in told.nodes.values() if node.served] == ["tell"]
    assert parse("f", 1, main_menu("q")).asks_hours
