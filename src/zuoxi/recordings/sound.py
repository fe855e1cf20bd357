"""The sound of a recording, wherever and however it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from zuoxi.platform.config import Settings
from zuoxi.recordings.errors import FileMissing, KeyUnknown, SoundDamaged, SoundRemoved
from zuoxi.recordings.keys import KeyMissing, KeyRing
from zuoxi.recordings.models import Recording
from zuoxi.recordings.seal import SealBroken, SealedFile


class Sound(Protocol):
    """Bytes of a FLAC file that can be read from any place."""

    length: int

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]: ...


class PlainFile:
    """A file from before sealing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.length = path.stat().st_size

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        left = (self.length if end is None else end) - start
        with self._path.open("rb") as file:
            file.seek(start)
            while left > 0 and (piece := file.read(min(65536, left))):
                left -= len(piece)
                yield piece


class BytesInHand:
    """Sound that was just made."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.length = len(content)

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        yield self._content[start:end]


class Sounds:
    """Opens the sound of recordings: ``folder`` holds the files, ``keys`` what opens them."""

    def __init__(self, folder: Path, keys: KeyRing) -> None:
        self.folder = folder
        self.keys = keys

    @classmethod
    def of(cls, settings: Settings) -> Sounds:
        """Those of an installation."""
        return cls(settings.folder("recordings"), KeyRing(settings.data / "keys" / "recordings"))

    def path(self, recording: Recording) -> Path:
        """Where it is kept, which is never outside of the recordings' folder."""
        if recording.path.startswith("/") or ".." in recording.path.split("/"):
            raise FileMissing
        return self.folder / recording.path

    def open(self, recording: Recording) -> Sound:
        """Raises SoundRemoved, FileMissing, SoundDamaged, KeyUnknown."""
        if recording.state == "removed":
            raise SoundRemoved
        path = self.path(recording)
        try:
            if recording.key_version is None or recording.wrapped_key is None:
                return PlainFile(path)
            key = self.keys.unwrap(recording.tenant_id, recording.id, recording.key_version, recording.wrapped_key)
            return SealedFile(path, key)
        except KeyMissing as fault:
            raise KeyUnknown from fault
        except OSError as fault:
            raise FileMissing from fault
        except SealBroken as fault:
            raise SoundDamaged from fault

    def whole(self, recording: Recording) -> bytes:
        """All of its FLAC, in memory, compared with its checksum. Raises as ``open`` does."""
        try:
            content = b"".join(self.open(recording).read())
        except SealBroken as fault:
            raise SoundDamaged from fault
        if hashlib.sha256(content).hexdigest() != recording.sha256:
            raise SoundDamaged
        return content

    def intact(self, recording: Recording) -> bool:
        """Whether the file opens from end to end and has its checksum. Raises FileMissing, KeyUnknown."""
        digest = hashlib.sha256()
        try:
            for piece in self.open(recording).read():
                digest.update(piece)
        except (SealBroken, SoundDamaged):
            return False
        return digest.hexdigest() == recording.sha256
