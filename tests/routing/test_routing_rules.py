"""Each branch of the decision table as a short story. World checks the general promises after every event besides."""

from __future__ import annotations

from typing import Any

import pytest
from tests.routing.floors import World, configuration

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import AgentState, Caller, Configuration, ContactState, LastOrder, Outcome, Reach, Rules

SKILLS = {"ann": {"sales": 5}, "bob": {"sales": 8}, "cui": {"vip": 3}, "dan": {"service": 5}}


def floor(config: Configuration | None = None, ready: str = "") -> World:
    """A floor with all agents signed in, and those named in ``ready`` ready in this order, a second apart."""
    world = World(twin=True)
    world.send(e.ConfigurationLoaded(config or configuration(skills=SKILLS)))
    for agent in ("ann", "bob", "cui", "dan"):
        world.send(e.AgentSignedIn(agent, f"phone-{agent}"))
    for agent in ready.split():
        world.send(e.AgentReady(agent), 1.0)
    return world


def call(world: World, name: str, hotline: str = "4001", is_open: bool = True, **caller: Any) -> list[c.Command]:
    found = Caller(number="13812345678", **caller)
    return world.send(e.CallArrived(name, f"call-{name}", hotline, found, is_open), 1.0)


def talk(world: World, name: str = "c1", **caller: Any) -> str:
    """A call that the ready agent answers; the agent's name."""
    offered = only(call(world, name, **caller), c.OfferCall)
    world.send(e.OfferAnswered(offered.offer), 2.0)
    return str(offered.agent)


def of(commands: list[c.Command], kind: type) -> list[Any]:
    return [command for command in commands if isinstance(command, kind)]


def only(commands: list[c.Command], kind: type) -> Any:
    found = of(commands, kind)
    assert len(found) == 1, commands
    return found[0]


def state(world: World, agent: str) -> tuple[AgentState, str | None]:
    view = world.router.agent(agent)
    assert view is not None
    return view.state, view.reason


# -- arrival -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hotline", "caller", "is_open", "prompt", "outcome", "reason"),
    [
        ("4001", {"blacklisted": True, "vip": True}, False, "blocked", Outcome.BLOCKED, "blacklist"),
        ("4001", {"vip": True}, False, "closed", Outcome.CLOSED, "out_of_hours"),
        ("9999", {}, True, "unknown_number", Outcome.FAILED, "unknown_hotline"),
    ],
)
@pytest.mark.parametrize("leaves_early", [False, True])
def test_calls_that_are_not_queued_hear_a_message_and_are_released(
    hotline: str, caller: dict[str, Any], is_open: bool, prompt: str, outcome: Outcome, reason: str, leaves_early: bool
) -> None:
    world = floor(ready="ann bob cui")
    commands = call(world, "c1", hotline, is_open, **caller)
    assert [type(command) for command in commands] == [c.ContactStarted, c.AnswerCall, c.PlayPrompt]
    assert only(commands, c.PlayPrompt).prompt == prompt
    if leaves_early:
        commands = world.send(e.CallerHungUp("c1"), 1.0)
        assert of(commands, c.ReleaseCall) == []
    else:
        commands = world.send(e.PromptFinished("c1", prompt), 5.0)
        assert only(commands, c.ReleaseCall).call == "call-c1"
    ended = only(commands, c.ContactEnded)
    assert (ended.outcome, ended.reason, ended.waited, ended.talked) == (outcome, reason, 0.0, 0.0)
    assert of(commands, c.CallbackRecorded) == []


def test_a_closing_message_whose_end_is_never_told_ends_all_the_same() -> None:
    world = floor()
    call(world, "c1", blacklisted=True)
    world.pass_time(60.0)
    assert world.ended["c1"].outcome is Outcome.BLOCKED
    assert world.callers == set()


def test_without_a_message_for_unknown_numbers_the_call_is_released_at_once() -> None:
    world = floor(configuration(rules=Rules(unknown_prompt=None)))
    commands = call(world, "c1", "9999")
    assert [type(command) for command in commands] == [c.ContactStarted, c.ReleaseCall, c.ContactEnded]
    assert commands[0].hotline == "9999"  # type: ignore[union-attr]


def test_a_hotline_whose_queue_is_gone_leaves_a_callback() -> None:
    world = floor(configuration(queues=("service",)))
    commands = call(world, "c1")
    assert only(commands, c.ContactEnded).outcome is Outcome.FAILED
    assert only(commands, c.CallbackRecorded).number == "13812345678"


def test_a_call_that_must_wait_is_answered_and_hears_music() -> None:
    world = floor()
    commands = call(world, "c1", customer="k1")
    assert commands == [
        c.ContactStarted("c1", "call-c1", "h4001", "line-1", "project", "13812345678", "k1", False),
        c.ContactQueued("c1", "sales", 0, "arrival"),
        c.AnswerCall("c1", "call-c1"),
        c.KeepWaiting("c1", "call-c1", "default"),
    ]


def test_early_media_and_greeting_are_the_hotlines_settings() -> None:
    world = floor(configuration(greeting="welcome"))
    assert of(call(world, "c1", "4003"), c.AnswerCall) == []
    commands = call(world, "c2", "4001")
    assert [type(command) for command in commands[2:]] == [c.AnswerCall, c.KeepWaiting, c.PlayPrompt]
    assert world.send(e.PromptFinished("c2", "welcome")) == []


def test_an_arrival_rings_the_best_skilled_before_anything_else_is_done_for_the_caller() -> None:
    world = floor(ready="ann bob")
    commands = call(world, "c1")
    assert [type(command).__name__ for command in commands] == [
        "ContactStarted",
        "ContactQueued",
        "ContactOffered",
        "OfferCall",
        "AgentStateChanged",
        "AnswerCall",
        "KeepWaiting",
    ]
    offered = only(commands, c.OfferCall)
    assert (offered.agent, offered.phone, offered.offer, offered.timeout) == ("bob", "phone-bob", "c1-1", 10.0)


def test_among_equals_the_longest_idle_is_rung() -> None:
    world = floor(configuration(skills={"ann": {"sales": 5}, "bob": {"sales": 5}}), ready="bob ann")
    assert only(call(world, "c1"), c.OfferCall).agent == "bob"
    assert only(call(world, "c2"), c.OfferCall).agent == "ann"


def test_two_calls_in_the_same_instant_get_two_agents() -> None:
    world = floor(ready="ann bob")
    agents = []
    for name in ("c1", "c2", "c3"):
        agents += [o.agent for o in of(world.send(e.CallArrived(name, f"call-{name}", "4001", Caller())), c.OfferCall)]
    assert agents == ["bob", "ann"]


# -- VIP and last order ------------------------------------------------------------------------------------------------
def test_a_vip_goes_to_the_vip_group_first() -> None:
    world = floor(ready="bob cui")
    offered = only(call(world, "c1", vip=True), c.ContactOffered)
    assert (offered.agent, offered.reason) == ("cui", "vip_group")


def test_a_vip_without_a_free_group_goes_to_the_others_with_raised_priority() -> None:
    world = floor(ready="bob")
    commands = call(world, "c1", vip=True)
    assert only(commands, c.ContactQueued).priority == 20
    assert only(commands, c.ContactOffered).reason == "queue"
    # A hotline without a VIP group: the boost alone.
    assert only(call(world, "c2", "4004", vip=True), c.ContactQueued).priority == 20


def test_a_waiting_vip_comes_before_everybody_and_the_group_stays_open_to_him() -> None:
    world = floor()
    for name in ("c1", "c2"):
        call(world, name)
    call(world, "v1", vip=True)
    call(world, "v2", vip=True)
    assert only(world.send(e.AgentReady("cui"), 1.0), c.ContactOffered).contact == "v1"
    assert only(world.send(e.AgentReady("ann"), 1.0), c.ContactOffered).contact == "v2"
    assert only(world.send(e.AgentReady("bob"), 1.0), c.ContactOffered).contact == "c1"


def test_the_vip_group_serves_nobody_else() -> None:
    world = floor(ready="cui")
    assert of(call(world, "c1"), c.OfferCall) == []


def test_a_returning_buyer_reaches_the_agent_of_the_last_order_whatever_the_skill() -> None:
    world = floor(ready="ann bob dan")
    offered = only(call(world, "c1", last_order=LastOrder("dan")), c.ContactOffered)
    assert (offered.agent, offered.reason) == ("dan", "last_agent")


def test_a_returning_buyer_whose_agent_is_busy_waits_elsewhere_with_raised_priority() -> None:
    world = floor()
    call(world, "c1")
    assert only(call(world, "r1", last_order=LastOrder("dan")), c.ContactQueued).priority == 10
    assert only(call(world, "vr", vip=True, last_order=LastOrder("dan")), c.ContactQueued).priority == 30
    offered = only(world.send(e.AgentReady("ann"), 1.0), c.ContactOffered)
    assert (offered.contact, offered.reason) == ("vr", "queue")
    offered = only(world.send(e.AgentReady("dan"), 1.0), c.ContactOffered)
    assert (offered.contact, offered.reason) == ("r1", "last_agent")


@pytest.mark.parametrize(
    ("rules", "order", "reached"),
    [
        (Rules(), LastOrder("dan", "line-9", 1e9), True),
        (Rules(last_agent_reach=Reach.SAME_LINE), LastOrder("dan", "line-1"), True),
        (Rules(last_agent_reach=Reach.SAME_LINE), LastOrder("dan", "line-2"), False),
        (Rules(last_agent_reach=Reach.OFF), LastOrder("dan", "line-1"), False),
        (Rules(last_agent_max_age=100.0), LastOrder("dan", "line-1", 100.0), True),
        (Rules(last_agent_max_age=100.0), LastOrder("dan", "line-1", 101.0), False),
    ],
)
def test_reach_and_age_of_the_last_order_are_settings(rules: Rules, order: LastOrder, reached: bool) -> None:
    world = floor(configuration(rules=rules, skills=SKILLS), ready="bob dan")
    commands = call(world, "c1", last_order=order)
    assert only(commands, c.ContactOffered).agent == ("dan" if reached else "bob")
    assert only(commands, c.ContactQueued).priority == (10 if reached else 0)


def test_a_returning_vip_meets_the_vip_group_before_the_last_agent() -> None:
    world = floor(ready="dan cui")
    assert only(call(world, "c1", vip=True, last_order=LastOrder("dan")), c.ContactOffered).agent == "cui"


# -- order of service --------------------------------------------------------------------------------------------------
def test_priority_then_wait() -> None:
    both = {"ann": {"sales": 1, "service": 1}}
    world = floor(configuration(skills=both, priorities={"service": 1}))
    for name, hotline in (("c1", "4001"), ("c2", "4002"), ("c3", "4002"), ("c4", "4001")):
        call(world, name, hotline)
    served = [only(world.send(e.AgentReady("ann")), c.OfferCall).contact]
    for _ in range(3):
        contact = served[-1]
        world.send(e.OfferAnswered(f"{contact}-1"), 1.0)
        world.send(e.CallerHungUp(contact), 1.0)
        served.append(only(world.send(e.WrapUpFinished("ann", contact)), c.OfferCall).contact)
    assert served == ["c2", "c3", "c1", "c4"]


def test_with_ageing_a_long_wait_outweighs_priority() -> None:
    rules = Rules(seconds_per_priority=10.0)
    both = {"ann": {"sales": 1, "service": 1}}
    for later, first in ((9.0, "high"), (31.0, "low")):
        world = floor(configuration(rules=rules, skills=both, priorities={"service": 2}))
        call(world, "low", "4001")
        world.pass_time(later)
        call(world, "high", "4002")
        assert only(world.send(e.AgentReady("ann")), c.OfferCall).contact == first


# -- offers ------------------------------------------------------------------------------------------------------------
def test_a_silent_agent_is_set_not_ready_and_the_call_keeps_its_place() -> None:
    world = floor(configuration(skills=SKILLS, rules=Rules(silent_agent_reason="asleep")), ready="bob")
    call(world, "c1")
    call(world, "c2")
    assert world.router.next_deadline() == world.now - 1.0 + 10.0
    world.pass_time(9.0)
    assert state(world, "bob") == (AgentState.NOT_READY, "asleep")
    facts = [command for _, _, commands in world.journal for command in commands]
    assert {"kind": "OfferEnded", "contact": "c1", "offer": "c1-1", "agent": "bob", "reason": "no_answer"} in facts
    assert {"kind": "CancelOffer", "contact": "c1", "offer": "c1-1", "agent": "bob"} in facts
    assert [view.id for view in world.router.waiting("sales")] == ["c1", "c2"]
    assert only(world.send(e.AgentReady("ann"), 1.0), c.OfferCall).offer == "c1-2"


@pytest.mark.parametrize(
    ("reason", "code", "cancelled"),
    [
        ("no_answer", "no_answer", 0),
        ("busy", "phone_busy", 0),
        ("rejected", "rejected", 1),
        ("unreachable", "phone_unreachable", 0),
        ("failed", "phone_failed", 0),
    ],
)
def test_a_phone_that_fails_is_not_rung_again(reason: str, code: str, cancelled: int) -> None:
    world = floor(ready="ann bob")
    call(world, "c1")
    commands = world.send(e.OfferFailed("c1-1", reason), 1.0)
    assert state(world, "bob") == (AgentState.NOT_READY, code)
    assert only(commands, c.OfferCall).agent == "ann"
    assert only(commands, c.ContactQueued).reason == reason
    assert len(of(commands, c.CancelOffer)) == cancelled
    assert world.send(e.OfferFailed("c1-1", reason)) == []


def test_an_answer_after_the_offer_was_given_up_is_put_down() -> None:
    world = floor(ready="bob")
    call(world, "c1")
    world.pass_time(10.0)
    assert world.send(e.OfferAnswered("c1-1")) == [c.ReleaseAgent("c1", "c1-1", "bob")]
    assert world.send(e.OfferAnswered("never-7")) == [c.ReleaseAgent("never", "never-7", "")]


def test_an_agent_may_decline_or_leave_while_the_phone_rings() -> None:
    for event, expected in (
        (e.AgentNotReady("bob", "lunch"), (AgentState.NOT_READY, "lunch")),
        (e.AgentSignedOut("bob"), (AgentState.SIGNED_OUT, None)),
    ):
        world = floor(ready="ann bob")
        call(world, "c1")
        commands = world.send(event, 1.0)
        assert only(commands, c.CancelOffer).offer == "c1-1"
        assert only(commands, c.OfferCall).agent == "ann"
        assert state(world, "bob") == expected


def test_a_new_seat_rings_instead_of_the_old_one() -> None:
    world = floor(ready="ann bob")
    call(world, "c1")
    commands = world.send(e.AgentSignedIn("bob", "phone-new"), 1.0)
    assert only(commands, c.CancelOffer).offer == "c1-1"
    offered = only(commands, c.OfferCall)
    assert (offered.offer, offered.agent, offered.phone) == ("c1-2", "bob", "phone-new")
    assert world.send(e.AgentSignedIn("bob", "phone-new")) == []


# -- the time limit and giving up --------------------------------------------------------------------------------------
def test_the_time_limit_plays_the_message_and_records_a_callback() -> None:
    world = floor()
    call(world, "c1")
    world.pass_time(59.0)
    assert [view.state for view in world.router.contacts()] == [ContactState.WAITING]
    world.now += 1.0
    commands = world.send(e.TimePassed())
    assert commands == [
        c.QueueLeft("c1", "sales", "timed_out", "message", None, 60.0),
        c.PlayPrompt("c1", "call-c1", "timed_out"),
        c.CallbackRecorded("c1", "13812345678", "sales", "timed_out", None, world.now + 60.0, world.now + 86400.0),
    ]
    assert of(world.send(e.AgentReady("ann")), c.OfferCall) == []
    ended = only(world.send(e.PromptFinished("c1", "timed_out"), 12.0), c.ContactEnded)
    assert (ended.outcome, ended.reason, ended.waited) == (Outcome.TIMED_OUT, "time_limit", 60.0)


def test_hanging_up_in_the_timed_out_message_stays_timed_out_with_one_callback() -> None:
    world = floor()
    call(world, "c1")
    world.pass_time(60.0)
    commands = world.send(e.CallerHungUp("c1"), 1.0)
    assert commands == [c.ContactEnded("c1", Outcome.TIMED_OUT, "time_limit", "sales", 60.0, 0.0)]
    assert world.known["c1"].callbacks == 1


def test_the_time_limit_withdraws_a_ringing_offer_without_fault_of_the_agent() -> None:
    world = floor()
    call(world, "c1")
    world.pass_time(55.0)
    call(world, "c2")
    world.send(e.AgentReady("bob"))
    world.pass_time(5.0)
    view = world.router.agent("bob")
    assert view is not None
    assert (view.state, view.contact) == (AgentState.OFFERED, "c2")
    contact = world.router.contact("c1")
    assert contact is not None
    assert contact.state is ContactState.ANNOUNCING


@pytest.mark.parametrize("ready", ["", "ann"])
def test_a_caller_who_gives_up_becomes_a_callback(ready: str) -> None:
    world = floor(ready=ready)
    call(world, "c1")
    commands = world.send(e.CallerHungUp("c1"), 7.0)
    recorded = c.CallbackRecorded(
        "c1", "13812345678", "sales", "abandoned", None, world.now + 60.0, world.now + 86400.0
    )
    assert only(commands, c.CallbackRecorded) == recorded
    assert only(commands, c.ContactEnded) == c.ContactEnded(
        "c1", Outcome.ABANDONED, "caller_hung_up", "sales", 7.0, 0.0
    )
    assert [offer.offer for offer in of(commands, c.CancelOffer)] == (["c1-1"] if ready else [])
    assert world.send(e.CallerHungUp("c1")) == []
    if ready:
        assert state(world, "ann") == (AgentState.READY, None)


def test_an_agent_rung_in_vain_keeps_the_idle_time() -> None:
    world = floor(configuration(skills={"ann": {"sales": 5}, "bob": {"sales": 5}}), ready="ann bob")
    call(world, "c1")
    world.send(e.CallerHungUp("c1"), 5.0)
    assert only(call(world, "c2"), c.OfferCall).agent == "ann"


# -- conversation ------------------------------------------------------------------------------------------------------
def test_answer_talk_and_wrap_up() -> None:
    world = floor(ready="bob")
    call(world, "c1")
    commands = world.send(e.OfferAnswered("c1-1"), 3.0)
    assert commands == [
        c.Connect("c1", "call-c1", "c1-1", "bob"),
        c.ContactAnswered("c1", "c1-1", "bob", "sales", 3.0),
        c.AgentStateChanged("bob", AgentState.TALKING, None, "c1"),
    ]
    assert world.send(e.OfferAnswered("c1-1")) == []
    commands = world.send(e.CallerHungUp("c1"), 60.0)
    assert commands == [
        c.ReleaseAgent("c1", "c1-1", "bob"),
        c.AgentStateChanged("bob", AgentState.WRAP_UP, None, "c1"),
        c.ContactEnded("c1", Outcome.ANSWERED, "caller_hung_up", "sales", 3.0, 60.0),
    ]
    assert world.send(e.AgentLegEnded("c1-1")) == []
    assert world.send(e.HangUpRequested("bob", "c1")) == []  # the caller was quicker
    assert world.send(e.WrapUpFinished("bob", "c1", "sold"), 5.0) == [c.AgentStateChanged("bob", AgentState.READY)]


@pytest.mark.parametrize("by_desk", [True, False])
def test_the_agent_hangs_up(by_desk: bool) -> None:
    world = floor(ready="bob")
    talk(world)
    commands = world.send(e.HangUpRequested("bob", "c1") if by_desk else e.AgentLegEnded("c1-1"), 9.0)
    assert only(commands, c.ReleaseCall).call == "call-c1"
    assert only(commands, c.ContactEnded).reason == "agent_hung_up"
    assert len(of(commands, c.ReleaseAgent)) == by_desk
    assert state(world, "bob")[0] is AgentState.WRAP_UP


def test_a_forgotten_wrap_up_ends_by_its_limit_and_the_next_call_comes() -> None:
    world = floor(ready="bob")
    talk(world)
    call(world, "c2")
    world.send(e.CallerHungUp("c1"))
    world.pass_time(29.0)
    assert state(world, "bob")[0] is AgentState.WRAP_UP
    world.pass_time(1.0)
    assert state(world, "bob")[0] is AgentState.OFFERED
    assert world.send(e.WrapUpFinished("bob", "c1")) == [
        c.RequestRefused("bob", "wrap_up", "routing.not_in_wrap_up"),
    ]


def test_without_a_limit_a_wrap_up_lasts_until_it_is_finished() -> None:
    world = floor(configuration(skills=SKILLS, wrap_up=None), ready="bob")
    talk(world)
    world.send(e.CallerHungUp("c1"))
    world.pass_time(1e6)
    assert state(world, "bob")[0] is AgentState.WRAP_UP


@pytest.mark.parametrize("when", ["talk", "wrap_up"])
@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ([e.AgentNotReady("bob", "lunch")], (AgentState.NOT_READY, "lunch")),
        ([e.AgentSignedOut("bob")], (AgentState.SIGNED_OUT, None)),
        ([e.AgentNotReady("bob", "lunch"), e.AgentReady("bob")], (AgentState.READY, None)),
        ([e.AgentSignedOut("bob"), e.AgentSignedIn("bob", "phone-bob")], (AgentState.READY, None)),
    ],
)
def test_wishes_are_fulfilled_after_the_wrap_up(when: str, wishes: list[e.Event], expected: object) -> None:
    world = floor(ready="bob")
    talk(world)
    if when == "wrap_up":
        world.send(e.CallerHungUp("c1"))
    for wish in wishes:
        assert world.send(wish) == []
    if when == "talk":
        world.send(e.CallerHungUp("c1"))
    world.send(e.WrapUpFinished("bob", "c1"))
    assert state(world, "bob") == expected


def test_hold_and_resume() -> None:
    world = floor(ready="bob")
    talk(world)
    assert world.send(e.HoldRequested("bob", "c1")) == [c.HoldCall("c1", "call-c1"), c.ContactHeld("c1", "bob")]
    assert only(world.send(e.HoldRequested("bob", "c1")), c.RequestRefused).code == "routing.not_talking"
    assert world.send(e.ResumeRequested("bob", "c1")) == [
        c.ResumeCall("c1", "call-c1", "c1-1"),
        c.ContactResumed("c1", "bob"),
    ]
    assert only(world.send(e.ResumeRequested("bob", "c1")), c.RequestRefused).code == "routing.not_held"
    world.send(e.HoldRequested("bob", "c1"))
    assert only(world.send(e.CallerHungUp("c1"), 30.0), c.ContactEnded).talked == 30.0  # hold is part of the talk


@pytest.mark.parametrize(
    ("event", "request_", "code"),
    [
        (e.HoldRequested("bob", "c9"), "hold", "routing.contact_unknown"),
        (e.HoldRequested("ann", "c1"), "hold", "routing.not_your_contact"),
        (e.HangUpRequested("ann", "c1"), "hang_up", "routing.not_your_contact"),
        (e.ResumeRequested("bob", "c1"), "resume", "routing.not_held"),
        (e.TransferRequested("bob", "c1"), "transfer", "routing.transfer_target_missing"),
        (e.TransferRequested("bob", "c1", "ann", "service"), "transfer", "routing.transfer_target_missing"),
        (e.TransferRequested("bob", "c1", "bob"), "transfer", "routing.transfer_to_self"),
        (e.TransferRequested("bob", "c1", "ann"), "transfer", "routing.agent_not_ready"),
        (e.TransferRequested("bob", "c1", "nobody"), "transfer", "routing.agent_not_ready"),
        (e.TransferRequested("bob", "c1", None, "nowhere"), "transfer", "routing.queue_unknown"),
        (e.TransferRequested("ann", "c1", None, "service"), "transfer", "routing.not_your_contact"),
        (e.WrapUpFinished("bob", "c1"), "wrap_up", "routing.not_in_wrap_up"),
        (e.AgentReady("eve"), "ready", "routing.signed_out"),
        (e.AgentNotReady("eve", "x"), "not_ready", "routing.signed_out"),
    ],
)
def test_impossible_requests_are_refused_and_change_nothing(event: Any, request_: str, code: str) -> None:
    world = floor(ready="bob")
    talk(world)
    before = world.router.snapshot()
    assert world.send(event) == [c.RequestRefused(event.agent, request_, code)]
    assert world.router.snapshot() == before


# -- transfer ----------------------------------------------------------------------------------------------------------
def test_transfer_to_an_agent_who_answers() -> None:
    world = floor(ready="bob dan")
    talk(world)
    commands = world.send(e.TransferRequested("bob", "c1", to_agent="dan"), 10.0)
    assert [type(command) for command in commands[:3]] == [c.ContactTransferred, c.KeepWaiting, c.ReleaseAgent]
    offered = only(commands, c.ContactOffered)
    assert (offered.agent, offered.reason, offered.queue) == ("dan", "transfer", "sales")
    assert state(world, "bob")[0] is AgentState.WRAP_UP
    assert only(world.send(e.OfferAnswered("c1-2"), 4.0), c.ContactAnswered).waited == 4.0
    assert world.send(e.AgentLegEnded("c1-1")) == []
    ended = only(world.send(e.CallerHungUp("c1"), 20.0), c.ContactEnded)
    assert (ended.outcome, ended.waited, ended.talked) == (Outcome.ANSWERED, 6.0, 30.0)


def test_a_transfer_nobody_takes_comes_back_to_the_queue_with_raised_priority() -> None:
    world = floor(ready="bob dan")
    talk(world, last_order=LastOrder("bob"))
    call(world, "c2", last_order=LastOrder("gone"))
    world.send(e.TransferRequested("bob", "c1", to_agent="dan"))
    commands = world.send(e.OfferFailed("c1-2", "no_answer"), 10.0)
    queued = only(commands, c.ContactQueued)
    assert (queued.queue, queued.priority, queued.reason) == ("sales", 20, "no_answer")
    assert state(world, "dan") == (AgentState.NOT_READY, "no_answer")
    offered = only(world.send(e.AgentReady("ann")), c.ContactOffered)
    assert (offered.contact, offered.reason) == ("c1", "queue")


def test_transfer_to_a_queue_waits_there_by_its_skill_alone() -> None:
    world = floor(ready="bob cui")
    assert talk(world, vip=True) == "cui"
    commands = world.send(e.TransferRequested("cui", "c1", to_queue="service"), 10.0)
    queued = only(commands, c.ContactQueued)
    assert (queued.queue, queued.priority, queued.reason) == ("service", 30, "transfer")
    world.send(e.WrapUpFinished("cui", "c1"))
    assert state(world, "cui")[0] is AgentState.READY  # not rung for the caller just passed on
    assert only(world.send(e.AgentReady("dan")), c.ContactOffered).reason == "queue"


@pytest.mark.parametrize("how", ["hangs_up", "time_limit", "engine"])
def test_who_was_answered_ends_as_answered_but_is_called_back_when_lost_after_a_transfer(how: str) -> None:
    world = floor(ready="bob")
    talk(world)
    world.send(e.TransferRequested("bob", "c1", to_queue="service"), 10.0)
    if how == "time_limit":
        world.pass_time(60.0)
        world.send(e.PromptFinished("c1", "timed_out"))
    else:
        world.send(e.CallerHungUp("c1") if how == "hangs_up" else e.EngineLost(), 5.0)
    assert world.ended["c1"].outcome is Outcome.ANSWERED
    assert world.known["c1"].callbacks == 1


def test_a_held_caller_may_be_transferred() -> None:
    world = floor(ready="bob dan")
    talk(world)
    world.send(e.HoldRequested("bob", "c1"))
    assert only(world.send(e.TransferRequested("bob", "c1", to_queue="service")), c.OfferCall).agent == "dan"


# -- a page that loses its phone ---------------------------------------------------------------------------------------
def resuming(ready: str = "bob") -> World:
    world = floor()
    world.send(e.AgentSignedIn("bob", "phone-bob", resumes=True))
    for agent in ready.split():
        world.send(e.AgentReady(agent), 1.0)
    talk(world)
    return world


def test_a_reloaded_page_gets_its_caller_back() -> None:
    world = resuming()
    commands = world.send(e.AgentLegEnded("c1-1"), 10.0)
    assert commands == [c.HoldCall("c1", "call-c1"), c.ContactHeld("c1", "bob")]
    assert world.send(e.AgentSignedIn("bob", "phone-bob", resumes=True), 1.0) == []
    commands = world.send(e.PhoneReturned("bob"), 1.0)
    offered = only(commands, c.ContactOffered)
    assert (offered.offer, offered.agent, offered.reason) == ("c1-2", "bob", "reconnect")
    assert state(world, "bob")[0] is AgentState.TALKING
    assert world.send(e.OfferAnswered("c1-2"), 1.0) == [
        c.Connect("c1", "call-c1", "c1-2", "bob"),
        c.ContactResumed("c1", "bob"),
    ]
    ended = only(world.send(e.HangUpRequested("bob", "c1"), 7.0), c.ContactEnded)
    assert (ended.talked, ended.outcome) == (20.0, Outcome.ANSWERED)


def test_a_page_back_before_its_old_leg_is_known_dead() -> None:
    world = resuming()
    commands = world.send(e.PhoneReturned("bob"), 10.0)
    assert [type(command) for command in commands] == [
        c.HoldCall,
        c.ContactHeld,
        c.ReleaseAgent,
        c.ContactOffered,
        c.OfferCall,
    ]
    assert world.send(e.AgentLegEnded("c1-1")) == []
    # A second reload at once: rung anew, the first ring is dead.
    commands = world.send(e.PhoneReturned("bob"), 1.0)
    assert only(commands, c.CancelOffer).offer == "c1-2"
    assert only(commands, c.OfferCall).offer == "c1-3"


def test_a_page_that_does_not_come_back_gives_the_caller_to_the_others() -> None:
    world = resuming("ann bob")
    world.send(e.AgentLegEnded("c1-1"), 10.0)
    world.now += 20.0
    commands = world.send(e.TimePassed())
    assert state(world, "bob") == (AgentState.NOT_READY, "phone_lost")
    assert only(commands, c.KeepWaiting).call == "call-c1"
    queued = only(commands, c.ContactQueued)
    assert (queued.priority, queued.reason) == (10, "reconnect_failed")
    assert only(commands, c.OfferCall).agent == "ann"


def test_a_reconnection_nobody_lifts_leaves_the_deadline_standing() -> None:
    world = resuming()
    world.send(e.AgentLegEnded("c1-1"), 10.0)
    world.send(e.PhoneReturned("bob"), 1.0)
    world.pass_time(11.0)
    assert state(world, "bob")[0] is AgentState.TALKING
    world.send(e.AgentSignedOut("bob"))
    world.pass_time(10.0)
    assert state(world, "bob")[0] is AgentState.SIGNED_OUT
    assert [view.id for view in world.router.waiting("sales")] == ["c1"]


@pytest.mark.parametrize("who", ["caller", "agent"])
def test_either_side_may_end_while_reconnecting(who: str) -> None:
    world = resuming()
    world.send(e.AgentLegEnded("c1-1"), 10.0)
    commands = world.send(e.CallerHungUp("c1") if who == "caller" else e.HangUpRequested("bob", "c1"), 5.0)
    assert only(commands, c.ContactEnded).outcome is Outcome.ANSWERED
    assert len(of(commands, c.CallbackRecorded)) == (who == "caller")
    assert state(world, "bob")[0] is AgentState.WRAP_UP


def test_moving_to_a_desk_phone_while_reconnecting_rings_it_at_once() -> None:
    world = resuming()
    world.send(e.AgentLegEnded("c1-1"), 10.0)
    commands = world.send(e.AgentSignedIn("bob", "desk-phone", resumes=False), 1.0)
    assert only(commands, c.OfferCall).phone == "desk-phone"


def test_a_desk_phone_put_down_is_a_hang_up() -> None:
    world = floor(ready="bob")
    talk(world)
    assert only(world.send(e.AgentLegEnded("c1-1")), c.ContactEnded).reason == "agent_hung_up"


# -- the whole floor ---------------------------------------------------------------------------------------------------
def test_a_lost_engine_ends_everything_once() -> None:
    world = floor(ready="bob ann")
    talk(world, "talking")
    call(world, "ringing")
    call(world, "waiting")
    call(world, "blocked", blacklisted=True)
    commands = world.send(e.EngineLost(), 5.0)
    assert {(ended.contact, ended.outcome) for ended in of(commands, c.ContactEnded)} == {
        ("talking", Outcome.ANSWERED),
        ("ringing", Outcome.FAILED),
        ("waiting", Outcome.FAILED),
        ("blocked", Outcome.BLOCKED),
    }
    assert [callback.contact for callback in of(commands, c.CallbackRecorded)] == ["talking", "ringing", "waiting"]
    assert not [command for command in commands if isinstance(command, c.SwitchCommand)]
    assert state(world, "bob")[0] is AgentState.WRAP_UP
    assert state(world, "ann")[0] is AgentState.READY
    assert world.router.offers() == []


@pytest.mark.parametrize(
    ("stage", "outcome", "callbacks"),
    [("waiting", Outcome.FAILED, 1), ("ringing", Outcome.FAILED, 1), ("talking", Outcome.ANSWERED, 0)],
)
def test_a_command_the_switch_could_not_carry_out_ends_the_contact(
    stage: str, outcome: Outcome, callbacks: int
) -> None:
    world = floor(ready="" if stage == "waiting" else "bob")
    call(world, "c1")
    if stage == "talking":
        world.send(e.OfferAnswered("c1-1"))
    commands = world.send(e.CommandFailed("c1", "gone"), 1.0)
    assert only(commands, c.ReleaseCall).call == "call-c1"
    ended = only(commands, c.ContactEnded)
    assert (ended.outcome, ended.reason) == (outcome, "gone")
    assert len(of(commands, c.CallbackRecorded)) == callbacks
    assert len(of(commands, c.CancelOffer)) == (stage == "ringing")
    assert len(of(commands, c.ReleaseAgent)) == (stage == "talking")


def test_new_skills_take_effect_at_once() -> None:
    world = floor(ready="dan")
    call(world, "c1")
    commands = world.send(e.ConfigurationLoaded(configuration(2, skills={"dan": {"sales": 1}})), 1.0)
    assert only(commands, c.OfferCall).agent == "dan"
    assert world.router.configuration_version == 2


def test_new_priorities_reorder_those_who_wait() -> None:
    both = {"ann": {"sales": 1, "service": 1}}
    world = floor(configuration(skills=both))
    call(world, "c1", "4001")
    call(world, "c2", "4002")
    world.send(e.ConfigurationLoaded(configuration(2, skills=both, priorities={"service": 5})))
    assert only(world.send(e.AgentReady("ann")), c.OfferCall).contact == "c2"


def test_a_removed_queue_sends_its_callers_to_the_hotlines_queue() -> None:
    world = floor(ready="bob")
    talk(world)
    world.send(e.TransferRequested("bob", "c1", to_queue="gold"))
    commands = world.send(e.ConfigurationLoaded(configuration(2, skills=SKILLS, queues=("sales", "service"))), 1.0)
    queued = only(commands, c.ContactQueued)
    assert (queued.queue, queued.reason) == ("sales", "queue_removed")
    assert only(world.send(e.AgentReady("ann")), c.OfferCall).contact == "c1"


def test_without_any_queue_left_a_caller_waits_on_until_the_limit() -> None:
    world = floor()
    call(world, "c1")
    assert world.send(e.ConfigurationLoaded(configuration(2, skills={}, queues=(), hotlines=()))) == []
    world.pass_time(200.0)
    assert world.ended["c1"].outcome is Outcome.TIMED_OUT


def test_a_shorter_time_limit_holds_for_those_who_wait() -> None:
    world = floor()
    call(world, "c1")
    world.pass_time(30.0)
    world.send(e.ConfigurationLoaded(configuration(2, skills=SKILLS, limit=20.0)))
    assert world.router.next_deadline() is not None
    world.pass_time(0.0)
    assert [view.state for view in world.router.contacts()] == [ContactState.ANNOUNCING]


def test_repeated_signals_of_an_agent_say_nothing_twice() -> None:
    world = floor(ready="ann")
    assert world.send(e.AgentReady("ann")) == []
    assert world.send(e.AgentNotReady("ann", "break")) == [
        c.AgentStateChanged("ann", AgentState.NOT_READY, "break"),
    ]
    assert world.send(e.AgentNotReady("ann", "break")) == []
    assert world.send(e.AgentSignedOut("ann")) == [c.AgentStateChanged("ann", AgentState.SIGNED_OUT)]
    assert world.send(e.AgentSignedOut("ann")) == []
    assert world.send(e.AgentSignedOut("nobody")) == []


def test_a_clock_that_goes_back_stands_still() -> None:
    world = floor()
    call(world, "c1")
    world.now -= 500.0
    commands = world.router.handle(e.CallerHungUp("c1"), world.now)
    assert only(commands, c.ContactEnded).waited == 0.0
