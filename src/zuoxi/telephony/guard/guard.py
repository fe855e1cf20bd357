"""The loop: security log → watch → bans kept by someone above → rules in the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from zuoxi.telephony.guard.refusals import Refusals, RefusalsError
from zuoxi.telephony.guard.rules import Verdict, Watch, ban_seconds
from zuoxi.telephony.guard.security_log import SecurityLog

log = structlog.get_logger("zuoxi.guard")

_PAUSE = 0.5  # seconds between looks at the log
_REFRESH = 2.0  # seconds between looks at the bans that others made or lifted, and at the engine
_WEEK = 7 * 86400.0


@dataclass(frozen=True, slots=True)
class Ban:
    """An address that is (or was) refused. Times in seconds since the epoch; ``lifted`` when somebody ended it."""

    address: str
    banned: float
    until: float
    lifted: float | None = None

    def holds(self, now: float) -> bool:
        """Whether the address is refused now."""
        return self.lifted is None and self.banned <= now < self.until


class Bans(Protocol):
    """Where bans are kept. Both may raise: the guard goes on with what it knows and tries again."""

    async def recent(self, since: float) -> Sequence[Ban]:
        """Bans that began, or were lifted, or still hold after ``since``."""

    async def add(self, verdict: Verdict, banned: float, until: float) -> None:
        """Keep a ban that begins."""


class Guard:
    """``await guard.run()`` watches until cancelled. ``step`` is one look, for tests."""

    def __init__(
        self, watch: Watch, reader: SecurityLog, refusals: Refusals, bans: Bans, clock: Callable[[], float]
    ) -> None:
        self._watch, self._log, self._refusals, self._bans, self._clock = watch, reader, refusals, bans, clock
        self._known: dict[str, list[Ban]] = {}
        self._unkept: list[tuple[Verdict, Ban]] = []
        self._refreshed = float("-inf")
        self._reached = False

    async def run(self) -> None:
        """Watch until cancelled."""
        told = ""
        while True:
            try:
                await self.step()
                if self._reached:
                    told = ""
            except RefusalsError as problem:
                if str(problem) != told:  # an engine that restarts is told of once
                    told = str(problem)
                    log.warning("guard.engine", why=told)
            await asyncio.sleep(_PAUSE)

    async def step(self) -> None:
        """One look: bans of others are read, the log is read, the engine is told. Raises RefusalsError."""
        now = self._clock()
        due = not 0 <= now - self._refreshed < _REFRESH
        if due:
            await self._read_bans(now)
            self._refreshed = now
        banned = False
        for offence in await asyncio.to_thread(lambda: list(self._log.read())):
            verdict = self._watch.observe(offence)
            if verdict is not None:
                banned = self._ban(verdict, now) or banned
        self._reached = due or banned
        if self._reached:
            await self._refusals.hold(self.refused(now))
        await self._keep()

    def refused(self, now: float) -> Collection[str]:
        """The addresses that are refused now."""
        pending = [ban for _, ban in self._unkept]
        known = [ban for bans in self._known.values() for ban in bans]
        return {ban.address for ban in (*known, *pending) if ban.holds(now) and not self._watch.exempt(ban.address)}

    async def _read_bans(self, now: float) -> None:
        try:
            found = await self._bans.recent(now - _WEEK)
        except Exception as problem:
            # Without the database the guard goes on with what it knows.
            log.warning("guard.store", error=type(problem).__name__)
            return
        known: dict[str, list[Ban]] = {}
        for ban in found:
            known.setdefault(ban.address, []).append(ban)
            # what led to a ban must not lead to the next one after it was lifted or we were restarted
            self._watch.forgive(ban.address, ban.banned if ban.lifted is None else ban.lifted)
        self._known = known

    def _ban(self, verdict: Verdict, now: float) -> bool:
        if verdict.address in self.refused(now):
            return False  # what cannot be read is reported even while its sender is refused
        earlier = len(self._known.get(verdict.address, ()))
        ban = Ban(verdict.address, now, now + ban_seconds(earlier))
        self._unkept.append((verdict, ban))
        self._watch.forgive(verdict.address, now)
        log.warning("guard.banned", address=verdict.address, why=verdict.kind, seconds=ban.until - ban.banned)
        return True

    async def _keep(self) -> None:
        while self._unkept:
            verdict, ban = self._unkept[0]
            try:
                await self._bans.add(verdict, ban.banned, ban.until)
            except Exception as problem:
                log.warning("guard.store", error=type(problem).__name__)
                return
            self._known.setdefault(ban.address, []).append(ban)
            self._unkept.pop(0)
