"""Contacts of the past: for the pop, for the history page, for one contact with its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import User
from zuoxi.contacts.errors import NoSuchContact
from zuoxi.contacts.models import Contact, ContactEvent, SurveyAnswer
from zuoxi.customers import Customer, matching, read_number


@dataclass(frozen=True, slots=True)
class Filters:
    """What the history is narrowed to; None means any. ``since`` and ``until`` are aware (until is excluded); ``own``
    is the agent whose contacts alone may be seen; ``part`` the agent who had a part in them, also where another had
    them afterwards."""

    since: datetime | None = None
    until: datetime | None = None
    agent_id: str | None = None
    outcome: str | None = None
    number: str | None = None
    customer_id: str | None = None
    line_id: str | None = None
    queue_id: str | None = None
    direction: str | None = None
    own: str | None = None
    part: str | None = None
    q: str | None = None


def contacts(filters: Filters) -> Select[Any]:
    """Rows (Contact, agent's name, customer's name), without an order."""
    statement = (
        select(Contact, User.name.label("agent_name"), Customer.name.label("customer_name"))
        .outerjoin(User, User.id == Contact.agent_id)
        .outerjoin(Customer, Customer.id == Contact.customer_id)
    )
    conditions: list[ColumnElement[bool]] = []
    if filters.since is not None:
        conditions.append(Contact.started_at >= filters.since)
    if filters.until is not None:
        conditions.append(Contact.started_at < filters.until)
    for column, value in (
        (Contact.agent_id, filters.agent_id),
        (Contact.agent_id, filters.own),
        (Contact.outcome, filters.outcome),
        (Contact.customer_id, filters.customer_id),
        (Contact.line_id, filters.line_id),
        (Contact.queue_id, filters.queue_id),
        (Contact.direction, filters.direction),
    ):
        if value is not None:
            conditions.append(column == value)
    if filters.part is not None:
        conditions.append(_has_part(filters.part))
    if filters.number is not None:
        conditions.append(Contact.number_key == read_number(filters.number).key)
    if filters.q is not None:
        conditions.append(_matches(filters.q))
    return cast("Select[Any]", statement.where(*conditions))


def _matches(words: str) -> ColumnElement[bool]:
    """A search by number (whole, or its last digits), by the customer, or in the note."""
    key = read_number(words).key
    found: list[ColumnElement[bool]] = [
        Contact.note.contains(words, autoescape=True),
        Contact.customer_id.in_(select(Customer.id).where(matching(words))),
    ]
    if key:
        found.append(Contact.number_key == key)
    if words.isdigit() and len(words) >= 4:
        found.append(Contact.number_key.endswith(words, autoescape=True))
    return or_(*found)


async def get_contact(session: AsyncSession, contact_id: str, *, own: str | None = None) -> Contact:
    """The contact. Raises NoSuchContact, also when agent ``own`` had no part in it."""
    statement = select(Contact).where(Contact.id == contact_id)
    if own is not None:
        statement = statement.where(_has_part(own))
    found = await session.scalar(statement)
    if found is None:
        raise NoSuchContact
    return found


async def answers(session: AsyncSession, contact_id: str) -> Sequence[SurveyAnswer]:
    """What a caller answered to surveys, in order."""
    statement = select(SurveyAnswer).where(SurveyAnswer.contact_id == contact_id)
    return (await session.scalars(statement.order_by(SurveyAnswer.at, SurveyAnswer.id))).all()


TALKED = ("ContactAnswered", "ContactTakenOver")


def part_of(agent_id: str) -> Select[Any]:
    """The ids of the contacts in which an agent talked, also those that others had afterwards."""
    return select(ContactEvent.contact_id).where(ContactEvent.agent_id == agent_id, ContactEvent.kind.in_(TALKED))


async def took_part(session: AsyncSession, contact_id: str, agent_id: str) -> bool:
    """Whether an agent had a part in a contact: it is the agent's, or was."""
    found = select(Contact.id).where(Contact.id == contact_id, _has_part(agent_id))
    return await session.scalar(found) is not None


def _has_part(agent_id: str) -> ColumnElement[bool]:
    return or_(Contact.agent_id == agent_id, Contact.id.in_(part_of(agent_id)))


async def timeline(session: AsyncSession, contact_id: str) -> Sequence[Any]:
    """Rows (ContactEvent, agent's name) of a contact in order."""
    return (
        await session.execute(
            select(ContactEvent, User.name)
            .outerjoin(User, User.id == ContactEvent.agent_id)
            .where(ContactEvent.contact_id == contact_id)
            .order_by(ContactEvent.at, ContactEvent.epoch, ContactEvent.seq, ContactEvent.index)
        )
    ).all()


async def recent(
    session: AsyncSession,
    *,
    number: str | None = None,
    customer_id: str | None = None,
    limit: int = 10,
    lines: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """The last ended contacts with a number or a customer, newest first: {id, at, outcome, agent_name, disposition,
    note}, ready for JSON. ``lines``: only contacts on these business lines."""
    key = read_number(number).key if number else ""
    whose: list[ColumnElement[bool]] = []
    if key:
        whose.append(Contact.number_key == key)
    if customer_id is not None:
        whose.append(Contact.customer_id == customer_id)
    if not whose:
        return []
    statement = (
        select(Contact.id, Contact.started_at, Contact.outcome, User.name, Contact.disposition, Contact.note)
        .outerjoin(User, User.id == Contact.agent_id)
        .where(or_(*whose), Contact.ended_at.is_not(None))
        .order_by(Contact.started_at.desc())
        .limit(limit)
    )
    if lines is not None:
        statement = statement.where(Contact.line_id.in_(lines))
    return [
        {
            "id": row.id,
            "at": row.started_at.isoformat(),
            "outcome": row.outcome,
            "agent_name": row.name,
            "disposition": row.disposition,
            "note": row.note,
        }
        for row in await session.execute(statement)
    ]
