"""Calls that agents make: whom they mean, on whose behalf, within the tenant's limits; counted and ended in time.

The number itself need not be known to who calls: a customer, an order or an earlier contact is pointed at, and the
number is read here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from zuoxi import lines
from zuoxi.contacts.live.desk import DeskConnection
from zuoxi.contacts.live.desk_arguments import ArgumentMissing, NotPermitted, SwitchAway, optional_text
from zuoxi.contacts.live.domain import Domain, Step
from zuoxi.contacts.live.outgoing import Outgoing
from zuoxi.contacts.live.ports import CallTarget, CallTargets
from zuoxi.platform.errors import DomainError
from zuoxi.platform.logs import describe
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import Direction, Hotline
from zuoxi.routing.outbound import call_of

log = structlog.get_logger(__name__)

DIAL = "calls.dial"  # the permission
_LOOK_UP_SECONDS = 2.0
# What may be pointed at, and the permission that lets somebody know of it.
_POINTERS = {
    "customer_number": "customers.read",
    "customer": "customers.read",
    "order": "orders.read",
    "contact": "contacts.read_own",
}


class NobodyToCall(DomainError):
    code = "calls.nobody_to_call"
    kind = "not_found"
    zh = "找不到可拨打的号码"
    en = "There is no number to call"


class NoLineToCallFrom(DomainError):
    code = "calls.no_line"
    kind = "conflict"
    zh = "没有可用于外呼的热线,请联系管理员"
    en = "There is no hotline on whose behalf you could call; ask your administrator"


class CallsOut:
    """One per domain. ``targets`` None: only what was typed can be called. ``who(line, number)`` gives the number's key
    and the line's client."""

    def __init__(
        self,
        domain: Domain,
        outgoing: Outgoing,
        targets: CallTargets | None,
        new_id: Callable[[], str],
        who: Callable[[str | None, str], tuple[str, str | None]],
    ) -> None:
        self._domain = domain
        self._outgoing = outgoing
        self._targets = targets
        self._new_id = new_id
        self._who = who
        self._timers: dict[str, asyncio.TimerHandle] = {}
        domain.listen(self._happened)

    # -- what an agent asks for ----------------------------------------------------------------------------------------
    async def requested(self, desk: DeskConnection, frame: dict[str, Any]) -> e.CallOutRequested:
        """The router's event for the command «call». Raises NotPermitted, ArgumentMissing, NobodyToCall, DialRefused,
        NoLineToCallFrom, SwitchAway."""
        if DIAL not in desk.permissions:
            raise NotPermitted
        wanted = optional_text(frame, "hotline")
        target = await self._target(desk, frame, self._hotline(desk.agent_id, wanted, None))
        hotline = self._hotline(desk.agent_id, wanted, target.line)
        if hotline is None:
            raise NoLineToCallFrom
        number = self._outgoing.may_begin(target.number, hotline.project)
        key, client = self._who(hotline.line, target.number)
        return e.CallOutRequested(
            desk.agent_id,
            self._new_id(),
            number,
            hotline.id,
            customer=target.customer,
            vip=target.vip,
            number_key=key,
            client=client,
            hidden=frame.get("number") is None and "customers.reveal" not in desk.permissions,
        )

    async def _target(self, desk: DeskConnection, frame: dict[str, Any], hotline: Hotline | None) -> CallTarget:
        typed = optional_text(frame, "number")
        pointed = [kind for kind in _POINTERS if frame.get(kind) is not None]
        if (typed is not None) + len(pointed) != 1:
            raise ArgumentMissing(argument="number")
        if typed is not None:
            lines.dial_form(typed)  # whoever typed no number hears so before anything is looked up
        elif _POINTERS[pointed[0]] not in desk.permissions:
            raise NotPermitted
        kind, name = ("number", typed) if typed is not None else (pointed[0], optional_text(frame, pointed[0]))
        assert name is not None
        own = desk.agent_id if kind == "contact" and "contacts.read" not in desk.permissions else None
        found: CallTarget | None = None
        try:
            if self._targets is not None:
                line = None if hotline is None else hotline.line
                async with asyncio.timeout(_LOOK_UP_SECONDS):
                    found = await self._targets.find(self._domain.tenant_id, kind, name, line=line, own=own)
        except Exception as error:
            log.warning("call_out.look_up_failed", fault=describe(error))
            if typed is None:
                raise SwitchAway from error
        if found is None and typed is not None:
            return CallTarget(typed)
        if found is None or not found.number:
            raise NobodyToCall
        return found

    def _hotline(self, agent_id: str, wanted: str | None, line: str | None) -> Hotline | None:
        """On whose behalf: the hotline that was asked for, one of the line, one whose queue the agent serves best, any;
        of the projects to which the agent is bound, and rather one that people answer than one with a call flow."""
        scope = self._domain.scopes.get(agent_id)
        hotlines = [each for each in self._domain.hotlines.values() if scope is None or each.project in scope]
        hotlines.sort(key=lambda each: each.flow is not None)
        settings = self._domain.settings
        configuration = None if settings is None else settings.configuration
        profiles = () if configuration is None else configuration.agents
        levels = next((dict(profile.skills) for profile in profiles if profile.id == agent_id), {})
        queues = {} if configuration is None else {queue.id: queue.skill for queue in configuration.queues}
        served = [each for each in hotlines if queues.get(each.queue) in levels]
        served.sort(key=lambda each: (each.flow is not None, -levels[queues[each.queue]]))
        choices: tuple[Iterable[Hotline], ...] = (
            (each for each in hotlines if wanted is not None and each.id == wanted),
            (each for each in hotlines if line is not None and each.line == line),
            served,
            hotlines,
        )
        return next((each for choice in choices for each in choice), None)

    # -- what becomes of them ------------------------------------------------------------------------------------------
    def adopt_running(self) -> None:
        """After a restart: count what runs."""
        for contact in self._domain.standing.contacts.values():
            if contact.direction == Direction.OUTBOUND and contact.ended_at is None:
                since = contact.answered_at or contact.started_at
                answered = contact.answered_at is not None
                found = self._outgoing.enter_again(contact.call, contact.number, contact.project, since, answered)
                if found is not None:
                    self._end_in_time(contact.id, found.longest)

    def _happened(self, step: Step) -> None:
        for fact in step.commands:
            if isinstance(fact, c.ContactStarted) and fact.direction is Direction.OUTBOUND:
                self._begin(fact, step.at)
            elif isinstance(fact, c.ContactAnswered) and fact.direction is Direction.OUTBOUND:
                self._outgoing.answer(call_of(fact.contact), step.at)
            elif isinstance(fact, c.ContactEnded):
                self._outgoing.finish(call_of(fact.contact), step.at)
                timer = self._timers.pop(fact.contact, None)
                if timer is not None:
                    timer.cancel()

    def _begin(self, fact: c.ContactStarted, at: float) -> None:
        """The agent's own phone rings: nothing is dialled yet. What the limits do not let through ends here, whoever
        began it."""
        try:
            permit = self._outgoing.begin(fact.call, fact.number, fact.project, at)
        except (lines.DialRefused, SwitchAway) as error:
            log.warning("call_out.refused", contact=fact.contact, code=error.code)
            self._domain.feed(e.CommandFailed(fact.contact, "dial_refused"))
            return
        self._end_in_time(fact.contact, permit.longest)

    def _end_in_time(self, contact: str, seconds: int) -> None:
        loop = asyncio.get_running_loop()
        self._timers[contact] = loop.call_later(seconds, self._domain.feed, e.CommandFailed(contact, "time_limit"))
