"""With one queue of equal agents the simulator must find what the textbook finds."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from random import Random
from statistics import mean, stdev

import pytest

from zuoxi.simulation.erlang import erlang_a, erlang_c, mean_wait, service_level
from zuoxi.simulation.measures import Figures
from zuoxi.simulation.run import simulate
from zuoxi.simulation.scenario import Duration, Scenario, single_queue

RUNS = 12
T99 = 3.11  # two-sided 99 % quantile of Student's t with 11 degrees of freedom


def check(runs: list[Figures], figure: Callable[[Figures], float], expected: float) -> None:
    values = [figure(run) for run in runs]
    half = T99 * stdev(values) / sqrt(len(values))
    assert half < 0.3 * expected, "too wide to say anything"
    assert abs(mean(values) - expected) <= half, f"{mean(values)} ± {half}, expected {expected}"


def runs_of(scenario: Scenario) -> list[Figures]:
    return [simulate(scenario, Random(1000 + number)) for number in range(RUNS)]


@pytest.mark.parametrize(("agents", "load"), [(1, 0.5), (3, 2.0), (10, 7.0)])
def test_without_abandonment_it_is_erlang_c(agents: int, load: float) -> None:
    handling = 240.0
    calls_per_hour = load / handling * 3600.0
    scenario = single_queue(
        agents,
        calls_per_hour,
        Duration("exponential", handling),
        Duration("never"),
        hours=6000.0 / calls_per_hour,
        service_level=20.0,
        warm_up=10 * handling,
    )
    runs = runs_of(scenario)
    assert all(run.total.answered == run.total.offered for run in runs)
    check(runs, lambda run: run.total.asa, mean_wait(agents, load, handling))
    check(runs, lambda run: run.total.service_level, service_level(agents, load, handling, 20.0))
    check(runs, lambda run: run.occupancy, load / agents)


def test_the_share_that_waits_is_erlang_c() -> None:
    scenario = single_queue(
        8, 90.0, Duration("exponential", 240.0), Duration("never"), hours=70.0, service_level=0.0, warm_up=3600.0
    )
    check(runs_of(scenario), lambda run: 1.0 - run.total.service_level, erlang_c(8, 6.0))


@pytest.mark.parametrize(("agents", "load", "patience"), [(5, 5.0, 60.0), (10, 12.0, 180.0)])
def test_with_exponential_patience_it_is_erlang_a(agents: int, load: float, patience: float) -> None:
    handling = 240.0
    calls_per_hour = load / handling * 3600.0
    scenario = single_queue(
        agents,
        calls_per_hour,
        Duration("exponential", handling),
        Duration("exponential", patience),
        hours=6000.0 / calls_per_hour,
        warm_up=10 * handling,
    )
    expected = erlang_a(agents, load, handling, patience)
    runs = runs_of(scenario)
    check(runs, lambda run: run.total.abandon_rate, expected.abandons)
    check(runs, lambda run: run.total.mean_wait, expected.mean_wait)
    check(runs, lambda run: run.occupancy, expected.occupancy)
