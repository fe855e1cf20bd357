"""How ``standing`` folds paused recordings, extended wrap-ups, breaks over their limit and how calls sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from zuoxi.contacts.live.standing_records import AgentStanding, ContactStanding
from zuoxi.routing import commands as c
from zuoxi.routing.quality import GOOD


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


def _quality_changed(standing: Standing, fact: c.CallQualityChanged, at: float) -> None:
    quality = standing.contacts[fact.contact].quality
    quality.pop(fact.side, None)
    if fact.state != GOOD:
        quality[fact.side] = {"state": fact.state, "what": fact.what}


LIMIT_FACTS: Mapping[type, Any] = {
    c.RecordingPaused: _paused,
    c.RecordingResumed: _resumed,
    c.WrapUpExtended: _extended,
    c.BreakLimitReached: _limit_reached,
    c.CallQualityChanged: _quality_changed,
}
