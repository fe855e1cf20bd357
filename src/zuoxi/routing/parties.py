"""Those who stand beside a contact's own conversation: supervisors and the consulted.

Who hears whom follows from the states alone. ``settle`` compares, once an event is handled, what should be with what
was asked for last, and asks for the difference; so a party fares well whatever else the event did to the call.
"""

from __future__ import annotations

from collections.abc import Callable

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.errors import RequestImpossible
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import AgentState, ContactState, OfferState, PartyKind, PartyState, SupervisionMode
from zuoxi.routing.records import Agent, Contact, Offer, Party
from zuoxi.routing.transitions import CONTACT, OFFER, PARTY

RING_SECONDS = 30.0
SUPERVISE, TAKE_OVER, CONSULT, AGENT_LEFT = "supervise", "take_over", "consult", "agent_left"
_C, _A, _P = ContactState, AgentState, PartyState
_IN_QUEUE = (_C.WAITING, _C.OFFERED)
_IN_CALL = (_C.TALKING, _C.HELD, _C.RECONNECTING)
_ALONE = (_C.ANNOUNCING, _C.IN_FLOW, _C.LEAVING_MESSAGE)  # with the machine: nobody can be let in
_SPEAKING = (_P.BARGING, _P.CONFERENCE)  # heard by the caller
_FREE = (_A.READY, _A.NOT_READY)
_TRIGGERS = {
    _P.WAITING: "wait",
    _P.LISTENING: "listen",
    _P.WHISPERING: "whisper",
    _P.BARGING: "barge",
    _P.CONSULTING: "consult",
    _P.CONFERENCE: "confer",
}
_HEARING = {SupervisionMode.LISTEN: _P.LISTENING, SupervisionMode.WHISPER: _P.WHISPERING}


def _still_up(party: Party, reason: str) -> bool:
    """Whether there is a leg to end when a party is given up for this reason."""
    return party.state is not _P.RINGING or reason in ("rejected", "failed")


class Parties:
    """The moves of parties, and what their phones do."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        # told when whoever is outside with a caller alone is gone: the contact, whether they spoke, why
        self.left_outside: Callable[[Contact, bool, str], None] = lambda contact, spoke, why: None

    # -- coming --------------------------------------------------------------------------------------------------------
    def ring(
        self,
        contact: Contact,
        reason: str,
        by: str,
        *,
        agent: Agent | None = None,
        number: str | None = None,
        mode: SupervisionMode | None = None,
    ) -> Party:
        """Ring an agent's phone or an outside number beside a contact. ``reason``: supervise, take_over, consult."""
        floor = self._floor
        kind = PartyKind.CONSULTED if reason == CONSULT else PartyKind.SUPERVISOR
        contact.offers_made += 1
        identifier = f"{contact.id}-{contact.offers_made}"
        ends_at = floor.now + RING_SECONDS
        state = PARTY.after(None, "ring")
        party = Party(identifier, contact, kind, by, agent, number, mode, reason == TAKE_OVER, state, ends_at)
        floor.parties[identifier] = party
        contact.parties.append(party)
        floor.deadlines.set(ends_at, Deadline.PARTY, identifier)
        name = None if agent is None else agent.id
        floor.out.append(c.PartyCalled(contact.id, identifier, kind, reason, by, name, number, mode))
        if agent is None:
            assert number is not None
            shown = contact.caller_id or ("" if contact.hotline is None else contact.hotline.shown)
            floor.out.append(c.DialParty(contact.id, contact.call, identifier, number, shown, RING_SECONDS))
            return party
        agent.party = party
        if agent.state is not _A.ASSISTING:
            agent.wish = None if agent.state is _A.READY else (_A.NOT_READY, agent.reason)
            floor.move_agent(agent, "assist", None, contact.id)
        elif agent.contact != contact.id:
            agent.contact = contact.id
            floor.out.append(c.AgentStateChanged(agent.id, agent.state, None, contact.id))
        call = "" if contact.state is _C.CALLING else contact.call
        floor.out.append(c.RingParty(contact.id, call, identifier, agent.id, agent.phone, RING_SECONDS))
        return party

    def ring_again(self, party: Party) -> None:
        """The party's phone is another one now, or came back with nothing in its hands."""
        agent = party.agent
        assert agent is not None
        reason = CONSULT if party.kind is PartyKind.CONSULTED else TAKE_OVER if party.taking_over else SUPERVISE
        self._floor.end_party(party, "phone_changed", free=False)
        self.ring(party.contact, reason, party.by, agent=agent, mode=party.mode)

    # -- what their phones do ------------------------------------------------------------------------------------------
    def answered(self, party: Party) -> None:
        if party.state is not _P.RINGING:
            return
        party.state = PARTY.after(party.state, "answer")
        if party.taking_over and party.contact.state not in _ALONE:
            self.adopt(party, TAKE_OVER)
        elif party.kind is PartyKind.CONSULTED:
            self.move(party, _P.CONSULTING)
            if party.contact.state is _C.OUTSIDE:
                self.move(party, _P.CONFERENCE)

    def failed(self, event: e.OfferFailed, party: Party) -> None:
        """Its phone did not take the call, or could not be brought to where it belongs."""
        self._give_up(party, event.reason, cancel=_still_up(party, event.reason))

    def leg_ended(self, party: Party) -> None:
        self._give_up(party, "hung_up", cancel=False)

    def time_out(self, party: Party) -> None:
        """Nobody answered in time."""
        self._give_up(party, "no_answer", cancel=True)

    def _give_up(self, party: Party, why: str, *, cancel: bool) -> None:
        contact, spoke = party.contact, party.state is _P.CONFERENCE
        alone = contact.state is _C.OUTSIDE
        self._floor.end_party(party, why, cancel=cancel)
        if alone:
            self.left_outside(contact, spoke, why)

    # -- moves ---------------------------------------------------------------------------------------------------------
    def move(self, party: Party, state: PartyState) -> None:
        """A party on the line takes part in another way."""
        contact = party.contact
        party.state = PARTY.after(party.state, _TRIGGERS[state])
        agent = None if party.agent is None else party.agent.id
        beside = None if contact.agent is None else contact.agent.id
        self._floor.out.append(c.PartyChanged(contact.id, party.id, party.kind, state, party.by, agent, beside))

    def heir(self, contact: Contact) -> Party | None:
        """Who goes on with the caller when the contact's own agent leaves: whoever the caller speaks with already."""
        for party in contact.parties:
            if party.state in _SPEAKING and party.agent is not None:
                return party
        return None

    def adopt(self, party: Party, reason: str, *, release: bool = True) -> None:
        """The contact becomes its party's: ``party.agent`` talks with the caller from here on, on the leg that is up.
        ``release``: the former agent's leg is still up."""
        floor, contact, agent = self._floor, party.contact, party.agent
        assert agent is not None
        state, offer, before = contact.state, contact.offer, contact.agent
        party.state = PARTY.after(party.state, "end")
        contact.parties.remove(party)
        del floor.parties[party.id]
        agent.party = None
        floor.unsettled[contact.id] = contact
        if offer is not None and offer.state is OfferState.RINGING:
            floor.end_ringing(offer, "withdraw", "taken_over", cancel=True)
            if state is _C.OFFERED:
                floor.freed.append((offer.agent, offer.agent.idle_since))
        elif offer is not None and release:
            floor.out.append(c.ReleaseAgent(contact.id, offer.id, offer.agent.id))
        if before is not None:
            floor.finish_talk(contact)
        else:
            floor.stop_waiting(contact)
        if state is not _C.TALKING:
            contact.state = CONTACT.after(state, "answer" if state in _IN_QUEUE else "resume")
        contact.ticket = 0
        contact.agent = agent
        contact.answered = True
        contact.talking_since = floor.now
        taken = Offer(party.id, contact, agent, reason, OFFER.after(None, "adopt"), floor.now, agent.resumes)
        floor.offers[party.id] = contact.offer = agent.offer = taken
        for other in contact.parties:
            if other.state is _P.CONFERENCE:
                other.by = agent.id
        if before is None:
            assert contact.queue is not None
            waited = floor.now - contact.queued_at
            floor.out.append(c.ContactAnswered(contact.id, party.id, agent.id, contact.queue.id, waited))
        else:
            floor.out.append(c.ContactTakenOver(contact.id, party.id, agent.id, before.id, reason))
            if state is not _C.TALKING:
                floor.out.append(c.ContactResumed(contact.id, agent.id))
        floor.move_agent(agent, "answer", None, contact.id)
        if not self.meet(contact):
            self.gather(contact, (contact.call, party.id))

    # -- who hears whom ------------------------------------------------------------------------------------------------
    def meet(self, contact: Contact) -> tuple[str, ...]:
        """Who of this contact should be together because there are more than caller and agent, or others than these:
        the caller's call first, where it belongs to them, then legs. Empty when there is nothing of the kind."""
        if not contact.parties:
            return ()
        offer = contact.offer
        own = (offer.id,) if offer is not None and offer.state is OfferState.ANSWERED else ()
        speaking = tuple([party.id for party in contact.parties if party.state in _SPEAKING])
        if contact.state is _C.HELD:
            asked = tuple([party.id for party in contact.parties if party.state is _P.CONSULTING])
            return (*own, *asked, *speaking) if asked or speaking else ()
        if contact.state in (_C.TALKING, _C.RECONNECTING, _C.OUTSIDE):
            return (contact.call, *own, *speaking) if speaking else ()
        return ()

    def gather(self, contact: Contact, members: tuple[str, ...]) -> None:
        """Put these together, and nobody else."""
        contact.gathered = members
        with_caller = contact.call in members
        legs = members[1:] if with_caller else members
        self._floor.out.append(c.GatherLegs(contact.id, contact.call, with_caller, legs))

    def rejoin(self, contact: Contact) -> None:
        """Caller and agent are to hear each other again; with parties who speak, ``settle`` sees to it."""
        offer = contact.offer
        assert offer is not None
        if not self.meet(contact):
            contact.gathered = ()
            self._floor.out.append(c.ResumeCall(contact.id, contact.call, offer.id))

    def settle_everybody(self) -> None:
        """Bring all parties in line with what has become of their contacts in this event."""
        floor = self._floor
        for party in floor.parties.values():
            floor.unsettled[party.contact.id] = party.contact
        for contact in list(floor.unsettled.values()):
            if contact.state is not _C.ENDED:
                self._settle(contact)
        floor.unsettled.clear()

    def _settle(self, contact: Contact) -> None:
        floor = self._floor
        for party in list(contact.parties):
            if contact.state in _ALONE:
                floor.end_party(party, "contact_over")
            elif party.kind is PartyKind.CONSULTED:
                self._keep_consulted(party)
            elif party.state is not _P.RINGING:
                self._follow(party)
        members = self.meet(contact)
        if members == contact.gathered:
            return
        together = contact.gathered
        if members:
            self.gather(contact, members)
            return
        contact.gathered = ()
        if contact.state is _C.RECONNECTING and contact.call in together:
            floor.out.append(c.HoldCall(contact.id, contact.call))  # nobody is left to talk with for the moment

    def _keep_consulted(self, party: Party) -> None:
        """Whoever is consulted belongs to the agent who asked: gone with that agent's part in the call, or phone."""
        contact = party.contact
        if contact.state is _C.OUTSIDE:
            return
        asks = contact.agent is not None and contact.agent.id == party.by and contact.state in _IN_CALL
        if not asks or (contact.state is _C.RECONNECTING and party.state is not _P.CONFERENCE):
            self._floor.end_party(party, "agent_left")

    def _follow(self, party: Party) -> None:
        """A supervisor on the line stays with the contact, whoever has it. With the next agent he begins by listening:
        nobody bursts into a conversation that he has not heard."""
        contact, offer = party.contact, party.contact.offer
        if contact.state not in _IN_CALL:
            party.mode, party.heard = SupervisionMode.LISTEN, None
            self._change(party, _P.WAITING)
            return
        assert party.mode is not None
        if party.mode is SupervisionMode.BARGE:
            party.heard = None
            self._change(party, _P.BARGING)
            return
        if offer is None or offer.state is not OfferState.ANSWERED:
            party.heard = None
            self._change(party, _P.WAITING)
            return
        state = _HEARING[party.mode]
        if party.heard != offer.id or party.state is not state:
            party.heard = offer.id
            self._change(party, state)
            self._floor.out.append(c.MonitorLeg(contact.id, party.id, offer.id, party.mode))

    def _change(self, party: Party, state: PartyState) -> None:
        if party.state is not state:
            self.move(party, state)

    # -- who may -------------------------------------------------------------------------------------------------------
    def contact_in_hand(self, contact: str) -> Contact:
        """The live contact of a request; raises RequestImpossible when there is none, or only a machine that speaks."""
        record = self._floor.contacts.get(contact)
        if record is None:
            raise RequestImpossible("routing.contact_unknown")
        if record.state in _ALONE:
            raise RequestImpossible("routing.not_talking")
        if record.state is _C.OUTSIDE:
            raise RequestImpossible("routing.is_outside")
        return record

    def seated(self, agent: str) -> Agent:
        """The agent of a request; raises RequestImpossible without a seat."""
        record = self._floor.agents.get(agent)
        if record is None or record.state is _A.SIGNED_OUT:
            raise RequestImpossible("routing.signed_out")
        return record

    @staticmethod
    def free_hand(agent: Agent) -> None:
        """Raises RequestImpossible when the agent's phone is needed for a call of the own."""
        if agent.state not in _FREE and agent.party is None:
            raise RequestImpossible("routing.busy")
