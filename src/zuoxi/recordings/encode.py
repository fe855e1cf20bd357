"""From the engine's raw sound to a file worth keeping.

Raw: signed 16-bit little-endian samples at 8 kHz, caller and what the caller hears in turn (stereo). Kept: FLAC of the
same samples, with the peaks that a page draws as a waveform. Works through the file in pieces: an hour is 115 MB.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 8000
CHANNELS = 2
FRAME = 2 * CHANNELS  # bytes
BUCKETS = 1000
_PIECE = 30 * RATE  # frames


class EncodingFailed(Exception):
    """The kept file did not become whole; most often the disk is full. The raw file is untouched."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """The lowest and highest sample of each bucket, one row per channel, scaled to -127…127."""

    low: NDArray[np.int16]
    high: NDArray[np.int16]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """``{"seconds", "buckets", "scale": 127, "channels": [{"side", "min": […], "max": […]}, …]}``."""
        sides = zip(("caller", "agent"), self.low, self.high, strict=True)
        return {
            "seconds": self.seconds,
            "buckets": int(self.low.shape[1]),
            "scale": 127,
            "channels": [{"side": side, "min": low.tolist(), "max": high.tolist()} for side, low, high in sides],
        }


@dataclass(frozen=True, slots=True)
class Encoded:
    """A kept file: its length (s), size (bytes), checksum (hex) and peaks."""

    seconds: float
    size: int
    sha256: str
    peaks: Peaks


def frames_in(raw: Path) -> int:
    """How many whole frames a raw file holds; a torn last one does not count."""
    return raw.stat().st_size // FRAME


def encode(raw: Path, target: Path, first_frame: int = 0) -> Encoded:
    """Write ``raw`` from ``first_frame`` on to ``target``, which appears whole and on disk or not at all.

    Raises EncodingFailed, ValueError when nothing would be left.
    """
    total = frames_in(raw) - first_frame
    if total <= 0:
        raise ValueError("nothing is left to keep")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        peaks = _write(raw, part, first_frame, total)
        if soundfile.info(part).frames != total:
            raise EncodingFailed(f"{target.name} is shorter than its raw sound")
        with part.open("rb+") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
            size = file.tell()
        part.replace(target)
    except (OSError, soundfile.SoundFileError) as fault:
        raise EncodingFailed(str(fault)) from fault
    finally:
        part.unlink(missing_ok=True)
    return Encoded(seconds=total / RATE, size=size, sha256=digest, peaks=peaks)


def _write(raw: Path, part: Path, first_frame: int, total: int) -> Peaks:
    buckets = min(BUCKETS, total)
    edges = np.arange(buckets + 1) * total // buckets  # bucket i holds frames edges[i] to edges[i + 1]
    low = np.full((CHANNELS, buckets), 32767, dtype=np.int16)
    high = np.full((CHANNELS, buckets), -32768, dtype=np.int16)
    with soundfile.SoundFile(part, "w", RATE, CHANNELS, format="FLAC", subtype="PCM_16") as kept:
        at = 0
        for piece in _pieces(raw, first_frame, total):
            kept.write(piece)
            bucket = int(np.searchsorted(edges, at, side="right")) - 1
            inner = np.clip(edges[bucket : int(np.searchsorted(edges, at + len(piece), side="left"))] - at, 0, None)
            touched = slice(bucket, bucket + len(inner))
            low[:, touched] = np.minimum(low[:, touched], np.minimum.reduceat(piece, inner, axis=0).T)
            high[:, touched] = np.maximum(high[:, touched], np.maximum.reduceat(piece, inner, axis=0).T)
            at += len(piece)
    if at != total:
        raise EncodingFailed(f"{raw.name} lost frames while it was read")
    scale = 127 / 32768
    return Peaks(np.floor(low * scale).astype(np.int16), np.ceil(high * scale).astype(np.int16), total / RATE)


def _pieces(raw: Path, first_frame: int, total: int) -> Iterator[NDArray[np.int16]]:
    with raw.open("rb") as file:
        file.seek(first_frame * FRAME)
        left = total
        while left > 0:
            content = file.read(min(_PIECE, left) * FRAME)
            if len(content) < FRAME:
                return
            piece: NDArray[np.int16] = np.frombuffer(content, dtype="<i2", count=len(content) // FRAME * CHANNELS)
            left -= len(piece) // CHANNELS
            yield piece.reshape(-1, CHANNELS)
