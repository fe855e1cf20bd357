"""Callbacks beside calls that agents make of their own accord."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.routing.floors import World, configuration

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import CallbackMode, CallbackPlan, Caller, Hotline, PublishedFlow

KEY = "+8613800000001"


def test_whoever_an_agent_calls_by_hand_is_not_called_back_besides() -> None:
    world = World(twin=True)
    world.send(e.ConfigurationLoaded(configuration()))
    world.send(e.CallbacksPlanned((CallbackPlan(mode=CallbackMode.PREVIEW, first_after=10.0, idle=0.0),)))
    lost = Caller("013800000001", number_key=KEY, client="client-1")
    world.send(e.CallArrived("c1", "call-c1", "4001", lost))
    world.send(e.CallerHungUp("c1"))
    for agent in ("ann", "bob"):
        world.send(e.AgentSignedIn(agent, f"a{agent}"))
    world.send(e.CallOutRequested("ann", "c2", "13800000001", "h4001", number_key=KEY, client="client-1"))
    world.send(e.OfferAnswered("c2-1"))
    world.pass_time(11.0)
    offered = [fact for fact in world.send(e.AgentReady("bob")) if isinstance(fact, c.CallbackOffered)]
    assert offered == []  # its turn has come, and who it is for is being called
    ended = [fact for fact in world.send(e.CallAnswered("c2")) if isinstance(fact, c.CallbackEnded)]
    assert [(fact.task, fact.reason) for fact in ended] == [("c1", "reached_us")]


def test_whoever_was_called_by_hand_in_vain_is_called_back_as_planned() -> None:
    world = World(twin=True)
    world.send(e.ConfigurationLoaded(configuration()))
    world.send(e.CallbacksPlanned((CallbackPlan(mode=CallbackMode.PREVIEW, first_after=10.0, idle=0.0),)))
    world.send(e.CallArrived("c1", "call-c1", "4001", Caller("013800000001", number_key=KEY)))
    world.send(e.CallerHungUp("c1"))
    for agent in ("ann", "bob"):
        world.send(e.AgentSignedIn(agent, f"a{agent}"))
    world.send(e.CallOutRequested("ann", "c2", "13800000001", "h4001", number_key=KEY))
    world.send(e.OfferAnswered("c2-1"))
    world.pass_time(11.0)
    world.send(e.AgentReady("bob"))
    offered = [fact for fact in world.send(e.CallFailed("c2", "busy")) if isinstance(fact, c.CallbackOffered)]
    assert [(fact.task, fact.agent) for fact in offered] == [("c1", "bob")]


def test_a_call_out_in_vain_is_no_handling_time() -> None:
    world = World(twin=True)
    world.send(e.ConfigurationLoaded(configuration()))
    world.send(e.AgentSignedIn("ann", "aann"))
    world.send(e.CallOutRequested("ann", "c1", "13800000001", "h4001"))
    world.send(e.OfferAnswered("c1-1"))
    world.send(e.CallFailed("c1", "busy"), 5.0)
    world.send(e.WrapUpFinished("ann", "c1"), 5.0)
    assert world.router.snapshot()["handling"] == []


def test_who_asks_to_be_called_at_another_number_keeps_the_callback_of_before() -> None:
    settings = {"number": {"text": "13900000000"}, "say": [{"prompt": "promised"}]}
    nodes = (
        {"id": "start", "kind": "start", "exits": {"next": "call"}},
        {"id": "call", "kind": "callback", "settings": settings, "exits": {"failed": "end"}},
        {"id": "end", "kind": "hang_up"},
    )
    flow = PublishedFlow("F", 1, json.dumps({"format": 1, "start": "start", "nodes": nodes}))
    world = World()
    known = configuration()
    asks = Hotline("h4009", "4009", "line-9", "project", "sales", flow="F")
    world.send(e.ConfigurationLoaded(replace(known, hotlines=(*known.hotlines, asks), flows=(flow,))))
    world.send(e.CallbacksPlanned((CallbackPlan(mode=CallbackMode.PREVIEW, first_after=10.0, idle=0.0),)))
    caller = Caller("013800000001", number_key=KEY)
    world.send(e.CallArrived("c1", "call-c1", "4001", caller))
    world.send(e.CallerHungUp("c1"))
    world.router.handle(e.CallArrived("c2", "call-c2", "4009", caller), world.now)
    world.router.handle(e.PromptFinished("c2", "flow-1"), world.now)
    for agent in ("ann", "bob"):
        world.router.handle(e.AgentSignedIn(agent, f"a{agent}"), world.now)
        world.router.handle(e.AgentReady(agent), world.now)
    done = world.router.handle(e.TimePassed(), world.now + 20.0)
    assert {fact.task for fact in done if isinstance(fact, c.CallbackOffered)} == {"c1", "c2"}


def test_who_is_lost_in_a_call_flow_is_called_back_by_the_hotlines_queue() -> None:
    world = World(twin=True)
    world.send(e.ConfigurationLoaded(configuration()))
    world.send(e.CallbacksPlanned((CallbackPlan(mode=CallbackMode.PREVIEW, first_after=10.0, idle=0.0),)))
    world.send(e.AgentSignedIn("ann", "aann"))
    world.send(e.AgentReady("ann"))
    world.send(e.CallArrived("c1", "call-c1", "4005", Caller("13800000001")))
    world.send(e.CallerHungUp("c1"))
    world.pass_time(11.0)
    (task,) = world.router.callbacks()
    assert (task.queue, task.agent) == ("sales", "ann")


def test_the_callbacks_of_a_removed_queue_go_to_the_hotlines_queue() -> None:
    world = World(twin=True)
    before = configuration()
    moved = tuple(replace(each, queue="sales") for each in before.hotlines)
    world.send(e.ConfigurationLoaded(before))
    world.send(e.CallbacksPlanned((CallbackPlan(mode=CallbackMode.PREVIEW, first_after=10.0, idle=0.0),)))
    world.send(e.CallArrived("c1", "call-c1", "4002", Caller("13800000001")))
    world.send(e.CallerHungUp("c1"))
    after = configuration(2, queues=("sales",))
    world.send(e.ConfigurationLoaded(replace(after, hotlines=moved)))
    world.send(e.AgentSignedIn("ann", "aann"))
    world.send(e.AgentReady("ann"))
    world.pass_time(11.0)
    (task,) = world.router.callbacks()
    assert (task.queue, task.agent) == ("sales", "ann")


def test_whoever_is_called_back_sees_what_the_hotline_shows() -> None:
    world = World(twin=True)
    known = configuration()
    shows = replace(known.hotlines[0], caller_id="95000")
    world.send(e.ConfigurationLoaded(replace(known, hotlines=(shows, *known.hotlines[1:]))))
    world.send(e.CallArrived("c1", "call-c1", shows.number, Caller("13800000001")))
    world.send(e.CallerHungUp("c1"))
    world.send(e.AgentSignedIn("ann", "aann"))
    world.send(e.CallbackDialRequested("ann", "c1", "c2", "13800000001"))
    dialled = [each for each in world.send(e.OfferAnswered("c2-1")) if isinstance(each, c.CallOut)]
    assert [each.caller_id for each in dialled] == ["95000"]


def test_a_kept_place_outlives_an_agents_phone_that_was_not_reached() -> None:
    world = World(twin=True)
    world.send(e.ConfigurationLoaded(configuration(offer_callback=True)))
    world.send(e.CallArrived("c1", "call-c1", "4001", Caller("13800000001")))
    world.send(e.DigitPressed("c1", "1"))
    world.send(e.CallerHungUp("c1"))
    for agent, contact, happens, kept in (
        ("ann", "c2", e.OfferFailed("c2-1", "busy"), True),
        ("bob", "c3", e.OfferAnswered("c3-1"), True),
        ("bob", "c3", e.CallFailed("c3", "busy"), False),
    ):
        if world.router.contact(contact) is None:
            world.send(e.AgentSignedIn(agent, f"a{agent}"))
            offered = world.send(e.AgentReady(agent), 40.0)
            assert [each.task for each in offered if isinstance(each, c.CallbackOffered)] == ["c1"]
            world.send(e.CallbackDialRequested(agent, "c1", contact, "13800000001"))
        world.send(happens)
        task = world.router.callback("c1")
        assert task is not None and task.kept_place is kept


def test_who_asks_again_keeps_the_place_in_front() -> None:
    world = World(twin=True)
    world.send(e.ConfigurationLoaded(configuration(offer_callback=True)))
    for contact, number in (("c1", "13800000001"), ("c2", "13800000002"), ("c3", "13800000001")):
        world.send(e.CallArrived(contact, f"call-{contact}", "4001", Caller(number)), 5.0)
        if contact != "c2":
            world.send(e.DigitPressed(contact, "1"))
            world.send(e.CallerHungUp(contact))
    world.send(e.AgentSignedIn("ann", "aann"))
    assert [each.task for each in world.send(e.AgentReady("ann")) if isinstance(each, c.CallbackOffered)] == ["c1"]
