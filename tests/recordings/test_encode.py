"""Raw sound becomes a kept file with its waveform."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.recordings.sounds import RATE, loudest, tone, write_raw

from zuoxi.recordings import encode as encoding
from zuoxi.recordings.encode import EncodingFailed, encode


def test_both_sides_are_kept_sample_by_sample_each_on_its_channel(tmp_path: Path) -> None:
    caller, agent = tone(440, 3.0), tone(1000, 3.0)
    kept = encode(write_raw(tmp_path / "a.raw", caller, agent), tmp_path / "x" / "a.flac")
    samples, rate = soundfile.read(tmp_path / "x" / "a.flac", dtype="int16")
    assert (rate, kept.seconds) == (RATE, 3.0)
    assert np.array_equal(samples[:, 0], caller)
    assert np.array_equal(samples[:, 1], agent)
    assert abs(loudest(samples[:, 0]) - 440) < 2
    content = (tmp_path / "x" / "a.flac").read_bytes()
    assert (kept.size, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert kept.size < 3 * RATE * 4


@pytest.mark.parametrize("frames", [1, 7, 999, 1000, 1001, 30 * RATE + 17, 95 * RATE + 3])
def test_peaks_are_those_of_each_bucket(tmp_path: Path, frames: int) -> None:
    chance = np.random.default_rng(frames)
    sound = chance.integers(-32768, 32768, (frames, 2), dtype=np.int16)
    raw = write_raw(tmp_path / "a.raw", sound[:, 0], sound[:, 1])
    peaks = encode(raw, tmp_path / "a.flac").peaks.to_json()
    count = min(1000, frames)
    assert peaks["buckets"] == count
    for channel, side in enumerate(("caller", "agent")):
        drawn = peaks["channels"][channel]
        assert drawn["side"] == side
        for bucket in range(count):
            part = sound[bucket * frames // count : (bucket + 1) * frames // count, channel] * (127 / 32768)
            assert drawn["min"][bucket] == np.floor(part.min())
            assert drawn["max"][bucket] == np.ceil(part.max())


def test_keeping_may_begin_later_and_a_torn_last_frame_does_not_matter(tmp_path: Path) -> None:
    raw = write_raw(tmp_path / "a.raw", np.arange(1000, dtype="<i2"), -np.arange(1000, dtype="<i2"))
    with raw.open("ab") as file:
        file.write(b"\x01\x02\x03")
    assert encode(raw, tmp_path / "a.flac", 250).seconds == 750 / RATE
    samples, _ = soundfile.read(tmp_path / "a.flac", dtype="int16")
    assert samples[0].tolist() == [250, -250]
    with pytest.raises(ValueError, match="nothing"):
        encode(raw, tmp_path / "b.flac", 1000)


def test_a_file_that_did_not_become_whole_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = write_raw(tmp_path / "a.raw", tone(440, 1), tone(440, 1))
    monkeypatch.setattr(encoding, "_write", lambda raw, part, *_: part.write_bytes(b"") and None)
    with pytest.raises(EncodingFailed):
        encode(raw, tmp_path / "out" / "a.flac")
    assert list((tmp_path / "out").iterdir()) == []
    assert raw.exists()
