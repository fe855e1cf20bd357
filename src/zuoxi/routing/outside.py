"""A caller who is left with somebody outside: blindly, or after a consultation.

The two talk on through us, in a room of both trunk legs, until one of them hangs up: it is recorded as before, costs
and counts as a call out, and ends in time. Nobody of ours takes part; a call that nobody outside takes comes back to
its queue.
"""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import ContactState, Outcome, PartyState
from zuoxi.routing.parties import CONSULT, Parties
from zuoxi.routing.records import Contact, Party
from zuoxi.routing.transitions import CONTACT

TRANSFER_FAILED = "transfer_failed"
_P = PartyState


class Outside:
    """The moves of a contact that leaves our agents."""

    def __init__(self, floor: Floor, parties: Parties) -> None:
        self._floor = floor
        self._parties = parties
        parties.left_outside = self.over

    def send(self, contact: Contact, by: str, number: str) -> None:
        """Blindly: the caller hears music while ``number`` (permitted already) is rung."""
        assert contact.queue is not None
        self._leave(contact, by, number, None)
        self._floor.out.append(c.KeepWaiting(contact.id, contact.call, contact.queue.music))
        self._parties.ring(contact, CONSULT, by, number=number)

    def hand_over(self, contact: Contact, by: str, party: Party) -> None:
        """Whom the agent has asked outside goes on with the caller."""
        assert party.number is not None
        self._leave(contact, by, party.number, party)
        if party.state is _P.CONSULTING:
            self._parties.move(party, _P.CONFERENCE)

    def _leave(self, contact: Contact, by: str, number: str, stays: Party | None) -> None:
        floor, offer = self._floor, contact.offer
        floor.out.append(c.ContactTransferred(contact.id, by, None, None, number))
        for other in list(contact.parties):
            if other is not stays:
                floor.end_party(other, "contact_over")
        if offer is not None:
            floor.out.append(c.ReleaseAgent(contact.id, offer.id, offer.agent.id))
        floor.finish_talk(contact)
        contact.state = CONTACT.after(contact.state, "pass_out")
        contact.gathered = ()

    def over(self, contact: Contact, spoke: bool, why: str) -> None:
        """The one outside is gone. ``spoke``: with the caller; else the caller waits again where the call came from."""
        floor = self._floor
        if spoke:
            floor.out.append(c.ReleaseCall(contact.id, contact.call))
            floor.end(contact, Outcome.TRANSFERRED_OUT, "outside_hung_up" if why == "hung_up" else why)
            return
        assert contact.queue is not None
        contact.transferred = True
        floor.out.append(c.KeepWaiting(contact.id, contact.call, contact.queue.music))
        floor.enter_queue(contact, contact.queue, floor.now)
        floor.wait(contact, TRANSFER_FAILED)


def speaks_outside(contact: Contact) -> bool:
    """Whether the caller speaks with somebody outside, whom no agent of ours hears."""
    talking = any(party.state is _P.CONFERENCE for party in contact.parties)
    return contact.state is ContactState.OUTSIDE and talking
