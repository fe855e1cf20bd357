"""Announcements between processes: written with the change they tell of, delivered after it is committed."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.platform.models import OutboxRow


async def announce(session: AsyncSession, topic: str, id: str) -> None:
    """Announce, in the caller's transaction, that something happened: ``topic`` and an identifier, never content."""
    # Inline: without asking for the row back, which the application's role may not read.
    await session.execute(insert(OutboxRow).inline().values(topic=topic, object_id=id, tenant_id=session.info["tenant"]))


class Listener:
    pass
