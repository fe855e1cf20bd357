"""Waiting music: the classes of an installation, and an arpeggio of ours where it has none."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

from zuoxi.telephony.engine.configuration import Configuration


def musiconhold(configuration: Configuration) -> str:
    """musiconhold.conf; makes our own music when the installation has no ``default``."""
    own = configuration.folder / "music"
    classes = {"default": own}
    if configuration.music is not None and configuration.music.is_dir():
        found = {place.name: place for place in sorted(configuration.music.iterdir()) if any(place.glob("*.wav"))}
        classes |= found
    if classes["default"] == own:
        _write_music(own / "waiting.wav")
    return "".join(f"[{name}]\nmode = files\nsort = random\ndirectory = {place}\n" for name, place in classes.items())


def _write_music(path: Path, seconds: float = 24.0, rate: int = 8000) -> None:
    """A soft arpeggio of ours as waiting music: 16-bit mono at ``rate`` Hz. An existing file stays."""
    if path.exists():
        return
    chords = ((261.6, 329.6, 392.0), (220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7))
    total = int(seconds * rate)
    samples = [0.0] * total
    beat = rate // 2
    for start in range(0, total, beat):
        chord = chords[(start // (4 * beat)) % len(chords)]
        tone = chord[(start // beat) % 3] * (2 if (start // beat) % 4 == 3 else 1)
        for offset in range(min(3 * beat, total)):
            moment = offset / rate
            fade = math.exp(-2.2 * moment) * min(1.0, moment * 60)
            wave_ = math.sin(2 * math.pi * tone * moment) + 0.25 * math.sin(4 * math.pi * tone * moment)
            samples[(start + offset) % total] += fade * wave_  # notes ring over the end: the file loops without a seam
    loudest = max(map(abs, samples))
    partial = path.with_suffix(".partial")
    with wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{total}h", *(int(9000 * sample / loudest) for sample in samples)))
    partial.rename(path)
