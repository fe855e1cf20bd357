"""Choosing TCP and UDP ports that are free on this machine."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Collection, Iterable

INNER = range(20000, 32000)  # below the kernel's range for outgoing connections (32768 and up)


def is_free(port: int, host: str = "127.0.0.1", *, udp: bool = False) -> bool:
    """Whether nobody listens on ``port`` of ``host``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM) as probe:
        if not udp:
            # as servers do: a port whose last connections are still closing down counts as free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def first_free(candidates: Iterable[int], taken: Collection[int] = (), host: str = "127.0.0.1") -> int:
    """The first candidate that is free for TCP and UDP and not in ``taken``. Raises LookupError when none is."""
    for port in candidates:
        if port not in taken and is_free(port, host) and is_free(port, host, udp=True):
            return port
    raise LookupError("no free port among the candidates")


def any_free(host: str = "127.0.0.1") -> int:
    """A TCP port that is free at this moment (for tests).

    Not one of those that the kernel hands out for outgoing connections: they may be gone before they are listened on.
    """
    return first_free((secrets.choice(INNER) for _ in range(1000)), host=host)
