"""Calls out: an agent's own phone rings first, then the customer's; once answered it is a contact like any other.

The dialled leg is the contact's call from the beginning, under a name that the router gives (``out-`` and the contact's
id), so that hold, transfer, supervision and recording need not know who called whom.
"""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.errors import RequestImpossible
from zuoxi.routing.floor import FAILURE_REASONS, Floor
from zuoxi.routing.model import AgentState, ContactState, Direction, Hotline, OfferState, Outcome, Queue
from zuoxi.routing.records import Agent, Contact
from zuoxi.routing.transitions import CONTACT

CALL_OUT = "out-"  # how the name of such a call begins
OUTBOUND = "outbound"  # why the agent's own phone rings
ON_THE_WAY = (ContactState.CALLING, ContactState.DIALLING)
OUTCOMES = {
    "busy": Outcome.BUSY,
    "rejected": Outcome.REJECTED,
    "unreachable": Outcome.UNREACHABLE,
    "no_answer": Outcome.NO_ANSWER,
    "cancelled": Outcome.CANCELLED,
}
_C, _A = ContactState, AgentState


def call_of(contact: str) -> str:
    """The name of a call out on the switch."""
    return f"{CALL_OUT}{contact}"


class Outbound:
    """The moves of a call out until it is answered or given up."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def call_out_requested(self, event: e.CallOutRequested) -> None:
        try:
            self.begin(
                event.agent,
                event.contact,
                event.number,
                caller_id=event.caller_id,
                hotline=event.hotline,
                queue=event.queue,
                customer=event.customer,
                vip=event.vip,
                reason=event.reason,
                callback=event.callback,
                number_key=event.number_key,
                client=event.client,
            )
        except RequestImpossible as refusal:
            self._floor.refuse(event.agent, "call", refusal.code)

    def begin(
        self,
        agent_id: str,
        contact_id: str,
        number: str,
        *,
        caller_id: str = "",
        hotline: str | None = None,
        queue: str | None = None,
        line: str | None = None,
        project: str | None = None,
        customer: str | None = None,
        vip: bool = False,
        reason: str = "dial",
        callback: str | None = None,
        number_key: str = "",
        client: str | None = None,
    ) -> Contact:
        """Ring the agent's phone, then ``number``, which is permitted already. ``hotline`` and ``queue`` are ids; what
        is not given follows from the hotline. Raises RequestImpossible, before anything is changed: no seat, not free,
        in wrap-up, no queue to whose rules the call could be held."""
        floor = self._floor
        agent = self._free_agent(agent_id)
        if contact_id in floor.contacts:
            raise RequestImpossible("routing.busy")
        known = floor.hotlines.get(hotline or "")
        chosen = self._queue(queue, known, agent)
        call = call_of(contact_id)
        contact = Contact(
            contact_id, call, number, customer, vip, None, known, floor.now, number_key=number_key, client=client
        )
        contact.outbound, contact.callback = True, callback
        contact.queue = contact.home = chosen
        contact.caller_id = caller_id or ("" if known is None else known.shown)
        contact.state = CONTACT.after(None, "call")
        contact.agent = agent
        floor.contacts[contact_id] = contact
        if floor.book.tasks:
            floor.book.touch(contact)
        if known is not None:
            line, project = known.line, known.project
        floor.out.append(
            c.ContactStarted(
                contact_id,
                call,
                hotline or "",
                line,
                project,
                number,
                customer,
                vip,
                direction=Direction.OUTBOUND,
                agent=agent_id,
                callback=callback,
            )
        )
        agent.wish = None if agent.state is _A.READY else (_A.NOT_READY, agent.reason)
        floor.move_agent(agent, "dial", reason, contact_id)
        floor.ring(contact, agent, OUTBOUND)
        return contact

    def _free_agent(self, agent_id: str) -> Agent:
        agent = self._floor.agents.get(agent_id)
        if agent is None or agent.state is _A.SIGNED_OUT:
            raise RequestImpossible("routing.signed_out")
        if agent.state is _A.WRAP_UP:
            raise RequestImpossible("routing.wrap_up_first")
        if agent.state not in (_A.READY, _A.NOT_READY):
            raise RequestImpossible("routing.busy")
        return agent

    def _queue(self, queue: str | None, hotline: Hotline | None, agent: Agent) -> Queue:
        """Whose rules hold for wrap-up and ringing: the queue that was named, the hotline's, one of the agent's."""
        floor = self._floor
        found = floor.queues.get(queue or "") or (None if hotline is None else floor.queues.get(hotline.queue))
        if found is None:
            skills = {skill for skill, _ in agent.skills}
            own = (each for each in floor.queues.values() if each.skill in skills)
            found = next(own, None) or next(iter(floor.queues.values()), None)
        if found is None:
            raise RequestImpossible("routing.queue_unknown")
        return found

    # -- what the phones do --------------------------------------------------------------------------------------------
    def dial(self, contact: Contact) -> None:
        """The agent's phone is up (its offer answered): dial the customer."""
        floor, agent, offer = self._floor, contact.agent, contact.offer
        assert agent is not None and offer is not None
        contact.state = CONTACT.after(contact.state, "dial")
        contact.dialled_at = floor.now
        timeout, shown = floor.rules.dial_timeout, contact.caller_id
        contact.limit_at = floor.now + timeout
        floor.deadlines.set(contact.limit_at, Deadline.DIAL, contact.id)
        call, number = contact.call, contact.number
        floor.out.append(c.ContactDialled(contact.id, call, agent.id, number, shown, contact.callback))
        floor.out.append(c.CallOut(contact.id, call, offer.id, number, shown, timeout))

    def call_answered(self, event: e.CallAnswered) -> None:
        floor = self._floor
        contact = floor.contacts.get(event.contact)
        if contact is None or contact.state is not _C.DIALLING:
            return
        agent, offer, queue = contact.agent, contact.offer, contact.queue
        assert agent is not None and offer is not None and queue is not None
        contact.state = CONTACT.after(contact.state, "answer")
        contact.answered = True
        contact.talking_since = floor.now
        rang = floor.now - contact.dialled_at
        floor.out.append(c.Connect(contact.id, contact.call, offer.id, agent.id))
        floor.out.append(c.ContactAnswered(contact.id, offer.id, agent.id, queue.id, rang, Direction.OUTBOUND))
        floor.move_agent(agent, "answer", None, contact.id)

    def call_failed(self, event: e.CallFailed) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is not None and contact.state is _C.DIALLING:
            outcome = OUTCOMES.get(event.reason, Outcome.FAILED)
            self.give_up(contact, outcome, event.reason, call_up=False)

    def own_phone_failed(self, contact: Contact, why: str, cancel: bool) -> None:
        """The agent's own phone did not take the call: nobody was dialled. ``cancel``: it still rings."""
        floor, agent, offer = self._floor, contact.agent, contact.offer
        assert agent is not None and offer is not None
        if why == "rejected":
            self.give_up(contact, Outcome.CANCELLED, "agent_hung_up", leg_up=cancel)
            return
        floor.end_ringing(offer, "fail", why, cancel)
        contact.agent = None
        floor.clear_help(contact, agent.id, None)
        wish, agent.wish = agent.wish, None
        if wish is not None and wish[0] is _A.SIGNED_OUT:
            floor.move_agent(agent, "sign_out")
        else:
            default = floor.rules.silent_agent_reason if why == "no_answer" else "phone_failed"
            floor.move_agent(agent, "not_ready", FAILURE_REASONS.get(why, default) if wish is None else wish[1])
        floor.end(contact, Outcome.FAILED, "agent_phone")

    # -- the end without an answer -------------------------------------------------------------------------------------
    def give_up(
        self, contact: Contact, outcome: Outcome, reason: str, *, call_up: bool = True, leg_up: bool = True
    ) -> None:
        """Nobody answered. ``call_up``: the customer may still be rung; ``leg_up``: the agent's phone still rings or is
        up. An agent who had somebody dialled writes down what was; before that, nothing was."""
        floor, agent, offer = self._floor, contact.agent, contact.offer
        assert agent is not None
        if contact.state is _C.DIALLING:
            if call_up:
                floor.out.append(c.ReleaseCall(contact.id, contact.call))
            if leg_up and offer is not None and offer.state is OfferState.ANSWERED:
                floor.out.append(c.ReleaseAgent(contact.id, offer.id, agent.id))
            floor.begin_wrap_up(contact)
        else:
            contact.agent = None
            floor.clear_help(contact, agent.id, None)
            if offer is not None:
                floor.end_ringing(offer, "withdraw", reason, cancel=leg_up)
            floor.freed.append((agent, agent.idle_since))
        floor.end(contact, outcome, reason)
