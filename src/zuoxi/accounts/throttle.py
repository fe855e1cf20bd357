"""Limits on guessing: failed attempts are counted in the database, by login and by address.

An attempt is booked before the password is checked and taken back when it was right, so that a hundred guesses sent at
the same instant are counted like a hundred sent in turn. Only keyed hashes of logins and addresses are stored.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, text

from zuoxi.accounts.errors import TooManyAttempts
from zuoxi.accounts.models import SignInAttempt
from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database

WINDOW = timedelta(minutes=15)

# How many failures are taken within the window. One address against one login is stopped early; the wide limits stop
# many addresses against one login and one address (perhaps a whole office behind it) against many logins.
PER_LOGIN_AND_ADDRESS = 5
PER_LOGIN = 25  # a hundred an hour
PER_ADDRESS = 60


@dataclass(frozen=True, slots=True)
class Booking:
    """An attempt that counts as failed until it is taken back."""

    rows: tuple[int, ...]
    forgiven: tuple[str, ...]  # buckets wiped by a success


class Throttle:
    """Counts attempts through the narrow role."""

    def __init__(self, narrow: Database, settings: Settings) -> None:
        self._narrow = narrow
        self._key = settings.secrets.session.get_secret_value().encode()

    async def book(self, login: str, address: str, now: datetime) -> Booking:
        """Count one attempt. Raises TooManyAttempts with the seconds to wait; a refused attempt is not counted."""
        both = self._bucket("both", login, address)
        limits = (
            (both, PER_LOGIN_AND_ADDRESS),
            (self._bucket("login", login), PER_LOGIN),
            (self._bucket("address", address), PER_ADDRESS),
        )
        rows = await self._book(limits, now)
        return Booking(rows, (both,))

    async def book_address(self, purpose: str, address: str, now: datetime) -> Booking:
        """Count one attempt at a secret that has no login, such as the first administrator's."""
        return Booking(await self._book(((self._bucket(purpose, address), PER_LOGIN_AND_ADDRESS),), now), ())

    async def take_back(self, booking: Booking) -> None:
        """The attempt was right: forget it, and the failures of this login from this address before it."""
        async with self._narrow.transaction(None) as session:
            await session.execute(
                delete(SignInAttempt).where(
                    SignInAttempt.id.in_(booking.rows) | SignInAttempt.bucket.in_(booking.forgiven)
                )
            )

    async def _book(self, limits: Sequence[tuple[str, int]], now: datetime) -> tuple[int, ...]:
        async with self._narrow.transaction(None) as session:
            # One at a time per bucket, in a fixed order: counting and adding must not overlap.
            for bucket, _ in sorted(limits):
                await session.execute(
                    text("select pg_advisory_xact_lock(hashtextextended(:bucket, 0))"), {"bucket": bucket}
                )
            for bucket, limit in limits:
                oldest = await session.scalar(
                    select(SignInAttempt.at)
                    .where(SignInAttempt.bucket == bucket, SignInAttempt.at > now - WINDOW)
                    .order_by(SignInAttempt.at.desc())
                    .offset(limit - 1)
                    .limit(1)
                )
                if oldest is not None:
                    wait = (oldest + WINDOW - now).total_seconds()
                    raise TooManyAttempts(retry_after=max(1, math.ceil(wait)))
            rows = await session.scalars(
                insert(SignInAttempt).returning(SignInAttempt.id),
                [{"bucket": bucket, "at": now} for bucket, _ in limits],
            )
            return tuple(rows.all())

    def _bucket(self, *parts: str) -> str:
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


async def forget_old_attempts(narrow: Database, now: datetime) -> None:
    """Remove attempts that no limit looks at any more."""
    async with narrow.transaction(None) as session:
        await session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW))
