"""What the facts say of the callbacks, folded apart from the router's own book, and what must always hold of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zuoxi.routing import commands as c
from zuoxi.routing.model import AgentState, CallbackMode, CallbackPlan, CallbackState
from zuoxi.routing.records import CallbackView

if TYPE_CHECKING:
    from tests.routing.floors import World

_WAITS = (CallbackState.WAITING, CallbackState.RETRY_WAITING)


@dataclass
class CallbackLedger:
    """``live``: whom each task is about; ``desks``: the task on each agent's desk; ``spared``: until when an agent gets
    none."""

    plans: dict[str | None, CallbackPlan] = field(default_factory=dict)
    live: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    over: dict[str, str] = field(default_factory=dict)  # task → why it ended
    desks: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)  # task → the contact whose place it has
    spared: dict[str, float] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    dialled: dict[str, str] = field(default_factory=dict)  # outbound contact → task
    numberless: set[str] = field(default_factory=set)

    def plan(self, queue: str | None) -> CallbackPlan:
        return self.plans.get(queue) or self.plans.get(None, CallbackPlan())

    @property
    def held(self) -> set[str]:
        """Ready agents for whom a kept place waits: they take no calls."""
        return {agent for agent, task in self.desks.items() if task in self.kept}

    def fold(self, world: World, fact: c.Command) -> None:
        match fact:
            case c.CallbackRecorded(contact, number, joined=joined, kept_place=kept):
                caller = world.known[contact].caller
                person = (caller.client, caller.number_key or number)
                if not number:
                    self.numberless.add(contact)
                elif joined is None:
                    assert person not in self.live.values(), "two tasks for one person"
                    assert contact not in self.live and contact not in self.over
                    self.live[contact] = person
                    if kept:
                        self.kept[contact] = contact
                else:
                    assert self.live[joined] == person
                    held, new = world.known.get(self.kept.get(joined, "")), world.known[contact]
                    same = held is not None and held.queue is not None and new.queue is not None
                    same = same and held.queue.id == new.queue.id  # type: ignore[union-attr]
                    if kept and (held is None or not same or world.before(new, held)):
                        self.kept[joined] = contact
            case c.CallbackAdopted(task):
                assert task not in self.live and task not in self.over
                view = world.router.callback(task)
                assert view is not None
                self.live[task] = (view.client, view.number_key or view.number)
            case c.CallbackOffered(task, agent):
                assert task in self.live
                assert world.states[agent] is AgentState.READY and agent not in self.desks
                assert task not in self.desks.values() and task not in self.owners
                self.desks[agent] = task
                if task in self.kept:
                    self._check_turn(world, task, agent)
            case c.CallbackOfferEnded(task, agent, reason):
                assert self.desks.pop(agent) == task
                pauses = {"declined": 60.0, "expired": 300.0}
                if reason in pauses:
                    self.spared[agent] = world.now + pauses[reason]
            case c.CallbackTaken(task, agent):
                assert task in self.live
                if agent is None:
                    self.owners.pop(task)
                else:
                    self.owners[task] = agent
            case c.CallbackDialled(task, agent, dialled):
                assert task in self.live and task not in self.dialled.values(), "called twice at once"
                assert self.desks.pop(agent, task) == task
                self.dialled[dialled] = task
                self.owners.pop(task, None)
            case c.CallbackAttempted(task, _, dialled, result):
                assert self.dialled.pop(dialled) == task
                if result != "agent":
                    self.kept.pop(task, None)
            case c.CallbackPostponed(task):
                self.owners.pop(task, None)
                self.kept.pop(task, None)
            case c.CallbackEnded(task, _, reason):
                if reason == "no_number":
                    assert task in self.numberless
                    return
                del self.live[task]
                assert task not in self.over
                self.over[task] = reason
                self.owners.pop(task, None)
                for dialled in [dialled for dialled, tried in self.dialled.items() if tried == task]:
                    del self.dialled[dialled]

    def _check_turn(self, world: World, task: str, agent: str) -> None:
        """No call that waits, and that this agent may take, was first."""
        place = world.known[self.kept[task]]
        for other in world.known.values():
            if other.waiting and world.grounds(other, agent):
                assert world.before(place, other)

    def check(self, world: World) -> None:
        views = {view.id: view for view in world.router.callbacks()}
        assert set(views) == set(self.live)
        people = [(view.client, view.number_key or view.number) for view in views.values()]
        assert len(people) == len(set(people)), "two live tasks for one person"
        desks = {view.agent: view.id for view in views.values() if view.state is CallbackState.OFFERED}
        assert desks == self.desks
        assert {view.dialled for view in views.values() if view.state is CallbackState.DIALLING} == set(self.dialled)
        here = set()
        for contact in world.router.contacts():
            caller = world.known[contact.id].caller
            here.add((caller.client, caller.number_key or caller.number))
        first: dict[tuple[str | None, bool], CallbackView] = {}  # whose turn is first in each queue
        for view in views.values():
            person = (view.client, view.number_key or view.number)
            assert view.state is not CallbackState.OFFERED or person not in here, "offered while the customer calls"
            if view.state in _WAITS and person not in here and view.owner is None:
                turn = (view.queue, view.kept_place)
                if turn not in first or view.due_at < first[turn].due_at:
                    first[turn] = view
        for view in first.values():
            self._check_somebody_comes(world, view)

    def _check_somebody_comes(self, world: World, view: CallbackView) -> None:
        """A turn that has come is nobody's only as long as nobody is free for it, and a turn to come is awaited."""
        plan, queue = self.plan(view.queue), next((q for q in world.router_queues if q.id == view.queue), None)
        at = max(view.due_at, world.now)
        begins = at if view.kept_place else plan.permitted_from(at)
        if begins is None or (plan.mode is CallbackMode.OFF and not view.kept_place):
            return
        deadline = world.router.next_deadline()
        assert deadline is not None
        if view.kept_place and begins > world.now:
            assert deadline <= begins
        if view.kept_place or queue is None:
            return  # a place whose turn has come is among the calls: checked as they are
        # While nobody is free for it nothing needs to wake: whoever becomes free is looked at anew.
        for agent, state in world.states.items():
            if state is not AgentState.READY or agent in self.desks or queue.skill not in world.levels(agent):
                continue
            if begins > world.now:
                assert deadline <= begins
                continue
            free_at = max(world.idle[agent][0] + plan.idle, self.spared.get(agent, 0.0))
            assert free_at > world.now, "an agent idles while a callback is due"
            assert deadline <= free_at
