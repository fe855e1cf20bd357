"""One RTP stream of G.711: sends a sound over and over, keeps what it hears."""

from __future__ import annotations

import asyncio
import secrets
import struct
from collections.abc import Callable

import numpy as np

from zuoxi.telephony.phone.audio import RATE, Law, Pcm, decode, encode

FRAME = 160  # samples in 20 ms
_LAWS: dict[int, Law] = {0: "u", 8: "a"}
_EVENT_PAYLOAD = 101


class RtpStream(asyncio.DatagramProtocol):
    """Bound to a free port of ``host``; ``port`` tells which. Frames go out every 20 ms once ``start`` was called."""

    def __init__(self, host: str, sound: Pcm | None, keep: bool = True, first_sequence: int | None = None) -> None:
        self.port = 0
        self.digits = ""
        self.packets = 0
        # What a poor network does to a packet, by its number: seconds that it is late, or None: it is lost.
        self.network: Callable[[int], float | None] | None = None
        self.witness: Callable[[float, bytes], None] | None = None  # told of each packet and when it came (loop time)
        self._host = host
        self._sound = sound
        self._keep = keep
        self._transport: asyncio.DatagramTransport | None = None
        self._heard: list[tuple[int, bytes]] = []
        self._target: tuple[str, int] | None = None
        self._law: Law = "a"
        self._timer: asyncio.TimerHandle | None = None
        self._frames: list[bytes] = []
        self._sent = 0
        self._sequence = secrets.randbelow(1 << 15) if first_sequence is None else first_sequence  # RFC 3550, 5.1
        self._due = 0.0
        self._event_time = -1
        self._listeners: list[tuple[int, asyncio.Future[None]]] = []
        self._samples = 0

    async def open(self) -> None:
        """Bind the port."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self._host, 0))
        self.port = self._transport.get_extra_info("sockname")[1]

    def start(self, target: tuple[str, int], payload: int) -> None:
        """Begin to send to ``target`` with payload 0 (µ-law) or 8 (A-law)."""
        self._target, self._law = target, _LAWS[payload]
        sound = np.zeros(FRAME, dtype=np.int16) if self._sound is None else self._sound
        whole = sound[: len(sound) // FRAME * FRAME]
        coded = encode(whole, self._law)
        self._frames = [coded[at : at + FRAME] for at in range(0, len(coded), FRAME)]
        if self._timer is None:
            self._due = asyncio.get_running_loop().time()
            self._send()

    def heard(self) -> Pcm:
        """Everything heard so far, in the order it came."""
        chunks = [decode(data, _LAWS[payload]) for payload, data in self._heard]
        return np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.int16)

    async def listen(self, seconds: float) -> Pcm:
        """The next ``seconds`` of what is heard; waits until they have come."""
        begin = len(self._heard)
        arrived: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._listeners.append((self._samples + int(seconds * RATE), arrived))
        await arrived
        chunks = [decode(data, _LAWS[payload]) for payload, data in self._heard[begin:]]
        return np.concatenate(chunks)

    def press(self, digit: str) -> None:
        """Send a key as a telephone event (RFC 4733): 100 ms."""
        assert self._transport is not None and self._target is not None
        moment = self._sent * FRAME
        for step in range(1, 9):  # the last three repeat the end
            duration, end = FRAME * min(step, 6), 0x80 if step >= 6 else 0
            self._sequence += 1
            marker = 0x80 if step == 1 else 0
            header = struct.pack(">BBHII", 0x80, marker | 101, self._sequence & 0xFFFF, moment & 0xFFFFFFFF, self.port)
            event = struct.pack(">BBH", "0123456789*#ABCD".index(digit), end | 10, duration)
            self._transport.sendto(header + event, self._target)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        if len(data) < 12 or data[0] >> 6 != 2:
            return
        self.packets += 1
        if self.witness is not None:
            self.witness(asyncio.get_running_loop().time(), data)
        payload = data[1] & 0x7F
        if payload in _LAWS and self._keep:
            self._heard.append((payload, data[12:]))
            self._samples += len(data) - 12
            for listener in [each for each in self._listeners if each[0] <= self._samples]:
                self._listeners.remove(listener)
                if not listener[1].done():
                    listener[1].set_result(None)
        elif payload == _EVENT_PAYLOAD:
            moment = struct.unpack_from(">I", data, 4)[0]
            if moment != self._event_time:
                self._event_time = moment
                self.digits += "0123456789*#ABCD"[data[12]]

    def error_received(self, error: Exception) -> None:
        """The other side closed its port first: nothing to do."""

    def _send(self) -> None:
        assert self._transport is not None and self._target is not None
        self._sequence += 1
        payload, moment = 0 if self._law == "u" else 8, self._sent * FRAME
        header = struct.pack(">BBHII", 0x80, payload, self._sequence & 0xFFFF, moment & 0xFFFFFFFF, self.port)
        self._deliver(header + self._frames[self._sent % len(self._frames)])
        self._sent += 1
        self._due += 0.02
        self._timer = asyncio.get_running_loop().call_at(self._due, self._send)

    def _deliver(self, packet: bytes) -> None:
        delay = 0.0 if self.network is None else self.network(self._sent)
        if delay is None:
            return
        if delay > 0:
            asyncio.get_running_loop().call_later(delay, self._deliver_late, packet)
        else:
            self._deliver_late(packet)

    def _deliver_late(self, packet: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(packet, self._target)
