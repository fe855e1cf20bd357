"""One simulated day: the router that answers live calls, over a heap of future events."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf, isinf
from random import Random
from typing import Any

from zuoxi.routing import Router
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import AgentState, Caller, LastOrder
from zuoxi.simulation.measures import Figures
from zuoxi.simulation.scenario import Scenario, Staff, Stream

# Kinds of future events that are more than an event for the router.
_EVENT, _ARRIVAL, _GIVES_UP, _ANSWERS, _SHIFT = range(5)
# Announcements to callers for whom nobody will ever come would go on for ever.
_NOTHING_ELSE_FOR = 4 * 3600.0


class _Call:
    """A caller with everything drawn in advance, so that a change of rules meets the same callers."""

    __slots__ = ("contact", "event", "patience", "talk", "wrap_up")

    def __init__(self, contact: str, event: e.CallArrived, patience: float, talk: float, wrap_up: float) -> None:
        self.contact = contact
        self.event = event
        self.patience = patience
        self.talk = talk
        self.wrap_up = wrap_up


class _Day:
    def __init__(self, scenario: Scenario, chance: Random) -> None:
        self.scenario = scenario
        self.chance = chance
        self.router = Router()
        self.figures = Figures(scenario.service_levels, scenario.measure_from)
        self.now = 0.0
        self.heap: list[tuple[float, int, int, object]] = []
        self.number = 0
        self.ahead = 0  # future events that are more than a prompt's end
        self.last = 0.0  # when the last of them happened
        self.calls: dict[str, _Call] = {}
        self.unanswered: set[str] = set()  # callers who may still give up
        self.ringing: set[str] = set()
        self.on_duty: set[str] = set()
        self.staff: dict[str, Staff] = {agent: staff for staff in scenario.staff for agent in staff.agents}
        self.carry_out: dict[type, Callable[[Any], None]] = {
            c.OfferCall: self._offer,
            c.CancelOffer: self._cancel,
            c.PlayPrompt: self._play,
            c.ContactAnswered: self._answered,
            c.AgentStateChanged: self._agent_changed,
            c.ContactEnded: self._ended,
        }

    def at(self, time: float, kind: int, what: object) -> None:
        self.number += 1
        self.ahead += not isinstance(what, e.PromptFinished)
        heappush(self.heap, (time, self.number, kind, what))

    def run(self) -> Figures:
        self.send(e.ConfigurationLoaded(self.scenario.configuration))
        self._plan_shifts()
        self._plan_arrivals()
        heap, next_deadline = self.heap, self.router.next_deadline
        time_passed = e.TimePassed()
        while True:
            due = next_deadline()
            if self.ahead == 0 and self.now > self.last + _NOTHING_ELSE_FOR:
                break
            if heap and (due is None or heap[0][0] <= due):
                self.now, _, kind, what = heappop(heap)
                if not isinstance(what, e.PromptFinished):
                    self.ahead -= 1
                    self.last = self.now
                self._happen(kind, what)
            elif due is not None and not isinf(due):
                self.now = due
                self.send(time_passed)
            else:
                break
        # Nobody will come for those who still wait.
        for contact in list(self.calls):
            self.send(e.CallerHungUp(contact))
        self.figures.close(self.now)
        return self.figures

    def send(self, event: e.Event) -> None:
        now = self.now
        add, carry_out = self.figures.add, self.carry_out
        for command in self.router.handle(event, now):
            add(command, now)
            act = carry_out.get(type(command))
            if act is not None:
                act(command)

    def _happen(self, kind: int, what: object) -> None:
        if kind == _EVENT:
            self.send(what)  # type: ignore[arg-type]
        elif kind == _ARRIVAL:
            assert isinstance(what, _Call)
            self.calls[what.contact] = what
            self.unanswered.add(what.contact)
            if what.patience < inf:
                self.at(self.now + what.patience, _GIVES_UP, what.contact)
            self.send(what.event)
        elif kind == _GIVES_UP:
            assert isinstance(what, str)
            if what in self.unanswered:
                self.send(e.CallerHungUp(what))
        elif kind == _ANSWERS:
            assert isinstance(what, str)
            if what in self.ringing:
                self.ringing.discard(what)
                self.send(e.OfferAnswered(what))
        else:
            assert isinstance(what, tuple)
            self._shift(*what)

    # -- the plan ------------------------------------------------------------------------------------------------------
    def _plan_arrivals(self) -> None:
        chance, agents = self.chance, sorted(self.staff)
        for stream in self.scenario.streams:
            for time in stream.arrivals.draw(chance):
                self.at(time, _ARRIVAL, self._caller(stream, agents))

    def _caller(self, stream: Stream, agents: list[str]) -> _Call:
        chance = self.chance
        vip = stream.vip_share > 0 and chance.random() < stream.vip_share
        returning = stream.returning_share > 0 and chance.random() < stream.returning_share
        last_order = LastOrder(chance.choice(agents)) if returning and agents else None
        name = f"c{self.number}"
        return _Call(
            name,
            e.CallArrived(name, name, stream.hotline, Caller(vip=vip, last_order=last_order)),
            stream.patience.draw(chance),
            stream.handling.draw(chance),
            stream.wrap_up.draw(chance),
        )

    def _plan_shifts(self) -> None:
        for agent, staff in self.staff.items():
            for begin, end in staff.shifts:
                self.at(begin, _SHIFT, (agent, "begins"))
                if end < inf:
                    self.at(end, _SHIFT, (agent, "ends"))
            for begin, end in staff.breaks:
                self.at(begin, _SHIFT, (agent, "breaks"))
                self.at(end, _SHIFT, (agent, "returns"))

    def _shift(self, agent: str, what: str) -> None:
        signed_in = self.router.agent(agent)
        present = signed_in is not None and signed_in.state is not AgentState.SIGNED_OUT
        if what == "begins":
            self.on_duty.add(agent)
            self.send(e.AgentSignedIn(agent, agent))
            self.send(e.AgentReady(agent))
        elif what == "ends":
            self.on_duty.discard(agent)
            self.send(e.AgentSignedOut(agent))
        elif what == "breaks" and present:
            self.on_duty.discard(agent)
            self.send(e.AgentNotReady(agent, "break"))
        elif what == "returns" and present:
            self.on_duty.add(agent)
            self.send(e.AgentReady(agent))

    # -- what the router asks for --------------------------------------------------------------------------------------
    def _offer(self, command: c.OfferCall) -> None:
        staff = self.staff[command.agent]
        if staff.misses and self.chance.random() < staff.misses:
            return
        self.ringing.add(command.offer)
        self.at(self.now + staff.answers_after.draw(self.chance), _ANSWERS, command.offer)

    def _cancel(self, command: c.CancelOffer) -> None:
        self.ringing.discard(command.offer)

    def _play(self, command: c.PlayPrompt) -> None:
        # A greeting ends as well: the router knows which message matters.
        self.at(self.now + self.scenario.message_seconds, _EVENT, e.PromptFinished(command.contact, command.prompt))

    def _answered(self, command: c.ContactAnswered) -> None:
        self.unanswered.discard(command.contact)
        self.at(self.now + self.calls[command.contact].talk, _EVENT, e.CallerHungUp(command.contact))

    def _agent_changed(self, command: c.AgentStateChanged) -> None:
        if command.state is AgentState.WRAP_UP:
            assert command.contact is not None
            wrap_up = self.calls[command.contact].wrap_up
            self.at(self.now + wrap_up, _EVENT, e.WrapUpFinished(command.agent, command.contact))
        elif command.state is AgentState.NOT_READY and command.reason == "no_answer" and command.agent in self.on_duty:
            self.at(self.now + self.staff[command.agent].returns_after, _SHIFT, (command.agent, "returns"))

    def _ended(self, command: c.ContactEnded) -> None:
        self.unanswered.discard(command.contact)
        del self.calls[command.contact]


def simulate(scenario: Scenario, chance: Random) -> Figures:
    """Run the day once with ``chance`` as its only source of randomness: the same seed gives the same day."""
    return _Day(scenario, chance).run()
