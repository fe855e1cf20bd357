"""Whether a running Asterisk has the SIP ports that its configuration gives it.

Asterisk boots, answers ARI and logs one line when a UDP port of its own was taken by another program: calls and phones
then reach that program, or nobody. So the kernel is asked who holds the port.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from zuoxi.telephony.engine.configure import Configuration


def sip_addresses(configuration: Configuration) -> tuple[tuple[str, int], ...]:
    """Where the engine listens for SIP over UDP."""
    hosts = dict.fromkeys(("127.0.0.1", configuration.host))
    return tuple((host, configuration.sip_port) for host in hosts if host != "localhost")


def holds_sip(pid: int, configuration: Configuration) -> bool:
    """Whether the process itself holds every one of these ports. A process that is gone holds none."""
    wanted = {_bound_to(host, port) for host, port in sip_addresses(configuration) if ":" not in host}
    inodes = {address: inode for address, inode in _udp_sockets(pid) if address in wanted}
    if inodes.keys() != wanted:
        return False
    missing = {f"socket:[{inode}]" for inode in inodes.values()}
    for opened in _opened(pid):
        missing.discard(opened)
        if not missing:
            return True
    return False


def _bound_to(host: str, port: int) -> str:
    """An address as /proc/net/udp writes it: the four bytes in the machine's order, the port, in hexadecimal."""
    number = int.from_bytes(socket.inet_aton(host), sys.byteorder)
    return f"{number:08X}:{port:04X}"


def _udp_sockets(pid: int) -> Iterator[tuple[str, str]]:
    """(local address, inode) of every UDP socket the process could see (columns 2 and 10 of the kernel's table)."""
    try:
        lines = Path(f"/proc/{pid}/net/udp").read_text().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        columns = line.split()
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
