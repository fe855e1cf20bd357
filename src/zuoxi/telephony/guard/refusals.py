"""What the engine refuses: one access rule per banned address, made and removed while it runs.

The rules are objects in the engine's memory (``sorcery.conf``: acl = memory), asked before anything else is done with a
request, so a ban holds from the next packet on, without a reload and without a right of the operating system. A
restarted engine has forgotten them: a mark among them tells. What it holds cannot be listed, so a note on disk tells a
restarted guard which rules it has to remove one day.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
from collections.abc import Collection
from pathlib import Path

import aiohttp

_PATH = "/ari/asterisk/config/dynamic/res_pjsip/acl/"
_MARK = "guarded"
MOST = 5000  # rules are gone through for each request


class RefusalsError(Exception):
    """The engine is away or did not take a rule."""


class Refusals:
    """``async with Refusals(url, user, password, note) as refusals: await refusals.hold({"192.0.2.7"})``. ``note`` is a
    file of our own."""

    def __init__(self, url: str, user: str, password: str, note: Path, timeout: float = 5.0) -> None:
        self._url = url
        self._note = note
        self._headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._client: aiohttp.ClientSession | None = None
        self._held: set[str] = set()
        with contextlib.suppress(OSError, ValueError, TypeError):
            self._held = {str(ipaddress.ip_address(each)) for each in json.loads(note.read_text("utf-8"))}

    async def __aenter__(self) -> Refusals:
        self._client = aiohttp.ClientSession(self._url, headers=self._headers, timeout=self._timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._client is not None
        await self._client.close()

    async def hold(self, addresses: Collection[str]) -> None:
        """Refuse these addresses and no others. Raises RefusalsError; calling again goes on where it stopped."""
        wanted = {str(ipaddress.ip_address(each)) for each in addresses}
        if len(wanted) > MOST:
            wanted = set(sorted(wanted)[:MOST])
        try:
            if not await self._exists(_MARK):
                self._held = set()
                await self._make(_MARK, [])
            new = wanted - self._held
            if new:
                self._write(self._held | new)
            for address in sorted(new):
                await self._make(_name(address), [address])
                self._held.add(address)
            for address in sorted(self._held - wanted):
                await self._remove(_name(address))
                self._held.discard(address)
                self._write(self._held)
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            raise RefusalsError(f"the engine is away: {type(problem).__name__}") from problem

    def _write(self, addresses: Collection[str]) -> None:
        new = self._note.with_suffix(".new")
        new.write_text(json.dumps(sorted(addresses)), "utf-8")
        new.replace(self._note)

    async def _make(self, name: str, addresses: list[str]) -> None:
        assert self._client is not None
        # A rule that cannot be read would make the engine refuse everybody: only addresses that were parsed get here.
        fields = [{"attribute": "deny", "value": f"{each}/{_bits(each)}"} for each in addresses]
        async with self._client.put(_PATH + name, json={"fields": fields}) as answer:
            status = answer.status
        # The engine makes the rule and then fails to show it (500): whether it is there is what counts.
        if status != 200 and not await self._exists(name):
            raise RefusalsError(f"the engine did not take a rule: {status}")

    async def _remove(self, name: str) -> None:
        assert self._client is not None
        async with self._client.delete(_PATH + name) as answer:
            if answer.status not in (200, 204, 404):
                raise RefusalsError(f"the engine did not remove a rule: {answer.status}")

    async def _exists(self, name: str) -> bool:
        assert self._client is not None
        async with self._client.get(_PATH + name) as answer:
            if answer.status in (401, 403, 503):
                raise RefusalsError(f"the engine did not answer: {answer.status}")
            return answer.status != 404


def _name(address: str) -> str:
    return "ban-" + address.replace(":", "-").replace(".", "-")


def _bits(address: str) -> int:
    return ipaddress.ip_address(address).max_prefixlen
