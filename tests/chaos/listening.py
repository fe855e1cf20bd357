"""How long a listener heard nothing, from the packets of a stream of sound.

A busy machine lets the listener read late; that is no silence. So each packet is placed by its number in the stream
(20 ms each), and only lateness that never goes away again is a pause of the sender: with ``d = time - 20 ms * number``,
the least ``d`` of all later packets says how far the sender's stream had fallen behind at most.
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from tests.fixtures.tones import Pcm

from zuoxi.telephony.phone.audio import decode

PACKET = 0.02  # seconds
_LAWS: dict[int, Literal["a", "u"]] = {0: "u", 8: "a"}
_AUDIBLE = 100.0  # largest sample of a packet; comfort noise and coding noise of silence stay below
_KEPT = 100  # packets whose sound is kept: two seconds
_RESTART = 3000  # a jump of the number by more is another stream


@dataclass(frozen=True, slots=True)
class Packet:
    """``number``: its place in the stream, without the wrap at 65,536; ``audible``: there is sound in it."""

    at: float
    number: int
    audible: bool


def longest_silence(packets: list[Packet]) -> float:
    """The longest time in seconds between two audible packets in which nothing was sent or only silence. Packets that
    were lost on their way count as heard."""
    latest = float("inf")
    behind: list[float] = []
    for packet in reversed(packets):
        latest = min(latest, packet.at - PACKET * packet.number)
        behind.append(latest)
    behind.reverse()
    longest, quiet, since = 0.0, 0, None
    for packet, lag in zip(packets, behind, strict=True):
        if not packet.audible:
            quiet += 1
            continue
        if since is not None:
            longest = max(longest, quiet * PACKET + lag - since)
        quiet, since = 0, lag
    return longest


@dataclass(slots=True)
class Ear:
    """Listens to one stream: give it to ``RtpStream.witness``."""

    packets: list[Packet] = field(default_factory=list)
    _recent: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _source: int = 0
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, at: float, data: bytes) -> None:
        payload, (number, _, source) = data[1] & 0x7F, struct.unpack_from(">HII", data, 2)
        if payload not in _LAWS or len(data) <= 12:
            return
        sound = decode(data[12:], _LAWS[payload])
        place = number
        if self.packets:
            last = self.packets[-1].number
            step = (number - last + 0x8000) % 0x10000 - 0x8000
            place = last + (step if source == self._source and abs(step) < _RESTART else 1)
            if place <= last:
                return  # late or twice: its place is taken
        self._source = source
        audible = bool(np.abs(sound.astype(np.int32)).max() >= _AUDIBLE)
        self.packets.append(Packet(at, place, audible))
        self._recent.append((payload, data[12:]))
        if audible:
            self._heard.set()

    def silence(self, since: int = 0) -> float:
        """The longest silence in what came after the first ``since`` packets."""
        return longest_silence(self.packets[max(0, since - 1) :])

    async def hears(self, ended: asyncio.Future[str]) -> None:
        """Wait until something audible comes, or the conversation ends."""
        self._heard.clear()
        heard: asyncio.Task[bool] = asyncio.create_task(self._heard.wait())
        either: set[asyncio.Future[Any]] = {heard, ended}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        heard.cancel()
        await asyncio.gather(heard, return_exceptions=True)

    def recent(self) -> Pcm:
        """The last two seconds."""
        return np.concatenate([decode(data, _LAWS[payload]) for payload, data in self._recent])
