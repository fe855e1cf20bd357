"""The router stays small and its benchmark says what it promises."""

from __future__ import annotations

import json

import pytest
from tests.routing.floors import configuration

from zuoxi.benchmarks import routing as benchmark
from zuoxi.routing import Router
from zuoxi.routing import events as e
from zuoxi.routing.commands import OfferCall
from zuoxi.routing.model import Caller, LastOrder


def test_what_is_over_is_forgotten() -> None:
    router = Router()
    router.handle(e.ConfigurationLoaded(configuration(limit=1e9)), 0.0)
    router.handle(e.AgentSignedIn("ann", "phone"), 0.0)
    router.handle(e.AgentReady("ann"), 0.0)
    for number in range(3000):
        now = float(number)
        name = f"c{number}"
        caller = Caller(vip=True, last_order=LastOrder(f"gone{number % 7}"))
        offers = [
            command.offer
            for command in router.handle(e.CallArrived(name, name, "4001", caller), now)
            if isinstance(command, OfferCall)
        ]
        if number % 2:
            router.handle(e.OfferFailed(offers[0], "no_answer"), now)  # now the call waits, in three lines at once
        router.handle(e.CallerHungUp(name), now)
        if number % 2:
            router.handle(e.AgentReady("ann"), now)
    floor = router._floor
    assert router.contacts() == []
    assert router.offers() == []
    assert len(floor.ended_offers) <= 1000
    selection = floor.selection
    calls = [*selection._waiting.values(), *selection._wanted.values()]
    assert max(map(len, calls)) <= 64
    assert max(map(len, selection._ready.values())) <= 64
    assert max(map(len, floor.deadlines._heaps)) <= 256


def test_the_benchmark_prints_exactly_its_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(benchmark, "FLOORS", ((500, 20), (1000, 40)))
    monkeypatch.setattr(benchmark, "WAITING", 1000)
    monkeypatch.setattr(benchmark, "AGENTS", 40)
    assert benchmark.main(["--json", "--decisions", "200"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {"decisions_per_second", "growth"}
    assert [(row["waiting"], row["agents"]) for row in printed["growth"]] == [(500, 20), (1000, 40)]
    assert all(set(row) == {"waiting", "agents", "microseconds_per_decision"} for row in printed["growth"])
    assert all(row["microseconds_per_decision"] > 0 for row in printed["growth"])
    assert printed["decisions_per_second"] == round(1e6 / printed["growth"][1]["microseconds_per_decision"])
