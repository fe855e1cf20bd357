"""The router: what follows from each event. Deterministic, without I/O, clock or randomness.

``Router.handle(event, now)`` returns commands for the switch and facts, in the order in which they hold. The same
events at the same times give the same commands, in any process. Events are handled by side: callers (calls.py),
phones (phones.py), seats (seats.py), requests in a conversation (requests.py), all on one Floor (floor.py), which
keeps states, heaps and facts consistent. Decisions that are not plain from the code:

- The queue's time limit holds while an offer rings too: the offer is withdrawn and its agent is ready again.
- What callers meet while they wait (limits, other queues, announcements) is treatment.py's part.
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
from zuoxi.routing.breaks import Breaks
from zuoxi.routing.callbacks import Callbacks
from zuoxi.routing.calls import Calls
from zuoxi.routing.consultation import Consultation
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.floor import Floor
from zuoxi.routing.flow_run import MASK
from zuoxi.routing.flows import Flows
from zuoxi.routing.model import CallbackPlan, Caller, ContactState, Exit, ExitKind, Occasion, Outcome, Queue
from zuoxi.routing.outbound import Outbound
from zuoxi.routing.parties import Parties
from zuoxi.routing.pauses import Pauses
from zuoxi.routing.phones import Phones
from zuoxi.routing.quality import CallQuality
from zuoxi.routing.records import (
    AgentView,
    CallbackView,
    Contact,
    ContactView,
    OfferView,
    PartyView,
)
from zuoxi.routing.requests import Requests
from zuoxi.routing.seats import Seats
from zuoxi.routing.supervision import Supervision
from zuoxi.routing.treatment import Treatment
from zuoxi.routing.views import view_agent, view_contact, view_offer, view_party, view_task
from zuoxi.routing.voicemail import Voicemail

_C = ContactState
_IN_QUEUE = (_C.WAITING, _C.OFFERED)


class Router:
    """The routing of one domain. Holds state; see the module's text for its rules."""

    def __init__(self) -> None:
        floor = self._floor = Floor()
        voicemail = self._voicemail = Voicemail(floor)
        treatment = self._treatment = Treatment(floor)
        flows = self._flows = Flows(floor, treatment, voicemail)
        treatment.flow_exit = flows.take_back
        treatment.exits[ExitKind.VOICEMAIL] = self._to_voicemail
        treatment.exits[ExitKind.FLOW] = self._to_flow
        outbound = self._outbound = Outbound(floor)
        calls = self._calls = Calls(floor, treatment, flows, voicemail, outbound)
        parties = self._parties = Parties(floor)
        phones = self._phones = Phones(floor, parties, flows, outbound)
        seats = Seats(floor, phones, parties)
        requests = Requests(floor, calls, parties, treatment, flows, outbound)
        pauses = self._pauses = Pauses(floor, requests)
        breaks = Breaks(floor)
        quality = CallQuality(floor)
        consultation = Consultation(floor, parties, requests, requests.outside)
        supervision = Supervision(floor, calls, parties, requests, seats)
        callbacks = self._callbacks = Callbacks(floor, outbound, treatment.withdraw)
        voicemail.left = lambda contact: self._callbacks.reached(contact, "voicemail")
        treatment.exits[ExitKind.CALLBACK] = callbacks.carry
        flows.call_back = callbacks.request
        # Which keys mean something depends on what the caller is in the middle of; elsewhere they mean nothing.
        self._digits: dict[ContactState, Callable[[Contact, str], None]] = {
            _C.IN_FLOW: flows.digit_pressed,
            _C.LEAVING_MESSAGE: voicemail.digit_pressed,
            **dict.fromkeys(_IN_QUEUE, treatment.digit_pressed),
        }
        # The same of prompts that have been heard to their end.
        self._prompts: dict[ContactState, Callable[[Contact, str], None]] = {
            _C.ANNOUNCING: calls.prompt_finished,
            _C.IN_FLOW: flows.prompt_finished,
            _C.LEAVING_MESSAGE: voicemail.prompt_finished,
            **dict.fromkeys(_IN_QUEUE, treatment.prompt_finished),
        }
        self._handlers: dict[type, Callable[[Any], None]] = {
            e.ConfigurationLoaded: self._configuration_loaded,
            e.CallArrived: calls.call_arrived,
            e.CallerHungUp: calls.caller_hung_up,
            e.PromptFinished: self._prompt_finished,
            e.DigitPressed: self._digit_pressed,
            e.LookedUp: flows.looked_up,
            e.CommandFailed: calls.command_failed,
            e.EngineLost: calls.engine_lost,
            e.OfferAnswered: phones.offer_answered,
            e.OfferFailed: phones.offer_failed,
            e.AgentLegEnded: phones.agent_leg_ended,
            e.AgentSignedIn: seats.agent_signed_in,
            e.PhoneReturned: seats.phone_returned,
            e.AgentSignedOut: seats.agent_signed_out,
            e.AgentReady: seats.agent_ready,
            e.AgentNotReady: seats.agent_not_ready,
            e.WrapUpFinished: seats.wrap_up_finished,
            e.HoldRequested: requests.hold_requested,
            e.ResumeRequested: requests.resume_requested,
            e.HangUpRequested: requests.hang_up_requested,
            e.TransferRequested: requests.transfer_requested,
            e.CallOutRequested: outbound.call_out_requested,
            e.CallAnswered: outbound.call_answered,
            e.CallFailed: outbound.call_failed,
            e.SuperviseRequested: supervision.supervise_requested,
            e.SuperviseEnded: supervision.supervise_ended,
            e.TakeOverRequested: supervision.take_over_requested,
            e.PickUpRequested: supervision.pick_up_requested,
            e.ForceTransferRequested: supervision.force_transfer_requested,
            e.ForceHangUpRequested: supervision.force_hang_up_requested,
            e.AgentSetReady: supervision.agent_set_ready,
            e.AgentSetNotReady: supervision.agent_set_not_ready,
            e.AgentSetSignedOut: supervision.agent_set_signed_out,
            e.HelpAnswered: supervision.help_answered,
            e.HelpRequested: consultation.help_requested,
            e.ConsultRequested: consultation.consult_requested,
            e.ConsultFinished: consultation.consult_finished,
            e.PauseRecordingRequested: pauses.pause_requested,
            e.RecordingPauseFailed: pauses.failed,
            e.WrapUpExtensionRequested: breaks.extension_requested,
            e.BreakLimitPassed: breaks.limit_passed,
            **callbacks.handlers,
            e.QualityReported: quality.reported,
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
        if floor.parties or floor.unsettled:
            self._parties.settle_everybody()
        if floor.freed:
            floor.free_everybody()
        if floor.paused:
            self._pauses.settle()
        if floor.book.tasks:
            self._callbacks.settle()
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

    def hears_digits(self, contact: str) -> bool:
        """Whether the caller's keys mean anything to the router now; if not, nobody should keep them."""
        record = self._floor.contacts.get(contact)
        return record is not None and record.state in self._digits

    def digit_to_keep(self, contact: str, digit: str) -> str:
        """A key as it may be written down: what a flow's node calls secret (a card's number) only as a mask, also when
        it is typed ahead of that node."""
        record = self._floor.contacts.get(contact)
        place = None if record is None or record.state is not _C.IN_FLOW else record.flow
        nodes = {} if place is None else place.run.flow.nodes
        node = None if place is None else nodes.get(place.run.node)
        asked = [node]
        if node is not None and node.kind in ("prompt", "lookup", "hours", "branch"):
            asked = [nodes.get(target) for target in node.exits.values()]
        secret = any(one is not None and one.kind == "collect" and one.settings["secret"] for one in asked)
        return MASK if secret and digit.isdigit() else digit

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

    def parties(self) -> list[PartyView]:
        """Everybody who is rung or on the line beside a contact."""
        return [view_party(record) for record in self._floor.parties.values()]

    def callback(self, task: str) -> CallbackView | None:
        """A live task to call somebody back."""
        record = self._floor.book.tasks.get(task)
        return None if record is None else view_task(record)

    def callbacks(self) -> list[CallbackView]:
        """All live tasks in the order in which they came."""
        return [view_task(record) for record in self._floor.book.tasks.values()]

    @property
    def callback_plans(self) -> tuple[CallbackPlan, ...]:
        """How callbacks are made, as the router was told."""
        return tuple(self._floor.book.plans.values())

    def waiting(self, queue: str) -> list[ContactView]:
        """The contacts that wait in ``queue`` (also while an agent's phone rings), first to be served first."""
        found = [
            record
            for record in self._floor.contacts.values()
            if record.state in _IN_QUEUE and record.queue is not None and record.queue.id == queue
        ]
        return [view_contact(record) for record in sorted(found, key=lambda record: record.key)]

    # -- the whole floor -----------------------------------------------------------------------------------------------
    def _time_passed(self, event: e.TimePassed) -> None:
        floor = self._floor
        while (due := floor.deadlines.pop_due(floor.now)) is not None:
            kind, identifier = due
            if kind is Deadline.WRAP_UP:
                floor.follow_wish(floor.agents[identifier])
            elif kind is Deadline.OFFER:
                self._phones.miss(floor.offers[identifier], "no_answer", cancel=True)
            elif kind is Deadline.PARTY:
                self._parties.time_out(floor.parties[identifier])
            elif kind is Deadline.PAUSE:
                self._pauses.time_limit(floor.contacts[identifier])
            elif kind is Deadline.DIAL:
                self._outbound.give_up(floor.contacts[identifier], Outcome.NO_ANSWER, "no_answer")
            elif kind is Deadline.RECONNECT:
                self._phones.give_up_reconnecting(floor.contacts[identifier])
            elif kind is Deadline.FLOW:
                self._flows.time_passed(floor.contacts[identifier])
            elif kind is Deadline.CALLBACK:
                self._callbacks.due(identifier)
            elif kind is Deadline.WAITING:
                self._treatment.time_out(floor.contacts[identifier])
            elif kind is Deadline.MESSAGE:
                self._voicemail.time_out(floor.contacts[identifier])
            elif kind is Deadline.OVERFLOW:
                self._treatment.step(floor.contacts[identifier])
            elif kind is Deadline.SPEAK:
                self._treatment.speak(floor.contacts[identifier])
            else:
                self._calls.release_announced(floor.contacts[identifier])

    def _to_flow(self, contact: Contact, queue: Queue, way: Exit, occasion: Occasion) -> bool:
        """Into a call flow out of a queue. Not for whom a flow brought there: flow and queue could send each other the
        caller for ever."""
        found = self._flows.published(way.target)
        if found is None or contact.flow is not None:
            return False
        self._treatment.withdraw(contact, occasion.value)
        self._floor.out.append(c.AnswerCall(contact.id, contact.call))
        if contact.state is not None:
            self._floor.out.append(c.TakeAside(contact.id, contact.call))
        known = Caller(contact.number, contact.customer, contact.vip, last_order=contact.last_order)
        self._flows.begin(contact, *found, known)
        return True

    def _to_voicemail(self, contact: Contact, queue: Queue, way: Exit, occasion: Occasion) -> bool:
        self._treatment.withdraw(contact, occasion.value)
        self._voicemail.begin(contact, way.target or queue.id, occasion.value)
        return True

    def _digit_pressed(self, event: e.DigitPressed) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is None or contact.state is None:
            return
        meaning = self._digits.get(contact.state)
        if meaning is not None:
            meaning(contact, event.digit)

    def _prompt_finished(self, event: e.PromptFinished) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is None or contact.state is None:
            return
        follows = self._prompts.get(contact.state)
        if follows is not None:
            follows(contact, event.prompt)

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
            if contact.home is not None:
                removed = contact.queue if contact.home.id == queue.id else contact.home
                contact.home = floor.queues.get(contact.home.id, removed)
            floor.rank(contact)
            floor.arm_plan(contact)
            floor.arm_speech(contact)
            if moved is not None:
                floor.out.append(c.ContactQueued(contact.id, moved.id, contact.priority, "queue_removed"))
        self._callbacks.configured()
        floor.selection.rebuild(floor.everybody_waiting(), floor.agents.values())
        waiting = [contact for contact in floor.contacts.values() if contact.state is _C.WAITING]
        for contact in sorted(waiting, key=lambda contact: contact.key):
            found = floor.selection.find_agent(contact)
            if found is not None:
                floor.offer(contact, *found)
        self._callbacks.placed_anew()
