"""What supervisors do in somebody else's call: listen, whisper, barge, take over, pick up; and what they force."""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.calls import Calls
from zuoxi.routing.errors import RequestImpossible
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import AgentState, ContactState, Outcome, PartyKind, PartyState, SupervisionMode
from zuoxi.routing.outbound import ON_THE_WAY
from zuoxi.routing.parties import SUPERVISE, TAKE_OVER, Parties
from zuoxi.routing.records import Agent, Contact, Party
from zuoxi.routing.requests import Requests
from zuoxi.routing.seats import Seats

_C, _A, _P = ContactState, AgentState, PartyState
_IN_QUEUE = (_C.WAITING, _C.OFFERED)
PICK_UP = "pickup"


class Supervision:
    """The supervisors' requests. Whether somebody is a supervisor is asked before they come here."""

    def __init__(self, floor: Floor, calls: Calls, parties: Parties, requests: Requests, seats: Seats) -> None:
        self._floor = floor
        self._calls = calls
        self._parties = parties
        self._requests = requests
        self._seats = seats

    # -- taking part ---------------------------------------------------------------------------------------------------
    def supervise_requested(self, event: e.SuperviseRequested) -> None:
        try:
            contact, agent = self._beside(event.agent, event.contact)
        except RequestImpossible as refusal:
            self._floor.refuse(event.agent, SUPERVISE, refusal.code)
            return
        party = self._party_in(contact, agent)
        if event.mode is not SupervisionMode.LISTEN:
            self._answer_help(contact, agent)
        if party is not None:
            party.mode, party.taking_over = event.mode, False
            return
        self._parties.ring(contact, SUPERVISE, agent.id, agent=agent, mode=event.mode)

    def supervise_ended(self, event: e.SuperviseEnded) -> None:
        agent = self._floor.agents.get(event.agent)
        party = None if agent is None else agent.party
        if party is None or party.contact.id != event.contact or party.kind is not PartyKind.SUPERVISOR:
            self._floor.refuse(event.agent, "end_supervision", "routing.not_supervising")
            return
        self._floor.end_party(party, "ended")

    def take_over_requested(self, event: e.TakeOverRequested) -> None:
        floor, parties = self._floor, self._parties
        try:
            contact, agent = self._beside(event.agent, event.contact)
            if contact.state in ON_THE_WAY:
                raise RequestImpossible("routing.still_dialling")
        except RequestImpossible as refusal:
            floor.refuse(event.agent, TAKE_OVER, refusal.code)
            return
        party = self._party_in(contact, agent)
        self._answer_help(contact, agent)
        if contact.state in _IN_QUEUE and (party is None or party.state is _P.RINGING):
            self._pick_up(contact, agent, party)
        elif party is None:
            parties.ring(contact, TAKE_OVER, agent.id, agent=agent)
        elif party.state is _P.RINGING:
            party.taking_over = True
        else:
            parties.adopt(party, TAKE_OVER)

    def pick_up_requested(self, event: e.PickUpRequested) -> None:
        try:
            contact, agent = self._beside(event.agent, event.contact)
            if contact.state not in _IN_QUEUE:
                raise RequestImpossible("routing.not_waiting")
        except RequestImpossible as refusal:
            self._floor.refuse(event.agent, "pick_up", refusal.code)
            return
        party = self._party_in(contact, agent)
        if party is None or party.state is _P.RINGING:
            self._pick_up(contact, agent, party)
        else:
            self._floor.out.append(c.ContactForced(contact.id, _who(contact), agent.id, "pick_up"))
            self._parties.adopt(party, PICK_UP)

    def _pick_up(self, contact: Contact, agent: Agent, party: Party | None) -> None:
        """Ring the supervisor's own phone with a call that waits, or rings somewhere else."""
        floor, offer = self._floor, contact.offer
        floor.out.append(c.ContactForced(contact.id, _who(contact), agent.id, "pick_up"))
        if party is not None:
            floor.end_party(party, "moved", free=False)
        elif agent.state is not _A.ASSISTING:
            agent.wish = None if agent.state is _A.READY else (_A.NOT_READY, agent.reason)
        if offer is not None:
            floor.end_ringing(offer, "withdraw", "picked_up", cancel=True)
            floor.wait(contact, "picked_up", offer=False)
            floor.freed.append((offer.agent, offer.agent.idle_since))
        floor.offer(contact, agent, PICK_UP, "offer" if agent.state is _A.READY else "pick_up")

    def _beside(self, supervisor: str, contact_id: str) -> tuple[Contact, Agent]:
        """The contact, and who asks to come beside it with a free hand. Raises RequestImpossible."""
        contact = self._parties.contact_in_hand(contact_id)
        agent = self._parties.seated(supervisor)
        if contact.agent is agent or (contact.offer is not None and contact.offer.agent is agent):
            raise RequestImpossible("routing.own_contact")
        self._parties.free_hand(agent)
        if agent.party is not None and agent.party.kind is not PartyKind.SUPERVISOR:
            raise RequestImpossible("routing.busy")
        return contact, agent

    def _party_in(self, contact: Contact, agent: Agent) -> Party | None:
        """The supervisor's party in this contact. One in another is given up: a supervisor goes from call to call."""
        party = agent.party
        if party is None or party.contact is contact:
            return party
        self._floor.end_party(party, "moved", free=False)
        return None

    def _answer_help(self, contact: Contact, by: Agent) -> None:
        if contact.agent is not None:
            self._floor.clear_help(contact, contact.agent.id, by.id)

    def help_answered(self, event: e.HelpAnswered) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is None or contact.agent is None:
            self._floor.refuse(event.agent, "answer_help", "routing.contact_unknown")
            return
        self._floor.clear_help(contact, contact.agent.id, event.agent)

    # -- by force ------------------------------------------------------------------------------------------------------
    def force_transfer_requested(self, event: e.ForceTransferRequested) -> None:
        floor = self._floor
        try:
            contact = self._parties.contact_in_hand(event.contact)
            if contact.state in ON_THE_WAY:
                raise RequestImpossible("routing.still_dialling")
            target, queue = self._requests.destination(contact, event.to_agent, event.to_queue)
        except RequestImpossible as refusal:
            floor.refuse(event.agent, "force_transfer", refusal.code)
            return
        floor.out.append(c.ContactForced(contact.id, _who(contact), event.agent, "transfer"))
        self._requests.pass_on(contact, event.agent, target, queue, event.to_agent, event.to_queue)

    def force_hang_up_requested(self, event: e.ForceHangUpRequested) -> None:
        floor = self._floor
        contact = floor.contacts.get(event.contact)
        if contact is None:
            floor.refuse(event.agent, "force_hang_up", "routing.contact_unknown")
            return
        floor.out.append(c.ContactForced(contact.id, _who(contact), event.agent, "hang_up"))
        self._calls.dismiss(contact, Outcome.FAILED, "supervisor_hung_up")

    def agent_set_ready(self, event: e.AgentSetReady) -> None:
        agent = self._forced(event.agent, event.by, "ready")
        if agent is None:
            return
        if agent.state is _A.WRAP_UP:
            agent.wish = None
            self._floor.follow_wish(agent)
        else:
            self._seats.agent_ready(e.AgentReady(agent.id))

    def agent_set_not_ready(self, event: e.AgentSetNotReady) -> None:
        agent = self._forced(event.agent, event.by, "not_ready", event.reason)
        if agent is None:
            return
        in_wrap_up = agent.state is _A.WRAP_UP
        self._seats.agent_not_ready(e.AgentNotReady(agent.id, event.reason))
        if in_wrap_up:
            self._floor.follow_wish(agent)

    def agent_set_signed_out(self, event: e.AgentSetSignedOut) -> None:
        agent = self._forced(event.agent, event.by, "signed_out")
        if agent is None:
            return
        in_wrap_up = agent.state is _A.WRAP_UP
        self._seats.agent_signed_out(e.AgentSignedOut(agent.id))
        if in_wrap_up:
            self._floor.follow_wish(agent)

    def _forced(self, agent: str, by: str, what: str, reason: str | None = None) -> Agent | None:
        record = self._floor.agents.get(agent)
        if record is None or record.state is _A.SIGNED_OUT:
            self._floor.refuse(by, f"set_{what}", "routing.agent_signed_out")
            return None
        self._floor.out.append(c.AgentForced(agent, by, what, reason))
        return record


def _who(contact: Contact) -> str | None:
    """Whose contact it is, or who is rung for it."""
    if contact.agent is not None:
        return contact.agent.id
    return None if contact.offer is None else contact.offer.agent.id
