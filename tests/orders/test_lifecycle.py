"""Every step from every state, on the real database: legal ones do what the table says, others change nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import pytest
from sqlalchemy import select
from tests.orders.conftest import NOW, Shop

from zuoxi import orders
from zuoxi.orders import TRANSITIONS, OrderState, Payment, Step, Wish
from zuoxi.orders.errors import ChangedMeanwhile, NotYourOrder, OwnOrder, ReasonMissing, WrongStep
from zuoxi.orders.models import OrderHistory, StockMovement, Waybill
from zuoxi.orders.rules import OPEN_STATES
from zuoxi.platform.errors import Forbidden

pytestmark = pytest.mark.database

# A way into each state, from a submitted order.
PATHS: dict[OrderState, tuple[Step, ...]] = {
    OrderState.SUBMITTED: (),
    OrderState.RETURNED_TO_AGENT: (Step.SEND_BACK,),
    OrderState.AUDITED: (Step.APPROVE,),
    OrderState.CLEARED: (Step.APPROVE, Step.CLEAR),
    OrderState.LABELLED: (Step.APPROVE, Step.CLEAR, Step.LABEL),
    OrderState.HANDED_OVER: (Step.APPROVE, Step.CLEAR, Step.LABEL, Step.HAND_OVER),
    OrderState.DELIVERED: (Step.APPROVE, Step.CLEAR, Step.LABEL, Step.HAND_OVER, Step.DELIVER),
    OrderState.REFUSED: (Step.APPROVE, Step.CLEAR, Step.LABEL, Step.HAND_OVER, Step.REFUSE),
    OrderState.RETURNED: (Step.APPROVE, Step.CLEAR, Step.LABEL, Step.HAND_OVER, Step.TAKE_BACK),
    OrderState.CANCELLED: (Step.CANCEL,),
}
LEGAL = {(arrow.source, arrow.step): arrow for arrow in TRANSITIONS}
STEPS = [step for step in Step if step is not Step.SUBMIT]


async def _bring(shop: Shop, state: OrderState) -> str:
    order_id = await shop.place(lines=(Wish(shop.pot, 2), Wish(shop.spoon, 1, gift=True)))
    for step in PATHS[state]:
        await shop.step(order_id, step)
    return order_id


@pytest.mark.parametrize(("state", "step"), list(product(OrderState, STEPS)), ids=lambda value: value.value)
async def test_each_step_from_each_state(shop: Shop, state: OrderState, step: Step) -> None:
    order_id = await _bring(shop, state)
    before, stock = await shop.read(order_id), await shop.stock(shop.pot)
    arrow = LEGAL.get((state, step))
    if arrow is None:
        with pytest.raises(WrongStep) as refused:
            await shop.step(order_id, step)
        assert refused.value.data["state"] == state.value
        after = await shop.read(order_id)
        assert (after.state, after.version, await shop.stock(shop.pot)) == (state.value, before.version, stock)
        return
    after = await shop.step(order_id, step)
    assert after.state == arrow.target.value
    assert after.version == before.version + 1
    async with shop.database.transaction(shop.tenant.id) as session:
        rows = (
            await session.scalars(
                select(OrderHistory).where(OrderHistory.order_id == order_id).order_by(OrderHistory.id.desc()).limit(1)
            )
        ).one()
    assert (rows.source, rows.target, rows.step) == (state.value, arrow.target.value, step.value)
    assert rows.by_name == shop.whoever_may(step).name
    # Reserved while the order is open; gone from the warehouse from the hand-over until it comes back.
    reserved = 2 if arrow.target in OPEN_STATES else 0
    on_hand = 8 if arrow.target in (OrderState.HANDED_OVER, OrderState.DELIVERED) else 10
    assert await shop.stock(shop.pot) == (on_hand, reserved)


async def test_the_whole_way_leaves_a_history_and_a_trail_of_stock(shop: Shop) -> None:
    order_id = await _bring(shop, OrderState.RETURNED_TO_AGENT)
    for step in (Step.MEND, Step.RESUBMIT, Step.APPROVE, Step.CLEAR, Step.LABEL, Step.HAND_OVER, Step.REFUSE):
        await shop.step(order_id, step)
    async with shop.database.transaction(shop.tenant.id) as session:
        history = (
            await session.scalars(
                select(OrderHistory).where(OrderHistory.order_id == order_id).order_by(OrderHistory.id)
            )
        ).all()
        trail = (
            await session.execute(
                select(StockMovement.effect, StockMovement.quantity, StockMovement.stock_after)
                .where(StockMovement.order_id == order_id, StockMovement.sku_id == shop.pot)
                .order_by(StockMovement.id)
            )
        ).all()
    assert [row.step for row in history] == [
        "submit",
        "send_back",
        "mend",
        "resubmit",
        "approve",
        "clear",
        "label",
        "hand_over",
        "refuse",
    ]
    assert history[0].source is None
    assert all(later.source == earlier.target for earlier, later in pairwise(history))
    assert history[1].reason == "因为"
    assert [tuple(row) for row in trail] == [("reserve", 2, 10), ("ship", 2, 8), ("put_back", 2, 10)]


@pytest.mark.parametrize("step", [Step.APPROVE, Step.SEND_BACK])
async def test_nobody_audits_their_own_order(shop: Shop, step: Step) -> None:
    both = replace(shop.agent, permissions=shop.agent.permissions | shop.auditor.permissions)
    order_id = await shop.place(by=both)
    with pytest.raises(OwnOrder):
        await shop.step(order_id, step, by=both)
    assert (await shop.read(order_id)).state == "submitted"
    await shop.step(order_id, step, by=shop.auditor)


@pytest.mark.parametrize("step", [Step.CLEAR, Step.DISPATCH_SEND_BACK])
async def test_nobody_clears_their_own_order(shop: Shop, step: Step) -> None:
    both = replace(shop.agent, permissions=shop.agent.permissions | shop.dispatcher.permissions)
    order_id = await shop.place(by=both)
    await shop.step(order_id, Step.APPROVE, by=shop.auditor)
    with pytest.raises(OwnOrder):
        await shop.step(order_id, step, by=both)
    await shop.step(order_id, step, by=shop.dispatcher)


async def test_rights_are_checked(shop: Shop) -> None:
    order_id = await shop.place()
    other = replace(shop.agent, user_id=shop.auditor.user_id)
    for step, by in ((Step.APPROVE, shop.agent), (Step.APPROVE, shop.dispatcher), (Step.CANCEL, shop.dispatcher)):
        with pytest.raises(Forbidden):
            await shop.step(order_id, step, by=by)
    with pytest.raises(NotYourOrder):
        await shop.step(order_id, Step.CANCEL, by=other)
    with pytest.raises(ReasonMissing):
        await shop.step(order_id, Step.SEND_BACK, by=shop.auditor, reason="  ")
    await shop.step(order_id, Step.SEND_BACK, by=shop.auditor)
    for step in (Step.MEND, Step.RESUBMIT):
        with pytest.raises(NotYourOrder):
            await shop.step(order_id, step, by=other)
    assert (await shop.read(order_id)).return_reason == "因为"


async def test_a_step_on_an_order_that_changed_meanwhile_is_refused(shop: Shop) -> None:
    order_id = await shop.place()
    async with shop.database.transaction(shop.tenant.id) as session:
        await orders.take_step(session, shop.auditor, [order_id], Step.APPROVE, now=NOW, version=1)
    with pytest.raises(ChangedMeanwhile):
        async with shop.database.transaction(shop.tenant.id) as session:
            await orders.take_step(session, shop.dispatcher, [order_id], Step.CLEAR, now=NOW, version=1)


async def test_many_orders_go_together_or_not_at_all(shop: Shop) -> None:
    fine, wrong = await shop.place(), await shop.place()
    await shop.step(wrong, Step.APPROVE)
    with pytest.raises(WrongStep):
        async with shop.database.transaction(shop.tenant.id) as session:
            await orders.take_step(session, shop.auditor, [fine, wrong], Step.APPROVE, now=NOW)
    assert (await shop.read(fine)).state == "submitted"


async def test_cancelling_a_labelled_order_makes_its_waybill_void(shop: Shop) -> None:
    order_id = await _bring(shop, OrderState.LABELLED)
    await shop.step(order_id, Step.CANCEL)
    async with shop.database.transaction(shop.tenant.id) as session:
        waybill = (await session.scalars(select(Waybill).where(Waybill.order_id == order_id))).one()
    assert waybill.void


async def test_mending_moves_the_reservation_and_keeps_the_agreed_price(shop: Shop) -> None:
    order_id = await _bring(shop, OrderState.RETURNED_TO_AGENT)
    async with shop.database.transaction(shop.tenant.id) as session:
        await orders.change_sku(session, shop.administrator, shop.pot, {"price_minor": 29900}, now=NOW)
        mended = await orders.mend_order(
            session,
            shop.agent,
            order_id,
            orders.Mending(lines=(Wish(shop.pot, 1), Wish(shop.blender, 2)), payment=Payment.PAID),
            now=NOW,
        )
        assert mended.amount_minor == 19900 + 2 * 39900
        assert mended.payment == "paid"
        assert mended.summary == "不锈钢锅 32cm×1、破壁机×2"
    assert await shop.stock(shop.pot) == (10, 1)
    assert await shop.stock(shop.spoon) == (50, 0)
    assert await shop.stock(shop.blender) == (5, 2)
