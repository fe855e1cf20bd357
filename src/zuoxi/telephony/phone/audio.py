"""G.711 and tones: 16-bit PCM at 8 kHz in numpy arrays."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

RATE = 8000
Pcm = NDArray[np.int16]
Law = Literal["a", "u"]


def tone(frequency: float, seconds: float, amplitude: int = 8000) -> Pcm:
    """A sine of ``frequency`` Hz."""
    return np.asarray(np.sin(2 * np.pi * frequency * np.arange(int(seconds * RATE)) / RATE) * amplitude, dtype=np.int16)


def _decode_a(code: int) -> int:
    """One A-law code as 16-bit PCM (ITU-T G.711, even bits inverted)."""
    code ^= 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    value = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return value if code & 0x80 else -value


def _decode_u(code: int) -> int:
    """One µ-law code as 16-bit PCM (ITU-T G.711, all bits inverted, bias 0x84)."""
    code = ~code & 0xFF
    value = (((code & 15) << 3) + 0x84 << ((code >> 4) & 7)) - 0x84
    return -value if code & 0x80 else value


_DECODED: dict[Law, Pcm] = {
    "a": np.array([_decode_a(code) for code in range(256)], dtype=np.int16),
    "u": np.array([_decode_u(code) for code in range(256)], dtype=np.int16),
}


def _inverse(table: Pcm) -> NDArray[np.uint8]:
    """For each 16-bit sample (offset by 32768) the code whose value is nearest."""
    order = np.argsort(table, kind="stable")
    values = table[order].astype(np.int32)
    samples = np.arange(-32768, 32768, dtype=np.int32)
    above = np.clip(np.searchsorted(values, samples), 1, 255)
    nearer_below = samples - values[above - 1] < values[above] - samples
    return order[np.where(nearer_below, above - 1, above)].astype(np.uint8)


_ENCODED: dict[Law, NDArray[np.uint8]] = {law: _inverse(table) for law, table in _DECODED.items()}


def decode(data: bytes, law: Law) -> Pcm:
    """G.711 bytes as PCM."""
    return _DECODED[law][np.frombuffer(data, dtype=np.uint8)]


def encode(pcm: Pcm, law: Law) -> bytes:
    """PCM as G.711 bytes."""
    return _ENCODED[law][pcm.astype(np.int32) + 32768].tobytes()
