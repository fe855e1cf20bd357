"""What agents ask for in a conversation: hold, resume, hang up, transfer. What cannot be is refused and changes
nothing."""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.calls import Calls
from zuoxi.routing.errors import RequestImpossible
from zuoxi.routing.floor import Floor
from zuoxi.routing.flows import Flows
from zuoxi.routing.model import AgentState, ContactState, OfferState, Outcome, Queue
from zuoxi.routing.outbound import ON_THE_WAY, Outbound
from zuoxi.routing.outside import Outside
from zuoxi.routing.parties import AGENT_LEFT, Parties
from zuoxi.routing.records import Agent, Contact
from zuoxi.routing.selection import TRANSFER
from zuoxi.routing.transitions import CONTACT
from zuoxi.routing.treatment import Treatment

_C, _A = ContactState, AgentState


class Requests:
    """The agents' requests about their own contact."""

    def __init__(
        self, floor: Floor, calls: Calls, parties: Parties, treatment: Treatment, flows: Flows, outbound: Outbound
    ) -> None:
        self._floor = floor
        self._treatment = treatment
        self._flows = flows
        self._outbound = outbound
        self.outside = Outside(floor, parties)
        self._calls = calls
        self._parties = parties

    def own_contact(self, agent: str, contact: str) -> Contact:
        """The contact that ``agent`` talks in; raises RequestImpossible otherwise."""
        record = self._floor.contacts.get(contact)
        if record is None:
            raise RequestImpossible("routing.contact_unknown")
        if record.agent is None or record.agent.id != agent:
            raise RequestImpossible("routing.not_your_contact")
        return record

    def hold_requested(self, event: e.HoldRequested) -> None:
        try:
            contact = self.own_contact(event.agent, event.contact)
            if contact.state is not _C.TALKING:
                raise RequestImpossible("routing.not_talking")
        except RequestImpossible as refusal:
            self._floor.refuse(event.agent, "hold", refusal.code)
            return
        contact.state = CONTACT.after(contact.state, "hold")
        self._floor.out.append(c.HoldCall(contact.id, contact.call))
        self._floor.out.append(c.ContactHeld(contact.id, event.agent))

    def resume_requested(self, event: e.ResumeRequested) -> None:
        try:
            contact = self.own_contact(event.agent, event.contact)
            if contact.state is not _C.HELD:
                raise RequestImpossible("routing.not_held")
        except RequestImpossible as refusal:
            self._floor.refuse(event.agent, "resume", refusal.code)
            return
        contact.state = CONTACT.after(contact.state, "resume")
        self._parties.rejoin(contact)
        self._floor.out.append(c.ContactResumed(contact.id, event.agent))

    def hang_up_requested(self, event: e.HangUpRequested) -> None:
        floor = self._floor
        agent = floor.agents.get(event.agent)
        if agent is not None and agent.state is _A.WRAP_UP and agent.contact == event.contact:
            return  # the caller was quicker: what the agent wants is already so
        if agent is not None and agent.party is not None and agent.party.contact.id == event.contact:
            floor.end_party(agent.party, "ended")  # who only takes part leaves; the call goes on
            return
        try:
            contact = self.own_contact(event.agent, event.contact)
        except RequestImpossible as refusal:
            self._floor.refuse(event.agent, "hang_up", refusal.code)
            return
        if contact.state in ON_THE_WAY:
            self._outbound.give_up(contact, Outcome.CANCELLED, "agent_hung_up")
            return
        heir = self._parties.heir(contact)
        if heir is not None:
            self._parties.adopt(heir, AGENT_LEFT)
            return
        if self._flows.survey(contact):
            # The caller leaves the conversation before the agent's leg ends, or both would end.
            floor.out.append(c.TakeAside(contact.id, contact.call))
            self._calls.put_down(contact, "agent_left", engine=True)
            floor.finish_talk(contact)
            self._flows.begin_survey(contact, event.agent)
            return
        floor.out.append(c.ReleaseCall(contact.id, contact.call))
        self._calls.put_down(contact, "agent_left", engine=True)
        floor.finish_talk(contact)
        floor.end(contact, Outcome.ANSWERED, "agent_hung_up")

    def transfer_requested(self, event: e.TransferRequested) -> None:
        try:
            contact = self.own_contact(event.agent, event.contact)
            if contact.state is _C.RECONNECTING or contact.state in ON_THE_WAY:
                raise RequestImpossible("routing.not_talking")
            if event.to_agent is not None and event.to_agent == event.agent and event.to_queue is None:
                raise RequestImpossible("routing.transfer_to_self")
            if event.to_number is not None:
                if event.to_agent is not None or event.to_queue is not None:
                    raise RequestImpossible("routing.transfer_target_missing")
                self.outside.send(contact, event.agent, event.to_number)
                return
            target, queue = self.destination(contact, event.to_agent, event.to_queue)
        except RequestImpossible as refusal:
            self._floor.refuse(event.agent, "transfer", refusal.code)
            return
        self.pass_on(contact, event.agent, target, queue, event.to_agent, event.to_queue)

    def destination(self, contact: Contact, to_agent: str | None, to_queue: str | None) -> tuple[Agent | None, Queue]:
        """Where a contact is passed on to: a ready agent (and the queue it came from), or a queue. Raises
        RequestImpossible."""
        if (to_agent is None) == (to_queue is None):
            raise RequestImpossible("routing.transfer_target_missing")
        if to_queue is not None:
            queue = self._floor.queues.get(to_queue)
            if queue is None:
                raise RequestImpossible("routing.queue_unknown")
            refusal = self._treatment.refusal(queue)
            if refusal is not None:
                # Whoever has spoken with somebody is not sent away: the one who passes on hears of it instead.
                raise RequestImpossible(f"routing.queue_{refusal.value}")
            return None, queue
        assert to_agent is not None and contact.queue is not None
        target = self._floor.agents.get(to_agent)
        if target is None or target.state is not _A.READY:
            raise RequestImpossible("routing.agent_not_ready")
        return target, contact.queue

    def pass_on(
        self,
        contact: Contact,
        by: str,
        target: Agent | None,
        queue: Queue,
        to_agent: str | None,
        to_queue: str | None,
    ) -> None:
        """The caller leaves whoever has (or is rung for) the contact, and waits in ``queue`` or rings ``target``."""
        floor, offer = self._floor, contact.offer
        # The caller leaves the conversation before the agent's leg ends, or both would end.
        floor.out.append(c.ContactTransferred(contact.id, by, to_agent, to_queue))
        floor.out.append(c.KeepWaiting(contact.id, contact.call, queue.music))
        if offer is not None and offer.state is OfferState.RINGING:
            floor.end_ringing(offer, "withdraw", "transferred", cancel=True)
            if contact.agent is None:
                floor.freed.append((offer.agent, offer.agent.idle_since))
        elif offer is not None:
            floor.out.append(c.ReleaseAgent(contact.id, offer.id, offer.agent.id))
        if contact.agent is not None:
            floor.finish_talk(contact)
        else:
            floor.stop_waiting(contact)
        contact.gathered = ()
        contact.skill, contact.flow = None, None
        contact.transferred = True
        contact.ticket = 0
        floor.enter_queue(contact, queue, floor.now)
        if target is None:
            floor.wait(contact, TRANSFER)
        else:
            floor.offer(contact, target, TRANSFER)
