"""What an agent does to be helped in a conversation: ask a colleague or somebody outside, and the help key."""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.errors import RequestImpossible
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import AgentState, ConsultEnd, ContactState, PartyKind, PartyState
from zuoxi.routing.outside import Outside
from zuoxi.routing.parties import CONSULT, Parties
from zuoxi.routing.records import Agent, Contact, Party
from zuoxi.routing.requests import Requests
from zuoxi.routing.transitions import CONTACT

_C, _A, _P = ContactState, AgentState, PartyState


class Consultation:
    """The agents' requests that bring others into their contact."""

    def __init__(self, floor: Floor, parties: Parties, requests: Requests, outside: Outside) -> None:
        self._outside = outside
        self._floor = floor
        self._parties = parties
        self._requests = requests

    def consult_requested(self, event: e.ConsultRequested) -> None:
        floor = self._floor
        try:
            contact = self._requests.own_contact(event.agent, event.contact)
            if contact.state not in (_C.TALKING, _C.HELD):
                raise RequestImpossible("routing.not_talking")
            if _consulted(contact) is not None:
                raise RequestImpossible("routing.consult_under_way")
            if (event.to_agent is None) == (event.to_number is None):
                raise RequestImpossible("routing.consult_target_missing")
            colleague = None if event.to_agent is None else self._colleague(event.agent, event.to_agent)
        except RequestImpossible as refusal:
            floor.refuse(event.agent, CONSULT, refusal.code)
            return
        if contact.state is _C.TALKING:
            contact.state = CONTACT.after(contact.state, "hold")
            floor.out.append(c.HoldCall(contact.id, contact.call))
            floor.out.append(c.ContactHeld(contact.id, event.agent))
        self._parties.ring(contact, CONSULT, event.agent, agent=colleague, number=event.to_number)

    def _colleague(self, agent: str, asked: str) -> Agent:
        """Somebody with a seat and a free phone; whether ready or not, anybody may be asked."""
        if asked == agent:
            raise RequestImpossible("routing.transfer_to_self")
        found = self._floor.agents.get(asked)
        if found is None or found.state is _A.SIGNED_OUT:
            raise RequestImpossible("routing.agent_signed_out")
        if found.state not in (_A.READY, _A.NOT_READY):
            raise RequestImpossible("routing.agent_busy")
        return found

    def consult_finished(self, event: e.ConsultFinished) -> None:
        floor = self._floor
        try:
            contact = self._requests.own_contact(event.agent, event.contact)
            party = _consulted(contact)
            if party is None:
                raise RequestImpossible("routing.no_consult")
            if event.how is not ConsultEnd.CANCEL and party.state is _P.RINGING:
                raise RequestImpossible("routing.consult_not_answered")
            if event.how is ConsultEnd.TRANSFER and contact.state not in (_C.TALKING, _C.HELD):
                raise RequestImpossible("routing.not_talking")
            if event.how is ConsultEnd.CONFERENCE and contact.state is _C.RECONNECTING:
                raise RequestImpossible("routing.not_talking")
        except RequestImpossible as refusal:
            floor.refuse(event.agent, "finish_consult", refusal.code)
            return
        if event.how is ConsultEnd.TRANSFER and party.agent is None:
            self._outside.hand_over(contact, event.agent, party)
            return
        if event.how is ConsultEnd.TRANSFER:
            self._parties.adopt(party, CONSULT)
            return
        if event.how is ConsultEnd.CANCEL:
            floor.end_party(party, "ended")
        elif party.state is _P.CONSULTING:
            self._parties.move(party, _P.CONFERENCE)
        if contact.state is _C.HELD:
            contact.state = CONTACT.after(contact.state, "resume")
            floor.out.append(c.ContactResumed(contact.id, event.agent))
            self._parties.rejoin(contact)

    def help_requested(self, event: e.HelpRequested) -> None:
        floor = self._floor
        try:
            contact = self._requests.own_contact(event.agent, event.contact)
        except RequestImpossible as refusal:
            floor.refuse(event.agent, "help", refusal.code)
            return
        if not event.raised:
            floor.clear_help(contact, event.agent, event.agent)
        elif not contact.help:
            contact.help = True
            floor.out.append(c.HelpRaised(contact.id, event.agent))


def _consulted(contact: Contact) -> Party | None:
    return next((party for party in contact.parties if party.kind is PartyKind.CONSULTED), None)
