"""Taking orders through a step of their life: one way for all steps, for one order or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal
from zuoxi.orders.errors import ChangedMeanwhile, NoSuchOrder
from zuoxi.orders.models import Order, OrderHistory, OrderLine, Waybill
from zuoxi.orders.rules import OrderState, Step, permit, transition
from zuoxi.orders.stock import Move, move_stock
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.outbox import announce

CHANGED = "orders.changed"  # the outbox topic; its id is the order's

_SENT_BACK = frozenset({Step.SEND_BACK, Step.DISPATCH_SEND_BACK})


async def lock_orders(session: AsyncSession, order_ids: Sequence[str]) -> list[Order]:
    """Hold these orders until the transaction ends, locked in one order, returned in the order asked for. Raises
    NoSuchOrder."""
    wanted = list(dict.fromkeys(order_ids))
    rows = await session.scalars(
        select(Order)
        .where(Order.id.in_(wanted))
        .order_by(Order.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in rows}
    if len(found) < len(wanted):
        raise NoSuchOrder
    return [found[order_id] for order_id in wanted]


async def take_step(
    session: AsyncSession,
    by: Principal,
    order_ids: Sequence[str],
    step: Step,
    *,
    now: datetime,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
    version: int | None = None,
) -> list[Order]:
    """Take each of these orders through ``step``: all of them, or none.

    Stock moves as the table says, and each order gets a row of history. ``reasons`` gives single orders a reason of
    their own. ``version`` is what the reader saw (for one order). Raises NoSuchOrder, WrongStep, OwnOrder,
    NotYourOrder, Forbidden, ReasonMissing, ChangedMeanwhile.
    """
    orders = await lock_orders(session, order_ids)
    lines = await _lines(session, [order.id for order in orders])
    moves: list[Move] = []
    history = []
    for order in orders:
        if version is not None and order.version != version:
            raise ChangedMeanwhile
        arrow = transition(OrderState(order.state), step)
        why = (reasons or {}).get(order.id, reason).strip()
        permit(arrow, by.permissions, is_writer=order.agent_id == by.user_id, reason=why)
        moves += [Move(line.sku_id, arrow.effect, line.quantity, order.id) for line in lines.get(order.id, ())]
        history.append(
            {
                "id": new_id(),
                "order_id": order.id,
                "at": now,
                "by_id": by.user_id,
                "by_name": by.name,
                "step": step.value,
                "source": arrow.source.value,
                "target": arrow.target.value,
                "reason": why,
            }
        )
        order.state = arrow.target.value
        order.version += 1
        order.updated_at = now
        if step in _SENT_BACK:
            order.return_reason = why
        elif step is Step.RESUBMIT:
            order.return_reason = None
    await move_stock(session, moves, by_id=by.user_id, now=now)
    await session.execute(insert(OrderHistory).inline(), history)
    if step is Step.CANCEL:
        await session.execute(
            update(Waybill).where(Waybill.order_id.in_([order.id for order in orders])).values(void=True)
        )
    await session.flush()
    for order in orders:
        await announce(session, CHANGED, order.id)
    return orders


async def _lines(session: AsyncSession, order_ids: Sequence[str]) -> dict[str, list[OrderLine]]:
    found: dict[str, list[OrderLine]] = {}
    for line in await session.scalars(select(OrderLine).where(OrderLine.order_id.in_(order_ids))):
        found.setdefault(line.order_id, []).append(line)
    return found
