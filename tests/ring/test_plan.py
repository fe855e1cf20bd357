"""Whom ``ring`` lets call which hotline."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from zuoxi.ring.command import main
from zuoxi.ring.plan import People, is_number, plan_calls, read_people
from zuoxi.ring.robots import agent_logins

DEMO = {
    "hotlines": [{"number": "4001"}, {"number": "4002"}],
    "callers": {"vip": [{"number": "1"}, {"number": "2"}], "blacklisted": [{"number": "3"}], "new": []},
}


def test_kinds_of_callers_are_mixed() -> None:
    people = read_people(DEMO, Random(1))
    assert people.hotlines == ("4001", "4002")
    assert set(people.callers) == {"1", "2", "3"}
    assert "3" in people.callers[:2]  # not all VIPs first


def test_callers_and_hotlines_take_turns_and_wishes_win() -> None:
    people = People(("4001", "4002"), ("1", "2", "3"))
    assert plan_calls(people, 4, None, None) == [("1", "4001"), ("2", "4002"), ("3", "4001"), ("1", "4002")]
    assert plan_calls(people, 2, "13800138000", "4009") == [("13800138000", "4009")] * 2
    assert plan_calls(People((), ()), 1, None, "4009") == [("13800138000", "4009")]


@pytest.mark.parametrize(("value", "good"), [("13800138000", True), ("+8613800138000", True), ("", False)])
def test_what_can_be_dialled(value: str, good: bool) -> None:
    assert is_number(value) is good
    assert not is_number(value + ";x")  # it becomes a line of SIPp's list of calls


def test_robots_leave_the_first_agents_to_people() -> None:
    logins = [{"login": name, "password": "p"} for name in ("admin", "agent01", "agent02")]
    assert agent_logins(json.dumps({"logins": logins})) == [("agent02", "p"), ("agent01", "p")]
    assert agent_logins(json.dumps(logins)) == [("agent02", "p"), ("agent01", "p")]


def test_without_a_centre_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--language", "en"]) == 2
    assert "Run `./zuoxi up` first" in capsys.readouterr().err
