"""Choosing TCP and UDP ports that are free on this machine, and keeping them until somebody listens there."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Collection, Iterable
from types import TracebackType
from typing import Self

INNER = range(20000, 32000)  # below the kernel's range for outgoing connections (32768 and up)


class Reservations:
    """Ports that this process has chosen for something that will listen there later, perhaps half a minute later.

    Each is an abstract Unix socket: like ports, the kernel keeps them to a network namespace, whoever's process it is,
    and forgets them with the process, however that ends. So centres that start at the same moment choose apart.
    """

    def __init__(self) -> None:
        self._held: dict[str, socket.socket] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def take(self, port: int, hosts: Collection[str]) -> bool:
        """Reserve a port of these addresses; False when another process has reserved it for one of them."""
        made: dict[str, socket.socket] = {}
        for name in {_mark(port, host) for host in hosts} - self._held.keys():
            made[name] = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                made[name].bind(name)
            except OSError:
                for each in made.values():
                    each.close()
                return False
        self._held |= made
        return True

    def give_back(self, port: int, hosts: Collection[str]) -> None:
        """Another process may have it."""
        for host in hosts:
            mark = self._held.pop(_mark(port, host), None)
            if mark is not None:
                mark.close()

    def release(self) -> None:
        """Give back every port."""
        for mark in self._held.values():
            mark.close()
        self._held.clear()


def _mark(port: int, host: str) -> str:
    return f"\0zuoxi/port/{host}/{port}"


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


def first_free(
    candidates: Iterable[int],
    taken: Collection[int] = (),
    hosts: Collection[str] = ("127.0.0.1",),
    *,
    reserved: Reservations | None = None,
) -> int:
    """The first candidate that is free for TCP and UDP on all the addresses and not in ``taken``; from now on
    ``reserved``. Raises LookupError when none is."""
    for port in candidates:
        if port in taken or (reserved is not None and not reserved.take(port, hosts)):
            continue
        if all(is_free(port, host) and is_free(port, host, udp=True) for host in hosts):
            return port
        if reserved is not None:
            reserved.give_back(port, hosts)
    raise LookupError("no free port among the candidates")


def first_free_sip(
    candidates: Iterable[int], taken: Collection[int], hosts: Collection[str], reserved: Reservations
) -> int:
    """The first candidate for SIP: free for UDP, and the port behind it for TCP (SIP over TLS). Both are ``reserved``
    from now on. Raises LookupError when there is none."""
    for port in candidates:
        pair = (port, port + 1)
        if port in taken or port + 1 in taken:
            continue
        if all(reserved.take(each, hosts) for each in pair) and all(
            is_free(port, host, udp=True) and is_free(port + 1, host) for host in hosts
        ):
            return port
        for each in pair:
            reserved.give_back(each, hosts)
    raise LookupError("no free port among the candidates")


def any_free(host: str = "127.0.0.1") -> int:
    """A TCP port that is free at this moment (for tests).

    Not one of those that the kernel hands out for outgoing connections: they may be gone before they are listened on.
    """
    return first_free((secrets.choice(INNER) for _ in range(1000)), hosts=(host,))
