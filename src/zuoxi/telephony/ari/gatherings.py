"""Rooms with a name of their own, in which any number of calls and legs hear each other.

Each is a mixed bridge (decision 0014), made when it is first needed and deleted when the last one has left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from zuoxi.telephony.ari.reconcile import GATHERED
from zuoxi.telephony.ari.rooms import MIXED_KIND, Request, add, make
from zuoxi.telephony.switch import SwitchError

_NAME = re.compile(r"[\w.~-]+", re.ASCII)


class Gatherings:
    """Keeps count of who is in which room. ``start`` carries out what nobody waits for."""

    def __init__(self, request: Request, start: Callable[[Coroutine[Any, Any, Any]], None]) -> None:
        self._request, self._start = request, start
        self._members: dict[str, set[str]] = {}

    def members(self, name: str) -> set[str]:
        """The channels that are in a room now."""
        return set(self._members.get(_bridge(name), ()))

    async def add(self, name: str, channels: Sequence[str]) -> None:
        """Move channels in; those that are in there stay untouched. Raises SwitchError(gone) when one ended, refused
        for a name that is none."""
        bridge = _bridge(name)
        members = self._members.get(bridge)
        new = [channel for channel in dict.fromkeys(channels) if members is None or channel not in members]
        if not new:
            return
        if members is None:
            await make(self._request, bridge, MIXED_KIND)
        try:
            await add(self._request, bridge, *new)
        except SwitchError:
            if members is None:
                with suppress(SwitchError):
                    await self._request("DELETE", f"bridges/{bridge}")
            raise
        self._members.setdefault(bridge, set()).update(new)

    async def silence(self, name: str, channel: str) -> None:
        """Take a channel out of a room to nowhere; one that is out already stays so."""
        with suppress(SwitchError):
            await self._request("POST", f"bridges/{_bridge(name)}/removeChannel", {"channel": channel})
        self.leave(channel)

    def leave(self, channel: str, into: str | None = None) -> None:
        """The channel was moved elsewhere (``into`` another of these rooms), or is gone."""
        stays = None if into is None else _bridge(into)
        for bridge, members in list(self._members.items()):
            if bridge != stays and channel in members:
                members.discard(channel)
                if not members:
                    self._delete(bridge)

    def restore(self, listed: dict[str, set[str]]) -> None:
        """Begin again from what the engine holds."""
        self._members = {bridge: set(channels) for bridge, channels in listed.items()}
        for bridge in [bridge for bridge, channels in listed.items() if not channels]:
            self._delete(bridge)

    def _delete(self, bridge: str) -> None:
        del self._members[bridge]
        self._start(self._request("DELETE", f"bridges/{bridge}"))


def _bridge(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise SwitchError("refused", f"no name for a room: {name!r}")
    return f"{GATHERED}{name}"
