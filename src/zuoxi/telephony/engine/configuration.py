"""What an engine of ours is to be like: where it keeps its things, where it listens, what its trunk is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

APPLICATION = "zuoxi"
CALLS_CONTEXT = "calls"  # where the trunk's calls enter
MANAGER_ADDRESS = "127.0.0.3"  # where the manager interface listens, on the port of ARI
TEST_NUMBERS = "_*99XXXXXX"  # what a call flow is tried by from a phone of the house
PHONES_CONTEXT = "phones"  # where a call dialled on an agent's phone enters


@dataclass(frozen=True, slots=True)
class Registration:
    """An account at a provider of telephone lines: ``server`` is host or host:port."""

    server: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Tls:
    """SIP over TLS on ``port``, with a certificate and its key (files; copied at each start). ``trunk``: the trunk's
    calls come and go by TLS and their sound is SRTP, or not at all."""

    port: int
    certificate: Path
    key: Path
    trunk: bool = False


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where one engine keeps its things and listens. ``extra`` adds text to a file, such as ``extensions.conf``.

    ``host`` is the address phones and the trunk reach us at; 127.0.0.1 keeps everything on this machine.
    ``trunk_addresses`` are the addresses (or networks, a.b.c.d/n) whose calls are taken as the trunk's.
    ``trunk_registration``: the provider we register with, for those that do not send to a fixed address.
    ``trunk_outbound``: where calls out go (host or host:port); without it, to the provider we register with.
    ``trunk_silence``: seconds without any sound packet after which an answered call of the trunk is ended; 0: never.
    ``music`` holds a folder of WAV files for each class of waiting music (``default`` at least); else we play ours.
    """

    folder: Path
    recordings: Path
    http_port: int
    sip_port: int
    rtp_first: int
    rtp_last: int
    password: str
    user: str = "zuoxi"
    host: str = "127.0.0.1"
    trunk_addresses: Sequence[str] = ("127.0.0.1",)
    trunk_registration: Registration | None = None
    trunk_outbound: str | None = None
    trunk_silence: int = 120
    music: Path | None = None
    tls: Tls | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    extra_modules: Sequence[str] = ()

    @property
    def url(self) -> str:
        """Where ARI answers."""
        return f"http://127.0.0.1:{self.http_port}"
