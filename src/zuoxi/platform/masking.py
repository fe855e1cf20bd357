"""How personal data is shown to people who may not see it whole."""

from __future__ import annotations

_HIDDEN = "****"


def mask_number(number: str | None) -> str:
    """A telephone number with its middle hidden: ``13812345678`` → ``138****5678``. Short ones keep less."""
    if not number:
        return ""
    if len(number) >= 10:
        return number[:-8] + _HIDDEN + number[-4:]
    if len(number) >= 7:
        return number[:2] + _HIDDEN + number[-2:]
    return number[:1] + _HIDDEN if len(number) > 3 else "*" * len(number)


def mask_name(name: str | None) -> str:
    """A person's name: its first character stays (``王小明`` → ``王**``)."""
    if not name:
        return ""
    return name[0] + "*" * max(1, min(len(name) - 1, 3))


def mask_address(street: str | None) -> str:
    """The street part of an address: the first characters stay (``人民路88号3栋`` → ``人民路****``)."""
    if not street:
        return ""
    kept = 3 if len(street) > 4 else 1
    return street[:kept] + _HIDDEN
