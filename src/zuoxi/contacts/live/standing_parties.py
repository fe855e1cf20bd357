"""How ``standing`` folds those who stand beside a contact's own agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from zuoxi.contacts.live.standing_records import AgentStanding, ContactStanding, LegStanding, PartyStanding
from zuoxi.routing import commands as c
from zuoxi.routing.model import PartyState, SupervisionMode


class Standing(Protocol):
    """What is needed here of how things stand (``standing.Standing``)."""

    contacts: dict[str, ContactStanding]
    legs: dict[str, str]

    def agent(self, agent: str) -> AgentStanding: ...

    def party(self, party: str) -> PartyStanding | None: ...


# How a supervisor takes part, by what the party does now.
_MODES = {
    PartyState.LISTENING: SupervisionMode.LISTEN,
    PartyState.WHISPERING: SupervisionMode.WHISPER,
    PartyState.BARGING: SupervisionMode.BARGE,
}


def _ring_party(standing: Standing, command: c.RingParty, at: float) -> None:
    party = standing.party(command.party)
    if party is not None:
        party.phone, party.timeout = command.phone, command.timeout


def _dial_party(standing: Standing, command: c.DialParty, at: float) -> None:
    party = standing.party(command.party)
    if party is not None:
        party.phone, party.timeout = command.caller_id, command.timeout


def _monitor(standing: Standing, command: c.MonitorLeg, at: float) -> None:
    party = standing.party(command.party)
    if party is not None:
        party.heard, party.heard_mode = command.target, str(command.mode)


def _gather(standing: Standing, command: c.GatherLegs, at: float) -> None:
    contact = standing.contacts[command.contact]
    contact.gathered = [command.call, *command.legs] if command.with_caller else list(command.legs)
    if command.with_caller:
        contact.place, contact.on_hook, contact.prompt = "talking", False, None
        if command.legs and command.legs[0] in contact.legs:
            contact.leg = command.legs[0]


def _called(standing: Standing, fact: c.PartyCalled, at: float) -> None:
    contact = standing.contacts[fact.contact]
    mode = None if fact.mode is None else str(fact.mode)
    contact.parties[fact.party] = PartyStanding(
        fact.party, str(fact.role), fact.reason, fact.by, fact.agent, fact.number, mode, at
    )
    standing.legs[fact.party] = fact.contact
    if fact.agent is not None:
        standing.agent(fact.agent).party = fact.party


def _changed(standing: Standing, fact: c.PartyChanged, at: float) -> None:
    party = standing.contacts[fact.contact].parties[fact.party]
    party.state, party.since = str(fact.state), at
    if fact.state in _MODES:
        party.mode = str(_MODES[fact.state])
    if fact.state not in (PartyState.LISTENING, PartyState.WHISPERING):
        party.heard = party.heard_mode = None


def _party_ended(standing: Standing, fact: c.PartyEnded, at: float) -> None:
    _drop_party(standing, standing.contacts[fact.contact], fact.party)


def _drop_party(standing: Standing, contact: ContactStanding, party_id: str) -> PartyStanding | None:
    party = contact.parties.pop(party_id, None)
    standing.legs.pop(party_id, None)
    if party is not None and party.agent is not None and standing.agent(party.agent).party == party_id:
        standing.agent(party.agent).party = None
    if party_id in contact.gathered:
        contact.gathered.remove(party_id)
        if not any(name in contact.parties for name in contact.gathered):
            contact.gathered = []  # caller and agent, or the agent alone: what ``place`` says
    return party


def adopt(standing: Standing, contact: ContactStanding, party_id: str, at: float) -> None:
    """A party has become the contact's own agent, on the leg that is up."""
    party = _drop_party(standing, contact, party_id)
    if party is not None and party.agent is not None:
        leg = LegStanding(party_id, party.agent, party.phone, contact.queue or "", party.timeout, at, party.reason)
        leg.answered = True
        contact.legs[party_id] = leg
        contact.leg = party_id
        standing.legs[party_id] = contact.id


def _taken_over(standing: Standing, fact: c.ContactTakenOver, at: float) -> None:
    contact = standing.contacts[fact.contact]
    adopt(standing, contact, fact.offer, at)
    contact.agent, contact.held = fact.agent, False


def _help_raised(standing: Standing, fact: c.HelpRaised, at: float) -> None:
    standing.contacts[fact.contact].help_since = at


def _help_cleared(standing: Standing, fact: c.HelpCleared, at: float) -> None:
    standing.contacts[fact.contact].help_since = None


PARTY_COMMANDS: Mapping[type, Any] = {
    c.RingParty: _ring_party,
    c.DialParty: _dial_party,
    c.MonitorLeg: _monitor,
    c.GatherLegs: _gather,
    c.PartyCalled: _called,
    c.PartyChanged: _changed,
    c.PartyEnded: _party_ended,
    c.ContactTakenOver: _taken_over,
    c.HelpRaised: _help_raised,
    c.HelpCleared: _help_cleared,
}
