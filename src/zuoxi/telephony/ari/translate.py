"""Asterisk's events in our words. Pure: no sockets, no clock; ``Translation`` keeps what one message alone does not
tell.

A leg of ours is a channel whose id begins with ``leg-`` (the rest is the offer's id), one that begins with ``spy-`` is
the ear of somebody who listens, one that begins with ``out-`` is a call that we made; every other channel that enters
our application is a call that came in. Asterisk ends a caller's life in our application with StasisEnd, and the life of
a channel that we made with ChannelDestroyed; causes come beforehand in ChannelHangupRequest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zuoxi.telephony.switch import (
    Answered,
    Arrived,
    CallAnswered,
    CallFailed,
    DigitPressed,
    Ended,
    Failed,
    LegEnded,
    LegFailure,
    PhoneChanged,
    PromptPlayed,
    Ringing,
    SwitchEvent,
)

Message = dict[str, Any]

LEG = "leg-"
OUT = "out-"  # a call that we made: it is a call like any other once it was answered
SPY = "spy-"  # a snoop channel, and the bridge in which somebody listens: no call
EVENT_TYPES = (
    "RESTResponse",
    "ApplicationReplaced",
    "StasisStart",
    "StasisEnd",
    "ChannelStateChange",
    "ChannelHangupRequest",
    "ChannelDestroyed",
    "ChannelDtmfReceived",
    "PlaybackFinished",
    "DeviceStateChanged",
)
"""All that we listen to. RESTResponse must be among them, or answers to requests are filtered away."""

_BY_STATUS = {
    486: LegFailure.BUSY,
    600: LegFailure.BUSY,
    401: LegFailure.REJECTED,
    403: LegFailure.REJECTED,
    480: LegFailure.REJECTED,  # said by the phone itself; our own time limit carries no status
    603: LegFailure.REJECTED,
    404: LegFailure.UNREACHABLE,
    410: LegFailure.UNREACHABLE,
}
_BY_CAUSE = {  # ITU-T Q.850
    1: LegFailure.UNREACHABLE,
    3: LegFailure.UNREACHABLE,
    17: LegFailure.BUSY,
    18: LegFailure.NO_ANSWER,
    19: LegFailure.NO_ANSWER,
    20: LegFailure.UNREACHABLE,
    21: LegFailure.REJECTED,
}
# What a provider says, where it means something else than what a phone of ours says.
_OUTSIDE_BY_STATUS = {
    **_BY_STATUS,
    408: LegFailure.NO_ANSWER,
    480: LegFailure.UNREACHABLE,  # switched off, out of reach
    484: LegFailure.UNREACHABLE,
    487: LegFailure.NO_ANSWER,
    604: LegFailure.UNREACHABLE,
}
_AWAY = frozenset({"UNAVAILABLE", "INVALID", "UNKNOWN"})
_PHONE = "PJSIP/"


def created_at(channel: dict[str, Any]) -> float:
    """When Asterisk made a channel, seconds since the epoch (to the millisecond)."""
    return datetime.fromisoformat(channel["creationtime"]).timestamp()


@dataclass(slots=True)
class Translation:
    """``folder`` is where prompts lie. The sets may be filled from a listing after a reconnection."""

    folder: str
    talking_legs: set[str] = field(default_factory=set)
    calls_out: set[str] = field(default_factory=set)  # those of our calls out that were answered
    cancelled_legs: set[str] = field(default_factory=set)
    unconfirmed_legs: set[str] = field(default_factory=set)  # lifted, and over before anybody confirmed
    cut_prompts: set[str] = field(default_factory=set)  # playbacks that we stopped: Asterisk calls them done
    wholes: dict[str, str] = field(default_factory=dict)  # playbacks of several parts → the name of the whole
    reachable: dict[str, bool] = field(default_factory=dict)
    causes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def translate(self, message: Message) -> SwitchEvent | None:
        """The event that a message means to us, or None."""
        match message["type"]:
            case "StasisStart":
                return self._started(message)
            case "StasisEnd":
                return self._left(message["channel"]["id"])
            case "ChannelDestroyed":
                return self._destroyed(message)
            case "ChannelHangupRequest":
                self.causes[message["channel"]["id"]] = message.get("cause") or 0, message.get("tech_cause") or 0
            case "ChannelStateChange":
                channel = message["channel"]
                if channel["state"] == "Ringing" and channel["id"].startswith(LEG):
                    return Ringing(channel["id"].removeprefix(LEG))
                if channel["state"] == "Up" and channel["id"].startswith(OUT):
                    return self._called_answered(channel["id"])
            case "ChannelDtmfReceived":
                if not message["channel"]["id"].startswith((LEG, SPY)):
                    return DigitPressed(message["channel"]["id"], message["digit"])
            case "PlaybackFinished":
                return self._played(message["playback"])
            case "DeviceStateChanged":
                return self._phone_changed(message["device_state"])
        return None

    def _started(self, message: Message) -> SwitchEvent | None:
        channel = message["channel"]
        if channel["id"].startswith((SPY, OUT)):
            return None
        if channel["id"].startswith(LEG):
            leg = channel["id"].removeprefix(LEG)
            self.talking_legs.add(leg)
            return Answered(leg)
        arguments = message["args"]
        return Arrived(
            call=channel["id"],
            dialled=arguments[0] if arguments else channel["dialplan"]["exten"],
            caller=channel["caller"]["number"],
            at=created_at(channel),
        )

    def _left(self, channel: str) -> SwitchEvent | None:
        if channel.startswith((LEG, SPY, OUT)):
            return None  # of what we made ourselves, its ChannelDestroyed follows
        return Ended(channel, self.causes.pop(channel, (0, 0))[0])

    def _called_answered(self, call: str) -> SwitchEvent | None:
        if call in self.calls_out:
            return None
        self.calls_out.add(call)
        return CallAnswered(call)

    def _call_out_over(self, call: str, cause: int, status: int) -> SwitchEvent:
        cancelled = call in self.cancelled_legs
        self.cancelled_legs.discard(call)
        if call in self.calls_out:
            self.calls_out.discard(call)
            return Ended(call, cause)
        if cancelled:
            return CallFailed(call, LegFailure.CANCELLED)
        return CallFailed(call, _OUTSIDE_BY_STATUS.get(status) or _BY_CAUSE.get(cause) or LegFailure.FAILED)

    def _destroyed(self, message: Message) -> SwitchEvent | None:
        channel = message["channel"]["id"]
        cause, status = self.causes.pop(channel, (message.get("cause") or 0, 0))
        if channel.startswith(OUT):
            known = cause in _BY_CAUSE or status in _OUTSIDE_BY_STATUS
            return self._call_out_over(channel, cause if known else message.get("cause") or 0, status)
        if not channel.startswith(LEG):
            return None  # its StasisEnd came before
        leg = channel.removeprefix(LEG)
        cancelled = leg in self.cancelled_legs
        self.cancelled_legs.discard(leg)
        unconfirmed = leg in self.unconfirmed_legs
        self.unconfirmed_legs.discard(leg)
        if leg in self.talking_legs:
            self.talking_legs.discard(leg)
            return LegEnded(leg)
        if cancelled:
            return Failed(leg, LegFailure.CANCELLED)
        if unconfirmed:
            return Failed(leg, LegFailure.NO_ANSWER)
        return Failed(leg, _BY_STATUS.get(status) or _BY_CAUSE.get(cause) or LegFailure.FAILED)

    def _played(self, playback: Message) -> SwitchEvent:
        prompt = self.wholes.pop(playback["id"], None) or playback["media_uri"].removeprefix(f"sound:{self.folder}/")
        completed = playback["state"] == "done" and playback["id"] not in self.cut_prompts
        self.cut_prompts.discard(playback["id"])
        return PromptPlayed(playback["target_uri"].removeprefix("channel:"), prompt, completed)

    def _phone_changed(self, state: Message) -> SwitchEvent | None:
        phone = state["name"].removeprefix(_PHONE)
        reachable = state["state"] not in _AWAY
        if phone == state["name"] or self.reachable.get(phone) is reachable:
            return None
        self.reachable[phone] = reachable
        return PhoneChanged(phone, reachable)
