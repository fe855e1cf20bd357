"""Legs that listen to other legs, or whisper to them.

The engine copies what a leg hears and says to a channel of its own, a snoop; snoop and listener meet in a small bridge.
What the listener says reaches nobody in mode listen: the snoop has no way in. Its arguments in our application tell
who it is, so that it can be found again after a restart.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from zuoxi.telephony.ari.client import Refused
from zuoxi.telephony.ari.reconcile import Listing, Spy, members, spies_held
from zuoxi.telephony.ari.rooms import Request, add, make
from zuoxi.telephony.ari.translate import LEG, SPY, Message
from zuoxi.telephony.switch import MonitorMode, SwitchError

_STARTS_WITHIN = 5.0  # seconds from the request for a snoop to its being ours
_WHISPER = {MonitorMode.LISTEN: "none", MonitorMode.WHISPER: "out"}


@dataclass(slots=True)
class _Monitor:
    target: str
    mode: MonitorMode
    snoop: str


class Monitors:
    """Who listens to whom. ``start`` carries out what nobody waits for."""

    def __init__(self, request: Request, application: str, start: Callable[[Coroutine[Any, Any, Any]], None]) -> None:
        self._request, self._application, self._start = request, application, start
        self._monitors: dict[str, _Monitor | None] = {}  # by listener; None: its target is gone, its bridge still there
        self._starting: dict[str, asyncio.Future[None]] = {}

    async def begin(self, leg: str, target: str, mode: MonitorMode) -> None:
        """Let a leg listen, or change what it does. Raises SwitchError(gone) when one of the two ended."""
        before = self._monitors.get(leg)
        if before is not None and (before.target, before.mode) == (target, mode):
            return
        snoop = f"{SPY}{secrets.token_hex(8)}"
        await self._snoop(snoop, leg, target, mode)
        try:
            if before is not None:
                await self._hang_up(before.snoop)
            bridge = f"{SPY}{leg}"
            if leg not in self._monitors:
                await make(self._request, bridge, "mixing")
            await add(self._request, bridge, LEG + leg, snoop)
        except SwitchError:
            self._start(self._hang_up(snoop))
            raise
        self._monitors[leg] = _Monitor(target, mode, snoop)

    def leave(self, channel: str) -> None:
        """A leg was moved elsewhere, or is gone: what it had for listening goes."""
        leg = channel.removeprefix(LEG)
        if channel.startswith(LEG) and leg in self._monitors:
            monitor = self._monitors.pop(leg)
            if monitor is not None:
                self._start(self._hang_up(monitor.snoop))
            self._start(self._end_bridge(leg))

    def receive(self, message: Message) -> bool:
        """Take in an event of a snoop; False for everything else."""
        snoop = str((message.get("channel") or {}).get("id", ""))
        if not snoop.startswith(SPY):
            return False
        if message["type"] == "StasisStart":
            starting = self._starting.get(snoop)
            if starting is None:
                self._start(self._hang_up(snoop))  # nobody waits for it any more
            elif not starting.done():
                starting.set_result(None)
        elif message["type"] == "StasisEnd":
            for leg, monitor in self._monitors.items():
                if monitor is not None and monitor.snoop == snoop:
                    self._monitors[leg] = None
        return True

    def restore(self, channels: Listing, bridges: Listing) -> None:
        """Begin again from what the engine holds; what no leg listens to any more is hung up."""
        places = members(bridges, SPY)
        alive = {channel["id"] for channel in channels}
        self._monitors = {}
        for bridge, inside in places.items():
            leg = bridge.removeprefix(SPY)
            if LEG + leg in inside:
                self._monitors[leg] = None
            else:
                self._start(self._request("DELETE", f"bridges/{bridge}"))
        for spy in spies_held(channels, self._application):
            at_work = spy.channel in places.get(f"{SPY}{spy.leg}", ()) and LEG + spy.target in alive
            if at_work and spy.leg in self._monitors:
                self._monitors[spy.leg] = _Monitor(spy.target, spy.mode, spy.channel)
            else:
                self._start(self._hang_up(spy.channel))

    async def _snoop(self, snoop: str, leg: str, target: str, mode: MonitorMode) -> None:
        started = self._starting[snoop] = asyncio.get_running_loop().create_future()
        query = {
            "app": self._application,
            "appArgs": Spy(snoop, leg, target, mode).arguments,
            "spy": "both",
            "whisper": _WHISPER[mode],
        }
        try:
            await self._request("POST", f"channels/{LEG}{target}/snoop/{snoop}", query)
            async with asyncio.timeout(_STARTS_WITHIN):
                await started
        except TimeoutError as error:
            self._start(self._hang_up(snoop))
            raise SwitchError("unavailable", f"no snoop on {target}") from error
        finally:
            del self._starting[snoop]

    async def _hang_up(self, channel: str) -> None:
        with suppress(Refused):
            await self._request("DELETE", f"channels/{channel}")

    async def _end_bridge(self, leg: str) -> None:
        if leg not in self._monitors:  # it may have begun again meanwhile
            with suppress(Refused):
                await self._request("DELETE", f"bridges/{SPY}{leg}")
