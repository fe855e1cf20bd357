"""Music for waiting callers, composed here: a plucked pentatonic tune that loops without a seam.

It keeps out of narrow bands around 440, 1000 and 1500 Hz, so that a test tone on a line can be told from it.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from zuoxi.lines.sound import TELEPHONE_RATE, Samples, to_wav, write_whole

KEPT_FREE = (440.0, 1000.0, 1500.0)  # Hz
FREE_WIDTH = 30.0  # Hz to each side
_BEAT_S = 0.42
_SHIPPED = (("default", (7, 23), _BEAT_S), ("calm", (41,), 0.66), ("lively", (11,), 0.30))
_SCALE = (261.63, 293.66, 329.63, 392.00, 493.88, 523.25, 587.33, 659.25, 783.99)  # around C, without A (440 Hz)
_BASS = (130.81, 98.00, 164.81, 146.83)


def compose(seed: int, bars: int = 32, beat_s: float = _BEAT_S) -> Samples:
    """A tune of ``bars`` bars of four beats, 8 kHz, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - a tune, not a secret
    length = int(bars * 4 * beat_s * TELEPHONE_RATE)
    sound: Samples = np.zeros(length)
    motif = [chance.randrange(len(_SCALE)) for _ in range(8)]
    for bar in range(bars):
        _pluck(sound, bar * 4 * beat_s, _BASS[(bar // 2) % len(_BASS)], 0.30, 1.5)
        # the motif comes back with one note moved, which makes it a tune and not a clock
        if bar % 2 == 1:
            motif[chance.randrange(len(motif))] = chance.randrange(len(_SCALE))
        for half_beat, degree in enumerate(motif):
            if half_beat % 2 == 0 or chance.random() < 0.45:
                _pluck(sound, (bar * 4 + half_beat / 2) * beat_s, _SCALE[degree], 0.22, 0.7)
    spectrum = np.fft.rfft(sound)
    frequencies = np.fft.rfftfreq(length, 1 / TELEPHONE_RATE)
    for centre in KEPT_FREE:
        spectrum *= np.clip((np.abs(frequencies - centre) - FREE_WIDTH) / 10.0, 0.0, 1.0)
    sound = np.fft.irfft(spectrum, length)
    return sound * (0.35 / float(np.max(np.abs(sound))))


def _pluck(sound: Samples, at_s: float, frequency: float, strength: float, decay_s: float) -> None:
    """Add a struck string: partials that die away, the higher the sooner; what passes the end comes in at the start."""
    count = int(4 * decay_s * TELEPHONE_RATE)
    time = np.arange(count) / TELEPHONE_RATE
    note: Samples = np.zeros(count)
    for partial in range(1, 5):
        pitch = frequency * partial
        if pitch < 3400 and all(abs(pitch - centre) > 2 * FREE_WIDTH for centre in KEPT_FREE):
            note += np.sin(2 * np.pi * pitch * time) * np.exp(-time * partial**0.5 / decay_s) / partial**1.6
    note *= np.minimum(time / 0.02, 1.0) * strength
    places = (int(at_s * TELEPHONE_RATE) + np.arange(count)) % sound.size
    sound[places] += note


def write_music(folder: Path) -> list[Path]:
    """Write the shipped tunes (WAV), a folder for each kind of music, unless they are there. Returns their paths."""
    paths = []
    for name, seeds, beat_s in _SHIPPED:
        for number, seed in enumerate(seeds, start=1):
            path = folder / name / f"waiting-{number}.wav"
            if not path.exists():
                write_whole(path, to_wav(compose(seed, beat_s=beat_s)))
            paths.append(path)
    return paths


def kinds_of_music(folder: Path) -> dict[str, int]:
    """What a queue may play: the engine's classes of music by name, and how many tunes each has."""
    if not folder.is_dir():
        return {}
    found = {place.name: len(list(place.glob("*.wav"))) for place in sorted(folder.iterdir()) if place.is_dir()}
    return {name: tunes for name, tunes in found.items() if tunes}
