"""Raw sound as the engine writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 8000


def tone(hertz: float, seconds: float, level: float = 0.4) -> NDArray[np.int16]:
    wave = level * 32767 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return wave.astype("<i2")


def write_raw(path: Path, caller: NDArray[np.int16], agent: NDArray[np.int16]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(np.column_stack([caller, agent]).astype("<i2").tobytes())
    return path


def loudest(samples: NDArray[Any], rate: int = RATE) -> float:
    """The strongest frequency (Hz)."""
    power = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(power) * rate / samples.size)
