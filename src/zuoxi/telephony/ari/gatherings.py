"""Rooms with a name of their own, in which any number of calls and legs hear each other.

Each is a mixed bridge (decision 0014), made when it is first needed and deleted when the last one has left. A room that
is needed again gets another bridge: the engine takes its time to forget the old one, and would give it out once more.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from zuoxi.telephony.ari.reconcile import GATHERED, INCARNATION, gathered_name
from zuoxi.telephony.ari.rooms import MIXED_KIND, Request, add, make
from zuoxi.telephony.switch import SwitchError

_NAME = re.compile(r"[\w.-]+", re.ASCII)


class Gatherings:
    """Keeps count of who is in which room. ``start`` carries out what nobody waits for."""

    def __init__(self, request: Request, start: Callable[[Coroutine[Any, Any, Any]], None]) -> None:
        self._request, self._start = request, start
        self._bridges: dict[str, str] = {}  # by the room's name
        self._members: dict[str, set[str]] = {}  # by the room's name

    def members(self, name: str) -> set[str]:
        """The channels that are in a room now."""
        return set(self._members.get(name, ()))

    def rooms_of(self, channel: str) -> list[str]:
        """The bridges in which the channel is."""
        return [self._bridges[name] for name, members in self._members.items() if channel in members]

    async def add(self, name: str, channels: Sequence[str]) -> None:
        """Move channels in; those that are in there stay untouched. Raises SwitchError(gone) when one ended, refused
        for a name that is none."""
        if not _NAME.fullmatch(name):
            raise SwitchError("refused", f"no name for a room: {name!r}")
        new = [channel for channel in dict.fromkeys(channels) if channel not in self._members.get(name, ())]
        if not new:
            return
        bridge = self._bridges.get(name) or f"{GATHERED}{name}{INCARNATION}{secrets.token_hex(4)}"
        if name not in self._bridges:
            await make(self._request, bridge, MIXED_KIND)
        try:
            await add(self._request, bridge, *new)
        except SwitchError:
            if name not in self._bridges:
                self._start(self._request("DELETE", f"bridges/{bridge}"))
            raise
        self._bridges[name] = bridge
        self._members.setdefault(name, set()).update(new)

    async def silence(self, name: str, channel: str) -> None:
        """Take a channel out of a room to nowhere; one that is out already stays so."""
        with suppress(SwitchError):
            await self._request("POST", f"bridges/{self._bridges[name]}/removeChannel", {"channel": channel})
        self.leave(channel)

    def leave(self, channel: str, into: str | None = None) -> None:
        """The channel was moved elsewhere (``into`` another of these rooms), or is gone."""
        for name, members in list(self._members.items()):
            if name != into and channel in members:
                members.discard(channel)
                if not members:
                    self._delete(name)

    def restore(self, listed: dict[str, set[str]]) -> None:
        """Begin again from what the engine holds; empty rooms go."""
        self._bridges = {gathered_name(bridge): bridge for bridge, channels in listed.items() if channels}
        self._members = {name: set(listed[bridge]) for name, bridge in self._bridges.items()}
        for bridge in [bridge for bridge, channels in listed.items() if not channels]:
            self._start(self._request("DELETE", f"bridges/{bridge}"))

    def _delete(self, name: str) -> None:
        del self._members[name]
        self._start(self._request("DELETE", f"bridges/{self._bridges.pop(name)}"))
