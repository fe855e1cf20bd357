"""Taking recordings out of the house: an archive that proves by itself what it holds.

The archive holds the sound, ``manifest.json`` (which call, when, who took it out and why, checksums) and ``SHA256SUMS``
for ``sha256sum -c``. The checksum of the archive itself stands in the audit log beside who made it.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal

import soundfile

from zuoxi.contacts import Contact
from zuoxi.recordings.models import Recording
from zuoxi.recordings.sound import Sounds
from zuoxi.recordings.timeline import Timeline

Format = Literal["flac", "wav"]
MOST_SECONDS = 6 * 3600
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Item:
    """One recording to be taken out; ``caller`` is the number as this user may see it."""

    recording: Recording
    contact: Contact
    agents: Sequence[str]
    caller: str
    names: Mapping[str, str | None]
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished archive: an open file without a name, its size in bytes and its checksum (hex)."""

    file: IO[bytes]
    size: int
    sha256: str

    def pieces(self) -> Iterator[bytes]:
        """All of it; closes the file."""
        with self.file:
            while piece := self.file.read(_PIECE):
                yield piece


def pack(
    sounds: Sounds, items: Sequence[Item], sound_format: Format, about: Mapping[str, Any], folder: Path
) -> Archive:
    """Write the archive. ``about`` says who, when and why. Raises SoundRemoved, FileMissing, SoundDamaged, KeyUnknown:
    then nothing is handed out."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - handed on, and gone from the disk when closed
    try:
        sums: list[str] = []
        entries: list[dict[str, Any]] = []
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for number, item in enumerate(items, start=1):
                content = sounds.whole(item.recording)
                if sound_format == "wav":
                    content = _as_wav(content)
                name = f"{number:03d}-{item.recording.starts_at:%Y%m%d-%H%M%S}.{sound_format}"
                digest = hashlib.sha256(content).hexdigest()
                sums.append(f"{digest}  {name}\n")
                entries.append(_entry(item, name, digest, len(content)))
                archive.writestr(name, content)
            manifest = json.dumps({**about, "recordings": entries}, ensure_ascii=False, indent=2).encode()
            sums.append(f"{hashlib.sha256(manifest).hexdigest()}  manifest.json\n")
            archive.writestr("manifest.json", manifest)
            archive.writestr("SHA256SUMS", "".join(sums))
        size = file.tell()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        return Archive(file, size, digest)
    except BaseException:
        file.close()
        raise


def _as_wav(flac: bytes) -> bytes:
    samples, rate = soundfile.read(io.BytesIO(flac), dtype="int16")
    target = io.BytesIO()
    soundfile.write(target, samples, rate, format="WAV", subtype="PCM_16")
    return target.getvalue()


def _entry(item: Item, name: str, digest: str, size: int) -> dict[str, Any]:
    recording, contact = item.recording, item.contact
    return {
        "file": name,
        "sha256": digest,
        "bytes": size,
        "recording": recording.id,
        "kept_sha256": recording.sha256,
        "channels": ["caller", "agent"],
        "starts_at": recording.starts_at.isoformat(),
        "seconds": recording.seconds,
        "left_out_before_s": recording.cut_s,
        "contact": contact.id,
        "call": recording.call,
        "caller": item.caller,
        "dialled": contact.dialled,
        **item.names,
        "agents": list(item.agents),
        "call_started_at": contact.started_at.isoformat(),
        "answered_at": contact.answered_at.isoformat() if contact.answered_at else None,
        "ended_at": contact.ended_at.isoformat() if contact.ended_at else None,
        "outcome": contact.outcome,
        "timeline": [asdict(mark) for mark in item.timeline.marks],
        "paused": [asdict(gap) for gap in item.timeline.gaps],
    }
