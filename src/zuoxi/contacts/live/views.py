"""What a desk shows, as the JSON of its protocol, built from how things stand and the names beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zuoxi.contacts.live.ports import AgentName, Names
from zuoxi.contacts.live.standing import Standing
from zuoxi.contacts.live.standing_records import ContactStanding, LegStanding, PartyStanding
from zuoxi.platform.masking import mask_number
from zuoxi.routing import commands as c
from zuoxi.routing.model import AgentState, PartyKind, PartyState
from zuoxi.routing.parties import SUPERVISE
from zuoxi.telephony.switch import NUMBER

_WITH_A_CONTACT = (AgentState.DIALLING, AgentState.TALKING, AgentState.WRAP_UP)

Frame = dict[str, Any]
PlaceOf = Callable[[str], str | None]


def shown_number(contact: ContactStanding) -> str:
    """The number as the agent may see it now."""
    return mask_number(contact.number) if contact.hides_number else contact.number


def shown_pop(contact: ContactStanding, pop: Frame | None) -> Frame | None:
    """The pop as the agent may see it now: without numbers until whom the agent pointed at has answered."""
    if pop is None or not contact.hides_number:
        return pop
    customer = pop.get("customer")
    if customer is not None:
        addresses = [each | {"phone": mask_number(str(each["phone"]))} for each in customer.get("addresses", ())]
        customer = customer | {"addresses": addresses, "numbers": []}
    masked = mask_number(contact.number)
    return pop | {"number": masked, "number_shown": masked, "customer": customer}


def agent_frame(standing: Standing, agent_id: str, name: AgentName) -> Frame:
    """An agent's own state."""
    agent = standing.agent(agent_id)
    phone = None if agent.phone is None else "browser" if agent.resumes else "sip"
    if phone == "sip" and (agent.phone or "").startswith(NUMBER):
        phone = "number"
    return {
        "id": agent_id,
        "name": name.name,
        "number": name.number,
        "state": str(agent.state),
        "reason": agent.reason,
        "since": agent.since or None,
        "phone": phone,
    }


def colleagues(standing: Standing, names: Names) -> list[Frame]:
    """The agents who are signed in."""
    found = []
    for agent in standing.agents.values():
        if agent.state is AgentState.SIGNED_OUT:
            continue
        name = names.agents.get(agent.id, AgentName(agent.id, ""))
        found.append({"id": agent.id, "name": name.name, "number": name.number, "state": str(agent.state)})
    return found


def _stage(contact: ContactStanding, agent_id: str, standing: Standing) -> str:
    if standing.agent(agent_id).state is AgentState.WRAP_UP:
        return "wrap_up"
    if contact.ended_at is not None:
        return "ended"
    if contact.stage:
        return contact.stage
    leg = contact.legs.get(contact.leg or "")
    if contact.leg is not None and (leg is None or not leg.answered):
        return "reconnecting"  # the agent's phone is away, the caller is kept
    return "held" if contact.held else "talking"


def contact_frame(
    standing: Standing, agent_id: str, names: Names, place_of: PlaceOf, pop: Frame | None
) -> Frame | None:
    """The contact on an agent's desk: in conversation or in wrap-up; None when there is none."""
    agent = standing.agent(agent_id)
    contact = standing.contacts.get(agent.contact or "")
    if contact is None or agent.state not in _WITH_A_CONTACT:
        return None
    hotline = names.hotlines.get(contact.hotline)
    return {
        "id": contact.id,
        "state": _stage(contact, agent_id, standing),
        "number": shown_number(contact),
        "number_place": place_of(contact.number),
        "hotline": hotline.number if hotline else contact.hotline,
        "hotline_id": contact.hotline if hotline else None,
        "hotline_name": hotline.name if hotline else None,
        "line": contact.line,
        "line_name": hotline.line_name if hotline else None,
        "queue": contact.queue,
        "queue_name": names.queues.get(contact.queue or ""),
        "customer_id": contact.customer,
        "direction": contact.direction,
        "caller_id": contact.caller_id or None,
        "outcome": contact.outcome,
        "reason": contact.reason,
        "started_at": contact.started_at,
        "answered_at": contact.answered_at,
        "held": contact.held,
        "offer": contact.leg,
        "pop": shown_pop(contact, pop),
        "wrap_up_ends_at": agent.wrap_up_ends_at,
        "extensions_left": 0 if agent.wrap_up_ends_at is None else agent.extensions_left,
        "extension_s": agent.wrap_up_extension,
        "paused_until": contact.paused_until if contact.paused_by is not None else None,
        "help": contact.help_since is not None,
        "consult": consult_frame(contact, names),
    }


def consult_frame(contact: ContactStanding, names: Names) -> Frame | None:
    """Whom the contact's agent asks, or has let in."""
    for party in contact.parties.values():
        if party.kind == PartyKind.CONSULTED:
            state = {PartyState.RINGING: "ringing", PartyState.CONFERENCE: "conference"}
            return {
                "state": state.get(PartyState(party.state), "talking"),
                "to_agent": party.agent,
                "to_name": None if party.agent is None else name_of(names, party.agent),
                "to_number": party.number,
                "since": party.since,
            }
    return None


def quality_frame(fact: c.CallQualityChanged) -> Frame:
    """How one side of a conversation sounds."""
    return {
        "type": "quality",
        "contact": fact.contact,
        "side": fact.side,
        "state": fact.state,
        "what": fact.what,
        "jitter_ms": fact.jitter_ms,
        "loss_percent": fact.loss_percent,
        "rtt_ms": fact.rtt_ms,
    }


def supervisors(contact: ContactStanding, names: Names) -> list[Frame]:
    """The supervisors who take part, ringing or on the line."""
    return [
        {
            "agent": party.agent,
            "name": name_of(names, party.agent or ""),
            "mode": party.mode,
            "since": party.since,
            "state": "ringing" if not party.answered else "active",
        }
        for party in contact.parties.values()
        if party.kind == PartyKind.SUPERVISOR
    ]


def name_of(names: Names, agent: str) -> str:
    """An agent's name, or the identifier where nobody knows it."""
    found = names.agents.get(agent)
    return agent if found is None else found.name


def party_frame(standing: Standing, agent_id: str, names: Names) -> Frame | None:
    """What somebody takes part in beside its own agent: supervising, or consulted."""
    found = standing.party_of(agent_id)
    if found is None:
        return None
    contact, party = found
    return {
        "contact": contact.id,
        "kind": party.kind,
        "mode": party.mode,
        "since": party.since,
        "state": "talking" if party.answered else "ringing",
        "part": party.state,
        "offer": party.party,
        "agent_name": None if contact.agent is None else name_of(names, contact.agent),
        "number": mask_number(contact.number) if party.kind == PartyKind.SUPERVISOR else contact.number,
        "queue_name": names.queues.get(contact.queue or ""),
        "asked_by_name": name_of(names, party.by),
    }


def party_offer_frame(
    contact: ContactStanding, party: PartyStanding, names: Names, place_of: PlaceOf, pop: Frame | None, now: float
) -> Frame:
    """The ring of a party's phone, shaped as an offer."""
    leg = LegStanding(
        party.party, party.agent or "", party.phone, contact.queue or "", party.timeout, party.since, party.reason
    )
    frame = offer_frame(contact, leg, names, place_of, pop, now)
    if party.reason == SUPERVISE:
        # who only listens needs to know no more than the floor shows
        frame |= {"number": mask_number(contact.number), "pop": None}
    return frame | {"asked_by": party.by, "asked_by_name": name_of(names, party.by)}


def offer_frame(
    contact: ContactStanding, leg: LegStanding, names: Names, place_of: PlaceOf, pop: Frame | None, now: float
) -> Frame:
    """An offer that rings now."""
    hotline = names.hotlines.get(contact.hotline)
    return {
        "id": leg.offer,
        "direction": contact.direction,
        "contact": contact.id,
        "number": shown_number(contact),
        "number_place": place_of(contact.number),
        "vip": contact.vip,
        "queue": leg.queue,
        "queue_name": names.queues.get(leg.queue, ""),
        "line": contact.line,
        "line_name": hotline.line_name if hotline else None,
        "hotline": hotline.number if hotline else contact.hotline,
        "hotline_name": hotline.name if hotline else None,
        "waited": max(0.0, now - (contact.queued_at or contact.started_at)),
        "reason": leg.reason,
        "expires_in": max(0.0, leg.since + leg.timeout - now),
        "pop": shown_pop(contact, pop),
    }


def ringing_leg(standing: Standing, agent_id: str) -> tuple[ContactStanding, LegStanding] | None:
    """The offer that rings at an agent's phone, with its contact."""
    offer = standing.agent(agent_id).offer
    contact = standing.contacts.get(standing.legs.get(offer or "", ""))
    if offer is None or contact is None:
        return None
    leg = contact.legs.get(offer)
    return None if leg is None or leg.answered else (contact, leg)
