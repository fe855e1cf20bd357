"""Provinces, cities and districts of China (the codes of GB/T 2260, two digits a level), and reading them out of an
address as people write it.

``divisions.csv`` holds one row each; the level is the length of the code. Municipalities repeat their name as city.
Cities of Hong Kong, Macao and Taiwan, which the standard does not number, carry numbers of ours.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Region:
    """A province, city or district with what lies in it."""

    code: str
    name: str
    parts: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """An address taken apart; parts that could not be found are empty, the rest is the street."""

    province: str
    city: str
    district: str
    street: str


@cache
def regions() -> tuple[Region, ...]:
    """All provinces in the order of their codes, with cities and districts."""
    with files(__package__).joinpath("divisions.csv").open(encoding="utf-8") as lines:
        names = {row["code"]: row["name"] for row in csv.DictReader(lines)}
    below: dict[str, list[str]] = {}
    for code in names:
        below.setdefault(code[:-2], []).append(code)

    def build(code: str) -> Region:
        return Region(code, names[code], tuple(build(part) for part in below.get(code, ())))

    return tuple(build(code) for code in below[""])


_MUNICIPAL_SUFFIX = re.compile(r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|地区|省|市|区|县|盟)$")
_LEVELS = frozenset("省市区县州盟旗")
_PLACEHOLDER = "直辖县级"


def parse_address(text: str) -> ParsedAddress:
    """Take an address apart by the names of regions, from the left: «上海浦东新区世纪大道1号» gives 上海市, 上海市,
    浦东新区, 世纪大道1号. A province or city may be left out where what follows settles it."""
    rest = re.sub(r"\s+", "", text)
    province, rest = _take(regions(), rest)
    if province is None:
        named = [(region, found) for region in regions() if (found := _take(region.parts, rest))[0] is not None]
        if not named:
            return ParsedAddress("", "", "", rest)
        province = max(named, key=lambda pair: len(rest) - len(pair[1][1]))[0]
    city, after = _take(province.parts, rest)
    if city is None:
        inside = [(part, found) for part in province.parts if (found := _take(part.parts, rest))[0] is not None]
        if len(inside) != 1:
            return ParsedAddress(province.name, "", "", rest)
        city, after = inside[0][0], rest
    district, street = _take(city.parts, after)
    name = "" if _PLACEHOLDER in city.name else city.name
    return ParsedAddress(province.name, name, district.name if district else "", street)


def _take(candidates: Iterable[Region], text: str) -> tuple[Region | None, str]:
    """The region whose name the text starts with (the longest match, with or without its suffix), and the rest. A bare
    name must not be the beginning of another's: «朝阳» of «朝阳区» is not 朝阳市."""
    best: tuple[Region, int] | None = None
    for region in candidates:
        short = _MUNICIPAL_SUFFIX.sub("", region.name)
        for name in (region.name, short):
            if len(name) < 2 or not text.startswith(name) or (best is not None and len(name) <= best[1]):
                continue
            if name == region.name or text[len(name) : len(name) + 1] not in _LEVELS:
                best = (region, len(name))
    return (best[0], text[best[1] :]) if best else (None, text)
