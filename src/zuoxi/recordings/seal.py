"""Sealed files: encrypted at rest, readable from any place without reading what comes before it.

A file is cut into chunks, each sealed by AES-256-GCM under the file's own key, which seals nothing else; so a chunk's
number may be its nonce. Every chunk is bound to the header, which holds the plain length: a file that was cut short,
lengthened, or whose chunks were moved about does not open.

Layout: ``ZXSEAL1`` and a line feed, size of a chunk (4 bytes, big-endian), plain length (8 bytes), then the chunks,
each with 16 bytes of tag.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
CHUNK = 64 * 1024
_MAGIC = b"ZXSEAL1\n"
_HEADER = struct.Struct(">8sIQ")
_TAG = 16


class SealBroken(Exception):
    """The file is not what was sealed under this key: damaged, cut, exchanged, or no sealed file at all."""


def new_key() -> bytes:
    """A random key for one file."""
    return AESGCM.generate_key(8 * KEY_BYTES)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def seal(source: Path, target: Path, key: bytes, chunk: int = CHUNK) -> None:
    """Write ``source`` sealed to ``target``, which appears whole and on disk or not at all. ``key`` must be new."""
    length = source.stat().st_size
    header = _HEADER.pack(_MAGIC, chunk, length)
    cipher = AESGCM(key)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with source.open("rb") as plain, part.open("wb") as sealed:
            part.chmod(0o600)
            sealed.write(header)
            left, number = length, 0
            while left > 0:
                piece = plain.read(min(chunk, left))
                if not piece:
                    raise OSError(f"{source.name} became shorter while it was sealed")
                sealed.write(cipher.encrypt(_nonce(number), piece, header))
                left -= len(piece)
                number += 1
            sealed.flush()
            os.fsync(sealed.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class SealedFile:
    """Reads a sealed file. Raises SealBroken where it is not what was sealed, OSError where it cannot be read."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._cipher = AESGCM(key)
        with path.open("rb") as file:
            self._header = file.read(_HEADER.size)
        if len(self._header) != _HEADER.size:
            raise SealBroken("the header is not whole")
        magic, self._chunk, self.length = _HEADER.unpack(self._header)
        if magic != _MAGIC or not 0 < self._chunk <= 1 << 24:
            raise SealBroken("this is no sealed file")
        chunks = -(-self.length // self._chunk)
        if path.stat().st_size != _HEADER.size + self.length + chunks * _TAG:
            raise SealBroken("the file is longer or shorter than what was sealed")

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The plain bytes from ``start`` up to but without ``end``, in pieces; only the chunks that hold them are
        opened."""
        end = self.length if end is None else min(end, self.length)
        at = start
        with self._path.open("rb") as file:
            while at < end:
                number = at // self._chunk
                file.seek(_HEADER.size + number * (self._chunk + _TAG))
                wanted = min(self._chunk, self.length - number * self._chunk) + _TAG
                try:
                    piece = self._cipher.decrypt(_nonce(number), file.read(wanted), self._header)
                except InvalidTag as fault:
                    raise SealBroken(f"chunk {number} does not open") from fault
                begin = number * self._chunk
                yield piece[at - begin : end - begin]
                at = begin + len(piece)
