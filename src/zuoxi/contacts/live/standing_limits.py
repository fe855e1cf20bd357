"""How ``standing`` folds paused recordings, extended wrap-ups and breaks over their limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from zuoxi.contacts.live.standing_records import AgentStanding, ContactStanding
from zuoxi.routing import commands as c


class Standing(Protocol):
    """What is needed here of how things stand (``standing.Standing``)."""

    contacts: dict[str, ContactStanding]

    def agent(self, agent: str) -> AgentStanding: ...


def _paused(standing: Standing, fact: c.RecordingPaused, at: float) -> None:
    contact = standing.contacts[fact.contact]
    contact.paused_by, contact.paused_until = fact.agent, fact.until
    contact.pauses += 1


def _resumed(standing: Standing, fact: c.RecordingResumed, at: float) -> None:
    contact = standing.contacts.get(fact.contact)
    if contact is not None:
        contact.paused_by = contact.paused_until = None


def _extended(standing: Standing, fact: c.WrapUpExtended, at: float) -> None:
    agent = standing.agent(fact.agent)
    agent.wrap_up_ends_at, agent.extensions_left = fact.ends_at, fact.left


def _limit_reached(standing: Standing, fact: c.BreakLimitReached, at: float) -> None:
    standing.agent(fact.agent).overstayed.append(fact.what)


LIMIT_FACTS: Mapping[type, Any] = {
    c.RecordingPaused: _paused,
    c.RecordingResumed: _resumed,
    c.WrapUpExtended: _extended,
    c.BreakLimitReached: _limit_reached,
}
