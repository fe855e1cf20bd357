"""Whether a running Asterisk has the SIP ports that its configuration gives it.

Asterisk boots, answers ARI and logs one line when a port of its own was taken by another program: calls and phones
then reach that program, or nobody. So the kernel is asked who holds the port.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zuoxi.telephony.engine.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Place:
    """Where the engine listens for SIP: ``tcp`` is SIP over TLS."""

    kind: Literal["udp", "tcp"]
    host: str
    port: int


def sip_places(configuration: Configuration) -> tuple[Place, ...]:
    """Every place that must be the engine's own."""
    hosts = [host for host in dict.fromkeys(("127.0.0.1", configuration.host)) if host != "localhost"]
    places = [Place("udp", host, configuration.sip_port) for host in hosts]
    if configuration.tls is not None:
        places += [Place("tcp", host, configuration.tls.port) for host in hosts]
    return tuple(places)


def holds_sip(pid: int, configuration: Configuration) -> bool:
    """Whether the process itself listens in every one of these places. A process that is gone does nowhere."""
    places = {(each.kind, _bound_to(each)) for each in sip_places(configuration) if ":" not in each.host}
    found = {(kind, address): inode for kind in ("udp", "tcp") for address, inode in _listeners(pid, kind)}
    if not places <= found.keys():
        return False
    missing = {f"socket:[{found[place]}]" for place in places}
    for opened in _opened(pid):
        missing.discard(opened)
        if not missing:
            return True
    return False


def _bound_to(place: Place) -> str:
    """An address as /proc/net writes it: the four bytes in the machine's order, the port, in hexadecimal."""
    number = int.from_bytes(socket.inet_aton(place.host), sys.byteorder)
    return f"{number:08X}:{place.port:04X}"


def _listeners(pid: int, kind: str) -> Iterator[tuple[str, str]]:
    """(local address, inode) of every socket the process could see that takes whatever comes: columns 2 and 10 of the
    kernel's table; column 4 is 0A for a TCP socket that listens."""
    try:
        lines = Path(f"/proc/{pid}/net/{kind}").read_text().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        columns = line.split()
        if kind == "udp" or columns[3] == "0A":
            yield columns[1], columns[9]


def _opened(pid: int) -> Iterator[str]:
    try:
        descriptors = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return
    for descriptor in descriptors:
        try:
            yield str(descriptor.readlink())
        except OSError:
            continue  # closed meanwhile
