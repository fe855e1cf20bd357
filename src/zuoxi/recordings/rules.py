"""What of a call's sound is kept: pure decisions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Asterisk names a channel after the second it began: «1763800000.12», a system name may stand before it.
_NAME = re.compile(r"(?:^|-)(\d{9,11})\.\d+$")
_EARLIER_S = 0.2  # so that a first word is never cut
# Who hears one of these heard a message of ours on an answered line, without ever having talked to anybody.
_HEARD_A_MESSAGE = frozenset({"timed_out", "blocked", "closed", "served", "voicemail", "failed", "turned_away"})


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the event log says of a call. ``answered_at``: when an agent first answered. ``crashed``: its end was not
    seen when it happened (the engine died), so ``ended_at`` says little about the sound. ``message_at``: when the
    message began that the caller left, if one was."""

    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    answered_before_waiting: bool = True
    crashed: bool = False
    message_at: datetime | None = None


def kept_from_s(facts: CallFacts, keep_waiting: bool, sound_s: float) -> float | None:
    """From which second of ``sound_s`` seconds of raw sound a call is kept; None: nothing of it is.

    A call is kept from our answer to its end; with ``keep_waiting`` False from the agent's answer. Where callers wait
    unanswered, our answer is the agent's, or that of the closing message.
    """
    if keep_waiting and facts.answered_before_waiting:
        return 0.0
    if facts.answered_at is None and facts.message_at is not None and not keep_waiting:
        return _into(facts, facts.message_at, sound_s)
    if facts.answered_at is None:
        return 0.0 if keep_waiting and facts.outcome in _HEARD_A_MESSAGE else None
    return _into(facts, facts.answered_at, sound_s)


def _into(facts: CallFacts, moment: datetime, sound_s: float) -> float:
    """A little before how many seconds into the sound the moment lies."""
    if facts.ended_at is not None and not facts.crashed:
        # The end is where both clocks agree: before the answer the engine may have written less than passed, or the
        # call may have waited in the engine before it became ours.
        seconds = sound_s - (facts.ended_at - moment).total_seconds()
    else:
        seconds = (moment - facts.started_at).total_seconds()
    return max(0.0, seconds - _EARLIER_S)


def begun_between(call: str, written_at: datetime) -> tuple[datetime, datetime]:
    """Between which moments the contact of a raw file must have started: told by its name, or else by the time of its
    last write, with half a day for the longest call."""
    named = _NAME.search(call)
    if named:
        second = datetime.fromtimestamp(int(named.group(1)), UTC)
        # a call waits in the engine while the switchboard is away, and starts for us when that is back
        return second - timedelta(seconds=5), second + timedelta(hours=4)
    return written_at - timedelta(hours=12), written_at + timedelta(minutes=5)
