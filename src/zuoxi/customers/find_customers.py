"""Finding customers: by number, name or pinyin for people, by number alone for the call that comes in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from zuoxi.customers.errors import NoSuchCustomer
from zuoxi.customers.models import BlacklistEntry, Customer, CustomerAddress, CustomerNote, CustomerNumber
from zuoxi.customers.numbers import read_number

_LAST = "\U0010ffff"
_DIGITS = re.compile(r"\+?[\d\s\-()]{3,24}")


@dataclass(frozen=True, slots=True)
class CallerFacts:
    """What routing and the screen pop need about a caller before anybody has spoken. ``customer_id`` is None for a
    stranger; ``vip`` counts only until its end."""

    customer_id: str | None
    client_id: str | None
    name: str
    vip: bool
    segment: str | None
    potential: bool
    blacklisted: bool


class AddressCard(TypedDict):
    id: str
    recipient: str
    phone: str
    province: str
    city: str
    district: str
    street: str


class NoteCard(TypedDict):
    text: str
    by: str
    at: str


class Card(TypedDict):
    """A customer as the screen pop shows them to the agent who speaks with them: unmasked, ready for JSON."""

    id: str
    client_id: str
    name: str
    vip: bool
    vip_reason: str | None
    segment: str | None
    potential: bool
    potential_reason: str | None
    potential_interest: str | None
    numbers: list[str]
    addresses: list[AddressCard]
    notes: list[NoteCard]


def starts_with(column: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    """A prefix as a range, for columns in byte order: the index serves it under row-level security, LIKE would not."""
    return and_(column >= prefix, column < prefix + _LAST)


def is_vip(customer: Customer, now: datetime) -> bool:
    """VIP at this moment: given by hand, and not past its end."""
    return customer.vip and (customer.vip_until is None or customer.vip_until > now)


def matching(text: str) -> ColumnElement[bool]:
    """The condition on Customer for what somebody typed: digits are a number (whole, its beginning, or its last four),
    Latin letters are pinyin or initials, everything else the beginning of the name."""
    typed = text.strip()
    if _DIGITS.fullmatch(typed):
        number = read_number(typed)
        digits = re.sub(r"\D", "", typed)
        hits = [CustomerNumber.key == number.key, starts_with(CustomerNumber.key, f"+86{digits.removeprefix('0')}")]
        if len(digits) == 4:
            hits.append(CustomerNumber.tail == digits)
        if not number.e164:
            hits.append(starts_with(CustomerNumber.key, digits))
        return Customer.id.in_(select(CustomerNumber.customer_id).where(or_(*hits)))
    if typed.isascii():
        key = "".join(character for character in typed.lower() if character.isalnum())
        return or_(starts_with(Customer.pinyin, key), starts_with(Customer.initials, key))
    return starts_with(Customer.name, typed)


def customers(
    *,
    q: str | None = None,
    number: str | None = None,
    vip: bool | None = None,
    potential: bool | None = None,
    segment: str | None = None,
    client_id: str | None = None,
) -> Select[Any]:
    """The statement behind the list of customers; every condition is optional."""
    statement = select(Customer)
    if q:
        statement = statement.where(matching(q))
    if number:
        key = read_number(number).key
        statement = statement.where(
            Customer.id.in_(select(CustomerNumber.customer_id).where(CustomerNumber.key == key))
        )
    for column, wanted in (
        (Customer.vip, vip),
        (Customer.potential, potential),
        (Customer.segment, segment),
        (Customer.client_id, client_id),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return statement.order_by(Customer.id)


async def get_customer(session: AsyncSession, customer_id: str, *, lock: bool = False) -> Customer:
    """One customer; ``lock`` holds the row until the transaction ends. Raises NoSuchCustomer."""
    statement = select(Customer).where(Customer.id == customer_id)
    found: Customer | None = await session.scalar(statement.with_for_update(key_share=True) if lock else statement)
    if found is None:
        raise NoSuchCustomer
    return found


async def numbers_of(session: AsyncSession, customer_ids: Sequence[str]) -> dict[str, list[CustomerNumber]]:
    """The numbers of several customers, oldest first, by customer."""
    found: dict[str, list[CustomerNumber]] = {customer_id: [] for customer_id in customer_ids}
    rows = await session.scalars(
        select(CustomerNumber).where(CustomerNumber.customer_id.in_(customer_ids)).order_by(CustomerNumber.id)
    )
    for row in rows:
        found[row.customer_id].append(row)
    return found


async def number_to_call(session: AsyncSession, object_id: str, *, one: bool) -> CustomerNumber | None:
    """The number that ``object_id`` names (``one``), or the first of the customer of this id; None: there is none."""
    column = CustomerNumber.id if one else CustomerNumber.customer_id
    found: CustomerNumber | None = await session.scalar(
        select(CustomerNumber).where(column == object_id).order_by(CustomerNumber.id).limit(1)
    )
    return found


async def addresses_of(session: AsyncSession, customer_id: str, limit: int = 20) -> Sequence[CustomerAddress]:
    """Where the customer's parcels went, the latest first."""
    return (
        await session.scalars(
            select(CustomerAddress)
            .where(CustomerAddress.customer_id == customer_id)
            .order_by(CustomerAddress.used_at.desc(), CustomerAddress.id.desc())
            .limit(limit)
        )
    ).all()


async def notes_of(session: AsyncSession, customer_id: str, limit: int = 50) -> Sequence[CustomerNote]:
    """Notes about the customer, the latest first."""
    return (
        await session.scalars(
            select(CustomerNote)
            .where(CustomerNote.customer_id == customer_id)
            .order_by(CustomerNote.at.desc(), CustomerNote.id.desc())
            .limit(limit)
        )
    ).all()


async def caller_facts(
    session: AsyncSession, number: str, *, now: datetime, client_id: str | None = None
) -> CallerFacts:
    """Who calls from this number: one statement, for the moment in which a call arrives.

    ``number`` is as the switch presents it. With ``client_id`` only that client's customers count; without, the one who
    was changed last. An anonymous caller is a stranger.
    """
    key = read_number(number).key
    if not key:
        return CallerFacts(None, None, "", vip=False, segment=None, potential=False, blacklisted=False)
    blocked = exists().where(
        BlacklistEntry.key == key, or_(BlacklistEntry.expires_at.is_(None), BlacklistEntry.expires_at > now)
    )
    one = select(literal(1).label("one")).subquery()
    known = (
        select(Customer, CustomerNumber.customer_id)
        .join(CustomerNumber, CustomerNumber.customer_id == Customer.id)
        .where(CustomerNumber.key == key)
        .order_by(Customer.updated_at.desc())
        .limit(1)
    )
    if client_id is not None:
        known = known.where(CustomerNumber.client_id == client_id)
    found = known.subquery()
    row = (
        await session.execute(
            select(
                found.c.id,
                found.c.client_id,
                found.c.name,
                found.c.vip,
                found.c.vip_until,
                found.c.segment,
                found.c.potential,
                blocked.label("blocked"),
            ).select_from(one.outerjoin(found, literal(value=True)))
        )
    ).one()
    vip = bool(row.vip) and (row.vip_until is None or row.vip_until > now)
    return CallerFacts(
        row.id, row.client_id, row.name or "", vip, row.segment, bool(row.potential), blacklisted=row.blocked
    )


async def card(session: AsyncSession, customer_id: str, *, now: datetime) -> Card | None:
    """What the screen pop shows of a customer; None when there is no such customer. Unmasked: for the agent in that
    conversation only."""
    found = await session.scalar(select(Customer).where(Customer.id == customer_id))
    if found is None:
        return None
    numbers = (await numbers_of(session, [customer_id]))[customer_id]
    return Card(
        id=found.id,
        client_id=found.client_id,
        name=found.name,
        vip=is_vip(found, now),
        vip_reason=found.vip_reason,
        segment=found.segment,
        potential=found.potential,
        potential_reason=found.potential_reason,
        potential_interest=found.potential_interest,
        numbers=[number.shown for number in numbers],
        addresses=[
            AddressCard(
                id=row.id,
                recipient=row.recipient,
                phone=row.phone,
                province=row.province,
                city=row.city,
                district=row.district,
                street=row.street,
            )
            for row in await addresses_of(session, customer_id, limit=5)
        ],
        notes=[
            NoteCard(text=row.text, by=row.by_name, at=row.at.isoformat())
            for row in await notes_of(session, customer_id, limit=5)
        ],
    )
