"""The router: what follows from each event. Deterministic, without I/O, clock or randomness.

``Router.handle(event, now)`` returns commands for the switch and facts, in the order in which they hold. The same
events at the same times give the same commands, in any process. Decisions that are not plain from the code:

- The queue's time limit holds while an offer rings too: the offer is withdrawn and its agent is ready again.
- A call whose offer failed keeps its place; the agent who did not take it is not ready and so is not asked again.
- An agent who becomes ready takes, of all the calls they may take (their skills, the VIP group, their own returning
  callers), the one first by priority and wait.
- A transferred caller waits from the moment of the transfer, with raised priority; only the chosen queue's skill
  decides then. An agent who does not take a transfer sends the caller back to the queue the call came from.
- A contact that an agent answered ends as answered, even when the caller gives up waiting after a transfer; that
  caller becomes a callback all the same.
- A queue that is removed sends its waiting callers to their hotline's queue; when that is gone as well, they wait on
  under the old definition until its time limit.
- An agent who presses not ready, or leaves, while the phone rings declines the call; in a conversation or a wrap-up
  it is a wish that is fulfilled when the wrap-up ends.
- A page that loses its phone in a conversation keeps the caller for ``reconnect_limit`` seconds; the agent stays
  talking.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing import snapshots
from zuoxi.routing.arrival import dismissal
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.errors import RequestImpossible
from zuoxi.routing.floor import FAILURE_REASONS, Floor
from zuoxi.routing.model import AgentState, ContactState, OfferState, Outcome
from zuoxi.routing.records import Agent, AgentView, Contact, ContactView, Offer, OfferView
from zuoxi.routing.selection import TRANSFER
from zuoxi.routing.transitions import CONTACT, OFFER
from zuoxi.routing.views import view_agent, view_contact, view_offer

_C, _A = ContactState, AgentState
_IN_QUEUE = (_C.WAITING, _C.OFFERED)
_IN_TALK = (_C.TALKING, _C.HELD, _C.RECONNECTING)


class Router:
    """The routing of one domain. Holds state; see the module's text for its rules."""

    def __init__(self) -> None:
        self._floor = Floor()
        self._handlers: dict[type, Callable[[Any], None]] = {
            e.ConfigurationLoaded: self._configuration_loaded,
            e.CallArrived: self._call_arrived,
            e.CallerHungUp: self._caller_hung_up,
            e.PromptFinished: self._prompt_finished,
            e.OfferAnswered: self._offer_answered,
            e.OfferFailed: self._offer_failed,
            e.AgentLegEnded: self._agent_leg_ended,
            e.AgentSignedIn: self._agent_signed_in,
            e.PhoneReturned: self._phone_returned,
            e.AgentSignedOut: self._agent_signed_out,
            e.AgentReady: self._agent_ready,
            e.AgentNotReady: self._agent_not_ready,
            e.WrapUpFinished: self._wrap_up_finished,
            e.HoldRequested: self._hold_requested,
            e.ResumeRequested: self._resume_requested,
            e.HangUpRequested: self._hang_up_requested,
            e.TransferRequested: self._transfer_requested,
            e.CommandFailed: self._command_failed,
            e.EngineLost: self._engine_lost,
            e.TimePassed: self._time_passed,
        }

    # -- for the outside -----------------------------------------------------------------------------------------------
    def handle(self, event: e.Event, now: float) -> list[c.Command]:
        """Commands and facts that follow from ``event`` at ``now`` (seconds since the epoch; a clock that went back is
        taken as standing still). Never raises for what callers, agents or the switch do."""
        floor = self._floor
        if now > floor.now:  # noqa: PLR1730 - in the hottest path a comparison is cheaper than max()
            floor.now = now
        out: list[c.Command] = []
        floor.out = out
        self._handlers[type(event)](event)
        return out

    def next_deadline(self) -> float | None:
        """When TimePassed is due next (seconds since the epoch); None when nothing is."""
        return self._floor.deadlines.next()

    def snapshot(self) -> dict[str, Any]:
        """The whole state as plain JSON values."""
        return snapshots.take(self._floor)

    @classmethod
    def restore(cls, snapshot: dict[str, Any]) -> Router:
        """A router that goes on exactly where ``snapshot`` was taken. Raises CodecError on a foreign value."""
        router = cls()
        snapshots.put_back(router._floor, snapshot)
        return router

    @property
    def configuration_version(self) -> int:
        return self._floor.configuration.version

    def contact(self, contact: str) -> ContactView | None:
        """A live contact; None when there is none (any more)."""
        record = self._floor.contacts.get(contact)
        return None if record is None else view_contact(record)

    def contacts(self) -> list[ContactView]:
        """All live contacts in order of arrival."""
        return [view_contact(record) for record in self._floor.contacts.values()]

    def agent(self, agent: str) -> AgentView | None:
        """An agent who signed in at least once."""
        record = self._floor.agents.get(agent)
        return None if record is None else view_agent(record)

    def agents(self) -> list[AgentView]:
        return [view_agent(record) for record in self._floor.agents.values()]

    def offer(self, offer: str) -> OfferView | None:
        """A ringing or answered offer."""
        record = self._floor.offers.get(offer)
        return None if record is None else view_offer(record)

    def offers(self) -> list[OfferView]:
        return [view_offer(record) for record in self._floor.offers.values()]

    def waiting(self, queue: str) -> list[ContactView]:
        """The contacts that wait in ``queue`` (also while an agent's phone rings), first to be served first."""
        found = [
            record
            for record in self._floor.contacts.values()
            if record.state in _IN_QUEUE and record.queue is not None and record.queue.id == queue
        ]
        return [view_contact(record) for record in sorted(found, key=lambda record: record.key)]

    # -- calls ---------------------------------------------------------------------------------------------------------
    def _call_arrived(self, event: e.CallArrived) -> None:
        floor, caller = self._floor, event.caller
        if event.contact in floor.contacts:
            return
        hotline = floor.hotlines_by_number.get(event.hotline) or floor.hotlines.get(event.hotline)
        contact = Contact(
            event.contact,
            event.call,
            caller.number,
            caller.customer,
            caller.vip,
            caller.last_order,
            hotline,
            floor.now,
        )
        floor.contacts[contact.id] = contact
        name, line, project = (
            (event.hotline, None, None) if hotline is None else (hotline.id, hotline.line, hotline.project)
        )
        out = floor.out
        out.append(
            c.ContactStarted(contact.id, contact.call, name, line, project, caller.number, caller.customer, caller.vip)
        )
        answer_first = hotline is None or hotline.answer_before_waiting
        refused = dismissal(caller, hotline, event.open)
        if refused is not None:
            prompt = refused.message(floor.rules)
            if prompt is None:
                out.append(c.ReleaseCall(contact.id, contact.call))
                floor.end(contact, refused.outcome, refused.reason)
                return
            if answer_first:
                out.append(c.AnswerCall(contact.id, contact.call))
            floor.announce(contact, prompt, refused.outcome, refused.reason)
            return
        assert hotline is not None
        queue = floor.queues.get(hotline.queue)
        if queue is None:
            out.append(c.ReleaseCall(contact.id, contact.call))
            floor.record_callback(contact, "queue_unknown")
            floor.end(contact, Outcome.FAILED, "queue_unknown")
            return
        # The offer comes before the caller's music, so that the agent's phone rings at once.
        floor.enter_queue(contact, queue)
        floor.wait(contact, "arrival")
        if answer_first:
            out.append(c.AnswerCall(contact.id, contact.call))
        out.append(c.KeepWaiting(contact.id, contact.call, queue.music))
        if hotline.greeting is not None:
            out.append(c.PlayPrompt(contact.id, contact.call, hotline.greeting))

    def _caller_hung_up(self, event: e.CallerHungUp) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is not None:
            self._end_by_caller(contact, "caller_hung_up", Outcome.ABANDONED, "abandoned", "caller_gone", engine=True)

    def _command_failed(self, event: e.CommandFailed) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is not None:
            self._floor.out.append(c.ReleaseCall(contact.id, contact.call))
            self._end_by_caller(contact, event.reason, Outcome.FAILED, "failed", "call_failed", engine=True)

    def _end_by_caller(
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
        if contact.state in _IN_QUEUE:
            floor.stop_waiting(contact)
            if contact.offer is not None:
                free = contact.offer.agent
                idle_since = free.idle_since
                floor.end_ringing(contact.offer, "withdraw", offer_reason, cancel=engine)
            floor.record_callback(contact, callback)
        else:
            if contact.state is _C.RECONNECTING:
                floor.record_callback(contact, callback)
            self._put_down(contact, offer_reason, engine)
            floor.finish_talk(contact)
        floor.end(contact, outcome, reason)
        if free is not None and engine:
            floor.make_ready(free, idle_since)
            return None
        return free

    def _put_down(self, contact: Contact, offer_reason: str, engine: bool) -> None:
        """End the agent's side of a conversation on the switch, ringing again or answered."""
        floor, offer = self._floor, contact.offer
        if offer is None:
            return
        if offer.state is OfferState.RINGING:
            floor.end_ringing(offer, "withdraw", offer_reason, cancel=engine)
        elif engine:
            floor.out.append(c.ReleaseAgent(contact.id, offer.id, offer.agent.id))

    def _prompt_finished(self, event: e.PromptFinished) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is not None and contact.state is _C.ANNOUNCING and contact.announcement == event.prompt:
            self._release_announced(contact)

    def _release_announced(self, contact: Contact) -> None:
        assert contact.outcome is not None
        self._floor.out.append(c.ReleaseCall(contact.id, contact.call))
        self._floor.end(contact, contact.outcome, contact.end_reason)

    # -- offers --------------------------------------------------------------------------------------------------------
    def _offer_answered(self, event: e.OfferAnswered) -> None:
        floor = self._floor
        offer = floor.offers.get(event.offer)
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
        out.append(c.Connect(contact.id, contact.call, offer.id, agent.id))
        if contact.state is _C.RECONNECTING:
            contact.state = CONTACT.after(contact.state, "resume")
            out.append(c.ContactResumed(contact.id, agent.id))
            return
        contact.state = CONTACT.after(contact.state, "answer")
        contact.agent = agent
        contact.answered = True
        contact.talking_since = floor.now
        floor.stop_waiting(contact)
        assert contact.queue is not None
        waited = floor.now - contact.queued_at
        out.append(c.ContactAnswered(contact.id, offer.id, agent.id, contact.queue.id, waited))
        floor.move_agent(agent, "answer", None, contact.id)

    def _offer_failed(self, event: e.OfferFailed) -> None:
        offer = self._floor.offers.get(event.offer)
        if offer is not None and offer.state is OfferState.RINGING:
            # A desk's «reject» leaves the phone ringing; a phone that rejected by itself has nothing to cancel.
            self._miss(offer, event.reason, cancel=event.reason == "rejected")

    def _miss(self, offer: Offer, why: str, cancel: bool) -> None:
        """The agent did not take the call: not ready, and the call goes on to the next."""
        floor, contact, agent = self._floor, offer.contact, offer.agent
        floor.end_ringing(offer, "fail", why, cancel)
        if contact.state is _C.RECONNECTING:
            return
        default = floor.rules.silent_agent_reason if why == "no_answer" else "phone_failed"
        floor.move_agent(agent, "not_ready", FAILURE_REASONS.get(why, default))
        floor.wait(contact, why)

    def _decline(self, agent: Agent, why: str, trigger: str, reason: str | None) -> None:
        """The agent leaves a ringing offer by own wish."""
        offer = agent.offer
        assert offer is not None
        self._floor.end_ringing(offer, "withdraw", why, cancel=True)
        self._floor.move_agent(agent, trigger, reason)
        self._floor.wait(offer.contact, why)

    def _ring_elsewhere(self, agent: Agent) -> None:
        """The agent's phone is another one now: what rings (or rang where nobody hears it) rings there instead."""
        offer = agent.offer
        assert offer is not None
        self._floor.end_ringing(offer, "withdraw", "phone_changed", cancel=True)
        self._floor.ring(offer.contact, agent, offer.reason)

    def _agent_leg_ended(self, event: e.AgentLegEnded) -> None:
        floor = self._floor
        offer = floor.offers.get(event.offer)
        if offer is None:
            return
        if offer.state is OfferState.RINGING:
            self._miss(offer, "failed", cancel=False)
            return
        contact = offer.contact
        if offer.resumes:
            self._lose_phone(contact)
            if not offer.agent.resumes:
                self._reconnect(contact, offer.agent)  # the agent has moved to a seat that can be rung at once
            return
        floor.out.append(c.ReleaseCall(contact.id, contact.call))
        floor.finish_talk(contact)
        floor.end(contact, Outcome.ANSWERED, "agent_hung_up")

    def _lose_phone(self, contact: Contact) -> None:
        """A page's phone is gone in the conversation: the caller hears music until it is back."""
        floor, agent = self._floor, contact.agent
        assert agent is not None
        if contact.state is _C.TALKING:
            floor.out.append(c.HoldCall(contact.id, contact.call))
            floor.out.append(c.ContactHeld(contact.id, agent.id))
        contact.state = CONTACT.after(contact.state, "lose")
        floor.drop_leg(contact)
        contact.reconnect_by = floor.now + floor.rules.reconnect_limit
        floor.deadlines.set(contact.reconnect_by, Deadline.RECONNECT, contact.id)

    def _give_up_reconnecting(self, contact: Contact) -> None:
        floor, agent = self._floor, contact.agent
        assert agent is not None and contact.queue is not None
        if contact.offer is not None:
            floor.end_ringing(contact.offer, "withdraw", "no_answer", cancel=True)
        contact.talked += floor.now - contact.talking_since
        contact.agent = None
        wish, agent.wish = agent.wish, None
        if wish is not None and wish[0] is _A.SIGNED_OUT:
            floor.move_agent(agent, "sign_out")
        else:
            floor.move_agent(agent, "not_ready", "phone_lost")
        floor.out.append(c.KeepWaiting(contact.id, contact.call, contact.queue.music))
        contact.transferred = True
        floor.enter_queue(contact, contact.queue)
        floor.wait(contact, "reconnect_failed")

    # -- agents --------------------------------------------------------------------------------------------------------
    def _agent_signed_in(self, event: e.AgentSignedIn) -> None:
        floor = self._floor
        agent = floor.agents.get(event.agent)
        if agent is None:
            agent = floor.agents[event.agent] = Agent(event.agent, floor.skills.get(event.agent, ()))
        changed = (agent.phone, agent.resumes) != (event.phone, event.resumes)
        agent.phone, agent.resumes = event.phone, event.resumes
        if agent.state is _A.SIGNED_OUT:
            floor.move_agent(agent, "sign_in")
            return
        if agent.wish is not None and agent.wish[0] is _A.SIGNED_OUT:
            agent.wish = None
        if not changed:
            return
        if agent.state is _A.OFFERED:
            self._ring_elsewhere(agent)
        elif agent.state is _A.TALKING and not event.resumes:
            # A page announces its phone by PhoneReturned; any other seat can be rung at once.
            contact = floor.contacts[agent.contact] if agent.contact is not None else None
            if contact is not None and contact.state is _C.RECONNECTING:
                self._reconnect(contact, agent)

    def _phone_returned(self, event: e.PhoneReturned) -> None:
        floor = self._floor
        agent = floor.agents.get(event.agent)
        if agent is None or agent.contact is None:
            return
        if agent.state is _A.OFFERED:
            self._ring_elsewhere(agent)
        elif agent.state is _A.TALKING:
            contact = floor.contacts[agent.contact]
            if contact.state is not _C.RECONNECTING:
                offer = contact.offer
                assert offer is not None
                self._lose_phone(contact)
                floor.out.append(c.ReleaseAgent(contact.id, offer.id, agent.id))
            self._reconnect(contact, agent)

    def _reconnect(self, contact: Contact, agent: Agent) -> None:
        """Ring the agent who was cut off from this contact."""
        if contact.offer is None:
            self._floor.ring(contact, agent, "reconnect")
        else:
            self._ring_elsewhere(agent)

    def _agent_signed_out(self, event: e.AgentSignedOut) -> None:
        agent = self._floor.agents.get(event.agent)
        if agent is None or agent.state is _A.SIGNED_OUT:
            return
        if agent.state in (_A.TALKING, _A.WRAP_UP):
            agent.wish = (_A.SIGNED_OUT, None)
        elif agent.state is _A.OFFERED:
            self._decline(agent, "agent_left", "sign_out", None)
        else:
            self._floor.move_agent(agent, "sign_out")

    def _agent_ready(self, event: e.AgentReady) -> None:
        agent = self._seated(event.agent, "ready")
        if agent is None:
            return
        if agent.state is _A.NOT_READY:
            self._floor.make_ready(agent)
        else:
            agent.wish = None

    def _agent_not_ready(self, event: e.AgentNotReady) -> None:
        agent = self._seated(event.agent, "not_ready")
        if agent is None:
            return
        if agent.state in (_A.TALKING, _A.WRAP_UP):
            agent.wish = (_A.NOT_READY, event.reason)
        elif agent.state is _A.OFFERED:
            self._decline(agent, "agent_not_ready", "not_ready", event.reason)
        elif agent.state is _A.READY or agent.reason != event.reason:
            self._floor.move_agent(agent, "not_ready", event.reason)

    def _seated(self, agent: str, request: str) -> Agent | None:
        record = self._floor.agents.get(agent)
        if record is None or record.state is _A.SIGNED_OUT:
            self._refuse(agent, request, "routing.signed_out")
            return None
        return record

    def _wrap_up_finished(self, event: e.WrapUpFinished) -> None:
        agent = self._floor.agents.get(event.agent)
        if agent is None or agent.state is not _A.WRAP_UP or agent.contact != event.contact:
            self._refuse(event.agent, "wrap_up", "routing.not_in_wrap_up")
            return
        self._floor.follow_wish(agent)

    # -- requests in a conversation ------------------------------------------------------------------------------------
    def _refuse(self, agent: str, request: str, code: str) -> None:
        self._floor.out.append(c.RequestRefused(agent, request, code))

    def _own_contact(self, agent: str, contact: str) -> Contact:
        """The contact that ``agent`` talks in; raises RequestImpossible otherwise."""
        record = self._floor.contacts.get(contact)
        if record is None:
            raise RequestImpossible("routing.contact_unknown")
        if record.agent is None or record.agent.id != agent:
            raise RequestImpossible("routing.not_your_contact")
        return record

    def _hold_requested(self, event: e.HoldRequested) -> None:
        try:
            contact = self._own_contact(event.agent, event.contact)
            if contact.state is not _C.TALKING:
                raise RequestImpossible("routing.not_talking")
        except RequestImpossible as refusal:
            self._refuse(event.agent, "hold", refusal.code)
            return
        contact.state = CONTACT.after(contact.state, "hold")
        self._floor.out.append(c.HoldCall(contact.id, contact.call))
        self._floor.out.append(c.ContactHeld(contact.id, event.agent))

    def _resume_requested(self, event: e.ResumeRequested) -> None:
        try:
            contact = self._own_contact(event.agent, event.contact)
            if contact.state is not _C.HELD:
                raise RequestImpossible("routing.not_held")
        except RequestImpossible as refusal:
            self._refuse(event.agent, "resume", refusal.code)
            return
        assert contact.offer is not None
        contact.state = CONTACT.after(contact.state, "resume")
        self._floor.out.append(c.ResumeCall(contact.id, contact.call, contact.offer.id))
        self._floor.out.append(c.ContactResumed(contact.id, event.agent))

    def _hang_up_requested(self, event: e.HangUpRequested) -> None:
        floor = self._floor
        agent = floor.agents.get(event.agent)
        if agent is not None and agent.state is _A.WRAP_UP and agent.contact == event.contact:
            return  # the caller was quicker: what the agent wants is already so
        try:
            contact = self._own_contact(event.agent, event.contact)
        except RequestImpossible as refusal:
            self._refuse(event.agent, "hang_up", refusal.code)
            return
        floor.out.append(c.ReleaseCall(contact.id, contact.call))
        self._put_down(contact, "agent_left", engine=True)
        floor.finish_talk(contact)
        floor.end(contact, Outcome.ANSWERED, "agent_hung_up")

    def _transfer_requested(self, event: e.TransferRequested) -> None:
        floor = self._floor
        try:
            contact = self._own_contact(event.agent, event.contact)
            if contact.state is _C.RECONNECTING:
                raise RequestImpossible("routing.not_talking")
            if (event.to_agent is None) == (event.to_queue is None):
                raise RequestImpossible("routing.transfer_target_missing")
            target, queue = None, contact.queue
            if event.to_agent is not None:
                if event.to_agent == event.agent:
                    raise RequestImpossible("routing.transfer_to_self")
                target = floor.agents.get(event.to_agent)
                if target is None or target.state is not _A.READY:
                    raise RequestImpossible("routing.agent_not_ready")
            else:
                assert event.to_queue is not None
                queue = floor.queues.get(event.to_queue)
                if queue is None:
                    raise RequestImpossible("routing.queue_unknown")
        except RequestImpossible as refusal:
            self._refuse(event.agent, "transfer", refusal.code)
            return
        assert queue is not None and contact.offer is not None
        # The caller leaves the conversation before the agent's leg ends, or both would end.
        floor.out.append(c.ContactTransferred(contact.id, event.agent, event.to_agent, event.to_queue))
        floor.out.append(c.KeepWaiting(contact.id, contact.call, queue.music))
        floor.out.append(c.ReleaseAgent(contact.id, contact.offer.id, event.agent))
        floor.finish_talk(contact)
        contact.transferred = True
        floor.enter_queue(contact, queue)
        if target is None:
            floor.wait(contact, TRANSFER)
        else:
            floor.offer(contact, target, TRANSFER)

    # -- the whole floor -----------------------------------------------------------------------------------------------
    def _time_passed(self, event: e.TimePassed) -> None:
        floor = self._floor
        while (due := floor.deadlines.pop_due(floor.now)) is not None:
            kind, identifier = due
            if kind is Deadline.WRAP_UP:
                floor.follow_wish(floor.agents[identifier])
            elif kind is Deadline.OFFER:
                self._miss(floor.offers[identifier], "no_answer", cancel=True)
            elif kind is Deadline.RECONNECT:
                self._give_up_reconnecting(floor.contacts[identifier])
            elif kind is Deadline.WAITING:
                self._time_out(floor.contacts[identifier])
            else:
                self._release_announced(floor.contacts[identifier])

    def _time_out(self, contact: Contact) -> None:
        """The queue's time limit: closing message, and a callback from here on."""
        floor, offer = self._floor, contact.offer
        floor.stop_waiting(contact)
        if offer is not None:
            floor.end_ringing(offer, "withdraw", "timed_out", cancel=True)
        floor.announce(contact, floor.rules.timed_out_prompt, Outcome.TIMED_OUT, "time_limit")
        floor.record_callback(contact, "timed_out")
        if offer is not None:
            floor.make_ready(offer.agent, offer.agent.idle_since)

    def _engine_lost(self, event: e.EngineLost) -> None:
        """Every call is gone. Agents are made ready only when no contact is left that could be offered."""
        floor = self._floor
        free = []
        for contact in list(floor.contacts.values()):
            reason = "engine_lost"
            agent = self._end_by_caller(contact, reason, Outcome.FAILED, reason, reason, engine=False)
            if agent is not None:
                free.append(agent)
        for agent in free:
            floor.make_ready(agent, agent.idle_since)

    def _configuration_loaded(self, event: e.ConfigurationLoaded) -> None:
        """Take effect at once: places, priorities, limits and skills are computed anew, and free agents get what they
        may take now. Ringing offers and conversations go on."""
        floor = self._floor
        floor.configure(event.configuration)
        for agent in floor.agents.values():
            agent.skills = floor.skills.get(agent.id, ())
        for contact in floor.contacts.values():
            hotline, queue = contact.hotline, contact.queue
            if hotline is not None:
                contact.hotline = hotline = floor.hotlines.get(hotline.id, hotline)
            if queue is None:
                continue
            current = floor.queues.get(queue.id)
            if contact.state not in _IN_QUEUE:
                contact.queue = current or queue
                continue
            moved = None if current is not None or hotline is None else floor.queues.get(hotline.queue)
            contact.queue = current or moved or queue
            floor.rank(contact)
            if moved is not None:
                floor.out.append(c.ContactQueued(contact.id, moved.id, contact.priority, "queue_removed"))
        floor.selection.rebuild(floor.contacts.values(), floor.agents.values())
        waiting = [contact for contact in floor.contacts.values() if contact.state is _C.WAITING]
        for contact in sorted(waiting, key=lambda contact: contact.key):
            found = floor.selection.find_agent(contact)
            if found is not None:
                floor.offer(contact, *found)
