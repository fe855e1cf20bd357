"""Read-only pictures of the router's records, for those who show or check them."""

from __future__ import annotations

from zuoxi.routing.model import ContactState
from zuoxi.routing.records import (
    Agent,
    AgentView,
    CallbackView,
    Contact,
    ContactView,
    Offer,
    OfferView,
    Party,
    PartyView,
    Task,
)

_ON_THE_WAY = (ContactState.CALLING, ContactState.DIALLING)


def view_contact(contact: Contact) -> ContactView:
    assert contact.state is not None
    offer = contact.offer
    agent = contact.agent if contact.agent is not None else None if offer is None else offer.agent
    return ContactView(
        contact.id,
        contact.call,
        contact.number,
        contact.customer,
        contact.vip,
        None if contact.hotline is None else contact.hotline.id,
        contact.state,
        None if contact.queue is None else contact.queue.id,
        contact.priority,
        contact.started_at,
        contact.queued_at,
        contact.answered,
        None if offer is None else offer.id,
        None if agent is None else agent.id,
        None if contact.agent is None or contact.state in _ON_THE_WAY else contact.talking_since,
        contact.paused_by,
        contact.outbound,
    )


def view_agent(agent: Agent) -> AgentView:
    wish, reason = agent.wish or (None, None)
    return AgentView(
        agent.id,
        agent.phone,
        agent.state,
        agent.reason,
        agent.since,
        agent.contact,
        None if agent.offer is None else agent.offer.id,
        wish,
        reason,
        agent.wrap_up_ends_at,
    )


def view_offer(offer: Offer) -> OfferView:
    contact, agent = offer.contact, offer.agent
    return OfferView(
        offer.id, contact.id, contact.call, agent.id, agent.phone, offer.reason, offer.state, offer.ends_at
    )


def view_party(party: Party) -> PartyView:
    agent = None if party.agent is None else party.agent.id
    return PartyView(
        party.id, party.contact.id, party.kind, party.by, agent, party.number, party.mode, party.state, party.heard
    )


def view_task(task: Task) -> CallbackView:
    return CallbackView(
        task.id,
        task.number,
        task.client,
        task.customer,
        task.queue,
        task.hotline,
        task.project,
        task.reason,
        task.state,
        task.created_at,
        task.due_at,
        task.expires_at,
        task.attempts,
        task.owner,
        None if task.agent is None else task.agent.id,
        task.mode,
        task.ends_at,
        task.dialled,
        task.place is not None,
        task.number_key,
    )
