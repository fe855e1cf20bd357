"""Whom we may dial, how many at once and for how much: limits that make a stolen login or phone cheap. Pure.

``may_dial`` decides, ``DialLedger`` counts what runs and what was spent. Both are given the time; neither knows calls.
Money is in minor units of the tenant's currency, durations in seconds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from zuoxi.customers import read_number
from zuoxi.lines.errors import (
    DialConcurrency,
    DialDestination,
    DialNoTariff,
    DialRefused,
    DialSpending,
    DialUnreadable,
)

HOUR = 3600.0
MINUTE = 60.0
EMERGENCY = frozenset({"110", "119", "120", "122"})
_WRITTEN = re.compile(r"\+?[0-9][0-9 ().\-]*")


@dataclass(frozen=True, slots=True)
class DialLimits:
    """``allowed`` and ``denied`` are beginnings of numbers in the form of ``dial_form``; the longest that fits decides,
    and a denied one wins over an allowed one of the same length. ``concurrent`` outbound calls at once,
    ``spend_per_hour`` in any sixty minutes, ``longest`` seconds that one call may last."""

    allowed: tuple[str, ...] = ("+86",)
    denied: tuple[str, ...] = ("+861349", "+861740")  # satellite telephones
    concurrent: int = 30
    spend_per_hour: int = 20_000
    longest: int = 7200


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a started minute and a connection cost to numbers that begin with ``prefix`` (the longest counts)."""

    prefix: str
    per_minute: int
    per_call: int = 0

    @property
    def first_minute(self) -> int:
        """The least that an answered call costs."""
        return self.per_call + self.per_minute


SHIPPED_TARIFFS = (Tariff("+86", 20), Tariff("400", 20), Tariff("95", 20), Tariff("96", 20))


@dataclass(frozen=True, slots=True)
class DialRules:
    """A tenant's limits, those of the projects that have their own (kept besides the tenant's, never instead), and what
    calls cost."""

    tenant: DialLimits = field(default_factory=DialLimits)
    projects: Mapping[str, DialLimits] = field(default_factory=dict)
    tariffs: Sequence[Tariff] = SHIPPED_TARIFFS
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Usage:
    """What runs and what was spent in the last hour, of the tenant and of the project that wants to dial."""

    concurrent: int = 0
    spent: int = 0
    project_concurrent: int = 0
    project_spent: int = 0


@dataclass(frozen=True, slots=True)
class Permit:
    """``number`` is what may be dialled, and nothing else may: it is not the text that was typed. ``longest`` is the
    second at which the call must be ended."""

    number: str
    tariff: Tariff
    longest: int


def dial_form(raw: str) -> str:
    """The form that limits and tariffs are written in: +86… or another country's E.164 where there is one, else the
    digits (short and service numbers). Raises DialUnreadable for anything but a telephone number."""
    text = unicodedata.normalize("NFKC", raw).strip()
    if not _WRITTEN.fullmatch(text):
        raise DialUnreadable(field="number")
    number = read_number(text)
    form = number.e164 or re.sub(r"\D", "", number.shown)
    digits = form.removeprefix("+")
    if not 3 <= len(digits) <= 15:
        raise DialUnreadable(field="number")
    return form


def may_dial(raw: str, rules: DialRules, usage: Usage, project_id: str | None = None) -> Permit:
    """Whether this number may be dialled now. Raises a DialRefused (its ``code`` says which limit stands in the way).
    Emergency numbers are never refused."""
    number = dial_form(raw)
    if number in EMERGENCY:
        return Permit(number, Tariff(number, 0), rules.tenant.longest)
    scopes = [(rules.tenant, usage.concurrent, usage.spent)]
    own = rules.projects.get(project_id) if project_id else None
    if own is not None:
        scopes.append((own, usage.project_concurrent, usage.project_spent))
    for limits, _, _ in scopes:
        if not _destination_allowed(number, limits):
            raise DialDestination(field="number")
    tariff = tariff_of(number, rules.tariffs)
    if tariff is None:
        raise DialNoTariff(field="number")
    for limits, concurrent, spent in scopes:
        if concurrent >= limits.concurrent:
            raise DialConcurrency(limit=limits.concurrent)
        if spent + tariff.first_minute > limits.spend_per_hour:
            raise DialSpending(limit=limits.spend_per_hour)
    return Permit(number, tariff, min(limits.longest for limits, _, _ in scopes))


def tariff_of(number: str, tariffs: Sequence[Tariff]) -> Tariff | None:
    """The tariff with the longest prefix that fits; None when there is none."""
    fitting = [tariff for tariff in tariffs if number.startswith(tariff.prefix)]
    return max(fitting, key=lambda tariff: len(tariff.prefix), default=None)


def _destination_allowed(number: str, limits: DialLimits) -> bool:
    allowed = max((len(prefix) for prefix in limits.allowed if number.startswith(prefix)), default=-1)
    denied = max((len(prefix) for prefix in limits.denied if number.startswith(prefix)), default=-1)
    return allowed > denied


@dataclass(frozen=True, slots=True)
class _Call:
    project_id: str | None
    tariff: Tariff
    began: float
    answered: float | None = None
    ended: float | None = None

    def cost(self, since: float, now: float) -> int:
        """What it costs of (since, now]: minutes count when they start; a ringing call holds its first minute back."""
        if self.answered is None:
            return self.tariff.first_minute if self.ended is None else 0
        until = min(self.ended if self.ended is not None else now, now)
        # minutes start at answered + 0, 60, 120, … up to, and not at, the end
        started = 1 + max(0, int((until - self.answered - 1e-9) // MINUTE))
        before = 0 if since < self.answered else 1 + int((since - self.answered) // MINUTE)
        connection = self.tariff.per_call if since < self.answered else 0
        return connection + self.tariff.per_minute * max(0, started - before)


class DialLedger:
    """Outbound calls of one tenant that run, and what the last hour cost. One per switchboard and tenant; after a
    restart the calls that go on are entered again with ``begin`` and ``answer``."""

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}

    def begin(self, call: str, tariff: Tariff, now: float, project_id: str | None = None) -> None:
        """A permitted call is being dialled."""
        self._calls[call] = _Call(project_id, tariff, now)

    def answer(self, call: str, now: float) -> None:
        """It was answered: it costs from now on. Unknown calls are ignored."""
        known = self._calls.get(call)
        if known is not None and known.answered is None and known.ended is None:
            self._calls[call] = replace(known, answered=now)

    def finish(self, call: str, now: float) -> None:
        """It is over. Unknown calls are ignored."""
        known = self._calls.get(call)
        if known is not None and known.ended is None:
            self._calls[call] = replace(known, ended=now)

    def usage(self, now: float, project_id: str | None = None) -> Usage:
        """What ``may_dial`` wants to know."""
        since = now - HOUR
        self._calls = {
            call: each for call, each in self._calls.items()
            if each.ended is None or (each.answered is not None and each.ended > since)
        }  # fmt: skip
        running = [each for each in self._calls.values() if each.ended is None]
        own = project_id is not None
        return Usage(
            concurrent=len(running),
            spent=sum(each.cost(since, now) for each in self._calls.values()),
            project_concurrent=sum(own and each.project_id == project_id for each in running),
            project_spent=sum(
                each.cost(since, now) for each in self._calls.values() if own and each.project_id == project_id
            ),
        )


__all__ = [
    "DialLedger",
    "DialLimits",
    "DialRefused",
    "DialRules",
    "Permit",
    "Tariff",
    "Usage",
    "dial_form",
    "may_dial",
    "tariff_of",
]
