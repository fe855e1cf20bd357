"""The conversation laid over its sound."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from zuoxi.recordings.timeline import Gap, Happened, Stretch, lay_over, named

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def happened(after_s: float, kind: str, **more: str) -> Happened:
    return Happened(at=START + timedelta(seconds=after_s), kind=kind, **more)


def test_one_conversation_through_hold_and_transfer() -> None:
    line = lay_over(
        [
            happened(-0.2, "ContactStarted"),
            happened(-0.2, "ContactQueued", queue="订购"),
            happened(3, "ContactOffered", agent="陈晓"),
            happened(5, "ContactAnswered", agent="陈晓"),
            happened(20, "ContactHeld", agent="陈晓"),
            happened(26, "ContactResumed", agent="陈晓"),
            happened(30, "ContactTransferred", agent="陈晓", queue="售后"),
            happened(30, "ContactQueued", queue="售后"),
            happened(41, "ContactAnswered", agent="林悦"),
            happened(60, "ContactEnded"),
        ],
        START,
        60.0,
    )
    assert line.stretches == (
        Stretch(0.0, 5.0, "waiting", None),
        Stretch(5.0, 20.0, "talking", "陈晓"),
        Stretch(20.0, 26.0, "held", "陈晓"),
        Stretch(26.0, 30.0, "talking", "陈晓"),
        Stretch(30.0, 41.0, "waiting", None),
        Stretch(41.0, 60.0, "talking", "林悦"),
    )
    assert [(mark.at_s, mark.kind, mark.to) for mark in line.marks if mark.kind == "ContactTransferred"] == [
        (30.0, "ContactTransferred", "售后")
    ]
    assert "ContactOffered" not in {mark.kind for mark in line.marks}


def test_who_takes_over_talks_and_who_joins_is_marked_and_who_listens_is_not() -> None:
    assert named("PartyChanged", "barging") == named("PartyChanged", "conference") == "PartyJoined"
    assert named("PartyChanged", "listening") == "PartyChanged"
    line = lay_over(
        [
            happened(0, "ContactAnswered", agent="陈晓"),
            happened(5, named("PartyChanged", "whispering"), agent="班长"),
            happened(10, named("PartyChanged", "barging"), agent="班长"),
            happened(20, "ContactTakenOver", agent="班长"),
        ],
        START,
        30.0,
    )
    assert [(mark.at_s, mark.kind) for mark in line.marks] == [
        (0.0, "ContactAnswered"),
        (10.0, "PartyJoined"),
        (20.0, "ContactTakenOver"),
    ]
    assert line.stretches == (Stretch(0.0, 20.0, "talking", "陈晓"), Stretch(20.0, 30.0, "talking", "班长"))


def test_pauses_are_gaps_and_one_without_an_end_lasts() -> None:
    line = lay_over(
        [
            happened(0, "ContactAnswered", agent="陈晓"),
            happened(10, "RecordingPaused", agent="陈晓"),
            happened(11, "RecordingPaused", agent="陈晓"),
            happened(25, "RecordingResumed", agent="陈晓"),
            happened(50, "RecordingPaused", agent="陈晓"),
        ],
        START,
        60.0,
    )
    assert line.gaps == (Gap(10.0, 25.0), Gap(50.0, 60.0))
    assert line.stretches == (Stretch(0.0, 60.0, "talking", "陈晓"),)


def test_everything_lies_within_the_sound() -> None:
    """Kept from the answer on, and cut off by a crash."""
    line = lay_over(
        [
            happened(-40, "ContactQueued", queue="订购"),
            happened(0.1, "ContactAnswered", agent="陈晓"),
            happened(90, "ContactHeld", agent="陈晓"),
            happened(120, "ContactEnded"),
        ],
        START,
        30.0,
    )
    assert line.stretches == (Stretch(0.0, 0.1, "waiting", None), Stretch(0.1, 30.0, "talking", "陈晓"))
    assert {mark.kind for mark in line.marks} == {"ContactQueued", "ContactAnswered"}
    assert lay_over([], START, 30.0).stretches == ()
