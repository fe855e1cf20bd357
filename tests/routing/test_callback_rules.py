"""Callbacks beside calls that agents make of their own accord."""

from __future__ import annotations

from tests.routing.floors import World, configuration

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import CallbackMode, CallbackPlan, Caller

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
