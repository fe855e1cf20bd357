"""How things stand in a routing domain, folded from what the router was told and what it answered.

Two readers: the desks (who has which call, since when) and recovery (what the switch should look like, so that it can
be compared with what the switch says). The router has its own state and does not know this one; both grow from the same
journal. No I/O; times are seconds since the epoch.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from zuoxi.contacts.live.standing_limits import LIMIT_FACTS
from zuoxi.contacts.live.standing_parties import PARTY_COMMANDS, adopt
from zuoxi.contacts.live.standing_records import AgentStanding, ContactStanding, LegStanding, PartyStanding
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import AgentState, Configuration, Direction, PartyState, Queue, RuleAction

_ENDED_KEPT = 2000


class Standing:
    """All contacts and agents of one domain."""

    def __init__(self) -> None:
        self.contacts: dict[str, ContactStanding] = {}
        self.calls: dict[str, str] = {}  # call on the switch → contact
        self.over: dict[
            str, str
        ] = {}  # calls of the last ended contacts, which may still stand on the switch → contact
        self.legs: dict[str, str] = {}  # offer → contact, ringing or answered
        self.agents: dict[str, AgentStanding] = {}
        self.queues: dict[str, Queue] = {}
        self._masked = ""  # the contact of the event in hand whose number is hidden
        self._reasons: dict[str, str] = {}  # offer → why this agent, until its OfferCall comes

    def agent(self, agent: str) -> AgentStanding:
        """The agent's standing (an agent never seen is signed out)."""
        found = self.agents.get(agent)
        if found is None:
            found = self.agents[agent] = AgentStanding(agent)
        return found

    def configure(self, configuration: Configuration) -> None:
        self.queues = {queue.id: queue for queue in configuration.queues}

    def apply(self, event: e.Event, commands: list[c.Command], at: float) -> None:
        """Fold one handled event."""
        self._hear(event)
        if isinstance(event, e.CallOutRequested) and event.hidden:
            self._masked = event.contact
        for command in commands:
            handler = _COMMANDS.get(type(command))
            if handler is not None:
                handler(self, command, at)

    # -- events that the switch or a desk told us ------------------------------------------------------------------
    def _hear(self, event: e.Event) -> None:
        match event:
            case e.OfferAnswered(offer):
                leg, party = self._leg(offer), self.party(offer)
                if leg is not None:
                    leg.answered = True
                if party is not None and not party.answered:
                    party.state = PartyState.WAITING
            case e.OfferFailed(offer) | e.AgentLegEnded(offer):
                self._drop_leg(offer)
            case e.PromptFinished(contact, prompt):
                found = self.contacts.get(contact)
                if found is not None and found.prompt == prompt:
                    found.prompt = None
            case e.LookedUp(contact, request):
                found = self.contacts.get(contact)
                if found is not None and found.look_up and found.look_up[0] == request:
                    found.look_up = []
            case e.CallerHungUp(contact):
                found = self.contacts.get(contact)
                if found is not None:
                    found.place = "gone"
            case e.EngineLost():
                for found in self.contacts.values():
                    found.place = "gone"
                    for offer in list(found.legs):
                        self._drop_leg(offer)
            case e.AgentSignedIn():
                agent = self.agent(event.agent)
                agent.phone, agent.resumes = event.phone, event.resumes
            case e.ConfigurationLoaded(configuration):
                self.configure(configuration)

    def party(self, party: str) -> PartyStanding | None:
        """A party that rings or is on the line."""
        contact = self.contacts.get(self.legs.get(party, ""))
        return contact.parties.get(party) if contact else None

    def rung(self, offer: str) -> str | None:
        """Whose phone rings or is up by an offer's or a party's id."""
        found = self._leg(offer) or self.party(offer)
        return None if found is None else found.agent

    def party_of(self, agent: str) -> tuple[ContactStanding, PartyStanding] | None:
        """The party that an agent is, with its contact."""
        name = self.agent(agent).party
        contact = self.contacts.get(self.legs.get(name or "", ""))
        party = contact.parties.get(name or "") if contact else None
        return None if contact is None or party is None else (contact, party)

    def _leg(self, offer: str) -> LegStanding | None:
        contact = self.contacts.get(self.legs.get(offer, ""))
        return contact.legs.get(offer) if contact else None

    def _drop_leg(self, offer: str) -> None:
        contact = self.contacts.get(self.legs.pop(offer, ""))
        if contact is not None:
            leg = contact.legs.pop(offer, None)
            if leg is not None:
                agent = self.agent(leg.agent)
                if agent.offer == offer:
                    agent.offer = None

    # -- what the router asked for ------------------------------------------------------------------------------------
    def _answer(self, command: c.AnswerCall, at: float) -> None:
        self.contacts[command.contact].on_hook = False

    def _play(self, command: c.PlayPrompt, at: float) -> None:
        contact = self.contacts[command.contact]
        contact.prompt, contact.prompt_parts = command.prompt, list(command.parts)
        contact.prompt_once = command.once

    def _wait(self, command: c.KeepWaiting, at: float) -> None:
        contact = self.contacts[command.contact]
        contact.place, contact.music, contact.leg, contact.held = "waiting", command.music, None, False
        contact.gathered = []

    def _aside(self, command: c.TakeAside, at: float) -> None:
        contact = self.contacts[command.contact]
        contact.place, contact.leg, contact.held, contact.prompt = "aside", None, False, None
        contact.gathered = []

    def _look_up(self, command: c.LookUp, at: float) -> None:
        contact = self.contacts[command.contact]
        contact.look_up = [command.request, command.service, [list(pair) for pair in command.arguments]]

    def _ring(self, command: c.OfferCall, at: float) -> None:
        contact = self.contacts[command.contact]
        contact.legs[command.offer] = LegStanding(
            command.offer,
            command.agent,
            command.phone,
            command.queue,
            command.timeout,
            at,
            self._reasons.pop(command.offer, "queue"),
        )
        self.legs[command.offer] = command.contact
        self.agent(command.agent).offer = command.offer

    def _stop_ringing(self, command: c.CancelOffer | c.ReleaseAgent, at: float) -> None:
        self._drop_leg(command.offer)

    def _connect(self, command: c.Connect, at: float) -> None:
        contact = self.contacts[command.contact]
        contact.place, contact.leg, contact.on_hook, contact.prompt = "talking", command.offer, False, None
        contact.gathered = []
        self.agent(command.agent).offer = None

    def _hold(self, command: c.HoldCall, at: float) -> None:
        contact = self.contacts[command.contact]
        contact.place, contact.gathered = "held", []

    def _resume(self, command: c.ResumeCall, at: float) -> None:
        contact = self.contacts[command.contact]
        contact.place, contact.leg, contact.gathered = "talking", command.offer, []

    def _release(self, command: c.ReleaseCall, at: float) -> None:
        contact = self.contacts.get(command.contact)
        if contact is not None:
            contact.place = "gone"

    # -- what the router stated ---------------------------------------------------------------------------------------
    def _started(self, fact: c.ContactStarted, at: float) -> None:
        self.contacts[fact.contact] = ContactStanding(
            fact.contact,
            fact.call,
            fact.hotline,
            fact.line,
            fact.project,
            fact.number,
            fact.customer,
            fact.vip,
            at if fact.since is None else fact.since,
            direction=str(fact.direction),
            stage="calling" if fact.direction is Direction.OUTBOUND else "",
            masked=fact.contact == self._masked,
        )
        self.calls[fact.call] = fact.contact

    def _dialled(self, fact: c.ContactDialled, at: float) -> None:
        contact = self.contacts[fact.contact]
        contact.stage, contact.caller_id = "dialling", fact.caller_id

    def _transferred(self, fact: c.ContactTransferred, at: float) -> None:
        if fact.to_number is not None:
            contact = self.contacts[fact.contact]
            contact.agent, contact.outside, contact.leg = None, fact.to_number, None

    def _queued(self, fact: c.ContactQueued, at: float) -> None:
        contact = self.contacts[fact.contact]
        contact.queue, contact.outside = fact.queue, None
        if contact.queued_at is None or fact.reason in ("transfer", "transfer_failed", "reconnect_failed", "flow"):
            contact.queued_at = at if fact.since is None else fact.since
        contact.agent = None

    def _offered(self, fact: c.ContactOffered, at: float) -> None:
        self._reasons[fact.offer] = fact.reason
        contact = self.contacts[fact.contact]
        if contact.queue is None:  # an agent's own call out waits in no queue, and is held to the rules of this one
            contact.queue, contact.agent = fact.queue, fact.agent

    def _answered(self, fact: c.ContactAnswered, at: float) -> None:
        contact = self.contacts[fact.contact]
        if fact.offer in contact.parties:
            adopt(self, contact, fact.offer, at)
        contact.agent, contact.held, contact.stage = fact.agent, False, ""
        if contact.answered_at is None:
            contact.answered_at = at

    def _held(self, fact: c.ContactHeld, at: float) -> None:
        self.contacts[fact.contact].held = True

    def _resumed(self, fact: c.ContactResumed, at: float) -> None:
        self.contacts[fact.contact].held = False

    def _rule_applied(self, fact: c.CallerRuleApplied, at: float) -> None:
        if fact.action is not RuleAction.BLOCK:
            self.contacts[fact.contact].flags.append("caller_rule")

    def _message_begun(self, fact: c.VoicemailBegun, at: float) -> None:
        contact = self.contacts[fact.contact]
        contact.queue, contact.message_since = fact.queue or contact.queue, at

    def _ended(self, fact: c.ContactEnded, at: float) -> None:
        contact = self.contacts[fact.contact]
        contact.ended_at, contact.outcome, contact.held = at, str(fact.outcome), False
        contact.stage, contact.reason = "", fact.reason
        self.over[contact.call] = contact.id
        if len(self.over) > _ENDED_KEPT:
            del self.over[next(iter(self.over))]
        self._forget(contact)

    def _agent_changed(self, fact: c.AgentStateChanged, at: float) -> None:
        agent = self.agent(fact.agent)
        before = self.contacts.get(agent.contact or "")
        agent.state, agent.reason, agent.since, agent.contact = fact.state, fact.reason, at, fact.contact
        if before is not None and before.id != fact.contact:
            before.desks.discard(agent.id)
            self._forget(before)
        contact = self.contacts.get(fact.contact or "")
        if contact is not None:
            contact.desks.add(agent.id)
        agent.wrap_up_ends_at, agent.overstayed = None, []
        if fact.state is AgentState.WRAP_UP and contact is not None:
            queue = self.queues.get(contact.queue or "")
            if queue is not None and queue.wrap_up_limit is not None:
                agent.wrap_up_ends_at = at + queue.wrap_up_limit
                agent.wrap_up_extension = queue.wrap_up_extension
                agent.extensions_left = queue.wrap_up_extensions
        if fact.state is AgentState.SIGNED_OUT:
            agent.phone, agent.offer = None, None

    def _forget(self, contact: ContactStanding) -> None:
        """Contacts that are over, and that no desk shows, need no room."""
        if contact.ended_at is not None and not contact.desks:
            for offer in list(contact.legs):
                self._drop_leg(offer)
            self.contacts.pop(contact.id, None)
            self.calls.pop(contact.call, None)

    # -- snapshots ---------------------------------------------------------------------------------------------------
    def snapshot(self) -> dict[str, Any]:
        """Everything as plain JSON values; the queues come with the configuration."""
        contacts = [asdict(contact) | {"desks": sorted(contact.desks)} for contact in self.contacts.values()]
        agents = [asdict(agent) for agent in self.agents.values() if agent.state is not AgentState.SIGNED_OUT]
        return {"contacts": contacts, "agents": agents, "over": self.over}

    @classmethod
    def restore(cls, body: dict[str, Any], configuration: Configuration) -> Standing:
        """The inverse of ``snapshot``."""
        standing = cls()
        standing.configure(configuration)
        for values in body["contacts"]:
            legs = {offer: LegStanding(**leg) for offer, leg in values["legs"].items()}
            parties = {name: PartyStanding(**party) for name, party in values.get("parties", {}).items()}
            made = {"legs": legs, "parties": parties, "desks": set(values["desks"])}
            contact = ContactStanding(**values | made)
            standing.contacts[contact.id] = contact
            standing.calls[contact.call] = contact.id
            standing.legs.update(dict.fromkeys((*legs, *parties), contact.id))
        standing.over.update(body["over"])
        for values in body["agents"]:
            agent = AgentStanding(**values | {"state": AgentState(values["state"])})
            standing.agents[agent.id] = agent
        return standing


_COMMANDS: dict[type, Any] = {
    **PARTY_COMMANDS,
    **LIMIT_FACTS,
    c.AnswerCall: Standing._answer,
    c.PlayPrompt: Standing._play,
    c.KeepWaiting: Standing._wait,
    c.TakeAside: Standing._aside,
    c.LookUp: Standing._look_up,
    c.OfferCall: Standing._ring,
    c.CancelOffer: Standing._stop_ringing,
    c.ReleaseAgent: Standing._stop_ringing,
    c.Connect: Standing._connect,
    c.HoldCall: Standing._hold,
    c.ResumeCall: Standing._resume,
    c.ReleaseCall: Standing._release,
    c.ContactStarted: Standing._started,
    c.ContactDialled: Standing._dialled,
    c.ContactTransferred: Standing._transferred,
    c.ContactQueued: Standing._queued,
    c.ContactOffered: Standing._offered,
    c.ContactAnswered: Standing._answered,
    c.ContactHeld: Standing._held,
    c.ContactResumed: Standing._resumed,
    c.CallerRuleApplied: Standing._rule_applied,
    c.VoicemailBegun: Standing._message_begun,
    c.ContactEnded: Standing._ended,
    c.AgentStateChanged: Standing._agent_changed,
}
