"""What callers and their legs do: arrive, hear messages, wait too long, hang up, get lost."""

from __future__ import annotations

from dataclasses import replace

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.arrival import arrived_at, dismissal, refusal
from zuoxi.routing.floor import Floor
from zuoxi.routing.flows import Flows
from zuoxi.routing.model import ContactState, OfferState, Outcome, RefuseWith, RuleAction
from zuoxi.routing.outbound import ON_THE_WAY, Outbound
from zuoxi.routing.outside import speaks_outside
from zuoxi.routing.records import Agent, Contact
from zuoxi.routing.treatment import Treatment
from zuoxi.routing.voicemail import Voicemail

_C = ContactState
_IN_QUEUE = (_C.WAITING, _C.OFFERED)


class Calls:
    """The events of the callers' side."""

    def __init__(
        self, floor: Floor, treatment: Treatment, flows: Flows, voicemail: Voicemail, outbound: Outbound
    ) -> None:
        self._floor = floor
        self._treatment = treatment
        self._flows = flows
        self._voicemail = voicemail
        self._outbound = outbound

    def call_arrived(self, event: e.CallArrived) -> None:
        floor, caller = self._floor, event.caller
        if event.contact in floor.contacts:
            return
        hotline = floor.hotlines_by_number.get(event.hotline) or floor.hotlines.get(event.hotline)
        arrived = arrived_at(event.since, floor.now)
        since = arrived if arrived < floor.now else None
        contact = Contact(
            event.contact,
            event.call,
            caller.number,
            caller.customer,
            caller.vip,
            caller.last_order,
            hotline,
            arrived,
            number_key=caller.number_key,
            client=caller.client,
        )
        floor.contacts[contact.id] = contact
        if floor.book.tasks:
            floor.book.touch(contact)
        name, line, project = (
            (event.hotline, None, None) if hotline is None else (hotline.id, hotline.line, hotline.project)
        )
        out = floor.out
        number, customer, vip = caller.number, caller.customer, caller.vip
        out.append(c.ContactStarted(contact.id, contact.call, name, line, project, number, customer, vip, since))
        for rule in caller.rules:
            until = None if rule.block_for is None else floor.now + rule.block_for
            out.append(c.CallerRuleApplied(contact.id, rule.rule, rule.action, rule.refuse_with, until))
        contact.rule_priority = sum(rule.priority for rule in caller.rules if rule.action is RuleAction.PRIORITY)
        answer_first = hotline is None or hotline.answer_before_waiting
        flow = None if hotline is None else self._flows.published(hotline.flow)
        met = caller if flow is None or not flow[1].meets_blacklisted else replace(caller, blacklisted=False)
        refused = dismissal(met, hotline, event.open or (flow is not None and flow[1].asks_hours))
        if refused is not None:
            prompt = refused.message(floor.rules)
            if refused.outcome is Outcome.BLOCKED and refusal(met, floor.rules) is RefuseWith.BUSY:
                out.append(c.ReleaseCall(contact.id, contact.call, busy=True))
                floor.end(contact, refused.outcome, refused.reason)
                return
            if prompt is None:
                out.append(c.ReleaseCall(contact.id, contact.call))
                floor.end(contact, refused.outcome, refused.reason)
                return
            if answer_first:
                out.append(c.AnswerCall(contact.id, contact.call))
            floor.announce(contact, prompt, refused.outcome, refused.reason)
            return
        assert hotline is not None
        if flow is not None:
            out.append(c.AnswerCall(contact.id, contact.call))
            self._flows.begin(contact, *flow, caller)
            return
        queue = floor.queues.get(hotline.queue)
        if queue is None:
            out.append(c.ReleaseCall(contact.id, contact.call))
            floor.record_callback(contact, "queue_unknown")
            floor.end(contact, Outcome.FAILED, "queue_unknown")
            return
        waits = self._treatment.admit(contact, queue, "arrival", arrived, answer=answer_first)
        if waits and hotline.greeting is not None:
            floor.say(contact, hotline.greeting)

    def caller_hung_up(self, event: e.CallerHungUp) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is not None:
            self._end(contact, "caller_hung_up", Outcome.ABANDONED, "abandoned", "caller_gone", engine=True)

    def command_failed(self, event: e.CommandFailed) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is not None:
            self._floor.out.append(c.ReleaseCall(contact.id, contact.call))
            self._end(contact, event.reason, Outcome.FAILED, "failed", "call_failed", engine=True)

    def _end(
        self, contact: Contact, reason: str, outcome: Outcome, callback: str, offer_reason: str, engine: bool
    ) -> Agent | None:
        """The caller's leg is gone: end the contact in whatever state it is. ``engine``: the agent's leg still exists
        and must be put down. Returns an agent who rang for it when the engine is gone (not yet made ready)."""
        floor = self._floor
        free: Agent | None = None
        idle_since = 0.0
        if contact.state is _C.ANNOUNCING:
            assert contact.outcome is not None
            floor.end(contact, contact.outcome, contact.end_reason)
            return None
        if contact.state is _C.IN_FLOW:
            outcome, call_back = self._flows.over(contact, reason, outcome)
            if call_back:
                floor.record_callback(contact, callback)
            floor.end(contact, outcome, reason)
            return None
        if contact.state is _C.LEAVING_MESSAGE:
            self._voicemail.over(contact, reason, outcome, callback)
            return None
        if contact.state in ON_THE_WAY:
            self._outbound.give_up(contact, Outcome.FAILED, reason, call_up=False, leg_up=engine)
            return None
        if contact.state is _C.OUTSIDE:
            if speaks_outside(contact):
                outcome = Outcome.TRANSFERRED_OUT
            else:
                floor.record_callback(contact, callback)  # gave up before anybody outside had answered
            floor.end(contact, outcome, reason)
            return None
        if contact.state in _IN_QUEUE:
            floor.stop_waiting(contact)
            if contact.offer is not None:
                free = contact.offer.agent
                idle_since = free.idle_since
                floor.end_ringing(contact.offer, "withdraw", offer_reason, cancel=engine)
            floor.record_callback(contact, callback)
        else:
            if contact.state is _C.RECONNECTING or not engine:
                floor.record_callback(contact, callback)  # nobody has ended this conversation: it was cut off
            self.put_down(contact, offer_reason, engine)
            floor.finish_talk(contact)
        floor.end(contact, outcome, reason)
        if free is not None and engine:
            floor.give_back(free, idle_since)
            return None
        return free

    def put_down(self, contact: Contact, offer_reason: str, engine: bool) -> None:
        """End the agent's side of a conversation on the switch, ringing again or answered."""
        floor, offer = self._floor, contact.offer
        if offer is None:
            return
        if offer.state is OfferState.RINGING:
            floor.end_ringing(offer, "withdraw", offer_reason, cancel=engine)
        elif engine:
            floor.out.append(c.ReleaseAgent(contact.id, offer.id, offer.agent.id))

    def prompt_finished(self, contact: Contact, prompt: str) -> None:
        """The closing message has been heard."""
        if contact.announcement == prompt:
            self.release_announced(contact)

    def release_announced(self, contact: Contact) -> None:
        assert contact.outcome is not None
        self._floor.out.append(c.ReleaseCall(contact.id, contact.call))
        self._floor.end(contact, contact.outcome, contact.end_reason)

    def dismiss(self, contact: Contact, outcome: Outcome, reason: str) -> None:
        """A supervisor ends the contact, in whatever state it is. Nobody calls back; who was in the middle of a closing
        message keeps that message's outcome."""
        floor, offer = self._floor, contact.offer
        if contact.state in ON_THE_WAY:
            self._outbound.give_up(contact, Outcome.CANCELLED, reason)
            return
        floor.out.append(c.ReleaseCall(contact.id, contact.call))
        if contact.state is _C.ANNOUNCING:
            assert contact.outcome is not None
            floor.end(contact, contact.outcome, contact.end_reason)
            return
        if contact.state is _C.IN_FLOW:
            self._flows.over(contact, reason, outcome)
            floor.end(contact, outcome, reason)
            return
        if contact.state is _C.LEAVING_MESSAGE:
            self._voicemail.over(contact, reason, outcome, None)
            return
        if contact.state is _C.OUTSIDE:
            floor.end(contact, Outcome.TRANSFERRED_OUT if speaks_outside(contact) else outcome, reason)
            return
        in_queue = contact.state in _IN_QUEUE
        self.put_down(contact, reason, engine=True)
        if in_queue:
            floor.stop_waiting(contact)
        else:
            floor.finish_talk(contact)
        floor.end(contact, outcome, reason)
        if in_queue and offer is not None:
            floor.give_back(offer.agent, offer.agent.idle_since)

    def engine_lost(self, event: e.EngineLost) -> None:
        """Every call is gone, and whoever waited or talked is called back. Agents are made ready only when no contact
        is left that could be offered."""
        floor = self._floor
        free = []
        reason = "engine_lost"
        for party in list(floor.parties.values()):
            floor.end_party(party, reason, cancel=False)
        for contact in list(floor.contacts.values()):
            agent = self._end(contact, reason, Outcome.FAILED, reason, reason, engine=False)
            if agent is not None:
                free.append(agent)
        for agent in free:
            floor.give_back(agent, agent.idle_since)
