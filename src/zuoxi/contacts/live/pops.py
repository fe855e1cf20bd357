"""Screen pops: fetched when a contact is wanted on a desk, and again when what they show was changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container, Mapping
from typing import Any

import structlog

from zuoxi.contacts.live.ports import Concern, ScreenPop
from zuoxi.contacts.live.standing_records import ContactStanding
from zuoxi.platform.logs import describe

log = structlog.get_logger(__name__)

_AT_ONCE = 4  # fetches side by side; a rush must not starve the calls themselves


class Pops:
    """One per domain. ``came(contact)`` is called when a pop has been fetched that differs from what was there."""

    def __init__(self, tenant_id: str, source: ScreenPop, came: Callable[[str], None]) -> None:
        self._tenant_id = tenant_id
        self._source = source
        self._came = came
        self._found: dict[str, dict[str, Any]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._outdated: set[str] = set()  # contacts whose fetch under way may have read what is no longer so
        self._slots = asyncio.Semaphore(_AT_ONCE)

    def get(self, contact: str) -> dict[str, Any] | None:
        """The contact's pop when it is there already."""
        return self._found.get(contact)

    def want(self, contact: ContactStanding) -> None:
        """Fetch the contact's pop unless it is there or under way."""
        if contact.id not in self._tasks and contact.id not in self._found:
            self._start(contact, nobody_spoke=contact.answered_at is None)

    def refresh(self, contact: ContactStanding) -> None:
        """Fetch the contact's pop anew; what is there stays until the new one comes."""
        if contact.id in self._tasks:
            self._outdated.add(contact.id)
        else:
            self._start(contact)

    async def concern(self, topic: str, object_id: str) -> Concern:
        """Whom an announced change concerns; nobody when no pop is shown or the database cannot say."""
        if not self._found and not self._tasks:
            return Concern()
        try:
            return await self._source.concern(self._tenant_id, topic, object_id)
        except Exception as error:
            log.warning("pop.change_unread", topic=topic, fault=describe(error))
            return Concern()

    def refresh_concerned(self, concern: Concern, contacts: Mapping[str, ContactStanding]) -> None:
        """Fetch anew what a change concerns, of the live ``contacts``."""
        if not (concern.contacts or concern.customers or concern.numbers):
            return
        for contact_id in {*self._found, *self._tasks}:
            contact = contacts.get(contact_id)
            if contact is None:
                continue
            card = (self._found.get(contact_id) or {}).get("customer")
            customer = card["id"] if card else contact.customer
            if (
                contact_id in concern.contacts
                or customer in concern.customers
                or (concern.numbers and self._source.number_key(contact.number) in concern.numbers)
            ):
                self.refresh(contact)

    def forget(self, contact: str) -> None:
        self._found.pop(contact, None)
        self._outdated.discard(contact)
        task = self._tasks.pop(contact, None)
        if task is not None:
            task.cancel()

    def prune(self, alive: Container[str]) -> None:
        """Drop the pops of contacts that are no more."""
        for contact in [contact for contact in self._found if contact not in alive]:
            del self._found[contact]

    def _start(self, contact: ContactStanding, *, nobody_spoke: bool = False) -> None:
        """With ``nobody_spoke`` nobody can have said yet who calls: the database is not asked for that."""
        self._tasks[contact.id] = asyncio.create_task(self._fetch(contact, nobody_spoke, tuple(contact.flags)))

    async def _fetch(self, wanted: ContactStanding, nobody_spoke: bool, flags: tuple[str, ...]) -> None:
        contact, line, number, customer = wanted.id, wanted.line, wanted.number, wanted.customer
        try:
            while True:
                self._outdated.discard(contact)
                async with self._slots:
                    named = None if nobody_spoke else contact
                    pop = await self._source.fetch(self._tenant_id, named, line, number, customer)
                nobody_spoke = False  # a second look is for something that changed
                if flags:
                    pop = pop | {"flags": [*pop["flags"], *flags]}
                if contact not in self._outdated:
                    break
        except Exception as error:
            # The desk shows the number alone, or what it had; the next look at the contact tries again.
            log.warning("pop.failed", contact=contact, fault=describe(error))
            return
        finally:
            if self._tasks.get(contact) is asyncio.current_task():
                del self._tasks[contact]
        if self._found.get(contact) != pop:
            self._found[contact] = pop
            self._came(contact)
