"""What agents do at their seats: sign in and out, ready, not ready, wrap-up."""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import AgentState, ContactState
from zuoxi.routing.parties import Parties
from zuoxi.routing.phones import Phones
from zuoxi.routing.records import Agent

_C, _A = ContactState, AgentState


class Seats:
    """The events of the agents' states."""

    def __init__(self, floor: Floor, phones: Phones, parties: Parties) -> None:
        self._floor = floor
        self._parties = parties
        self._phones = phones

    def agent_signed_in(self, event: e.AgentSignedIn) -> None:
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
        if agent.party is not None:
            self._parties.ring_again(agent.party)
            return
        if agent.state is _A.OFFERED or (agent.offer is not None and agent.offer.contact.state is _C.CALLING):
            self._phones.ring_elsewhere(agent)
        elif agent.state is _A.TALKING and not event.resumes:
            # A page announces its phone by PhoneReturned; any other seat can be rung at once.
            contact = floor.contacts[agent.contact] if agent.contact is not None else None
            if contact is not None and contact.state is _C.RECONNECTING:
                self._phones.reconnect(contact, agent)

    def phone_returned(self, event: e.PhoneReturned) -> None:
        floor = self._floor
        agent = floor.agents.get(event.agent)
        if agent is None or agent.contact is None:
            return
        if agent.party is not None:
            self._parties.ring_again(agent.party)
        elif agent.state is _A.OFFERED:
            self._phones.ring_elsewhere(agent)
        elif agent.state is _A.DIALLING:
            self._phones.redial(agent, floor.contacts[agent.contact])
        elif agent.state is _A.TALKING:
            contact = floor.contacts[agent.contact]
            if contact.state is not _C.RECONNECTING:
                offer = contact.offer
                assert offer is not None
                self._phones.lose_phone(contact)
                floor.out.append(c.ReleaseAgent(contact.id, offer.id, agent.id))
            self._phones.reconnect(contact, agent)

    def agent_signed_out(self, event: e.AgentSignedOut) -> None:
        agent = self._floor.agents.get(event.agent)
        if agent is None or agent.state is _A.SIGNED_OUT:
            return
        if agent.party is not None:
            # Leaving ends what was only a part in somebody else's call.
            agent.wish = (_A.SIGNED_OUT, None)
            self._floor.end_party(agent.party, "agent_left")
        elif agent.state in (_A.TALKING, _A.WRAP_UP, _A.DIALLING):
            agent.wish = (_A.SIGNED_OUT, None)
        elif agent.state is _A.OFFERED:
            self._phones.decline(agent, "agent_left", "sign_out", None)
        else:
            self._floor.move_agent(agent, "sign_out")

    def agent_ready(self, event: e.AgentReady) -> None:
        agent = self._seated(event.agent, "ready")
        if agent is None:
            return
        if agent.state is _A.NOT_READY:
            self._floor.make_ready(agent)
        else:
            agent.wish = None

    def agent_not_ready(self, event: e.AgentNotReady) -> None:
        agent = self._seated(event.agent, "not_ready")
        if agent is None:
            return
        if agent.state in (_A.TALKING, _A.WRAP_UP, _A.ASSISTING, _A.DIALLING):
            agent.wish = (_A.NOT_READY, event.reason)
        elif agent.state is _A.OFFERED:
            self._phones.decline(agent, "agent_not_ready", "not_ready", event.reason)
        elif agent.state is _A.READY or agent.reason != event.reason:
            self._floor.move_agent(agent, "not_ready", event.reason)

    def _seated(self, agent: str, request: str) -> Agent | None:
        record = self._floor.agents.get(agent)
        if record is None or record.state is _A.SIGNED_OUT:
            self._floor.refuse(agent, request, "routing.signed_out")
            return None
        return record

    def wrap_up_finished(self, event: e.WrapUpFinished) -> None:
        agent = self._floor.agents.get(event.agent)
        if agent is None or agent.state is not _A.WRAP_UP or agent.contact != event.contact:
            self._floor.refuse(event.agent, "wrap_up", "routing.not_in_wrap_up")
            return
        self._floor.follow_wish(agent)
