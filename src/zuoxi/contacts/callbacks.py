"""Callers who should be called back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from zuoxi.accounts import User
from zuoxi.contacts.errors import CallbackClosed, NoSuchCallback
from zuoxi.contacts.models import Callback, Contact, ContactEvent
from zuoxi.customers import Customer
from zuoxi.platform import audit
from zuoxi.platform.outbox import announce

CHANGED = "callbacks.changed"  # the outbox topic; its id is the callback's
State = Literal["open", "done", "dropped", "given_up"]


def callbacks(state: State | None, *, queues: Sequence[str] | None = None, own: str | None = None) -> Select[Any]:
    """Rows (Callback, Contact, names of who did it, of who has it, of the customer), without an order; each task once,
    however often its person was lost. ``queues``: only those of these queues, besides what agent ``own`` has or did."""
    doer, holder = aliased(User), aliased(User)
    statement = (
        select(
            Callback,
            Contact,
            doer.name.label("done_by_name"),
            holder.name.label("agent_name"),
            Customer.name.label("customer_name"),
        )
        .join(Contact, Contact.id == Callback.contact_id)
        .outerjoin(doer, doer.id == Callback.done_by)
        .outerjoin(holder, holder.id == Callback.agent_id)
        .outerjoin(Customer, Customer.id == Contact.customer_id)
        .where(Callback.state != "joined" if state is None else Callback.state == state)
    )
    if queues is not None:
        statement = statement.where(
            or_(Callback.queue_id.in_(queues), Callback.agent_id == own, Callback.done_by == own)
        )
    return cast("Select[Any]", statement)


async def postpone_callback(session: AsyncSession, user_id: str, callback_id: str, until: datetime) -> None:
    """Put an open callback off: the switchboard hears of it at once. Raises NoSuchCallback, CallbackClosed."""
    found = await session.scalar(select(Callback).where(Callback.id == callback_id).with_for_update())
    if found is None:
        raise NoSuchCallback
    if found.state != "open":
        raise CallbackClosed
    found.postpone_to, found.postpone_by = until, user_id
    await session.flush()
    await audit.record(session, user_id, "postpone", "callback", found.id, {"until": until.isoformat()})
    await announce(session, CHANGED, found.id)


async def ask_for_callback(
    session: AsyncSession, *, contact_id: str, number: str, queue_id: str | None, reason: str, now: datetime
) -> str:
    """Have somebody called back, for a reason of another room's (a prize was won): the task is named by ``contact_id``,
    a contact of that person; the row's id. How it ended stands in ``state`` and ``result_contact_id``."""
    row = Callback(contact_id=contact_id, number=number, queue_id=queue_id, reason=reason, state="open", created_at=now)
    session.add(row)
    await session.flush()
    await announce(session, CHANGED, row.id)
    return row.id


async def attempts_of(session: AsyncSession, callback_id: str) -> Sequence[ContactEvent]:
    """The attempts of a task, first to last."""
    return (
        await session.scalars(
            select(ContactEvent)
            .join(Callback, Callback.contact_id == ContactEvent.contact_id)
            .where(Callback.id == callback_id, ContactEvent.kind == "CallbackAttempted")
            .order_by(ContactEvent.at, ContactEvent.epoch, ContactEvent.seq, ContactEvent.index)
        )
    ).all()


async def finish_callback(
    session: AsyncSession, user_id: str, callback_id: str, result: str, *, dropped: bool, now: datetime
) -> Callback:
    """Close an open callback with what came of it. Raises NoSuchCallback, CallbackClosed."""
    found = await session.scalar(select(Callback).where(Callback.id == callback_id).with_for_update())
    if found is None:
        raise NoSuchCallback
    if found.state != "open":
        raise CallbackClosed
    found.state = "dropped" if dropped else "done"
    found.done_by, found.done_at, found.result = user_id, now, result
    await session.flush()
    await audit.record(session, user_id, "finish", "callback", found.id, {"state": found.state})
    await announce(session, CHANGED, found.id)
    return found
