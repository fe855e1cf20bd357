"""The router's whole state as plain JSON values, and back. Heaps are not written: they follow from the records."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from zuoxi.routing.callback_book import WAKE, CallbackBook
from zuoxi.routing.codec import decode, encode
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.errors import CodecError
from zuoxi.routing.floor import Floor
from zuoxi.routing.flow_document import parse
from zuoxi.routing.flow_run import Run
from zuoxi.routing.model import (
    AgentState,
    CallbackMode,
    CallbackState,
    ContactState,
    OfferState,
    Outcome,
    PartyKind,
    PartyState,
    PublishedFlow,
    SupervisionMode,
)
from zuoxi.routing.records import Agent, Contact, InFlow, Offer, Party, Task

FORMAT = 1
_CONTACT_MADE = frozenset(
    {
        *("last_order", "hotline", "queue", "home", "state", "outcome"),
        *("offer", "agent", "key", "parties", "gathered", "visited", "flow", "task"),
    }
)
_CONTACT_PLAIN = tuple(field.name for field in fields(Contact) if field.name not in _CONTACT_MADE)
_AGENT_PLAIN = tuple(
    field.name
    for field in fields(Agent)
    if field.name not in ("skills", "state", "offer", "wish", "ready_fact", "party", "task")
)


_TASK_PLAIN = tuple(field.name for field in fields(Task) if field.name not in ("state", "agent", "mode", "place"))


def _encoded(value: Any) -> dict[str, Any] | None:
    return None if value is None else encode(value)


def _decoded(plain: dict[str, Any] | None) -> Any:
    return None if plain is None else decode(plain)


def take(floor: Floor) -> dict[str, Any]:
    """Everything that the router's later answers depend on."""
    return {
        "format": FORMAT,
        "configuration": encode(floor.configuration),
        "now": floor.now,
        "sequence": floor.sequence,
        "tickets": floor.selection.tickets,
        "ended_offers": list(map(list, floor.ended_offers.items())),
        "handling": list(map(list, floor.handling.items())),
        "agents": [
            {
                **{name: getattr(agent, name) for name in _AGENT_PLAIN},
                "skills": [list(skill) for skill in agent.skills],
                "state": agent.state.value,
                "wish": None if agent.wish is None else [agent.wish[0].value, agent.wish[1]],
            }
            for agent in floor.agents.values()
        ],
        "flows": [encode(source) for source in _pinned(floor)],
        "contacts": [_contact_plain(contact) for contact in floor.contacts.values()],
        "offers": [
            {
                "id": offer.id,
                "contact": offer.contact.id,
                "agent": offer.agent.id,
                "reason": offer.reason,
                "state": offer.state.value,
                "ends_at": offer.ends_at,
                "resumes": offer.resumes,
            }
            for offer in floor.offers.values()
        ],
        "parties": [
            {
                "id": party.id,
                "contact": party.contact.id,
                "kind": party.kind.value,
                "by": party.by,
                "agent": None if party.agent is None else party.agent.id,
                "number": party.number,
                "mode": None if party.mode is None else party.mode.value,
                "taking_over": party.taking_over,
                "state": party.state.value,
                "ends_at": party.ends_at,
                "heard": party.heard,
            }
            for party in floor.parties.values()
        ],
        "callbacks": _take_callbacks(floor.book),
    }


def _contact_plain(contact: Contact) -> dict[str, Any]:
    return {
        **{name: getattr(contact, name) for name in _CONTACT_PLAIN},
        "last_order": _encoded(contact.last_order),
        "hotline": _encoded(contact.hotline),
        "queue": _encoded(contact.queue),
        "home": _encoded(contact.home),
        "visited": list(contact.visited),
        "state": None if contact.state is None else contact.state.value,
        "outcome": None if contact.outcome is None else contact.outcome.value,
        "key": list(contact.key),
        "agent": None if contact.agent is None else contact.agent.id,
        "gathered": list(contact.gathered),
        "flow": None if contact.flow is None else _flow(contact.flow),
    }


def _take_callbacks(book: CallbackBook) -> dict[str, Any]:
    return {
        "plans": [encode(plan) for plan in book.plans.values()],
        "wake_at": book.wake_at,
        "over": list(book.over),
        "tasks": [
            {
                **{name: getattr(task, name) for name in _TASK_PLAIN},
                "state": task.state.value,
                "agent": None if task.agent is None else task.agent.id,
                "mode": None if task.mode is None else task.mode.value,
                "place": None if task.place is None else _contact_plain(task.place),
            }
            for task in book.tasks.values()
        ],
    }


def _flow(place: InFlow) -> dict[str, Any]:
    return {
        "flow": place.source.id,
        "version": place.source.version,
        "agent": place.agent,
        "run": place.run.plain(),
    }


def _pinned(floor: Floor) -> list[PublishedFlow]:
    """The versions of flows that callers are in, each once."""
    found: dict[tuple[str, int], PublishedFlow] = {}
    for contact in floor.contacts.values():
        if contact.flow is not None:
            source = contact.flow.source
            found.setdefault((source.id, source.version), source)
    return list(found.values())


def _put_back_flow(floor: Floor, plain: dict[str, Any], pinned: dict[tuple[str, int], PublishedFlow]) -> InFlow:
    source = pinned[(plain["flow"], plain["version"])]
    return InFlow(source, Run.read(parse(source.id, source.version, source.document), plain["run"]), plain["agent"])


def put_back(floor: Floor, snapshot: dict[str, Any]) -> None:
    """Fill an empty floor from ``take``'s value. Raises CodecError on a value of another format."""
    if not isinstance(snapshot, dict) or snapshot.get("format") != FORMAT:
        raise CodecError(kind="snapshot", value=type(snapshot).__name__)
    try:
        _put_back(floor, snapshot)
    except (KeyError, TypeError, ValueError) as error:
        raise CodecError(kind="snapshot", detail=repr(error)) from error


def _put_back(floor: Floor, snapshot: dict[str, Any]) -> None:
    floor.configure(decode(snapshot["configuration"]))
    floor.now = snapshot["now"]
    floor.sequence = snapshot["sequence"]
    floor.selection.tickets = snapshot["tickets"]
    floor.ended_offers.update((offer, agent) for offer, agent in snapshot["ended_offers"])
    floor.handling.update((queue, seconds) for queue, seconds in snapshot.get("handling", ()))
    for plain in snapshot["agents"]:
        wish = plain["wish"]
        agent = Agent(**{name: plain[name] for name in _AGENT_PLAIN if name in plain})
        agent.skills = tuple((name, level) for name, level in plain["skills"])
        agent.state = AgentState(plain["state"])
        agent.wish = None if wish is None else (AgentState(wish[0]), wish[1])
        floor.agents[agent.id] = agent
        if agent.wrap_up_ends_at is not None:
            floor.deadlines.set(agent.wrap_up_ends_at, Deadline.WRAP_UP, agent.id)
    pinned = {(flow.id, flow.version): flow for flow in map(decode, snapshot.get("flows", ()))}
    for plain in snapshot["contacts"]:
        contact = _contact_from(floor, plain)
        if plain.get("flow") is not None:
            contact.flow = _put_back_flow(floor, plain["flow"], pinned)
        if contact.home is None and contact.queue is not None:  # written before there were plans
            contact.home, contact.plan_from = contact.queue, contact.queued_at
        floor.contacts[contact.id] = contact
        if contact.paused_by is not None:
            floor.paused[contact.id] = contact
            floor.deadlines.set(contact.paused_until, Deadline.PAUSE, contact.id)
        _set_deadline(floor, contact)
    for plain in snapshot["offers"]:
        contact, agent = floor.contacts[plain["contact"]], floor.agents[plain["agent"]]
        state = OfferState(plain["state"])
        offer = Offer(plain["id"], contact, agent, plain["reason"], state, plain["ends_at"], plain["resumes"])
        floor.offers[offer.id] = contact.offer = agent.offer = offer
        if state is OfferState.RINGING:
            floor.deadlines.set(offer.ends_at, Deadline.OFFER, offer.id)
    for plain in snapshot.get("parties", ()):
        _put_back_party(floor, plain)
    _put_back_callbacks(floor, snapshot.get("callbacks"))
    floor.selection.rebuild(floor.everybody_waiting(), floor.agents.values())


def _contact_from(floor: Floor, plain: dict[str, Any]) -> Contact:
    # What an earlier version did not write has its default.
    values = {name: plain[name] for name in _CONTACT_PLAIN if name in plain}
    for name in ("last_order", "hotline", "queue", "home"):
        values[name] = _decoded(plain.get(name))
    contact = Contact(**values)
    contact.state = ContactState(plain["state"])
    contact.outcome = None if plain["outcome"] is None else Outcome(plain["outcome"])
    first, second, third = plain["key"]
    contact.key = (first, second, third)
    contact.agent = None if plain["agent"] is None else floor.agents[plain["agent"]]
    contact.gathered = tuple(plain.get("gathered", ()))
    contact.visited = tuple(plain.get("visited", ()))
    return contact


def _put_back_callbacks(floor: Floor, plain: dict[str, Any] | None) -> None:
    if plain is None:
        return
    book = floor.book
    plans = [decode(plan) for plan in plain["plans"]]
    book.plans = {plan.queue: plan for plan in plans}
    book.over.update(dict.fromkeys(plain["over"]))
    book.wake_at = plain["wake_at"]
    if book.wake_at is not None:
        floor.deadlines.set(book.wake_at, Deadline.CALLBACK, WAKE)
    for values in plain["tasks"]:
        task = Task(**{name: values[name] for name in _TASK_PLAIN if name in values})
        task.state = CallbackState(values["state"])
        task.mode = None if values["mode"] is None else CallbackMode(values["mode"])
        task.agent = None if values["agent"] is None else floor.agents[values["agent"]]
        if values["place"] is not None:
            task.place = _contact_from(floor, values["place"])
            task.place.task = task
        book.tasks[task.id] = book.people[task.person] = task
        book.set_deadline(task.expires_at, task)
        if task.state is CallbackState.OFFERED and task.agent is not None:
            task.agent.task = task
            book.set_deadline(task.ends_at, task)
        if task.owner is not None:
            book.set_deadline(task.owner_until, task)
        if task.dialled is not None:
            book.dialled[task.dialled] = task
        if task.ticket:
            book.put(task)


def _put_back_party(floor: Floor, plain: dict[str, Any]) -> None:
    contact = floor.contacts[plain["contact"]]
    agent = None if plain["agent"] is None else floor.agents[plain["agent"]]
    party = Party(
        plain["id"],
        contact,
        PartyKind(plain["kind"]),
        plain["by"],
        agent,
        plain["number"],
        None if plain["mode"] is None else SupervisionMode(plain["mode"]),
        plain["taking_over"],
        PartyState(plain["state"]),
        plain["ends_at"],
        plain["heard"],
    )
    floor.parties[party.id] = party
    contact.parties.append(party)
    if agent is not None:
        agent.party = party
    if party.state is PartyState.RINGING:
        floor.deadlines.set(party.ends_at, Deadline.PARTY, party.id)


def _set_deadline(floor: Floor, contact: Contact) -> None:
    if contact.state is ContactState.ANNOUNCING:
        floor.deadlines.set(contact.limit_at, Deadline.ANNOUNCEMENT, contact.id)
    elif contact.state is ContactState.IN_FLOW:
        if contact.flow is not None and contact.flow.run.due_at is not None:
            floor.deadlines.set(contact.flow.run.due_at, Deadline.FLOW, contact.id)
    elif contact.state is ContactState.LEAVING_MESSAGE:
        floor.deadlines.set(contact.limit_at, Deadline.MESSAGE, contact.id)
    elif contact.state is ContactState.DIALLING:
        floor.deadlines.set(contact.limit_at, Deadline.DIAL, contact.id)
    elif contact.state is ContactState.RECONNECTING:
        floor.deadlines.set(contact.reconnect_by, Deadline.RECONNECT, contact.id)
    elif contact.state in (ContactState.WAITING, ContactState.OFFERED):
        floor.deadlines.set(contact.limit_at, Deadline.WAITING, contact.id)
        if contact.step_at is not None:
            floor.deadlines.set(contact.step_at, Deadline.OVERFLOW, contact.id)
        if contact.speak_at is not None:
            floor.deadlines.set(contact.speak_at, Deadline.SPEAK, contact.id)
