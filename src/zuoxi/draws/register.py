"""Registering a ticket by telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.customers import read_number
from zuoxi.draws.models import Draw, DrawEntry, DrawPerson, DrawTicket
from zuoxi.draws.rules import Check, Result, State, TicketSource, checks, clean_ticket, fits, read_pattern
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.outbox import announce

CHANGED = "draws.changed"  # the outbox topic; its id is the draw's

# How a call flow leaves the step.
EXITS = {
    Result.REGISTERED: "registered",
    Result.ALREADY: "duplicate",
    Result.TAKEN: "duplicate",
    Result.LIMIT: "duplicate",
    Result.UNKNOWN: "invalid",
    Result.NO_NUMBER: "invalid",
    Result.NOT_OPEN: "closed",
    Result.CLOSED: "closed",
}


@dataclass(frozen=True, slots=True)
class Registration:
    """``result`` in words is the prompt ``draw_<result>``; ``entries`` is how many tickets this number has now."""

    result: Result
    entries: int = 0

    @property
    def exit(self) -> str:
        return EXITS[self.result]

    @property
    def prompt(self) -> str:
        return f"draw_{self.result}"


async def register_by_phone(
    session: AsyncSession,
    *,
    draw_id: str,
    ticket: str,
    number: str,
    contact_id: str | None,
    now: datetime,
    dry: bool = False,
) -> Registration:
    """Register ``ticket`` for the caller's ``number``. ``dry`` only says what would be answered.

    Two calls at one moment: the draw's row is held against closing, the person's row against another entry of the same
    number, and the constraint on the ticket lets one of all callers in. The same contact asking again (its answer was
    lost) hears again that it is registered.
    """
    draw = await session.scalar(select(Draw).where(Draw.id == draw_id).with_for_update(read=True))
    if draw is None:
        return Registration(Result.CLOSED)
    if draw.state == State.DRAFT or (draw.state == State.OPEN and now < draw.opens_at):
        return Registration(Result.NOT_OPEN)
    if draw.state != State.OPEN or now >= draw.closes_at:
        return Registration(Result.CLOSED)
    key = read_number(number).key
    if not key:
        return Registration(Result.NO_NUMBER)
    bare = clean_ticket(ticket)
    if not bare or not await _exists(session, draw, bare):
        return Registration(Result.UNKNOWN)
    if dry:
        return await _foretell(session, draw, bare, key)
    person = await _person(session, draw.id, number, key, now)
    entered = person.entries < draw.per_person and await _enter(session, draw.id, person.id, bare, contact_id, now)
    if entered:
        person.entries += 1
        await session.flush()
        await announce(session, CHANGED, draw.id)
        return Registration(Result.REGISTERED, person.entries)
    if person.entries == 0:
        await session.delete(person)  # whose number we have no reason to keep
    there = await session.scalar(select(DrawEntry).where(DrawEntry.draw_id == draw.id, DrawEntry.ticket == bare))
    if there is None:
        return Registration(Result.LIMIT, person.entries)
    if there.person_id != person.id:
        return Registration(Result.TAKEN, person.entries)
    again = contact_id is not None and there.contact_id == contact_id
    return Registration(Result.REGISTERED if again else Result.ALREADY, person.entries)


async def _exists(session: AsyncSession, draw: Draw, ticket: str) -> bool:
    if draw.ticket_source == TicketSource.PATTERN:
        return fits(ticket, read_pattern(draw.ticket_pattern)) and checks(ticket, Check(draw.ticket_check))
    statement = select(DrawTicket.id).where(DrawTicket.draw_id == draw.id, DrawTicket.ticket == ticket)
    return await session.scalar(statement) is not None


async def _person(session: AsyncSession, draw_id: str, number: str, key: str, now: datetime) -> DrawPerson:
    """The row of this number, held until the end of the transaction."""
    await session.execute(
        insert(DrawPerson)
        .values(id=new_id(), draw_id=draw_id, number=number, number_key=key, entries=0, first_at=now)
        .on_conflict_do_nothing(index_elements=["tenant_id", "draw_id", "number_key"])
    )
    person = await session.scalar(
        select(DrawPerson).where(DrawPerson.draw_id == draw_id, DrawPerson.number_key == key).with_for_update()
    )
    assert person is not None
    return person


async def _enter(
    session: AsyncSession, draw_id: str, person_id: str, ticket: str, contact_id: str | None, now: datetime
) -> bool:
    """Whether the ticket was still free and is this person's now."""
    statement = (
        insert(DrawEntry)
        .values(
            id=new_id(), draw_id=draw_id, person_id=person_id, ticket=ticket, contact_id=contact_id, registered_at=now
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "draw_id", "ticket"])
        .returning(DrawEntry.id)
    )
    return await session.scalar(statement) is not None


async def _foretell(session: AsyncSession, draw: Draw, ticket: str, key: str) -> Registration:
    person = await session.scalar(select(DrawPerson).where(DrawPerson.draw_id == draw.id, DrawPerson.number_key == key))
    entries = person.entries if person else 0
    there = await session.scalar(select(DrawEntry).where(DrawEntry.draw_id == draw.id, DrawEntry.ticket == ticket))
    if there is not None:
        own = person is not None and there.person_id == person.id
        return Registration(Result.ALREADY if own else Result.TAKEN, entries)
    return Registration(Result.REGISTERED if entries < draw.per_person else Result.LIMIT, entries)


async def number_people(session: AsyncSession, draw_id: str) -> None:
    """Give everybody who takes part the number that stands for them, in the order in which they came."""
    people = await session.scalars(
        select(DrawPerson)
        .where(DrawPerson.draw_id == draw_id, DrawPerson.entries > 0)
        .order_by(DrawPerson.first_at, DrawPerson.id)
    )
    rows = [{"tenant_id": one.tenant_id, "id": one.id, "person": place} for place, one in enumerate(people, start=1)]
    if rows:
        await session.execute(update(DrawPerson), rows)
