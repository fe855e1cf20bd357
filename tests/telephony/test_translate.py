"""Asterisk's messages in our words, and the count of who is in which bridge: without an engine."""

from __future__ import annotations

from typing import Any

import pytest

from zuoxi.telephony.ari.reconcile import calls_held, legs_held
from zuoxi.telephony.ari.rooms import TalkRooms, WaitingRooms
from zuoxi.telephony.ari.translate import Translation
from zuoxi.telephony.switch import (
    Answered,
    Arrived,
    Ended,
    Failed,
    LegEnded,
    LegFailure,
    PhoneChanged,
    PromptPlayed,
    SwitchError,
)


def channel(name: str, state: str = "Up", app_data: str = "zuoxi,4001") -> dict[str, Any]:
    return {
        "id": name,
        "state": state,
        "caller": {"number": "138"},
        "creationtime": "2026-11-22T16:30:55.126+0000",
        "dialplan": {"exten": "4001", "app_name": "Stasis", "app_data": app_data},
    }


def start(name: str, *arguments: str) -> dict[str, Any]:
    return {"type": "StasisStart", "args": list(arguments), "channel": channel(name)}


def destroyed(leg: str, cause: int, status: int | None = None) -> list[dict[str, Any]]:
    """How the end of a leg is told: the phone's own refusal comes beforehand."""
    request = {"type": "ChannelHangupRequest", "channel": channel(leg), "cause": cause, "tech_cause": status}
    end = {"type": "ChannelDestroyed", "channel": channel(leg), "cause": cause, "tech_cause": status or 480}
    return [request, end] if status else [end]


def test_callers_and_legs_are_told_apart() -> None:
    translation = Translation("/prompts")
    assert translation.translate(start("17.1", "4001")) == Arrived("17.1", "4001", "138", 1795365055.126)
    assert translation.translate(start("leg-o1")) == Answered("o1")
    assert translation.translate({"type": "StasisEnd", "channel": channel("leg-o1")}) is None
    assert translation.translate(destroyed("leg-o1", 16)[0]) == LegEnded("o1")
    assert translation.translate({"type": "StasisEnd", "channel": channel("17.1")}) == Ended("17.1", 0)


@pytest.mark.parametrize(
    ("cause", "status", "reason"),
    [
        (17, 486, LegFailure.BUSY),
        (21, 603, LegFailure.REJECTED),
        (19, 480, LegFailure.REJECTED),  # the phone said so
        (19, None, LegFailure.NO_ANSWER),  # our time limit
        (3, 404, LegFailure.UNREACHABLE),
        (127, None, LegFailure.FAILED),
    ],
)
def test_why_a_leg_failed(cause: int, status: int | None, reason: LegFailure) -> None:
    translation = Translation("/prompts")
    told = [translation.translate(message) for message in destroyed("leg-o1", cause, status)]
    assert told[-1] == Failed("o1", reason)


def test_a_prompt_is_named_by_its_key_and_a_cut_one_is_not_completed() -> None:
    translation = Translation("/prompts")
    playback = {"id": "p1", "media_uri": "sound:/prompts/t/hello", "target_uri": "channel:17.1", "state": "done"}
    finished = {"type": "PlaybackFinished", "playback": playback}
    assert translation.translate(finished) == PromptPlayed("17.1", "t/hello", completed=True)
    translation.cut_prompts.add("p1")
    assert translation.translate(finished) == PromptPlayed("17.1", "t/hello", completed=False)


def test_a_phone_is_told_of_once() -> None:
    translation = Translation("/prompts")
    states = ["NOT_INUSE", "INUSE", "UNAVAILABLE", "UNAVAILABLE", "NOT_INUSE"]
    told = [
        translation.translate({"type": "DeviceStateChanged", "device_state": {"name": "PJSIP/a1", "state": state}})
        for state in states
    ]
    assert told == [PhoneChanged("a1", True), None, PhoneChanged("a1", False), None, PhoneChanged("a1", True)]


def test_listing_knows_who_waits_and_who_talks_with_whom() -> None:
    channels = [
        channel("17.1"),
        channel("17.2"),
        channel("17.3", "Ring"),
        channel("17.4", app_data="other,4001"),
        channel("leg-o1", app_data="zuoxi"),
        channel("leg-o2", "Ringing", app_data="") | {"dialplan": {"app_name": "AppDial2", "app_data": "", "exten": ""}},
    ]
    bridges = [
        {"id": "wait-default", "channels": ["17.2"]},
        {"id": "talk-1", "channels": ["17.1", "leg-o1"]},
    ]
    calls = {call.call: (call.where, call.answered) for call in calls_held(channels, bridges, "zuoxi")}
    assert calls == {"17.1": ("talking", True), "17.2": ("waiting", True), "17.3": ("", False)}
    assert {call.created for call in calls_held(channels, bridges, "zuoxi")} == {1795365055.126}
    legs = {leg.leg: (leg.answered, leg.talking_to) for leg in legs_held(channels, bridges, "zuoxi")}
    assert legs == {"o1": (True, "17.1"), "o2": (False, None)}


class Requests:
    """Records what is asked of the engine."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, method: str, uri: str, query: object = None, body: object = None) -> None:
        self.asked.append((method, uri))


async def test_music_is_started_by_whoever_finds_the_room_empty() -> None:
    requests = Requests()
    rooms = WaitingRooms(requests)
    await rooms.enter("a", "default", now=1.0)
    await rooms.enter("b", "default", now=2.0)
    await rooms.enter("b", "default", now=3.0)  # is there already: would empty the room for a moment
    room = "bridges/wait-default"
    assert [uri for _, uri in requests.asked] == [room, f"{room}/addChannel", f"{room}/moh", f"{room}/addChannel"]
    assert rooms.hung_up("a", at=10.0) is None  # b was there before: the music went on
    await rooms.enter("c", "default", now=20.0)
    assert rooms.hung_up("b", at=19.9) == "wait-default"  # c came when the room may have been empty


async def test_a_talk_room_is_used_again_when_both_have_left() -> None:
    requests = Requests()
    rooms = TalkRooms(requests)
    rooms.expect("o1", mixed=False)
    await rooms.join("o1", "call", "leg-o1")
    rooms.leave("call")
    rooms.leg_gone("o1", "leg-o1")
    rooms.expect("o2", mixed=False)
    assert await rooms.reserve("o2") == "talk-1"
    rooms.expect("o3", mixed=False)
    assert await rooms.reserve("o3") == "talk-2"
    rooms.expect("o4", mixed=True)
    assert await rooms.reserve("o4") == "talk-mixed-3"
    rooms.leg_gone("o4", "leg-o4")
    rooms.expect("o5", mixed=False)
    assert await rooms.reserve("o5") == "talk-4"  # a mixed room is kept for those who need one
    with pytest.raises(SwitchError):
        await rooms.join("o1", "call")
