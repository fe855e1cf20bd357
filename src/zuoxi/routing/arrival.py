"""What an arriving call is before anybody looks for an agent: the first lines of the decision table, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zuoxi.routing.model import Caller, Hotline, LastOrder, MetRule, Outcome, Reach, RefuseWith, RuleAction, Rules

# A caller stays in the switch's own waiting loop while nobody is there to route; longer than this nobody does, so an
# older time is the mark of a clock that is wrong, not of patience.
OLDEST_ARRIVAL = 3600.0


def arrived_at(since: float | None, now: float) -> float:
    """The moment from which a caller counts as waiting (seconds since the epoch): ``since``, the switch's word, when it
    lies in the last hour; else ``now`` (no time told, the future, a far past, no number at all)."""
    return since if since is not None and now - OLDEST_ARRIVAL <= since <= now else now


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A reason to play a message and release. ``reason`` is the contact's end reason, ``prompt`` the setting in Rules
    that names the message, ``when`` the condition in words."""

    reason: str
    outcome: Outcome
    when: str
    applies: Callable[[Caller, Hotline | None, bool], bool]
    prompt: str

    def message(self, rules: Rules) -> str | None:
        """The prompt to play; None: release at once."""
        prompt: str | None = getattr(rules, self.prompt)
        return prompt


def blocking(caller: Caller) -> MetRule | None:
    """The rule that turns this call away, if any: the first that does."""
    return next((met for met in caller.rules if met.action is RuleAction.BLOCK), None)


def refusal(caller: Caller, rules: Rules) -> RefuseWith:
    """How a blocked caller is turned away: as the rule says, or for the blacklist as the setting does."""
    met = None if caller.blacklisted else blocking(caller)
    return rules.refuse_with if met is None else met.refuse_with


# In this order; the first that applies decides.
DISMISSALS: tuple[Dismissal, ...] = (
    Dismissal(
        "blacklist",
        Outcome.BLOCKED,
        "the caller is blacklisted",
        lambda caller, hotline, is_open: caller.blacklisted,
        "blocked_prompt",
    ),
    Dismissal(
        "caller_rule",
        Outcome.BLOCKED,
        "a rule against callers turns the caller away",
        lambda caller, hotline, is_open: blocking(caller) is not None,
        "blocked_prompt",
    ),
    Dismissal(
        "out_of_hours",
        Outcome.CLOSED,
        "the hotline is closed at this hour",
        lambda caller, hotline, is_open: not is_open,
        "closed_prompt",
    ),
    Dismissal(
        "unknown_hotline",
        Outcome.FAILED,
        "nobody knows the dialled number",
        lambda caller, hotline, is_open: hotline is None,
        "unknown_prompt",
    ),
)


def dismissal(caller: Caller, hotline: Hotline | None, is_open: bool) -> Dismissal | None:
    """Why this call is not queued at all; None when it is."""
    for row in DISMISSALS:
        if row.applies(caller, hotline, is_open):
            return row
    return None


def returning_to(last_order: LastOrder | None, line: str, rules: Rules) -> str | None:
    """The agent of the last order, when the settings for reach and age admit that order; else None."""
    if last_order is None or rules.last_agent_reach is Reach.OFF:
        return None
    if rules.last_agent_reach is Reach.SAME_LINE and last_order.line != line:
        return None
    if rules.last_agent_max_age is not None and last_order.age > rules.last_agent_max_age:
        return None
    return last_order.agent
