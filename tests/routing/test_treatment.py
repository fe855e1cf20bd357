"""What callers meet while they wait: limits, other queues, announcements, exits. World checks the promises besides."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.routing.floors import World, configuration
from tests.routing.test_routing_rules import SKILLS, call, floor, of, only, talk

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.expected_wait import expected_wait, handling_after, serving
from zuoxi.routing.model import Caller, Comfort, ContactState, Exit, ExitKind, Occasion, Outcome, Overflow, Queue, Rules
from zuoxi.routing.plans import next_announcement
from zuoxi.routing.spoken import say_digits, say_minutes, say_number

TO_SERVICE = Exit(ExitKind.OVERFLOW, "service")


def treated(ready: str = "", rules: Rules | None = None, limit: float = 60.0, **sales: Any) -> World:
    """A floor whose queue «sales» is set up like this; «service» has dan."""
    return floor(configuration(rules=rules, skills=SKILLS, limit=limit, treatments={"sales": sales}), ready)


def waits_in(world: World, contact: str) -> tuple[str | None, float]:
    view = world.router.contact(contact)
    assert view is not None and view.state is ContactState.WAITING
    return view.queue, view.queued_at


# -- limits ------------------------------------------------------------------------------------------------------------
def test_who_comes_to_a_full_queue_hears_so_and_is_called_back() -> None:
    world = treated(max_waiting=1)
    call(world, "c1")
    commands = call(world, "c2")
    assert [type(command) for command in commands[1:]] == [c.AnswerCall, c.QueueLeft, c.PlayPrompt, c.CallbackRecorded]
    assert only(commands, c.PlayPrompt).prompt == "queue_full"
    left = only(commands, c.QueueLeft)
    assert (left.queue, left.occasion, left.exit) == ("sales", "full", "message")
    assert only(commands, c.CallbackRecorded).reason == "queue_full"
    ended = only(world.send(e.PromptFinished("c2", "queue_full"), 5.0), c.ContactEnded)
    assert (ended.outcome, ended.reason, ended.queue) == (Outcome.TURNED_AWAY, "queue_full", "sales")
    assert waits_in(world, "c1")[0] == "sales"


def test_a_queue_is_never_full_for_whom_an_agent_is_ready() -> None:
    world = treated(ready="ann bob", max_waiting=0)
    assert only(call(world, "c1"), c.OfferCall).agent == "bob"
    assert only(call(world, "c2"), c.OfferCall).agent == "ann"
    assert only(call(world, "c3"), c.QueueLeft).occasion == "full"


def test_nobody_signed_in_counts_only_where_it_is_set() -> None:
    world = treated(when_unstaffed=Exit(ExitKind.MESSAGE, "call_again"))
    for agent in ("ann", "bob"):
        world.send(e.AgentSignedOut(agent))
    commands = call(world, "c1")
    assert only(commands, c.PlayPrompt).prompt == "call_again"
    assert only(commands, c.CallbackRecorded).reason == "queue_unstaffed"
    call(world, "c2", "4003")  # «gold» has nobody at all, and says nothing of that
    assert waits_in(world, "c2")[0] == "gold"
    world.send(e.AgentSignedIn("ann", "phone-ann"))  # not ready: on duty all the same
    call(world, "c3")
    assert waits_in(world, "c3")[0] == "sales"


def test_the_full_queues_exit_to_another_queue_rings_its_agent() -> None:
    world = treated(ready="dan", max_waiting=0, when_full=TO_SERVICE)
    commands = call(world, "c1")
    assert only(commands, c.OfferCall).agent == "dan"
    assert only(commands, c.ContactQueued).queue == "service"
    assert only(commands, c.QueueLeft).target == "service"
    assert only(commands, c.KeepWaiting).music == "default"


def test_the_time_limits_exit_to_another_queue_keeps_the_wait_and_has_its_own_limit() -> None:
    world = treated(when_timed_out=TO_SERVICE)
    call(world, "c1")
    came = world.now
    world.pass_time(60.0)
    assert waits_in(world, "c1") == ("service", came)
    world.pass_time(59.0)
    assert waits_in(world, "c1") == ("service", came)
    world.pass_time(1.0)
    view = world.router.contact("c1")
    assert view is not None and view.state is ContactState.ANNOUNCING
    world.send(e.PromptFinished("c1", "timed_out"))
    assert (world.ended["c1"].outcome, world.ended["c1"].waited) == (Outcome.TIMED_OUT, 120.0)


def test_exits_that_lead_to_each_other_end_in_the_message() -> None:
    both = (
        {"max_waiting": 0, "when_full": TO_SERVICE},
        {"max_waiting": 0, "when_full": Exit(ExitKind.OVERFLOW, "sales")},
    )
    world = floor(configuration(skills=SKILLS, treatments={"sales": both[0], "service": both[1]}))
    commands = call(world, "c1")
    assert [left.queue for left in of(commands, c.QueueLeft)] == ["sales", "service"]
    assert only(commands, c.PlayPrompt).prompt == "queue_full"


@pytest.mark.parametrize("takes", [True, False])
def test_other_exits_are_carried_out_by_whoever_says_so(takes: bool) -> None:
    world = treated(max_waiting=0, when_full=Exit(ExitKind.VOICEMAIL))
    asked = []

    def carry(contact: Any, queue: Queue, way: Exit, occasion: Occasion) -> bool:
        asked.append((contact.id, queue.id, way.kind, occasion))
        if takes:
            world.router._floor.announce(contact, "leave_word", Outcome.VOICEMAIL, "voicemail")
        return takes

    world.twin = False
    world.router._treatment.exits[ExitKind.VOICEMAIL] = carry
    commands = world.router.handle(e.CallArrived("c1", "call-c1", "4001", call_of()), world.now)
    assert asked == [("c1", "sales", ExitKind.VOICEMAIL, Occasion.FULL)]
    assert only(commands, c.PlayPrompt).prompt == ("leave_word" if takes else "queue_full")


def test_a_full_queue_leads_into_a_call_flow_once() -> None:
    world = treated(max_waiting=0, when_full=Exit(ExitKind.FLOW, "menu"))
    commands = call(world, "c1")
    assert only(commands, c.QueueLeft).exit == "flow"
    assert only(commands, c.FlowEntered).flow == "menu"
    view = world.router.contact("c1")
    assert view is not None and view.state is ContactState.IN_FLOW
    unknown = treated(max_waiting=0, when_full=Exit(ExitKind.FLOW, "gone"))
    commands = call(unknown, "c1")
    assert only(commands, c.QueueLeft).exit == "message" and only(commands, c.PlayPrompt).prompt == "queue_full"


def test_the_time_limit_leads_into_a_call_flow_and_out_of_the_music() -> None:
    world = treated(when_timed_out=Exit(ExitKind.FLOW, "menu"))
    call(world, "c1")
    world.pass_time(60.0)
    view = world.router.contact("c1")
    assert view is not None and view.state is ContactState.IN_FLOW
    kinds = [command["kind"] for command in world.journal[-1][2]]
    assert kinds[:4] == ["QueueLeft", "AnswerCall", "TakeAside", "FlowEntered"]


def call_of() -> Caller:
    return Caller("13812345678")


def test_a_transfer_to_a_full_queue_is_refused_and_the_talk_goes_on() -> None:
    world = floor(configuration(skills=SKILLS, treatments={"service": {"max_waiting": 0}}), "ann")
    agent = talk(world)
    assert only(world.send(e.TransferRequested(agent, "c1", to_queue="service")), c.RequestRefused).code == (
        "routing.queue_full"
    )
    view = world.router.contact("c1")
    assert view is not None and view.state is ContactState.TALKING


# -- other queues ------------------------------------------------------------------------------------------------------
def test_an_overflow_by_time_rings_the_other_queues_agent_and_loses_no_wait() -> None:
    world = treated(ready="dan", overflow=(Overflow("service", 20.0),))
    call(world, "c1")
    came = world.now
    world.pass_time(20.0)
    view = world.router.contact("c1")
    assert view is not None and (view.agent, view.queue, view.queued_at) == ("dan", "service", came)
    assert view.offer is not None
    answered = only(world.send(e.OfferAnswered(view.offer), 3.0), c.ContactAnswered)
    assert (answered.queue, answered.waited) == ("service", 23.0)


def test_who_overflows_stands_before_those_who_came_later() -> None:
    world = treated(overflow=(Overflow("service", 20.0),))
    call(world, "early")
    world.pass_time(10.0)
    call(world, "late", "4002")
    world.pass_time(15.0)
    assert [view.id for view in world.router.waiting("service")] == ["early", "late"]
    assert only(world.send(e.AgentReady("dan")), c.OfferCall).contact == "early"


def test_several_steps_follow_each_other_and_the_first_queues_limit_holds() -> None:
    world = treated(overflow=(Overflow("service", 10.0), Overflow("sales", 20.0), Overflow("service", 30.0)))
    call(world, "c1")
    found = []
    for _ in range(4):
        found.append(waits_in(world, "c1")[0])
        world.pass_time(10.0)
    assert found == ["sales", "service", "sales", "service"]
    world.pass_time(20.0)
    view = world.router.contact("c1")
    assert view is not None and view.state is ContactState.ANNOUNCING


def test_an_overflow_by_length_takes_those_who_come_to_a_long_queue() -> None:
    world = treated(overflow=(Overflow("service", 0.0, waiting_more_than=2),))
    for name in ("c1", "c2", "c3", "c4"):
        call(world, name)
    assert [waits_in(world, name)[0] for name in ("c1", "c2", "c3", "c4")] == ["sales", "sales", "service", "service"]
    reasons = {
        command["reason"] for _, _, out in world.journal for command in out if command["kind"] == "ContactOverflowed"
    }
    assert reasons == {"length"}


def test_a_step_by_length_comes_before_the_full_queues_exit() -> None:
    world = treated(max_waiting=1, overflow=(Overflow("service", 0.0, waiting_more_than=1),))
    call(world, "c1")
    call(world, "c2")
    assert waits_in(world, "c2")[0] == "service"


def test_a_step_to_a_queue_nobody_serves_waits_until_somebody_does() -> None:
    world = treated(overflow=(Overflow("service", 10.0),))
    world.send(e.AgentSignedOut("dan"))
    call(world, "c1")
    world.pass_time(25.0)
    assert waits_in(world, "c1")[0] == "sales"
    world.send(e.AgentSignedIn("dan", "phone-dan"))
    world.send(e.AgentReady("dan"))
    world.pass_time(10.0)
    view = world.router.contact("c1")
    assert view is not None and view.agent == "dan"


def test_a_step_waits_while_a_phone_rings() -> None:
    world = treated(ready="ann", overflow=(Overflow("service", 5.0),))
    call(world, "c1")
    world.pass_time(9.0)
    view = world.router.contact("c1")
    assert view is not None and view.state is ContactState.OFFERED
    world.pass_time(1.0)
    assert waits_in(world, "c1")[0] == "service"


def test_late_callers_go_straight_to_the_step_of_their_time() -> None:
    world = treated(overflow=(Overflow("service", 10.0), Overflow("gold", 20.0), Overflow("service", 30.0)))
    world.send(e.CallArrived("c1", "call-c1", "4001", call_of(), since=world.now - 24.0))
    assert waits_in(world, "c1")[0] == "service"  # nobody is signed in for «gold»


# -- order -------------------------------------------------------------------------------------------------------------
def test_a_queues_own_ageing_moves_its_callers_against_others() -> None:
    skills = {"ann": {"sales": 1, "service": 1}}
    rules = Rules(seconds_per_priority=10.0)
    for own, first in ((None, "dear"), (1.0, "patient")):
        world = floor(
            configuration(
                rules=rules, skills=skills, priorities={"sales": 5}, treatments={"sales": {"seconds_per_priority": own}}
            )
        )
        call(world, "patient", "4002")
        world.pass_time(19.0)
        call(world, "dear")
        assert only(world.send(e.AgentReady("ann")), c.OfferCall).contact == first


# -- speaking ----------------------------------------------------------------------------------------------------------
def spoken(world: World, contact: str) -> list[tuple[float, tuple[str, ...]]]:
    """When what was said to a contact (seconds since 1000)."""
    return [
        (at - 1000.0, tuple(command["parts"]) or (command["prompt"],))
        for at, _, out in world.journal
        for command in out
        if command["kind"] == "PlayPrompt" and command["contact"] == contact
    ]


def finish(world: World, contact: str, prompt: str = "announcement") -> None:
    world.send(e.PromptFinished(contact, prompt), 4.0)


def test_place_and_expected_wait_are_said_at_their_times() -> None:
    world = treated(
        limit=600.0,
        announce_first=10.0,
        announce_every=30.0,
        say_position=True,
        say_wait=True,
        rules=Rules(usual_handling=120.0),
    )
    call(world, "c1")
    call(world, "c2")
    for agent in ("ann", "bob"):
        offer = only(world.send(e.AgentReady(agent)), c.OfferCall).offer
        world.send(e.OfferAnswered(offer))
    call(world, "c3")
    begin = world.now
    world.pass_time(10.0)
    ((at, parts),) = spoken(world, "c3")
    assert at == begin - 1000.0 + 10.0
    # both who serve are busy for 120 s a call: the first in line waits one minute
    assert parts == ("position_before", "number_1", "position_after", "wait_before", "one_minute")
    finish(world, "c3")
    world.pass_time(26.0)
    assert len(spoken(world, "c3")) == 2
    told = [command for _, _, out in world.journal for command in out if command["kind"] == "WaitAnnounced"]
    assert told[0] == {
        "kind": "WaitAnnounced", "contact": "c3", "queue": "sales", "place": 1, "expected": 60.0, "messages": [],
    }  # fmt: skip


def test_comfort_messages_come_once_or_again_and_together_with_the_place() -> None:
    world = treated(
        limit=600.0,
        announce_first=20.0,
        say_position=True,
        comfort=(Comfort("comfort_1", 5.0), Comfort("comfort_2", 20.0, 40.0)),
    )
    call(world, "c1")
    start = world.now - 1000.0
    world.pass_time(5.0)
    world.send(e.PromptFinished("c1", "comfort_1"), 3.0)
    world.pass_time(12.0)
    finish(world, "c1")
    world.pass_time(60.0)
    assert [(at - start, parts) for at, parts in spoken(world, "c1")] == [
        (5.0, ("comfort_1",)),
        (20.0, ("position_before", "number_1", "position_after", "comfort_2")),
        (60.0, ("comfort_2",)),
    ]


def test_nothing_is_said_over_something_and_what_came_due_follows() -> None:
    world = floor(
        configuration(
            skills=SKILLS, greeting="welcome", treatments={"sales": {"comfort": (Comfort("comfort_1", 3.0),)}}
        )
    )
    call(world, "c1")
    world.pass_time(8.0)
    assert len(spoken(world, "c1")) == 1
    world.send(e.PromptFinished("c1", "welcome"))
    assert [parts for _, parts in spoken(world, "c1")] == [("welcome",), ("comfort_1",)]
    world.send(e.PromptFinished("c1", "welcome"))
    world.pass_time(30.0)
    assert len(spoken(world, "c1")) == 2


def test_a_greeting_whose_end_nobody_tells_silences_nobody_for_ever() -> None:
    world = floor(
        configuration(
            skills=SKILLS,
            limit=600.0,
            greeting="welcome",
            treatments={"sales": {"comfort": (Comfort("comfort_1", 3.0),)}},
        )
    )
    call(world, "c1")
    world.pass_time(61.0)
    assert [parts for _, parts in spoken(world, "c1")] == [("welcome",), ("comfort_1",)]


def test_nothing_is_said_while_a_phone_rings() -> None:
    world = treated(ready="ann", comfort=(Comfort("comfort_1", 3.0, 4.0),))
    call(world, "c1")
    world.pass_time(9.0)
    assert spoken(world, "c1") == []
    world.pass_time(6.0)  # the offer failed after ten seconds
    assert [parts for _, parts in spoken(world, "c1")] == [("comfort_1",)]


def test_after_going_on_the_other_queue_speaks() -> None:
    world = floor(
        configuration(
            skills=SKILLS,
            treatments={
                "sales": {"overflow": (Overflow("service", 10.0),), "comfort": (Comfort("comfort_1", 15.0),)},
                "service": {"comfort": (Comfort("comfort_2", 5.0),), "music": "calm"},
            },
        )
    )
    call(world, "c1")
    world.pass_time(30.0)
    assert [parts for _, parts in spoken(world, "c1")] == [("comfort_2",)]
    music = [command["music"] for _, _, out in world.journal for command in out if command["kind"] == "KeepWaiting"]
    assert music == ["default", "calm"]


def test_who_presses_one_keeps_the_place_and_is_offered_in_turn() -> None:
    """Virtual hold: c1 hangs up, c2 waits on; whoever becomes ready gets c1 to dial, then c2."""
    world = treated(offer_callback=True)
    call(world, "c1")
    world.send(e.CallArrived("c2", "call-c2", "4001", Caller("13900000002")), 1.0)
    commands = world.send(e.DigitPressed("c1", "1"), 5.0)
    assert only(commands, c.CallbackRecorded).kept_place
    assert only(commands, c.PlayPrompt).prompt == "callback_promised"
    assert only(world.send(e.PromptFinished("c1", "callback_promised")), c.ContactEnded).outcome == "callback_requested"
    offered = only(world.send(e.AgentReady("ann")), c.CallbackOffered)
    assert (offered.task, offered.agent, offered.mode) == ("c1", "ann", "preview")
    assert only(world.send(e.AgentReady("bob")), c.OfferCall).contact == "c2"
    # who does nothing counts as away, and the place is kept for the next
    ended = world.send(e.TimePassed(), offered.ends_at - world.now)
    assert only(ended, c.CallbackOfferEnded).reason == "expired"
    assert ("ann", "no_answer") in [(f.agent, f.reason) for f in ended if isinstance(f, c.AgentStateChanged)]


def test_a_caller_without_a_number_keeps_waiting_for_a_person() -> None:
    world = treated(offer_callback=True)
    world.send(e.CallArrived("c1", "call-c1", "4001", Caller("")))
    assert not [command for command in world.send(e.DigitPressed("c1", "1")) if isinstance(command, c.CallbackRecorded)]
    assert waits_in(world, "c1")[0] == "sales"


# -- formulas ----------------------------------------------------------------------------------------------------------
def test_the_expected_wait_is_that_of_the_place_over_those_who_serve() -> None:
    assert expected_wait(3, 200.0, 4.0) == 150.0
    assert expected_wait(1, 200.0, 0.0) is None
    agents = [("sales",), ("sales", "service"), ("gold",)]
    assert serving("sales", agents, frozenset({"sales"})) == 2.0
    assert serving("sales", agents, frozenset({"sales", "service"})) == 1.5
    assert handling_after(None, 90.0) == 90.0
    assert handling_after(100.0, 200.0) == 110.0


def test_handling_is_learnt_from_talk_and_wrap_up() -> None:
    world = treated(ready="ann")
    agent = talk(world)
    world.send(e.CallerHungUp("c1"), 50.0)
    world.send(e.WrapUpFinished(agent, "c1"), 10.0)
    assert world.router._floor.handling == {"sales": 60.0}


@given(
    first=st.floats(0.0, 100.0),
    every=st.none() | st.floats(0.5, 100.0),
    placed=st.floats(1e9, 2e9),
    later=st.floats(0.0, 5000.0),
)
def test_the_next_announcement_lies_ahead_and_nothing_is_left_out(
    first: float, every: float | None, placed: float, later: float
) -> None:
    queue = Queue("q", "q", announce_first=first, announce_every=every, say_position=True)
    said_to = placed + later
    due = next_announcement(queue, placed, said_to)
    if due is None:
        assert every is None and placed + first <= said_to
    else:
        assert due > said_to
        assert due - said_to <= (every or 0.0) + 1e-3 or due == placed + first


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (0, "0", "0"),
        (7, "7", "7"),
        (10, "10", "10"),
        (12, "10 2", "12"),
        (20, "2 10", "20"),
        (21, "2 10 1", "20 1"),
        (100, "1 hundred", "1 hundred"),
        (105, "1 hundred 0 5", "1 hundred 5"),
        (110, "1 hundred 1 10", "1 hundred 10"),
        (1010, "1 thousand 0 1 10", "1 thousand 10"),
        (2345, "2 thousand 3 hundred 4 10 5", "2 thousand 3 hundred 40 5"),
        (10_000, "1 ten_thousand", "10 thousand"),
        (10_015, "1 ten_thousand 0 1 10 5", "10 thousand 15"),
        (120_300, "10 2 ten_thousand 0 3 hundred", "1 hundred 20 thousand 3 hundred"),
        (1_000_000, "1 hundred ten_thousand", "1 million"),
        (123_456_789, "1 2 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 8 9"),
    ],
)
def test_numbers_are_said_by_the_grammar_of_the_language(number: int, zh: str, en: str) -> None:
    assert say_number(number) == tuple(f"number_{part}" for part in zh.split())
    assert say_number(number, "en") == tuple(f"number_{part}" for part in en.split())


def test_digits_and_minutes() -> None:
    assert say_digits("+86 1*0#") == ("number_8", "number_6", "number_1", "digit_star", "number_0", "digit_hash")
    assert say_minutes(59.0) == ("under_a_minute",)
    assert say_minutes(60.0) == ("one_minute",)
    assert say_minutes(61.0) == ("two_minutes",)
    assert say_minutes(700.0) == ("number_10", "number_2", "minutes")
    assert say_minutes(700.0, "en") == ("number_12", "minutes")
    assert say_minutes(3600.0) == ("over_an_hour",)


@given(st.integers(0, 99_999_999), st.sampled_from(["zh", "en"]))
def test_every_part_is_a_prompt_that_is_shipped(number: int, language: str) -> None:
    shipped = {f"number_{n}" for n in (*range(21), *range(30, 100, 10))}
    shipped |= {f"number_{name}" for name in ("hundred", "thousand", "ten_thousand", "million")}
    assert set(say_number(number, language)) <= shipped
