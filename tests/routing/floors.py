"""A small world around a router: callers and phones as sets, and a fold of the facts that is written independently of
the router's own code and checks, after every event, what must always hold."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.routing.callback_ledger import CallbackLedger

from zuoxi.routing import Router, codec
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import (
    CLOSING_MESSAGE,
    AgentProfile,
    AgentState,
    Caller,
    Configuration,
    ContactState,
    Direction,
    Exit,
    Hotline,
    OfferState,
    Outcome,
    PartyState,
    PublishedFlow,
    Queue,
    RuleAction,
    Rules,
)
from zuoxi.routing.records import ContactView, PartyView

AGENTS = ("ann", "bob", "cui", "dan", "eve")
QUEUES = ("sales", "service", "gold")
HOTLINES = {"4001": "sales", "4002": "service", "4003": "gold", "4004": "sales", "4005": "sales"}
MENU_FLOW = {
    "format": 1,
    "start": "start",
    "nodes": [
        {"id": "start", "kind": "start", "exits": {"next": "menu"}},
        {
            "id": "menu",
            "kind": "menu",
            "settings": {"say": [{"prompt": "welcome"}], "keys": ["1", "2", "3"], "tries": 2},
            "exits": {"1": "queue", "2": "order", "3": "card", "failed": "goodbye"},
        },
        {"id": "queue", "kind": "queue", "settings": {"queue": "sales"}, "exits": {"timeout": "menu"}},
        {
            "id": "order",
            "kind": "lookup",
            "settings": {"service": "order_status", "into": "order"},
            "exits": {"found": "told", "not_found": "goodbye", "failed": "menu"},
        },
        {
            "id": "told",
            "kind": "prompt",
            "served": True,
            "settings": {"say": [{"spoken": "word", "variable": "order.state_prompt"}]},
            "exits": {"next": "menu"},
        },
        {
            "id": "card",
            "kind": "collect",
            "settings": {"variable": "card", "min_length": 2, "max_length": 4, "secret": True},
            "exits": {"ok": "queue", "failed": "goodbye"},
        },
        {"id": "goodbye", "kind": "hang_up", "settings": {"say": [{"prompt": "goodbye"}]}},
    ],
}
SURVEY_FLOW = {
    "format": 1,
    "start": "start",
    "nodes": [
        {"id": "start", "kind": "start", "exits": {"next": "ask"}},
        {
            "id": "ask",
            "kind": "survey",
            "settings": {"questions": [{"key": "satisfied", "say": [{"prompt": "satisfied"}], "min": 1, "max": 5}]},
            "exits": {"next": "goodbye"},
        },
        {"id": "goodbye", "kind": "hang_up"},
    ],
}
FLOWS = (
    PublishedFlow("menu", 1, json.dumps(MENU_FLOW)),
    PublishedFlow("survey", 1, json.dumps(SURVEY_FLOW)),
)
_NOT_REACHED = (
    Outcome.NO_ANSWER,
    Outcome.BUSY,
    Outcome.REJECTED,
    Outcome.UNREACHABLE,
    Outcome.CANCELLED,
    Outcome.FAILED,
)


def configuration(
    version: int = 1,
    rules: Rules | None = None,
    skills: dict[str, dict[str, int]] | None = None,
    queues: tuple[str, ...] = QUEUES,
    hotlines: tuple[str, ...] = tuple(HOTLINES),
    limit: float = 60.0,
    greeting: str | None = None,
    priorities: dict[str, int] | None = None,
    wrap_up: float | None = 30.0,
    offer_callback: bool = False,
    exits: dict[str, Exit] | None = None,
    treatments: dict[str, dict[str, Any]] | None = None,
) -> Configuration:
    """Three queues with the skill of their own name, five hotlines; 4001 and 4002 have the VIP group «vip», 4005 has
    a call flow and a survey. ``treatments``: what else is set of a queue."""
    skills = skills if skills is not None else {"ann": {"sales": 5}, "bob": {"sales": 8, "service": 3}}
    priorities = priorities or {}
    return Configuration(
        version,
        rules or Rules(),
        tuple(
            replace(
                Queue(name, name, priorities.get(name, 0), limit, offer_timeout=10.0, wrap_up_limit=wrap_up),
                **{"when_timed_out": (exits or {}).get(name, CLOSING_MESSAGE), "offer_callback": offer_callback}
                | (treatments or {}).get(name, {}),
            )
            for name in queues
        ),
        tuple(
            Hotline(
                f"h{number}",
                number,
                f"line-{number[-1]}",
                "project",
                HOTLINES[number],
                answer_before_waiting=number != "4003",
                greeting=greeting,
                vip_skill="vip" if number in ("4001", "4002") else None,
                flow="menu" if number == "4005" else None,
                survey_flow="survey" if number == "4005" else None,
            )
            for number in hotlines
        ),
        tuple(AgentProfile(agent, tuple(levels.items())) for agent, levels in skills.items()),
        FLOWS,
    )


@dataclass
class Known:
    """What the fold of facts knows of one contact."""

    caller: Caller
    hotline: Hotline | None
    came: float = 0.0
    queue: Queue | None = None
    home: Queue | None = None  # whose time limit holds, from ``plan_from``
    plan_from: float = 0.0
    queued_at: float = 0.0
    order: int = 0
    waiting: bool = False
    transferred: bool = False
    answered: bool = False
    served: bool = False
    left: bool = False  # went by a queue's exit
    callbacks: int = 0
    messages: int = 0
    outbound: bool = False
    dialled: bool = False
    outside: bool = False  # was passed on to somebody outside


@dataclass
class World:
    """Drives a router and checks it. ``twin``: answer each event by a router restored from a snapshot as well."""

    twin: bool = False
    router: Router = field(default_factory=Router)
    now: float = 1000.0
    journal: list[tuple[float, dict[str, Any], list[dict[str, Any]]]] = field(default_factory=list)
    configuration: Configuration = field(default_factory=lambda: Configuration(0))
    known: dict[str, Known] = field(default_factory=dict)
    ended: dict[str, c.ContactEnded] = field(default_factory=dict)
    callers: set[str] = field(default_factory=set)  # legs of callers that are up
    legs: dict[str, str] = field(default_factory=dict)  # legs of agents that ring or talk: offer -> agent
    given_up: list[str] = field(default_factory=list)  # offers of the past
    states: dict[str, AgentState] = field(default_factory=dict)
    idle: dict[str, tuple[float, int]] = field(default_factory=dict)
    entries: int = 0
    reasons: dict[str, str] = field(default_factory=dict)  # of offers
    together: dict[str, set[str]] = field(default_factory=dict)  # contact: whom its caller hears
    apart: dict[str, set[str]] = field(default_factory=dict)  # contact: who is in its room without the caller
    monitors: dict[str, tuple[str, str]] = field(default_factory=dict)  # party: whom it hears, and how
    silent: set[str] = field(default_factory=set)  # contacts whose recording keeps silence
    overstays: set[tuple[str, str]] = field(default_factory=set)  # agent and which limit, told in the present stay
    ledger: CallbackLedger = field(default_factory=CallbackLedger)
    keys: dict[str, tuple[str, str | None]] = field(default_factory=dict)  # call out → its number's key and client
    moved: tuple[str, str, str] | None = None  # an offer that must come again at another phone of the same agent

    def arrived(self, since: float | None) -> float:
        """From when a caller counts as waiting."""
        if since is None or since > self.now or since < self.now - 3600.0:
            return self.now
        return since

    def send(self, event: e.Event, after: float = 0.0) -> list[c.Command]:
        self.now += after
        copy = Router.restore(json.loads(json.dumps(self.router.snapshot()))) if self.twin else None
        if isinstance(event, e.ConfigurationLoaded):
            self._configure(event.configuration)
        if isinstance(event, e.CallArrived) and event.contact not in self.known:
            by_number = {hotline.number: hotline for hotline in self.configuration.hotlines}
            known = Known(event.caller, by_number.get(event.hotline), came=self.arrived(event.since))
            self.known[event.contact] = known
            self.callers.add(event.call)
        if isinstance(event, e.CallOutRequested):
            self.keys[event.contact] = event.number_key, event.client
        if isinstance(event, e.CallbackDialRequested) and event.task in self.ledger.live:
            client, key = self.ledger.live[event.task]
            self.keys[event.contact] = key, client
        if isinstance(event, e.CallFailed):
            view = self.router.contact(event.contact)
            if view is not None and view.state is ContactState.DIALLING:
                self.callers.discard(view.call)
        if isinstance(event, e.CallbacksPlanned):
            self.ledger.plans = {plan.queue: plan for plan in event.plans}
        if isinstance(event, e.CallerHungUp):
            self.callers.discard(f"call-{event.contact}")
            self.callers.discard(f"out-{event.contact}")
        if isinstance(event, e.AgentLegEnded):
            self.legs.pop(event.offer, None)
        if isinstance(event, e.OfferFailed) and event.reason != "rejected":
            offer = self.router.offer(event.offer)
            if offer is not None and offer.state is OfferState.RINGING:
                self.legs.pop(event.offer, None)
            party = next((party for party in self.router.parties() if party.id == event.offer), None)
            if party is not None and party.state is PartyState.RINGING and event.reason != "failed":
                self.legs.pop(event.offer, None)
        if isinstance(event, e.EngineLost):
            self.callers.clear()
            self.legs.clear()
        commands = self.router.handle(event, self.now)
        plain = [codec.encode(command) for command in commands]
        self.journal.append((self.now, codec.encode(event), plain))
        if copy is not None:
            assert [codec.encode(command) for command in copy.handle(event, self.now)] == plain
            assert copy.snapshot() == self.router.snapshot()
            assert copy.next_deadline() == self.router.next_deadline()
        for command in commands:
            self._fold(command)
            self.ledger.fold(self, command)
        assert self.moved is None
        self._check()
        self.ledger.check(self)
        return commands

    def pass_time(self, seconds: float) -> None:
        """Let time pass, with TimePassed at each deadline the router names."""
        until = self.now + seconds
        while (due := self.router.next_deadline()) is not None and due <= until:
            self.send(e.TimePassed(), max(0.0, due - self.now))
        self.now = until

    # -- the fold ------------------------------------------------------------------------------------------------------
    def _configure(self, new: Configuration) -> None:
        self.configuration = new
        queues = {queue.id: queue for queue in new.queues}
        hotlines = {hotline.id: hotline for hotline in new.hotlines}
        for known in self.known.values():
            if known.hotline is not None:
                known.hotline = hotlines.get(known.hotline.id, known.hotline)
            if known.home is not None and known.queue is not None:
                fallback = known.home
                if known.home.id == known.queue.id and known.queue.id not in queues and known.hotline is not None:
                    fallback = queues.get(known.hotline.queue, known.home)
                known.home = queues.get(known.home.id, fallback)
            if known.queue is not None:
                known.queue = queues.get(known.queue.id, known.queue)

    def _fold(self, command: c.Command) -> None:
        match command:
            case c.ContactStarted(contact, direction=Direction.OUTBOUND):
                hotlines = {hotline.id: hotline for hotline in self.configuration.hotlines}
                key, client = self.keys[contact]
                caller = Caller(command.number, command.customer, command.vip, number_key=key, client=client)
                known = Known(caller, hotlines.get(command.hotline), came=self.now, outbound=True)
                assert self.known.setdefault(contact, known) is known
                assert command.agent is not None
                assert self.states[command.agent] in (AgentState.READY, AgentState.NOT_READY)
            case c.ContactDialled(contact, _, agent):
                assert self.states[agent] is AgentState.DIALLING
                self.known[contact].dialled = True
            case c.CallOut(contact, call, offer):
                assert offer in self.legs and call not in self.callers
                self.callers.add(call)
                self.together[contact] = {offer}
            case c.ContactStarted(contact, since=since):
                assert (self.now if since is None else since) == self.known[contact].came
            case c.ContactQueued(contact, queue, priority, reason, since):
                known = self.known[contact]
                known.queue = next((q for q in self.configuration.queues if q.id == queue), known.queue)
                known.waiting = known.waiting or reason != "queue_removed"
                if reason in ("arrival", "transfer", "transfer_failed", "reconnect_failed", "flow"):
                    led_here = known.left and reason == "arrival"
                    self._enter(known, known.came if reason == "arrival" else self.now)
                    known.home, known.plan_from = known.queue, self.now if led_here else known.queued_at
                    assert known.queued_at == (self.now if since is None else since)
                if reason == "overflow":
                    assert since == known.queued_at
                known.transferred = known.transferred or reason in ("transfer", "transfer_failed", "reconnect_failed")
                assert priority == self.priority(known)
            case c.ContactTransferred(contact, to_number=str()):
                self.known[contact].outside = True
            case c.ContactTransferred(contact):
                self.known[contact].transferred = True
                self._enter(self.known[contact], self.now)
                self.known[contact].home, self.known[contact].plan_from = self.known[contact].queue, self.now
            case c.ContactOverflowed(contact, queue, from_queue, reason, waited):
                known = self.known[contact]
                assert known.queue is not None and known.queue.id == from_queue != queue
                assert waited == self.now - known.queued_at
                if reason in ("full", "unstaffed", "timed_out"):
                    known.home = next(q for q in self.configuration.queues if q.id == queue)
                    known.plan_from = self.now
                else:
                    assert known.waiting
            case c.QueueLeft(contact, queue, _, exit, target):
                assert exit in ("message", "overflow", "voicemail", "callback", "flow")
                assert exit != "overflow" or queue != target
                known = self.known[contact]
                known.left = True
                if known.queue is not None and known.queue.id == target:  # it waits there already
                    known.home, known.plan_from = known.queue, self.now
            case c.WaitAnnounced(contact, queue, place):
                known = self.known[contact]
                assert known.waiting, "nothing is said while a phone rings"
                assert known.queue is not None and known.queue.id == queue
                ahead = [
                    other
                    for other in self.known.values()
                    if other.waiting and other.queue is not None and other.queue.id == queue
                ]
                assert place in (None, 1 + sum(self.before(other, known) for other in ahead))
            case c.ContactOffered(contact, offer, agent, queue, reason):
                if reason == "outbound" and self.known[contact].home is None:
                    known = self.known[contact]
                    known.queue = known.home = next(q for q in self.configuration.queues if q.id == queue)
                assert offer not in self.legs
                assert offer not in self.given_up
                if (contact, agent, reason) == self.moved:
                    assert self.states[agent] in (AgentState.OFFERED, AgentState.TALKING, AgentState.DIALLING)
                elif reason == "outbound":
                    assert self.states[agent] is AgentState.DIALLING
                elif reason == "reconnect":
                    assert self.states[agent] is AgentState.TALKING
                elif reason == "pickup":
                    assert self.states[agent] in (AgentState.READY, AgentState.NOT_READY, AgentState.ASSISTING)
                else:
                    assert self.states[agent] is AgentState.READY
                    if reason != "transfer":
                        self._check_choice(contact, agent, reason)
                self.moved = None
                self.reasons[offer] = reason
                self.known[contact].waiting = False
            case c.OfferCall(_, call, offer, agent):
                assert agent not in [
                    self.legs[leg] for leg in self.legs if leg in {o.id for o in self.router.offers()} - {offer}
                ]
                assert call in self.callers or (call == "" and self.reasons[offer] == "outbound")
                self.legs[offer] = agent
            case c.RingParty(contact, call, party, agent):
                assert call in self.callers or (call == "" and self.known[contact].outbound)
                assert party not in self.legs and party not in self.given_up
                self.legs[party] = agent
            case c.DialParty(_, call, party, number):
                assert call in self.callers and number
                self.legs[party] = number
            case c.CancelOffer(_, offer) | c.ReleaseAgent(_, offer) | c.ReleaseParty(_, offer):
                self.legs.pop(offer, None)
                self.given_up.append(offer)
            case c.Connect(contact, _, offer) | c.ResumeCall(contact, _, offer):
                self.together[contact] = {offer}
                self.apart.get(contact, set()).discard(offer)
            case c.HoldCall(contact) | c.KeepWaiting(contact):
                self.together[contact] = set()
            case c.TakeAside(contact):
                self.together[contact] = set()
                self.known[contact].waiting = False
            case c.FlowLeft(contact, served=served):
                self.known[contact].served = served
            case c.DigitsCollected(_, node, digits):
                assert node != "card" or not digits.strip("x")
            case c.GatherLegs(contact, call, with_caller, members):
                assert call in self.callers
                assert set(members) <= set(self.legs)
                self.together[contact] = set(members) if with_caller else set()
                self.apart[contact] = set() if with_caller else set(members)
                for leg in members:
                    self.monitors.pop(leg, None)
            case c.MonitorLeg(contact, party, target, mode):
                assert {party, target} <= set(self.legs)
                self.together.get(contact, set()).discard(party)
                self.apart.get(contact, set()).discard(party)
                self.monitors[party] = (target, mode)
            case c.OfferEnded(contact, offer, agent, reason):
                self.given_up.append(offer)
                if reason == "phone_changed":
                    self.moved = (contact, agent, self.reasons[offer])
            case c.ReleaseCall(_, call):
                self.callers.discard(call)
            case c.ContactAnswered(contact):
                self.known[contact].answered = True
                self.known[contact].waiting = False
            case c.CallbackRecorded(contact, number):
                self.known[contact].callbacks += 1
                self.known[contact].waiting = False  # also by the time limit, whose message follows
                assert number == self.known[contact].caller.number
            case c.PauseRecording(contact, call, paused):
                assert call in self.callers
                assert paused is (contact not in self.silent)
                (self.silent.add if paused else self.silent.discard)(contact)
            case c.RecordingResumed(contact, reason=reason):
                assert (contact in self.silent) is (reason == "ended")
                self.silent.discard(contact)
            case c.WrapUpExtended(agent, contact, ends_at):
                assert self.states[agent] is AgentState.WRAP_UP
                assert ends_at > self.now or self.router.next_deadline() is not None
            case c.BreakLimitReached(agent, reason, what):
                assert self.states[agent] is AgentState.NOT_READY
                assert (agent, what) not in self.overstays
                self.overstays.add((agent, what))
            case c.AgentStateChanged(agent, state):
                self.overstays = {(name, what) for name, what in self.overstays if name != agent}
                before = self.states.get(agent, AgentState.SIGNED_OUT)
                self.states[agent] = state
                if state is AgentState.READY:
                    self.entries += 1
                    kept = before in (AgentState.OFFERED, AgentState.DIALLING) and agent in self.idle
                    since = self.idle[agent][0] if kept else self.now
                    self.idle[agent] = (since, self.entries)
            case c.VoicemailBegun(contact, queue):
                known = self.known[contact]
                known.queue = next((q for q in self.configuration.queues if q.id == queue), known.queue)
                known.waiting = False
            case c.VoicemailLeft(contact, queue, number=number, begun_at=begun, seconds=seconds):
                known = self.known[contact]
                assert not known.messages
                known.messages += 1
                assert queue is None or (known.queue is not None and queue == known.queue.id)
                assert number == known.caller.number
                assert begun + seconds == pytest.approx(self.now)
                assert seconds >= self.configuration.rules.message_shortest
            case c.ContactEnded(contact, outcome):
                assert contact not in self.ended
                self.ended[contact] = command
                known = self.known[contact]
                known.waiting = False
                assert (outcome is Outcome.ANSWERED) == (known.answered and outcome is not Outcome.TRANSFERRED_OUT)
                assert outcome is not Outcome.TRANSFERRED_OUT or known.outside
                assert outcome is not Outcome.SERVED or known.served
                if known.outbound and not known.answered:
                    assert outcome in _NOT_REACHED and known.callbacks == 0
                    assert known.dialled or outcome in (Outcome.CANCELLED, Outcome.FAILED)
                if outcome in (Outcome.ABANDONED, Outcome.TIMED_OUT, Outcome.TURNED_AWAY):
                    assert known.callbacks == 1
                if known.messages:
                    assert known.callbacks == 0
                assert outcome is not Outcome.VOICEMAIL or known.messages == 1
                if outcome in (Outcome.BLOCKED, Outcome.CLOSED):
                    assert known.callbacks == 0
                assert known.callbacks <= 1
                assert command.waited >= 0
                assert command.talked >= 0

    def _enter(self, known: Known, since: float) -> None:
        self.entries += 1
        known.order, known.queued_at = self.entries, since

    @property
    def router_queues(self) -> tuple[Queue, ...]:
        return self.configuration.queues

    def ready(self) -> list[str]:
        """Who is ready for calls."""
        held = self.ledger.held
        return [name for name, state in self.states.items() if state is AgentState.READY and name not in held]

    # -- an independent reading of the rules ---------------------------------------------------------------------------
    def favourite(self, known: Known) -> str | None:
        rules, order = self.configuration.rules, known.caller.last_order
        if order is None or known.hotline is None or rules.last_agent_reach == "off":
            return None
        if rules.last_agent_reach == "same_line" and order.line != known.hotline.line:
            return None
        too_old = rules.last_agent_max_age is not None and order.age > rules.last_agent_max_age
        return None if too_old else order.agent

    def priority(self, known: Known) -> int:
        rules = self.configuration.rules
        assert known.queue is not None
        total = known.queue.priority
        if known.caller.vip:
            total += rules.vip_boost
        if self.favourite(known) is not None:
            total += rules.last_agent_boost
        if known.transferred:
            total += rules.transfer_boost
        return total + sum(met.priority for met in known.caller.rules if met.action is RuleAction.PRIORITY)

    def levels(self, agent: str) -> dict[str, int]:
        return {name: level for p in self.configuration.agents if p.id == agent for name, level in p.skills}

    def grounds(self, known: Known, agent: str) -> list[str]:
        """Why ``agent`` may take the contact, best ground first; empty when they may not."""
        assert known.queue is not None
        found, skills = [], self.levels(agent)
        if not known.transferred:
            vip_skill = known.hotline.vip_skill if known.hotline is not None else None
            if known.caller.vip and vip_skill is not None and vip_skill in skills:
                found.append("vip_group")
            if self.favourite(known) == agent:
                found.append("last_agent")
        if known.queue.skill in skills:
            found.append("queue")
        return found

    def before(self, one: Known, other: Known) -> bool:
        """Whether ``one`` is to be served before ``other``."""
        ageing = self.configuration.rules.seconds_per_priority
        if ageing is None:
            return (-self.priority(one), one.queued_at, one.order) < (
                -self.priority(other),
                other.queued_at,
                other.order,
            )
        line = []
        for known in (one, other):
            assert known.queue is not None
            own = known.queue.seconds_per_priority
            line.append(known.queued_at - self.priority(known) * (ageing if own is None else own))
        return (line[0], one.queued_at, one.order) < (line[1], other.queued_at, other.order)

    def _check_choice(self, contact: str, agent: str, reason: str) -> None:
        known = self.known[contact]
        ready = self.ready()
        # The agent: no ready one has a better ground; on the same ground more skill; on the same skill a longer idle.
        ranks = []
        for name in ready:
            grounds = self.grounds(known, name)
            if grounds:
                ground = grounds[0]
                assert known.queue is not None
                skill = {"vip_group": known.hotline.vip_skill if known.hotline else None, "queue": known.queue.skill}
                level = self.levels(name).get(skill.get(ground) or "", 0)
                place = ("vip_group", "last_agent", "queue").index(ground)
                ranks.append((place, -level, self.idle[name], name, ground))
        assert min(ranks)[3:] == (agent, reason)
        # The call: none that waits and that this agent may take comes before it.
        for other in self.known.values():
            if other.waiting and other is not known and self.grounds(other, agent):
                assert self.before(known, other)

    def _check(self) -> None:
        router = self.router
        live = {view.id: view for view in router.contacts()}
        assert set(live) == set(self.known) - set(self.ended)
        assert {view.id: view.state for view in router.agents()} == self.states
        # A recording keeps silence only while its agent talks with the caller.
        assert self.silent == {name for name, view in live.items() if view.paused_by is not None}
        for name in self.silent:
            assert live[name].state is ContactState.TALKING and live[name].agent == live[name].paused_by
        ready = self.ready()
        for name, view in live.items():
            known = self.known[name]
            assert known.waiting == (view.state is ContactState.WAITING)
            assert (view.call in self.callers) == (view.state is not ContactState.CALLING)
            assert view.started_at == known.came
            if known.waiting:
                assert view.queued_at == known.queued_at
                assert view.priority == self.priority(known)
                assert known.queue is not None
                assert view.queue == known.queue.id
                assert not [agent for agent in ready if self.grounds(known, agent)], "an agent idles while a call waits"
                deadline = router.next_deadline()
                assert deadline is not None
                assert known.home is not None
                assert deadline <= known.plan_from + known.home.time_limit
        ringing: dict[str, str] = {}
        for offer in router.offers():
            assert offer.agent not in ringing, "two offers for one agent"
            ringing[offer.agent] = offer.id
            assert live[offer.contact].offer == offer.id
            assert offer.id in self.legs
        # Nobody has two calls, and who assists has one.
        parties = router.parties()
        assisting = [party.agent for party in parties if party.agent is not None]
        assert len(assisting) == len(set(assisting)) and not set(assisting) & set(ringing)
        assert {name for name, state in self.states.items() if state is AgentState.ASSISTING} == set(assisting)
        # No phone rings or talks for nothing.
        assert set(self.legs) == {offer.id for offer in router.offers()} | {party.id for party in parties}
        self._check_who_hears_whom(live)
        assert {view.call for view in live.values() if view.state is not ContactState.CALLING} == self.callers
        on_the_way = (ContactState.CALLING, ContactState.DIALLING)
        calling_out = {view.agent for view in live.values() if view.state in on_the_way}
        assert {name for name, state in self.states.items() if state is AgentState.DIALLING} == calling_out

    def _check_who_hears_whom(self, live: dict[str, ContactView]) -> None:
        """What was asked of the switch comes to what the states mean."""
        up = {offer.contact: offer.id for offer in self.router.offers() if offer.state is OfferState.ANSWERED}
        parties: dict[str, list[PartyView]] = {}
        for party in self.router.parties():
            parties.setdefault(party.contact, []).append(party)
        for name, view in live.items():
            beside = parties.get(name, [])
            speaking = {p.id for p in beside if p.state in (PartyState.BARGING, PartyState.CONFERENCE)}
            own = {up[name]} if name in up else set()
            in_call = view.state in (
                ContactState.TALKING,
                ContactState.RECONNECTING,
                ContactState.DIALLING,
                ContactState.OUTSIDE,
            )
            if view.state is ContactState.DIALLING:
                speaking = set()  # nobody bursts into a call that rings
            heard = {leg for leg in self.together.get(name, set()) if leg in self.legs}
            assert heard == (own | speaking if in_call else set())
            asked = {p.id for p in beside if p.state is PartyState.CONSULTING}
            if view.state is ContactState.HELD and asked | speaking:
                assert {leg for leg in self.apart[name] if leg in self.legs} == own | asked | speaking
            for party in beside:
                if party.state in (PartyState.LISTENING, PartyState.WHISPERING):
                    assert self.monitors[party.id] == (up[name], party.mode)
