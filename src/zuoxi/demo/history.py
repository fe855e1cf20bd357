"""One operator's made-up history: customers, calls, orders, all from one seed, and written in a few large strokes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import contacts
from zuoxi.contacts import Entry
from zuoxi.customers import pinyin_of, read_number
from zuoxi.demo import callers, calls
from zuoxi.demo.callers import Blocked, Customer
from zuoxi.demo.centre import Centre
from zuoxi.demo.chance import Chance
from zuoxi.demo.parcels import Parcels, Tables
from zuoxi.demo.people import People
from zuoxi.demo.warehouse import Warehouse, settings_row
from zuoxi.platform.database import Base

# The domain of the demo's part of the event log: never that of a running switchboard.
DOMAIN = "demo"
_BATCH = 2000
# Tables in an order that foreign keys allow.
_ORDER = (
    "customer",
    "customer_number",
    "customer_address",
    "customer_note",
    "blacklist",
    "product",
    "product_outlet",
    "sku",
    "order_settings",
    "courier",
    "courier_number",
    "orders",
    "order_line",
    "order_history",
    "stock_movement",
    "manifest",
    "waybill",
    "day_counter",
)
_NOTES = ("耳背,说话要慢", "只在晚上有空", "常为母亲订购", "对赠品很在意", "住六楼无电梯", "喜欢货到付款")
_FOLLOWED_UP = ("已回电,客户已在他处购买", "已回电,客户下单", "无人接听,短信告知", "已回电,解答咨询")


@dataclass(frozen=True, slots=True)
class Filled:
    """How much there is now."""

    customers: int
    calls: int
    orders: int


@dataclass(frozen=True, slots=True)
class History:
    """Everything made up, before it is written."""

    tables: Tables
    entries: Sequence[Entry]
    counts: Filled


def make_up(chance: Chance, centre: Centre, now: datetime, zone: ZoneInfo) -> History:
    """Make up the history of one operator up to ``now``."""
    people = People(chance)
    customers = callers.buyers(chance, centre, people, now, zone)
    asked = callers.strangers(chance, centre, people, now, zone)
    blocked, turned_away = callers.nuisances(chance, centre, people, now, zone)
    taken = calls.take(chance, centre, callers.of_all(customers, asked, turned_away))
    tables = Tables()
    begun = min(call.visit.at for call in taken)
    warehouse = Warehouse(chance, centre, tables.rows, now, begun)
    tables.add("order_settings", **settings_row(centre, chance.identifier(begun)))
    by_id = {customer.id: customer for customer in customers}
    orders = Parcels(chance, centre, warehouse, tables, now, zone).write(taken, by_id)
    warehouse.close_books()
    _write_customers(chance, centre, tables, customers, now)
    _write_blocked(chance, centre, tables, blocked)
    return History(tables, calls.entries(taken, DOMAIN), Filled(len(customers), len(taken), orders))


def _write_customers(
    chance: Chance, centre: Centre, tables: Tables, customers: Sequence[Customer], now: datetime
) -> None:
    supervisor = centre.of("supervisor")[0]
    for customer in customers:
        person, since = customer.person, customer.since
        newest = max(visit.at for visit in customer.visits)
        pinyin, initials = pinyin_of(person.name, person=True)
        tables.add(
            "customer",
            id=customer.id,
            client_id=centre.client_id,
            name=person.name,
            pinyin=pinyin,
            initials=initials,
            segment=customer.segment,
            vip=customer.vip,
            vip_reason="累计消费高,服务从优" if customer.vip else None,
            vip_set_by=supervisor.id if customer.vip else None,
            potential=customer.potential,
            potential_reason=customer.potential_reason,
            potential_interest=customer.potential_interest,
            created_at=since,
            updated_at=newest,
        )
        for raw in dict.fromkeys((person.number, person.address.phone)):
            number = read_number(raw)
            tables.add(
                "customer_number",
                id=chance.identifier(since),
                customer_id=customer.id,
                client_id=centre.client_id,
                raw=raw,
                kind=number.kind.value,
                e164=number.e164,
                shown=number.shown,
                key=number.key,
                tail=number.tail,
                place=number.place,
                created_at=since,
            )
        if not customer.potential:
            address = person.address
            tables.add(
                "customer_address",
                id=chance.identifier(since),
                customer_id=customer.id,
                recipient=address.recipient,
                phone=address.phone,
                province=address.province,
                city=address.city,
                district=address.district,
                street=address.street,
                used_at=newest,
            )
        if chance.happens(0.15):
            agent = chance.one(centre.of("agent"))
            tables.add(
                "customer_note",
                id=chance.identifier(newest),
                customer_id=customer.id,
                text=chance.one(_NOTES),
                by_id=agent.id,
                by_name=agent.name,
                at=min(newest + timedelta(minutes=5), now),
            )


def _write_blocked(chance: Chance, centre: Centre, tables: Tables, blocked: Sequence[Blocked]) -> None:
    supervisor = centre.of("supervisor")[0]
    for entry in blocked:
        number = read_number(entry.number)
        tables.add(
            "blacklist",
            id=chance.identifier(entry.since),
            number=number.shown,
            key=number.key,
            reason=entry.reason,
            by_id=supervisor.id,
            by_name=supervisor.name,
            created_at=entry.since,
        )


async def write(session: AsyncSession, centre: Centre, history: History, chance: Chance, now: datetime) -> None:
    """Write the history in the caller's transaction."""
    unknown = set(history.tables.rows) - set(_ORDER)
    if unknown:
        raise RuntimeError(f"no place in the order of writing: {sorted(unknown)}")
    for name in _ORDER:
        rows: list[dict[str, Any]] = history.tables.rows.get(name, [])
        for start in range(0, len(rows), _BATCH):
            await session.execute(insert(Base.metadata.tables[name]).inline(), rows[start : start + _BATCH])
    projection = contacts.project(history.entries, _key_of)
    await contacts.store_projection(session, DOMAIN, projection)
    await _follow_up(session, centre, projection.callbacks, chance, now)


def _key_of(raw: str) -> tuple[str | None, str]:
    number = read_number(raw)
    return number.e164, number.key


async def _follow_up(
    session: AsyncSession, centre: Centre, callbacks: Sequence[Mapping[str, Any]], chance: Chance, now: datetime
) -> None:
    """Callbacks older than a day were made; those of today are still open."""
    table = Base.metadata.tables["callback"]
    supervisor = centre.of("supervisor")[0]
    done = []
    for callback in callbacks:
        created = datetime.fromtimestamp(float(callback["created_at"]), now.tzinfo)
        if created < now - timedelta(hours=26):
            done.append(
                {
                    "key": callback["id"],
                    "at": created + timedelta(minutes=chance.whole(15, 300)),
                    "words": chance.one(_FOLLOWED_UP),
                }
            )
    if done:
        await session.execute(
            update(table)
            .where(table.c.id == bindparam("key"))
            .values(state="done", done_by=supervisor.id, done_at=bindparam("at"), result=bindparam("words")),
            done,
        )
