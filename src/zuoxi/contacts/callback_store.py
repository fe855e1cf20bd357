"""What the database knows of callbacks, for the live loop: plans, rows of before, wishes over HTTP, and people who need
no call any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import customers, lines, orders
from zuoxi.contacts.models import Callback, Contact
from zuoxi.platform.database import Database
from zuoxi.routing import events as e
from zuoxi.routing.model import CallbackPlan
from zuoxi.routing.records import CallbackView

_BATCH = 500
_BLACKLISTED = text(
    "select key from blacklist where key = any(cast(:keys as text[])) and (expires_at is null or expires_at > :now)"
)


class ClientsOfLines(Protocol):
    def of(self, line_id: str | None) -> str | None:
        """For whom a business line works, where it is known."""
        ...


class DatabaseCallbacks:
    """Implements ``ports.CallbackStore``."""

    def __init__(self, database: Database, clients: ClientsOfLines) -> None:
        self._database, self._clients = database, clients

    async def plans(self, tenant_id: str, now: float) -> tuple[CallbackPlan, ...]:
        async with self._database.transaction(tenant_id) as session:
            return await lines.callback_plans(session, datetime.fromtimestamp(now, UTC))

    async def news(self, tenant_id: str, live: Sequence[CallbackView], now: float) -> list[e.Event]:
        async with self._database.transaction(tenant_id) as session:
            found: list[e.Event] = await self._of_before(session)
            if live:
                found += await _wishes(session, {view.id for view in live})
                found += await _settled(session, live, datetime.fromtimestamp(now, UTC))
        return found

    async def _of_before(self, session: AsyncSession) -> list[e.Event]:
        rows = await session.execute(
            select(Callback, Contact)
            .join(Contact, Contact.id == Callback.contact_id)
            .where(Callback.state == "open", ~Callback.live)
            .order_by(Callback.created_at)
            .limit(_BATCH)
        )
        return [
            e.CallbackFound(
                callback.contact_id,
                callback.number,
                customers.read_number(callback.number).key,
                self._clients.of(contact.line_id),
                contact.customer_id,
                callback.queue_id or contact.queue_id,
                contact.hotline_id,
                callback.reason,
                callback.created_at.timestamp(),
            )
            for callback, contact in rows
        ]


async def _wishes(session: AsyncSession, live: set[str]) -> list[e.Event]:
    """What was asked for over HTTP about live tasks: closed with a result, or put off."""
    found: list[e.Event] = []
    rows = await session.scalars(select(Callback).where(Callback.contact_id.in_(live), Callback.state != "joined"))
    for row in rows:
        if row.state in ("done", "dropped") and row.done_by is not None:
            found.append(
                e.CallbackCloseRequested(row.done_by, row.contact_id, row.result or row.state, row.state == "dropped")
            )
        elif row.postpone_to is not None and row.postpone_by is not None:
            until = row.postpone_to.timestamp()
            found.append(e.CallbackPostponeRequested(row.postpone_by, row.contact_id, until))
            await session.execute(
                update(Callback).where(Callback.id == row.id).values(postpone_to=None, postpone_by=None)
            )
    return found


async def _settled(session: AsyncSession, live: Sequence[CallbackView], now: datetime) -> list[e.Event]:
    """Tasks of people who have ordered since, or whom the blacklist names."""
    keys = sorted({view.number_key for view in live if view.number_key})
    blocked = set((await session.scalars(_BLACKLISTED, {"keys": keys, "now": now})).all()) if keys else set()
    whose = {view.customer for view in live if view.customer is not None}
    oldest = datetime.fromtimestamp(min(view.created_at for view in live), UTC)
    ordered: dict[str, datetime] = {}
    if whose:
        rows = await session.execute(
            select(orders.Order.customer_id, orders.Order.created_at)
            .where(orders.Order.customer_id.in_(whose), orders.Order.created_at > oldest)
            .order_by(orders.Order.created_at)
        )
        ordered = {row.customer_id: row.created_at for row in rows}
    found: list[e.Event] = []
    for view in live:
        last = ordered.get(view.customer or "")
        if view.number_key in blocked:
            found.append(e.CallbackSettled(view.id, "blacklisted"))
        elif last is not None and last.timestamp() > view.created_at:
            found.append(e.CallbackSettled(view.id, "ordered"))
    return found
