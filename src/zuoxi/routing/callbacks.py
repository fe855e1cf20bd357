"""Calling people back: what follows for the tasks from what happens on the floor, and what agents do with them.

- One live task for each person (client and number key). Whoever is lost again joins it; whoever reaches an agent, or
  leaves a message, ends it; while a person waits or talks with us nobody calls them.
- The task whose turn is first goes to the best-skilled, longest-idle agent who has been without a call for the plan's
  ``idle`` time. A call that comes meanwhile comes first, and the task waits again.
- A place kept in a queue is served among the waiting calls, in its turn; the agent is then held for it.
- Preview: the agent dials or declines; progressive: whoever drives the router dials at once. The number is permitted
  outside and comes with the request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.callback_book import WAITING_STATES, WAKE, CallbackBook, Person
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.errors import RequestImpossible
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import AgentState, CallbackMode, CallbackState, Exit, Occasion, Outcome, Queue
from zuoxi.routing.outbound import Outbound
from zuoxi.routing.records import Contact, Task
from zuoxi.routing.transitions import CALLBACK

_A, _B = AgentState, CallbackState
# Seconds: until a task that was declined, or not dialled, comes again; how long its agent is spared; how long a task
# that somebody took stays theirs.
ANEW_AFTER, SPARED_AFTER_NO, SPARED_AFTER_SILENCE, KEPT_FOR = 30.0, 60.0, 300.0, 3600.0
_LONGEST_DELAY = 30 * 86400.0
_FAR_SIDE = frozenset({"busy", "no_answer", "rejected", "unreachable"})
# The end of an outbound contact for which the far side is not to blame counts as no attempt.
_OUR_SIDE = frozenset({"engine_lost", "time_limit"})


class Callbacks:
    """The tasks' events. ``withdraw(contact, why)`` ends a call's wait and whatever rings for it."""

    def __init__(self, floor: Floor, outbound: Outbound, withdraw: Callable[[Contact, str], None]) -> None:
        self._floor = floor
        self._book: CallbackBook = floor.book
        self._outbound = outbound
        self._withdraw = withdraw
        self.handlers: dict[type, Callable[[Any], None]] = {
            e.CallbacksPlanned: self.planned,
            e.CallbackFound: self.found,
            e.CallbackTakeRequested: self.take_requested,
            e.CallbackDeclined: self.declined,
            e.CallbackDialRequested: self.dial_requested,
            e.CallbackDialRefused: self.dial_refused,
            e.CallbackPostponeRequested: self.postpone_requested,
            e.CallbackCloseRequested: self.close_requested,
            e.CallbackSettled: self.settled,
        }

    # -- what callers do -----------------------------------------------------------------------------------------------
    def request(
        self,
        contact: Contact,
        queue: str | None,
        reason: str,
        *,
        keep_place: bool,
        number: str | None = None,
        say: bool = True,
    ) -> bool:
        """The caller wants to be called (at ``number``, where it is another one): the call ends as callback_requested,
        with a goodbye unless that was said already (``say``). False, and nothing is done, when there is no number."""
        floor = self._floor
        if not (number or contact.number):
            return False
        self._withdraw(contact, "callback_requested")
        wanted = floor.queues.get(queue or "")
        if contact.queue is None and wanted is not None:
            floor.enter_queue(contact, wanted, floor.now)
        if number and number not in (contact.number, contact.number_key):
            self._book.touch(contact)  # whose own task, if there is one, comes to its turn again
            contact.number, contact.number_key = number, ""
        self._book.record(contact, reason, keep_place=keep_place and contact.queue is not None)
        if say:
            floor.announce(contact, floor.rules.callback_prompt, Outcome.CALLBACK_REQUESTED, reason)
        else:
            floor.out.append(c.ReleaseCall(contact.id, contact.call))
            floor.end(contact, Outcome.CALLBACK_REQUESTED, reason)
        return True

    def carry(self, contact: Contact, queue: Queue, way: Exit, occasion: Occasion) -> bool:
        """A queue's way out by callback. Who asks for it keeps the place in the queue (virtual hold)."""
        wished = occasion is Occasion.WISHED
        return self.request(contact, queue.id, "requested" if wished else occasion.value, keep_place=wished)

    def reached(self, contact: Contact, reason: str) -> None:
        """Whoever this contact is with needs no call any more."""
        self._book.reached(contact, reason)

    # -- after every event while there are tasks -----------------------------------------------------------------------
    def settle(self) -> None:
        """Follow what this event has changed: people reached or lost, agents free or taken, turns come."""
        floor, book = self._floor, self._book
        for fact in tuple(floor.out):
            kind = type(fact)
            if kind is c.AgentStateChanged:
                self._agent_changed(fact)  # type: ignore[arg-type]
            elif kind is c.ContactAnswered:
                self._answered(fact)  # type: ignore[arg-type]
            elif isinstance(fact, c.ContactEnded) and fact.contact in book.dialled:
                self._attempt_over(fact)
        while book.touched or book.dirty:
            while book.touched:
                person = next(iter(book.touched))
                del book.touched[person]
                self._look_at(person)
            book.dirty = False
            self._arrange()

    def _agent_changed(self, fact: c.AgentStateChanged) -> None:
        agent = self._floor.agents[fact.agent]
        self._book.dirty = True
        if agent.task is not None and agent.state is not _A.READY:
            left = agent.state in (_A.NOT_READY, _A.SIGNED_OUT)
            self._book.withdraw(agent.task, "agent_left" if left else "call_first")

    def _answered(self, fact: c.ContactAnswered) -> None:
        book = self._book
        task = book.dialled.get(fact.contact)
        if task is not None:
            book.dialled.pop(fact.contact)
            self._floor.out.append(c.CallbackAttempted(task.id, fact.agent, fact.contact, "answered", None))
            book.end(task, "finish", "answered", fact.agent, fact.contact)
            return
        contact = self._floor.contacts.get(fact.contact)
        if contact is not None:
            self.reached(contact, "reached_us")

    def _attempt_over(self, fact: c.ContactEnded) -> None:
        """An attempt that reached nobody: again by the plan, or not any more."""
        floor, book = self._floor, self._book
        task = book.dialled.pop(fact.contact)
        agent = "" if task.agent is None else task.agent.id
        plan = book.plan(task.queue)
        task.agent = None
        ours = fact.reason.startswith("agent") or fact.reason in _OUR_SIDE
        result = "agent" if ours else fact.reason if fact.reason in _FAR_SIDE else "failed"
        if ours:
            task.attempts -= 1
            due = floor.now + ANEW_AFTER
        else:
            task.place = None  # whoever was rung has had the turn
            due = floor.now + plan.retry_after(result)
        begins = plan.permitted_from(due)
        over = task.attempts >= plan.attempts or (due if begins is None else begins) >= task.expires_at
        floor.out.append(c.CallbackAttempted(task.id, agent, fact.contact, result, None if over else due))
        if over:
            book.end(task, "give_up", "attempts" if task.attempts >= plan.attempts else "expired", None, fact.contact)
            return
        task.dialled = None
        task.due_at = due
        task.state = CALLBACK.after(task.state, "retry" if task.attempts else "withdraw")
        book.touched[task.person] = None

    def _look_at(self, person: Person) -> None:
        """Whether this person's task may come to its turn now."""
        book = self._book
        task = book.people.get(person)
        if task is None:
            return
        with_us = book.is_with_us(person)
        if task.state is _B.OFFERED and with_us:
            book.withdraw(task, "calling_us")
        if task.state in WAITING_STATES:
            if with_us or task.owner is not None:
                book.unqueue(task)
            else:
                book.enqueue(task)

    # -- turns ---------------------------------------------------------------------------------------------------------
    def _arrange(self) -> None:
        """Give every turn that has come to an agent who is free for it, and say when to look again."""
        floor, book = self._floor, self._book
        moments: list[float] = []
        heads: list[tuple[str | None, bool]] = []
        for heap in list(book.heaps):
            while (begins := self._begins(heap)) is not None:
                if begins > floor.now:
                    moments.append(begins)
                elif heap[1]:
                    self._enter_place(heap)
                    continue
                else:
                    heads.append(heap)
                break
        free = [
            agent for agent in floor.agents.values() if agent.state is _A.READY and agent.ticket and agent.task is None
        ]
        while heads and free:
            heap = min(heads, key=self._order)
            task, plan = book.first(heap), book.plan(heap[0])
            assert task is not None
            skill = self._skill(task)
            best: tuple[int, float, str] | None = None
            for agent in free:
                level = next((level for name, level in agent.skills if name == skill), None)
                if level is None:
                    continue
                idle_at = max(agent.idle_since + plan.idle, agent.spared_until)
                if idle_at > floor.now:
                    moments.append(idle_at)
                elif best is None or (-level, agent.idle_since, agent.id) < best:
                    best = (-level, agent.idle_since, agent.id)
            if best is None:
                heads.remove(heap)
                continue
            chosen = floor.agents[best[2]]
            free.remove(chosen)
            book.offer(task, chosen)
            begins = self._begins(heap)
            if begins is None or begins > floor.now:
                heads.remove(heap)
                if begins is not None:
                    moments.append(begins)
        wake = min(moments, default=None)
        if wake != book.wake_at:
            book.wake_at = wake
            if wake is not None:
                floor.deadlines.set(wake, Deadline.CALLBACK, WAKE)

    def _begins(self, heap: tuple[str | None, bool]) -> float | None:
        """When the first turn of a heap comes; None when no turn comes by itself."""
        book = self._book
        plan = book.plan(heap[0])
        if plan.mode is CallbackMode.OFF and not heap[1]:
            return None
        if heap not in book.heaps:
            return None
        task = book.first(heap)
        if task is None:
            return None
        at = max(task.due_at, self._floor.now)
        # Whoever keeps a place waits for this very call, at whatever hour.
        return at if heap[1] else plan.permitted_from(at)

    def _order(self, heap: tuple[str | None, bool]) -> tuple[float, int]:
        task = self._book.first(heap)
        assert task is not None
        return task.due_at, task.sequence

    def _skill(self, task: Task) -> str | None:
        queue = self._floor.queues.get(task.queue or "")
        return None if queue is None else queue.skill

    def _enter_place(self, heap: tuple[str | None, bool]) -> None:
        """A kept place is among the waiting calls from now on, or goes to an agent at once."""
        book, selection = self._book, self._floor.selection
        task = book.first(heap)
        assert task is not None and task.place is not None
        book.unqueue(task)
        found = selection.find_agent(task.place)
        if found is None:
            selection.add_contact(task.place)
        else:
            book.offer(task, found[0])

    def due(self, identifier: str) -> None:
        """A deadline of a task, or the next turn, has come."""
        floor, book = self._floor, self._book
        if identifier == WAKE:
            book.wake_at = None
            book.dirty = True
            return
        task = book.tasks[identifier]
        if task.expires_at <= floor.now and task.state is not _B.DIALLING:
            book.end(task, "give_up", "expired")
        elif task.state is _B.OFFERED and task.ends_at <= floor.now:
            self._not_dialled(task)
        elif task.owner is not None and task.owner_until <= floor.now:
            self._free_from_owner(task)

    def _not_dialled(self, task: Task) -> None:
        """Nobody pressed anything. An agent whom a kept place waited for counts as not at the desk, as for a call."""
        floor, agent = self._floor, task.agent
        assert agent is not None
        held = not agent.ticket and task.mode is CallbackMode.PREVIEW
        if task.mode is CallbackMode.PREVIEW:
            agent.spared_until = floor.now + SPARED_AFTER_SILENCE
        self._book.withdraw(task, "expired", due_at=floor.now + ANEW_AFTER, let_go=not held)
        if held:
            floor.move_agent(agent, "not_ready", floor.rules.silent_agent_reason)

    def _free_from_owner(self, task: Task) -> None:
        task.owner = None
        self._floor.out.append(c.CallbackTaken(task.id, None))
        self._book.touched[task.person] = None

    # -- what is configured, found and known outside -------------------------------------------------------------------
    def planned(self, event: e.CallbacksPlanned) -> None:
        self._book.plans = {plan.queue: plan for plan in event.plans}
        self._book.dirty = True

    def configured(self) -> None:
        """Queues and skills have changed: tasks follow, and kept places, as waiting calls do."""
        floor, book = self._floor, self._book
        for task in book.tasks.values():
            place, hotline = task.place, floor.hotlines.get(task.hotline or "")
            if task.queue not in floor.queues and hotline is not None and hotline.queue in floor.queues:
                task.queue = hotline.queue
                if task.ticket:  # into the other queue's heap
                    book.unqueue(task)
                    book.touched[task.person] = None
            if place is None or place.queue is None:
                continue
            place.queue = floor.queues.get(place.queue.id, place.queue)
            if place.hotline is not None:
                place.hotline = floor.hotlines.get(place.hotline.id, place.hotline)
            floor.rank(place)
        book.dirty = True

    def placed_anew(self) -> None:
        """Kept places whose turn has come by the new configuration go to agents."""
        floor, book = self._floor, self._book
        waiting = [task.place for task in book.tasks.values() if task.place is not None and task.place.ticket]
        for place in sorted(waiting, key=lambda place: place.key):
            found = floor.selection.find_agent(place)
            if found is not None and place.task is not None:
                book.offer(place.task, found[0])

    def found(self, event: e.CallbackFound) -> None:
        """A row of before becomes a task, unless it is or was one, or the person has one."""
        floor, book = self._floor, self._book
        person = (event.client, event.number_key or event.number)
        if event.task in book.tasks or event.task in book.over or person in book.people or not event.number:
            return
        hotline = floor.hotlines.get(event.hotline or "")
        queue = event.queue or (None if hotline is None else hotline.queue)
        plan = book.plan(queue)
        task = Task(
            event.task,
            event.number,
            event.number_key,
            event.client,
            event.customer,
            queue,
            event.hotline,
            None if hotline is None else hotline.line,
            None if hotline is None else hotline.project,
            "" if hotline is None else hotline.shown,
            event.reason,
            event.created_at,
            max(floor.now, event.created_at + plan.first_after),
            # A day's grace for what an earlier version left behind: it had no end of its own.
            max(floor.now, event.created_at) + plan.expires_after,
            0,
        )
        book.add(task)
        floor.out.append(c.CallbackAdopted(task.id, task.due_at, task.expires_at))

    def settled(self, event: e.CallbackSettled) -> None:
        task = self._book.tasks.get(event.task)
        if task is not None and task.state is not _B.DIALLING:
            self._book.end(task, "drop", event.reason)

    # -- what agents ask for -------------------------------------------------------------------------------------------
    def _task(self, agent: str, identifier: str) -> Task:
        """A task that ``agent`` may work on now. Raises RequestImpossible."""
        task = self._book.tasks.get(identifier)
        if task is None:
            raise RequestImpossible("routing.callback_over")
        elsewhere = task.agent is not None and task.agent.id != agent
        if task.state is _B.DIALLING or elsewhere or task.owner not in (None, agent):
            raise RequestImpossible("routing.callback_taken")
        return task

    def take_requested(self, event: e.CallbackTakeRequested) -> None:
        floor, book = self._floor, self._book
        try:
            task = self._task(event.agent, event.task)
        except RequestImpossible as refusal:
            floor.refuse(event.agent, "take_callback", refusal.code)
            return
        if not event.kept:
            if task.owner is not None:
                self._free_from_owner(task)
            return
        if task.state is _B.OFFERED:
            book.withdraw(task, "taken")
        task.owner, task.owner_until = event.agent, floor.now + KEPT_FOR
        book.set_deadline(task.owner_until, task)
        floor.out.append(c.CallbackTaken(task.id, event.agent, task.owner_until))
        book.touched[task.person] = None

    def declined(self, event: e.CallbackDeclined) -> None:
        floor, book = self._floor, self._book
        task = book.tasks.get(event.task)
        if task is None or task.state is not _B.OFFERED or task.agent is None or task.agent.id != event.agent:
            floor.refuse(event.agent, "decline_callback", "routing.callback_over")
            return
        task.agent.spared_until = floor.now + SPARED_AFTER_NO
        book.withdraw(task, "declined", due_at=floor.now + ANEW_AFTER)

    def dial_requested(self, event: e.CallbackDialRequested) -> None:
        floor, book = self._floor, self._book
        agent = floor.agents.get(event.agent)
        try:
            task = self._task(event.agent, event.task)
            if book.is_with_us(task.person):
                raise RequestImpossible("routing.callback_calling")
            self._outbound.begin(
                event.agent,
                event.contact,
                event.number,
                caller_id=task.caller_id,
                hotline=task.hotline,
                queue=task.queue,
                line=task.line,
                project=task.project,
                customer=task.customer,
                reason="callback",
                callback=task.id,
                number_key=task.number_key or task.number,
                client=task.client,
            )
        except RequestImpossible as refusal:
            floor.refuse(event.agent, "dial_callback", refusal.code)
            return
        assert agent is not None
        if agent.task is not None and agent.task is not task:
            book.withdraw(agent.task, "call_first", let_go=False)
        book.unqueue(task)
        agent.task, task.agent = None, agent
        task.state = CALLBACK.after(task.state, "dial")
        task.owner = None
        task.attempts += 1
        task.dialled = event.contact
        book.dialled[event.contact] = task
        floor.out.append(c.CallbackDialled(task.id, agent.id, event.contact, task.attempts))

    def dial_refused(self, event: e.CallbackDialRefused) -> None:
        floor, book = self._floor, self._book
        task = book.tasks.get(event.task)
        if task is None or task.state is not _B.OFFERED or task.agent is None or task.agent.id != event.agent:
            return
        if event.final:
            book.end(task, "drop", "not_permitted")
        else:
            book.withdraw(task, "not_permitted", due_at=floor.now + ANEW_AFTER)

    def postpone_requested(self, event: e.CallbackPostponeRequested) -> None:
        floor, book = self._floor, self._book
        try:
            task = self._task(event.agent, event.task)
            if not floor.now < event.until <= floor.now + _LONGEST_DELAY:
                raise RequestImpossible("routing.callback_time")
        except RequestImpossible as refusal:
            floor.refuse(event.agent, "postpone_callback", refusal.code)
            return
        agent = task.agent
        task.state = CALLBACK.after(task.state, "retry")
        if agent is not None:
            task.agent = None
            floor.out.append(c.CallbackOfferEnded(task.id, agent.id, "postponed"))
        book.unqueue(task)
        task.owner, task.place = None, None
        task.due_at = event.until
        # Promised for then: it is not given up before the plan's time has passed from there.
        task.expires_at = max(task.expires_at, event.until + book.plan(task.queue).expires_after)
        book.set_deadline(task.expires_at, task)
        floor.out.append(c.CallbackPostponed(task.id, event.agent, event.until))
        book.touched[task.person] = None
        if agent is not None:
            book.let_go(agent)

    def close_requested(self, event: e.CallbackCloseRequested) -> None:
        try:
            task = self._task(event.agent, event.task)
        except RequestImpossible as refusal:
            self._floor.refuse(event.agent, "close_callback", refusal.code)
            return
        self._book.end(task, "drop" if event.dropped else "finish", event.result, event.agent)
