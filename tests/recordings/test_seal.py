"""Sealed files and the keys that wrap their keys."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zuoxi.recordings.keys import KeyMissing, KeyRing
from zuoxi.recordings.play import asked_for
from zuoxi.recordings.seal import SealBroken, SealedFile, new_key, seal

CHUNK = 64


def sealed(folder: Path, content: bytes, chunk: int = CHUNK) -> tuple[Path, bytes]:
    plain, target, key = folder / "a.flac", folder / "x" / "a.flac.sealed", new_key()
    plain.write_bytes(content)
    seal(plain, target, key, chunk)
    return target, key


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 5 * CHUNK + 17])
def test_what_was_sealed_is_read_again_from_any_place(tmp_path: Path, length: int) -> None:
    content = os.urandom(length)
    path, key = sealed(tmp_path, content)
    file = SealedFile(path, key)
    assert file.length == length
    assert b"".join(file.read()) == content
    for start, end in ((0, 1), (1, CHUNK), (CHUNK - 1, CHUNK + 1), (CHUNK, 3 * CHUNK), (length - 1, length + 50)):
        if 0 <= start < length:
            assert b"".join(file.read(start, end)) == content[start:end]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_seeking_opens_only_the_chunks_it_needs(tmp_path: Path) -> None:
    content = os.urandom(10 * CHUNK)
    path, key = sealed(tmp_path, content)
    damaged = bytearray(path.read_bytes())
    damaged[25] ^= 1  # in the first chunk
    path.write_bytes(damaged)
    file = SealedFile(path, key)
    assert b"".join(file.read(5 * CHUNK, 6 * CHUNK + 3)) == content[5 * CHUNK : 6 * CHUNK + 3]
    with pytest.raises(SealBroken):
        list(file.read(0, 1))


@pytest.mark.parametrize("tamper", ["bit", "cut", "longer", "swap", "other key", "header", "foreign", "empty"])
def test_nothing_else_opens(tmp_path: Path, tamper: str) -> None:
    content = b"abcd" * CHUNK
    path, key = sealed(tmp_path, content)
    whole, step = bytearray(path.read_bytes()), CHUNK + 16
    match tamper:
        case "bit":
            whole[-1] ^= 1
        case "cut":  # at the border of a chunk
            del whole[-step:]
        case "longer":
            whole += whole[-step:]
        case "swap":
            first, second = whole[20 : 20 + step], whole[20 + step : 20 + 2 * step]
            whole[20 : 20 + 2 * step] = second + first
        case "other key":
            key = new_key()
        case "header":  # as long as if one chunk less had been sealed
            del whole[-step:]
            whole[12:20] = (len(content) - CHUNK).to_bytes(8, "big")
        case "foreign":
            whole[:8] = b"fLaC\x00\x00\x00\x00"
        case "empty":
            whole.clear()
    path.write_bytes(whole)
    with pytest.raises(SealBroken):
        list(SealedFile(path, key).read())


def test_equal_sound_is_not_equal_when_sealed(tmp_path: Path) -> None:
    first, _ = sealed(tmp_path, b"same" * 100)
    once = first.read_bytes()
    again, _ = sealed(tmp_path, b"same" * 100)
    assert once[20:] != again.read_bytes()[20:]


def test_keys_wrap_by_the_newest_version_and_older_ones_still_open(tmp_path: Path) -> None:
    ring, key = KeyRing(tmp_path / "keys"), new_key()
    first, wrapped = ring.wrap("tenant", "one", key)
    assert (first, ring.versions("tenant")) == (1, [1])
    assert ring.add("tenant") == 2
    second, again = KeyRing(tmp_path / "keys").wrap("tenant", "one", key)
    assert second == 2
    assert ring.unwrap("tenant", "one", 1, wrapped) == ring.unwrap("tenant", "one", 2, again) == key
    assert key not in wrapped
    for owner, name, version, blob in (
        ("tenant", "two", 1, wrapped),  # another recording's row
        ("tenant", "one", 2, wrapped),
        ("tenant", "one", 3, wrapped),
        ("other", "one", 1, wrapped),
        ("tenant", "one", 1, wrapped[:-1] + bytes([wrapped[-1] ^ 1])),
    ):
        with pytest.raises(KeyMissing):
            ring.unwrap(owner, name, version, blob)
    ring.remove("tenant", 1)
    with pytest.raises(KeyMissing):
        ring.unwrap("tenant", "one", 1, wrapped)
    assert ring.add("tenant") == 3


def test_only_we_can_read_the_keys(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    ring.current("tenant")
    modes = {tmp_path / "keys": 0o700, tmp_path / "keys/tenant": 0o700, tmp_path / "keys/tenant/1.key": 0o600}
    for path, mode in modes.items():
        assert stat.S_IMODE(path.stat().st_mode) == mode
    assert [each.name for each in (tmp_path / "keys/tenant").iterdir()] == ["1.key"]


def test_two_processes_that_make_the_first_key_agree(tmp_path: Path) -> None:
    one, two = KeyRing(tmp_path), KeyRing(tmp_path)
    assert one._make("tenant", 1) == 1
    before = (tmp_path / "tenant/1.key").read_bytes()
    assert two._make("tenant", 1) == 1, "the slower takes the faster one's"
    assert (tmp_path / "tenant/1.key").read_bytes() == before


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-", (0, 1000)),
        ("bytes=10-19", (10, 20)),
        ("bytes=990-5000", (990, 1000)),
        ("bytes=-100", (900, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
        ("bytes=-", None),
    ],
)
def test_a_players_range(header: str | None, part: tuple[int, int] | None) -> None:
    assert asked_for(header, 1000) == part


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match="range"):
        asked_for(header, 1000)


@given(st.text(max_size=40), st.integers(1, 10**9))
def test_any_range_is_within_the_sound(header: str, length: int) -> None:
    try:
        part = asked_for(header, length)
    except ValueError:
        return
    assert part is None or 0 <= part[0] < part[1] <= length
