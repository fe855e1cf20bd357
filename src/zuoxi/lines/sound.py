"""Sound as the telephone carries it: 8 kHz, one channel, 16 bit. Reading, resampling, levels, and writing WAV files."""

from __future__ import annotations

import io
import os
import wave
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from zuoxi.lines.errors import SoundTooLong, SoundUnreadable

Samples = NDArray[np.float64]  # -1 to 1

TELEPHONE_RATE = 8000
_PASS, _STOP = 3400.0, 3900.0  # Hz: the telephone's band, and where nothing is left before folding at 4 kHz


def resample(samples: Samples, rate: int) -> Samples:
    """Bring a mono signal from ``rate`` (Hz) to 8 kHz, band-limited to the telephone's 3.4 kHz.

    Cuts the spectrum of the whole signal (zero-padded, so that its ends do not fold into each other).
    """
    if samples.size == 0:
        return samples
    up, down = TELEPHONE_RATE // gcd(TELEPHONE_RATE, rate), rate // gcd(TELEPHONE_RATE, rate)
    length = -(-(samples.size + rate // 10) // down) * down
    spectrum = np.fft.rfft(samples, length)
    wanted = length // down * up
    frequencies = np.arange(wanted // 2 + 1) * (rate / length)
    kept = np.zeros(wanted // 2 + 1, dtype=np.complex128)
    shared = min(kept.size, spectrum.size)
    kept[:shared] = spectrum[:shared]
    kept *= np.clip((_STOP - frequencies) / (_STOP - _PASS), 0.0, 1.0)
    out: Samples = np.fft.irfft(kept, wanted) * (wanted / length)
    return out[: -(-samples.size * up // down)]


def trim_silence(samples: Samples, margin_s: float = 0.1, threshold: float = 0.01) -> Samples:
    """Make silence at both ends exactly ``margin_s`` seconds (8 kHz); all silence becomes nothing."""
    loud = np.flatnonzero(np.abs(samples) > threshold)
    if loud.size == 0:
        return samples[:0]
    margin: Samples = np.zeros(int(margin_s * TELEPHONE_RATE))
    return np.concatenate([margin, samples[int(loud[0]) : int(loud[-1]) + 1], margin])


def level(samples: Samples, rms: float = 0.12, peak: float = 0.89) -> Samples:
    """Bring speech to an even loudness (root mean square of full scale), with no sample beyond ``peak``."""
    present = float(np.sqrt(np.mean(samples**2))) if samples.size else 0.0
    if present == 0.0:
        return samples
    gain = min(rms / present, peak / float(np.max(np.abs(samples))))
    return samples * gain


def beep(frequency: float = 880.0, seconds: float = 0.5) -> Samples:
    """The tone after which somebody speaks, softly begun and ended, with a short rest before it."""
    time = np.arange(int(seconds * TELEPHONE_RATE)) / TELEPHONE_RATE
    edge = np.minimum(1.0, np.minimum(time, seconds - time) / 0.02)
    rest: Samples = np.zeros(int(0.2 * TELEPHONE_RATE))
    return np.concatenate([rest, 0.3 * np.sin(2 * np.pi * frequency * time) * edge])


def to_wav(samples: Samples) -> bytes:
    """An 8 kHz mono 16-bit WAV file."""
    pcm = (np.clip(samples, -1.0, 1.0) * 32767).round().astype("<i2")
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(TELEPHONE_RATE)
        file.writeframes(pcm.tobytes())
    return target.getvalue()


def read_sound(content: bytes, longest_s: float) -> Samples:
    """Read an uploaded recording of any usual kind (WAV, FLAC, OGG, MP3, AIFF …) as 8 kHz mono.

    Raises SoundUnreadable, SoundTooLong.
    """
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            if file.frames > longest_s * file.samplerate:
                raise SoundTooLong(seconds=round(file.frames / file.samplerate), longest=round(longest_s))
            frames = file.read(dtype="float64", always_2d=True)
            rate = int(file.samplerate)
    except (soundfile.SoundFileError, RuntimeError) as fault:
        raise SoundUnreadable from fault
    mono: Samples = frames.mean(axis=1)
    if mono.size == 0 or not np.all(np.isfinite(mono)) or float(np.max(np.abs(mono))) == 0.0:
        raise SoundUnreadable
    return np.clip(mono, -1.0, 1.0) if rate == TELEPHONE_RATE else resample(mono, rate)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
