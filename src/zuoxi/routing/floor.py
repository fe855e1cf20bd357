"""The floor: live contacts, offers and agents, and the moves that keep them consistent with each other.

Each move changes states through the tables of transitions and states its facts. Which move follows which event is
router.py's part. Two things hold after every event: no agent has two offers, and no call waits while an agent who may
take it is ready.
"""

from __future__ import annotations

from collections.abc import Iterator

from zuoxi.routing import commands as c
from zuoxi.routing.arrival import returning_to
from zuoxi.routing.callback_book import CallbackBook
from zuoxi.routing.deadlines import Deadline, Deadlines
from zuoxi.routing.expected_wait import handling_after
from zuoxi.routing.model import (
    AgentState,
    Configuration,
    ContactState,
    Hotline,
    OfferState,
    Outcome,
    PartyState,
    PublishedFlow,
    Queue,
)
from zuoxi.routing.plans import next_announcement, next_step
from zuoxi.routing.records import Agent, Contact, Offer, Party
from zuoxi.routing.selection import Selection, waiting_key
from zuoxi.routing.transitions import AGENT, CONTACT, OFFER, PARTY

_WAITING, _C_OFFERED = ContactState.WAITING, ContactState.OFFERED
_IN_FLOW = ContactState.IN_FLOW
_ANNOUNCING, _RECONNECTING = ContactState.ANNOUNCING, ContactState.RECONNECTING
_READY, _NOT_READY, _SIGNED_OUT = AgentState.READY, AgentState.NOT_READY, AgentState.SIGNED_OUT
_WRAP_UP = AgentState.WRAP_UP
_RINGING = OfferState.RINGING
_ON_OFFER, _ON_WRAP_UP, _ON_WAITING = Deadline.OFFER, Deadline.WRAP_UP, Deadline.WAITING

# Why an offer failed -> the reason code with which its agent is set not ready (no_answer: a setting).
FAILURE_REASONS = {"busy": "phone_busy", "rejected": "rejected", "unreachable": "phone_unreachable"}
REMEMBERED_OFFERS = 1000
ORDINARY = "number:"  # begins the phone of an agent who works from an ordinary telephone


class Floor:
    """All state of one routing domain. ``out`` collects what the present event leads to."""

    def __init__(self) -> None:
        self.contacts: dict[str, Contact] = {}
        self.agents: dict[str, Agent] = {}
        self.offers: dict[str, Offer] = {}
        self.parties: dict[str, Party] = {}
        self.paused: dict[str, Contact] = {}  # contacts whose recording keeps silence
        self.unsettled: dict[str, Contact] = {}  # contacts whose parties changed in this event
        # Agents whom this event left with nothing in hand, and since when they count as idle (None: from now): they go
        # where they belong once everything else of the event is done, or they might be given a call that is ending.
        self.freed: list[tuple[Agent, float | None]] = []
        # Offers that rang in vain, by agent: a late answer must still be put down.
        self.ended_offers: dict[str, str] = {}
        self.handling: dict[str, float] = {}  # queue → how long its calls last with their wrap-up, on average (s)
        self.selection = Selection(self.agents)
        self.deadlines = Deadlines(self.deadline_holds)
        self.book = CallbackBook(self)
        self.sequence = 0
        self.now = 0.0
        self.out: list[c.Command] = []
        self.configure(Configuration(version=0))

    def configure(self, configuration: Configuration) -> None:
        """Take over the configuration's values; contacts and agents are brought in line by the router."""
        self.configuration = configuration
        self.rules = configuration.rules
        self.queues: dict[str, Queue] = {queue.id: queue for queue in configuration.queues}
        self.hotlines: dict[str, Hotline] = {hotline.id: hotline for hotline in configuration.hotlines}
        self.hotlines_by_number: dict[str, Hotline] = {hotline.number: hotline for hotline in configuration.hotlines}
        self.flows: dict[str, PublishedFlow] = {flow.id: flow for flow in configuration.flows}
        self.skills: dict[str, tuple[tuple[str, int], ...]] = {agent.id: agent.skills for agent in configuration.agents}

    # -- deadlines -----------------------------------------------------------------------------------------------------
    def deadline_holds(self, kind: Deadline, identifier: str, at: float) -> bool:
        if kind is _ON_OFFER:
            offer = self.offers.get(identifier)
            return offer is not None and offer.state is _RINGING and offer.ends_at == at
        if kind is _ON_WRAP_UP:
            agent = self.agents.get(identifier)
            return agent is not None and agent.state is _WRAP_UP and agent.wrap_up_ends_at == at
        if kind is Deadline.PARTY:
            party = self.parties.get(identifier)
            return party is not None and party.state is PartyState.RINGING and party.ends_at == at
        if kind is Deadline.CALLBACK:
            return self.book.holds(identifier, at)
        contact = self.contacts.get(identifier)
        if contact is None:
            return False
        if kind is _ON_WAITING:
            return (contact.state is _WAITING or contact.state is _C_OFFERED) and contact.limit_at == at
        if kind is Deadline.PAUSE:
            return contact.paused_by is not None and contact.paused_until == at
        if kind is Deadline.MESSAGE:
            return contact.state is ContactState.LEAVING_MESSAGE and contact.limit_at == at
        if kind is Deadline.OVERFLOW:
            return (contact.state is _WAITING or contact.state is _C_OFFERED) and contact.step_at == at
        if kind is Deadline.SPEAK:
            return (contact.state is _WAITING or contact.state is _C_OFFERED) and contact.speak_at == at
        if kind is Deadline.DIAL:
            return contact.state is ContactState.DIALLING and contact.limit_at == at
        if kind is Deadline.RECONNECT:
            return contact.state is _RECONNECTING and contact.reconnect_by == at
        if kind is Deadline.FLOW:
            return contact.state is _IN_FLOW and contact.flow is not None and contact.flow.run.due_at == at
        return contact.state is _ANNOUNCING and contact.limit_at == at

    # -- agents --------------------------------------------------------------------------------------------------------
    def move_agent(self, agent: Agent, trigger: str, reason: str | None = None, contact: str | None = None) -> None:
        """Change an agent's state and state the fact."""
        agent.state = state = AGENT.after(agent.state, trigger)
        agent.ticket = 0
        agent.reason = reason
        agent.contact = contact
        agent.since = self.now
        agent.wrap_up_ends_at = None
        agent.overstayed = ""
        self.out.append(c.AgentStateChanged(agent.id, state, reason, contact))

    def make_ready(self, agent: Agent, idle_since: float | None = None) -> None:
        """The agent is ready, and takes the best waiting call at once if there is one. ``idle_since``: kept from before
        when the agent was offered a call in vain without fault."""
        agent.state = AGENT.after(agent.state, "ready")
        agent.ticket = 0
        agent.reason = agent.contact = agent.wrap_up_ends_at = None
        agent.overstayed = ""
        agent.since = self.now
        agent.idle_since = self.now if idle_since is None else idle_since
        fact = agent.ready_fact
        if fact is None:
            fact = agent.ready_fact = c.AgentStateChanged(agent.id, _READY)
        self.out.append(fact)
        contact = self.selection.find_contact(agent)
        if contact is None:
            self.selection.add_agent(agent)
        else:
            self.offer(contact, agent, self.selection.reason(contact, agent))

    def give_back(self, agent: Agent, idle_since: float | None) -> None:
        """An agent has nothing in hand, by nobody's fault: ready again, or what was wished."""
        if agent.wish is None:
            self.make_ready(agent, idle_since)
        else:
            self.follow_wish(agent)

    def free_everybody(self) -> None:
        """Send those where they belong whom this event left with nothing in hand."""
        while self.freed:
            agent, idle_since = self.freed.pop(0)
            self.give_back(agent, idle_since)

    def finish_talk(self, contact: Contact) -> None:
        """The agent's part in the contact is over: wrap-up begins."""
        contact.talked += self.now - contact.talking_since
        self.begin_wrap_up(contact)

    def begin_wrap_up(self, contact: Contact) -> None:
        """The contact's agent has nothing more to do with it but to write down what was."""
        agent = contact.agent
        queue = contact.queue
        assert agent is not None and queue is not None
        contact.agent = None
        self.clear_help(contact, agent.id, None)
        if contact.quality.pop("agent", None) is not None:  # it was this agent's line
            fact = c.CallQualityChanged(contact.id, "agent", "good", None, None, None, None, agent.id)
            self.out.append(fact)
        self.drop_leg(contact)
        if contact.state is not ContactState.DIALLING:  # nobody has spoken: there is nothing to measure
            agent.served_queue, agent.served_since = queue.id, contact.talking_since
        self.move_agent(agent, "finish", None, contact.id)
        if queue.wrap_up_limit is not None:
            agent.wrap_up_ends_at = self.now + queue.wrap_up_limit
            agent.extension, agent.extensions_left = queue.wrap_up_extension, queue.wrap_up_extensions
            self.deadlines.set(agent.wrap_up_ends_at, Deadline.WRAP_UP, agent.id)

    def follow_wish(self, agent: Agent) -> None:
        """After the wrap-up: ready, or what the agent wished meanwhile."""
        if agent.served_queue is not None:
            lasted = self.now - agent.served_since
            self.handling[agent.served_queue] = handling_after(self.handling.get(agent.served_queue), lasted)
            agent.served_queue = None
        wish, agent.wish = agent.wish, None
        if wish is None:
            self.make_ready(agent)
        elif wish[0] is _SIGNED_OUT:
            self.move_agent(agent, "sign_out")
        else:
            self.move_agent(agent, "not_ready", wish[1])

    def refuse(self, agent: str, request: str, code: str) -> None:
        """Answer an agent's request that cannot be (codes: errors.REFUSALS)."""
        self.out.append(c.RequestRefused(agent, request, code))

    # -- offers --------------------------------------------------------------------------------------------------------
    def offer(self, contact: Contact, agent: Agent, reason: str, trigger: str = "offer") -> None:
        """Ring a ready agent for a contact that waits (or is transferred to exactly this agent); with the ``trigger``
        pick_up, somebody who asked for it. A place kept in the queue becomes a callback on the agent's desk."""
        if contact.task is not None:
            self.book.offer(contact.task, agent)
            return
        contact.state = CONTACT.after(contact.state, "offer")
        contact.ticket = 0
        offer = self.ring(contact, agent, reason)
        agent.state = state = AGENT.after(agent.state, trigger)
        agent.ticket = 0
        agent.contact = contact.id
        agent.since = self.now
        self.out.append(c.AgentStateChanged(agent.id, state, None, offer.contact.id))

    def ring(self, contact: Contact, agent: Agent, reason: str) -> Offer:
        """Make an offer and ring the agent's phone; leaves the states of contact and agent alone."""
        queue = contact.queue
        assert queue is not None
        contact.offers_made += 1
        identifier = f"{contact.id}-{contact.offers_made}"
        timeout = queue.offer_timeout
        if agent.phone.startswith(ORDINARY):
            timeout += self.rules.home_extra
        ends_at = self.now + timeout
        offer = Offer(identifier, contact, agent, reason, OFFER.after(None, "ring"), ends_at, agent.resumes)
        self.offers[identifier] = contact.offer = agent.offer = offer
        self.deadlines.set(ends_at, Deadline.OFFER, identifier)
        out = self.out
        out.append(c.ContactOffered(contact.id, identifier, agent.id, queue.id, reason))
        call = "" if contact.state is ContactState.CALLING else contact.call  # it is yet to be made
        out.append(c.OfferCall(contact.id, call, identifier, agent.id, agent.phone, queue.id, timeout))
        return offer

    def end_ringing(self, offer: Offer, trigger: str, why: str, cancel: bool) -> None:
        """A ringing offer is over: by ``fail`` (the phone's doing) or ``withdraw``. ``cancel``: the phone still rings.
        The contact and the agent are moved by who calls this."""
        offer.state = OFFER.after(offer.state, trigger)
        del self.offers[offer.id]
        offer.contact.offer = offer.agent.offer = None
        self.remember_ended(offer.id, offer.agent.id)
        self.out.append(c.OfferEnded(offer.contact.id, offer.id, offer.agent.id, why))
        if cancel:
            self.out.append(c.CancelOffer(offer.contact.id, offer.id, offer.agent.id))

    def remember_ended(self, leg: str, agent: str) -> None:
        """A leg that rang is over; a late answer is put down."""
        self.ended_offers[leg] = agent
        if len(self.ended_offers) > REMEMBERED_OFFERS:
            del self.ended_offers[next(iter(self.ended_offers))]

    # -- parties -------------------------------------------------------------------------------------------------------
    def end_party(self, party: Party, why: str, *, cancel: bool = True, free: bool = True) -> None:
        """A party is over. ``cancel``: its phone still rings or is up; ``free``: its agent has nothing in hand then."""
        contact, agent = party.contact, party.agent
        party.state = PARTY.after(party.state, "end")
        contact.parties.remove(party)
        del self.parties[party.id]
        name = None if agent is None else agent.id
        self.remember_ended(party.id, name or "")
        self.unsettled[contact.id] = contact
        self.out.append(c.PartyEnded(contact.id, party.id, party.kind, party.by, name, why))
        if cancel:
            self.out.append(c.ReleaseParty(contact.id, party.id))
        if agent is not None:
            agent.party = None
            if free:
                self.freed.append((agent, None))

    def clear_help(self, contact: Contact, agent: str, by: str | None) -> None:
        """The help key is answered, taken back, or has nobody any more who pressed it."""
        if contact.help:
            contact.help = False
            self.out.append(c.HelpCleared(contact.id, agent, by))

    def resume_recording(self, contact: Contact, agent: str | None, reason: str) -> None:
        """The recording has sound again; asking the switch for it is the caller's part."""
        contact.paused_by = None
        del self.paused[contact.id]
        self.out.append(c.RecordingResumed(contact.id, agent, reason))

    def drop_leg(self, contact: Contact) -> None:
        """Forget the answered leg of a conversation that is over (commands to the switch are the caller's part)."""
        offer = contact.offer
        if offer is not None:
            offer.state = OFFER.after(offer.state, "release")
            del self.offers[offer.id]
            contact.offer = offer.agent.offer = None

    # -- contacts ------------------------------------------------------------------------------------------------------
    def rank(self, contact: Contact) -> None:
        """Set what decides who serves the contact and when: priority, place, time limit, and who else may take it."""
        queue, hotline, rules = contact.queue, contact.hotline, self.rules
        assert queue is not None
        last_agent = None if hotline is None else returning_to(contact.last_order, hotline.line, rules)
        contact.returning = last_agent is not None
        contact.priority = (
            queue.priority
            + (rules.vip_boost if contact.vip else 0)
            + (rules.last_agent_boost if contact.returning else 0)
            + contact.rule_priority
            + (rules.transfer_boost if contact.transferred else contact.flow_priority)
        )
        # After a transfer the chosen queue alone decides; the boosts stay.
        contact.last_agent = None if contact.transferred else last_agent
        vip_group = contact.vip and not contact.transferred and hotline is not None
        contact.vip_skill = hotline.vip_skill if vip_group and hotline is not None else None
        ageing = rules.seconds_per_priority
        if ageing is not None and queue.seconds_per_priority is not None:
            ageing = queue.seconds_per_priority
        contact.key = waiting_key(contact.priority, contact.queued_at, contact.sequence, ageing)
        limit_at = contact.plan_from + (contact.home or queue).time_limit
        if limit_at != contact.limit_at:
            contact.limit_at = limit_at
            self.deadlines.set(limit_at, Deadline.WAITING, contact.id)

    def enter_queue(self, contact: Contact, queue: Queue, since: float) -> None:
        """A new wait begins, which counts from ``since`` (not later than now): behind everybody of the same priority
        who has waited longer."""
        self.sequence += 1
        contact.sequence = self.sequence
        contact.queued_at = since
        contact.visited = ()
        contact.spoken = None
        self.settle_in(contact, queue, since)

    def settle_in(self, contact: Contact, queue: Queue, since: float) -> None:
        """The contact belongs to ``queue`` from now on, whose plan begins at ``since``; its wait goes on."""
        contact.queue = contact.home = queue
        contact.plan_from = since
        contact.stepped = -1.0
        contact.placed_at = contact.said_to = self.now
        contact.limit_at = 0.0
        self.rank(contact)
        self.arm_plan(contact)
        self.arm_speech(contact)

    def arm_plan(self, contact: Contact) -> None:
        """Set when the next overflow step is due."""
        home = contact.home
        contact.step_at = None
        if home is not None and home.overflow:
            at = contact.step_at = next_step(home, contact.plan_from, contact.stepped)
            if at is not None:
                self.deadlines.set(at, Deadline.OVERFLOW, contact.id)

    def arm_speech(self, contact: Contact) -> None:
        """Set when something is to be said next."""
        queue = contact.queue
        contact.speak_at = None
        if queue is not None and (queue.announce_first is not None or queue.comfort):
            at = contact.speak_at = next_announcement(queue, contact.placed_at, contact.said_to)
            if at is not None:
                self.deadlines.set(at, Deadline.SPEAK, contact.id)

    def say(self, contact: Contact, prompt: str, parts: tuple[str, ...] = ()) -> None:
        """Say something to a caller who goes on waiting; nothing else is said meanwhile."""
        contact.spoken = prompt
        contact.spoken_until = self.now + self.rules.announcement_limit
        self.out.append(c.PlayPrompt(contact.id, contact.call, prompt, parts, once=True))

    def wait(self, contact: Contact, why: str, since: float | None = None, *, offer: bool = True) -> None:
        """The contact waits (anew or again, in its old place) and is offered at once if an agent is ready. ``since``:
        as the fact has it; without ``offer`` the caller of this decides what follows."""
        queue = contact.queue
        assert queue is not None
        contact.state = CONTACT.after(contact.state, "wait")
        self.out.append(c.ContactQueued(contact.id, queue.id, contact.priority, why, since))
        if offer:
            self.place(contact)

    def place(self, contact: Contact) -> None:
        """Offer a waiting contact to the best ready agent, or let it wait."""
        found = self.selection.find_agent(contact)
        if found is None:
            self.selection.add_contact(contact)
        else:
            self.offer(contact, *found)

    def announce(self, contact: Contact, prompt: str, outcome: Outcome, reason: str) -> None:
        """Play the message after which the call is released; the outcome stands from here on."""
        contact.state = CONTACT.after(contact.state, "announce")
        contact.ticket = 0
        contact.announcement = prompt
        contact.outcome = outcome
        contact.end_reason = reason
        contact.limit_at = self.now + self.rules.announcement_limit
        self.deadlines.set(contact.limit_at, Deadline.ANNOUNCEMENT, contact.id)
        self.out.append(c.PlayPrompt(contact.id, contact.call, prompt))

    def everybody_waiting(self) -> Iterator[Contact]:
        """All live contacts, and the places kept for those who are to be called when their turn comes."""
        yield from self.contacts.values()
        for task in self.book.tasks.values():
            if task.place is not None and task.place.ticket:
                yield task.place

    def stop_waiting(self, contact: Contact) -> None:
        contact.waited += self.now - contact.queued_at

    def record_callback(self, contact: Contact, reason: str) -> None:
        """The caller is to be called back."""
        self.book.record(contact, reason)

    def end(self, contact: Contact, outcome: Outcome, reason: str) -> None:
        """The one end of a contact. Who has spoken with an agent is answered, whatever came later."""
        contact.state = CONTACT.after(contact.state, "end")
        contact.ticket = 0
        for party in list(contact.parties):
            self.end_party(party, "contact_over")
        if contact.paused_by is not None:
            self.resume_recording(contact, None, "ended")
        del self.contacts[contact.id]
        if self.book.tasks:
            self.book.touch(contact)
            if outcome is Outcome.VOICEMAIL:
                self.book.reached(contact, "voicemail")  # a person calls back, from the message
        if contact.answered and outcome is not Outcome.TRANSFERRED_OUT:
            outcome = Outcome.ANSWERED
        queue = None if contact.queue is None else contact.queue.id
        self.out.append(c.ContactEnded(contact.id, outcome, reason, queue, contact.waited, contact.talked))
