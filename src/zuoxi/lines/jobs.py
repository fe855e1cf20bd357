"""What the worker does for lines all the time."""

from __future__ import annotations

import asyncio
import socket
import time
from urllib.parse import urlsplit

from zuoxi.lines.make_prompts import make_missing_of_tenants
from zuoxi.lines.protect_sip import StoredBans, exempt_networks
from zuoxi.lines.voices import EspeakVoice
from zuoxi.platform.config import Settings
from zuoxi.platform.jobs import Jobs
from zuoxi.platform.services import Services
from zuoxi.telephony import guard

_PAUSE_S = 20.0


def register(jobs: Jobs, services: Services) -> None:
    """Tell the worker."""
    jobs.always("lines.prompts", lambda: read_out_missing(services))
    jobs.always("lines.guard_sip", lambda: guard_sip(services))


async def read_out_missing(services: Services) -> None:
    """Give new tenants the sound of their prompts, and bring back what was deleted, until cancelled."""
    folder = services.settings.folder("prompts")
    while True:
        await make_missing_of_tenants(folder, services.database, services.narrow, EspeakVoice())
        await asyncio.sleep(_PAUSE_S)


async def guard_sip(services: Services) -> None:
    """Watch who asks our SIP for what, and let the engine refuse those who ask too much, until cancelled."""
    settings = services.settings
    provider = [address for host in _provider_hosts(settings) for address in await _addresses_of(host)]
    ari = settings.ari
    note = settings.folder("run") / "sip-refused.json"
    async with guard.Refusals(ari.url, ari.user, ari.password.get_secret_value(), note) as refusals:
        await guard.Guard(
            guard.Watch(exempt_networks(settings, provider)),
            guard.SecurityLog(settings.folder("engine") / "log" / "security.log"),
            refusals,
            StoredBans(services.database, services.narrow),
            time.time,
        ).run()


def _provider_hosts(settings: Settings) -> set[str]:
    """Where we register and where our calls go, without the port: never banned, whatever comes from there."""
    named = {settings.trunk.server, settings.trunk.calls_go_to} - {None}
    return {str(urlsplit(f"//{name}").hostname) for name in named}


async def _addresses_of(host: str) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except OSError:
        return []
    return sorted({str(each[4][0]) for each in found})
