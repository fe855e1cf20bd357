"""Numbers, digits and durations as prompts that are played one after the other.

Each returned part is a prompt's key; their texts are the tenant's, shipped in both languages. The order of the parts
follows the grammar of ``language`` (zh or en), so whoever changes the language of the recordings says so there as well.
"""

from __future__ import annotations

_LARGEST = 99_999_999
_KEYS = {"*": "digit_star", "#": "digit_hash"}


def say_digits(text: str) -> tuple[str, ...]:
    """Each digit by itself, as numbers that people dial; other characters than digits, * and # are left out."""
    found = (_KEYS.get(sign) or (f"number_{sign}" if sign.isascii() and sign.isdigit() else None) for sign in text)
    return tuple(key for key in found if key is not None)


def say_number(number: int, language: str = "zh") -> tuple[str, ...]:
    """A whole number from 0 to 99,999,999 as one says it; beyond that its digits, and of a negative one its size."""
    number = abs(number)
    if number > _LARGEST:
        return say_digits(str(number))
    return tuple(_english(number) if language == "en" else _chinese(number))


def say_minutes(seconds: float, language: str = "zh") -> tuple[str, ...]:
    """A wait in whole minutes, rounded up; under a minute and from an hour on without a number."""
    minutes = max(1, -int(-seconds // 60))
    if seconds < 60:
        return ("under_a_minute",)
    if minutes >= 60:
        return ("over_an_hour",)
    if minutes == 1:
        return ("one_minute",)
    if minutes == 2:
        return ("two_minutes",)
    return (*say_number(minutes, language), "minutes")


def _chinese(number: int) -> list[str]:
    """十 stands alone from 10 to 19, 零 bridges what is missing between."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        bridge = ["number_0"] if 0 < low < 1_000 else []
        return [*_chinese(high), "number_ten_thousand", *bridge, *([] if low == 0 else _chinese_part(low, full=True))]
    return _chinese_part(number, full=False)


def _chinese_part(number: int, *, full: bool) -> list[str]:
    if number <= 10 and not full:
        return [f"number_{number}"]
    parts: list[str] = []
    gap = False
    for size, key in ((1_000, "number_thousand"), (100, "number_hundred"), (10, "number_10"), (1, "")):
        digit, number = divmod(number, size)
        if digit == 0:
            gap = bool(parts)
            continue
        if gap:
            parts.append("number_0")
            gap = False
        if not (size == 10 and digit == 1 and not parts and not full):
            parts.append(f"number_{digit}")
        if key:
            parts.append(key)
    return parts


def _english(number: int) -> list[str]:
    if number < 20:
        return [f"number_{number}"]
    if number < 100:
        tens, ones = divmod(number, 10)
        return [f"number_{tens * 10}", *([f"number_{ones}"] if ones else [])]
    for size, key in ((1_000_000, "number_million"), (1_000, "number_thousand"), (100, "number_hundred")):
        if number >= size:
            high, low = divmod(number, size)
            return [*_english(high), key, *(_english(low) if low else [])]
    raise AssertionError(number)
