"""What callers meet while they wait: who is admitted to a queue, steps to other queues, announcements, the time limit,
and what becomes of those whom the queue does not keep.

- Who finds an agent ready is never refused. A queue is full when ``max_waiting`` wait in it; those whose phone rings
  do not count.
- A caller who goes on to another queue keeps the wait: place and waiting time count from when it began.
- Steps, time limit and exits are those of the queue in which the wait began (``Contact.home``), until an exit to
  another queue makes that one the home, whose limit then counts from there. No queue is home twice in one wait, so
  nobody goes round in circles: where an exit would lead back, the closing message comes.
- Nothing is said while an agent's phone rings, nor while something is being said.
"""

from __future__ import annotations

from collections.abc import Callable

from zuoxi.routing import commands as c
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.expected_wait import expected_wait, serving
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import AgentState, ContactState, Exit, ExitKind, Occasion, Outcome, Queue
from zuoxi.routing.plans import RETRY_SECONDS, due_announcements, due_steps
from zuoxi.routing.records import Contact
from zuoxi.routing.spoken import say_minutes, say_number

_C, _A = ContactState, AgentState
_IN_QUEUE = (_C.WAITING, _C.OFFERED)
_TAKING_CALLS = (_A.READY, _A.OFFERED, _A.TALKING, _A.WRAP_UP)
ANNOUNCEMENT = "announcement"
CALLBACK_KEY = "1"

# Occasion → outcome, end reason, and the callback's reason.
_CLOSINGS: dict[Occasion, tuple[Outcome, str, str]] = {
    Occasion.FULL: (Outcome.TURNED_AWAY, "queue_full", "queue_full"),
    Occasion.UNSTAFFED: (Outcome.TURNED_AWAY, "queue_unstaffed", "queue_unstaffed"),
    Occasion.TIMED_OUT: (Outcome.TIMED_OUT, "time_limit", "timed_out"),
    Occasion.WISHED: (Outcome.TIMED_OUT, "time_limit", "timed_out"),
}

Carrier = Callable[[Contact, Queue, Exit, Occasion], bool]


class Treatment:
    """``exits``: who carries out an exit that is neither a message nor another queue; one that says False, or is
    missing, leaves the closing message. ``flow_exit``: asked first, for a contact that a flow brought here."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.exits: dict[ExitKind, Carrier] = {}
        self.flow_exit: Callable[[Contact, Occasion], bool] | None = None

    # -- coming in -----------------------------------------------------------------------------------------------------
    def admit(self, contact: Contact, queue: Queue, reason: str, since: float, *, answer: bool = False) -> bool:
        """A contact that nobody serves yet enters a queue; its wait counts from ``since``. ``answer``: the call is to
        be answered first. Returns whether it waits or rings now; else it has gone by an exit."""
        floor = self._floor
        floor.enter_queue(contact, queue, since)
        told = since if since < floor.now else None
        # Whose time is up already (nobody routed meanwhile) rings nobody's phone.
        too_late = contact.limit_at <= floor.now
        if not too_late and floor.selection.find_agent(contact) is None:
            occasion = self.refusal(queue, contact.skill)
            if occasion is not None and not self._can_step(contact):
                if answer:
                    floor.out.append(c.AnswerCall(contact.id, contact.call))
                self.leave(contact, occasion)
                return contact.state in _IN_QUEUE
        # The offer comes before the caller's music, so that the agent's phone rings at once.
        floor.wait(contact, reason, told, offer=not too_late)
        if not too_late and contact.state is _C.WAITING:
            self._take_step(contact, move=False)
        if answer:
            floor.out.append(c.AnswerCall(contact.id, contact.call))
        assert contact.queue is not None
        floor.out.append(c.KeepWaiting(contact.id, contact.call, contact.queue.music))
        if too_late:
            self.time_out(contact)
        return contact.state in _IN_QUEUE

    def refusal(self, queue: Queue, skill: str | None = None) -> Occasion | None:
        """Why this queue takes nobody at present; None when it does. ``skill``: asked for instead of the queue's."""
        skill = skill or queue.skill
        if self._floor.selection.is_ready(skill):
            return None
        if queue.when_unstaffed is not None and not self.is_staffed(skill):
            return Occasion.UNSTAFFED
        if queue.max_waiting is not None and self.length(queue.id) >= queue.max_waiting:
            return Occasion.FULL
        return None

    def length(self, queue: str) -> int:
        """How many wait in a queue while nobody's phone rings for them."""
        return sum(1 for _ in self._waiting_in(queue))

    def is_staffed(self, wanted: str) -> bool:
        """Whether somebody with this skill is signed in, ready or not."""
        return any(
            agent.state is not _A.SIGNED_OUT and any(skill == wanted for skill, _ in agent.skills)
            for agent in self._floor.agents.values()
        )

    def _waiting_in(self, queue: str) -> list[Contact]:
        return [
            contact
            for contact in self._floor.contacts.values()
            if contact.state is _C.WAITING and contact.queue is not None and contact.queue.id == queue
        ]

    # -- other queues --------------------------------------------------------------------------------------------------
    def step(self, contact: Contact) -> None:
        """A step of the plan is due."""
        offer = contact.offer
        if contact.state is _C.OFFERED and offer is not None:
            # An agent may be about to answer; should the offer fail, this comes again.
            self._step_again(contact, offer.ends_at)
        elif not self._take_step(contact, move=True):
            self._step_again(contact, self._floor.now + RETRY_SECONDS)

    def _step_again(self, contact: Contact, at: float) -> None:
        contact.step_at = at
        self._floor.deadlines.set(at, Deadline.OVERFLOW, contact.id)

    def _due_step(self, contact: Contact, more: int) -> tuple[Queue | None, str, bool]:
        """The other queue that a due step leads to, why, and whether a due step found nobody who can take the contact.
        ``more``: how many wait besides those who are counted."""
        floor, queue, home = self._floor, contact.queue, contact.home
        assert queue is not None and home is not None
        blocked = False
        for step in due_steps(home, contact.plan_from, contact.stepped, floor.now):
            target = floor.queues.get(step.to_queue)
            if target is None or target.id == queue.id:
                continue
            if step.waiting_more_than is not None and self.length(queue.id) + more <= step.waiting_more_than:
                continue
            if self._takes_over(target):
                return target, "time" if step.waiting_more_than is None else "length", False
            blocked = True
        return None, "", blocked

    def _takes_over(self, target: Queue) -> bool:
        """Whether going on to this queue may help at all."""
        return self.is_staffed(target.skill) and self.refusal(target) is None

    def _can_step(self, contact: Contact) -> bool:
        return self._due_step(contact, more=1)[0] is not None

    def _take_step(self, contact: Contact, *, move: bool) -> bool:
        """Take the latest due step that can be taken, and be done with all that came due. False: one is due that
        nobody can take at present. ``move``: the caller hears the other queue's music."""
        floor, home = self._floor, contact.home
        assert home is not None
        due = due_steps(home, contact.plan_from, contact.stepped, floor.now)
        if not due:
            return True
        target, reason, blocked = self._due_step(contact, more=0)
        if target is None and blocked:
            return False
        contact.stepped = due[0].after
        if target is None:
            floor.arm_plan(contact)
            return True
        self._go_on_in(contact, target, reason, move=move)
        return True

    def _go_on_in(self, contact: Contact, target: Queue, reason: str, *, move: bool, home: bool = False) -> None:
        """A waiting contact goes on waiting in another queue. ``home``: it is that queue's from now on."""
        floor, before = self._floor, contact.queue
        assert before is not None
        contact.ticket = 0
        contact.skill = None  # which a flow wished for the queue that it chose
        floor.out.append(c.ContactOverflowed(contact.id, target.id, before.id, reason, floor.now - contact.queued_at))
        if home:
            floor.settle_in(contact, target, floor.now)
        else:
            contact.queue = target
            contact.placed_at = contact.said_to = floor.now
            floor.rank(contact)
            floor.arm_plan(contact)
            floor.arm_speech(contact)
        floor.wait(contact, "overflow", contact.queued_at)
        if move and target.music != before.music:
            floor.out.append(c.KeepWaiting(contact.id, contact.call, target.music))

    # -- going out -----------------------------------------------------------------------------------------------------
    def time_out(self, contact: Contact) -> None:
        """The time limit came, also while a phone rings."""
        self.leave(contact, Occasion.TIMED_OUT)

    def leave(self, contact: Contact, occasion: Occasion) -> None:
        """The contact goes by its queue's exit for this occasion. It has just arrived, comes from a flow, or waits."""
        queue = contact.home
        assert queue is not None
        if self.flow_exit is not None and self.flow_exit(contact, occasion):
            return
        found: dict[Occasion, Exit] = {
            Occasion.FULL: queue.when_full,
            Occasion.UNSTAFFED: queue.when_unstaffed or Exit(),
            Occasion.TIMED_OUT: queue.when_timed_out,
            Occasion.WISHED: Exit(ExitKind.CALLBACK),
        }
        self._go_by(contact, queue, found[occasion], occasion)

    def _go_by(self, contact: Contact, queue: Queue, way: Exit, occasion: Occasion) -> None:
        floor = self._floor
        carrier = self.exits.get(way.kind)
        waited = floor.now - contact.queued_at
        contact.visited = (*contact.visited, queue.id)
        if way.kind is ExitKind.OVERFLOW:
            target = floor.queues.get(way.target or "")
            if target is not None and target.id not in contact.visited:
                floor.out.append(c.QueueLeft(contact.id, queue.id, occasion, way.kind, way.target, waited))
                self._go_over(contact, target, occasion)
                return
        elif carrier is not None:
            floor.out.append(c.QueueLeft(contact.id, queue.id, occasion, way.kind, way.target, waited))
            if carrier(contact, queue, way, occasion):
                return
            floor.out.pop()  # it was not taken, and nothing else was done
        prompt = way.target if way.kind is ExitKind.MESSAGE else None
        floor.out.append(c.QueueLeft(contact.id, queue.id, occasion, ExitKind.MESSAGE, prompt, waited))
        self._close(contact, occasion, prompt)

    def _go_over(self, contact: Contact, target: Queue, occasion: Occasion) -> None:
        """Go on in another queue, whose own limits hold."""
        floor = self._floor
        entering = contact.state not in _IN_QUEUE
        if not entering and contact.queue is not None and contact.queue.id == target.id:
            # It waits there already, by a step of the plan: that queue's plan holds from now on.
            contact.home, contact.plan_from, contact.stepped = target, floor.now, -1.0
            floor.rank(contact)
            floor.arm_plan(contact)
            return
        contact.skill = None
        if entering:
            floor.settle_in(contact, target, floor.now)
        else:
            self.withdraw(contact, "overflow", stop=False)
        # Whoever may take it is looked for by what holds in the new queue.
        refused = self.refusal(target)
        if refused is not None and not (entering and floor.selection.find_agent(contact) is not None):
            contact.home = target
            self.leave(contact, refused)
            return
        if not entering:
            self._go_on_in(contact, target, occasion, move=True, home=True)
            return
        told = contact.queued_at if contact.queued_at < floor.now else None
        floor.wait(contact, "flow" if contact.state is _C.IN_FLOW else "arrival", told)
        floor.out.append(c.KeepWaiting(contact.id, contact.call, target.music))

    def withdraw(self, contact: Contact, why: str, *, stop: bool = True) -> None:
        """Nobody's phone rings for the contact any more; its agent is ready again once this event is done. ``stop``:
        its wait is over, too."""
        floor, offer = self._floor, contact.offer
        if contact.state not in _IN_QUEUE:
            return
        if stop:
            floor.stop_waiting(contact)
        contact.ticket = 0
        if offer is not None:
            floor.end_ringing(offer, "withdraw", why, cancel=True)
            floor.freed.append((offer.agent, offer.agent.idle_since))

    def _close(self, contact: Contact, occasion: Occasion, prompt: str | None) -> None:
        """The closing message, and a callback from here on."""
        floor, rules = self._floor, self._floor.rules
        outcome, reason, callback = _CLOSINGS[occasion]
        usual = {Occasion.FULL: rules.full_prompt, Occasion.UNSTAFFED: rules.unstaffed_prompt}
        self.withdraw(contact, "timed_out" if occasion is Occasion.TIMED_OUT else reason)
        floor.announce(contact, prompt or usual.get(occasion, rules.timed_out_prompt), outcome, reason)
        floor.record_callback(contact, callback)

    # -- speaking ------------------------------------------------------------------------------------------------------
    def speak(self, contact: Contact) -> None:
        """Something is to be said to a waiting caller."""
        floor, queue = self._floor, contact.queue
        assert queue is not None
        if contact.spoken is not None and floor.now < contact.spoken_until:
            contact.speak_at = contact.spoken_until  # said when that ends, or when nobody tells that it did
            floor.deadlines.set(contact.spoken_until, Deadline.SPEAK, contact.id)
            return
        contact.spoken = None
        status, comforts = due_announcements(queue, contact.placed_at, contact.said_to, floor.now)
        contact.said_to = floor.now
        floor.arm_speech(contact)
        if contact.state is _C.OFFERED:
            return
        place, expected, parts = self._status(contact, queue) if status else (None, None, ())
        messages = tuple(comfort.prompt for comfort in comforts)
        if not (parts or messages):
            return
        floor.out.append(c.WaitAnnounced(contact.id, queue.id, place, expected, messages))
        if len(messages) == 1 and not parts:
            floor.say(contact, messages[0])
        else:
            floor.say(contact, ANNOUNCEMENT, (*parts, *messages))

    def _status(self, contact: Contact, queue: Queue) -> tuple[int | None, float | None, tuple[str, ...]]:
        """Place, expected wait and the prompts that say them."""
        language = self._floor.rules.spoken_language
        place = 1 + sum(1 for other in self._waiting_in(queue.id) if other.key < contact.key)
        expected = self.expected(queue, place) if queue.say_wait else None
        parts: list[str] = []
        if queue.say_position:
            parts += ["position_before", *say_number(place, language), "position_after"]
        if expected is not None:
            parts += ["wait_before", *say_minutes(expected, language)]
        if queue.offer_callback and ExitKind.CALLBACK in self.exits:
            parts.append("callback_offer")
        return place if queue.say_position else None, expected, tuple(parts)

    def expected(self, queue: Queue, place: int) -> float | None:
        """How long (seconds) the caller in this place of a queue will probably wait; None when nobody serves it."""
        floor = self._floor
        waited_for = frozenset(
            contact.skill or contact.queue.skill
            for contact in floor.contacts.values()
            if contact.state is _C.WAITING and contact.queue is not None
        )
        working = (
            tuple(skill for skill, _ in agent.skills) for agent in floor.agents.values() if agent.state in _TAKING_CALLS
        )
        handling = floor.handling.get(queue.id, floor.rules.usual_handling)
        return expected_wait(place, handling, serving(queue.skill, working, waited_for))

    def prompt_finished(self, contact: Contact, prompt: str) -> None:
        """What was said to a waiting caller is over; what came due meanwhile follows."""
        if contact.spoken != prompt:
            return
        contact.spoken = None
        if contact.speak_at is not None and contact.state is _C.WAITING:
            self._floor.arm_speech(contact)
            if contact.speak_at is not None and contact.speak_at <= self._floor.now:
                self.speak(contact)

    # -- keys ----------------------------------------------------------------------------------------------------------
    def digit_pressed(self, contact: Contact, digit: str) -> None:
        """A waiting caller pressed a key."""
        queue = contact.queue
        if queue is None or digit != CALLBACK_KEY or not queue.offer_callback or ExitKind.CALLBACK not in self.exits:
            return
        if contact.number:  # who hides it cannot be called, and waits on
            self.leave(contact, Occasion.WISHED)
