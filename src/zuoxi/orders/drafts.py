"""Half-written orders: kept as the page left them, one per agent and contact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.orders.models import OrderDraft
from zuoxi.platform.identifiers import new_id


async def read_draft(session: AsyncSession, agent_id: str, contact_id: str) -> OrderDraft | None:
    """The agent's draft for this contact, if there is one."""
    found: OrderDraft | None = await session.scalar(
        select(OrderDraft).where(OrderDraft.agent_id == agent_id, OrderDraft.contact_id == contact_id)
    )
    return found


async def keep_draft(
    session: AsyncSession, agent_id: str, contact_id: str, body: Mapping[str, Any], *, now: datetime
) -> None:
    """Keep the draft in place of what was there."""
    statement = insert(OrderDraft).values(
        id=new_id(), agent_id=agent_id, contact_id=contact_id, body=dict(body), updated_at=now
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "agent_id", "contact_id"],
            set_={"body": statement.excluded.body, "updated_at": now},
        )
    )


async def drop_draft(session: AsyncSession, agent_id: str, contact_id: str) -> None:
    """Forget the draft; none is fine too."""
    await session.execute(
        delete(OrderDraft).where(OrderDraft.agent_id == agent_id, OrderDraft.contact_id == contact_id)
    )
