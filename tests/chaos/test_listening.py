"""The measure of silence itself: late reading is none, a pause and quiet sound are."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from tests.chaos.listening import PACKET, Ear, Packet, longest_silence

from zuoxi.telephony.phone.audio import encode, tone


def stream(count: int, *, start: int = 0, at: float = 0.0, audible: bool = True) -> list[Packet]:
    return [Packet(at + PACKET * step, start + step, audible) for step in range(count)]


def test_a_steady_stream_has_no_silence() -> None:
    assert longest_silence(stream(500)) == pytest.approx(PACKET * 0, abs=1e-6)


def test_a_pause_of_the_sender_is_silence() -> None:
    packets = stream(100) + stream(100, start=100, at=100 * PACKET + 3.0)
    assert longest_silence(packets) == pytest.approx(3.0, abs=1e-6)


def test_quiet_packets_are_silence_together_with_a_pause_among_them() -> None:
    packets = stream(100) + stream(50, start=100, at=2.0, audible=False) + stream(100, start=150, at=4.5)
    assert longest_silence(packets) == pytest.approx(2.5, abs=1e-6)


def test_a_listener_who_was_busy_for_long_did_not_hear_silence() -> None:
    late = [Packet(7.0, packet.number, True) if 2.0 < packet.at < 7.0 else packet for packet in stream(500)]
    assert longest_silence(late) == pytest.approx(0.0, abs=1e-6)


def test_packets_lost_on_the_way_are_not_silence() -> None:
    assert longest_silence([packet for packet in stream(500) if not 100 < packet.number < 300]) < 1e-6


def test_packets_are_counted_over_the_wrap_and_over_a_new_stream() -> None:
    ear = Ear()

    def say(at: float, number: int, sound: bytes, source: int = 1) -> None:
        ear(at, struct.pack(">BBHII", 0x80, 8, number & 0xFFFF, 0, source) + sound)

    loud, quiet = encode(tone(1700.0, PACKET), "a"), encode(np.zeros(160, dtype=np.int16), "a")
    for step in range(100):
        say(step * PACKET, 65_500 + step, loud)
    say(1.98, 65_500 + 99, loud)  # the same again
    for step in range(100, 175):
        say(step * PACKET, 7_000 + step, quiet, source=2)
    say(175 * PACKET, 7_175, loud, source=2)
    assert [packet.number for packet in ear.packets] == list(range(65_500, 65_676))
    assert ear.silence() == pytest.approx(1.5, abs=1e-6)
    assert len(ear.recent()) == 16_000
