"""The conditions of a branch node, over a run's variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from zuoxi.routing.flow_document import CUSTOMER_FIELDS, TIME_FIELDS

YES, NO = "1", ""


def needs_clock(cases: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a branch compares with the time of day, so that somebody who knows the tenant's clock must be asked."""
    return any(condition["field"] in TIME_FIELDS for case in cases for condition in case["when"])


def holds(condition: Mapping[str, Any], variables: Mapping[str, str]) -> bool:
    """Whether a condition is true. What is not known makes every comparison false."""
    field, op, value = condition["field"], condition["op"], condition["value"]
    if field in CUSTOMER_FIELDS:
        return (variables.get(field, NO) == YES) is value
    if field == "time.weekday":
        known = variables.get(field, "")
        return known.isdigit() and int(known) in value
    if field == "time.clock":
        minute = variables.get("time.minute", "")
        return minute.isdigit() and _within(int(minute), _minutes(value[0]), _minutes(value[1]))
    if field == "time.date":
        day = variables.get("time.date", "")
        return bool(day) and value[0] <= day <= value[1]
    return _compare(variables.get(field[4:], ""), op, value)


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _within(minute: int, begin: int, end: int) -> bool:
    """Whether a minute of the day lies in a span that may go over midnight (its end no longer belongs to it)."""
    return begin <= minute < end if begin <= end else minute >= begin or minute < end


def _compare(known: str, op: str, value: Any) -> bool:
    if op == "set":
        return (known != "") is bool(value)
    if op == "in":
        return known in list(value)
    if op == "starts":
        return known != "" and known.startswith(str(value))
    if op == "eq":
        return known == str(value)
    if op == "ne":
        return known != str(value)
    left, right = _number(known), _number(value)
    if left is None or right is None:
        return False
    return {"lt": left < right, "le": left <= right, "gt": left > right, "ge": left >= right}[op]


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
