"""Who dials what: from the wishes on the command line and the demo's own people. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

_DEFAULT_CALLER = "13800138000"


@dataclass(frozen=True, slots=True)
class People:
    """The demo's hotlines, and its callers with most of the interesting ones first."""

    hotlines: tuple[str, ...]
    callers: tuple[str, ...]


def read_people(demo: dict[str, Any], chance: Random) -> People:
    """From the content of demo.json: kinds of callers are mixed, so that a few calls show several of them."""
    kinds = [[person["number"] for person in people] for people in demo.get("callers", {}).values() if people]
    for kind in kinds:
        chance.shuffle(kind)
    mixed = [kind[turn] for turn in range(max(map(len, kinds), default=0)) for kind in kinds if turn < len(kind)]
    return People(tuple(hotline["number"] for hotline in demo.get("hotlines", [])), tuple(mixed))


def plan_calls(people: People, count: int, caller: str | None, hotline: str | None) -> list[tuple[str, str]]:
    """(caller's number, dialled number) for each call; numbers given on the command line win."""
    hotlines = (hotline,) if hotline else people.hotlines
    callers = (caller,) if caller else people.callers or (_DEFAULT_CALLER,)
    return [(callers[turn % len(callers)], hotlines[turn % len(hotlines)]) for turn in range(count)]


def is_number(value: str) -> bool:
    """Whether this can be dialled or shown as a caller's number."""
    digits = value.removeprefix("+")
    return digits.isascii() and digits.isdigit() and 2 <= len(digits) <= 20
