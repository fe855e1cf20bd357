"""What a flow says, as the keys of the prompts that are played one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from zuoxi.routing.spoken import say_digits, say_number

MOST_PARTS_PLAYED = 60


def sound_of(say: Iterable[Mapping[str, Any]], variables: Mapping[str, str]) -> tuple[str, ...]:
    """The prompts of a node's ``say``. A value that is not known, or not of its form, is left out."""
    parts: list[str] = []
    for part in say:
        if "prompt" in part:
            parts.append(part["prompt"])
        else:
            parts.extend(_FORMS[part["spoken"]](variables.get(part["variable"], "")))
    return tuple(parts[:MOST_PARTS_PLAYED])


def _digits(value: str) -> Iterable[str]:
    return say_digits("".join(digit for digit in value if digit.isascii() and digit.isdigit()))


def _number(value: str) -> Iterable[str]:
    return say_number(int(value)) if value.isascii() and value.isdigit() and len(value) <= 8 else ()


def _money(value: str) -> Iterable[str]:
    """Minor units: yuan, and jiao and fen where there are some."""
    if not (value.isascii() and value.isdigit() and len(value) <= 10):
        return ()
    yuan, fen = divmod(int(value), 100)
    jiao, fen = divmod(fen, 10)
    parts = [*say_number(yuan), "unit_yuan"]
    if jiao:
        parts += [*say_number(jiao), "unit_jiao"]
    if fen:
        parts += [*say_number(fen), "unit_fen"]
    return parts


def _date(value: str) -> Iterable[str]:
    """YYYY-MM-DD; the year is not said."""
    year, _, rest = value.partition("-")
    month, _, day = rest.partition("-")
    if not (year.isdigit() and month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return ()
    return (f"month_{int(month)}", f"day_{int(day)}")


def _word(value: str) -> Iterable[str]:
    known = value.isascii() and 0 < len(value) <= 40 and value[0].isalpha() and value.replace("_", "").isalnum()
    return (value,) if known and value.islower() else ()


_FORMS: dict[str, Callable[[str], Iterable[str]]] = {
    "digits": _digits,
    "number": _number,
    "money": _money,
    "date": _date,
    "word": _word,
}
