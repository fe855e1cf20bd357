"""Callers who should be called back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import User
from zuoxi.contacts.errors import CallbackClosed, NoSuchCallback
from zuoxi.contacts.models import Callback, Contact
from zuoxi.customers import Customer
from zuoxi.platform import audit
from zuoxi.platform.outbox import announce

CHANGED = "callbacks.changed"  # the outbox topic; its id is the callback's
State = Literal["open", "done", "dropped"]


def callbacks(state: State | None) -> Select[Any]:
    """Rows (Callback, Contact, name of who did it, customer's name), without an order."""
    statement = (
        select(Callback, Contact, User.name.label("done_by_name"), Customer.name.label("customer_name"))
        .join(Contact, Contact.id == Callback.contact_id)
        .outerjoin(User, User.id == Callback.done_by)
        .outerjoin(Customer, Customer.id == Contact.customer_id)
    )
    return cast("Select[Any]", statement if state is None else statement.where(Callback.state == state))


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
