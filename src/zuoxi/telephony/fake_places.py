"""Who is where on the switch in memory, and who therefore hears whom."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from zuoxi.telephony.switch import MonitorMode

WAITING_MUSIC = "default"


@dataclass(slots=True)
class FakeCall:
    dialled: str
    caller: str
    created: float
    answered: bool = False
    music: str | None = None  # it waits with this music
    room: str | None = None
    prompts: list[str] = field(default_factory=list)
    digits: str = ""
    recording_paused: bool = False
    ringing: bool = False  # we call, and nobody has answered yet
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class FakeLeg:
    phone: str  # or the outside number
    call: str
    confirm: str | None = None  # a prompt that waits for a key after the phone was lifted
    lifted: bool = False
    answered: bool = False
    timer: asyncio.TimerHandle | None = None
    room: str | None = None
    monitors: tuple[str, MonitorMode] | None = None


class Places:
    """Calls and legs, each nowhere, with music, in a room, or monitoring."""

    def __init__(self) -> None:
        self.calls: dict[str, FakeCall] = {}
        self.legs: dict[str, FakeLeg] = {}

    def find(self, party: str) -> FakeCall | FakeLeg | None:
        """A call, or a leg that answered."""
        leg = self.legs.get(party)
        return self.calls.get(party) or (leg if leg is not None and leg.answered else None)

    def company(self, party: str) -> list[str]:
        """Who else is in the same room: calls first."""
        here = self.calls.get(party) or self.legs[party]
        if here.room is None or (isinstance(here, FakeCall) and here.ringing):
            return []
        together = [name for name, call in self.calls.items() if call.room == here.room and not call.ringing]
        together += [name for name, leg in self.legs.items() if leg.room == here.room]
        return [name for name in together if name != party]

    def gather(self, room: str, members: Sequence[str]) -> None:
        """Exactly these into one room."""
        for name, call in self.calls.items():
            if call.room == room and name not in members:
                call.room, call.music = None, WAITING_MUSIC
        for name, leg in self.legs.items():
            if leg.room == room and name not in members:
                leg.room = None
        for name in members:
            here = self.calls.get(name) or self.legs[name]
            here.room = room
            if isinstance(here, FakeCall):
                here.music, here.answered = None, True
            else:
                here.monitors = None

    def leave(self, call: str, music: str | None) -> None:
        """Take a caller out of whatever it is in, to music or to nothing."""
        found = self.calls[call]
        found.room, found.music = None, music

    def remove(self, leg: str) -> None:
        """A leg is over; whoever listened to it hears nothing any more."""
        self.legs.pop(leg, None)
        for other in self.legs.values():
            if other.monitors is not None and other.monitors[0] == leg:
                other.monitors = None

    def voices(self, party: str) -> set[str]:
        """What a call or leg hears: «music», «prompt», and the names of calls and legs."""
        call = self.calls.get(party)
        if call is not None:
            if call.prompts:
                return {"prompt"}
            return {"music"} if call.music is not None else set(self.company(party))
        leg = self.legs[party]
        if leg.lifted and leg.confirm is not None:
            return {"prompt"}
        if leg.monitors is not None:
            target = leg.monitors[0]
            return (self.voices(target) | {target}) - self._whisperers(target)
        rings = {"ringing"} if any(call.ringing and call.room == leg.room for call in self.calls.values()) else set()
        return set(self.company(party)) | self._whisperers(party) | rings if leg.answered else set()

    def _whisperers(self, leg: str) -> set[str]:
        return {name for name, other in self.legs.items() if other.monitors == (leg, MonitorMode.WHISPER)}
