"""From the switch to the routing domains: every event of the switch finds its domain and contact here.

Arrivals are looked up side by side, each within a time limit, before the router hears of them: a slow look-up delays
its own call only. When the control connection breaks the domains pause; when it stands again, what the switch holds is
compared with how things stand, and the differences go in as events before anything else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import structlog

from zuoxi.contacts.live.domain import Domain
from zuoxi.contacts.live.errands import UNKNOWN_NUMBER, Errands
from zuoxi.contacts.live.oddities import Oddity, find_oddities
from zuoxi.contacts.live.ports import CallerLookup
from zuoxi.contacts.live.reconcile import Differences, find_differences, orphan_legs
from zuoxi.platform.logs import describe
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import Caller, Hotline
from zuoxi.routing.outbound import CALL_OUT
from zuoxi.telephony import switch as s

log = structlog.get_logger(__name__)

# A look-up takes about a millisecond. Waiting a whole second for a busy database costs one caller a second;
# not waiting would let in whom the blacklist names and lose the agent of the last order.
LOOK_UP_SECONDS = 1.0
_RESYNC_RETRY_SECONDS = 1.0


def _spellings(dialled: str) -> list[str]:
    """The forms in which a trunk may give one number: as it is, then without and with the country's prefixes."""
    bare = dialled.removeprefix("+").removeprefix("00")
    national = bare.removeprefix("86")
    return list(dict.fromkeys(form for form in (dialled, bare, f"+{bare}", national, f"0{national}") if form))


class Intake:
    """One per switchboard. ``new_id`` gives contact identifiers; ``phone_changed(phone, reachable)`` tells the
    desks; ``who_calls(line, number)`` gives the number's key and the line's client."""

    def __init__(
        self,
        switch: s.Switch,
        domains: dict[str, Domain],
        look_up: CallerLookup,
        new_id: Callable[[], str],
        phone_changed: Callable[[str, bool], None],
        who_calls: Callable[[str | None, str], tuple[str, str | None]],
    ) -> None:
        self._switch = switch
        self._domains = domains
        self._look_up = look_up
        self._new_id = new_id
        self._phone_changed = phone_changed
        self._who_calls = who_calls
        self._pending: dict[str, asyncio.Task[None]] = {}  # call → its look-up
        self._errands = Errands(switch)
        self._turned_away: set[str] = set()  # calls to numbers that nobody has
        self._suspects: set[Oddity] = set()  # what the last audit found odd
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Read the switch's events until it is closed."""
        async for event in self._switch.events():
            match event:
                case s.Connected(fresh):
                    await self._connected(fresh)
                case s.Disconnected():
                    self._disconnected()
                case s.Arrived():
                    self._arrived(event)
                case s.Ended(call):
                    self._ended(call)
                case s.CallAnswered(call):
                    self._called(call, e.CallAnswered)
                case s.CallFailed(call, reason):
                    self._called(call, partial(e.CallFailed, reason=str(reason)))
                case s.Answered(leg):
                    self._answered(leg)
                case s.Failed(leg, reason):
                    self._leg_event(leg, e.OfferFailed(leg, str(reason)))
                case s.LegEnded(leg):
                    self._leg_event(leg, e.AgentLegEnded(leg))
                case s.PromptPlayed(call, prompt):
                    self._prompt_played(call, prompt)
                case s.DigitPressed(call, digit):
                    self._digit_pressed(call, digit)
                case s.PhoneChanged(phone, reachable):
                    self._phone_changed(phone, reachable)
                case _:
                    pass

    def watch(self, domain: Domain) -> None:
        """Repair what this domain's commands could not find."""
        domain.gone = lambda command: self._errands.find_out(domain, command)

    # -- finding the domain ------------------------------------------------------------------------------------------
    def _domain_of_call(self, call: str) -> tuple[Domain, str] | None:
        for domain in self._domains.values():
            contact = domain.standing.calls.get(call)
            if contact is not None:
                return domain, contact
        return None

    def _domain_of_leg(self, leg: str) -> Domain | None:
        return next((domain for domain in self._domains.values() if leg in domain.standing.legs), None)

    def _find_hotline(self, dialled: str) -> tuple[Domain, Hotline | None] | None:
        """The domain that has the dialled number, and its hotline. With one tenant only, that one takes unknown numbers
        too (its router says that nobody has this number)."""
        for spelling in _spellings(dialled):
            for domain in self._domains.values():
                hotline = domain.hotlines.get(spelling)
                if hotline is not None:
                    return domain, hotline
        return (next(iter(self._domains.values())), None) if len(self._domains) == 1 else None

    # -- arrivals ----------------------------------------------------------------------------------------------------
    def _arrived(self, arrival: s.Arrived, behind: asyncio.Task[None] | None = None) -> asyncio.Task[None] | None:
        """Look the caller up and let the router hear of the call, not before ``behind`` is done. Returns the task that
        does it; None when there is nothing to look up."""
        call = arrival.call
        known = self._domain_of_call(call)
        if known is not None:
            self._returned(*known)
            return None
        if call in self._pending:
            return self._pending[call]
        if any(call in domain.standing.over for domain in self._domains.values()):
            self._errands.release(call)
            return None
        found = self._find_hotline(arrival.dialled)
        if found is None:
            log.warning("call.unknown_number", dialled=arrival.dialled, call=call)
            self._turned_away.add(call)
            self._errands.turn_away(call)
            return None
        task = self._pending[call] = asyncio.create_task(self._introduce(*found, arrival, behind))
        return task

    def _arrived_unheard(self, calls: Iterable[s.CallOnSwitch]) -> None:
        """Calls whose arrival nobody told the router. They were here before whatever comes now, in the order in which
        the switch saw them: each is looked up at once, and heard of behind the one before it."""
        before: asyncio.Task[None] | None = None
        for call in sorted(calls, key=lambda call: call.created):
            if call.call.startswith(CALL_OUT):
                self._errands.release(call.call)  # ours, for a contact that is no more
                continue
            arrival = s.Arrived(call.call, call.dialled, call.caller, call.created)
            before = self._arrived(arrival, before) or before

    async def _introduce(
        self, domain: Domain, hotline: Hotline | None, arrival: s.Arrived, behind: asyncio.Task[None] | None
    ) -> None:
        call, number = arrival.call, arrival.caller
        # as configured, whatever the trunk writes around it
        dialled = arrival.dialled if hotline is None else hotline.number
        caller = Caller(number=number)
        hung_up = False
        try:
            if hotline is not None:
                async with asyncio.timeout(LOOK_UP_SECONDS):
                    caller = await self._look_up.look_up(domain.tenant_id, hotline.line, number)
        except asyncio.CancelledError:
            hung_up = True
        except TimeoutError:
            log.warning("call.look_up_late", call=call, seconds=LOOK_UP_SECONDS)
        except Exception as error:
            log.warning("call.look_up_failed", call=call, fault=describe(error))
        if behind is not None and not hung_up:
            try:
                await asyncio.wait({behind})
            except asyncio.CancelledError:
                hung_up = True
        self._pending.pop(call, None)
        opened = hotline is None or domain.is_open(hotline.id, arrival.at)
        contact = self._new_id()
        key, client = self._who_calls(None if hotline is None else hotline.line, number)
        caller = replace(caller, number_key=key, client=client)
        domain.feed(e.CallArrived(contact, call, dialled, caller, opened, arrival.at))
        if hung_up:
            domain.feed(e.CallerHungUp(contact))

    def _returned(self, domain: Domain, contact: str) -> None:
        """A call that we know came to us again: it had fallen out of our hands while we were away."""
        if domain.paused:
            return
        found = domain.standing.contacts[contact]
        if found.ended_at is None and found.place == "waiting":
            domain.lanes.put(c.KeepWaiting(contact, found.call, found.music), 0)

    def _ended(self, call: str) -> None:
        self._turned_away.discard(call)
        pending = self._pending.get(call)
        if pending is not None:
            pending.cancel()
            return
        known = self._domain_of_call(call)
        if known is not None:
            domain, contact = known
            if domain.standing.contacts[contact].ended_at is None:
                domain.feed(e.CallerHungUp(contact))

    def _called(self, call: str, event: Callable[[str], e.Event]) -> None:
        """Something became of a call that we made."""
        known = self._domain_of_call(call)
        if known is not None and known[0].standing.contacts[known[1]].ended_at is None:
            domain, contact = known
            domain.feed(event(contact))
        elif event is e.CallAnswered:
            self._errands.release(call)  # given up in the same moment: nobody is there to talk with

    # -- legs and prompts --------------------------------------------------------------------------------------------
    def _answered(self, leg: str) -> None:
        domain = self._domain_of_leg(leg)
        if domain is None:
            self._errands.cancel(leg)  # its offer is over: nobody is there to talk with
        else:
            domain.feed(e.OfferAnswered(leg))

    def _leg_event(self, leg: str, event: e.Event) -> None:
        domain = self._domain_of_leg(leg)
        if domain is not None:
            domain.feed(event)

    def _prompt_played(self, call: str, prompt: str) -> None:
        known = self._domain_of_call(call)
        if known is not None:
            domain, contact = known
            domain.feed(e.PromptFinished(contact, prompt.rpartition("/")[2]))
        elif prompt == UNKNOWN_NUMBER:
            self._errands.release(call)

    def _digit_pressed(self, call: str, digit: str) -> None:
        known = self._domain_of_call(call)
        # What a caller types in a conversation (a card's number) is not for the journal.
        if known is not None and known[0].router.hears_digits(known[1]):
            known[0].feed(e.DigitPressed(known[1], known[0].router.digit_to_keep(known[1], digit)))

    # -- the control connection --------------------------------------------------------------------------------------
    def _disconnected(self) -> None:
        log.warning("switch.disconnected")
        self.connected.clear()
        for domain in self._domains.values():
            domain.pause()

    async def _connected(self, fresh: bool) -> None:
        for domain in self._domains.values():
            domain.pause()
        try:
            calls, legs = await self._switch.calls(), await self._switch.legs()
        except s.SwitchError as error:
            # Broken again already, or too busy to answer: the next Connected, or this retry, will do.
            log.warning("switch.listing_failed", error=str(error))
            self._errands.keep(self._try_again(fresh))
            return
        self.settle(calls, legs, fresh=fresh)

    async def _try_again(self, fresh: bool) -> None:
        await asyncio.sleep(_RESYNC_RETRY_SECONDS)
        if not self.connected.is_set():
            await self._connected(fresh)

    def settle(self, calls: list[s.CallOnSwitch], legs: list[s.LegOnSwitch], *, fresh: bool) -> None:
        """Feed in what differs between the switch and the domains, and let them go on."""
        counted = {"events": 0, "reissued": 0, "strangers": 0, "orphans": 0}
        strangers = {call.call: call for call in calls}
        for domain in self._domains.values():
            lost = fresh and bool(domain.standing.contacts)
            found = Differences(events=[e.EngineLost()]) if lost else find_differences(domain.standing, calls, legs)
            for call in calls:
                if call.call in domain.standing.calls or call.call in domain.standing.over:
                    strangers.pop(call.call, None)
            places = {contact.id: (contact.place, contact.leg) for contact in domain.standing.contacts.values()}
            domain.resume(found.events)
            for command in found.reissue:
                now = domain.standing.contacts.get(command.contact)
                if now is not None and (now.place, now.leg) == places.get(now.id):
                    domain.ask_again(command)
            for ended in found.ended_calls:
                self._errands.release(ended)
            counted["events"] += len(found.events)
            counted["reissued"] += len(found.reissue)
        self._clear_vanished(calls)
        orphans = orphan_legs([domain.standing for domain in self._domains.values()], legs)
        for leg in orphans:
            self._errands.cancel(leg)
        self._arrived_unheard(strangers.values())
        counted["orphans"], counted["strangers"] = len(orphans), len(strangers)
        log.info("switch.connected", fresh=fresh, calls=len(calls), legs=len(legs), **counted)
        self.connected.set()

    def _clear_vanished(self, calls: list[s.CallOnSwitch]) -> None:
        """Calls that arrived before the connection broke and were gone when it stood again, though nobody said so."""
        on_switch = {call.call for call in calls}
        for call in [call for call in self._pending if call not in on_switch]:
            self._ended(call)
        for domain in self._domains.values():
            for contact in list(domain.standing.contacts.values()):
                if contact.ended_at is None and not contact.on_the_way and contact.call not in on_switch:
                    domain.feed(e.CallerHungUp(contact.id))

    # -- a look now and then ------------------------------------------------------------------------------------------
    async def audit(self) -> int:
        """Compare with the switch while everything runs. What is odd twice in a row, and not under way, is a lost
        event: it is fed in. Returns how many there were."""
        if not self.connected.is_set():
            return 0
        try:
            calls = {call.call: call for call in await self._switch.calls()}
            legs = {leg.leg: leg.answered for leg in await self._switch.legs()}
        except s.SwitchError as error:
            log.warning("switch.audit_failed", error=str(error))
            return 0
        answered = {call.call: call.answered for call in calls.values()}
        odd = find_oddities(self._domains.values(), answered, legs, self._pending.keys() | self._turned_away)
        lost = odd & self._suspects
        self._suspects = odd - lost
        self._arrived_unheard(calls[name] for kind, name in lost if kind == "stranger")
        for kind, name in sorted(lost):
            log.error("switch.event_lost", kind=kind, name=name)
            if kind == "call":
                self._ended(name)
            elif kind == "reached":
                self._called(name, e.CallAnswered)
            elif kind == "unreached":
                self._called(name, partial(e.CallFailed, reason="failed"))
            elif kind == "orphan":
                self._errands.cancel(name)
            elif kind == "leg":
                self._leg_event(name, e.AgentLegEnded(name))
            elif kind == "ring":
                self._leg_event(name, e.OfferFailed(name, "failed"))
            elif kind == "answer":
                self._leg_event(name, e.OfferAnswered(name))
        return len(lost)
