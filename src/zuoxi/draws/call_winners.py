"""Winners are called back by the centre's own callbacks: with a queue, whoever is idle there dials."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import contacts
from zuoxi.draws.models import Draw, DrawEntry, DrawPerson, DrawWinner
from zuoxi.platform.outbox import announce

REASON = "draw"
_CHANGED = "callbacks.changed"


async def ask_for_call(session: AsyncSession, draw: Draw, winner: DrawWinner, now: datetime) -> None:
    """Make a callback of a winner. It is named by the call in which the ticket was registered; without that call, or
    without a queue, the winner is called by hand."""
    if draw.queue_id is None:
        return
    row = (
        await session.execute(
            select(DrawPerson.number, contacts.Contact.id)
            .join(DrawEntry, DrawEntry.person_id == DrawPerson.id)
            .join(contacts.Contact, contacts.Contact.id == DrawEntry.contact_id)
            .where(DrawEntry.id == winner.entry_id)
        )
    ).one_or_none()
    if row is None:
        return
    number, contact_id = row
    standing = await session.scalar(
        select(contacts.Callback.id).where(
            contacts.Callback.contact_id == contact_id, contacts.Callback.state == "open"
        )
    )
    if standing is None:  # two winning tickets of one call are one call back
        standing = await contacts.ask_for_callback(
            session, contact_id=contact_id, number=number, queue_id=draw.queue_id, reason=REASON, now=now
        )
    winner.callback_id = standing


async def end_call(session: AsyncSession, user_id: str | None, winner: DrawWinner, result: str, now: datetime) -> None:
    """A winner of whom it is known need not be called any more."""
    if winner.callback_id is None:
        return
    callback = await session.scalar(
        select(contacts.Callback).where(contacts.Callback.id == winner.callback_id).with_for_update()
    )
    if callback is None or callback.state != "open":
        return
    callback.state = "done" if winner.state == "reached" else "dropped"
    callback.done_by, callback.done_at, callback.result = user_id, now, result or winner.state
    await session.flush()
    await announce(session, _CHANGED, callback.id)
