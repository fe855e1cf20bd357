"""When an address is banned, and for how long. Pure: what was seen goes in with its time, a verdict comes out.

SIP over UDP names a sender that anybody can forge. So an address from which a phone has proven its password lately is
never banned for what a forger could have sent in its name, only for wrong passwords (which need our challenge, and so a
true address), and for those with patience: behind it may be an office.
"""

from __future__ import annotations

import ipaddress
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

HOUR = 3600.0


class Kind(StrEnum):
    """What was seen of an address."""

    STRANGER = "stranger"  # asks for something under a name that no phone has
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 (a kind of event)
    UNANSWERED = "unanswered"  # was asked for a password and has not given one yet
    MALFORMED = "malformed"  # sends what is no SIP
    PROVEN = "proven"  # a phone gave its right password


@dataclass(frozen=True, slots=True)
class Offence:
    """One thing seen, at ``at`` (seconds since the epoch)."""

    kind: Kind
    address: str
    at: float


@dataclass(frozen=True, slots=True)
class Limit:
    """``count`` of a kind within ``seconds`` is too much."""

    kind: Kind
    count: int
    seconds: float


LIMITS: tuple[Limit, ...] = (
    Limit(Kind.STRANGER, 10, 60.0),
    Limit(Kind.STRANGER, 60, HOUR),
    Limit(Kind.WRONG_PASSWORD, 6, 600.0),
    Limit(Kind.WRONG_PASSWORD, 20, HOUR),
    Limit(Kind.MALFORMED, 6, 60.0),
    Limit(Kind.UNANSWERED, 120, 60.0),
)
_FORGEABLE = frozenset({Kind.STRANGER, Kind.UNANSWERED, Kind.MALFORMED})
_PATIENCE = 4  # with the passwords of an address that has proven itself
_PROVEN_FOR = HOUR
_KEPT = HOUR
_MOST_ADDRESSES = 20_000
_STEPS = (600.0, HOUR, 6 * HOUR, 24 * HOUR)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An address is to be banned, because ``count`` of ``kind`` came within ``seconds``."""

    address: str
    kind: Kind
    count: int
    seconds: float


class Watch:
    """Counts what was seen of each address. ``never``: networks that no verdict falls on."""

    def __init__(
        self, never: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network], limits: Sequence[Limit] = LIMITS
    ):
        self._never = tuple(never)
        self._limits = limits
        self._seen: dict[str, deque[Offence]] = {}
        self._proven: dict[str, float] = {}
        self._forgiven: dict[str, float] = {}

    def observe(self, offence: Offence) -> Verdict | None:
        """Take in what was seen; a Verdict when that is too much. An address is judged anew after each verdict."""
        address = offence.address
        if self.exempt(address) or offence.at <= self._forgiven.get(address, float("-inf")):
            return None
        if offence.kind is Kind.PROVEN:
            self._proven[address] = offence.at
            seen = self._seen.get(address)
            if seen:  # the challenge that was answered here, and slips before it
                self._seen[address] = deque(each for each in seen if each.kind is Kind.WRONG_PASSWORD)
            return None
        proven = offence.at - self._proven.get(address, float("-inf")) < _PROVEN_FOR
        if proven and offence.kind in _FORGEABLE:
            return None
        seen = self._seen.setdefault(address, deque())
        seen.append(offence)
        while seen and seen[0].at < offence.at - _KEPT:
            seen.popleft()
        for limit in self._limits:
            if limit.kind is not offence.kind:
                continue
            count = sum(each.kind is limit.kind and each.at > offence.at - limit.seconds for each in seen)
            if count >= limit.count * (_PATIENCE if proven else 1):
                self.forgive(address, offence.at)
                return Verdict(address, limit.kind, count, limit.seconds)
        if len(self._seen) > _MOST_ADDRESSES:  # a flood under forged addresses must not fill the memory
            for oldest in sorted(self._seen, key=lambda each: self._seen[each][-1].at)[: _MOST_ADDRESSES // 10]:
                del self._seen[oldest]
        return None

    def forgive(self, address: str, until: float) -> None:
        """Count nothing that was seen of an address up to a time: it was banned for it, or the ban was lifted."""
        self._forgiven[address] = max(until, self._forgiven.get(address, float("-inf")))
        self._seen.pop(address, None)

    def exempt(self, address: str) -> bool:
        """Whether an address is never banned."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return True  # nothing that can be refused
        mapped = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(mapped in network for network in self._never)


def ban_seconds(earlier: int) -> float:
    """How long a ban lasts after ``earlier`` bans of the same address within a week."""
    return _STEPS[min(earlier, len(_STEPS) - 1)]


def never_banned(named: Iterable[str]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Networks that are never banned: those named (the trunk's, the administrator's), and where the edge and our own
    test calls come from. Raises ValueError for what is no address or network."""
    own = ("127.0.0.1/32", "127.0.0.2/32", "::1/128", "0.0.0.0/32")
    return tuple(ipaddress.ip_network(each, strict=False) for each in (*own, *named))
