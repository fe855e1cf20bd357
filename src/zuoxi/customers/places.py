"""The place that a Chinese number belongs to, in Chinese (province and city), by its leading digits.

The table is that of ``phonenumbers``. Its own geocoder loads every country's names in every language (180 MB and three
seconds in each process); only the Chinese entries are read here, from the same files.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_ENTRY = re.compile(r"^ ?'86(\d+)':\{.*?'zh': u\('([^']*)'\)", re.MULTILINE)
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_LONGEST = 7


def place_of_national(national: str) -> str | None:
    """The place of a national number without its trunk prefix («13812345678», «2162345678»); None when unknown."""
    table = load_places()
    for length in range(min(_LONGEST, len(national)), 1, -1):
        place = table.get(national[:length])
        if place is not None:
            return place
    return None


@cache
def load_places() -> dict[str, str]:
    """Leading digits → place. Takes a quarter of a second once in a process; call it at start, in a thread, where that
    would be felt."""
    spec = find_spec("phonenumbers")
    if spec is None or spec.origin is None:  # pragma: no cover - a dependency of ours
        return {}
    table: dict[str, str] = {}
    for file in sorted((Path(spec.origin).parent / "geodata").glob("data*.py")):
        for prefix, place in _ENTRY.findall(file.read_text(encoding="utf-8")):
            table[prefix] = sys.intern(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), place))
    return table or _from_geocoder()


def _from_geocoder() -> dict[str, str]:
    """The same from the imported package: slower, for a version that writes its files in another way."""
    from phonenumbers.geodata import GEOCODE_DATA

    return {prefix[2:]: names["zh"] for prefix, names in GEOCODE_DATA.items() if prefix[:2] == "86" and "zh" in names}
