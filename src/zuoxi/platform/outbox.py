"""Announcements between processes: written with the change they tell of, delivered after it is committed.

1. ``announce`` adds a row to the outbox in the transaction of the change.
2. The one relay (``platform.relay``, in the API process) takes committed rows and sends them on, a NOTIFY per batch.
3. Every process that wants to know has a ``Listener`` (``platform.listener``).

An announcement says that something changed, never what: the reader looks it up as the tenant. Deliveries may be lost
with a connection; the reader is then told to look at everything anew (``Resync``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.platform.models import OutboxRow

# The relay delivers on this channel (it is woken on ``database.WAKE``).
CHANNEL = "zuoxi_announced"
HEARTBEAT = 2.0  # seconds
_OUTBOX = cast(Table, OutboxRow.__table__)


@dataclass(frozen=True, slots=True)
class Announced:
    """Something of a tenant changed."""

    tenant_id: str
    topic: str
    id: str


@dataclass(frozen=True, slots=True)
class Resync:
    """Announcements may have been missed: whoever keeps a picture of the database draws it anew."""


async def announce(session: AsyncSession, topic: str, id: str) -> None:
    """Announce, in the caller's transaction, that something of its tenant changed.

    ``topic`` is like ``orders.changed`` and ``id`` the identifier of what changed; neither holds content (together at
    most 400 characters).
    """
    if len(topic) + len(id) > 400:
        raise ValueError("an announcement holds a topic and an identifier, not content")
    # Without RETURNING: the application may write the outbox, not read it.
    await session.execute(insert(_OUTBOX).values(tenant_id=session.info["tenant"], topic=topic, object_id=id).inline())
    session.info["announced"] = True
