"""What agents' phones do: answer, fail, hang up, are lost with their page and come back."""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.floor import FAILURE_REASONS, Floor
from zuoxi.routing.flows import Flows
from zuoxi.routing.model import AgentState, ContactState, OfferState, Outcome
from zuoxi.routing.outbound import Outbound
from zuoxi.routing.parties import AGENT_LEFT, Parties
from zuoxi.routing.records import Agent, Contact, Offer
from zuoxi.routing.transitions import CONTACT, OFFER

_C, _A = ContactState, AgentState


class Phones:
    """The events of the phones' side."""

    def __init__(self, floor: Floor, parties: Parties, flows: Flows, outbound: Outbound) -> None:
        self._floor = floor
        self._flows = flows
        self._parties = parties
        self._outbound = outbound

    def offer_answered(self, event: e.OfferAnswered) -> None:
        floor = self._floor
        offer = floor.offers.get(event.offer)
        if offer is None and event.offer in floor.parties:
            self._parties.answered(floor.parties[event.offer])
            return
        if offer is None:
            # Answered after it was given up: no phone stays up. Long forgotten offers still name their contact.
            contact_id = event.offer.rpartition("-")[0]
            agent_id = floor.ended_offers.get(event.offer, "")
            floor.out.append(c.ReleaseAgent(contact_id, event.offer, agent_id))
            return
        if offer.state is not OfferState.RINGING:
            return
        contact, agent = offer.contact, offer.agent
        offer.state = OFFER.after(offer.state, "answer")
        out = floor.out
        if contact.state is _C.CALLING:
            self._outbound.dial(contact)
            return
        if contact.state is _C.RECONNECTING:
            contact.state = CONTACT.after(contact.state, "resume")
            if not self._parties.meet(contact):
                contact.gathered = ()
                out.append(c.Connect(contact.id, contact.call, offer.id, agent.id))
            out.append(c.ContactResumed(contact.id, agent.id))
            return
        contact.gathered = ()
        out.append(c.Connect(contact.id, contact.call, offer.id, agent.id))
        contact.state = CONTACT.after(contact.state, "answer")
        contact.agent = agent
        contact.answered = True
        contact.talking_since = floor.now
        floor.stop_waiting(contact)
        assert contact.queue is not None
        waited = floor.now - contact.queued_at
        out.append(c.ContactAnswered(contact.id, offer.id, agent.id, contact.queue.id, waited))
        floor.move_agent(agent, "answer", None, contact.id)

    def offer_failed(self, event: e.OfferFailed) -> None:
        party = self._floor.parties.get(event.offer)
        if party is not None:
            self._parties.failed(event, party)
            return
        offer = self._floor.offers.get(event.offer)
        if offer is not None and offer.state is OfferState.RINGING:
            # A desk's «reject» leaves the phone ringing; a phone that rejected by itself has nothing to cancel.
            self.miss(offer, event.reason, cancel=event.reason == "rejected")

    def miss(self, offer: Offer, why: str, cancel: bool) -> None:
        """The agent did not take the call: not ready, and the call goes on to the next."""
        floor, contact, agent = self._floor, offer.contact, offer.agent
        if contact.state is _C.CALLING:
            self._outbound.own_phone_failed(contact, why, cancel)
            return
        floor.end_ringing(offer, "fail", why, cancel)
        if contact.state is _C.RECONNECTING:
            return
        default = floor.rules.silent_agent_reason if why == "no_answer" else "phone_failed"
        # Who was not ready before (and picked this call up) is so for the same reason again.
        wish, agent.wish = agent.wish, None
        reason = FAILURE_REASONS.get(why, default) if wish is None else wish[1]
        floor.move_agent(agent, "not_ready", reason)
        floor.wait(contact, why)

    def decline(self, agent: Agent, why: str, trigger: str, reason: str | None) -> None:
        """The agent leaves a ringing offer by own wish."""
        offer = agent.offer
        assert offer is not None
        self._floor.end_ringing(offer, "withdraw", why, cancel=True)
        agent.wish = None
        self._floor.move_agent(agent, trigger, reason)
        self._floor.wait(offer.contact, why)

    def ring_elsewhere(self, agent: Agent) -> None:
        """The agent's phone is another one now: what rings (or rang where nobody hears it) rings there instead."""
        offer = agent.offer
        assert offer is not None
        self._floor.end_ringing(offer, "withdraw", "phone_changed", cancel=True)
        self._floor.ring(offer.contact, agent, offer.reason)

    def redial(self, agent: Agent, contact: Contact) -> None:
        """The page of an agent who calls out came back with nothing in its hands: its phone rings anew, or what was
        being dialled is given up, because nobody would be there to speak."""
        if contact.state is _C.CALLING:
            self.ring_elsewhere(agent)
        else:
            self._outbound.give_up(contact, Outcome.CANCELLED, "phone_lost")

    def agent_leg_ended(self, event: e.AgentLegEnded) -> None:
        floor = self._floor
        offer = floor.offers.get(event.offer)
        if offer is None:
            party = floor.parties.get(event.offer)
            if party is not None:
                self._parties.leg_ended(party)
            return
        if offer.state is OfferState.RINGING:
            self.miss(offer, "failed", cancel=False)
            return
        contact = offer.contact
        if contact.state is _C.DIALLING:
            self._outbound.give_up(contact, Outcome.CANCELLED, "agent_hung_up", leg_up=False)
            return
        if offer.resumes:
            self.lose_phone(contact)
            if not offer.agent.resumes:
                self.reconnect(contact, offer.agent)  # the agent has moved to a seat that can be rung at once
            return
        heir = self._parties.heir(contact)
        if heir is not None:
            self._parties.adopt(heir, AGENT_LEFT, release=False)
            return
        if self._flows.survey(contact):
            floor.out.append(c.TakeAside(contact.id, contact.call))
            floor.finish_talk(contact)
            self._flows.begin_survey(contact, offer.agent.id)
            return
        floor.out.append(c.ReleaseCall(contact.id, contact.call))
        floor.finish_talk(contact)
        floor.end(contact, Outcome.ANSWERED, "agent_hung_up")

    def lose_phone(self, contact: Contact) -> None:
        """A page's phone is gone in the conversation: the caller hears music until it is back."""
        floor, agent = self._floor, contact.agent
        assert agent is not None
        if contact.state is _C.TALKING:
            if self._parties.heir(contact) is None:
                contact.gathered = ()
                floor.out.append(c.HoldCall(contact.id, contact.call))
            floor.out.append(c.ContactHeld(contact.id, agent.id))
        contact.state = CONTACT.after(contact.state, "lose")
        floor.drop_leg(contact)
        contact.reconnect_by = floor.now + floor.rules.reconnect_limit
        floor.deadlines.set(contact.reconnect_by, Deadline.RECONNECT, contact.id)

    def reconnect(self, contact: Contact, agent: Agent) -> None:
        """Ring the agent who was cut off from this contact."""
        if contact.offer is None:
            self._floor.ring(contact, agent, "reconnect")
        else:
            self.ring_elsewhere(agent)

    def give_up_reconnecting(self, contact: Contact) -> None:
        floor, agent = self._floor, contact.agent
        assert agent is not None and contact.queue is not None
        heir = self._parties.heir(contact)
        if heir is not None:
            self._parties.adopt(heir, AGENT_LEFT)
            return
        if contact.offer is not None:
            floor.end_ringing(contact.offer, "withdraw", "no_answer", cancel=True)
        floor.clear_help(contact, agent.id, None)
        contact.talked += floor.now - contact.talking_since
        contact.agent = None
        wish, agent.wish = agent.wish, None
        if wish is not None and wish[0] is _A.SIGNED_OUT:
            floor.move_agent(agent, "sign_out")
        else:
            floor.move_agent(agent, "not_ready", "phone_lost")
        floor.out.append(c.KeepWaiting(contact.id, contact.call, contact.queue.music))
        contact.transferred = True
        floor.enter_queue(contact, contact.queue, floor.now)
        floor.wait(contact, "reconnect_failed")
