"""A SIP phone over TLS whose sound is SRTP with keys in the SDP (RFC 3261, 4568, 3711), made apart from the engine's
own libraries: what it understands, another maker's phone does."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
import ssl
import struct
from types import TracebackType
from typing import Any, Self

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from zuoxi.telephony.phone.audio import Pcm, decode, encode
from zuoxi.telephony.phone.message import SipMessage, build, digest, media_address, parse

SUITE = "AES_CM_128_HMAC_SHA1_80"
FRAME = 160


def _stream(key: bytes, start: int, length: int) -> bytes:
    made = Cipher(algorithms.AES(key), modes.CTR(start.to_bytes(16, "big"))).encryptor()
    return made.update(bytes(length)) + made.finalize()


class Seal:
    """One direction of SRTP: keys derived from a master key and salt (RFC 3711, 4.3), for fewer than 65,536 packets."""

    def __init__(self, master: bytes) -> None:
        key, salt = master[:16], int.from_bytes(master[16:30], "big")
        self._key, self._authentication, raw = (
            _stream(key, (salt ^ (label << 48)) << 16, length) for label, length in ((0, 16), (1, 20), (2, 14))
        )
        self._salt = int.from_bytes(raw, "big")

    def _crypt(self, packet: bytes) -> bytes:
        source = int.from_bytes(packet[8:12], "big")
        index = int.from_bytes(packet[2:4], "big")
        keys = _stream(self._key, (self._salt << 16) ^ (source << 64) ^ (index << 16), len(packet) - 12)
        return packet[:12] + bytes(a ^ b for a, b in zip(packet[12:], keys, strict=True))

    def _tag(self, packet: bytes) -> bytes:
        return hmac.new(self._authentication, packet + bytes(4), hashlib.sha1).digest()[:10]

    def seal(self, packet: bytes) -> bytes:
        made = self._crypt(packet)
        return made + self._tag(made)

    def open(self, packet: bytes) -> bytes | None:
        """The plain packet, or None when its seal is broken."""
        body, tag = packet[:-10], packet[-10:]
        return self._crypt(body) if hmac.compare_digest(self._tag(body), tag) else None


class Sound(asyncio.DatagramProtocol):
    """Sends a sound over and over, sealed; keeps what it hears and how many packets were not sealed for us."""

    def __init__(self) -> None:
        self.key = secrets.token_bytes(30)
        self.heard: list[bytes] = []
        self.unsealed = 0
        self.raw: list[bytes] = []
        self.port = 0
        self._out, self._in = Seal(self.key), Seal(bytes(30))
        self._transport: asyncio.DatagramTransport | None = None
        self._sending: asyncio.Task[None] | None = None

    async def open(self) -> None:
        made, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, ("127.0.0.1", 0))
        self._transport = made
        self.port = made.get_extra_info("sockname")[1]

    def description(self) -> str:
        key = base64.b64encode(self.key).decode()
        return (
            f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self.port} RTP/SAVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
            f"a=crypto:1 {SUITE} inline:{key}\r\na=sendrecv\r\n"
        )

    def start(self, theirs: str, sound: Pcm) -> None:
        """Begin with the other side's description, whose key theirs is sealed with."""
        found = re.search(rf"^a=crypto:\d+ {SUITE} inline:([A-Za-z0-9+/=]+)", theirs, re.M)
        assert found is not None, theirs
        self._in = Seal(base64.b64decode(found[1]))
        self._sending = asyncio.create_task(self._send(media_address(theirs), encode(sound, "a")))

    async def _send(self, target: tuple[str, int], coded: bytes) -> None:
        assert self._transport is not None
        for number in range(1, 60_000):
            at = number * FRAME % len(coded)
            header = struct.pack(">BBHII", 0x80, 8, number, number * FRAME, 7)
            self._transport.sendto(self._out.seal(header + coded[at : at + FRAME]), target)
            await asyncio.sleep(0.02)

    def datagram_received(self, data: bytes, _: object) -> None:
        if len(data) < 22 or data[1] & 0x7F != 8:
            return
        self.raw.append(data[12:-10])
        plain = self._in.open(data)
        if plain is None:
            self.unsealed += 1
        else:
            self.heard.append(plain[12:])

    async def listen(self, seconds: float) -> Pcm:
        """So much of what is heard from now on."""
        begin = len(self.heard)
        async with asyncio.timeout(120):
            while sum(map(len, self.heard[begin:])) < seconds * 8000:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return decode(b"".join(self.heard[begin:]), "a")

    def close(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
        if self._transport is not None:
            self._transport.close()


class SecurePhone:
    """``async with SecurePhone(port, context, user, password)``: requests and their answers, in turn, over TLS."""

    def __init__(self, port: int, context: ssl.SSLContext, user: str, password: str = "") -> None:
        self.server, self.context, self.user, self.password = port, context, user, password
        self.requests: asyncio.Queue[SipMessage] = asyncio.Queue()
        self.answers: asyncio.Queue[SipMessage] = asyncio.Queue()
        self.call_id = secrets.token_hex(8)

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.server, ssl=self.context)
        self.port = self.writer.get_extra_info("sockname")[1]
        self.sound = Sound()
        await self.sound.open()
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading.cancel()
        self.sound.close()
        self.writer.close()
        await asyncio.wait([self._reading])

    async def _read(self) -> None:
        while True:
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)", head)
            body = await self.reader.readexactly(int(length[1])) if length else b""
            message = parse(head.lstrip(b"\r\n") + body)
            if message is not None:
                (self.answers if message.status else self.requests).put_nowait(message)

    @property
    def contact(self) -> str:
        return f"<sip:{self.user}@127.0.0.1:{self.port};transport=tls>"

    async def ask(self, method: str, uri: str, body: str = "", to: str = "") -> SipMessage:
        """Send a request, prove the password when asked to, and give the final answer."""
        extra: list[tuple[str, str]] = []
        for number in (1, 2):
            branch = f"z9hG4bK{secrets.token_hex(8)}"
            headers: list[Any] = [
                ("Via", f"SIP/2.0/TLS 127.0.0.1:{self.port};branch={branch};rport"),
                ("Max-Forwards", "70"),
                ("From", f"<sip:{self.user}@127.0.0.1>;tag={self.call_id}"),
                ("To", to or f"<{uri if method != 'REGISTER' else f'sip:{self.user}@127.0.0.1'}>"),
                ("Call-ID", self.call_id),
                ("CSeq", f"{number + (7 if method == 'BYE' else 0)} {method}"),
                ("Contact", self.contact),
                *extra,
            ]
            self.writer.write(build(f"{method} {uri} SIP/2.0", headers, body))
            async with asyncio.timeout(120):
                while (answer := await self.answers.get()).status < 200 or answer.branch != branch:
                    pass
            if method == "INVITE":
                ack = [("CSeq", f"{number} ACK") if name == "CSeq" else (name, value) for name, value in headers]
                ack[3] = ("To", answer.header("to"))
                if answer.status >= 300:
                    target = uri
                else:
                    target = answer.contact
                    ack[0] = ("Via", f"SIP/2.0/TLS 127.0.0.1:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport")
                self.writer.write(build(f"ACK {target} SIP/2.0", ack))
            if answer.status != 401:
                return answer
            proof = digest(answer.header("www-authenticate"), self.user, self.password, method, uri, "abc")
            extra = [("Authorization", proof)]
        return answer

    async def be_rung(self, sound: Pcm) -> SipMessage:
        """Wait for a call and answer it; gives the INVITE. Keep-alives before it are answered."""
        async with asyncio.timeout(120):
            while (request := await self.requests.get()).method != "INVITE":
                self.respond(request, "200 OK")
        self.sound.start(request.body, sound)
        self.respond(request, "200 OK", self.sound.description())
        return request

    def respond(self, request: SipMessage, line: str, body: str = "") -> None:
        headers = [("Via", via) for via in request.all("via")]
        to = request.header("to")
        headers += [("From", request.header("from")), ("To", to if "tag=" in to else f"{to};tag={self.call_id}")]
        headers += [("Call-ID", request.header("call-id")), ("CSeq", request.header("cseq")), ("Contact", self.contact)]
        self.writer.write(build(f"SIP/2.0 {line}", headers, body))
