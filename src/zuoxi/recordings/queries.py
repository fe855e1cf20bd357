"""Finding recordings by the call, the customer or the order, and who may hear them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from zuoxi.accounts import Principal
from zuoxi.contacts import Contact, ContactEvent
from zuoxi.orders import Order
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.platform.identifiers import is_id
from zuoxi.platform.models import AuditEntry
from zuoxi.platform.services import Clock
from zuoxi.recordings.models import Recording

# A page that plays a recording asks for it piece by piece: one listening, one entry.
SAME_LISTENING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Whose:
    """Of which call, customer or order recordings are wanted; all that is given must hold."""

    contact_id: str | None = None
    customer_id: str | None = None
    order_id: str | None = None


async def find(session: AsyncSession, principal: Principal, whose: Whose, limit: int = 200) -> list[Recording]:
    """The recordings that this user may hear, newest first.

    With ``recordings.read`` those of the whole tenant; with ``recordings.read_own`` those of calls that the user took.
    """
    statement = _audible(principal).join(
        Contact, (Contact.tenant_id == Recording.tenant_id) & (Contact.id == Recording.contact_id)
    )
    if whose.contact_id is not None:
        statement = statement.where(Recording.contact_id == whose.contact_id)
    if whose.customer_id is not None:
        statement = statement.where(Contact.customer_id == whose.customer_id)
    if whose.order_id is not None:
        # an order keeps the contact it was written in as an opaque text
        contact_id = await session.scalar(select(Order.contact_id).where(Order.id == whose.order_id))
        if contact_id is None or not is_id(contact_id):
            return []
        statement = statement.where(Recording.contact_id == contact_id)
    return list(await session.scalars(statement.order_by(Recording.starts_at.desc()).limit(limit)))


async def get(session: AsyncSession, principal: Principal, recording_id: str, *, with_peaks: bool = False) -> Recording:
    """One recording. Raises NotFound when there is none that this user may hear."""
    statement = _audible(principal).where(Recording.id == recording_id)
    if with_peaks:
        statement = statement.options(undefer(Recording.peaks))
    found = await session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def _audible(principal: Principal) -> Select[Recording]:
    statement = select(Recording)
    if principal.may("recordings.read"):
        return statement
    took = select(ContactEvent.contact_id).where(
        ContactEvent.contact_id == Recording.contact_id,
        ContactEvent.kind == "ContactAnswered",
        ContactEvent.agent_id == principal.user_id,
    )
    return statement.where(took.exists())


async def note_listening(session: AsyncSession, principal: Principal, recording: Recording, clock: Clock) -> None:
    """Write down who listens; further pieces of the same listening are not noted again."""
    already = await session.scalar(
        select(AuditEntry.id)
        .where(
            AuditEntry.kind == "recording",
            AuditEntry.object_id == recording.id,
            AuditEntry.user_id == principal.user_id,
            AuditEntry.action == "listen",
            AuditEntry.at > clock() - SAME_LISTENING,
        )
        .limit(1)
    )
    if already is None:
        detail = {"contact_id": recording.contact_id}
        await audit.record(session, principal.user_id, "listen", "recording", recording.id, detail)
