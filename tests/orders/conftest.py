"""A small shop: one client, articles with stock, a courier with numbers, and the people who handle orders."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from tests.fixtures.api import make_user
from tests.fixtures.database import Tenant

from zuoxi import orders
from zuoxi.accounts import Client, Principal
from zuoxi.customers import Address
from zuoxi.orders import NewOrder, Payment, Step, Wish
from zuoxi.orders.models import Order, Sku
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ADDRESS = Address("王小明", "13812345678", "上海市", "上海市", "浦东新区", "世纪大道100号8楼802室")
MANAGER_RIGHTS = frozenset(
    {"orders.write", "orders.audit", "orders.dispatch", "waybills.print", "shipping.import", "catalogue.manage"}
)


@dataclass(frozen=True, slots=True)
class Shop:
    """Identifiers of what was made, and the people."""

    database: Database
    tenant: Tenant
    client_id: str
    product_id: str
    pot: str  # 10 in stock, ¥199.00
    spoon: str  # 50 in stock, ¥9.90
    blender: str  # 5 in stock, another product, ¥399.00
    courier_id: str
    agent: Principal
    auditor: Principal
    dispatcher: Principal
    administrator: Principal

    def order(self, **changes: object) -> NewOrder:
        """An order of one pot for the number 13812345678, cash on delivery."""
        plain = NewOrder(
            lines=(Wish(self.pot, 1),),
            payment=Payment.CASH_ON_DELIVERY,
            customer_name="王小明",
            customer_number="13812345678",
            address=ADDRESS,
            confirm_duplicate=True,
        )
        return replace(plain, **changes)  # type: ignore[arg-type]

    async def place(self, by: Principal | None = None, **changes: object) -> str:
        """Place an order in its own transaction; returns its id."""
        async with self.database.transaction(self.tenant.id) as session:
            placed = await orders.place_order(session, by or self.agent, self.order(**changes), now=NOW)
            return placed.id

    async def step(self, order_id: str, step: Step, by: Principal | None = None, reason: str = "因为") -> Order:
        """Take a step in its own transaction, by whoever may."""
        who = by or self.whoever_may(step)
        async with self.database.transaction(self.tenant.id) as session:
            if step is Step.LABEL:
                await orders.make_waybills(session, who, [order_id], self.courier_id, now=NOW)
            elif step is Step.MEND:
                await orders.mend_order(session, who, order_id, orders.Mending(remark="改"), now=NOW)
            else:
                await orders.take_step(session, who, [order_id], step, now=NOW, reason=reason)
        return await self.read(order_id)

    def whoever_may(self, step: Step) -> Principal:
        """Somebody whose rights allow the step, the writer where only the writer may."""
        if step in (Step.SUBMIT, Step.MEND, Step.RESUBMIT):
            return self.agent
        return replace(self.dispatcher, permissions=MANAGER_RIGHTS)

    async def read(self, order_id: str) -> Order:
        """The order as it is committed."""
        async with self.database.transaction(self.tenant.id) as session:
            found = await session.scalar(select(Order).where(Order.id == order_id))
            assert found is not None
            return found

    async def stock(self, sku_id: str) -> tuple[int, int]:
        """Pieces on hand and reserved."""
        async with self.database.transaction(self.tenant.id) as session:
            return await stock_of(session, sku_id)


async def stock_of(session: AsyncSession, sku_id: str) -> tuple[int, int]:
    """Pieces on hand and reserved."""
    row = (await session.execute(select(Sku.stock, Sku.reserved).where(Sku.id == sku_id))).one()
    return row.stock, row.reserved


MakeShop = Callable[[Tenant], Awaitable[Shop]]


@pytest.fixture
def make_shop(database: Database) -> MakeShop:
    """Make a shop for a tenant."""

    async def make(tenant: Tenant) -> Shop:
        agent = await make_user(database, tenant, "agent", name="小李")
        auditor = await make_user(database, tenant, "auditor", name="老周")
        dispatcher = await make_user(database, tenant, "dispatcher", name="大刘")
        administrator = await make_user(database, tenant, "tenant_administrator", name="管理员")
        client_id = new_id()
        async with database.transaction(tenant.id) as session:
            session.add(Client(id=client_id, name="好家购物"))
            await session.flush()
            await orders.change_settings(
                session,
                client_id,
                {"sender_name": "好家购物", "sender_phone": "4008001111", "sender_address": "上海市闵行区仓库路1号"},
            )
            cookware = await orders.add_product(session, code="P1", name="不锈钢锅", client_id=client_id)
            kitchen = await orders.add_product(session, code="P2", name="破壁机", client_id=client_id)
            skus = [
                await orders.add_sku(
                    session,
                    administrator,
                    product_id=product,
                    code=code,
                    name=name,
                    price_minor=price,
                    stock=stock,
                    now=NOW,
                )
                for product, code, name, price, stock in (
                    (cookware.id, "S1", "32cm", 19900, 10),
                    (cookware.id, "S2", "锅铲", 990, 50),
                    (kitchen.id, "S3", "", 39900, 5),
                )
            ]
            courier = await orders.add_courier(session, code="SF", name="顺丰速运")
            await orders.add_numbers(session, courier.id, orders.number_range("SF1000000001", "SF1000000040"))
        return Shop(
            database,
            tenant,
            client_id,
            cookware.id,
            skus[0].id,
            skus[1].id,
            skus[2].id,
            courier.id,
            agent,
            auditor,
            dispatcher,
            administrator,
        )

    return make


@pytest.fixture
async def shop(make_shop: MakeShop, tenant: Tenant) -> Shop:
    """A shop of the test's tenant."""
    return await make_shop(tenant)
