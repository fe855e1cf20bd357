"""Contacts: the live loop behind every call, and what remains of it (history, notes, callbacks)."""

from zuoxi.contacts.history import get_contact, recent
from zuoxi.contacts.live.shipper import TOPIC as CONTACTS_EVENTS
from zuoxi.contacts.models import Callback, Contact, ContactEvent, ContactJournal

__all__ = [
    "CONTACTS_EVENTS",
    "Callback",
    "Contact",
    "ContactEvent",
    "ContactJournal",
    "get_contact",
    "recent",
]
