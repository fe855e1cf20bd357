"""What a desk shows, as the JSON of its protocol, built from how things stand and the names beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zuoxi.contacts.live.ports import AgentName, Names
from zuoxi.contacts.live.standing import ContactStanding, LegStanding, Standing
from zuoxi.routing.model import AgentState

Frame = dict[str, Any]
PlaceOf = Callable[[str], str | None]


def agent_frame(standing: Standing, agent_id: str, name: AgentName) -> Frame:
    """An agent's own state."""
    agent = standing.agent(agent_id)
    phone = None if agent.phone is None else "browser" if agent.resumes else "sip"
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
    if contact is None or agent.state not in (AgentState.TALKING, AgentState.WRAP_UP):
        return None
    hotline = names.hotlines.get(contact.hotline)
    return {
        "id": contact.id,
        "state": _stage(contact, agent_id, standing),
        "number": contact.number,
        "number_place": place_of(contact.number),
        "hotline": hotline.number if hotline else contact.hotline,
        "hotline_id": contact.hotline if hotline else None,
        "hotline_name": hotline.name if hotline else None,
        "line": contact.line,
        "line_name": hotline.line_name if hotline else None,
        "queue": contact.queue,
        "queue_name": names.queues.get(contact.queue or ""),
        "customer_id": contact.customer,
        "started_at": contact.started_at,
        "answered_at": contact.answered_at,
        "held": contact.held,
        "offer": contact.leg,
        "pop": pop,
        "wrap_up_ends_at": agent.wrap_up_ends_at,
    }


def offer_frame(
    contact: ContactStanding, leg: LegStanding, names: Names, place_of: PlaceOf, pop: Frame | None, now: float
) -> Frame:
    """An offer that rings now."""
    hotline = names.hotlines.get(contact.hotline)
    return {
        "id": leg.offer,
        "contact": contact.id,
        "number": contact.number,
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
        "pop": pop,
    }


def ringing_leg(standing: Standing, agent_id: str) -> tuple[ContactStanding, LegStanding] | None:
    """The offer that rings at an agent's phone, with its contact."""
    offer = standing.agent(agent_id).offer
    contact = standing.contacts.get(standing.legs.get(offer or "", ""))
    if offer is None or contact is None:
        return None
    leg = contact.legs.get(offer)
    return None if leg is None or leg.answered else (contact, leg)
