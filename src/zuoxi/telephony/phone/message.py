"""SIP messages as text: parse, build, and the digest of RFC 2617. No sockets, no state."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_SHORT_NAMES = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}


@dataclass(frozen=True, slots=True)
class SipMessage:
    """One request or response. Header names are lower case; repeated headers keep their order."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""
    status: int = field(init=False)
    method: str = field(init=False)

    def __post_init__(self) -> None:
        words = self.start.split(" ", 2)
        response = words[0] == "SIP/2.0"
        object.__setattr__(self, "status", int(words[1]) if response else 0)
        object.__setattr__(self, "method", self.header("cseq").split()[-1] if response else words[0])

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key == name]

    def header(self, name: str) -> str:
        """The first value of a header, or ''."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def branch(self) -> str:
        found = re.search(r"branch=([^;,\s]+)", self.header("via"))
        return found[1] if found else ""

    @property
    def uri(self) -> str:
        """The request's target."""
        return self.start.split(" ")[1]

    @property
    def contact(self) -> str:
        """The URI of the Contact header, without brackets and parameters of the header."""
        value = self.header("contact")
        bracketed = re.search(r"<([^>]+)>", value)
        return bracketed[1] if bracketed else value.split(";")[0]


def parse(data: bytes) -> SipMessage | None:
    """A datagram as a message; None for keep-alives and for what is no SIP."""
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    if "SIP/2.0" not in lines[0]:
        return None
    headers = []
    for line in lines[1:]:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        headers.append((_SHORT_NAMES.get(name, name), value.strip()))
    message = SipMessage(lines[0], tuple(headers), body)
    return message if message.header("call-id") and message.header("cseq") else None


def build(start: str, headers: Iterable[tuple[str, str]], body: str = "") -> bytes:
    """A message as a datagram; the length header is added."""
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append("Content-Type: application/sdp")
    encoded = body.encode()
    return "\r\n".join([*lines, f"Content-Length: {len(encoded)}", "", ""]).encode() + encoded


def tag_of(value: str) -> str:
    """The tag of a From or To header, or ''."""
    found = re.search(r";tag=([^;>\s]+)", value)
    return found[1] if found else ""


def user_of(value: str) -> str:
    """The user part of the URI in a From or To header."""
    found = re.search(r"sips?:([^@>;]+)@", value)
    return found[1] if found else ""


def digest(challenge: str, user: str, password: str, method: str, uri: str, cnonce: str) -> str:
    """The Authorization header that answers a WWW-Authenticate header (RFC 2617, MD5, qop auth or none)."""
    fields = {key: quoted or plain for key, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge)}

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    nonce, realm = fields["nonce"], fields["realm"]
    secret, request = md5(f"{user}:{realm}:{password}"), md5(f"{method}:{uri}")
    answer = f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm=MD5'
    if "opaque" in fields:
        opaque = fields["opaque"]
        answer += f', opaque="{opaque}"'
    if "auth" not in fields.get("qop", "").split(","):
        plain_response = md5(f"{secret}:{nonce}:{request}")
        return f'{answer}, response="{plain_response}"'
    response = md5(f"{secret}:{nonce}:00000001:{cnonce}:auth:{request}")
    return f'{answer}, response="{response}", qop=auth, nc=00000001, cnonce="{cnonce}"'


def media_address(sdp: str) -> tuple[str, int]:
    """Where an offer or answer wants its audio. Raises ValueError when it has none."""
    host, port = re.search(r"^c=IN IP4 (\S+)", sdp, re.M), re.search(r"^m=audio (\d+) ", sdp, re.M)
    if host is None or port is None:
        raise ValueError("no audio in the session description")
    return host[1], int(port[1])


def audio_description(host: str, port: int, payloads: tuple[int, ...] = (8, 0)) -> str:
    """A session description with G.711 (8: A-law, 0: µ-law) and telephone events."""
    names = {0: "PCMU/8000", 8: "PCMA/8000"}
    lines = ["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"]
    lines.append(f"m=audio {port} RTP/AVP {' '.join(map(str, payloads))} 101")
    lines += [f"a=rtpmap:{payload} {names[payload]}" for payload in payloads]
    return "\r\n".join([*lines, "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "a=sendrecv", ""])
