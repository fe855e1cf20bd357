"""Limits that agents run into by themselves: a wrap-up that takes longer, a break that does."""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import AgentState

STAY, DAY = "stay", "day"


class Breaks:
    """Puts off the end of wrap-ups, and states which breaks have become too long."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def extension_requested(self, event: e.WrapUpExtensionRequested) -> None:
        floor, agent = self._floor, self._floor.agents.get(event.agent)
        if agent is None or agent.state is not AgentState.WRAP_UP or agent.contact != event.contact:
            floor.refuse(event.agent, "extend_wrap_up", "routing.not_in_wrap_up")
            return
        if agent.wrap_up_ends_at is None:
            floor.refuse(event.agent, "extend_wrap_up", "routing.wrap_up_unlimited")
            return
        if agent.extensions_left < 1 or agent.extension <= 0:
            floor.refuse(event.agent, "extend_wrap_up", "routing.no_extension_left")
            return
        agent.extensions_left -= 1
        agent.wrap_up_ends_at += agent.extension
        floor.deadlines.set(agent.wrap_up_ends_at, Deadline.WRAP_UP, agent.id)
        floor.out.append(c.WrapUpExtended(agent.id, event.contact, agent.wrap_up_ends_at, agent.extensions_left))

    def limit_passed(self, event: e.BreakLimitPassed) -> None:
        agent = self._floor.agents.get(event.agent)
        if agent is None or agent.state is not AgentState.NOT_READY or agent.reason != event.reason:
            return  # back meanwhile
        told = agent.overstayed.split()
        if event.what not in told:
            agent.overstayed = " ".join((*told, event.what))
            self._floor.out.append(c.BreakLimitReached(agent.id, event.reason, event.what, event.limit))
