"""Who is to be called back: the live tasks, one for each person, and whose turn is when.

A task whose turn can come lies in a heap of its queue, first by its due time; a place kept in a queue lies, from then
on, among the waiting calls themselves (selection.py). An entry whose ticket is no longer its task's is dropped when it
comes to the top. A task whose person talks with us or waits just now lies nowhere: its turn cannot come.
"""

from __future__ import annotations

from dataclasses import replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from zuoxi.routing import commands as c
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.model import AgentState, CallbackMode, CallbackPlan, CallbackState, ContactState
from zuoxi.routing.records import Agent, Contact, Task
from zuoxi.routing.transitions import CALLBACK

if TYPE_CHECKING:
    from zuoxi.routing.floor import Floor

Person = tuple[str | None, str]
WAITING_STATES = (CallbackState.WAITING, CallbackState.RETRY_WAITING)
WAKE = ""  # the deadline that is nobody's: the next turn
REMEMBERED_TASKS = 2000
_NO_PLAN = CallbackPlan()


class CallbackBook:
    """The tasks of one floor. ``touched``: people about whom this event changed something; ``dirty``: agents may have
    become free, or turns may have come."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.tasks: dict[str, Task] = {}
        self.people: dict[Person, Task] = {}
        self.dialled: dict[str, Task] = {}  # outbound contact → the task that it tries
        self.over: dict[str, None] = {}  # the last tasks that ended: none comes alive again
        self.plans: dict[str | None, CallbackPlan] = {}
        self.touched: dict[Person, None] = {}
        self.dirty = False
        self.wake_at: float | None = None
        self.heaps: dict[tuple[str | None, bool], list[tuple[float, int, int, Task]]] = {}

    def plan(self, queue: str | None) -> CallbackPlan:
        """How callbacks of a queue are made."""
        return self.plans.get(queue) or self.plans.get(None, _NO_PLAN)

    def holds(self, identifier: str, at: float) -> bool:
        """Whether a deadline of a task (or the next turn) still stands."""
        if identifier == WAKE:
            return self.wake_at == at
        task = self.tasks.get(identifier)
        if task is None:
            return False
        if task.state is CallbackState.OFFERED and task.ends_at == at:
            return True
        return at == task.expires_at or (task.owner is not None and at == task.owner_until)

    def set_deadline(self, at: float, task: Task) -> None:
        self._floor.deadlines.set(at, Deadline.CALLBACK, task.id)

    # -- a task's beginning and end ------------------------------------------------------------------------------------
    def record(self, contact: Contact, reason: str, *, keep_place: bool = False) -> None:
        """A call was lost, or its caller wants to be called: a task, or one more reason for the person's live one."""
        floor, out, hotline = self._floor, self._floor.out, contact.hotline
        # Whoever was lost before any queue (in a call flow) is the hotline's queue's to call.
        queue = contact.queue.id if contact.queue is not None else None if hotline is None else hotline.queue
        if not contact.number:
            out.append(c.CallbackRecorded(contact.id, "", queue, reason))
            out.append(c.CallbackEnded(contact.id, CallbackState.DROPPED, "no_number"))
            return
        plan = self.plan(queue)
        due = floor.now if keep_place else floor.now + plan.first_after
        expires = floor.now + plan.expires_after
        task = self.people.get(contact.person)
        if task is not None:
            # Whoever has just called is at the phone: sooner than the plan has it, never later.
            task.due_at = min(task.due_at, due)
            task.expires_at = max(task.expires_at, expires)
            self.set_deadline(task.expires_at, task)
            self.unqueue(task)
            keep_place = keep_place and task.state in WAITING_STATES
            held = task.place if task.queue == queue else None
            if keep_place and (held is None or contact.key < held.key):  # of two places the one in front
                task.queue, task.place = queue, self._place(contact, task)
        else:
            task = Task(
                contact.id,
                contact.number,
                contact.number_key,
                contact.client,
                contact.customer,
                queue,
                None if hotline is None else hotline.id,
                None if hotline is None else hotline.line,
                None if hotline is None else hotline.project,
                "" if hotline is None else hotline.shown,
                reason,
                floor.now,
                due,
                expires,
                0,
            )
            self.add(task)
            if keep_place:
                task.place = self._place(contact, task)
        joined = None if task.id == contact.id else task.id
        out.append(
            c.CallbackRecorded(
                contact.id,
                contact.number,
                queue,
                reason,
                joined,
                task.due_at,
                task.expires_at,
                keep_place,
            )
        )
        self.touched[task.person] = None

    def add(self, task: Task) -> None:
        """A new live task; its turn comes when its person is looked at (``touched``)."""
        floor = self._floor
        floor.sequence += 1
        task.sequence = floor.sequence
        task.state = CALLBACK.after(None, "record")
        self.tasks[task.id] = self.people[task.person] = task
        self.touched[task.person] = None
        self.set_deadline(task.expires_at, task)

    @staticmethod
    def _place(contact: Contact, task: Task) -> Contact:
        """The place of a call in its queue, without the call."""
        place = replace(contact, task=task, state=ContactState.WAITING, call="", ticket=0, offer=None, flow=None)
        place.parties, place.spoken, place.step_at, place.speak_at = [], None, None, None
        return place

    def reached(self, contact: Contact, reason: str) -> None:
        """Whoever this contact is with needs no call any more."""
        task = self.people.get(contact.person)
        if task is not None and task.dialled != contact.id:
            self.end(task, "drop", reason)

    def end(self, task: Task, trigger: str, reason: str, by: str | None = None, dialled: str | None = None) -> None:
        """A task is over: finish, drop or give_up."""
        self.unqueue(task)
        agent = task.agent if task.state is CallbackState.OFFERED else None
        task.state = CALLBACK.after(task.state, trigger)
        del self.tasks[task.id]
        del self.people[task.person]
        if task.dialled is not None:
            self.dialled.pop(task.dialled, None)
        self.over[task.id] = None
        if len(self.over) > REMEMBERED_TASKS:
            del self.over[next(iter(self.over))]
        if agent is not None:
            self._floor.out.append(c.CallbackOfferEnded(task.id, agent.id, "over"))
        self._floor.out.append(c.CallbackEnded(task.id, task.state, reason, by, dialled))
        if agent is not None:
            self.let_go(agent)

    # -- turns ---------------------------------------------------------------------------------------------------------
    def enqueue(self, task: Task) -> None:
        """From now on the task waits for its turn."""
        self.unqueue(task)
        selection = self._floor.selection
        selection.tickets = task.ticket = selection.tickets + 1
        self.put(task)
        self.dirty = True

    def put(self, task: Task) -> None:
        """Into the heap, with the ticket that it has."""
        heap = self.heaps.setdefault((task.queue, task.place is not None), [])
        heappush(heap, (task.due_at, task.sequence, task.ticket, task))

    @staticmethod
    def unqueue(task: Task) -> None:
        """Its turn cannot come."""
        task.ticket = 0
        if task.place is not None:
            task.place.ticket = 0

    def first(self, heap: tuple[str | None, bool]) -> Task | None:
        """Whose turn is first in a heap."""
        entries = self.heaps[heap]
        while entries:
            task = entries[0][3]
            if task.ticket == entries[0][2]:
                return task
            heappop(entries)
        del self.heaps[heap]
        return None

    def is_with_us(self, person: Person) -> bool:
        """Whether this person has a live contact."""
        return any(contact.person == person for contact in self._floor.contacts.values())

    def touch(self, contact: Contact) -> None:
        """A contact has begun or ended: look again at whoever it was with."""
        self.touched[contact.person] = None

    # -- on an agent's desk --------------------------------------------------------------------------------------------
    def offer(self, task: Task, agent: Agent) -> None:
        """Put a task on a ready agent's desk. For a kept place the agent takes no other call meanwhile: the caller's
        turn has come."""
        floor, plan = self._floor, self.plan(task.queue)
        if agent.task is not None:
            self.withdraw(agent.task, "call_first", let_go=False)  # a caller's turn is before a callback
        self.unqueue(task)
        task.state = CALLBACK.after(task.state, "offer")
        task.agent, agent.task = agent, task
        kept = task.place is not None
        task.mode = CallbackMode.PREVIEW if plan.mode is CallbackMode.OFF else plan.mode
        task.ends_at = floor.now + plan.preview
        if kept:
            agent.ticket = 0
        self.set_deadline(task.ends_at, task)
        floor.out.append(c.CallbackOffered(task.id, agent.id, task.mode, task.ends_at))

    def withdraw(self, task: Task, why: str, *, due_at: float | None = None, let_go: bool = True) -> None:
        """An offered task leaves the desk and waits again, from ``due_at`` on where that is later."""
        agent = task.agent
        assert agent is not None
        task.state = CALLBACK.after(task.state, "retry" if task.attempts else "withdraw")
        task.agent = agent.task = None
        if due_at is not None:
            task.due_at = max(task.due_at, due_at)
        self._floor.out.append(c.CallbackOfferEnded(task.id, agent.id, why))
        self.touched[task.person] = None
        if let_go:
            self.let_go(agent)

    def let_go(self, agent: Agent) -> None:
        """The agent has no task any more, and takes calls again if that was held back."""
        floor = self._floor
        agent.task = None
        self.dirty = True
        if agent.state is not AgentState.READY or agent.ticket:
            return
        contact = floor.selection.find_contact(agent)
        if contact is None:
            floor.selection.add_agent(agent)
        else:
            floor.offer(contact, agent, floor.selection.reason(contact, agent))
