"""Contacts: the live loop behind every call, and what remains of it (history, notes, callbacks)."""

from zuoxi.contacts.callbacks import ask_for_callback
from zuoxi.contacts.history import get_contact, recent
from zuoxi.contacts.live.shipper import TOPIC as CONTACTS_EVENTS
from zuoxi.contacts.models import Callback, Contact, ContactEvent, ContactJournal, Voicemail
from zuoxi.contacts.projection import Entry, Projection, ReadNumber, project
from zuoxi.contacts.store_projection import rebuild, store_projection, store_rows
from zuoxi.contacts.voicemail import get_voicemail, note_heard

__all__ = [
    "CONTACTS_EVENTS",
    "Callback",
    "Contact",
    "ContactEvent",
    "ContactJournal",
    "Entry",
    "Projection",
    "ReadNumber",
    "Voicemail",
    "ask_for_callback",
    "get_contact",
    "get_voicemail",
    "note_heard",
    "project",
    "rebuild",
    "recent",
    "store_projection",
    "store_rows",
]
