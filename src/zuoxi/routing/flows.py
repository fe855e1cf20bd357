"""Callers in call flows: what the moves of ``flow_run`` come to with a live call.

The version of a flow that a caller began is kept with the contact, so a call in progress ends on it whatever is
published meanwhile. A contact keeps its place in the flow while it waits in a queue that the flow sent it to: the
queue's limits may send it back (``leave_queue``), an agent who answers ends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing import flow_run as run
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.floor import Floor
from zuoxi.routing.flow_conditions import NO, YES
from zuoxi.routing.flow_document import Flow, FlowUnreadable, parse
from zuoxi.routing.model import Caller, ContactState, Occasion, Outcome, PublishedFlow
from zuoxi.routing.records import Contact, InFlow
from zuoxi.routing.transitions import CONTACT
from zuoxi.routing.treatment import Treatment
from zuoxi.routing.voicemail import Voicemail

_C = ContactState
FLOW, SURVEY = "flow", "survey"
_REMEMBERED = 200
_MOST_SENT_BACK = 10  # in one event; then the queue's own settings decide
# Why a contact leaves a queue → the queue node's exit.
_EXITS = {Occasion.FULL: "full", Occasion.UNSTAFFED: "unstaffed", Occasion.TIMED_OUT: "timeout"}


class CallBack(Protocol):
    def __call__(
        self,
        contact: Contact,
        queue: str | None,
        reason: str,
        *,
        keep_place: bool,
        number: str | None = None,
        say: bool = True,
    ) -> bool:
        """The contact ends, and its caller is called."""
        ...


class Flows:
    """The flows of one domain, and the callers in them."""

    def __init__(self, floor: Floor, treatment: Treatment, voicemail: Voicemail) -> None:
        self._floor = floor
        self._treatment = treatment
        self._voicemail = voicemail
        self.call_back: CallBack | None = None  # whoever keeps callbacks
        self._sent_back = 0
        self._read: dict[tuple[str, int], Flow | None] = {}

    # -- which flow ----------------------------------------------------------------------------------------------------
    def published(self, flow: str | None) -> tuple[PublishedFlow, Flow] | None:
        """The version of a flow that callers meet now; None when there is none that can be read."""
        source = None if flow is None else self._floor.flows.get(flow)
        read = None if source is None else self.read(source)
        return None if source is None or read is None else (source, read)

    def read(self, source: PublishedFlow) -> Flow | None:
        """The document of a version, read once. Nothing that was published is unreadable; a mistake of ours must not
        lose calls."""
        key = (source.id, source.version)
        if key not in self._read:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            try:
                self._read[key] = parse(source.id, source.version, source.document)
            except FlowUnreadable:
                self._read[key] = None
        return self._read[key]

    # -- coming and going ----------------------------------------------------------------------------------------------
    def begin(self, contact: Contact, source: PublishedFlow, flow: Flow, caller: Caller) -> None:
        """A caller's call begins with a flow."""
        hotline = contact.hotline
        variables = {
            "call.number": caller.number,
            "call.dialled": "" if hotline is None else hotline.number,
            "call.hotline": "" if hotline is None else hotline.id,
            "customer.vip": YES if caller.vip else NO,
            "customer.known": YES if caller.customer else NO,
            "customer.blacklisted": YES if caller.blacklisted else NO,
            "customer.has_orders": YES if caller.last_order else NO,
        }
        self._enter(contact, InFlow(source, run.Run(flow, variables=variables)), FLOW)

    def survey(self, contact: Contact) -> bool:
        """The agent has hung up: keep the caller for the hotline's questions. False when there are none. Who calls
        this puts the agent down afterwards (``begin_survey``)."""
        hotline = contact.hotline
        return hotline is not None and self.published(hotline.survey_flow) is not None

    def begin_survey(self, contact: Contact, agent: str | None) -> None:
        """Ask the caller, whom the agent has left."""
        hotline = contact.hotline
        assert hotline is not None
        found = self.published(hotline.survey_flow)
        assert found is not None
        before = {} if contact.flow is None else contact.flow.run.variables
        known = {"call.number": contact.number, "call.dialled": hotline.number, "call.hotline": hotline.id}
        known["customer.vip"] = YES if contact.vip else NO
        known["customer.known"] = YES if contact.customer else NO
        known["customer.has_orders"] = YES if contact.last_order else NO
        self._enter(contact, InFlow(found[0], run.Run(found[1], variables=before | known), agent), SURVEY)

    def _enter(self, contact: Contact, place: InFlow, purpose: str) -> None:
        contact.state = CONTACT.after(contact.state, "flow")
        contact.flow = place
        source = place.source
        self._floor.out.append(c.FlowEntered(contact.id, source.id, source.version, purpose, place.agent))
        self._do(contact, place, run.begin(place.run, self._floor.now))

    def take_back(self, contact: Contact, occasion: Occasion) -> bool:
        """A queue cannot keep the contact: back into the flow, where the node that sent it there wants that."""
        name = _EXITS.get(occasion)
        if name is None or not self._takes_back(contact, name) or self._sent_back >= _MOST_SENT_BACK:
            return False
        self._sent_back += 1  # a queue that is full sends back at once, and the flow may send there again
        try:
            self._treatment.withdraw(contact, "timed_out")
            return self.leave_queue(contact, name)
        finally:
            self._sent_back -= 1

    def _takes_back(self, contact: Contact, exit_name: str) -> bool:
        place = contact.flow
        if place is None or contact.answered or place.run.phase is not run.Phase.AWAY:
            return False
        node = place.run.flow.nodes.get(place.run.node)
        return node is not None and node.kind == "queue" and exit_name in node.exits

    def leave_queue(self, contact: Contact, exit_name: str) -> bool:
        """A queue's limit (timeout, full, unstaffed) has come for a contact that still waits or is about to: back into
        the flow, if its queue node wants that. The ring, if there is one, is the caller's of this to end."""
        place = contact.flow
        if place is None or not self._takes_back(contact, exit_name):
            return False
        if contact.state is not _C.IN_FLOW:  # else the queue has not even let it in
            contact.state = CONTACT.after(contact.state, "flow")
            contact.ticket = 0
            self._floor.out.append(c.TakeAside(contact.id, contact.call))
        effects = run.come_back(place.run, exit_name, self._floor.now)
        self._do(contact, place, effects or [])
        return True

    def over(self, contact: Contact, reason: str, outcome: Outcome) -> tuple[Outcome, bool]:
        """The call ends while its caller is in the flow. The outcome it has (``outcome`` when nobody served it), and
        whether somebody should call back."""
        place = contact.flow
        assert place is not None
        self._left(contact, place, "caller_hung_up" if reason == "caller_hung_up" else "lost")
        if place.run.served or contact.answered:
            return Outcome.SERVED, False
        return outcome, place.run.flow.callback_abandoned

    # -- what happens --------------------------------------------------------------------------------------------------
    def digit_pressed(self, contact: Contact, digit: str) -> None:
        place = contact.flow
        if place is not None:
            self._do(contact, place, run.press(place.run, digit, self._floor.now))

    def prompt_finished(self, contact: Contact, prompt: str) -> None:
        place = contact.flow
        if place is not None:
            self._do(contact, place, run.played(place.run, prompt, self._floor.now))

    def looked_up(self, event: e.LookedUp) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is not None and contact.state is _C.IN_FLOW and contact.flow is not None:
            effects = run.looked_up(contact.flow.run, event.request, dict(event.result), self._floor.now)
            self._do(contact, contact.flow, effects)

    def time_passed(self, contact: Contact) -> None:
        if contact.flow is not None:
            self._do(contact, contact.flow, run.time_passed(contact.flow.run, self._floor.now))

    # -- what follows --------------------------------------------------------------------------------------------------
    def _do(self, contact: Contact, place: InFlow, effects: Iterable[run.Effect]) -> None:
        out, call = self._floor.out, contact.call
        for effect in effects:
            match effect:
                case run.Entered(node, kind, served):
                    out.append(c.FlowNodeEntered(contact.id, node, kind, served))
                case run.Say(name, parts):
                    out.append(c.PlayPrompt(contact.id, call, name, parts))
                case run.Hush():
                    out.append(c.TakeAside(contact.id, call))
                case run.Ask(request, service, arguments):
                    out.append(c.LookUp(contact.id, request, service, arguments))
                case run.Collected(node, digits, ok):
                    out.append(c.DigitsCollected(contact.id, node, digits, ok))
                case run.Answered(node, question, value):
                    source = place.source
                    out.append(
                        c.SurveyAnswered(contact.id, source.id, source.version, node, question, value, place.agent)
                    )
                case run.Left(_, what, detail):
                    self._leave(contact, place, what, dict(detail))
                    return  # it is the last, and the contact may be over
        if place.run.due_at is not None:
            self._floor.deadlines.set(place.run.due_at, Deadline.FLOW, contact.id)

    def _left(self, contact: Contact, place: InFlow, exit_name: str) -> None:
        source, state = place.source, place.run
        self._floor.out.append(c.FlowLeft(contact.id, source.id, source.version, state.node, exit_name, state.served))

    def _leave(self, contact: Contact, place: InFlow, what: str, detail: dict[str, Any]) -> None:
        if what == "queue" and not contact.answered:
            self._to_queue(contact, place, detail)
        elif what == "voicemail" and not contact.answered:
            self._left(contact, place, what)
            self._voicemail.begin(contact, detail["queue"], FLOW)
        elif what == "callback" and not contact.answered:
            self._to_callback(contact, place, detail)
        elif what == "hang_up":
            self._hang_up(contact, place, detail["outcome"])
        elif what == "broken":
            self._left(contact, place, what)
            self._end(contact, place, Outcome.FAILED, detail["reason"])
        else:
            self._come_back_failed(contact, place)

    def _come_back_failed(self, contact: Contact, place: InFlow) -> None:
        """What the flow wanted cannot be: on by the node's exit for that, else the call is over."""
        place.run.phase = run.Phase.AWAY
        effects = run.come_back(place.run, "failed", self._floor.now)
        if effects is None:
            self._left(contact, place, "broken")
            self._end(contact, place, Outcome.FAILED, "flow_exit_missing")
        else:
            self._do(contact, place, effects)

    def _to_queue(self, contact: Contact, place: InFlow, detail: dict[str, Any]) -> None:
        floor, hotline = self._floor, contact.hotline
        own = None if hotline is None else floor.queues.get(hotline.queue)
        queue = floor.queues.get(detail["queue"]) or own
        self._left(contact, place, "queue")
        if queue is None:
            self._end(contact, place, Outcome.FAILED, "queue_unknown")
            return
        contact.skill, contact.flow_priority = detail["skill"], detail["priority"]
        self._treatment.admit(contact, queue, FLOW, floor.now)

    def _to_callback(self, contact: Contact, place: InFlow, detail: dict[str, Any]) -> None:
        hotline = contact.hotline
        queue = detail["queue"] or (None if hotline is None else hotline.queue)
        number, keep_place = detail["number"], detail["keep_place"]
        if self.call_back is None or not (number or contact.number):
            self._come_back_failed(contact, place)
            return
        self._left(contact, place, "callback")
        self.call_back(contact, queue, FLOW, keep_place=keep_place, number=number or None, say=False)

    def _hang_up(self, contact: Contact, place: InFlow, wanted: str) -> None:
        self._left(contact, place, "hang_up")
        outcome = {"closed": Outcome.CLOSED, "blocked": Outcome.BLOCKED}.get(wanted, Outcome.ABANDONED)
        self._end(contact, place, outcome, "flow_ended")

    def _end(self, contact: Contact, place: InFlow, outcome: Outcome, reason: str) -> None:
        floor = self._floor
        floor.out.append(c.ReleaseCall(contact.id, contact.call))
        if place.run.served:
            outcome = Outcome.SERVED
        elif outcome in (Outcome.FAILED, Outcome.ABANDONED) and not contact.answered and _calls_back(place):
            floor.record_callback(contact, "abandoned" if outcome is Outcome.ABANDONED else reason)
        floor.end(contact, outcome, reason)


def _calls_back(place: InFlow) -> bool:
    return place.run.flow.callback_abandoned
