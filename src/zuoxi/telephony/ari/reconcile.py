"""What Asterisk holds, read from its listings of channels and bridges. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zuoxi.telephony.ari.translate import LEG, SPY, created_at
from zuoxi.telephony.switch import CallOnSwitch, LegOnSwitch, MonitorMode

Listing = list[dict[str, Any]]

WAITING = "wait-"
TALKING = "talk-"
GATHERED = "meet-"  # the name that ``gather`` was given follows, and which bridge of that name it is
INCARNATION = "~"
CONFIRM = "confirm"  # of a leg's arguments in our application: the prompt follows that asks who lifted


@dataclass(frozen=True, slots=True)
class Spy:
    """A snoop channel of ours: ``leg`` listens to ``target``."""

    channel: str
    leg: str
    target: str
    mode: MonitorMode

    @property
    def arguments(self) -> str:
        """How the snoop's own arguments in our application say it."""
        return f"{self.mode},{self.leg},{self.target}"


def calls_held(channels: Listing, bridges: Listing, application: str) -> list[CallOnSwitch]:
    """The callers that are in our application (those in the dialplan's waiting loop arrive by themselves)."""
    place = _places(bridges)
    with_agent = {place.get(channel["id"]) for channel in channels if channel["id"].startswith(LEG)}
    held = []
    for channel in channels:
        dialled = _argument(channel, application)
        if dialled is None or channel["id"].startswith((LEG, SPY)):
            continue
        bridge = place.get(channel["id"], "")
        where = "waiting" if bridge.startswith(WAITING) else "talking" if bridge in with_agent else ""
        answered = channel["state"] == "Up"
        number = channel["caller"]["number"]
        held.append(CallOnSwitch(channel["id"], dialled, number, where, answered, created_at(channel)))
    return held


def legs_held(channels: Listing, bridges: Listing, application: str) -> list[LegOnSwitch]:
    """The phones that we ring or that talk. A leg that answered is in our application."""
    place = _places(bridges)
    callers = {
        place.get(channel["id"]): channel["id"] for channel in channels if not channel["id"].startswith((LEG, SPY))
    }
    monitored = {spy.leg: spy.target for spy in spies_held(channels, application)}
    held = []
    for channel in channels:
        if channel["id"].startswith(LEG):
            leg = channel["id"].removeprefix(LEG)
            answered = _argument(channel, application) is not None
            bridge = place.get(channel["id"])
            talking_to = callers.get(bridge) if bridge is not None else None
            monitors = monitored.get(leg) if bridge == f"{SPY}{leg}" else None
            held.append(LegOnSwitch(leg, answered, talking_to, _room(bridge), monitors))
    return held


def unconfirmed(channels: Listing, bridges: Listing, application: str) -> dict[str, str]:
    """Lifted legs whose far side must confirm, and the prompt that asks; those that are with somebody did."""
    place = _places(bridges)
    found = {}
    for channel in channels:
        kind, _, prompt = (_argument(channel, application) or "").partition(",")
        if channel["id"].startswith(LEG) and kind == CONFIRM and channel["id"] not in place:
            found[channel["id"].removeprefix(LEG)] = prompt
    return found


def spies_held(channels: Listing, application: str) -> list[Spy]:
    """The snoops, whether at work or left over."""
    spies = []
    for channel in channels:
        if channel["id"].startswith(SPY):
            mode, leg, target = [*(_argument(channel, application) or "").split(","), "", "", ""][:3]
            spies.append(Spy(channel["id"], leg, target, MonitorMode(mode or MonitorMode.LISTEN)))
    return spies


def members(bridges: Listing, kind: str) -> dict[str, set[str]]:
    """Bridge id to the channels in it, for the bridges of ours whose id begins with ``kind``."""
    return {bridge["id"]: set(bridge["channels"]) for bridge in bridges if bridge["id"].startswith(kind)}


def gathered_name(bridge: str) -> str:
    """The room's name, of its bridge's id."""
    return bridge.removeprefix(GATHERED).partition(INCARNATION)[0]


def _places(bridges: Listing) -> dict[str, str]:
    return {channel: bridge["id"] for bridge in bridges for channel in bridge["channels"]}


def _room(bridge: str | None) -> str | None:
    if bridge is None or not bridge.startswith((TALKING, GATHERED)):
        return None
    return gathered_name(bridge)


def _argument(channel: dict[str, Any], application: str) -> str | None:
    """The arguments of the Stasis application that a channel is in; None when it is not in ours."""
    name, _, argument = channel["dialplan"]["app_data"].partition(",")
    return argument if channel["dialplan"]["app_name"] == "Stasis" and name == application else None
