"""Pausing the recording, longer wrap-ups, breaks over their limit: what the router makes of them."""

from __future__ import annotations

from typing import Any

from tests.routing.floors import World, configuration

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import AgentState, Caller


def talking(world: World) -> str:
    """ann and a caller talk; the contact."""
    world.send(e.ConfigurationLoaded(configuration()))
    world.send(e.AgentSignedIn("ann", "aann"))
    world.send(e.AgentReady("ann"))
    world.send(e.CallArrived("c1", "call-c1", "4001", Caller("13800000001")))
    world.send(e.OfferAnswered("c1-1"))
    return "c1"


def of_kind(commands: list[c.Command], *kinds: type) -> list[Any]:
    return [command for command in commands if isinstance(command, kinds)]


def test_a_recording_is_paused_and_goes_on_when_asked() -> None:
    world = World(twin=True)
    contact = talking(world)
    done = world.send(e.PauseRecordingRequested("ann", contact, True))
    assert done == [c.PauseRecording(contact, "call-c1", True), c.RecordingPaused(contact, "ann", world.now + 120.0)]
    assert world.send(e.PauseRecordingRequested("ann", contact, True)) == []
    done = world.send(e.PauseRecordingRequested("ann", contact, False), 5.0)
    assert done == [c.PauseRecording(contact, "call-c1", False), c.RecordingResumed(contact, "ann", "asked")]
    assert world.send(e.PauseRecordingRequested("ann", contact, False)) == []


def test_a_paused_recording_goes_on_by_itself() -> None:
    for event, reason in (
        (e.HoldRequested("ann", "c1"), "held"),
        (e.TransferRequested("ann", "c1", to_queue="service"), "left"),
        (e.CallerHungUp("c1"), "ended"),
        (e.RecordingPauseFailed("c1"), "failed"),
    ):
        world = World(twin=True)
        talking(world)
        world.send(e.PauseRecordingRequested("ann", "c1", True))
        done = world.send(event, 1.0)
        assert of_kind(done, c.RecordingResumed) == [c.RecordingResumed("c1", None, reason)]
        # the switch is asked wherever there is still a call to ask for
        assert len(of_kind(done, c.PauseRecording)) == (reason != "ended")
    world = World(twin=True)
    talking(world)
    world.send(e.PauseRecordingRequested("ann", "c1", True))
    world.pass_time(119.0)
    assert world.silent
    world.pass_time(2.0)
    assert not world.silent
    kinds = [command["kind"] for _, _, commands in world.journal for command in commands]
    assert kinds.count("RecordingResumed") == 1


def test_nobody_pauses_what_is_not_their_conversation() -> None:
    world = World(twin=True)
    contact = talking(world)
    assert of_kind(world.send(e.PauseRecordingRequested("bob", contact, True)), c.RequestRefused)
    world.send(e.HoldRequested("ann", contact))
    refused = world.send(e.PauseRecordingRequested("ann", contact, True))
    assert refused == [c.RequestRefused("ann", "pause_recording", "routing.not_talking")]


def wrapping_up(world: World) -> None:
    talking(world)
    world.send(e.CallerHungUp("c1"), 10.0)
    assert world.states["ann"] is AgentState.WRAP_UP


def test_a_wrap_up_is_extended_as_often_as_the_queue_allows() -> None:
    world = World(twin=True)
    wrapping_up(world)
    ends_at = world.now + 30.0
    for left in (1, 0):
        ends_at += 60.0
        done = world.send(e.WrapUpExtensionRequested("ann", "c1"), 1.0)
        assert done == [c.WrapUpExtended("ann", "c1", ends_at, left)]
    done = world.send(e.WrapUpExtensionRequested("ann", "c1"))
    assert done == [c.RequestRefused("ann", "extend_wrap_up", "routing.no_extension_left")]
    world.pass_time(ends_at - world.now - 1.0)
    assert world.states["ann"] is AgentState.WRAP_UP
    world.pass_time(2.0)
    assert world.states["ann"] is AgentState.READY


def test_only_the_own_wrap_up_with_a_limit_is_extended() -> None:
    world = World(twin=True)
    world.send(e.ConfigurationLoaded(configuration(wrap_up=None)))
    talking(world)
    refused = world.send(e.WrapUpExtensionRequested("ann", "c1"))
    assert refused == [c.RequestRefused("ann", "extend_wrap_up", "routing.not_in_wrap_up")]
    world.send(e.ConfigurationLoaded(configuration(wrap_up=None)))
    world.send(e.CallerHungUp("c1"))
    refused = world.send(e.WrapUpExtensionRequested("ann", "c1"))
    assert refused == [c.RequestRefused("ann", "extend_wrap_up", "routing.wrap_up_unlimited")]


def test_a_break_over_its_limit_is_told_once_a_stay() -> None:
    world = World(twin=True)
    talking(world)
    world.send(e.AgentSignedIn("bob", "abob"))
    assert world.send(e.BreakLimitPassed("bob", "break", "stay", 600.0)) == []
    world.send(e.AgentNotReady("bob", "break"))
    passed = e.BreakLimitPassed("bob", "break", "stay", 600.0)
    assert world.send(passed, 600.0) == [c.BreakLimitReached("bob", "break", "stay", 600.0)]
    assert world.send(passed, 1.0) == []
    assert len(world.send(e.BreakLimitPassed("bob", "break", "day", 900.0))) == 1
    world.send(e.AgentReady("bob"))
    assert world.send(passed) == []
    world.send(e.AgentNotReady("bob", "break"))
    assert len(world.send(passed, 600.0)) == 1


def test_how_a_call_sounds_is_stated_when_it_changes_and_ends_with_the_agent() -> None:
    world = World(twin=True)
    contact = talking(world)
    poor = e.QualityReported(contact, "agent", "poor", "jitter", 80.0, 1.5, None, "ann")
    assert world.send(e.QualityReported(contact, "agent", "good")) == []
    assert world.send(poor) == [c.CallQualityChanged(contact, "agent", "poor", "jitter", 80.0, 1.5, None, "ann")]
    assert world.send(poor) == []
    assert len(world.send(e.QualityReported(contact, "caller", "silent", "no_sound"))) == 1
    done = world.send(e.TransferRequested("ann", contact, to_queue="service"))
    (mended,) = of_kind(done, c.CallQualityChanged)
    assert (mended.side, mended.state) == ("agent", "good")
    assert world.send(e.QualityReported("nobody", "agent", "poor")) == []
