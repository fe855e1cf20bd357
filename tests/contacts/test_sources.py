"""What the live loop reads of the other rooms: the quick look-up says what the rooms themselves say."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select, text
from tests.fixtures.api import make_user
from tests.fixtures.database import Tenant
from tests.fixtures.switchboard import make_lines, make_order

from zuoxi import customers, orders
from zuoxi.accounts import Client
from zuoxi.contacts import Contact
from zuoxi.contacts.live.ports import Concern
from zuoxi.contacts.sources import Clients, DatabaseConfiguration, DatabaseLookup, DatabasePop
from zuoxi.customers import read_number
from zuoxi.installation.postgres import Dsns
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.routing.model import Caller, LastOrder

pytestmark = pytest.mark.database
NUMBERS = ["13800000001", "13800000002", "13800000003", "13800000004", "13800000005", "02162345678", "", "10086"]


@pytest.fixture
async def look_up(dsns: Dsns) -> AsyncIterator[DatabaseLookup]:
    made = DatabaseLookup(dsns.app, Clients())
    yield made
    await made.close()


async def fill(database: Database, tenant: Tenant) -> None:
    """Customers of every kind: VIP, VIP no more, blocked, blocked no more, with orders, with a cancelled one."""
    now = datetime.now(UTC)
    async with database.transaction(tenant.id) as session:
        for name in ("甲方", "乙方"):
            session.add(Client(name=name))
        await session.flush()
        for number in NUMBERS[:6]:
            await customers.find_or_create(session, number=number, name=f"客户{number[-1]}", now=now)
        rows = await session.execute(text("select key, customer_id::text as id from customer_number"))
        ids = {row.key: row.id for row in rows}
        ends = {0: now + timedelta(days=1), 1: now - timedelta(days=1)}
        for index, end in ends.items():
            await session.execute(
                text("update customer set vip = true, vip_until = :end where id = cast(:id as uuid)"),
                {"end": end, "id": ids[read_number(NUMBERS[index]).key]},
            )
        for index, expires in ((2, None), (3, now - timedelta(hours=1))):
            await session.execute(
                text(
                    "insert into blacklist (tenant_id, id, number, key, reason, by_id, by_name, expires_at) values "
                    "(cast(:tenant as uuid), gen_random_uuid(), :number, :key, 'x', gen_random_uuid(), 'y', :expires)"
                ),
                {
                    "tenant": tenant.id,
                    "number": NUMBERS[index],
                    "key": read_number(NUMBERS[index]).key,
                    "expires": expires,
                },
            )


async def slow_look_up(database: Database, tenant: Tenant, number: str) -> Caller:
    """The same by the rooms' own functions."""
    now = datetime.now(UTC)
    async with database.transaction(tenant.id) as session:
        facts = await customers.caller_facts(session, number, now=now)
        last = None
        if facts.customer_id is not None and not facts.blacklisted:
            last = await orders.last_order_agent(session, facts.customer_id)
    order = None if last is None else LastOrder(last.agent_id, last.line_id, (now - last.at).total_seconds())
    return Caller(number, facts.customer_id, facts.vip, facts.blacklisted, order)


def without_age(caller: Caller) -> tuple[object, ...]:
    last = caller.last_order
    return (caller.number, caller.customer, caller.vip, caller.blacklisted, last and (last.agent, last.line))


async def test_the_quick_look_up_agrees_with_the_rooms(
    database: Database, tenant: Tenant, other_tenant: Tenant, look_up: DatabaseLookup
) -> None:
    await fill(database, tenant)
    found = {}
    for number in NUMBERS:
        found[number] = await look_up.look_up(tenant.id, "", number)
        assert without_age(found[number]) == without_age(await slow_look_up(database, tenant, number))
    assert found[NUMBERS[0]].vip and not found[NUMBERS[1]].vip
    assert found[NUMBERS[2]].blacklisted and not found[NUMBERS[3]].blacklisted
    assert found[NUMBERS[4]].customer is not None and found["10086"].customer is None
    # side by side over one pool, another tenant never sees them
    mixed = await asyncio.gather(
        *(
            look_up.look_up(each.id, "", NUMBERS[0])
            for each in itertools.islice(itertools.cycle([tenant, other_tenant]), 40)
        )
    )
    assert {caller.customer is not None for caller in mixed[::2]} == {True}
    assert {caller.customer for caller in mixed[1::2]} == {None}


async def test_the_look_up_walks_through_nobody_whatever_tenant_called_first(
    database: Database, dsns: Dsns, tenant: Tenant, other_tenant: Tenant
) -> None:
    async with database.transaction(tenant.id) as session:
        session.add(client := Client(name="甲方"))
        await session.flush()
        for statement in (
            "insert into customer (tenant_id, id, client_id) select cast(:tenant as uuid), gen_random_uuid(), "
            "cast(:client as uuid) from generate_series(1, 2000)",
            "insert into customer_number (tenant_id, id, customer_id, client_id, raw, kind, shown, key, tail) "
            "select tenant_id, gen_random_uuid(), id, client_id, 'x', 'mobile', 'x', id::text, 'x' from customer",
        ):
            await session.execute(text(statement), {"tenant": tenant.id, "client": client.id})
    owner: Any = await asyncpg.connect(dsns.owner)  # type: ignore[no-untyped-call]
    await owner.execute("analyze customer, customer_number")
    await owner.close()
    asker: Any = await asyncpg.connect(dsns.app)  # type: ignore[no-untyped-call]
    moment = datetime.now(UTC)
    for asked in [other_tenant.id] * 10 + [tenant.id]:
        async with asker.transaction():
            await asker.fetchrow("select * from caller_look_up($1, '139', null, $2)", asked, moment)
            walked = await asker.fetchval(
                "select sum(coalesce(idx_tup_fetch, 0) + seq_tup_read) from pg_stat_xact_user_tables "
                "where relname in ('customer', 'customer_number')"
            )
    await asker.close()
    assert walked < 10


async def test_the_last_order_counts_unless_it_was_cancelled(
    database: Database, tenant: Tenant, look_up: DatabaseLookup
) -> None:
    await fill(database, tenant)
    older, newer, line = new_id(), new_id(), new_id()
    async with database.transaction(tenant.id) as session:
        for agent, state, hours in ((older, "submitted", 48), (newer, "cancelled", 1)):
            at = datetime.now(UTC) - timedelta(hours=hours)
            await make_order(session, NUMBERS[4], agent, line, state=state, created_at=at)
    caller = await look_up.look_up(tenant.id, "", NUMBERS[4])
    assert caller.last_order is not None
    assert (caller.last_order.agent, caller.last_order.line) == (older, line)
    assert 47 * 3600 < caller.last_order.age < 49 * 3600
    assert without_age(caller) == without_age(await slow_look_up(database, tenant, NUMBERS[4]))


async def test_the_pop_shows_customer_calls_and_orders(database: Database, tenant: Tenant) -> None:
    await fill(database, tenant)
    pop = DatabasePop(database, Clients())
    known = await pop.fetch(tenant.id, None, None, NUMBERS[0], None)
    assert known["customer"]["name"] == "客户1" and known["flags"] == ["vip"] and known["place"]
    stranger = await pop.fetch(tenant.id, None, None, "13911112222", None)
    assert stranger["customer"] is None and stranger["flags"] == ["first_call"]


async def test_whoever_was_named_for_the_contact_is_shown(database: Database, tenant: Tenant) -> None:
    await fill(database, tenant)
    pop, contact = DatabasePop(database, Clients()), new_id()
    async with database.transaction(tenant.id) as session:
        facts = await customers.caller_facts(session, NUMBERS[4], now=datetime.now(UTC))
        other = await customers.caller_facts(session, NUMBERS[5], now=datetime.now(UTC))
        session.add(
            Contact(
                id=contact,
                dialled="4001",
                number="13911112222",
                number_key=read_number("13911112222").key,
                customer_id=facts.customer_id,
                call="call",
                started_at=datetime.now(UTC),
            )
        )
    shown = await pop.fetch(tenant.id, contact, None, "13911112222", other.customer_id)
    assert shown["customer"]["name"] == "客户5"


async def test_whom_a_change_concerns(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    await fill(database, tenant)
    pop, contact = DatabasePop(database, Clients()), new_id()
    key = read_number(NUMBERS[4]).key
    async with database.transaction(tenant.id) as session:
        await make_order(session, NUMBERS[4], new_id(), new_id(), contact_id=contact)
        order = (await session.execute(select(orders.Order))).scalar_one()
        note = Contact(dialled="4001", number=NUMBERS[0], number_key=read_number(NUMBERS[0]).key, call="x")
        note.started_at = datetime.now(UTC)
        session.add(note)
    whose = frozenset({order.customer_id})
    by_order = await pop.concern(tenant.id, "orders.changed", order.id)
    assert by_order == Concern(frozenset({contact}), whose, frozenset({key}))
    by_customer = await pop.concern(tenant.id, "customers.changed", order.customer_id)
    assert by_customer == Concern(frozenset(), whose, frozenset({key}))
    by_note = await pop.concern(tenant.id, "contacts.changed", note.id)
    assert by_note == Concern(frozenset({note.id}), frozenset(), frozenset({read_number(NUMBERS[0]).key}))
    assert pop.number_key(f"0086{NUMBERS[4]}") == key
    for topic in ("orders.changed", "contacts.changed"):
        assert not (await pop.concern(tenant.id, topic, new_id())).numbers
    assert not (await pop.concern(other_tenant.id, "orders.changed", order.id)).contacts


async def test_the_configuration_comes_with_names(database: Database, narrow: Database, tenant: Tenant) -> None:
    agent = await make_user(database, tenant, "agent", name="王芳")
    number = f"400{agent.user_id[-7:]}".replace("-", "0")
    number = "".join(character if character.isdigit() else "7" for character in number)
    await make_lines(database, tenant, [agent], number)
    source = DatabaseConfiguration(database, narrow, Clients())
    assert tenant.id in await source.tenants()
    loaded = await source.load(tenant.id)
    hotline = loaded.configuration.hotlines[0]
    assert loaded.names.hotlines[hotline.id].line_name == "家居"
    assert loaded.names.agents[agent.user_id].name == "王芳"
    assert loaded.configuration.agents[0].skills and loaded.is_open(hotline.id, 0.0)
    assert any(reason["code"] for reason in loaded.names.reasons)
