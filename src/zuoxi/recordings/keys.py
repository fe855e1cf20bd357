"""The keys that wrap the recordings' own keys: one ring for each tenant, as files that only our account can read.

``<data>/keys/recordings/<tenant>/<version>.key`` holds 32 random bytes. The highest version wraps what is new; older
ones stay as long as a recording, or a backup of the database, needs them. Without these files the recordings are noise:
they belong into every backup, and elsewhere than the database and the recordings.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zuoxi.recordings.seal import KEY_BYTES

INSTALLATION = "installation"  # whose ring seals the sound of nobody's calls
_NONCE = 12


class KeyMissing(Exception):
    """The key of that version is not in the folder, or is not the one that wrapped this."""


class KeyRing:
    """The keys in ``folder``. Several processes may use it at the same time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def versions(self, owner: str) -> list[int]:
        """The versions that are there, the oldest first."""
        place = self._folder / owner
        return sorted(int(path.stem) for path in place.glob("*.key") if path.stem.isdigit()) if place.is_dir() else []

    def current(self, owner: str) -> int:
        """The version that wraps now; the first is made when there is none."""
        versions = self.versions(owner)
        return versions[-1] if versions else self._make(owner, 1)

    def add(self, owner: str) -> int:
        """Make the next version."""
        return self._make(owner, self.current(owner) + 1)

    def remove(self, owner: str, version: int) -> None:
        """Destroy an old version. What it wrapped can never be heard again."""
        (self._folder / owner / f"{version}.key").unlink(missing_ok=True)

    def wrap(self, owner: str, name: str, key: bytes) -> tuple[int, bytes]:
        """Wrap a recording's key by the current version: (version, wrapped). ``name`` binds it to its recording."""
        version = self.current(owner)
        nonce = secrets.token_bytes(_NONCE)
        return version, nonce + AESGCM(self._read(owner, version)).encrypt(nonce, key, _bound(owner, name))

    def unwrap(self, owner: str, name: str, version: int, wrapped: bytes) -> bytes:
        """The recording's key. Raises KeyMissing."""
        try:
            return AESGCM(self._read(owner, version)).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _bound(owner, name))
        except InvalidTag as fault:
            raise KeyMissing(f"version {version} did not wrap this key") from fault

    def _read(self, owner: str, version: int) -> bytes:
        try:
            key = (self._folder / owner / f"{version}.key").read_bytes()
        except OSError as fault:
            raise KeyMissing(f"version {version} cannot be read") from fault
        if len(key) != KEY_BYTES:
            raise KeyMissing(f"version {version} is not whole")
        return key

    def _make(self, owner: str, version: int) -> int:
        """Write a new key, on disk before its name appears. Where another process was faster, its key counts."""
        place = self._folder / owner
        for folder in (self._folder, place):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        part = place / f"{secrets.token_hex(8)}.part"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            try:
                (place / f"{version}.key").hardlink_to(part)
            except FileExistsError:
                return self.current(owner)
        finally:
            part.unlink(missing_ok=True)
        folder_handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(folder_handle)
        finally:
            os.close(folder_handle)
        return version


def _bound(owner: str, name: str) -> bytes:
    return f"zuoxi recording {owner} {name}".encode()
