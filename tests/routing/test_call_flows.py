"""Call flows, pure: each kind of node, the rules before publishing, and that any valid flow ends, whatever is typed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zuoxi.routing import Router
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing import flow_run as run
from zuoxi.routing.flow_conditions import holds
from zuoxi.routing.flow_document import KINDS, FlowUnreadable, exit_names, parse
from zuoxi.routing.flow_rules import Known, publishable, validate
from zuoxi.routing.flow_speech import sound_of
from zuoxi.routing.model import AgentProfile, Caller, Configuration, Hotline, Outcome, PublishedFlow, Queue

KNOWN = Known(frozenset({"hello", "wrong", "bye"}), frozenset({"Q"}), frozenset({"skill", "other"}), frozenset({"H"}))
SAY = [{"prompt": "hello"}]


def node(name: str, kind: str, *, served: bool = False, exits: dict[str, str] | None = None, **more: Any) -> Any:
    return {"id": name, "kind": kind, "served": served, "settings": more, "exits": exits or {}}


def document(*nodes: Any, first: str = "") -> dict[str, Any]:
    """A flow that begins at the first of these nodes, with an end called «end»."""
    start = node("start", "start", exits={"next": first or nodes[0]["id"]})
    return {"format": 1, "start": "start", "nodes": [start, *nodes, node("end", "hang_up")]}


class Call:
    """One caller in a flow: a router with one hotline, one queue and one agent's skill."""

    def __init__(self, flow: dict[str, Any], caller: Caller | None = None, **hotline: Any) -> None:
        self.now = 1000.0
        self.router = Router()
        self.said: list[c.Command] = []
        queues = (Queue("Q", "skill", time_limit=30.0, offer_timeout=20.0),)
        self.configuration = Configuration(
            1,
            queues=queues,
            hotlines=(Hotline("H", "4000", "L", "P", "Q", flow="F", **hotline),),
            agents=(AgentProfile("ann", (("skill", 5),)), AgentProfile("bob", (("other", 5),))),
            flows=(PublishedFlow("F", 1, json.dumps(flow)),),
        )
        self.send(e.ConfigurationLoaded(self.configuration))
        self.arriving = e.CallArrived("c", "call", "4000", caller or Caller("13812345678"))

    def send(self, event: e.Event, after: float = 0.0) -> list[c.Command]:
        self.now += after
        # every step also by a router that was restarted
        self.router = Router.restore(json.loads(json.dumps(self.router.snapshot())))
        commands = self.router.handle(event, self.now)
        self.said += commands
        return commands

    def arrive(self) -> list[c.Command]:
        return self.send(self.arriving)

    def press(self, keys: str, after: float = 0.1) -> list[c.Command]:
        out: list[c.Command] = []
        for key in keys:
            out += self.send(e.DigitPressed("c", self.router.digit_to_keep("c", key)), after)
        return out

    def play_out(self) -> list[c.Command]:
        """The prompt that is being played comes to its end."""
        last = [one for one in self.said if isinstance(one, c.PlayPrompt)][-1]
        return self.send(e.PromptFinished("c", last.prompt), 1.0)

    def wait(self) -> list[c.Command]:
        """Time passes until something is due."""
        due = self.router.next_deadline()
        assert due is not None
        return self.send(e.TimePassed(), max(0.0, due - self.now))

    def found(self, kind: type[Any]) -> list[Any]:
        return [one for one in self.said if isinstance(one, kind)]

    def nodes(self) -> list[str]:
        return [one.node for one in self.found(c.FlowNodeEntered)]

    @property
    def outcome(self) -> Outcome:
        (ended,) = self.found(c.ContactEnded)
        found: Outcome = ended.outcome
        return found


def test_a_prompt_is_played_and_cut_by_a_key() -> None:
    call = Call(document(node("p", "prompt", say=SAY, exits={"next": "end"})))
    played = [one for one in call.arrive() if isinstance(one, c.PlayPrompt)]
    assert played[0].parts == ("hello",)
    assert any(isinstance(one, c.TakeAside) for one in call.press("5"))
    assert call.outcome is Outcome.ABANDONED and call.nodes() == ["start", "p", "end"]


def test_a_prompt_that_must_be_heard_is_not_cut() -> None:
    call = Call(document(node("p", "prompt", say=SAY, barge_in=False, exits={"next": "end"})))
    call.arrive()
    assert call.press("5") == []
    call.play_out()
    assert call.nodes()[-1] == "end"


def test_a_menu_asks_again_and_gives_up() -> None:
    menu = node("m", "menu", say=SAY, wrong="wrong", keys=["1"], tries=2, exits={"1": "end", "failed": "bye"})
    call = Call(document(menu, node("bye", "hang_up", say=[{"prompt": "bye"}])))
    call.arrive()
    call.play_out()
    assert call.press("9")[-1].parts == ("wrong", "hello")
    call.play_out()
    call.wait()
    assert call.nodes()[-1] == "bye"
    assert [(one.digits, one.ok) for one in call.found(c.DigitsCollected)] == [("9", False)]
    call.play_out()
    assert call.outcome is Outcome.ABANDONED
    assert [one.reason for one in call.found(c.CallbackRecorded)] == ["abandoned"]


@pytest.mark.parametrize(
    ("typed", "settings_", "kept"),
    [
        ("1234#", {}, "1234"),
        ("12*34#", {}, "34"),
        ("1234", {"max_length": 4}, "1234"),
        ("13812345678", {"max_length": 11, "pattern": "13ddddddddd"}, "13812345678"),
        ("15812345678", {"max_length": 11, "pattern": "13ddddddddd"}, None),
        ("7#", {"min": 1, "max": 6}, None),
        ("6#", {"min": 1, "max": 6}, "6"),
        ("12#", {"min_length": 3}, None),
        ("#", {}, None),
    ],
)
def test_digits_have_the_length_the_pattern_and_the_size(
    typed: str, settings_: dict[str, Any], kept: str | None
) -> None:
    collect = node("d", "collect", variable="typed", tries=1, exits={"ok": "end", "failed": "no"}, **settings_)
    call = Call(document(collect, node("no", "hang_up")))
    call.arrive()
    call.press(typed)
    assert call.nodes()[-1] == ("no" if kept is None else "end")
    if kept is not None:
        assert call.found(c.DigitsCollected)[-1].digits == kept


def test_digits_end_by_the_pause_between_them() -> None:
    collect = node("d", "collect", variable="typed", digit_timeout_s=2, exits={"ok": "end", "failed": "end"})
    call = Call(document(collect))
    call.arrive()
    call.press("42")
    before = call.now
    call.wait()
    assert call.now == before + 2.0
    assert call.found(c.DigitsCollected)[-1] == c.DigitsCollected("c", "d", "42", True)


def test_secret_digits_stand_nowhere() -> None:
    collect = node("d", "collect", variable="card", secret=True, max_length=16, exits={"ok": "end", "failed": "end"})
    call = Call(document(collect, first="d"))
    call.arrive()
    call.press("6225")
    assert "6225" not in json.dumps(call.router.snapshot())
    call.press("#")
    assert call.found(c.DigitsCollected)[-1].digits == "xxxx"
    assert call.nodes()[-1] == "end"


def test_keys_typed_ahead_answer_the_next_questions() -> None:
    first = node("m", "menu", say=SAY, keys=["1", "2"], exits={"1": "n", "2": "end", "failed": "end"})
    second = node("n", "menu", say=SAY, keys=["1", "2"], exits={"1": "end", "2": "d", "failed": "end"})
    digits = node("d", "collect", variable="v", max_length=3, exits={"ok": "end", "failed": "end"})
    call = Call(
        document(
            node("p", "prompt", say=SAY, exits={"next": "look"}),
            node("look", "lookup", service="customer", exits=dict.fromkeys(("known", "unknown", "failed"), "m")),
            first,
            second,
            digits,
        )
    )
    call.arrive()
    call.press("1")  # cuts the greeting
    call.press("2789")  # while the look-up is under way
    call.send(e.LookedUp("c", "1", (("exit", "known"),)))
    assert call.nodes() == ["start", "p", "look", "m", "n", "d", "end"]
    assert call.found(c.DigitsCollected)[-1].digits == "789"


def test_a_look_up_answers_fails_or_is_late() -> None:
    look = node(
        "look",
        "lookup",
        service="order_status",
        into="order",
        exits={"found": "tell", "not_found": "end", "failed": "sorry"},
    )
    tell = node(
        "tell",
        "prompt",
        served=True,
        exits={"next": "end"},
        say=[{"spoken": "word", "variable": "order.state_prompt"}, {"spoken": "digits", "variable": "order.number"}],
    )
    flow = document(look, tell, node("sorry", "hang_up"))
    call = Call(flow)
    (asked,) = [one for one in call.arrive() if isinstance(one, c.LookUp)]
    answer = (("exit", "found"), ("number", "20"), ("state_prompt", "order_delivered"))
    assert call.send(e.LookedUp("c", "7", answer)) == []  # an answer to something else
    (said,) = [one for one in call.send(e.LookedUp("c", asked.request, answer)) if isinstance(one, c.PlayPrompt)]
    assert said.parts == ("order_delivered", "number_2", "number_0")
    call.send(e.CallerHungUp("c"))
    assert call.outcome is Outcome.SERVED and not call.found(c.CallbackRecorded)
    for event in (e.LookedUp("c", "1", ()), None):
        late = Call(flow)
        late.arrive()
        if event is None:
            late.wait()
        else:
            late.send(event)
        assert late.nodes()[-1] == "sorry"


def test_hours_and_branches() -> None:
    hours = node("h", "hours", exits={"open": "b", "closed": "shut"})
    cases = [
        {"exit": "vip", "when": [{"field": "customer.vip", "op": "is", "value": True}]},
        {"exit": "night", "when": [{"field": "time.clock", "op": "between", "value": ["22:00", "06:00"]}]},
    ]
    branch = node("b", "branch", cases=cases, exits={"vip": "end", "night": "dark", "else": "plain"})
    flow = document(
        hours, branch, *(node(name, "hang_up") for name in ("dark", "plain")), node("shut", "hang_up", outcome="closed")
    )
    call = Call(flow)
    call.arriving = e.CallArrived("c", "call", "4000", Caller("1"), open=False)
    call.arrive()  # the flow asks the hours itself
    call.send(e.LookedUp("c", "1", (("exit", "closed"),)))
    assert call.outcome is Outcome.CLOSED
    for caller, minute, came in (
        (Caller("1", vip=True), "1", "end"),
        (Caller("1"), "60", "dark"),
        (Caller("1"), "700", "plain"),
    ):
        call = Call(flow, caller)
        call.arrive()
        call.send(e.LookedUp("c", "1", (("exit", "open"),)))
        call.send(e.LookedUp("c", "2", (("exit", "told"), ("minute", minute))))
        assert call.nodes()[-1] == came


def test_a_blacklisted_caller_meets_only_a_flow_that_asks_for_them() -> None:
    cases = [{"exit": "bad", "when": [{"field": "customer.blacklisted", "op": "is", "value": True}]}]
    branch = node("b", "branch", cases=cases, exits={"bad": "end", "else": "end"})
    met = Call(document(branch), Caller("1", blacklisted=True))
    met.arrive()
    assert met.nodes() == ["start", "b", "end"]
    refused = Call(document(node("p", "prompt", say=SAY, exits={"next": "end"})), Caller("1", blacklisted=True))
    refused.arrive()
    assert refused.nodes() == []


def test_the_queue_asks_for_the_skill_that_the_flow_sets_and_sends_back() -> None:
    setting = node("s", "set", skill="other", priority=7, exits={"next": "q"})
    queue = node("q", "queue", queue="Q", exits={"timeout": "end"})
    call = Call(document(setting, queue, first="s"))
    for agent in ("ann", "bob"):
        call.send(e.AgentSignedIn(agent, f"phone-{agent}"))
    call.send(e.AgentReady("ann"))
    queued = [one for one in call.arrive() if isinstance(one, c.ContactQueued)]
    assert queued[0].priority == 7
    assert not call.found(c.ContactOffered), "ann has the queue's skill, not the one that was set"
    call.send(e.AgentReady("bob"))
    assert [one.agent for one in call.found(c.ContactOffered)] == ["bob"]
    call.send(e.OfferFailed("c-1", "busy"))
    while not call.found(c.ContactEnded):
        call.wait()
    assert call.nodes()[-1] == "end"
    assert call.outcome is Outcome.ABANDONED


def test_an_agent_who_answers_ends_the_flow_and_the_survey_follows() -> None:
    queue = node("q", "queue", queue="Q")
    ask = node(
        "ask", "survey", questions=[{"key": "good", "say": SAY, "min": 1, "max": 5}], thanks=SAY, exits={"next": "end"}
    )
    call = Call(document(queue), survey_flow="S")
    flows = (*call.configuration.flows, PublishedFlow("S", 3, json.dumps(document(ask))))
    call.send(
        e.ConfigurationLoaded(
            Configuration(
                2,
                queues=call.configuration.queues,
                hotlines=call.configuration.hotlines,
                agents=call.configuration.agents,
                flows=flows,
            )
        )
    )
    call.send(e.AgentSignedIn("ann", "phone"))
    call.send(e.AgentReady("ann"))
    call.arrive()
    call.send(e.OfferAnswered("c-1"))
    out = call.send(e.AgentLegEnded("c-1"))
    assert not [one for one in out if isinstance(one, c.ReleaseCall)]
    assert isinstance(next(one for one in out if type(one) in (c.TakeAside, c.PlayPrompt)), c.TakeAside)
    call.press("9")
    call.press("4")
    assert [(one.question, one.value, one.agent, one.version) for one in call.found(c.SurveyAnswered)] == [
        ("good", "4", "ann", 3)
    ]
    call.play_out()
    assert call.outcome is Outcome.ANSWERED


def test_a_call_in_progress_ends_on_the_version_that_it_began() -> None:
    menu = node("m", "menu", say=SAY, keys=["1"], exits={"1": "old", "failed": "end"})
    call = Call(document(menu, node("old", "hang_up")))
    call.arrive()
    newer = PublishedFlow("F", 2, json.dumps(document(node("new", "hang_up"))))
    call.send(
        e.ConfigurationLoaded(
            Configuration(2, queues=call.configuration.queues, hotlines=call.configuration.hotlines, flows=(newer,))
        )
    )
    call.press("1")
    assert call.nodes() == ["start", "m", "old"]
    call.said.clear()
    call.send(e.CallArrived("d", "call-d", "4000", Caller("2")))
    assert call.nodes() == ["start", "new"]
    assert call.found(c.FlowEntered)[0].version == 2


def test_a_flow_that_cannot_be_read_loses_no_call() -> None:
    call = Call({"format": 9})
    call.arrive()
    assert [one.queue for one in call.found(c.ContactQueued)] == ["Q"]


@pytest.mark.parametrize(
    ("nodes", "codes"),
    [
        ([node("p", "prompt", say=SAY)], {"exit_missing", "never_ends"}),
        ([node("p", "prompt", say=[{"prompt": "none"}], exits={"next": "end"})], {"prompt_unknown"}),
        ([node("q", "queue")], {"setting_missing"}),
        ([node("q", "queue", queue="gone", skill="gone")], {"queue_unknown", "skill_unknown"}),
        (
            [node("a", "prompt", say=SAY, exits={"next": "b"}), node("b", "set", exits={"next": "a"})],
            {"loop_without_wait", "never_ends"},
        ),
        (
            [node("m", "menu", say=SAY, keys=["1"], exits={"1": "m", "failed": "nowhere"})],
            {"target_unknown", "never_ends"},
        ),
        (
            [
                node(
                    "d",
                    "collect",
                    say=SAY,
                    variable="v",
                    min_length=5,
                    max_length=2,
                    exits={"ok": "end", "failed": "end"},
                )
            ],
            {"lengths_crossed"},
        ),
        (
            [node("d", "collect", say=SAY, variable="v", secret=True, min=1, exits={"ok": "end", "failed": "end"})],
            {"secret_unchecked"},
        ),
        ([node("b", "branch", exits={"else": "end"})], {"cases_missing"}),
        ([node("q", "queue", queue="Q", exits={"full": "q", "timeout": "end"})], {"loop_without_wait"}),
        ([node("t", "transfer_out", number="02512345678", exits={"failed": "end"})], {"not_carried_out"}),
        (
            [node("p", "prompt", say=SAY, exits={"next": "start"})],
            {"leads_to_start", "loop_without_wait", "never_ends"},
        ),
    ],
)
def test_what_keeps_a_flow_from_being_published(nodes: list[Any], codes: set[str]) -> None:
    found = validate(parse("F", 0, document(*nodes)), KNOWN)
    assert {one.code for one in found if one.severity == "error"} == codes


def test_what_is_only_odd() -> None:
    lonely = node("x", "prompt", say=[{"spoken": "number", "variable": "never.set"}], exits={"next": "end"})
    found = validate(parse("F", 0, document(node("p", "prompt", say=SAY, exits={"next": "end"}), lonely)), KNOWN)
    assert {(one.node, one.code) for one in found} == {("x", "unreachable"), ("x", "variable_unset")}
    assert publishable(found)


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {"format": 2, "start": "a", "nodes": []},
        {"format": 1, "start": "a", "nodes": [{"id": "A", "kind": "start"}]},
        {"format": 1, "start": "a", "nodes": [{"id": "a", "kind": "menu", "settings": {"keys": ["12"]}}]},
        {"format": 1, "start": "a", "nodes": [{"id": "a", "kind": "collect", "settings": {"pattern": "(a+)+$"}}]},
        {"format": 1, "start": "a", "nodes": [{"id": "a", "kind": "transfer_out", "settings": {"number": "1;rm"}}]},
        {"format": 1, "start": "a", "nodes": [{"id": "a", "kind": "prompt", "settings": {"evil": 1}}]},
        "{" * 70_000,
    ],
)
def test_what_is_no_document(broken: Any) -> None:
    with pytest.raises(FlowUnreadable):
        parse("F", 0, broken)


def test_values_are_spoken_in_their_form() -> None:
    known = {"n": "12", "m": "12905", "d": "2026-11-22", "w": "order_delivered", "bad": "../../etc"}
    say = [
        {"spoken": form, "variable": name}
        for form, name in (
            ("digits", "n"),
            ("number", "n"),
            ("money", "m"),
            ("date", "d"),
            ("word", "w"),
            ("word", "bad"),
            ("date", "n"),
        )
    ]
    twelve, money = ("number_1", "number_2", "number_10", "number_2"), sound_of(say, known)[4:12]
    assert sound_of(say, known)[:4] == twelve
    assert money == (
        *("number_1", "number_hundred", "number_2", "number_10", "number_9", "unit_yuan"),
        *("number_5", "unit_fen"),
    )
    assert sound_of(say, known)[-3:] == ("month_11", "day_22", "order_delivered")


def test_conditions_on_what_nobody_knows_are_false() -> None:
    for op in ("eq", "lt", "le", "gt", "ge", "in", "starts"):
        value: Any = ["1"] if op == "in" else "1"
        assert not holds({"field": "var.x", "op": op, "value": value}, {})


# -- any flow ends -----------------------------------------------------------------------------------------------------
_SETTINGS: dict[str, Any] = {
    "menu": {"say": SAY, "keys": ["1", "2"], "tries": 2},
    "collect": {"say": SAY, "variable": "v", "max_length": 4, "tries": 2},
    "lookup": {"service": "order_status", "into": "order"},
    "prompt": {"say": SAY},
    "branch": {"cases": [{"exit": "known", "when": [{"field": "customer.known", "op": "is", "value": True}]}]},
    "set": {"priority": 1, "variables": {"v": "1"}},
    "queue": {"queue": "Q"},
    "callback": {"queue": "Q"},
    "survey": {"questions": [{"key": "q", "say": SAY}]},
    "transfer_out": {"number": "02512345678"},
    "voicemail": {"queue": "Q"},
}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Any document of any nodes whose exits lead to any nodes: not only those that may be published."""
    kinds = draw(st.lists(st.sampled_from([kind for kind in KINDS if kind != "start"]), min_size=1, max_size=8))
    names = [f"n{place}" for place in range(len(kinds))]
    nodes = [{"id": "start", "kind": "start", "exits": {"next": draw(st.sampled_from(names))}}]
    for name, kind in zip(names, kinds, strict=True):
        chosen = _SETTINGS.get(kind, {})
        plain = {setting.name: setting.default for setting in KINDS[kind].settings if setting.default is not ...}
        exits = {one: draw(st.sampled_from(names)) for one in exit_names(kind, plain | chosen)}
        nodes.append({"id": name, "kind": kind, "served": draw(st.booleans()), "settings": chosen, "exits": exits})
    return {"format": 1, "start": "start", "nodes": nodes}


happenings = st.lists(
    st.sampled_from(["1", "2", "9", "#", "*", "played", "time", "found", "lost", "away"]), max_size=60
)


@settings(max_examples=300, deadline=None)
@given(document=documents(), typed=happenings)
def test_any_flow_ends_within_its_bounds(document: dict[str, Any], typed: list[str]) -> None:
    going = run.Run(parse("F", 1, document), variables={"call.number": "13812345678"})
    now, over, left = 0.0, 0, run.begin(going, 0.0)

    def count(effects: list[run.Effect]) -> None:
        nonlocal over
        over += sum(isinstance(one, run.Left) for one in effects)
        assert sum(isinstance(one, run.Left) for one in effects) <= 1
        assert not effects or not any(isinstance(one, run.Left) for one in effects[:-1])

    count(left)
    steps = 0
    pending = list(typed)
    while going.phase is not run.Phase.OVER:
        steps += 1
        assert steps < 20 * run.MOST_NODES_PASSED
        happened = pending.pop(0) if pending else "time"
        if going.phase is run.Phase.AWAY:
            exits = sorted(going.flow.nodes[going.node].exits)
            if (happened != "away" and pending) or not exits:
                break  # an agent answered, or the message was left: the flow is not asked again
            count(run.come_back(going, exits[0], now) or [])
            if going.phase is run.Phase.AWAY and going.passed > run.MOST_NODES_PASSED:
                break
            continue
        if happened == "played":
            count(run.played(going, going.saying, now))
        elif happened in ("found", "lost"):
            count(run.looked_up(going, str(going.asked), {"exit": "found"} if happened == "found" else {}, now))
        elif happened in ("time", "away"):
            assert going.due_at is not None, "whoever waits, waits until some time"
            now = max(now, going.due_at)
            count(run.time_passed(going, now))
        else:
            count(run.press(going, happened, now))
        assert json.loads(json.dumps(going.plain()))["node"] == going.node
    assert over >= 1
    assert going.passed <= run.MOST_NODES_PASSED + 1
