"""Watches how long agents are not ready, against the limits of the reason they gave.

A limit that is reached is an event of the router, so that it stands in the journal and every later figure can be made
from it; whether agent and supervisors are told besides is a setting of the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zuoxi.contacts.live.day_book import DayBook
from zuoxi.contacts.live.domain import Domain, Step
from zuoxi.contacts.live.standing_records import AgentStanding
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.breaks import DAY, STAY
from zuoxi.routing.model import AgentState

Frame = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BreakEnd:
    """When a stay reaches a limit: ``at`` seconds since the epoch, ``what`` stay or day, ``limit`` in seconds."""

    at: float
    what: str
    limit: float


def break_ends(
    since: float, away_before: float, today_since: float, stay_limit: float | None, day_limit: float | None
) -> list[BreakEnd]:
    """When a stay that began at ``since`` reaches its limits, the earlier one first. ``away_before``: seconds of
    earlier stays of today; ``today_since``: from when the present one counts for today (midnight, if it began
    before)."""
    found = []
    if stay_limit is not None:
        found.append(BreakEnd(since + stay_limit, STAY, stay_limit))
    if day_limit is not None:
        found.append(BreakEnd(today_since + max(0.0, day_limit - away_before), DAY, day_limit))
    return sorted(found, key=lambda end: end.at)


class BreakWatch:
    """One per domain. Who can reach the desks sets ``changed`` and ``reached``."""

    def __init__(self, domain: Domain, day: DayBook) -> None:
        self._domain = domain
        self._day = day
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._shown: dict[str, Frame | None] = {}
        self.changed: Callable[[str], None] | None = None  # hears of agents whose break ends at another time now
        self.reached: Callable[[c.BreakLimitReached], None] | None = None  # hears of limits that warn
        domain.listen(self._happened)
        day.when_read(self.look)

    def look(self) -> None:
        """Look at every agent anew: the settings, or what is known of the day, may have changed."""
        for agent in list(self._domain.standing.agents.values()):
            if agent.state is AgentState.NOT_READY:
                self._watch(agent)
                shown = self.frame(agent.id)
                if self.changed is not None and self._shown.get(agent.id) != shown:
                    self.changed(agent.id)
                self._shown[agent.id] = shown

    def frame(self, agent_id: str) -> Frame | None:
        """For desk and floor: the end that matters for an agent's present stay; None without a limit."""
        agent = self._domain.standing.agents.get(agent_id)
        ends = [] if agent is None else self._ends(agent)
        if not ends:
            return None
        reason = self._reason(agent.reason if agent else None)
        return {"ends_at": ends[0].at, "what": ends[0].what, "warns": bool(reason and reason.get("warns", True))}

    def _happened(self, step: Step) -> None:
        for command in step.commands:
            if isinstance(command, c.AgentStateChanged):
                self._watch(self._domain.standing.agent(command.agent))
            elif isinstance(command, c.BreakLimitReached):
                reason = self._reason(command.reason)
                if self.reached is not None and reason is not None and reason.get("warns", True):
                    self.reached(command)
                self._watch(self._domain.standing.agent(command.agent))
        if isinstance(step.event, e.ConfigurationLoaded):
            self.look()

    def _reason(self, code: str | None) -> Mapping[str, Any] | None:
        settings = self._domain.settings
        rows = () if settings is None else settings.names.reasons
        return next((row for row in rows if row["code"] == code), None)

    def _ends(self, agent: AgentStanding) -> list[BreakEnd]:
        reason = self._reason(agent.reason) if agent.state is AgentState.NOT_READY else None
        if reason is None:
            return []
        stay, day_limit = reason.get("stay_limit_s"), reason.get("day_limit_s")
        if day_limit is not None and not self._day.known:
            self._day.want()
            day_limit = None
        day = self._day.of(agent.id)
        before = day.away_s.get(agent.reason or "", 0.0)
        return break_ends(agent.since, before, day.away_since or agent.since, stay, day_limit)

    def _watch(self, agent: AgentStanding) -> None:
        timer = self._timers.pop(agent.id, None)
        if timer is not None:
            timer.cancel()
        end = next((end for end in self._ends(agent) if end.what not in agent.overstayed), None)
        if end is not None and agent.reason is not None:
            delay = max(0.0, end.at - self._domain.now())
            event = e.BreakLimitPassed(agent.id, agent.reason, end.what, end.limit)
            self._timers[agent.id] = asyncio.get_running_loop().call_later(delay, self._passed, event)

    def _passed(self, event: e.BreakLimitPassed) -> None:
        self._timers.pop(event.agent, None)
        agent = self._domain.standing.agents.get(event.agent)
        ends = [] if agent is None else self._ends(agent)
        due = next((end for end in ends if end.what == event.what), None)
        if agent is None or due is None or agent.reason != event.reason:
            return
        if due.at > self._domain.now() + 0.05:
            self._watch(agent)  # midnight, or a longer limit, came between
        else:
            self._domain.feed(event)
