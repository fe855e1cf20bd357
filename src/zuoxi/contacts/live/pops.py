"""Screen pops: fetched once per contact, kept in memory as long as the contact lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container
from typing import Any

import structlog

from zuoxi.contacts.live.ports import ScreenPop
from zuoxi.contacts.live.standing import ContactStanding
from zuoxi.platform.logs import describe

log = structlog.get_logger(__name__)

_AT_ONCE = 4  # fetches side by side; a rush must not starve the calls themselves


class Pops:
    """One per domain. ``came(contact)`` is called when a pop has been fetched."""

    def __init__(self, tenant_id: str, source: ScreenPop, came: Callable[[str], None]) -> None:
        self._tenant_id = tenant_id
        self._source = source
        self._came = came
        self._found: dict[str, dict[str, Any]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    def get(self, contact: str) -> dict[str, Any] | None:
        """The contact's pop when it is there already."""
        return self._found.get(contact)

    def want(self, contact: ContactStanding) -> None:
        """Fetch the contact's pop unless it is there or under way."""
        if contact.id not in self._tasks and contact.id not in self._found:
            self._tasks[contact.id] = asyncio.create_task(
                self._fetch(contact.id, contact.line, contact.number, contact.customer)
            )

    def forget(self, contact: str) -> None:
        self._found.pop(contact, None)
        task = self._tasks.pop(contact, None)
        if task is not None:
            task.cancel()

    def prune(self, alive: Container[str]) -> None:
        """Drop the pops of contacts that are no more."""
        for contact in [contact for contact in self._found if contact not in alive]:
            del self._found[contact]

    async def _fetch(self, contact: str, line: str | None, number: str, customer: str | None) -> None:
        try:
            async with self._slots:
                pop = await self._source.fetch(self._tenant_id, line, number, customer)
        except Exception as error:
            # The desk shows the number alone, and the next look at the contact tries again.
            log.warning("pop.failed", contact=contact, fault=describe(error))
            return
        finally:
            self._tasks.pop(contact, None)
        self._found[contact] = pop
        self._came(contact)
