"""Telephone numbers as callers present them: what kind each is, its E.164 where there is one, and its place.

The raw form is always kept; the ``key`` is what two presentations of the same number have in common.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from zuoxi.customers.places import place_of_national


class NumberKind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"  # 400, 800, 95xxx, 96xxx
    SHORT = "short"  # 10086, 12345 and the like
    FOREIGN = "foreign"
    ANONYMOUS = "anonymous"
    OTHER = "other"  # digits that fit nothing that we know; kept as they came


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number as it came (``raw``), its kind, its E.164 (None for short, service, anonymous and unclear ones), the
    form people in China write (``shown``), and its place in Chinese (None when unknown)."""

    raw: str
    kind: NumberKind
    e164: str | None
    shown: str
    place: str | None

    @property
    def key(self) -> str:
        """What identifies the number: E.164, else its digits; empty for an anonymous caller."""
        return self.e164 or ("" if self.kind is NumberKind.ANONYMOUS else self.shown)

    @property
    def tail(self) -> str:
        """The last four digits, which people search by."""
        return self.key[-4:]


_WITHHELD = frozenset({"", "anonymous", "unknown", "restricted", "private", "unavailable", "withheld"})
_SERVICE = re.compile(r"(?:[48]00\d{7}|9[56]\d{3,6})")
_SHORT = re.compile(r"1\d{2,5}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_WITHOUT_AREA = re.compile(r"[2-8]\d{6,7}")


@lru_cache(maxsize=8192)
def read_number(raw: str) -> PhoneNumber:
    """Classify a number as a Chinese switch presents it or a person types it. Never fails: what cannot be understood
    is kept raw with kind ``other``, or ``anonymous`` when there are no digits."""
    text = unicodedata.normalize("NFKC", raw).strip()
    bare = re.sub(r"[\s\-().·]", "", text)
    digits = re.sub(r"\D", "", bare)
    if text.lower() in _WITHHELD or not digits:
        return PhoneNumber(raw, NumberKind.ANONYMOUS, None, "", None)
    international = bare.startswith("+") or digits.startswith("00")
    if international:
        digits = digits.removeprefix("00")
        if digits and not digits.startswith("86"):
            return _foreign(raw, digits)
        digits = digits.removeprefix("86")
    elif len(digits) == 13 and digits.startswith("86") and _MOBILE.fullmatch(digits[2:]):
        digits = digits[2:]
    if not digits:  # a prefix and nothing behind it
        return PhoneNumber(raw, NumberKind.ANONYMOUS, None, "", None)
    return _domestic(raw, digits)


def _domestic(raw: str, digits: str) -> PhoneNumber:
    # Some carriers put the trunk prefix 0 before a mobile number from another area.
    if digits.startswith("0") and _MOBILE.fullmatch(digits[1:]):
        digits = digits[1:]
    if _MOBILE.fullmatch(digits):
        return PhoneNumber(raw, NumberKind.MOBILE, f"+86{digits}", digits, place_of_national(digits))
    if _SERVICE.fullmatch(digits):
        return PhoneNumber(raw, NumberKind.SERVICE, None, digits, None)
    if _SHORT.fullmatch(digits):
        return PhoneNumber(raw, NumberKind.SHORT, None, digits, None)
    # With an area code. Callers of «+86 21 …» come without the trunk prefix.
    national = digits.removeprefix("0")
    try:
        parsed = phonenumbers.parse(national, "CN")
        fixed = phonenumbers.is_valid_number_for_region(parsed, "CN") and phonenumbers.number_type(parsed) in (
            phonenumbers.PhoneNumberType.FIXED_LINE,
            phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        )
    except phonenumbers.NumberParseException:
        fixed = False
    if fixed and (digits.startswith("0") or len(national) > 8):
        return PhoneNumber(raw, NumberKind.LANDLINE, f"+86{national}", f"0{national}", place_of_national(national))
    if _WITHOUT_AREA.fullmatch(digits):
        return PhoneNumber(raw, NumberKind.LANDLINE, None, digits, None)
    return PhoneNumber(raw, NumberKind.OTHER, None, digits, None)


def _foreign(raw: str, digits: str) -> PhoneNumber:
    try:
        parsed = phonenumbers.parse(f"+{digits}", None)
        region = phonenumbers.region_code_for_number(parsed)
    except phonenumbers.NumberParseException:
        return PhoneNumber(raw, NumberKind.OTHER, None, digits, None)
    e164 = f"+{digits}"
    return PhoneNumber(raw, NumberKind.FOREIGN, e164, e164, f"境外({region})" if region else "境外")
