"""Writing orders: what is checked, what happens when many do it at once."""

from __future__ import annotations

import asyncio
import contextlib
import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from tests.orders.conftest import ADDRESS, NOW, Shop

from zuoxi import customers, orders
from zuoxi.accounts import Client
from zuoxi.orders import Step, Wish
from zuoxi.orders.errors import (
    CustomerMissing,
    CustomerOfAnother,
    NoSuchSku,
    NotSoldHere,
    PoolExhausted,
    PossibleDuplicate,
    SeveralClients,
    StockBelowReserved,
    StockShort,
    WrongStep,
)
from zuoxi.orders.models import CourierNumber, Order, OrderLine, Waybill
from zuoxi.orders.rules import OPEN_STATES
from zuoxi.platform.identifiers import new_id

pytestmark = pytest.mark.database


async def test_an_order_is_written_whole(shop: Shop) -> None:
    contact = new_id()
    order_id = await shop.place(
        lines=(Wish(shop.pot, 1), Wish(shop.spoon, 1, gift=True), Wish(shop.pot, 1)),
        contact_id=contact,
        remark="上午送",
    )
    order = await shop.read(order_id)
    assert order.number == "20261122-0001"
    assert (order.amount_minor, order.currency, order.payment) == (39800, "CNY", "cod")
    assert order.summary == "不锈钢锅 32cm×2、赠 不锈钢锅 锅铲×1"
    assert (order.agent_id, order.contact_id, order.state) == (shop.agent.user_id, contact, "submitted")
    assert await shop.stock(shop.pot) == (10, 2)
    assert await shop.stock(shop.spoon) == (50, 1)
    async with shop.database.transaction(shop.tenant.id) as session:
        card = await customers.card(session, order.customer_id, now=NOW)
        assert card is not None
        assert card["name"] == "王小明"
        assert card["addresses"][0]["street"] == ADDRESS.street
        last = await orders.last_order_agent(session, order.customer_id)
        assert last is not None
        assert (last.agent_id, last.at) == (shop.agent.user_id, NOW)
        (earlier,) = await orders.recent(session, order.customer_id, 5)
        assert (earlier["number"], earlier["state"], earlier["total"]) == (order.number, "submitted", 39800)
    await shop.step(order_id, Step.CANCEL)
    async with shop.database.transaction(shop.tenant.id) as session:
        assert await orders.last_order_agent(session, order.customer_id) is None


async def test_the_day_of_the_number_is_the_tenants(shop: Shop) -> None:
    async with shop.database.transaction(shop.tenant.id) as session:
        late = await orders.place_order(session, shop.agent, shop.order(), now=NOW.replace(hour=17))
    assert late.number == "20261123-0001"  # one o'clock in the morning in Shanghai


async def test_a_stored_address_may_be_named(shop: Shop) -> None:
    first = await shop.read(await shop.place())
    async with shop.database.transaction(shop.tenant.id) as session:
        card = await customers.card(session, first.customer_id, now=NOW)
    assert card is not None
    again = await shop.read(
        await shop.place(customer_id=first.customer_id, address=None, address_id=card["addresses"][0]["id"])
    )
    assert (again.street, again.phone) == (ADDRESS.street, ADDRESS.phone)
    with pytest.raises(Exception, match="address_missing"):
        await shop.place(customer_id=first.customer_id, address=None, address_id=new_id())


async def test_what_cannot_be_ordered_is_refused_and_nothing_is_reserved(shop: Shop) -> None:
    hotline, other_client = new_id(), new_id()
    async with shop.database.transaction(shop.tenant.id) as session:
        session.add(Client(id=other_client, name="别的发包商"))
        await session.flush()
        foreign = await orders.add_product(session, code="F1", name="外家货", client_id=other_client)
        foreign_sku = await orders.add_sku(
            session, shop.administrator, product_id=foreign.id, code="F1", name="", price_minor=100, stock=9, now=NOW
        )
        bound = await orders.add_product(session, code="P9", name="专线货", hotline_ids=[hotline])
        bound_sku = await orders.add_sku(
            session, shop.administrator, product_id=bound.id, code="S9", name="", price_minor=100, stock=9, now=NOW
        )
        stranger = await customers.find_or_create(
            session, number="13900000000", name="外家客", now=NOW, client_id=other_client
        )
    pot = Wish(shop.pot, 1)
    for changes, error in (
        ({"lines": (pot, Wish(shop.blender, 6))}, StockShort),
        ({"lines": (pot, Wish(new_id(), 1))}, NoSuchSku),
        ({"lines": (pot, Wish(foreign_sku.id, 1))}, SeveralClients),
        ({"lines": (pot, Wish(bound_sku.id, 1)), "hotline_id": new_id()}, NotSoldHere),
        ({"customer_id": stranger.id}, CustomerOfAnother),
        ({"customer_number": "", "address": None}, CustomerMissing),
    ):
        with pytest.raises(error):
            await shop.place(**changes)
    assert await shop.stock(shop.pot) == (10, 0)
    async with shop.database.transaction(shop.tenant.id) as session:
        assert await session.scalar(select(func.count()).select_from(Order)) == 0
    await shop.place(lines=(Wish(bound_sku.id, 1),), hotline_id=hotline)
    async with shop.database.transaction(shop.tenant.id) as session:
        await orders.change_sku(session, shop.administrator, shop.pot, {"active": False}, now=NOW)
    with pytest.raises(NoSuchSku):
        await shop.place()


async def test_the_same_product_soon_again_is_asked_about(shop: Shop) -> None:
    first = await shop.read(await shop.place())

    async def again(days: int, **changes: object) -> Order:
        async with shop.database.transaction(shop.tenant.id) as session:
            new = shop.order(confirm_duplicate=False, **changes)
            return await orders.place_order(session, shop.agent, new, now=NOW + timedelta(days=days))

    with pytest.raises(PossibleDuplicate) as asked:
        await again(6, lines=(Wish(shop.spoon, 1),))  # another SKU of the same product
    assert asked.value.data["number"] == first.number
    assert asked.value.data["orders"][0]["id"] == first.id
    await again(6, lines=(Wish(shop.blender, 1), Wish(shop.spoon, 1, gift=True)))
    await again(6, customer_number="13900000000")
    await again(8)
    async with shop.database.transaction(shop.tenant.id) as session:
        await orders.change_settings(session, shop.client_id, {"duplicate_days": 0})
    await again(8)


async def test_stock_is_never_sold_twice(shop: Shop) -> None:
    """Twenty agents want two each of ten: five get them, whatever the order."""

    async def buy(n: int) -> bool:
        try:
            # The articles in either order: locks are taken in one.
            lines = (Wish(shop.pot, 2), Wish(shop.spoon, 1)) if n % 2 else (Wish(shop.spoon, 1), Wish(shop.pot, 2))
            await shop.place(lines=lines, customer_number=f"139000000{n:02d}")
        except StockShort:
            return False
        return True

    results = await asyncio.gather(*(buy(n) for n in range(20)))
    assert sum(results) == 5
    assert await shop.stock(shop.pot) == (10, 10)
    assert await shop.stock(shop.spoon) == (50, 5)
    async with shop.database.transaction(shop.tenant.id) as session:
        numbers = (await session.scalars(select(Order.number).order_by(Order.number))).all()
    # No two alike, and the orders that failed left no gap.
    assert numbers == [f"20261122-{n:04d}" for n in range(1, 6)]


async def test_two_identical_orders_at_once_are_noticed(shop: Shop) -> None:
    async def buy() -> str:
        try:
            await shop.place(confirm_duplicate=False)
        except PossibleDuplicate:
            return "duplicate"
        return "placed"

    assert sorted(await asyncio.gather(buy(), buy(), buy())) == ["duplicate", "duplicate", "placed"]


async def test_a_step_clicked_by_many_happens_once(shop: Shop) -> None:
    order_id = await shop.place()

    async def approve() -> bool:
        try:
            await shop.step(order_id, Step.APPROVE, by=shop.auditor)
        except Exception as error:
            assert getattr(error, "code", "") == "orders.wrong_step"
            return False
        return True

    assert sum(await asyncio.gather(*(approve() for _ in range(8)))) == 1


async def test_the_pool_gives_each_number_once_in_order_and_says_when_it_is_empty(shop: Shop) -> None:
    ids = []
    for n in range(12):
        order_id = await shop.place(lines=(Wish(shop.spoon, 1),), customer_number=f"139000000{n:02d}")
        await shop.step(order_id, Step.APPROVE)
        await shop.step(order_id, Step.CLEAR)
        ids.append(order_id)

    async def label(part: list[str], *, fail: bool = False) -> None:
        async with shop.database.transaction(shop.tenant.id) as session:
            await orders.make_waybills(session, shop.dispatcher, part, shop.courier_id, now=NOW)
            if fail:
                raise RuntimeError("the transaction is lost")

    with pytest.raises(RuntimeError):
        await label(ids[:3], fail=True)
    await asyncio.gather(*(label(ids[n : n + 2]) for n in range(0, 12, 2)))
    async with shop.database.transaction(shop.tenant.id) as session:
        numbers = (await session.scalars(select(Waybill.number).order_by(Waybill.number))).all()
        assert numbers == orders.number_range("SF1000000001", "SF1000000012")
        await session.execute(update(CourierNumber).where(CourierNumber.taken_at.is_(None)).values(taken_at=NOW))
    last = await shop.place(lines=(Wish(shop.spoon, 1),))
    await shop.step(last, Step.APPROVE)
    await shop.step(last, Step.CLEAR)
    with pytest.raises(PoolExhausted) as empty:
        await label([last])
    assert empty.value.data == {"courier": "顺丰速运", "left": 0, "wanted": 1}
    assert (await shop.read(last)).state == "cleared"


async def test_counted_stock_is_not_less_than_what_is_promised(shop: Shop) -> None:
    await shop.place(lines=(Wish(shop.pot, 4),))
    async with shop.database.transaction(shop.tenant.id) as session:
        with pytest.raises(StockBelowReserved):
            await orders.change_sku(session, shop.administrator, shop.pot, {"stock": 3}, now=NOW)
        await orders.change_sku(session, shop.administrator, shop.pot, {"stock": 4}, now=NOW)
    assert await shop.stock(shop.pot) == (4, 4)


async def test_reserved_is_the_sum_of_open_orders_whatever_happens(shop: Shop) -> None:
    """Orders of random sizes take random steps at the same time; afterwards the database's sums agree."""
    chance = random.Random(20261122)
    steps = [step for step in Step if step not in (Step.SUBMIT, Step.PRINT)]

    async def live(n: int) -> None:
        try:
            lines = (Wish(shop.pot, chance.randint(1, 3)), Wish(shop.spoon, chance.randint(1, 5), gift=True))
            order_id = await shop.place(lines=lines, customer_number=f"139000000{n:02d}")
            for step in chance.choices(steps, k=12):
                with contextlib.suppress(WrongStep):
                    await shop.step(order_id, step)
        except StockShort:
            pass

    await asyncio.gather(*(live(n) for n in range(14)))
    for sku_id in (shop.pot, shop.spoon):
        on_hand, reserved = await shop.stock(sku_id)
        assert reserved == await _open_sum(shop, sku_id)
        assert 0 <= reserved <= on_hand


async def _open_sum(shop: Shop, sku_id: str) -> int:
    async with shop.database.transaction(shop.tenant.id) as session:
        found = await session.scalar(
            select(func.coalesce(func.sum(OrderLine.quantity), 0))
            .join(Order, Order.id == OrderLine.order_id)
            .where(OrderLine.sku_id == sku_id, Order.state.in_([state.value for state in OPEN_STATES]))
        )
        return int(found or 0)
