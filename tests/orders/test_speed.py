"""What a call waits for is found by an index, also behind the wall: seen in the plans, with many rows."""

from __future__ import annotations

import pytest
from sqlalchemy import ClauseElement, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.fixtures.database import count_tables
from tests.orders.conftest import Shop

from zuoxi.installation.postgres import Dsns
from zuoxi.orders import last_order_agent, recent
from zuoxi.orders.models import Order
from zuoxi.orders.queries import OrderFilter, orders
from zuoxi.platform.identifiers import new_id

pytestmark = pytest.mark.database

_MANY = """
with people as (
    insert into customer (id, client_id, name, pinyin, initials)
    select gen_random_uuid(), :client, '客户' || n, 'kehu' || n, 'kh' || n from generate_series(1, 4000) n returning id
)
insert into orders (id, number, client_id, customer_id, customer_name, agent_id, agent_name, state, payment,
    amount_minor, currency, summary, recipient, phone, phone_key, province, city, district, street,
    created_at, updated_at)
select gen_random_uuid(), '20250101-' || row_number() over (), :client, id, 'x', :agent, 'x', 'delivered', 'paid',
    100, 'CNY', 'x', 'r' || md5(id::text), 'p', 'p' || md5(id::text), '', '', '', 's',
    now() - n * interval '1 hour', now()
from people, generate_series(1, 5) n
"""


async def _plan(session: AsyncSession, statement: ClauseElement) -> str:
    sql = str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
    return "\n".join((await session.scalars(text("explain " + sql.replace(":", "\\:")))).all())


async def test_the_questions_of_a_call_use_indexes(shop: Shop, dsns: Dsns) -> None:
    async with shop.database.transaction(shop.tenant.id) as session:
        await session.execute(text(_MANY), {"client": shop.client_id, "agent": shop.agent.user_id})
    await count_tables(dsns, "orders", "customer")
    async with shop.database.transaction(shop.tenant.id) as session:
        someone = await session.scalar(select(Order.customer_id).limit(1))
        assert someone is not None
        assert len(await recent(session, someone, 3)) == 3
        found = await last_order_agent(session, someone)
        assert found is not None
        newest = select(Order.agent_id).where(Order.customer_id == someone).order_by(Order.created_at.desc()).limit(1)
        assert "orders_tenant_id_customer_id_created_at_idx" in await _plan(session, newest)
        for typed in ("20250101-1234", "13812345678", "rabc"):
            plan = await _plan(session, orders(OrderFilter(q=typed)))
            assert "Seq Scan on orders" not in plan, plan
        by_contact = await _plan(session, orders(OrderFilter(contact_id=new_id())))
        assert "orders_tenant_id_contact_id_idx" in by_contact
