"""A call of which the router hears late keeps the place it had: it waits since the switch saw it."""

from __future__ import annotations

import json
from math import inf, nan

import pytest
from tests.routing.floors import World, configuration
from tests.routing.test_routing_rules import SKILLS, floor, of, only

from zuoxi.routing import Router, codec
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.arrival import arrived_at
from zuoxi.routing.model import Caller, ContactState, Outcome, Rules


def heard(world: World, name: str, ago: float | None, after: float = 0.0, **caller: bool) -> list[c.Command]:
    """The router hears now of a call that came ``ago`` seconds earlier."""
    since = None if ago is None else world.now + after - ago
    return world.send(e.CallArrived(name, f"call-{name}", "4001", Caller(number="138", **caller), True, since), after)


def test_who_came_first_is_served_first_however_late_the_router_hears_of_it() -> None:
    world = floor()
    heard(world, "third", 1.0)
    heard(world, "untold", None)
    heard(world, "second", 5.0)
    heard(world, "first", 9.0)
    assert [view.id for view in world.router.waiting("sales")] == ["first", "second", "third", "untold"]
    for agent, name in (("ann", "first"), ("bob", "second")):
        assert only(world.send(e.AgentReady(agent)), c.OfferCall).contact == name


def test_a_higher_priority_still_comes_before_a_longer_wait() -> None:
    world = floor()
    heard(world, "early", 30.0)
    heard(world, "vip", 1.0, vip=True)
    assert only(world.send(e.AgentReady("ann")), c.OfferCall).contact == "vip"


def test_with_ageing_a_wait_of_which_the_router_hears_late_counts_in_full() -> None:
    world = floor(configuration(skills=SKILLS, rules=Rules(seconds_per_priority=1.0, vip_boost=20)))
    heard(world, "vip", 0.0, vip=True)
    heard(world, "early", 21.0)
    assert only(world.send(e.AgentReady("ann")), c.OfferCall).contact == "early"


def test_waiting_time_and_facts_count_from_the_arrival() -> None:
    world = floor(ready="ann")
    came = world.now + 2.0 - 8.0
    commands = heard(world, "c1", 8.0, after=2.0)
    assert only(commands, c.ContactStarted).since == came
    assert only(commands, c.ContactQueued).since == came
    offer = only(commands, c.OfferCall).offer
    assert only(world.send(e.OfferAnswered(offer), 3.0), c.ContactAnswered).waited == 11.0
    ended = only(world.send(e.CallerHungUp("c1"), 5.0), c.ContactEnded)
    assert (ended.waited, ended.talked) == (11.0, 5.0)


def test_a_failed_offer_and_a_transfer_do_not_bring_the_old_time_back() -> None:
    world = floor(ready="ann")
    offer = only(heard(world, "c1", 8.0), c.OfferCall).offer
    again = world.send(e.OfferFailed(offer, "busy"), 1.0)
    assert only(again, c.ContactQueued).since is None
    offer = only(world.send(e.AgentReady("ann")), c.OfferCall).offer
    world.send(e.OfferAnswered(offer))
    world.send(e.TransferRequested("ann", "c1", to_queue="service"), 4.0)
    view = world.router.contact("c1")
    assert view is not None and (view.queued_at, view.started_at) == (world.now, world.now - 13.0)


def test_the_time_limit_counts_from_the_arrival() -> None:
    world = floor()
    heard(world, "c1", 45.0)
    assert world.router.next_deadline() == world.now + 15.0
    world.pass_time(15.0)
    view = world.router.contact("c1")
    assert view is not None and view.state is ContactState.ANNOUNCING


def test_whose_time_is_up_already_hears_so_and_rings_nobody() -> None:
    world = floor(configuration(skills=SKILLS, greeting="welcome"), ready="ann")
    commands = heard(world, "c1", 75.0)
    assert [type(command) for command in commands[2:]] == [
        c.AnswerCall,
        c.KeepWaiting,
        c.QueueLeft,
        c.PlayPrompt,
        c.CallbackRecorded,
    ]
    assert only(commands, c.PlayPrompt).prompt == "timed_out"
    ended = only(world.send(e.PromptFinished("c1", "timed_out"), 9.0), c.ContactEnded)
    assert (ended.outcome, ended.waited) == (Outcome.TIMED_OUT, 75.0)
    assert only(heard(world, "c2", 0.0), c.OfferCall).agent == "ann"


@pytest.mark.parametrize("since", [None, 10_000.001, 2e9, inf, nan, -inf, 0.0, -5.0, 6399.5])
def test_a_time_that_nobody_can_believe_counts_as_now(since: float | None) -> None:
    assert arrived_at(since, 10_000.0) == 10_000.0


@pytest.mark.parametrize("since", [1e6, 1e6 - 0.25, 1e6 - 3600.0])
def test_a_time_within_the_last_hour_is_believed(since: float) -> None:
    assert arrived_at(since, 1e6) == since


@pytest.mark.parametrize("wrong", [-60.0, 100_000.0])
def test_a_wrong_clock_lets_nobody_jump_the_queue_and_sends_nobody_away(wrong: float) -> None:
    world = floor()
    heard(world, "honest", 3.0)
    assert only(heard(world, "odd", wrong), c.ContactQueued).since is None
    assert [view.id for view in world.router.waiting("sales")] == ["honest", "odd"]
    assert of(world.send(e.TimePassed()), c.PlayPrompt) == []


def test_journals_of_before_are_read_as_they_were() -> None:
    row = {"kind": "CallArrived", "contact": "c1", "call": "k", "hotline": "4001", "caller": {"number": "138"}}
    event = codec.decode(row | {"open": True})
    assert event == e.CallArrived("c1", "k", "4001", Caller("138"), True, None)
    router = Router()
    router.handle(e.ConfigurationLoaded(configuration()), 100.0)
    started, queued = router.handle(event, 160.0)[:2]
    assert isinstance(started, c.ContactStarted) and started.since is None
    assert isinstance(queued, c.ContactQueued) and queued.since is None
    assert codec.decode({name: value for name, value in codec.encode(started).items() if name != "since"}) == started


def test_a_late_arrival_survives_a_snapshot_with_its_place() -> None:
    world = floor()
    heard(world, "second", 1.0)
    heard(world, "first", 9.0)
    router = Router.restore(json.loads(json.dumps(world.router.snapshot())))
    assert [view.id for view in router.waiting("sales")] == ["first", "second"]
    assert router.next_deadline() == world.now + 51.0
