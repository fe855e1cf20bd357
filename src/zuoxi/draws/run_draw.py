"""Making a prize draw, opening and closing its registration, and drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.draws import fairness
from zuoxi.draws.call_winners import ask_for_call
from zuoxi.draws.errors import (
    AlreadyStarted,
    DrawNotOver,
    NameTaken,
    NoSuchDraw,
    NoTickets,
    PeriodWrong,
    PublicWordMissing,
    TicketUnreadable,
    UnknownReference,
)
from zuoxi.draws.models import Draw, DrawEntry, DrawPerson, DrawTicket, DrawWinner
from zuoxi.draws.register import CHANGED, number_people
from zuoxi.draws.rules import Check, State, TicketSource, checks, clean_ticket, read_pattern, step
from zuoxi.platform import audit
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.outbox import announce


async def get_draw(session: AsyncSession, draw_id: str, *, locked: bool = False) -> Draw:
    """One draw, held against registrations and other steps when ``locked``. Raises NoSuchDraw."""
    statement = select(Draw).where(Draw.id == draw_id).execution_options(populate_existing=True)
    found = await session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise NoSuchDraw
    return found


async def make_draw(session: AsyncSession, user_id: str | None, values: Mapping[str, Any]) -> Draw:
    """A new draw in draft. Raises NameTaken, PeriodWrong, PatternUnreadable, UnknownReference."""
    draw = Draw(**values)
    _check(draw)
    session.add(draw)
    await _flush(session, draw.name)
    await _changed(session, user_id, "create", draw)
    return draw


async def change_draw(session: AsyncSession, user_id: str, draw_id: str, values: Mapping[str, Any]) -> Draw:
    """Change a draft. Raises NoSuchDraw, AlreadyStarted, and what ``make_draw`` raises."""
    draw = await get_draw(session, draw_id, locked=True)
    if draw.state != State.DRAFT:
        raise AlreadyStarted
    for name, value in values.items():
        setattr(draw, name, value)
    _check(draw)
    await _flush(session, draw.name)
    await _changed(session, user_id, "change", draw, fields=sorted(values))
    return draw


async def remove_draw(session: AsyncSession, user_id: str, draw_id: str) -> None:
    """Remove a draft. Raises NoSuchDraw, AlreadyStarted."""
    draw = await get_draw(session, draw_id, locked=True)
    if draw.state != State.DRAFT:
        raise AlreadyStarted
    await session.execute(delete(Draw).where(Draw.id == draw.id))
    await _changed(session, user_id, "remove", draw)


async def import_tickets(session: AsyncSession, user_id: str, draw_id: str, texts: Iterable[str]) -> int:
    """Add ticket numbers to the list of a draft; those that are there already stay once. Returns how many were new.
    Raises NoSuchDraw, AlreadyStarted, TicketUnreadable."""
    draw = await get_draw(session, draw_id, locked=True)
    if draw.state != State.DRAFT:
        raise AlreadyStarted
    tickets: dict[str, None] = {}
    for line, text in enumerate(texts, start=1):
        if not text.strip():
            continue
        ticket = clean_ticket(text)
        if not ticket or not checks(ticket, Check(draw.ticket_check)):
            raise TicketUnreadable(line=line, text=text.strip()[:40])
        tickets[ticket] = None
    before = await ticket_count(session, draw.id)
    rows = [{"id": new_id(), "draw_id": draw.id, "ticket": ticket} for ticket in tickets]
    for first in range(0, len(rows), 5000):
        await session.execute(
            insert(DrawTicket)
            .values(rows[first : first + 5000])
            .on_conflict_do_nothing(index_elements=["tenant_id", "draw_id", "ticket"])
        )
    added = await ticket_count(session, draw.id) - before
    await _changed(session, user_id, "import", draw, tickets=added)
    return added


async def ticket_count(session: AsyncSession, draw_id: str) -> int:
    """How many numbers the list of a draw has."""
    statement = select(func.count()).select_from(DrawTicket).where(DrawTicket.draw_id == draw_id)
    return await session.scalar(statement) or 0


async def open_draw(session: AsyncSession, user_id: str | None, draw_id: str, seed: str, now: datetime) -> Draw:
    """Publish the commitment to ``seed`` (fresh and secret: 64 hexadecimal digits) and let people register from
    ``opens_at`` on. Raises NoSuchDraw, DrawStateWrong, NoTickets."""
    draw = await get_draw(session, draw_id, locked=True)
    after = step(draw.state, "open")
    if draw.ticket_source == TicketSource.LIST and not await ticket_count(session, draw.id):
        raise NoTickets
    draw.state, draw.opened_at = after, now
    draw.seed, draw.commitment = seed, fairness.commitment_of(seed)
    await _changed(session, user_id, "open", draw, commitment=draw.commitment)
    return draw


async def close_draw(session: AsyncSession, user_id: str, draw_id: str, now: datetime) -> Draw:
    """End registration, freeze the list and publish its hash. Raises NoSuchDraw, DrawStateWrong, DrawNotOver."""
    draw = await get_draw(session, draw_id, locked=True)
    after = step(draw.state, "close")
    if now < draw.closes_at:
        raise DrawNotOver
    await number_people(session, draw.id)
    listed = await entries(session, draw.id)
    draw.list_hash = fairness.list_hash_of([entry for _, entry in listed])
    draw.state, draw.closed_at = after, now
    await _changed(session, user_id, "close", draw, list_hash=draw.list_hash)
    return draw


async def hold_draw(session: AsyncSession, user_id: str, draw_id: str, public_word: str, now: datetime) -> Draw:
    """Reveal the seed, compute the winners and reserves, and have the winners called. Raises NoSuchDraw,
    DrawStateWrong, PublicWordMissing."""
    draw = await get_draw(session, draw_id, locked=True)
    after = step(draw.state, "draw")
    word = public_word.strip()
    if bool(word) != bool(draw.public_source):
        raise PublicWordMissing(field="public_word")
    assert draw.seed is not None
    listed = await entries(session, draw.id)
    ids = {entry.ticket: entry_id for entry_id, entry in listed}
    prizes = [place for place, prize in enumerate(draw.prizes) for _ in range(prize["count"])]
    found = fairness.draw(
        draw.seed, word, [entry for _, entry in listed], len(prizes) + draw.reserves, one_each=draw.one_each
    )
    for one in found:
        prize = prizes[one.rank - 1] if one.rank <= len(prizes) else None
        winner = DrawWinner(
            draw_id=draw.id,
            entry_id=ids[one.entry.ticket],
            rank=one.rank,
            score=one.score,
            prize=prize,
            state="reserve" if prize is None else "to_call",
            changed_at=now,
            changed_by=user_id,
        )
        if prize is not None:
            await ask_for_call(session, draw, winner, now)
        session.add(winner)
    draw.state, draw.public_word, draw.drawn_at, draw.drawn_by = after, word, now, user_id
    await session.flush()
    await _changed(session, user_id, "draw", draw, entries=len(listed), winners=len(found))
    return draw


async def cancel_draw(session: AsyncSession, user_id: str, draw_id: str) -> Draw:
    """Give a draw up before it was drawn. Raises NoSuchDraw, DrawStateWrong."""
    draw = await get_draw(session, draw_id, locked=True)
    draw.state = step(draw.state, "cancel")
    await _changed(session, user_id, "cancel", draw)
    return draw


async def entries(session: AsyncSession, draw_id: str) -> Sequence[tuple[str, fairness.Entry]]:
    """All entries of a draw whose registration is over, with their identifiers, in the order of the tickets."""
    rows = await session.execute(
        select(DrawEntry.id, DrawEntry.ticket, DrawPerson.person)
        .join(DrawPerson, DrawPerson.id == DrawEntry.person_id)
        .where(DrawEntry.draw_id == draw_id)
        .order_by(DrawEntry.ticket)
    )
    return [(row.id, fairness.Entry(row.ticket, row.person)) for row in rows]


def _check(draw: Draw) -> None:
    if draw.closes_at <= draw.opens_at:
        raise PeriodWrong(field="closes_at")
    if draw.ticket_source == TicketSource.PATTERN:
        read_pattern(draw.ticket_pattern)


async def _flush(session: AsyncSession, name: str) -> None:
    try:
        await session.flush()
    except IntegrityError as fault:
        if "draw_tenant_id_name_key" in str(fault.orig):
            raise NameTaken(field="name") from fault
        raise UnknownReference from fault


async def _changed(session: AsyncSession, user_id: str | None, action: str, draw: Draw, **detail: Any) -> None:
    await session.flush()
    await audit.record(session, user_id, action, "draw", draw.id, {"name": draw.name, **detail})
    await announce(session, CHANGED, draw.id)
