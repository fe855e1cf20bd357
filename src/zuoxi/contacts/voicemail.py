"""Messages that callers left: who sees which, hearing, calling back, closing, and escalating what nobody hears."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from zuoxi.accounts import Principal, User
from zuoxi.contacts.errors import NoSuchVoicemail, VoicemailClosed
from zuoxi.contacts.models import Contact, Voicemail, VoicemailSetting
from zuoxi.contacts.voicemail_rules import ESCALATE_AFTER_S, ESCALATED, VOICEMAILS_CHANGED, State, Step, after
from zuoxi.customers import Customer, read_number
from zuoxi.lines import AgentSkill, Queue, UnknownReference
from zuoxi.platform import audit
from zuoxi.platform.outbox import announce

HEARER, CLOSER = aliased(User), aliased(User)


def visible(principal: Principal) -> ColumnElement[bool]:
    """Of a statement over Voicemail: what this user may see. Supervisors all, agents those of queues of their
    skills."""
    if principal.may("contacts.read"):
        return literal(value=True)
    own = (
        select(Queue.id)
        .join(AgentSkill, and_(AgentSkill.tenant_id == Queue.tenant_id, AgentSkill.skill_id == Queue.skill_id))
        .where(AgentSkill.agent_id == principal.user_id)
    )
    return Voicemail.queue_id.in_(own)


def urgency() -> ColumnElement[int]:
    """What must be dealt with first has the smallest number: escalated, new, heard, done."""
    return case(
        (and_(Voicemail.state == State.NEW, Voicemail.escalated_at.is_not(None)), 0),
        (Voicemail.state == State.NEW, 1),
        (Voicemail.state == State.HEARD, 2),
        else_=3,
    )


def reached_since() -> ColumnElement[bool]:
    """Whether an agent has spoken with the same number after the message."""
    later = aliased(Contact)
    return (
        select(later.id)
        .where(
            Voicemail.number_key != "",
            later.tenant_id == Voicemail.tenant_id,
            later.number_key == Voicemail.number_key,
            later.started_at > Voicemail.left_at,
            later.answered_at.is_not(None),
        )
        .exists()
    )


def voicemails(
    principal: Principal,
    *,
    state: str | None = None,
    queue_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    escalated: bool | None = None,
    q: str | None = None,
) -> Select[Any]:
    """Rows (Voicemail, customer's name, names of who heard and who closed, reached_since), without an order. ``state``
    open: not done; ``q``: the caller's number, whole or its last digits, or words of the result."""
    statement = (
        select(
            Voicemail,
            Customer.name.label("customer_name"),
            HEARER.name.label("heard_by_name"),
            CLOSER.name.label("closed_by_name"),
            reached_since().label("reached_since"),
        )
        .outerjoin(Customer, and_(Customer.tenant_id == Voicemail.tenant_id, Customer.id == Voicemail.customer_id))
        .outerjoin(HEARER, and_(HEARER.tenant_id == Voicemail.tenant_id, HEARER.id == Voicemail.heard_by))
        .outerjoin(CLOSER, and_(CLOSER.tenant_id == Voicemail.tenant_id, CLOSER.id == Voicemail.closed_by))
        .where(visible(principal))
    )
    if state == "open":
        statement = statement.where(Voicemail.state != State.DONE)
    elif state is not None:
        statement = statement.where(Voicemail.state == state)
    if queue_id is not None:
        statement = statement.where(Voicemail.queue_id == queue_id)
    if since is not None:
        statement = statement.where(Voicemail.left_at >= since)
    if until is not None:
        statement = statement.where(Voicemail.left_at < until)
    if escalated is not None:
        known = Voicemail.escalated_at.is_not(None)
        statement = statement.where(known if escalated else ~known)
    if q:
        key = read_number(q).key
        found = [Voicemail.result.contains(q, autoescape=True)]
        if key:
            found.append(Voicemail.number_key == key)
        if q.isdigit() and len(q) >= 4:
            found.append(Voicemail.number_key.endswith(q, autoescape=True))
        statement = statement.where(or_(*found))
    return cast("Select[Any]", statement)


async def get_voicemail(
    session: AsyncSession, principal: Principal, voicemail_id: str, *, locked: bool = False
) -> Voicemail:
    """A message that this user may see. Raises NoSuchVoicemail."""
    statement = select(Voicemail).where(Voicemail.id == voicemail_id, visible(principal))
    found = await session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise NoSuchVoicemail
    return found


async def counts(session: AsyncSession, principal: Principal) -> dict[str, int]:
    """How many messages of each kind wait for this user: new, of them escalated, and open in all."""
    row = (
        await session.execute(
            select(
                func.count().filter(Voicemail.state == State.NEW).label("new"),
                func.count()
                .filter(Voicemail.state == State.NEW, Voicemail.escalated_at.is_not(None))
                .label("escalated"),
                func.count().label("open"),
            ).where(visible(principal), Voicemail.state != State.DONE)
        )
    ).one()
    return {"new": row.new, "escalated": row.escalated, "open": row.open}


async def _step(session: AsyncSession, found: Voicemail, step: Step) -> bool:
    """Take a step; whether the state is another one now. Raises VoicemailClosed."""
    target = after(found.state, step)
    if target is None:
        raise VoicemailClosed
    changed = found.state != target
    found.state = target.value
    return changed


async def note_heard(session: AsyncSession, principal: Principal, voicemail_id: str, now: datetime) -> Voicemail:
    """Somebody plays the message: the first one is noted. Raises NoSuchVoicemail."""
    found = await get_voicemail(session, principal, voicemail_id, locked=True)
    if await _step(session, found, Step.HEAR):
        found.heard_by, found.heard_at = principal.user_id, now
        await announce(session, VOICEMAILS_CHANGED, found.id)
    await session.flush()
    return found


async def note_called(session: AsyncSession, principal: Principal, voicemail_id: str, now: datetime) -> Voicemail:
    """Somebody calls back for the message. Raises NoSuchVoicemail, VoicemailClosed."""
    found = await get_voicemail(session, principal, voicemail_id, locked=True)
    if await _step(session, found, Step.CALL):
        found.heard_by, found.heard_at = principal.user_id, now
    found.called_by, found.called_at = principal.user_id, now
    await session.flush()
    await audit.record(session, principal.user_id, "call_back", "voicemail", found.id)
    await announce(session, VOICEMAILS_CHANGED, found.id)
    return found


async def close_voicemail(
    session: AsyncSession, principal: Principal, voicemail_id: str, result: str, now: datetime
) -> Voicemail:
    """Close a message with what came of it. Raises NoSuchVoicemail, VoicemailClosed."""
    found = await get_voicemail(session, principal, voicemail_id, locked=True)
    await _step(session, found, Step.CLOSE)
    found.closed_by, found.closed_at, found.result = principal.user_id, now, result
    await session.flush()
    await audit.record(session, principal.user_id, "close", "voicemail", found.id)
    await announce(session, VOICEMAILS_CHANGED, found.id)
    return found


async def reopen_voicemail(session: AsyncSession, principal: Principal, voicemail_id: str) -> Voicemail:
    """Take back that a message is done. Raises NoSuchVoicemail, VoicemailClosed (it is open)."""
    found = await get_voicemail(session, principal, voicemail_id, locked=True)
    await _step(session, found, Step.REOPEN)
    found.closed_by = found.closed_at = found.result = None
    await session.flush()
    await audit.record(session, principal.user_id, "reopen", "voicemail", found.id)
    await announce(session, VOICEMAILS_CHANGED, found.id)
    return found


async def settings(session: AsyncSession) -> dict[str, int]:
    """Queue → after how many seconds an unheard message is told to supervisors."""
    rows = await session.execute(
        select(Queue.id, func.coalesce(VoicemailSetting.escalate_after_s, ESCALATE_AFTER_S)).outerjoin(
            VoicemailSetting,
            and_(VoicemailSetting.tenant_id == Queue.tenant_id, VoicemailSetting.queue_id == Queue.id),
        )
    )
    return {row[0]: row[1] for row in rows}


async def change_settings(session: AsyncSession, principal: Principal, wanted: Mapping[str, int]) -> None:
    """Set the limits of some queues (seconds). Raises UnknownReference."""
    try:
        for queue, seconds in wanted.items():
            await session.execute(delete(VoicemailSetting).where(VoicemailSetting.queue_id == queue))
            session.add(VoicemailSetting(queue_id=queue, escalate_after_s=seconds))
            await audit.record(session, principal.user_id, "change", "voicemail_setting", queue, {"seconds": seconds})
            await session.flush()
    except IntegrityError as fault:
        raise UnknownReference(what="queue_id", field="queue_id") from fault


async def escalate(session: AsyncSession, now: datetime) -> list[str]:
    """Mark the new messages of this session's tenant that nobody heard in time, and announce each. Returns which."""
    limits = await settings(session)
    due = [
        and_(Voicemail.queue_id == queue, Voicemail.left_at <= now - timedelta(seconds=seconds))
        for queue, seconds in limits.items()
    ]
    late = now - timedelta(seconds=ESCALATE_AFTER_S)
    due.append(and_(or_(Voicemail.queue_id.is_(None), Voicemail.queue_id.not_in(limits)), Voicemail.left_at <= late))
    found = list(
        await session.scalars(
            update(Voicemail)
            .where(Voicemail.state == State.NEW, Voicemail.escalated_at.is_(None), or_(*due))
            .values(escalated_at=now)
            .returning(Voicemail.id)
        )
    )
    for each in found:
        await announce(session, ESCALATED, each)
    return found
