"""Voices that read prompts aloud. ``python -m zuoxi.lines`` has them read out what has no sound yet."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import numpy as np

from zuoxi.lines.errors import NothingToSay, VoiceFailed
from zuoxi.lines.prompts import Language
from zuoxi.lines.sound import TELEPHONE_RATE, Samples, level, resample, trim_silence

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9'’.-]*(?: +[A-Za-z][A-Za-z0-9'’.-]*)*")
_HAN = re.compile(r"[㐀-鿿]")
_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
# Spaces around a mark make the voice pause at it.
_PAUSES = str.maketrans(
    {",": " , ", "、": " , ", ";": " ; ", "。": " . ", "!": " ! ", "?": " ? ", ":": " , ", "\n": " . "}
)


class Synthesiser(Protocol):
    """A voice. Another one (a neural voice, a service in the network) only needs this verb."""

    def synthesise(self, text: str, language: Language) -> Samples:
        """Read ``text`` aloud in ``language`` (zh or en) as 8 kHz mono samples. Raises NothingToSay, VoiceFailed."""
        ...


def parts_for(text: str, language: Language) -> list[dict[str, str]]:
    """Cut a text into parts for one voice each: Chinese as pinyin with tones, Latin words in English.

    Digits in a Chinese text are read one by one, as numbers that people dial.
    """
    if language is Language.EN:
        return [{"voice": "en", "text": text}]
    parts: list[dict[str, str]] = []
    at = 0
    for latin in _LATIN.finditer(text):
        _add_chinese(parts, text[at : latin.start()])
        parts.append({"voice": "en", "text": latin.group()})
        at = latin.end()
    _add_chinese(parts, text[at:])
    return parts


def _add_chinese(parts: list[dict[str, str]], text: str) -> None:
    spoken = "".join(_DIGITS.get(letter, letter) for letter in text)
    if not _HAN.search(spoken):
        return
    from pypinyin import Style, lazy_pinyin  # its dictionary is large: loaded where somebody speaks

    pinyin = " ".join(lazy_pinyin(spoken, style=Style.TONE3, neutral_tone_with_five=True))
    parts.append({"voice": "cmn-latn-pinyin", "text": pinyin.translate(_PAUSES)})


class EspeakVoice:
    """eSpeak NG 1.52, robotic and intelligible, each text in a process of its own (the library keeps global state)."""

    def __init__(self, *, chinese_rate: int = 150, english_rate: int = 160, time_limit_s: float = 60.0) -> None:
        self._rates = {Language.ZH: chinese_rate, Language.EN: english_rate}  # words a minute
        self._time_limit_s = time_limit_s

    def synthesise(self, text: str, language: Language) -> Samples:
        """Read ``text`` aloud; blocks for some tenths of a second. Raises NothingToSay, VoiceFailed."""
        parts = parts_for(text, language)
        if not any(character.isalnum() for part in parts for character in part["text"]):
            raise NothingToSay
        request = {"parts": parts, "words_per_minute": self._rates[language]}
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(Path(__file__).with_name("speak.py"))],
                input=json.dumps(request).encode(),
                capture_output=True,
                timeout=self._time_limit_s,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as fault:
            raise VoiceFailed from fault
        (rate,) = struct.unpack_from("<I", done.stdout)
        samples: Samples = np.frombuffer(done.stdout, dtype="<i2", offset=4).astype(np.float64) / 32768
        spoken = level(trim_silence(resample(samples, rate)))
        if spoken.size == 0:
            raise VoiceFailed
        return spoken


def read_aloud(voice: Synthesiser, zh: str, en: str, language: Language) -> Samples:
    """One prompt as samples: in one language, or Chinese, a pause of 0.6 s, and English. Raises what the voice
    raises."""
    if language is Language.BOTH:
        pause: Samples = np.zeros(int(0.6 * TELEPHONE_RATE))
        return np.concatenate([voice.synthesise(zh, Language.ZH), pause, voice.synthesise(en, Language.EN)])
    return voice.synthesise(zh if language is Language.ZH else en, language)
