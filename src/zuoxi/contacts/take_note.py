"""A service note on a contact, and whose contact it is."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import customers
from zuoxi.contacts.history import get_contact
from zuoxi.contacts.models import Contact
from zuoxi.platform import audit
from zuoxi.platform.outbox import announce

CHANGED = "contacts.changed"  # the outbox topic; its id is the contact's


async def take_note(
    session: AsyncSession, user_id: str, contact_id: str, note: str | None, customer_id: str | None, *, own: bool
) -> Contact:
    """Write the contact's note (None: leave it) and say which customer it was (None: leave it). ``own``: only the
    contact's agent may. Raises NoSuchContact, NoSuchCustomer."""
    contact = await get_contact(session, contact_id, own=user_id if own else None)
    changed = []
    if note is not None and note != contact.note:
        contact.note = note or None
        changed.append("note")
    if customer_id is not None and customer_id != contact.customer_id:
        contact.customer_id = (await customers.get_customer(session, customer_id)).id
        changed.append("customer_id")
    if changed:
        await session.flush()
        await audit.record(session, user_id, "change", "contact", contact.id, {"changed": changed})
        await announce(session, CHANGED, contact.id)
    return contact
