"""Money as people read it."""

from __future__ import annotations

_SIGNS = {"CNY": "¥"}


def shown_money(minor: int, currency: str) -> str:
    """Minor units (1/100) with the currency's sign: 19900, CNY → «¥199.00»."""
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{'-' if minor < 0 else ''}{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def plain_money(minor: int) -> str:
    """Minor units as a plain decimal number for files: 19900 → «199.00»."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"
