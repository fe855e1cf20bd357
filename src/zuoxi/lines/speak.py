"""Reads texts aloud with eSpeak NG: a program of its own, because that library keeps its state in globals.

Standard input: one JSON object ``{"words_per_minute": 150, "parts": [{"voice": "cmn-latn-pinyin", "text": "…"}]}``.
Standard output: signed 16-bit little-endian mono samples; their rate (Hz) stands in the first four bytes.
"""

from __future__ import annotations

import ctypes
import json
import struct
import sys
from typing import Any

import espeakng_loader

_SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT: samples come by the callback, within espeak_Synth
_UTF8 = 1
_RATE = 1  # espeak_PARAMETER


def speak(parts: list[dict[str, str]], words_per_minute: int) -> tuple[int, bytes]:
    """Read the parts one after another. Returns the sample rate and the samples. Raises RuntimeError."""
    voices: Any = espeakng_loader
    library: Any = ctypes.CDLL(voices.get_library_path())
    rate = int(library.espeak_Initialize(_SYNCHRONOUS, 0, str(voices.get_data_path()).encode(), 0))
    if rate <= 0:
        raise RuntimeError("the voice could not be loaded")
    sound: list[bytes] = []

    def collect(samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            sound.append(ctypes.string_at(samples, 2 * count))
        return 0

    # kept in a name for as long as the library may call it
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)(collect)
    library.espeak_SetSynthCallback(callback)
    for part in parts:
        if library.espeak_SetVoiceByName(part["voice"].encode()) != 0:
            raise RuntimeError(f"there is no voice {part['voice']}")
        library.espeak_SetParameter(_RATE, words_per_minute, 0)
        text = part["text"].encode()
        if library.espeak_Synth(text, ctypes.c_size_t(len(text) + 1), 0, 0, 0, _UTF8, None, None) != 0:
            raise RuntimeError("a part could not be read")
    return rate, b"".join(sound)


def main() -> int:
    request = json.load(sys.stdin.buffer)
    rate, samples = speak(request["parts"], int(request["words_per_minute"]))
    sys.stdout.buffer.write(struct.pack("<I", rate) + samples)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
