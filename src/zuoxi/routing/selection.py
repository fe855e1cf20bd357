"""Who gets which call.

Waiting calls lie in one heap per skill that may serve them (the queue's skill, and the VIP group's skill for a VIP) and
in one per agent for the agent of the last order. Ready agents lie in one heap per skill they have. Nothing is ever
taken out of the middle: each entry carries the ticket its owner had when it was put in, and an entry whose ticket is
no longer the owner's is dropped when it comes to the top. So a decision costs O(k + log n) for an agent of k skills.

A waiting call's key never changes while it waits: with ageing, priority p + waited/s grows by the same amount for
everybody, so ``queued_at - p * s`` orders the calls for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import Protocol, TypeVar

from zuoxi.routing.model import AgentState, ContactState
from zuoxi.routing.records import Agent, Contact

VIP_GROUP, LAST_AGENT, QUEUE, TRANSFER = "vip_group", "last_agent", "queue", "transfer"
_READY, _WAITING = AgentState.READY, ContactState.WAITING


class _Ticketed(Protocol):
    ticket: int


_T = TypeVar("_T", bound=_Ticketed)
# (order, order, order, ticket, owner): tickets are unique, so owners are never compared.
_Entry = tuple[float, float, int, int, _T]


class _Heap(list[_Entry[_T]]):
    """A heap that forgets its stale entries once it has doubled, so that it never outgrows what is alive."""

    __slots__ = ("sweep_at",)

    def __init__(self) -> None:
        super().__init__()
        self.sweep_at = 64

    def put(self, entry: _Entry[_T]) -> None:
        if len(self) >= self.sweep_at:
            self[:] = [kept for kept in self if kept[4].ticket == kept[3]]
            heapify(self)
            self.sweep_at = 64 + 2 * len(self)
        heappush(self, entry)

    def first(self) -> _Entry[_T] | None:
        while self:
            entry = self[0]
            if entry[4].ticket == entry[3]:
                return entry
            heappop(self)
        return None


def waiting_key(priority: int, queued_at: float, sequence: int, ageing: float | None) -> tuple[float, float, int]:
    """Order among waiting calls, smaller first: by priority, then longest wait; with ``ageing`` seconds of waiting
    outweighing a point of priority, by the line both follow."""
    if ageing is None:
        return (-priority, queued_at, sequence)
    return (queued_at - priority * ageing, queued_at, sequence)


class Selection:
    """The waiting calls and the ready agents, kept so that the best match is at the top."""

    __slots__ = ("_agents", "_ready", "_waiting", "_wanted", "tickets")

    def __init__(self, agents: dict[str, Agent]) -> None:
        self._agents = agents
        self._waiting: dict[str, _Heap[Contact]] = {}
        self._wanted: dict[str, _Heap[Contact]] = {}
        self._ready: dict[str, _Heap[Agent]] = {}
        self.tickets = 0

    def add_contact(self, contact: Contact) -> None:
        """From now on ``contact`` waits (its ``ticket`` set to 0 takes it out)."""
        self.tickets = contact.ticket = self.tickets + 1
        self._put_contact(contact)

    def _put_contact(self, contact: Contact) -> None:
        queue = contact.queue
        assert queue is not None
        entry = (*contact.key, contact.ticket, contact)
        skill = contact.skill or queue.skill
        self._heap(self._waiting, skill).put(entry)
        if contact.vip_skill is not None and contact.vip_skill != skill:
            self._heap(self._waiting, contact.vip_skill).put(entry)
        if contact.last_agent is not None:
            self._heap(self._wanted, contact.last_agent).put(entry)

    def add_agent(self, agent: Agent) -> None:
        """From now on ``agent`` is ready (its ``ticket`` set to 0 takes it out)."""
        self.tickets = agent.ticket = self.tickets + 1
        self._put_agent(agent)

    def _put_agent(self, agent: Agent) -> None:
        for skill, level in agent.skills:
            heap = self._ready.get(skill)
            if heap is None:
                heap = self._ready[skill] = _Heap()
            heap.put((-level, agent.idle_since, agent.ticket, agent.ticket, agent))

    @staticmethod
    def _heap(heaps: dict[str, _Heap[_T]], name: str) -> _Heap[_T]:
        heap = heaps.get(name)
        if heap is None:
            heap = heaps[name] = _Heap()
        return heap

    def find_contact(self, agent: Agent) -> Contact | None:
        """The waiting call that ``agent`` should take now: of all that the agent may take, the first by key."""
        best: _Entry[Contact] | None = None
        waiting = self._waiting
        for skill, _ in agent.skills:
            heap = waiting.get(skill)
            # Inlined ``first``: this loop is the router's hottest.
            while heap:
                entry = heap[0]
                if entry[4].ticket == entry[3]:
                    if best is None or entry < best:
                        best = entry
                    break
                heappop(heap)
        wanted = self._wanted.get(agent.id)
        if wanted is not None:
            own = wanted.first()
            if own is None:
                del self._wanted[agent.id]
            elif best is None or own < best:
                best = own
        return None if best is None else best[4]

    def find_agent(self, contact: Contact) -> tuple[Agent, str] | None:
        """The ready agent for ``contact`` and why: VIP group, then the last order's agent, then the queue's skill."""
        if contact.vip_skill is not None:
            agent = self._best(contact.vip_skill)
            if agent is not None:
                return agent, VIP_GROUP
        if contact.last_agent is not None:
            agent = self._agents.get(contact.last_agent)
            if agent is not None and agent.state is _READY and agent.ticket:
                return agent, LAST_AGENT
        assert contact.queue is not None
        agent = self._best(contact.skill or contact.queue.skill)
        return None if agent is None else (agent, QUEUE)

    def is_ready(self, skill: str) -> bool:
        """Whether an agent with this skill is ready."""
        return self._best(skill) is not None

    def _best(self, skill: str) -> Agent | None:
        heap = self._ready.get(skill)
        if heap is None:
            return None
        entry = heap.first()
        return None if entry is None else entry[4]

    def reason(self, contact: Contact, agent: Agent) -> str:
        """Why ``agent`` may take ``contact``, in the order of ``find_agent``."""
        if contact.vip_skill is not None:
            for skill, _ in agent.skills:
                if skill == contact.vip_skill:
                    return VIP_GROUP
        return LAST_AGENT if contact.last_agent == agent.id else QUEUE

    def rebuild(self, contacts: Iterable[Contact], agents: Iterable[Agent]) -> None:
        """Fill the heaps anew (configuration changed, or restored from a snapshot); tickets stay as they are."""
        self._waiting.clear()
        self._wanted.clear()
        self._ready.clear()
        for contact in contacts:
            if contact.state is _WAITING:
                self._put_contact(contact)
        for agent in agents:
            if agent.state is _READY and agent.ticket:  # without one, held for a callback
                self._put_agent(agent)
