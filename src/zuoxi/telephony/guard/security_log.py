"""The engine's security log: read as it grows, each line that matters as an Offence.

Parts of a line (Call-ID, the answer to a challenge) are the sender's own words. So a line is read as a whole from its
start to its end, and the address is taken from the place that a sender's words cannot reach.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from zuoxi.telephony.guard.rules import Kind, Offence

LARGEST = 8_000_000  # bytes, after which the file is emptied
_CHUNK = 1_000_000

_QUOTED = r'(?:[^"\\]|\\.)*'
_EVENT = re.compile(
    r"\[[^\]]*\] SECURITY\[\d+\] res_security_log\.c: "
    r'SecurityEvent="(?P<event>\w+)",EventTV="(?P<at>[^"]*)",Severity="\w+",Service="PJSIP",EventVersion="\d+",'
    r'AccountID="(?P<account>.*?)",SessionID="(?P<session>.*)",LocalAddress="[^"]*",'
    r'RemoteAddress="IPV[46]/(?P<transport>\w+)/(?P<address>[0-9a-fA-F.:]+)/\d+"'
    rf'(?:,(?:Challenge|Response|ExpectedResponse|UsingPassword|ReceivedChallenge|ReceivedHash)="{_QUOTED}")*'
)
_BROKEN = re.compile(
    r"\[(?P<at>[^\]]*)\] (?:WARNING|ERROR)\[\d+\] pjproject: [^ ]*\s+sip_transport\.c (?:Dropping|Error processing) "
    r"\d+ bytes packet from \w+ \[?(?P<address>[0-9a-fA-F.:]+?)\]?:\d+ :"
)


def parse_line(line: str) -> Offence | None:
    """What one line tells; None when it tells nothing of an address."""
    found = _EVENT.fullmatch(line)
    if found is not None:
        kind = _kind(found["event"], found["account"])
        at = _time(found["at"])
        # a browser's phone comes through the edge and is signed in
        if kind is None or at is None or found["transport"] in ("WS", "WSS"):
            return None
        return Offence(kind, found["address"], at)
    found = _BROKEN.match(line)
    if found is not None:
        at = _time(found["at"])
        return Offence(Kind.MALFORMED, found["address"], at) if at is not None else None
    return None


def _kind(event: str, account: str) -> Kind | None:
    match event:
        case "ChallengeSent":
            return Kind.STRANGER if account == "<unknown>" else Kind.UNANSWERED
        case "ChallengeResponseFailed" | "InvalidPassword":
            return Kind.WRONG_PASSWORD
        case "InvalidAccountID" | "FailedACL":
            return Kind.STRANGER
        case "SuccessfulAuth":
            return Kind.PROVEN
    return None


def _time(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()  # without a zone: the machine's own
    except ValueError:
        return None


class SecurityLog:
    """The growing file. ``read()`` gives what is new, from the file's beginning the first time: old lines carry their
    time, so they do no harm."""

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self.path, self.largest = path, largest
        self._position = 0
        self._rest = b""
        self._identity = (0, 0)

    def read(self) -> Iterator[Offence]:
        """Offences in lines that were completed since the last time; the file is emptied when it has grown large (the
        engine appends, so it goes on at the new end)."""
        try:
            with self.path.open("rb") as file:
                state = os.fstat(file.fileno())
                if (state.st_dev, state.st_ino) != self._identity or state.st_size < self._position:
                    self._identity, self._position, self._rest = (state.st_dev, state.st_ino), 0, b""
                file.seek(self._position)
                while chunk := file.read(_CHUNK):
                    self._position += len(chunk)
                    *lines, self._rest = (self._rest + chunk).split(b"\n")
                    if len(self._rest) > _CHUNK:
                        self._rest = b""
                    for line in lines:
                        offence = parse_line(line.decode("utf-8", "replace").rstrip("\r"))
                        if offence is not None:
                            yield offence
        except FileNotFoundError:
            return
        if self._position > self.largest:
            os.truncate(self.path, 0)
            self._position, self._rest = 0, b""
