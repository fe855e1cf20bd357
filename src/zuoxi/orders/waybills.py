"""Waybills: numbers from a courier's pool, labels printed and printed again, parcels handed over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Client, Principal
from zuoxi.orders.catalogue import settings_of
from zuoxi.orders.day_numbers import MANIFESTS, next_number, zone_of
from zuoxi.orders.errors import (
    AlreadyPrinted,
    BadNumberRange,
    CodeTaken,
    NoSuchCourier,
    NoSuchWaybill,
    NotPrinted,
    NumbersTaken,
    PoolExhausted,
    SeveralCouriers,
)
from zuoxi.orders.label import Label
from zuoxi.orders.models import Courier, CourierNumber, Manifest, Order, OrderLine, OrderSettings, Waybill
from zuoxi.orders.money import shown_money
from zuoxi.orders.rules import Payment, Step
from zuoxi.orders.steps import take_step
from zuoxi.platform import audit
from zuoxi.platform.identifiers import new_id

RANGE_LIMIT = 100_000
_NUMBER = re.compile(r"[A-Za-z0-9-]{4,30}")


async def add_courier(session: AsyncSession, *, code: str, name: str, active: bool = True) -> Courier:
    """A new courier, with an empty pool. Raises CodeTaken."""
    courier = Courier(code=code, name=name, active=active)
    try:
        async with session.begin_nested():
            session.add(courier)
            await session.flush()
    except IntegrityError as error:
        raise CodeTaken(field="code", taken=code) from error
    return courier


def number_range(first: str, last: str) -> list[str]:
    """The numbers from ``first`` to ``last``: the same letters in front, the same count of digits behind. Raises
    BadNumberRange."""
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first) - 1)
    head, low, high = first[:same], first[same:], last[same:]
    counts = len(low) == len(high) and low.isdecimal() and high.isdecimal() and (low + high).isascii()
    if not counts or not 0 <= int(high) - int(low) < RANGE_LIMIT:
        raise BadNumberRange(field="first", limit=RANGE_LIMIT)
    return [f"{head}{number:0{len(low)}d}" for number in range(int(low), int(high) + 1)]


async def add_numbers(session: AsyncSession, courier_id: str, numbers: Sequence[str]) -> int:
    """Add numbers to a courier's pool: all, or none when one exists already. Returns how many. Raises NoSuchCourier,
    BadNumberRange, NumbersTaken."""
    if await session.scalar(select(Courier.id).where(Courier.id == courier_id)) is None:
        raise NoSuchCourier
    wanted = list(dict.fromkeys(numbers))
    if not wanted or len(wanted) > RANGE_LIMIT or not all(_NUMBER.fullmatch(number) for number in wanted):
        raise BadNumberRange(field="numbers", limit=RANGE_LIMIT)
    for start in range(0, len(wanted), 5000):
        part = wanted[start : start + 5000]
        taken = (
            await session.scalars(select(CourierNumber.number).where(CourierNumber.number.in_(part)).limit(1000))
        ).all()
        if taken:
            raise NumbersTaken(field="numbers", count=len(taken), example=taken[0])
        await session.execute(
            insert(CourierNumber).inline(),
            [{"id": new_id(), "courier_id": courier_id, "number": number} for number in part],
        )
    return len(wanted)


async def free_numbers(session: AsyncSession) -> dict[str, int]:
    """How many numbers each courier has left."""
    rows = await session.execute(
        select(CourierNumber.courier_id, func.count())
        .where(CourierNumber.taken_at.is_(None))
        .group_by(CourierNumber.courier_id)
    )
    return dict(rows.all())


async def make_waybills(
    session: AsyncSession, by: Principal, order_ids: Sequence[str], courier_id: str, *, now: datetime
) -> list[Waybill]:
    """Give each of these cleared orders a waybill with the next number of the courier's pool: all of them, or none.

    The courier's row is locked while numbers are given out, so that two people never get the same number, and numbers
    go out in order; a transaction that fails gives its numbers back. Raises NoSuchCourier, PoolExhausted and what a
    step raises.
    """
    orders = await take_step(session, by, order_ids, Step.LABEL, now=now)
    courier = await session.scalar(
        select(Courier).where(Courier.id == courier_id, Courier.active).with_for_update(key_share=True)
    )
    if courier is None:
        raise NoSuchCourier(field="courier_id")
    numbers = (
        await session.scalars(
            select(CourierNumber)
            .where(CourierNumber.courier_id == courier_id, CourierNumber.taken_at.is_(None))
            .order_by(CourierNumber.number)
            .limit(len(orders))
            .execution_options(populate_existing=True)
        )
    ).all()
    if len(numbers) < len(orders):
        raise PoolExhausted(courier=courier.name, left=len(numbers), wanted=len(orders))
    made = []
    for order, number in zip(orders, numbers, strict=True):
        number.taken_at = now
        made.append(Waybill(courier_id=courier_id, number=number.number, order_id=order.id, prints=0, created_at=now))
    session.add_all(made)
    await session.flush()
    return made


async def lock_waybills(session: AsyncSession, ids: Sequence[str]) -> list[Waybill]:
    """Hold these waybills until the transaction ends, in the order asked for. Raises NoSuchWaybill (void ones too)."""
    wanted = list(dict.fromkeys(waybill_id.lower() for waybill_id in ids))
    rows = await session.scalars(
        select(Waybill)
        .where(Waybill.id.in_(wanted), ~Waybill.void)
        .order_by(Waybill.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in rows}
    if not wanted or len(found) < len(wanted):
        raise NoSuchWaybill
    return [found[waybill_id] for waybill_id in wanted]


async def print_labels(
    session: AsyncSession, by: Principal, ids: Sequence[str], *, now: datetime, reason: str | None = None
) -> list[Label]:
    """What to print for these waybills, and a record that it was printed: the first time without ``reason``, after that
    only with one. Each print is a row of the order's history and of the audit log.

    Raises NoSuchWaybill, AlreadyPrinted, NotPrinted and what a step raises.
    """
    order_of = await _orders_of(session, ids)
    step = Step.PRINT if reason is None else Step.REPRINT
    # First the orders, then the waybills: the same order of locks as a cancellation.
    orders = await take_step(session, by, list(order_of.values()), step, now=now, reason=reason or "")
    waybills = await lock_waybills(session, ids)
    for waybill in waybills:
        if reason is None and waybill.prints:
            raise AlreadyPrinted(number=waybill.number)
        if reason is not None and not waybill.prints:
            raise NotPrinted(number=waybill.number)
        waybill.prints += 1
        waybill.printed_at = waybill.printed_at or now
        await audit.record(
            session,
            by.user_id,
            step.value,
            "waybill",
            waybill.id,
            {"number": waybill.number, "reason": reason or "", "prints": waybill.prints},
        )
    await session.flush()
    return await _labels(session, waybills, {order.id: order for order in orders}, now)


async def hand_over(session: AsyncSession, by: Principal, ids: Sequence[str], *, now: datetime) -> Manifest:
    """Hand these parcels to their courier: their goods leave the stock, and a manifest lists them.

    Raises NoSuchWaybill, NotPrinted, SeveralCouriers and what a step raises.
    """
    order_of = await _orders_of(session, ids)
    orders = await take_step(session, by, list(order_of.values()), Step.HAND_OVER, now=now)
    waybills = await lock_waybills(session, ids)
    for waybill in waybills:
        if not waybill.prints:
            raise NotPrinted(number=waybill.number)
    couriers = {waybill.courier_id for waybill in waybills}
    if len(couriers) != 1:
        raise SeveralCouriers(field="waybill_ids")
    manifest = Manifest(
        number=await next_number(session, MANIFESTS, now),
        courier_id=couriers.pop(),
        parcels=len(waybills),
        collect_minor=sum(collect_minor(order) for order in orders),
        by_id=by.user_id,
        by_name=by.name,
        created_at=now,
    )
    session.add(manifest)
    await session.flush()
    for waybill in waybills:
        waybill.manifest_id = manifest.id
    await session.flush()
    return manifest


def collect_minor(order: Order) -> int:
    """What the courier shall collect, in minor units (代收款)."""
    return order.amount_minor if order.payment == Payment.CASH_ON_DELIVERY else 0


async def _orders_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, str]:
    wanted = {waybill_id.lower() for waybill_id in ids}
    rows = await session.execute(select(Waybill.id, Waybill.order_id).where(Waybill.id.in_(wanted), ~Waybill.void))
    found: dict[str, str] = dict(rows.all())
    if not wanted or len(found) < len(wanted):
        raise NoSuchWaybill
    return found


async def _labels(
    session: AsyncSession, waybills: Sequence[Waybill], orders: dict[str, Order], now: datetime
) -> list[Label]:
    lines: dict[str, list[OrderLine]] = {}
    for line in await session.scalars(
        select(OrderLine).where(OrderLine.order_id.in_(orders)).order_by(OrderLine.position)
    ):
        lines.setdefault(line.order_id, []).append(line)
    couriers = dict(
        (
            await session.execute(
                select(Courier.id, Courier.name).where(Courier.id.in_({waybill.courier_id for waybill in waybills}))
            )
        ).all()
    )
    senders: dict[str, tuple[OrderSettings, str]] = {}
    for client_id in {order.client_id for order in orders.values()}:
        name = await session.scalar(select(Client.name).where(Client.id == client_id))
        senders[client_id] = (await settings_of(session, client_id), name or "")
    printed = now.astimezone(await zone_of(session)).strftime("%Y-%m-%d %H:%M")
    found = []
    for waybill in waybills:
        order = orders[waybill.order_id]
        sender, client_name = senders[order.client_id]
        found.append(
            Label(
                waybill=waybill.number,
                courier=couriers[waybill.courier_id],
                order=order.number,
                sender_name=sender.sender_name or client_name,
                sender_phone=sender.sender_phone,
                sender_address=sender.sender_address,
                recipient_name=order.recipient,
                recipient_phone=order.phone,
                recipient_address=whole_address(order),
                items=_items(lines[order.id]),
                collect=shown_money(collect_minor(order), order.currency) if collect_minor(order) else None,
                remark=order.remark,
                printed=printed,
            )
        )
    return found


def whole_address(order: Any) -> str:
    """The address in one line; a municipality's name is not said twice."""
    city = "" if order.city == order.province else order.city
    return f"{order.province}{city}{order.district}{order.street}"


def _items(lines: Sequence[OrderLine]) -> tuple[str, ...]:
    pieces = sum(line.quantity for line in lines)
    return (
        f"共 {pieces} 件",
        *(f"{'赠 ' if line.gift else ''}{_name(line)} × {line.quantity}" for line in lines),
    )


def _name(line: OrderLine) -> str:
    return line.product_name if line.sku_name in ("", line.product_name) else f"{line.product_name} {line.sku_name}"
