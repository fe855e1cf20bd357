"""Codec, tables, diagrams: what others read of the router."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from math import isnan
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.routing.floors import configuration

from zuoxi.routing import Router, codec, commands, events
from zuoxi.routing.diagrams import decision_table, mermaid, routing_markdown
from zuoxi.routing.errors import REFUSALS, CodecError, IllegalTransition
from zuoxi.routing.model import AgentState, Configuration
from zuoxi.routing.transitions import AGENT, CONTACT, OFFER, PARTY, Lifecycle

KINDS = (*get_args(events.Event), *get_args(commands.Command), Configuration)


@given(st.one_of([st.from_type(kind) for kind in KINDS]))
def test_every_value_survives_json(value: Any) -> None:
    def finite(item: Any) -> bool:
        if is_dataclass(item):
            return all(finite(getattr(item, field.name)) for field in fields(item))
        if isinstance(item, tuple):
            return all(finite(part) for part in item)
        return not isinstance(item, float) or not isnan(item)

    plain = json.loads(json.dumps(codec.encode(value)))
    assert plain["kind"] == type(value).__name__
    if finite(value):
        assert codec.decode(plain) == value
        assert type(codec.decode(plain)) is type(value)


def test_encoded_states_are_plain_text() -> None:
    plain = codec.encode(commands.AgentStateChanged("a", AgentState.READY))
    assert plain == {"kind": "AgentStateChanged", "agent": "a", "state": "ready", "reason": None, "contact": None}
    assert type(plain["state"]) is str


def test_fields_added_later_take_their_default() -> None:
    assert codec.decode({"kind": "AgentSignedIn", "agent": "a", "phone": "p"}) == events.AgentSignedIn("a", "p", False)


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"kind": "Nothing"},
        {"kind": 7},
        [],
        {"kind": "CallerHungUp"},
        {"kind": "CallerHungUp", "contact": 5},
        {"kind": "CallerHungUp", "contact": "c", "more": 1},
        {"kind": "AgentStateChanged", "agent": "a", "state": "asleep"},
        {"kind": "CallArrived", "contact": "c", "call": "c", "hotline": "4", "caller": None},
        {"kind": "CallArrived", "contact": "c", "call": "c", "hotline": "4", "caller": {"vip": "yes"}},
    ],
)
def test_what_is_no_value_of_ours_is_refused(plain: Any) -> None:
    with pytest.raises(CodecError) as found:
        codec.decode(plain)
    assert found.value.code == "routing.not_decodable"


@pytest.mark.parametrize("snapshot", [{}, {"format": 99}, None, {"format": 1, "configuration": {}}, {"format": 1}])
def test_a_foreign_snapshot_is_refused(snapshot: Any) -> None:
    with pytest.raises(CodecError):
        Router.restore(snapshot)


def test_a_snapshot_is_plain_json() -> None:
    router = Router()
    router.handle(events.ConfigurationLoaded(configuration()), 1.0)
    snapshot = router.snapshot()
    assert json.loads(json.dumps(snapshot)) == snapshot


@pytest.mark.parametrize("lifecycle", [CONTACT, OFFER, PARTY, AGENT], ids=lambda lifecycle: lifecycle.name)
class TestLifecycles:
    def test_each_state_is_reached_and_none_is_a_trap(self, lifecycle: Lifecycle[Any]) -> None:
        states = set(type(lifecycle.transitions[0].target).__members__.values())
        reached = {transition.target for transition in lifecycle.transitions} | {lifecycle.initial}
        left = {transition.source for transition in lifecycle.transitions} | {lifecycle.final}
        assert states <= reached
        assert states <= left

    def test_a_trigger_leads_to_one_state(self, lifecycle: Lifecycle[Any]) -> None:
        pairs = [(transition.source, transition.trigger) for transition in lifecycle.transitions]
        assert len(pairs) == len(set(pairs))

    def test_anything_else_is_an_error_with_a_code(self, lifecycle: Lifecycle[Any]) -> None:
        with pytest.raises(IllegalTransition) as found:
            lifecycle.after(lifecycle.transitions[-1].target, "dance")
        assert found.value.code == "routing.illegal_transition"
        assert found.value.data["trigger"] == "dance"

    def test_the_diagram_shows_every_transition(self, lifecycle: Lifecycle[Any]) -> None:
        drawn = mermaid(lifecycle)
        for transition in lifecycle.transitions:
            source = "[*]" if transition.source is None else transition.source
            assert any(
                line.strip().startswith(f"{source} --> {transition.target}:") and transition.trigger in line
                for line in drawn.splitlines()
            )


def test_only_the_ready_are_offered_calls() -> None:
    assert [t.source for t in AGENT.transitions if t.trigger == "offer"] == [AgentState.READY]


def test_the_documents_part_is_complete_markdown() -> None:
    text = routing_markdown()
    assert decision_table() in text
    assert text.count("```mermaid") == 5
    for line in decision_table().splitlines():
        if line.startswith("|"):
            assert line.count("|") == 4
    for outcome in ("blocked", "closed", "failed", "timed_out", "abandoned", "answered"):
        assert f"`{outcome}`" in text


def test_the_architecture_page_shows_the_present_tables() -> None:
    page = (Path(__file__).parents[2] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- generated:routing -->\n")[2].partition("<!-- /generated:routing -->")[0]
    assert shown == routing_markdown(), "fill it anew from: python -m zuoxi.routing.diagrams"


def test_every_refusal_has_words_in_both_languages() -> None:
    for code, (zh, en) in REFUSALS.items():
        assert code.startswith("routing.")
        assert zh
        assert en
