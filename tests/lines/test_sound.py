"""Voices, music and uploads: measured, since nobody listens in a test."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from zuoxi.lines.errors import SoundTooLong, SoundUnreadable
from zuoxi.lines.make_prompts import make_missing_of, seconds_of, sound_file
from zuoxi.lines.music import FREE_WIDTH, KEPT_FREE, write_music
from zuoxi.lines.prompts import SHIPPED, SHIPPED_BY_KEY, Language
from zuoxi.lines.sound import Samples, read_sound, resample, to_wav
from zuoxi.lines.voices import EspeakVoice, parts_for, read_aloud
from zuoxi.lines.waiting_prompts import PIECE_KEYS


def tone(hertz: float, rate: int, seconds: float = 1.0) -> Samples:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)


def share_around(samples: NDArray[Any], hertz: float, width: float = FREE_WIDTH) -> float:
    """The share of a signal's energy within ``width`` of a frequency (8 kHz)."""
    power = np.abs(np.fft.rfft(samples * np.hanning(samples.size))) ** 2
    frequencies = np.fft.rfftfreq(samples.size, 1 / 8000)
    return float(power[np.abs(frequencies - hertz) < width].sum() / power.sum())


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_resampling_keeps_what_the_telephone_carries_and_folds_nothing_back(rate: int) -> None:
    kept = resample(tone(1000, rate), rate)
    assert kept.size == 8000
    assert share_around(kept, 1000) > 0.99
    assert np.sqrt(np.mean(kept[1000:-1000] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)
    if rate > 12000:
        assert np.max(np.abs(resample(tone(5000, rate), rate)[500:-500])) < 0.01  # else heard at 3 kHz


@pytest.mark.parametrize(
    "prompt", [each for each in SHIPPED if each.key not in PIECE_KEYS], ids=lambda prompt: prompt.key
)
@pytest.mark.parametrize("language", list(Language))
def test_every_shipped_prompt_is_read_at_a_natural_pace(prompt: object, language: Language) -> None:
    text = SHIPPED_BY_KEY[prompt.key]  # type: ignore[attr-defined]
    spoken = read_aloud(EspeakVoice(), text.zh, text.en, language)
    seconds = spoken.size / 8000
    syllables = {
        Language.ZH: len(text.zh),
        Language.EN: len(text.en) / 3.2,
        Language.BOTH: len(text.zh) + len(text.en) / 3.2,
    }[language]
    assert 2.0 < syllables / seconds < 8.0, (syllables, seconds)
    assert np.max(np.abs(spoken)) <= 0.9
    assert 0.05 < np.sqrt(np.mean(spoken**2)) < 0.2
    # speech, not a steady noise: its loudness moves, and its energy lies where voices have theirs
    loudness = np.sqrt(np.mean(spoken[: spoken.size // 400 * 400].reshape(-1, 400) ** 2, axis=1))
    assert np.std(loudness) / np.mean(loudness) > 0.3
    assert share_around(spoken, 1000, width=900) > 0.8
    assert np.mean(np.abs(spoken[:400])) < 0.05


@pytest.mark.parametrize("key", ["number_0", "number_2", "number_hundred", "position_after", "minutes"])
@pytest.mark.parametrize("language", [Language.ZH, Language.EN])
def test_a_piece_of_a_number_is_short_and_clear(key: str, language: Language) -> None:
    piece = SHIPPED_BY_KEY[key]
    spoken = read_aloud(EspeakVoice(), piece.zh, piece.en, language)
    assert 0.15 < spoken.size / 8000 < 1.2
    assert 0.04 < np.sqrt(np.mean(spoken**2)) < 0.3


def test_a_chinese_text_is_read_as_pinyin_with_tones_and_digits_one_by_one() -> None:
    parts = parts_for("系统繁忙中,请拨4008,或说VIP。", Language.ZH)
    assert [part["voice"] for part in parts] == ["cmn-latn-pinyin", "en"]
    spoken = " ".join(parts[0]["text"].split())
    assert spoken == "xi4 tong3 fan2 mang2 zhong1 , qing3 bo1 si4 ling2 ling2 ba1 , huo4 shuo1"
    assert parts[1]["text"] == "VIP"


def test_the_music_keeps_the_bands_of_test_tones_free(tmp_path: Path) -> None:
    paths = write_music(tmp_path)
    assert [path.parent.name for path in paths] == ["default", "default", "calm", "lively"]
    for path in paths:
        music, rate = soundfile.read(path, dtype="float64")
        assert rate == 8000
        assert music.size > 30 * rate
        assert np.sqrt(np.mean(music**2)) > 0.03
        for start in range(0, music.size - rate, rate):
            second = music[start : start + rate]
            for centre in KEPT_FREE:
                assert share_around(second, centre, width=15) < 1e-4
            # no note may last so long that it could be taken for a tone
            power = np.abs(np.fft.rfft(second * np.hanning(rate))) ** 2
            assert power.max() / power.sum() < 0.5
    assert not np.array_equal(soundfile.read(paths[0])[0], soundfile.read(paths[1])[0])
    written = [path.stat().st_mtime_ns for path in paths]
    assert [path.stat().st_mtime_ns for path in write_music(tmp_path)] == written


async def test_only_missing_prompts_are_made(tmp_path: Path) -> None:
    wanted = {key: SHIPPED_BY_KEY[key] for key in ("blocked", "closed")}
    assert await make_missing_of(tmp_path, "t1", wanted, EspeakVoice()) == 2
    recorded = to_wav(tone(700, 8000))
    sound_file(tmp_path, "t1", "blocked").write_bytes(recorded)
    sound_file(tmp_path, "t1", "closed").unlink()
    assert await make_missing_of(tmp_path, "t1", wanted, EspeakVoice()) == 1
    assert sound_file(tmp_path, "t1", "blocked").read_bytes() == recorded
    assert seconds_of(sound_file(tmp_path, "t1", "blocked")) == 1.0
    assert sorted(path.name for path in (tmp_path / "t1").iterdir()) == ["blocked.wav", "closed.wav"]


@pytest.mark.parametrize(("kind", "subtype"), [("WAV", "PCM_24"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("MP3", None)])
def test_recordings_of_the_usual_kinds_are_taken(kind: str, subtype: str | None) -> None:
    target = io.BytesIO()
    soundfile.write(target, np.column_stack([tone(600, 44100), tone(600, 44100)]), 44100, format=kind, subtype=subtype)
    mono = read_sound(target.getvalue(), 10)
    assert share_around(mono, 600) > 0.95
    assert mono.size / 8000 == pytest.approx(1.0, abs=0.1)


def test_what_is_no_recording_is_refused() -> None:
    for content in (b"", b"RIFF....", b"%PDF-1.7 and more", to_wav(np.zeros(8000)), to_wav(np.zeros(0))):
        with pytest.raises(SoundUnreadable):
            read_sound(content, 10)
    with pytest.raises(SoundTooLong) as refusal:
        read_sound(to_wav(tone(600, 8000, 11)), 10)
    assert refusal.value.data == {"seconds": 11, "longest": 10}
