"""What agents ask for in a conversation: hold, resume, hang up, transfer. What cannot be is refused and changes
nothing."""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.calls import Calls
from zuoxi.routing.errors import RequestImpossible
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import AgentState, ContactState, Outcome
from zuoxi.routing.records import Contact
from zuoxi.routing.selection import TRANSFER
from zuoxi.routing.transitions import CONTACT

_C, _A = ContactState, AgentState


class Requests:
    """The agents' requests about their own contact."""

    def __init__(self, floor: Floor, calls: Calls) -> None:
        self._floor = floor
        self._calls = calls

    def _own_contact(self, agent: str, contact: str) -> Contact:
        """The contact that ``agent`` talks in; raises RequestImpossible otherwise."""
        record = self._floor.contacts.get(contact)
        if record is None:
            raise RequestImpossible("routing.contact_unknown")
        if record.agent is None or record.agent.id != agent:
            raise RequestImpossible("routing.not_your_contact")
        return record

    def hold_requested(self, event: e.HoldRequested) -> None:
        try:
            contact = self._own_contact(event.agent, event.contact)
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
            contact = self._own_contact(event.agent, event.contact)
            if contact.state is not _C.HELD:
                raise RequestImpossible("routing.not_held")
        except RequestImpossible as refusal:
            self._floor.refuse(event.agent, "resume", refusal.code)
            return
        assert contact.offer is not None
        contact.state = CONTACT.after(contact.state, "resume")
        self._floor.out.append(c.ResumeCall(contact.id, contact.call, contact.offer.id))
        self._floor.out.append(c.ContactResumed(contact.id, event.agent))

    def hang_up_requested(self, event: e.HangUpRequested) -> None:
        floor = self._floor
        agent = floor.agents.get(event.agent)
        if agent is not None and agent.state is _A.WRAP_UP and agent.contact == event.contact:
            return  # the caller was quicker: what the agent wants is already so
        try:
            contact = self._own_contact(event.agent, event.contact)
        except RequestImpossible as refusal:
            self._floor.refuse(event.agent, "hang_up", refusal.code)
            return
        floor.out.append(c.ReleaseCall(contact.id, contact.call))
        self._calls.put_down(contact, "agent_left", engine=True)
        floor.finish_talk(contact)
        floor.end(contact, Outcome.ANSWERED, "agent_hung_up")

    def transfer_requested(self, event: e.TransferRequested) -> None:
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
            self._floor.refuse(event.agent, "transfer", refusal.code)
            return
        assert queue is not None and contact.offer is not None
        # The caller leaves the conversation before the agent's leg ends, or both would end.
        floor.out.append(c.ContactTransferred(contact.id, event.agent, event.to_agent, event.to_queue))
        floor.out.append(c.KeepWaiting(contact.id, contact.call, queue.music))
        floor.out.append(c.ReleaseAgent(contact.id, contact.offer.id, event.agent))
        floor.finish_talk(contact)
        contact.transferred = True
        floor.enter_queue(contact, queue, floor.now)
        if target is None:
            floor.wait(contact, TRANSFER)
        else:
            floor.offer(contact, target, TRANSFER)
