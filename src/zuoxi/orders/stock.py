"""Moving pieces in the database, under locks taken in one order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.orders.errors import NoSuchSku
from zuoxi.orders.models import Sku, StockMovement
from zuoxi.orders.rules import Stock, StockEffect
from zuoxi.platform.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Move:
    """So many pieces of a SKU, for an order, and what happens to them."""

    sku_id: str
    effect: StockEffect
    quantity: int
    order_id: str | None


async def lock_skus(session: AsyncSession, sku_ids: Iterable[str]) -> dict[str, Sku]:
    """Hold these SKUs' rows until the transaction ends. Always locked in the order of their identifiers, so that two
    transactions never wait for each other. Raises NoSuchSku."""
    wanted = sorted(set(sku_ids))
    rows = await session.scalars(
        select(Sku)
        .where(Sku.id.in_(wanted))
        .order_by(Sku.id)
        .with_for_update(key_share=True)
        # Values read before the lock was granted may be out of date.
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in rows}
    if len(found) < len(wanted):
        raise NoSuchSku
    return found


async def move_stock(session: AsyncSession, moves: Sequence[Move], *, by_id: str, now: datetime) -> None:
    """Carry out movements, all or none, each with a row that says why. Raises StockShort."""
    relevant = [move for move in moves if move.effect is not StockEffect.NONE]
    if not relevant:
        return
    skus = await lock_skus(session, (move.sku_id for move in relevant))
    trail = []
    for move in relevant:
        row = skus[move.sku_id]
        after = Stock(row.stock, row.reserved).after(move.effect, move.quantity, sku=row.name)
        row.stock, row.reserved = after.on_hand, after.reserved
        trail.append(
            {
                "id": new_id(),
                "sku_id": row.id,
                "order_id": move.order_id,
                "effect": move.effect.value,
                "quantity": move.quantity,
                "stock_after": after.on_hand,
                "reserved_after": after.reserved,
                "by_id": by_id,
                "at": now,
            }
        )
    await session.flush()
    await session.execute(insert(StockMovement).inline(), trail)
