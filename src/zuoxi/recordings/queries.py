"""Finding recordings by the call, the customer or the order, and who may hear them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from zuoxi.accounts import Principal, User
from zuoxi.contacts import Contact, ContactEvent
from zuoxi.customers import read_number
from zuoxi.lines import BusinessLine, Names
from zuoxi.orders import Order
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.platform.identifiers import is_id
from zuoxi.platform.models import AuditEntry
from zuoxi.platform.services import Clock
from zuoxi.recordings.models import Recording, RecordingHold, RecordingScope
from zuoxi.recordings.timeline import Happened, Timeline, lay_over, named

# A page that plays a recording asks for it piece by piece: one listening, one entry.
SAME_LISTENING = timedelta(minutes=10)


# The facts after which an agent has the conversation.
TALKED = ("ContactAnswered", "ContactTakenOver")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which recordings are looked for; all that is given must hold. ``until`` is excluded; ``agent_id`` is anybody who
    answered in the conversation; ``q`` is the caller's number, whole or its last digits."""

    contact_id: str | None = None
    customer_id: str | None = None
    order_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    agent_id: str | None = None
    line_id: str | None = None
    hotline_id: str | None = None
    shortest_s: float | None = None
    held: bool | None = None
    state: str | None = None
    q: str | None = None


def project_of() -> ColumnElement[str | None]:
    """The project of a statement's ``Contact``: its own, or that of its line."""
    of_line = (
        select(BusinessLine.project_id)
        .where(BusinessLine.tenant_id == Contact.tenant_id, BusinessLine.id == Contact.line_id)
        .scalar_subquery()
    )
    return func.coalesce(Contact.project_id, of_line)


def on_hold(now: datetime) -> ColumnElement[bool]:
    """Whether a statement's ``Recording`` must not be removed."""
    holds = select(RecordingHold.id).where(
        RecordingHold.tenant_id == Recording.tenant_id,
        RecordingHold.recording_id == Recording.id,
        RecordingHold.lifted_at.is_(None),
        or_(RecordingHold.until.is_(None), RecordingHold.until > now),
    )
    return holds.exists()


async def bound_to(session: AsyncSession, principal: Principal) -> set[str]:
    """The projects whose calls alone this user may hear; empty: all."""
    return set(
        await session.scalars(select(RecordingScope.project_id).where(RecordingScope.user_id == principal.user_id))
    )


async def audible(session: AsyncSession, principal: Principal) -> ColumnElement[bool]:
    """Of a statement over ``Recording`` and ``Contact``: what this user may hear.

    With ``recordings.read`` the calls of the tenant, or of the projects that the user is bound to; with
    ``recordings.read_own`` those of calls that the user took.
    """
    if principal.may("recordings.read"):
        bound = await bound_to(session, principal)
        return project_of().in_(bound) if bound else literal(value=True)
    if principal.may("recordings.read_own"):
        return _answered_by(principal.user_id)
    return false()


def _answered_by(user_id: str) -> ColumnElement[bool]:
    took = select(ContactEvent.contact_id).where(
        # spelled out, so that the planner sees that the index on just these holds
        text("contact_event.kind in ('ContactAnswered', 'ContactTakenOver')"),
        ContactEvent.agent_id == user_id,
        ContactEvent.contact_id.is_not(None),
    )
    return Recording.contact_id.in_(took)


def _with_contacts(*columns: Any) -> Select[Any]:
    return cast(
        "Select[Any]",
        select(Recording, Contact, *columns).join(
            Contact, (Contact.tenant_id == Recording.tenant_id) & (Contact.id == Recording.contact_id)
        ),
    )


async def search(session: AsyncSession, principal: Principal, wanted: Wanted, now: datetime) -> Select[Any]:
    """Rows (Recording, Contact, held) that this user may hear, without an order."""
    conditions: list[ColumnElement[bool]] = [await audible(session, principal)]
    for column, value in (
        (Recording.contact_id, wanted.contact_id),
        (Contact.customer_id, wanted.customer_id),
        (Contact.line_id, wanted.line_id),
        (Contact.hotline_id, wanted.hotline_id),
        (Recording.state, wanted.state),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.order_id is not None:
        # an order keeps the contact it was written in as an opaque text
        contact_id = await session.scalar(select(Order.contact_id).where(Order.id == wanted.order_id))
        known = contact_id is not None and is_id(contact_id)
        conditions.append(Recording.contact_id == contact_id if known else false())
    if wanted.since is not None:
        conditions.append(Recording.starts_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Recording.starts_at < wanted.until)
    if wanted.agent_id is not None:
        conditions.append(_answered_by(wanted.agent_id))
    if wanted.shortest_s is not None:
        conditions.append(Recording.seconds >= wanted.shortest_s)
    if wanted.held is not None:
        conditions.append(on_hold(now) if wanted.held else ~on_hold(now))
    if wanted.q is not None:
        conditions.append(_of_number(wanted.q))
    return _with_contacts(on_hold(now).label("held")).where(*conditions)


def _of_number(words: str) -> ColumnElement[bool]:
    key = read_number(words).key
    found: list[ColumnElement[bool]] = [Contact.number_key == key] if key else []
    if words.isdigit() and len(words) >= 4:
        found.append(Contact.number_key.endswith(words, autoescape=True))
    return or_(*found) if found else false()


async def get(session: AsyncSession, principal: Principal, recording_id: str, *, with_peaks: bool = False) -> Recording:
    """One recording. Raises NotFound when there is none that this user may hear."""
    statement = _with_contacts().where(Recording.id == recording_id, await audible(session, principal))
    if with_peaks:
        statement = statement.options(undefer(Recording.peaks))
    found = (await session.execute(statement)).first()
    if found is None:
        raise NotFound
    return cast("Recording", found[0])


async def get_all(session: AsyncSession, principal: Principal, ids: Sequence[str]) -> list[tuple[Recording, Contact]]:
    """Recordings with their contacts, in the order of ``ids``. Raises NotFound when one of them may not be heard."""
    statement = _with_contacts().where(Recording.id.in_(ids), await audible(session, principal))
    found = {row[0].id: (row[0], row[1]) for row in await session.execute(statement)}
    if any(each not in found for each in ids):
        raise NotFound
    return [found[each] for each in dict.fromkeys(ids)]


async def agents_of(session: AsyncSession, contact_ids: Sequence[str]) -> dict[str, list[str]]:
    """The names of those who answered in each contact, in the order in which they did."""
    people: dict[str, list[str]] = defaultdict(list)
    if not contact_ids:
        return people
    statement = (
        select(ContactEvent.contact_id, User.name)
        .join(User, and_(User.tenant_id == ContactEvent.tenant_id, User.id == ContactEvent.agent_id))
        .where(ContactEvent.contact_id.in_(contact_ids), ContactEvent.kind.in_(TALKED))
        .order_by(ContactEvent.at, ContactEvent.epoch, ContactEvent.seq)
    )
    for contact_id, name in await session.execute(statement):
        if contact_id is not None and name not in people[contact_id]:
            people[contact_id].append(name)
    return people


async def timeline_of(session: AsyncSession, recording: Recording, names: Names) -> Timeline:
    """What happened in the contact, laid over the recording."""
    events = list(
        await session.scalars(
            select(ContactEvent)
            .where(ContactEvent.contact_id == recording.contact_id)
            .order_by(ContactEvent.at, ContactEvent.epoch, ContactEvent.seq, ContactEvent.index)
        )
    )
    ids = {event.agent_id for event in events} | {event.payload.get("to_agent") for event in events}
    people: dict[str | None, str] = {
        row.id: row.name
        for row in await session.execute(select(User.id, User.name).where(User.id.in_([one for one in ids if one])))
    }
    facts = [
        Happened(
            at=event.at,
            kind=named(event.kind, event.payload.get("state")),
            agent=people.get(event.agent_id),
            to_agent=people.get(event.payload.get("to_agent")),
            queue=names.queues.get(event.payload.get("to_queue") or event.queue_id or ""),
        )
        for event in events
    ]
    return lay_over(facts, recording.starts_at, recording.seconds)


async def note_listening(
    session: AsyncSession, principal: Principal, kind: str, object_id: str, contact_id: str, clock: Clock
) -> None:
    """Write down who listens; further pieces of the same listening are not noted again."""
    already = await session.scalar(
        select(AuditEntry.id)
        .where(
            AuditEntry.kind == kind,
            AuditEntry.object_id == object_id,
            AuditEntry.user_id == principal.user_id,
            AuditEntry.action == "listen",
            AuditEntry.at > clock() - SAME_LISTENING,
        )
        .limit(1)
    )
    if already is None:
        await audit.record(session, principal.user_id, "listen", kind, object_id, {"contact_id": contact_id})
