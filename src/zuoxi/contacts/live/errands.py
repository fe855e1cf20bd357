"""Small errands at the switch that nobody waits for: they end by themselves, and what they could not do is logged."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from zuoxi.contacts.live.domain import Domain
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.telephony.switch import Switch, SwitchError

log = structlog.get_logger(__name__)

UNKNOWN_NUMBER = "common/unknown_number"  # the prompt for numbers that belong to nobody


class Errands:
    """One per switchboard."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._tasks: set[asyncio.Task[None]] = set()

    def keep(self, errand: Coroutine[Any, Any, None]) -> None:
        """Run it beside everything else."""
        task = asyncio.create_task(errand)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def release(self, call: str) -> None:
        """Hang up a caller."""
        self.keep(self._release(call))

    def cancel(self, leg: str) -> None:
        """Hang up a phone of ours."""
        self.keep(self._cancel(leg))

    def turn_away(self, call: str) -> None:
        """Nobody has the dialled number: say so and hang up when it has been said."""
        self.keep(self._turn_away(call))

    def find_out(self, domain: Domain, command: c.SwitchCommand) -> None:
        """A command found its call or leg gone. Usually the event that says so is on its way; make sure."""
        self.keep(self._find_out(domain, command))

    async def _find_out(self, domain: Domain, command: c.SwitchCommand) -> None:
        try:
            if isinstance(command, c.CancelOffer | c.ReleaseAgent):
                await self._switch.cancel(command.offer)
                return
            if isinstance(command, c.ReleaseParty):
                await self._switch.cancel(command.party)
                return
            if isinstance(command, c.ReleaseCall):
                await self._switch.release(command.call)
                return
            calls = {call.call for call in await self._switch.calls()}
            legs = {leg.leg for leg in await self._switch.legs()}
        except SwitchError as error:
            log.warning("switch.errand_failed", error=str(error))
            return
        contact = domain.standing.contacts.get(command.contact)
        if contact is None or contact.ended_at is not None:
            return
        if contact.call not in calls:
            domain.feed(e.CallerHungUp(contact.id))
            return
        for offer, answered in contact.phones().items():
            if answered and offer not in legs:
                domain.feed(e.AgentLegEnded(offer))

    async def _turn_away(self, call: str) -> None:
        try:
            await self._switch.answer(call)
            await self._switch.play(call, UNKNOWN_NUMBER)
        except SwitchError:
            await self._release(call)

    async def _release(self, call: str) -> None:
        try:
            await self._switch.release(call)
        except SwitchError as error:
            log.info("switch.release_failed", call=call, error=str(error))

    async def _cancel(self, leg: str) -> None:
        try:
            await self._switch.cancel(leg)
        except SwitchError as error:
            log.info("switch.cancel_failed", leg=leg, error=str(error))
