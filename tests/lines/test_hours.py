"""When a hotline is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zuoxi.lines.errors import HoursUnreadable
from zuoxi.lines.rules import DayKind, Hours, Span, SpecialDay, hours_from_json, hours_to_json, is_open_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKDAYS = hours_from_json(
    {"weekly": {day: [["09:00", "12:00"], ["13:30", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-20 08:59:59", False),  # a Friday
        ("2026-11-20 09:00", True),
        ("2026-11-20 11:59:59", True),
        ("2026-11-20 12:00", False),
        ("2026-11-20 20:59", True),
        ("2026-11-20 21:00", False),
        ("2026-11-21 10:00", False),  # a Saturday
    ],
)
def test_weekly_hours_include_their_start_and_not_their_end(moment: str, open_: bool) -> None:
    assert is_open_at(WORKDAYS, {}, SHANGHAI, at(moment)) is open_


def test_hours_count_in_the_zone_of_the_tenant() -> None:
    # 01:30 UTC is 09:30 in Shanghai, and still the evening before in New York
    moment = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    assert is_open_at(WORKDAYS, {}, SHANGHAI, moment)
    assert is_open_at(WORKDAYS, {}, ZoneInfo("America/New_York"), moment)  # 20:30 on Thursday
    assert not is_open_at(WORKDAYS, {}, ZoneInfo("Europe/Berlin"), moment)  # 02:30


def test_a_span_over_midnight_belongs_to_the_day_it_began() -> None:
    hours = hours_from_json({"weekly": {"sat": [["20:00", "02:00"]]}})
    assert is_open_at(hours, {}, SHANGHAI, at("2026-11-21 23:30"))
    assert is_open_at(hours, {}, SHANGHAI, at("2026-11-22 01:59"))  # Sunday, of Saturday's span
    assert not is_open_at(hours, {}, SHANGHAI, at("2026-11-22 02:00"))
    assert not is_open_at(hours, {}, SHANGHAI, at("2026-11-21 01:00"))  # Friday has none


def test_holidays_close_and_make_up_days_work() -> None:
    days = {
        date(2026, 10, 1): SpecialDay(DayKind.HOLIDAY, "国庆节"),
        date(2026, 10, 2): SpecialDay(DayKind.HOLIDAY, "国庆节", spans=(Span(600, 660),)),
        date(2026, 10, 10): SpecialDay(DayKind.MAKE_UP, "调休", like=4),
    }
    assert not is_open_at(WORKDAYS, days, SHANGHAI, at("2026-10-01 10:00"))
    assert is_open_at(WORKDAYS, days, SHANGHAI, at("2026-10-02 10:30"))
    assert not is_open_at(WORKDAYS, days, SHANGHAI, at("2026-10-02 09:30"))
    assert is_open_at(WORKDAYS, days, SHANGHAI, at("2026-10-10 10:00"))  # a Saturday that works as a Friday
    assert WORKDAYS is not None
    always = Hours(WORKDAYS.week, keep_holidays=False)
    assert is_open_at(always, days, SHANGHAI, at("2026-10-01 10:00"))


def test_no_hours_is_always_open() -> None:
    assert is_open_at(None, {date(2026, 10, 1): SpecialDay(DayKind.HOLIDAY)}, SHANGHAI, at("2026-10-01 03:00"))


@pytest.mark.parametrize(
    "stored",
    [
        [],
        {"weekly": {"monday": []}},
        {"weekly": {"mon": [["9:00", "21:00"]]}},
        {"weekly": {"mon": [["09:00", "24:30"]]}},
        {"weekly": {"mon": [["09:00", "13:00"], ["12:00", "21:00"]]}},
        {"weekly": {"mon": [["09:00"]]}},
        {"weekly": {"mon": [["09:60", "21:00"]]}},
    ],
)
def test_unreadable_hours_name_their_place(stored: object) -> None:
    with pytest.raises(HoursUnreadable) as refusal:
        hours_from_json(stored)
    assert refusal.value.data["place"] in refusal.value.message("zh-CN")


spans = st.lists(st.integers(0, 1440), min_size=0, max_size=6, unique=True).map(
    lambda minutes: tuple(Span(a, b) for a, b in zip(sorted(minutes)[::2], sorted(minutes)[1::2], strict=False))
)


@given(st.tuples(*[spans] * 7), st.integers(0, 14 * 24 * 60 - 1))
def test_stored_hours_are_read_back_and_agree_with_a_reading_minute_by_minute(
    week: tuple[tuple[Span, ...], ...], minute: int
) -> None:
    hours = Hours(week)
    assert hours_from_json(hours_to_json(hours)) == hours
    monday = datetime(2026, 11, 16, tzinfo=SHANGHAI)
    moment = monday + timedelta(minutes=minute)
    of_day = week[(minute // 1440) % 7]
    assert is_open_at(hours, {}, SHANGHAI, moment) == any(s.opens <= minute % 1440 < s.closes for s in of_day)


def test_a_hotlines_own_days_go_before_the_tenants() -> None:
    holiday, tenants = date(2026, 10, 1), SpecialDay(DayKind.HOLIDAY, "国庆节")
    open_that_morning = SpecialDay(DayKind.HOLIDAY, "值班", spans=(Span(540, 720),))
    for moment, open_ in (("2026-10-01 10:00", True), ("2026-10-01 13:00", False)):
        own = {holiday: open_that_morning}
        assert is_open_at(WORKDAYS, {holiday: tenants}, SHANGHAI, at(moment), own) is open_
    # who works all year is closed by nobody but itself
    all_year = hours_from_json({"weekly": {"thu": [["09:00", "21:00"]]}, "keep_holidays": False})
    for hours in (all_year, None):
        assert is_open_at(hours, {holiday: tenants}, SHANGHAI, at("2026-10-01 14:00"))
        assert not is_open_at(hours, {}, SHANGHAI, at("2026-10-01 14:00"), {holiday: tenants})
    assert is_open_at(None, {}, SHANGHAI, at("2026-10-02 03:00"), {holiday: tenants})
