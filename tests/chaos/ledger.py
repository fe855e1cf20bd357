"""What the centre's books say of a number of callers, read from PostgreSQL and from the journal on disk."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from tests.fixtures.centre import Centre

from zuoxi.contacts import Callback, Contact, ContactEvent
from zuoxi.platform.database import Database

_TOLD = ("ContactStarted", "ContactQueued", "ContactOffered", "ContactAnswered", "ContactEnded")


@dataclass(frozen=True, slots=True)
class Happened:
    """One fact, in the order of the log."""

    epoch: int
    seq: int
    at: datetime
    kind: str
    contact: str
    since: float | None


@dataclass(frozen=True, slots=True)
class Books:
    """``contacts``: rows of these numbers; ``callbacks``: of these contacts, with when each was made."""

    contacts: Sequence[Contact]
    events: Sequence[Happened]
    callbacks: Sequence[tuple[str, datetime]]

    def count(self, kind: str) -> Counter[str]:
        """How often each contact has a fact of this kind."""
        return Counter(event.contact for event in self.events if event.kind == kind)


async def read(centre: Centre, tenant: str, numbers: Collection[str], begun: datetime) -> Books:
    """The books of these callers since the storm began."""
    database = Database(centre.settings.database.app_dsn.get_secret_value(), pool_size=1)
    try:
        async with database.transaction(tenant) as session:
            theirs = select(Contact).where(Contact.number.in_(numbers), Contact.started_at >= begun)
            contacts = (await session.scalars(theirs)).all()
            ids = [contact.id for contact in contacts]
            found = await session.scalars(
                select(ContactEvent)
                .where(ContactEvent.contact_id.in_(ids), ContactEvent.kind.in_(_TOLD))
                .order_by(ContactEvent.epoch, ContactEvent.seq, ContactEvent.index)
            )
            events = [Happened(e.epoch, e.seq, e.at, e.kind, str(e.contact_id), e.payload.get("since")) for e in found]
            rows = await session.execute(
                select(Callback.contact_id, Callback.created_at).where(Callback.contact_id.in_(ids))
            )
            return Books(contacts, events, [(str(contact), at) for contact, at in rows])
    finally:
        await database.close()


async def not_shipped(centre: Centre, tenant: str) -> tuple[int, int, int]:
    """How many rows of the journal on disk are missing in PostgreSQL, how many are there that the journal does not
    have, and how many rows both hold."""
    with closing(sqlite3.connect(f"file:{centre.data / 'journal' / tenant}.sqlite?mode=ro", uri=True)) as journal:
        written = set(journal.execute("select epoch, seq from row"))
    first = min(written)
    database = Database(centre.settings.database.app_dsn.get_secret_value(), pool_size=1)
    try:
        async with database.transaction(tenant) as session:
            rows = await session.execute(
                text("select epoch, seq from contact_journal where domain = :domain"), {"domain": tenant}
            )
            shipped = {(row.epoch, row.seq) for row in rows if (row.epoch, row.seq) >= first}
    finally:
        await database.close()
    return len(written - shipped), len(shipped - written), len(written & shipped)


def overtaken(events: Sequence[Happened]) -> list[str]:
    """Whose turn it was when somebody who had come later was offered to an agent: the waiting callers' places count
    from when the switch first saw their call."""
    waiting: dict[str, float] = {}
    places: dict[str, float] = {}  # kept when an offer fails
    found = []
    for event in events:
        if event.kind == "ContactQueued":
            since = event.at.timestamp() if event.since is None else event.since
            waiting[event.contact] = places.setdefault(event.contact, since)
        elif event.kind == "ContactOffered" and event.contact in waiting:
            place = waiting.pop(event.contact)
            found += [f"{event.contact} before {other}" for other, since in waiting.items() if since < place - 0.0005]
        elif event.kind == "ContactEnded":
            waiting.pop(event.contact, None)
    return found
