"""What of a call's sound is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zuoxi.recordings.rules import CallFacts, begun_between, kept_from_s

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def facts(answered: float | None, ended: float | None, outcome: str | None = "answered", **more: bool) -> CallFacts:
    return CallFacts(
        started_at=START,
        answered_at=None if answered is None else START + timedelta(seconds=answered),
        ended_at=None if ended is None else START + timedelta(seconds=ended),
        outcome=outcome,
        **more,
    )


@pytest.mark.parametrize(
    ("call", "keep_waiting", "sound_s", "kept"),
    [
        (facts(30, 90), True, 90, 0),  # the whole call, waiting too
        (facts(None, 20, "abandoned"), True, 20, 0),
        (facts(30, 90), False, 90, 29.8),  # from the agent's answer
        (facts(None, 20, "abandoned"), False, 20, None),
        (facts(None, 5, "blocked"), False, 5, None),
        (facts(30, 90, answered_before_waiting=False), True, 90, 29.8),  # waited unanswered
        (facts(None, 20, "abandoned", answered_before_waiting=False), True, 20, None),
        (facts(None, 140, "timed_out", answered_before_waiting=False), True, 140, 0),
        (facts(30, 90), False, 65, 4.8),  # the engine wrote nothing for 25 s of the wait
        (facts(30, 90), False, 130, 69.8),  # it had waited in the engine for 40 s before
        (facts(30, 90, crashed=True), False, 61, 29.8),  # the end is not to be relied on
        (facts(30, None, None, crashed=True), False, 61, 29.8),
        (facts(0.1, 60), False, 60, 0),
    ],
)
def test_kept_from(call: CallFacts, keep_waiting: bool, sound_s: float, kept: float | None) -> None:
    found = kept_from_s(call, keep_waiting, sound_s)
    assert found is None if kept is None else found == pytest.approx(kept)


def test_the_name_of_a_call_says_when_it_began() -> None:
    written = datetime.fromtimestamp(1763805000, UTC)
    for name in ("1763800000.12", "zuoxi-1763800000.7"):
        first, last = begun_between(name, written)
        assert first <= datetime.fromtimestamp(1763800000, UTC) <= last
        assert last - first < timedelta(hours=5)
    first, last = begun_between("call-a", written)
    assert first < written < last
