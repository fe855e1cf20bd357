"""When a hotline is open: pure decisions over a week of hours, holidays and make-up days (调休)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from zuoxi.lines.errors import HoursUnreadable

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes since local midnight, ``opens`` included and ``closes`` excluded. ``closes`` not after ``opens`` means
    that the span runs over midnight into the next day (equal: the whole day round)."""

    opens: int
    closes: int


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that does not follow its weekday. A holiday keeps ``spans`` (none: closed); a make-up day works as the
    weekday ``like`` (0 = Monday)."""

    kind: DayKind
    name: str = ""
    like: int = 0
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """A week of opening hours, Monday first. ``keep_holidays`` False: the tenant's special days do not count (open all
    year), only the hotline's own."""

    week: tuple[tuple[Span, ...], ...]
    keep_holidays: bool = True


_ROUND_THE_CLOCK = Hours(((Span(0, MINUTES_PER_DAY),),) * 7, keep_holidays=False)
_NONE: Mapping[date, SpecialDay] = {}


def is_open_at(
    hours: Hours | None,
    special_days: Mapping[date, SpecialDay],
    zone: ZoneInfo,
    at: datetime,
    own: Mapping[date, SpecialDay] = _NONE,
) -> bool:
    """Whether a hotline with these hours is open at the aware instant ``at``.

    ``special_days`` are the tenant's; the hotline's ``own`` go before them. No hours means always open, but on the
    hotline's own days.
    """
    if hours is None:
        hours = _ROUND_THE_CLOCK
    days = {**special_days, **own} if hours.keep_holidays else own
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    today = local.date()
    if any(span.opens <= minute < _end(span) for span in _spans_of(hours, days, today)):
        return True
    # what began yesterday may still run
    return any(minute < _end(span) - MINUTES_PER_DAY for span in _spans_of(hours, days, today - timedelta(days=1)))


def open_windows(
    hours: Hours | None, special_days: Mapping[date, SpecialDay], zone: ZoneInfo, first: date, last: date
) -> tuple[tuple[float, float], ...]:
    """When these hours are open from the day ``first`` to ``last``, both included: from, until (seconds since the
    epoch), in order, apart from each other."""
    hours = hours or _ROUND_THE_CLOCK
    days = special_days if hours.keep_holidays else _NONE
    windows: list[tuple[float, float]] = []
    day = first
    while day <= last:
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        for span in sorted(_spans_of(hours, days, day), key=lambda span: span.opens):
            opens, closes = (
                (midnight + timedelta(minutes=minute)).timestamp()  # by the wall's clock
                for minute in (span.opens, _end(span))
            )
            if windows and opens <= windows[-1][1]:
                windows[-1] = (windows[-1][0], max(closes, windows[-1][1]))
            else:
                windows.append((opens, closes))
        day += timedelta(days=1)
    return tuple(windows)


def _end(span: Span) -> int:
    return span.closes if span.closes > span.opens else span.closes + MINUTES_PER_DAY


def _spans_of(hours: Hours, days: Mapping[date, SpecialDay], day: date) -> tuple[Span, ...]:
    special = days.get(day)
    if special is None:
        return hours.week[day.weekday()]
    return special.spans if special.kind is DayKind.HOLIDAY else hours.week[special.like]


def hours_from_json(value: object) -> Hours | None:
    """Read the stored form ``{"weekly": {"mon": [["09:00", "21:00"]], …}, "keep_holidays": true}`` (None: always open).

    Raises HoursUnreadable with the place that is wrong.
    """
    if value is None:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("weekly"), dict):
        raise HoursUnreadable(place="weekly")
    weekly = value["weekly"]
    unknown = sorted(set(weekly) - set(WEEKDAYS))
    if unknown:
        raise HoursUnreadable(place=str(unknown[0]))
    return Hours(
        week=tuple(spans_from_json(weekly.get(day, []), day) for day in WEEKDAYS),
        keep_holidays=bool(value.get("keep_holidays", True)),
    )


def spans_from_json(value: object, place: str) -> tuple[Span, ...]:
    """Read ``[["09:00", "12:00"], …]``; spans of one day must not overlap. Raises HoursUnreadable."""
    if not isinstance(value, list):
        raise HoursUnreadable(place=place)
    spans = []
    for pair in value:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise HoursUnreadable(place=place)
        spans.append(Span(_minute(pair[0], place), _minute(pair[1], place)))
    spans.sort(key=lambda span: span.opens)
    for earlier, later in pairwise(spans):
        if _end(earlier) > later.opens:
            raise HoursUnreadable(place=place)
    return tuple(spans)


def hours_to_json(hours: Hours | None) -> dict[str, object] | None:
    """The stored form of ``hours``, as read by hours_from_json."""
    if hours is None:
        return None
    weekly = {day: spans_to_json(spans) for day, spans in zip(WEEKDAYS, hours.week, strict=True)}
    return {"weekly": weekly, "keep_holidays": hours.keep_holidays}


def spans_to_json(spans: Iterable[Span]) -> list[list[str]]:
    """Spans as pairs of «HH:MM»; a span to midnight ends at 24:00."""
    return [[_clock(span.opens), _clock(span.closes)] for span in spans]


def _minute(text: object, place: str) -> int:
    if not isinstance(text, str) or len(text) != 5 or text[2] != ":" or not (text[:2] + text[3:]).isascii():
        raise HoursUnreadable(place=place)
    if not (text[:2].isdigit() and text[3:].isdigit()):
        raise HoursUnreadable(place=place)
    minute = int(text[:2]) * 60 + int(text[3:])
    if int(text[3:]) > 59 or minute > MINUTES_PER_DAY:
        raise HoursUnreadable(place=place)
    return minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
