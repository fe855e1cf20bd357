"""Passwords: Argon2id, computed in a thread because it is slow on purpose."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from zuoxi.accounts.common_passwords import is_common
from zuoxi.accounts.errors import CommonPassword, WeakPassword

MINIMUM = 12
MAXIMUM = 128  # hashing an endless password would be a way to keep us busy


class Passwords:
    """Hashes and checks passwords. At most two at a time: each takes tens of MiB and tens of milliseconds."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
        self._room = asyncio.Semaphore(2)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """The Argon2id hash, with its parameters and salt, to be stored."""
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is right. ``None`` (no such user) takes as long as a wrong password, and is False."""
        if stored is None:
            if self._decoy is None:
                self._decoy = await self.hash("nobody's password")
            await self.verify(self._decoy, password)
            return False
        async with self._room:
            return await asyncio.to_thread(self._check, stored, password)

    def outdated(self, stored: str) -> bool:
        """Whether a stored hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _check(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def check_strength(password: str, login: str) -> None:
    """Raise WeakPassword unless the length is right, CommonPassword when it is one that is tried first."""
    if not MINIMUM <= len(password) <= MAXIMUM:
        raise WeakPassword(field="password", minimum=MINIMUM, maximum=MAXIMUM)
    if is_common(password, login):
        raise CommonPassword(field="password")
