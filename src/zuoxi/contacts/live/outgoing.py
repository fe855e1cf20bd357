"""Calls out that are made in the middle of others (whoever is consulted outside): permitted, counted and ended in time.

The limits are the tenant's (``lines.may_dial``); nothing is dialled that they have not let through, and what runs is
counted from the journal's facts, so that a restart forgets none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from zuoxi import lines
from zuoxi.contacts.live.desk_arguments import SwitchAway
from zuoxi.contacts.live.domain import Domain, Step
from zuoxi.contacts.live.standing_records import ContactStanding, PartyStanding
from zuoxi.routing import commands as c
from zuoxi.routing import events as e


class Outgoing:
    """One per domain. ``rules`` None: they are not known yet, and nobody is dialled."""

    def __init__(self, domain: Domain) -> None:
        self.rules: lines.DialRules | None = None
        self._domain = domain
        self._ledger = lines.DialLedger()
        self._permits: dict[str, lines.Permit] = {}  # contact → what was let through for it last
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.adopted: list[Callable[[], None]] = []  # who hears of the first rules
        domain.listen(self._happened)

    def permit(self, raw: str, contact: str) -> str:
        """What may be dialled for this number now, beside a contact. Raises DialRefused, or SwitchAway without
        rules."""
        if self.rules is None:
            raise SwitchAway
        now, project = self._domain.now(), self._project(contact)
        found = lines.may_dial(raw, self.rules, self._ledger.usage(now, project), project)
        self._permits[contact] = found
        return found.number

    def adopt(self, rules: lines.DialRules) -> None:
        """Take rules as they are now. With the first, what runs since before a restart is counted."""
        first, self.rules = self.rules is None, rules
        if first:
            for contact in self._domain.standing.contacts.values():
                for party in contact.parties.values():
                    self._enter_again(contact, party)
            for told in self.adopted:
                told()

    def _enter_again(self, contact: ContactStanding, party: PartyStanding) -> None:
        if party.number is None:
            return
        found = self.enter_again(party.party, party.number, contact.project, party.since, party.answered)
        if found is not None:
            self._end_in_time(party.party, found.longest)

    def enter_again(
        self, leg: str, number: str, project: str | None, since: float, answered: bool
    ) -> lines.Permit | None:
        """Count a call out that runs since before a restart."""
        if self.rules is None:
            return None
        try:
            found = lines.may_dial(number, self.rules, lines.Usage())
        except lines.DialRefused:
            # Forbidden since: it goes on, as a talking call does, and costs nothing that anybody could count.
            return None
        self._ledger.begin(leg, found.tariff, since, project)
        if answered:
            self._ledger.answer(leg, since)
        return found

    def check(self, raw: str) -> str:
        """What is dialled for a number, whatever runs now. Raises DialRefused, or SwitchAway without rules."""
        if self.rules is None:
            raise SwitchAway
        return lines.may_dial(raw, self.rules, lines.Usage()).number

    def begin(self, leg: str, number: str, project: str | None, at: float) -> lines.Permit:
        """A call out begins, if the limits let it through. Raises DialRefused, or SwitchAway without rules."""
        if self.rules is None:
            raise SwitchAway
        found = lines.may_dial(number, self.rules, self._ledger.usage(at, project), project)
        self._ledger.begin(leg, found.tariff, at, project)
        return found

    def may_begin(self, raw: str, project: str | None) -> str:
        """What would be dialled for a number now. Raises DialRefused, or SwitchAway without rules."""
        if self.rules is None:
            raise SwitchAway
        return lines.may_dial(raw, self.rules, self._ledger.usage(self._domain.now(), project), project).number

    def answer(self, leg: str, at: float) -> None:
        """It was answered, and costs from now on."""
        self._ledger.answer(leg, at)

    def finish(self, leg: str, at: float) -> None:
        """It is over."""
        self._ledger.finish(leg, at)

    def _project(self, contact: str) -> str | None:
        found = self._domain.standing.contacts.get(contact)
        return None if found is None else found.project

    def _happened(self, step: Step) -> None:
        if isinstance(step.event, e.OfferAnswered):
            self._ledger.answer(step.event.offer, step.at)
        for fact in step.commands:
            if isinstance(fact, c.DialParty):
                found, project = self._permits.pop(fact.contact, None), self._project(fact.contact)
                if found is not None and found.number == fact.number:
                    self._ledger.begin(fact.party, found.tariff, step.at, project)
                else:  # another request of the same moment has taken its place
                    found = self.enter_again(fact.party, fact.number, project, step.at, answered=False)
                if found is not None:
                    self._end_in_time(fact.party, found.longest)
            elif isinstance(fact, c.PartyEnded):
                self._permits.pop(fact.contact, None)
                self._ledger.finish(fact.party, step.at)
                timer = self._timers.pop(fact.party, None)
                if timer is not None:
                    timer.cancel()

    def _end_in_time(self, party: str, seconds: int) -> None:
        loop = asyncio.get_running_loop()
        self._timers[party] = loop.call_later(seconds, self._domain.feed, e.OfferFailed(party, "time_limit"))
