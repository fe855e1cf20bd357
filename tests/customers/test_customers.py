"""Customers over HTTP and in the database, as the application's role."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from tests.fixtures.api import Client as HttpClient
from tests.fixtures.api import SignIn, make_user
from tests.fixtures.database import Tenant, count_tables

from zuoxi import customers
from zuoxi.accounts import Client
from zuoxi.customers.models import Customer
from zuoxi.installation.postgres import Dsns
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry

pytestmark = pytest.mark.database
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ADDRESS = {
    "recipient": "王小明",
    "phone": "13812345678",
    "province": "上海市",
    "city": "上海市",
    "district": "浦东新区",
    "street": "世纪大道100号8楼",
}


@pytest.fixture
async def client_id(database: Database, tenant: Tenant) -> str:
    """The tenant's own client."""
    made = new_id()
    async with database.transaction(tenant.id) as session:
        session.add(Client(id=made, name="好家购物"))
    return made


async def _create(http: HttpClient, **fields: object) -> dict[str, object]:
    answer = await http.post("/api/customers", json={"name": "王小明", "number": "13812345678", **fields})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_a_customer_is_found_by_number_name_pinyin_and_initials(api_client: SignIn, client_id: str) -> None:
    agent = await api_client("agent")
    made = await _create(agent)
    await _create(agent, name="李四", number="02162345678")
    for typed in ("13812345678", "+8613812345678", "1381234", "5678", "王小", "wangx", "WXM"):
        found = (await agent.get("/api/customers", params={"q": typed})).json()
        assert made["id"] in [row["id"] for row in found["items"]], typed
    for typed in ("99999999", "张", "zhang", "13912345678"):
        assert (await agent.get("/api/customers", params={"q": typed})).json() == {"items": [], "total": 0}, typed
    exact = (await agent.get("/api/customers", params={"number": "013812345678"})).json()
    assert [row["id"] for row in exact["items"]] == [made["id"]]


async def test_numbers_and_addresses_are_masked_and_each_reveal_is_recorded(
    api_client: SignIn, client_id: str, database: Database, tenant: Tenant
) -> None:
    agent, auditor = await api_client("agent"), await api_client("auditor")
    made = await _create(agent)
    url = f"/api/customers/{made['id']}"
    assert (await agent.post(f"{url}/addresses", json=ADDRESS)).status_code == 201
    for reader in (agent, auditor):
        body = (await reader.get(url)).json()
        assert body["revealed"] is False
        assert "13812345678" not in str(body)
        assert "100号" not in str(body)
        assert body["numbers"][0]["shown"] == "138****5678"
        assert body["numbers"][0]["place"] == "江苏省连云港市"
    assert (await agent.post(f"{url}/reveal")).status_code == 403
    body = (await auditor.post(f"{url}/reveal")).json()
    assert body["addresses"][0]["street"] == "世纪大道100号8楼"
    assert body["numbers"][0]["shown"] == "13812345678"
    async with database.transaction(tenant.id) as session:
        looks = (
            await session.scalars(
                select(AuditEntry).where(AuditEntry.object_id == made["id"], AuditEntry.action == "reveal")
            )
        ).all()
    assert [look.user_id for look in looks] == [auditor.principal.user_id]


async def test_an_address_used_again_is_kept_once_and_comes_first(api_client: SignIn, client_id: str) -> None:
    agent = await api_client("agent")
    made = await _create(agent)
    url = f"/api/customers/{made['id']}/addresses"
    first = (await agent.post(url, json=ADDRESS)).json()
    await agent.post(url, json={**ADDRESS, "street": "别处1号"})
    again = (await agent.post(url, json=ADDRESS)).json()
    assert again["id"] == first["id"]
    listed = (await agent.get(f"/api/customers/{made['id']}")).json()["addresses"]
    assert listed[0]["id"] == first["id"]
    assert len(listed) == 2


async def test_vip_is_given_by_a_curator_with_a_reason_and_ends(
    api_client: SignIn, client_id: str, database: Database, tenant: Tenant
) -> None:
    agent, supervisor = await api_client("agent"), await api_client("supervisor")
    made = await _create(agent)
    url = f"/api/customers/{made['id']}"
    assert (await agent.patch(url, json={"vip": True, "vip_reason": "老客户"})).status_code == 403
    refused = await supervisor.patch(url, json={"vip": True})
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "customers.reason_missing"
    past = await supervisor.patch(url, json={"vip": True, "vip_reason": "x", "vip_until": "2020-01-01T00:00:00Z"})
    assert past.json()["error"]["code"] == "customers.expiry_past"
    until = datetime.now(UTC) + timedelta(days=30)
    given = await supervisor.patch(url, json={"vip": True, "vip_reason": "老客户", "vip_until": until.isoformat()})
    assert given.json()["vip"] is True
    async with database.transaction(tenant.id) as session:
        for at, expected in ((until - timedelta(days=1), True), (until + timedelta(seconds=1), False)):
            assert (await customers.caller_facts(session, "13812345678", now=at)).vip is expected


async def test_a_change_by_another_meanwhile_is_refused(api_client: SignIn, client_id: str) -> None:
    agent = await api_client("agent")
    made = await _create(agent)
    url = f"/api/customers/{made['id']}"
    assert (await agent.patch(url, json={"version": made["version"], "segment": "A"})).status_code == 200
    late = await agent.patch(url, json={"version": made["version"], "segment": "B"})
    assert late.status_code == 409
    assert (await agent.get(url)).json()["segment"] == "A"


async def test_a_number_belongs_to_one_customer(api_client: SignIn, client_id: str) -> None:
    agent = await api_client("agent")
    made = await _create(agent)
    other = await _create(agent, name="李四", number="13900000000")
    again = await agent.post("/api/customers", json={"name": "别人", "number": "+8613812345678"})
    assert again.status_code == 409
    assert "王小明" in again.json()["error"]["message"]
    taken = await agent.post(f"/api/customers/{other['id']}/numbers", json={"number": "13812345678"})
    assert taken.json()["error"]["code"] == "customers.number_taken"
    same = await agent.post(f"/api/customers/{made['id']}/numbers", json={"number": "013812345678"})
    assert same.status_code == 201
    assert len((await agent.get(f"/api/customers/{made['id']}")).json()["numbers"]) == 1
    assert (await agent.post("/api/customers", json={"number": "匿名"})).json()["error"]["code"] == (
        "customers.not_a_number"
    )


async def test_two_calls_at_once_make_one_customer(database: Database, tenant: Tenant, client_id: str) -> None:
    async def arrive(name: str) -> str:
        async with database.transaction(tenant.id) as session:
            found = await customers.find_or_create(session, number="13812345678", name=name, now=NOW)
            return found.id

    made = await asyncio.gather(*(arrive(f"王{number}") for number in range(6)))
    assert len(set(made)) == 1
    async with database.transaction(tenant.id) as session:
        assert await session.scalar(select(func.count()).select_from(Customer)) == 1


async def test_caller_facts_and_card(database: Database, tenant: Tenant, client_id: str) -> None:
    by = await make_user(database, tenant, "agent")
    async with database.transaction(tenant.id) as session:
        made = await customers.find_or_create(session, number="13812345678", name="王小明", now=NOW)
        await customers.add_note(session, by, made.id, "喜欢上午接电话", now=NOW)
        await customers.remember_address(session, made.id, customers.Address(**ADDRESS), now=NOW)
        await customers.change_customer(session, by, made.id, {"segment": "金卡"}, now=NOW)
        await customers.block(session, by, number="02162345678", reason="骚扰", now=NOW)
        await customers.block(
            session, by, number="13900000000", reason="骚扰", now=NOW, expires_at=NOW + timedelta(hours=1)
        )
    async with database.transaction(tenant.id) as session:
        facts = await customers.caller_facts(session, "+8613812345678", now=NOW)
        assert (facts.customer_id, facts.name, facts.segment, facts.blacklisted) == (made.id, "王小明", "金卡", False)
        stranger = await customers.caller_facts(session, "+862162345678", now=NOW)
        assert (stranger.customer_id, stranger.blacklisted) == (None, True)
        for minutes, blocked in ((59, True), (61, False)):
            found = await customers.caller_facts(session, "13900000000", now=NOW + timedelta(minutes=minutes))
            assert found.blacklisted is blocked
        hidden = await customers.caller_facts(session, "anonymous", now=NOW)
        assert (hidden.customer_id, hidden.blacklisted) == (None, False)
        shown = await customers.card(session, made.id, now=NOW)
        assert shown is not None
        assert shown["numbers"] == ["13812345678"]
        assert shown["addresses"][0]["street"] == "世纪大道100号8楼"
        assert shown["notes"][0]["text"] == "喜欢上午接电话"
        assert await customers.card(session, new_id(), now=NOW) is None


async def test_a_caller_who_did_not_buy_is_kept_until_buying(
    api_client: SignIn, client_id: str, database: Database, tenant: Tenant
) -> None:
    agent = await api_client("agent")
    made = await _create(agent, potential=True, potential_reason="嫌贵", potential_interest="破壁机")
    found = (await agent.get("/api/customers", params={"potential": True})).json()
    assert found["items"][0]["potential_interest"] == "破壁机"
    async with database.transaction(tenant.id) as session:
        await customers.became_buyer(session, str(made["id"]), now=NOW)
    after = (await agent.get(f"/api/customers/{made['id']}")).json()
    assert (after["potential"], after["potential_reason"]) == (False, None)


async def test_the_blacklist_is_kept_by_curators(api_client: SignIn) -> None:
    agent, supervisor = await api_client("agent"), await api_client("supervisor")
    entry = {"number": "138-1234-5678", "reason": "恶意骚扰"}
    assert (await agent.post("/api/blacklist", json=entry)).status_code == 403
    made = await supervisor.post("/api/blacklist", json=entry)
    assert made.status_code == 201
    assert (await supervisor.post("/api/blacklist", json=entry)).status_code == 409
    listed = (await agent.get("/api/blacklist")).json()
    assert [(row["number"], row["reason"]) for row in listed["items"]] == [("138****5678", "恶意骚扰")]
    assert (await supervisor.delete(f"/api/blacklist/{made.json()['id']}")).status_code == 204
    assert (await supervisor.delete(f"/api/blacklist/{made.json()['id']}")).status_code == 404
    assert (await agent.get("/api/blacklist")).json()["total"] == 0


async def test_nothing_of_another_tenant_is_seen(
    api_client: SignIn, client_id: str, other_tenant: Tenant, database: Database
) -> None:
    agent = await api_client("agent")
    made = await _create(agent)
    stranger = await api_client("supervisor", of=other_tenant)
    url = f"/api/customers/{made['id']}"
    assert (await stranger.get(url)).status_code == 404
    assert (await stranger.patch(url, json={"name": "x"})).status_code == 404
    assert (await stranger.post(f"{url}/reveal")).status_code == 404
    assert (await stranger.post(f"{url}/notes", json={"text": "x"})).status_code == 404
    assert (await stranger.post(f"{url}/addresses", json=ADDRESS)).status_code == 404
    assert (await stranger.get("/api/customers", params={"q": "5678"})).json()["total"] == 0
    async with database.transaction(other_tenant.id) as session:
        assert (await customers.caller_facts(session, "13812345678", now=NOW)).customer_id is None


async def test_wrong_input_is_named(api_client: SignIn, client_id: str) -> None:
    agent = await api_client("agent")
    for body, field in (
        ({"name": "x"}, "number"),
        ({"number": "13812345678", "nmae": "x"}, "nmae"),
        ({"number": "13812345678", "name": "x" * 61}, "name"),
        ({"number": "13812345678", "name": "a\x00b"}, "name"),
    ):
        answer = await agent.post("/api/customers", json=body)
        assert answer.status_code == 422, body
        assert answer.json()["error"]["field"] == field
    assert (await agent.get("/api/customers/not-an-id")).status_code == 422
    assert (await agent.get(f"/api/customers/{new_id()}")).status_code == 404


async def test_search_uses_its_indexes_behind_the_wall(
    database: Database, tenant: Tenant, client_id: str, dsns: Dsns
) -> None:
    """Under row-level security an index serves only leakproof conditions: seen in the plan, with many rows."""
    async with database.transaction(tenant.id) as session:
        await session.execute(
            text(
                "insert into customer (id, client_id, name, pinyin, initials) select gen_random_uuid(), :client, "
                "'客户' || n, 'kehu' || n, 'kh' || n from generate_series(1, 20000) n"
            ),
            {"client": client_id},
        )
        await session.execute(
            text(
                "insert into customer_number (id, customer_id, client_id, raw, kind, shown, key, tail) "
                "select gen_random_uuid(), id, client_id, name, 'mobile', name, '+86' || md5(name), right(name, 4) "
                "from customer"
            )
        )
    await count_tables(dsns, "customer", "customer_number")
    statements = {
        "customer_tenant_id_pinyin_idx": select(Customer.id).where(customers.matching("kehu1234")),
        "customer_number_tenant_id_key_client_id_key": select(Customer.id).where(customers.matching("13812345678")),
    }
    async with database.transaction(tenant.id) as session:
        for index, statement in statements.items():
            sql = str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
            plan = "\n".join((await session.scalars(text(f"explain {sql}".replace(":", "\\:")))).all())
            assert index in plan, plan


async def test_regions_are_offered_and_addresses_parsed(api_client: SignIn) -> None:
    agent = await api_client("agent")
    provinces = (await agent.get("/api/regions")).json()
    assert provinces[0]["name"] == "北京市"
    assert provinces[0]["parts"][0]["parts"][0] == {"code": "110101", "name": "东城区", "parts": []}
    parsed = await agent.get("/api/regions/parse", params={"text": "杭州市西湖区文三路88号"})
    assert parsed.json()["province"] == "浙江省"
    number = (await agent.get("/api/numbers", params={"number": "02162345678"})).json()
    assert number == {"kind": "landline", "e164": "+862162345678", "shown": "02162345678", "place": "上海市"}
