"""The blacklist: numbers whose calls are turned away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal
from zuoxi.customers.errors import AlreadyBlacklisted, ExpiryPast, NotANumber, NotBlacklisted
from zuoxi.customers.models import BlacklistEntry
from zuoxi.customers.numbers import read_number
from zuoxi.platform import audit
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.outbox import announce

CHANGED = "blacklist.changed"


def entries(*, q: str | None, now: datetime, expired: bool = False) -> Select[Any]:
    """The statement behind the list: entries in force, or with ``expired`` all of them; ``q`` is a number."""
    statement = select(BlacklistEntry)
    if not expired:
        statement = statement.where(or_(BlacklistEntry.expires_at.is_(None), BlacklistEntry.expires_at > now))
    if q:
        statement = statement.where(BlacklistEntry.key == read_number(q).key)
    return statement.order_by(BlacklistEntry.id)


async def block(
    session: AsyncSession,
    by: Principal,
    *,
    number: str,
    reason: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> BlacklistEntry:
    """Put a number on the blacklist; an entry that has expired is replaced. Raises NotANumber, ExpiryPast,
    AlreadyBlacklisted."""
    phone = read_number(number)
    if not phone.key:
        raise NotANumber(field="number", number=number)
    if expires_at is not None and expires_at <= now:
        raise ExpiryPast(field="expires_at")
    await session.execute(
        delete(BlacklistEntry).where(BlacklistEntry.key == phone.key, BlacklistEntry.expires_at <= now)
    )
    made = await session.scalar(
        insert(BlacklistEntry)
        .values(
            id=new_id(),
            number=phone.shown,
            key=phone.key,
            reason=reason,
            by_id=by.user_id,
            by_name=by.name,
            created_at=now,
            expires_at=expires_at,
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "key"])
        .returning(BlacklistEntry.id)
    )
    if made is None:
        raise AlreadyBlacklisted(field="number")
    await audit.record(session, by.user_id, "add", "blacklist", made, {"reason": reason})
    await announce(session, CHANGED, made)
    row: BlacklistEntry | None = await session.scalar(select(BlacklistEntry).where(BlacklistEntry.id == made))
    assert row is not None
    return row


async def unblock(session: AsyncSession, by: Principal, entry_id: str) -> None:
    """Take an entry off the blacklist. Raises NotBlacklisted."""
    gone = await session.scalar(
        delete(BlacklistEntry).where(BlacklistEntry.id == entry_id).returning(BlacklistEntry.reason)
    )
    if gone is None:
        raise NotBlacklisted
    await audit.record(session, by.user_id, "remove", "blacklist", entry_id, {"reason": gone})
    await announce(session, CHANGED, entry_id)
