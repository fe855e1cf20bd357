"""Carries out what call flows look up, beside everything else; late or failed is an answer as well."""

from __future__ import annotations

import asyncio

import structlog

from zuoxi import lines
from zuoxi.contacts.live.domain import Domain
from zuoxi.contacts.live.ports import FlowCall, FlowServices
from zuoxi.platform.logs import describe
from zuoxi.routing import commands as c
from zuoxi.routing import events as e

log = structlog.get_logger(__name__)

LOOK_UP_SECONDS = 2.0
_LONGEST_VALUE = 200


class FlowLookUps:
    """One per routing domain."""

    def __init__(self, domain: Domain, services: FlowServices) -> None:
        self._domain, self._services = domain, services
        self._under_way: dict[tuple[str, str], asyncio.Task[None]] = {}

    def start(self, command: c.LookUp) -> None:
        """Find it out, and let the router hear of it. One that is under way already goes on."""
        key = (command.contact, command.request)
        if key not in self._under_way:
            self._under_way[key] = asyncio.create_task(self._find_out(command))

    async def _find_out(self, command: c.LookUp) -> None:
        domain, found = self._domain, {}
        contact = domain.standing.contacts.get(command.contact)
        try:
            if contact is not None:
                call = FlowCall(
                    domain.tenant_id,
                    contact.id,
                    contact.number,
                    contact.hotline,
                    contact.line,
                    contact.customer,
                    dry=contact.hotline.startswith(lines.TEST_HOTLINE),  # a phone of the house says itself who calls
                )
                async with asyncio.timeout(LOOK_UP_SECONDS):
                    found = dict(await self._services.ask(call, command.service, dict(command.arguments)))
        except TimeoutError:
            log.warning("flow.look_up_late", contact=command.contact, service=command.service)
        except Exception as error:
            log.warning("flow.look_up_failed", contact=command.contact, service=command.service, fault=describe(error))
        finally:
            self._under_way.pop((command.contact, command.request), None)
        result = tuple(sorted((name, value[:_LONGEST_VALUE]) for name, value in found.items()))
        domain.feed(e.LookedUp(command.contact, command.request, result))
