"""Making and changing customers: profile, numbers, addresses, notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Client, Principal
from zuoxi.customers.errors import (
    ChangedMeanwhile,
    ExpiryPast,
    NoSuchClient,
    NotANumber,
    NumberTaken,
    ReasonMissing,
)
from zuoxi.customers.find_customers import get_customer
from zuoxi.customers.models import Customer, CustomerAddress, CustomerNote, CustomerNumber
from zuoxi.customers.numbers import PhoneNumber, read_number
from zuoxi.customers.pinyin import pinyin_of
from zuoxi.platform import audit
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.outbox import announce

CHANGED = "customers.changed"  # the outbox topic; its id is the customer's


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes. Province, city and district are free text; the street is the rest."""

    recipient: str
    phone: str
    province: str
    city: str
    district: str
    street: str


async def client_of(session: AsyncSession, client_id: str | None) -> str:
    """The client meant: the given one, else the tenant's first (a tenant that serves only itself has one). Raises
    NoSuchClient."""
    statement = select(Client.id).order_by(Client.created_at, Client.id).limit(1)
    found = await session.scalar(statement if client_id is None else statement.where(Client.id == client_id))
    if found is None:
        raise NoSuchClient
    return str(found)


async def find_or_create(
    session: AsyncSession, *, number: str, name: str, now: datetime, client_id: str | None = None
) -> Customer:
    """The client's customer with this number, made when there is none. An empty name of a known customer is filled in;
    another name is left as it is. Without a number (an anonymous caller) a new customer is made each time.

    Two calls at once for one new number make one customer: the second waits for the first.
    """
    client = await client_of(session, client_id)
    phone = read_number(number)
    if phone.key:
        await session.execute(
            text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"customer {client} {phone.key}"}
        )
        known: Customer | None = await session.scalar(
            select(Customer)
            .join(CustomerNumber, CustomerNumber.customer_id == Customer.id)
            .where(CustomerNumber.key == phone.key, CustomerNumber.client_id == client)
        )
        if known is not None:
            if not known.name and name:
                _rename(known, name)
                known.updated_at = now
            return known
    customer = Customer(client_id=client, created_at=now, updated_at=now)
    _rename(customer, name)
    session.add(customer)
    await session.flush()
    if phone.key:
        session.add(_number(customer, phone, now))
    await session.flush()
    await announce(session, CHANGED, customer.id)
    return customer


async def create_customer(
    session: AsyncSession,
    by: Principal,
    *,
    name: str,
    number: str,
    now: datetime,
    client_id: str | None = None,
    profile: Mapping[str, Any] | None = None,
) -> Customer:
    """A new customer, entered by hand. ``profile`` takes what ``change_customer`` takes. Raises NumberTaken,
    NotANumber, NoSuchClient."""
    client = await client_of(session, client_id)
    phone = read_number(number)
    if not phone.key:
        raise NotANumber(field="number", number=number)
    await _refuse_taken(session, phone, client)
    customer = await find_or_create(session, number=number, name=name, now=now, client_id=client)
    if profile:
        customer = await change_customer(session, by, customer.id, profile, now=now)
    return customer


async def change_customer(
    session: AsyncSession,
    by: Principal,
    customer_id: str,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    version: int | None = None,
) -> Customer:
    """Change what ``changes`` names: name, segment, vip (with vip_reason, vip_until), potential (with potential_reason,
    potential_interest). ``version`` is the one that the reader saw. Giving or taking VIP goes to the audit log.

    Raises NoSuchCustomer, ChangedMeanwhile, ReasonMissing, ExpiryPast.
    """
    customer = await get_customer(session, customer_id, lock=True)
    if version is not None and customer.version != version:
        raise ChangedMeanwhile
    given = dict(changes)
    if "name" in given:
        _rename(customer, given.pop("name") or "")
    touches_vip = {"vip", "vip_reason", "vip_until"} & given.keys()
    for field, value in given.items():
        setattr(customer, field, value)
    if touches_vip:
        await _check_vip(session, by, customer, now)
    if not customer.potential:
        customer.potential_reason = customer.potential_interest = None
    customer.version += 1
    customer.updated_at = now
    await session.flush()
    await announce(session, CHANGED, customer.id)
    return customer


async def _check_vip(session: AsyncSession, by: Principal, customer: Customer, now: datetime) -> None:
    if not customer.vip:
        customer.vip_reason = customer.vip_until = None
    elif not customer.vip_reason:
        raise ReasonMissing(field="vip_reason")
    elif customer.vip_until is not None and customer.vip_until <= now:
        raise ExpiryPast(field="vip_until")
    customer.vip_set_by = by.user_id
    await audit.record(
        session,
        by.user_id,
        "change",
        "customer_vip",
        customer.id,
        {"vip": customer.vip, "until": customer.vip_until.isoformat() if customer.vip_until else None},
    )


async def add_number(session: AsyncSession, customer_id: str, number: str, *, now: datetime) -> CustomerNumber:
    """One more number for a customer; adding one that the customer has already changes nothing. Raises NoSuchCustomer,
    NotANumber, NumberTaken."""
    customer = await get_customer(session, customer_id, lock=True)
    phone = read_number(number)
    if not phone.key:
        raise NotANumber(field="number", number=number)
    own: CustomerNumber | None = await session.scalar(
        select(CustomerNumber).where(CustomerNumber.customer_id == customer_id, CustomerNumber.key == phone.key)
    )
    if own is not None:
        return own
    await _refuse_taken(session, phone, customer.client_id)
    row = _number(customer, phone, now)
    session.add(row)
    await session.flush()
    await announce(session, CHANGED, customer.id)
    return row


async def remember_address(
    session: AsyncSession, customer_id: str, address: Address, *, now: datetime
) -> CustomerAddress:
    """Keep an address of a customer; a known one moves to the front."""
    values = {
        "recipient": address.recipient,
        "phone": address.phone,
        "province": address.province,
        "city": address.city,
        "district": address.district,
        "street": address.street,
    }
    kept: str = (
        await session.execute(
            insert(CustomerAddress)
            .values(id=new_id(), customer_id=customer_id, used_at=now, **values)
            .on_conflict_do_update(
                index_elements=["tenant_id", "customer_id", *values],
                set_={"used_at": now},
            )
            .returning(CustomerAddress.id)
        )
    ).scalar_one()
    row: CustomerAddress | None = await session.scalar(select(CustomerAddress).where(CustomerAddress.id == kept))
    assert row is not None
    return row


async def stored_address(session: AsyncSession, customer_id: str, address_id: str) -> Address | None:
    """A stored address of the customer; None when there is no such one."""
    row = await session.scalar(
        select(CustomerAddress).where(CustomerAddress.id == address_id, CustomerAddress.customer_id == customer_id)
    )
    if row is None:
        return None
    return Address(row.recipient, row.phone, row.province, row.city, row.district, row.street)


async def add_address(session: AsyncSession, customer_id: str, address: Address, *, now: datetime) -> CustomerAddress:
    """An address entered by hand. Raises NoSuchCustomer."""
    await get_customer(session, customer_id)
    return await remember_address(session, customer_id, address, now=now)


async def add_note(
    session: AsyncSession, by: Principal, customer_id: str, words: str, *, now: datetime
) -> CustomerNote:
    """A note about a customer. Raises NoSuchCustomer."""
    customer = await get_customer(session, customer_id)
    note = CustomerNote(customer_id=customer.id, text=words, by_id=by.user_id, by_name=by.name, at=now)
    session.add(note)
    await session.flush()
    await announce(session, CHANGED, customer.id)
    return note


async def became_buyer(session: AsyncSession, customer_id: str, *, now: datetime) -> None:
    """Called when a customer orders: whoever buys is no potential customer any longer."""
    await session.execute(
        update(Customer)
        .where(Customer.id == customer_id)
        .values(potential=False, potential_reason=None, potential_interest=None, updated_at=now)
    )


def _rename(customer: Customer, name: str) -> None:
    customer.name = name.strip()
    customer.pinyin, customer.initials = pinyin_of(customer.name, person=True)


def _number(customer: Customer, phone: PhoneNumber, now: datetime) -> CustomerNumber:
    return CustomerNumber(
        customer_id=customer.id,
        client_id=customer.client_id,
        raw=phone.raw,
        kind=phone.kind.value,
        e164=phone.e164,
        shown=phone.shown,
        key=phone.key,
        tail=phone.tail,
        place=phone.place,
        created_at=now,
    )


async def _refuse_taken(session: AsyncSession, phone: PhoneNumber, client_id: str) -> None:
    owner = await session.scalar(
        select(Customer.name)
        .join(CustomerNumber, CustomerNumber.customer_id == Customer.id)
        .where(CustomerNumber.key == phone.key, CustomerNumber.client_id == client_id)
    )
    if owner is not None:
        raise NumberTaken(field="number", name=owner)
