"""Bridges: where callers wait, and where two people talk. They keep count so that no request is spent on asking.

A holding bridge plays one stream of music to everybody in it and goes on by itself after a prompt; Asterisk ends that
music when the last channel leaves, so whoever comes into an empty one starts it again. Mixing bridges are used again
and again: making and deleting one for each call would be two requests more.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from zuoxi.telephony.ari.client import Refused
from zuoxi.telephony.ari.reconcile import TALKING, WAITING
from zuoxi.telephony.switch import SwitchError

Request = Callable[..., Coroutine[Any, Any, Any]]
_EXISTS = 409
_NOT_THERE = frozenset({400, 409, 422})  # how Asterisk says that a channel is none, or none of ours


class WaitingRooms:
    """One holding bridge for each kind of music, made when first needed and kept."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._members: dict[str, dict[str, float]] = {}

    async def enter(self, channel: str, music: str, now: float) -> None:
        """Move a channel in; ``now`` is the time as the engine writes it (seconds since the epoch)."""
        room = f"{WAITING}{music}"
        members = self._members.get(room)
        if members is None:
            await make(self._request, room, "holding")
            members = self._members.setdefault(room, {})
        if channel in members:
            return  # coming in again would empty the room for a moment, and end its music
        first = not members
        members[channel] = now
        try:
            await add(self._request, room, channel)
            if first:
                await self.play(room)
        except SwitchError:
            members.pop(channel, None)
            raise
        for other, others in self._members.items():
            if other != room:
                others.pop(channel, None)

    async def play(self, room: str) -> None:
        """(Re)start a room's music."""
        await self._request("POST", f"bridges/{room}/moh", {"mohClass": room.removeprefix(WAITING)})

    def rooms_of(self, channel: str) -> list[str]:
        """The bridges in which the channel is."""
        return [room for room, members in self._members.items() if channel in members]

    def leave(self, channel: str) -> None:
        """We moved the channel elsewhere."""
        for members in self._members.values():
            members.pop(channel, None)

    def hung_up(self, channel: str, at: float) -> str | None:
        """The channel hung up at ``at``. Returns the room whose music may have ended with it: everybody who is in
        there now came in later, so it may have been empty in between."""
        for room, members in self._members.items():
            if members.pop(channel, None) is not None and members and min(members.values()) >= at - 0.05:
                return room
        return None

    def restore(self, listed: dict[str, set[str]]) -> None:
        """Begin again from what the engine holds."""
        self._members = {room: dict.fromkeys(channels, 0.0) for room, channels in listed.items()}

    def occupied(self) -> list[str]:
        return [room for room, members in self._members.items() if members]


MIXED = f"{TALKING}mixed-"
# Asked for selective forwarding of video, the engine always mixes the sound, also for two.
MIXED_KIND = "mixing,video_sfu"


class TalkRooms:
    """Mixing bridges, reserved by the leg that rings, free again when nobody is left inside.

    There are two kinds. In a plain one two people's packets are passed on as they are, which is cheap. In a mixed one
    the engine makes the sound anew: everybody who talks with a caller after the first one needs that, or the
    recording takes the new phone's packets for late ones of the old phone and drops them (decision 0014).
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._numbers = itertools.count(1)
        self._free: list[str] = []
        self._legs: dict[str, bool] = {}  # leg → whether it needs a mixed room
        self._of_leg: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}

    def expect(self, leg: str, *, mixed: bool) -> None:
        """A leg is about to ring. ``mixed``: the caller has talked with another leg before."""
        self._legs[leg] = mixed

    async def reserve(self, leg: str) -> str:
        """The bridge in which this leg will talk; made when no used one is free."""
        room = self._of_leg.get(leg)
        if room is None:
            mixed = self._legs.get(leg, True)
            room = next((free for free in reversed(self._free) if free.startswith(MIXED) is mixed), None)
            fresh = room is None
            if room is None:
                room = f"{MIXED if mixed else TALKING}{next(self._numbers)}"
            else:
                self._free.remove(room)
            self._of_leg[leg] = room
            self._members.setdefault(room, set())
            if fresh:
                await make(self._request, room, MIXED_KIND if mixed else "mixing")
        return room

    def knows(self, leg: str) -> bool:
        """Whether this leg was rung and is not over."""
        return leg in self._legs

    def seats(self, leg: str, channel: str) -> bool:
        """Whether the channel is in the leg's bridge."""
        return channel in self._members.get(self._of_leg.get(leg, ""), ())

    def rooms_of(self, channel: str) -> list[str]:
        """The bridges in which the channel is."""
        return [room for room, members in self._members.items() if channel in members]

    async def join(self, leg: str, *channels: str) -> None:
        """Put channels into the leg's bridge. A bridge in which that failed is not used again.

        Raises SwitchError(gone) when the leg or a channel ended.
        """
        if leg not in self._legs:
            raise SwitchError("gone", leg)
        room = await self.reserve(leg)
        self._members[room].update(channels)
        try:
            await add(self._request, room, *channels)
        except SwitchError:
            await self._discard(room)
            raise

    def gathered(self, leg: str, channel: str) -> None:
        """The leg went into a room of several: when it comes back to a caller alone, that is in a mixed one."""
        self._legs[leg] = True
        room = self._of_leg.pop(leg, None)
        self.leave(channel)
        if room is not None:
            self._release(room)

    def leave(self, channel: str) -> None:
        """The channel was moved elsewhere, or is gone."""
        for room, members in self._members.items():
            if channel in members:
                members.discard(channel)
                self._release(room)
                return

    def leg_gone(self, leg: str, channel: str) -> None:
        """The leg ended, in a conversation or before."""
        self._legs.pop(leg, None)
        room = self._of_leg.pop(leg, None)
        self.leave(channel)
        if room is not None:
            self._release(room)

    def restore(self, listed: dict[str, set[str]], legs: dict[str, str]) -> None:
        """Begin again from what the engine holds; ``legs`` maps a leg's channel to the leg."""
        self._members = {room: set(channels) for room, channels in listed.items()}
        self._legs = dict.fromkeys(legs.values(), True)
        self._of_leg = {
            legs[channel]: room for room, channels in listed.items() for channel in channels if channel in legs
        }
        self._free = [room for room, channels in listed.items() if not channels]
        used = [int(number) for room in listed if (number := room.rpartition("-")[2]).isdigit()]
        self._numbers = itertools.count(max(used, default=0) + 1)

    def _release(self, room: str) -> None:
        empty = room in self._members and not self._members[room]
        if empty and room not in self._of_leg.values() and room not in self._free:
            self._free.append(room)

    async def _discard(self, room: str) -> None:
        self._members.pop(room, None)
        self._free = [free for free in self._free if free != room]
        for leg in [leg for leg, taken in self._of_leg.items() if taken == room]:
            del self._of_leg[leg]
        with suppress(SwitchError):
            await self._request("DELETE", f"bridges/{room}")


async def make(request: Request, room: str, kind: str) -> None:
    """Make a bridge, unless it is there already."""
    try:
        await request("POST", f"bridges/{room}", {"type": kind})
    except Refused as refused:
        if refused.status != _EXISTS:
            raise


async def add(request: Request, room: str, *channels: str) -> None:
    """Move channels into a bridge. Raises SwitchError(gone) when one of them is not there."""
    try:
        await request("POST", f"bridges/{room}/addChannel", {"channel": ",".join(channels)})
    except Refused as refused:
        if refused.status in _NOT_THERE:
            raise SwitchError("gone", refused.detail) from refused
        raise
