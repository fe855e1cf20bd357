"""A day on the simulated floor: conservation, repeatability, and each feature of a scenario."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isclose
from pathlib import Path
from random import Random
from statistics import mean, stdev

import pytest

from zuoxi.routing.model import AgentProfile, AgentState, Comfort, Configuration, Hotline, Overflow, Queue, Rules
from zuoxi.simulation.measures import Figures
from zuoxi.simulation.reading import read_scenario
from zuoxi.simulation.run import simulate
from zuoxi.simulation.scenario import Arrivals, Duration, Scenario, Staff, Stream, single_queue

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "day.toml"
TALK = Duration("fixed", 100.0)
NEVER, AT_ONCE = Duration("never"), Duration("fixed", 0.0)


def day(counts: tuple[int, ...], *staff: Staff, limit: float = inf, patience: Duration = NEVER) -> Scenario:
    """One queue, so many calls in each minute."""
    agents = tuple(AgentProfile(agent, (("s", 5),)) for kind in staff for agent in kind.agents)
    configuration = Configuration(
        1, Rules(), (Queue("q", "s", time_limit=limit),), (Hotline("h", "1", "l", "p", "q"),), agents
    )
    stream = Stream("1", Arrivals(0.0, 60.0, counts), patience, TALK, AT_ONCE)
    return Scenario(configuration, (stream,), staff, {"q": 20.0})


def run(scenario: Scenario, seed: int = 1) -> Figures:
    return simulate(scenario, Random(seed))


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    scenario = read_scenario(EXAMPLE)
    assert run(scenario, 5).plain() == run(scenario, 5).plain()
    assert run(scenario, 5).plain() != run(scenario, 6).plain()


def test_every_call_of_the_example_ends_once() -> None:
    figures = run(read_scenario(EXAMPLE))
    for row in (figures.total, *figures.queues.values()):
        assert row.offered == row.answered + row.abandoned + row.timed_out + row.failed
    assert figures.callbacks == figures.total.abandoned + figures.total.timed_out
    assert figures.total.offered == sum(row.offered for row in figures.queues.values())
    assert figures.queues["厨具"].offered == 3050  # counts are exact


def test_counts_fall_into_their_interval() -> None:
    times = Arrivals(100.0, 10.0, (3, 0, 2)).draw(Random(3))
    assert [100 <= time < 110 for time in times[:3]] == [True] * 3
    assert [120 <= time < 130 for time in times[3:]] == [True] * 2
    assert times == sorted(times)


def test_rates_are_a_poisson_stream() -> None:
    found = [len(Arrivals(0.0, 3600.0, rates=(30.0, 0.0, 30.0)).draw(Random(seed))) for seed in range(300)]
    assert abs(mean(found) - 60.0) < 2.0
    assert abs(stdev(found) ** 2 - 60.0) < 15.0  # variance equals mean


@pytest.mark.parametrize("kind", ["exponential", "lognormal", "fixed"])
def test_durations_have_the_mean_they_say(kind: str) -> None:
    chance = Random(2)
    drawn = [Duration(kind, 200.0, 100.0).draw(chance) for _ in range(20_000)]
    assert isclose(mean(drawn), 200.0, rel_tol=0.03)
    if kind == "lognormal":
        assert isclose(stdev(drawn), 100.0, rel_tol=0.1)
    assert Duration("never").draw(chance) == inf


def test_nobody_there_and_no_patience_left() -> None:
    figures = run(day((5,), Staff(("a",), ((500.0, 600.0),)), patience=Duration("fixed", 30.0)))
    assert (figures.total.offered, figures.total.abandoned, figures.total.answered) == (5, 5, 0)
    assert figures.total.longest_wait == pytest.approx(30.0)
    assert figures.callbacks == 5


def test_the_time_limit_sends_callers_away() -> None:
    figures = run(day((5,), Staff(("a",), ((500.0, 600.0),)), limit=45.0))
    assert (figures.total.timed_out, figures.total.abandoned) == (5, 0)
    assert figures.total.longest_wait == pytest.approx(45.0)


def test_callers_left_when_all_have_gone_home_are_abandoned_not_lost() -> None:
    figures = run(day((5,), Staff(("a",), ((0.0, 100.0),))))
    assert figures.total.offered == figures.total.answered + figures.total.abandoned == 5


def test_shifts_and_breaks() -> None:
    staff = Staff(("a", "b"), ((0.0, 3600.0),), breaks=((1000.0, 1600.0),))
    figures = run(day((0,), staff))
    assert figures.seconds[AgentState.READY] == pytest.approx(2 * 3000.0)
    assert figures.seconds[AgentState.NOT_READY] == pytest.approx(2 * 600.0)
    assert figures.occupancy == 0.0


def test_a_call_is_finished_after_the_shift() -> None:
    figures = run(day((1,), Staff(("a",), ((0.0, 60.0),))))
    assert figures.total.answered == 1
    assert figures.seconds[AgentState.TALKING] == pytest.approx(100.0)
    assert figures.seconds[AgentState.READY] <= 60.0


def test_ringing_is_waiting() -> None:
    figures = run(day((1,), Staff(("a",), ((0.0, 3600.0),), answers_after=Duration("fixed", 7.0))))
    assert figures.total.asa == pytest.approx(7.0)
    assert figures.seconds[AgentState.OFFERED] == pytest.approx(7.0)


def test_a_missed_offer_goes_on_to_the_next_and_the_silent_agent_comes_back() -> None:
    silent = Staff(("silent",), ((0.0, 900.0),), misses=1.0, returns_after=10_000.0)
    figures = run(day((1,), silent, Staff(("awake",), ((1.0, 900.0),))), seed=1)
    assert figures.total.answered == 1
    assert figures.total.asa == pytest.approx(15.0)  # the offer's timeout
    coming_back = replace(silent, returns_after=30.0)
    figures = run(day((1,), coming_back, limit=200.0))
    assert figures.total.timed_out == 1
    # Rung for 15 s, away for 30 s, again and again until the limit.
    assert figures.seconds[AgentState.OFFERED] > 4 * 15.0


def test_vips_wait_less_than_others() -> None:
    scenario = single_queue(5, 70.0, Duration("exponential", 240.0), Duration("never"), hours=40.0)
    names = ("common", "vip")
    stream = scenario.streams[0]
    hotlines = tuple(Hotline(name, name, "line", "project", name) for name in names)
    queues = tuple(Queue(name, "skill", time_limit=inf, wrap_up_limit=None) for name in names)
    arrivals = [Arrivals(0.0, 144_000.0, rates=(rate,)) for rate in (60.0, 10.0)]
    streams = tuple(
        replace(stream, hotline=name, arrivals=arrival, vip_share=float(name == "vip"))
        for name, arrival in zip(names, arrivals, strict=True)
    )
    configuration = replace(scenario.configuration, queues=queues, hotlines=hotlines)
    figures = run(replace(scenario, configuration=configuration, streams=streams))
    assert figures.queues["vip"].asa < 0.3 * figures.queues["common"].asa


def with_help(helpers: tuple[str, ...], **own: object) -> Scenario:
    """Twenty calls in one minute for one busy agent, with a second queue beside it."""
    scenario = day((20,), Staff(("a",), ((0.0, inf),)), limit=600.0)
    first = replace(scenario.configuration.queues[0], **own)  # type: ignore[arg-type]
    agents = (*scenario.configuration.agents, *(AgentProfile(name, (("t", 5),)) for name in helpers))
    queues = (first, Queue("other", "t", time_limit=600.0))
    configuration = replace(scenario.configuration, queues=queues, agents=agents)
    staff = (*scenario.staff, *([Staff(helpers, ((0.0, inf),))] if helpers else []))
    return replace(scenario, configuration=configuration, staff=staff)


def test_an_overflow_brings_the_other_queues_agents_and_a_limit_turns_callers_away() -> None:
    alone = run(with_help(()))
    helped = run(with_help(("b", "c"), overflow=(Overflow("other", 30.0),)))
    assert helped.overflowed > 0 and helped.total.answered > alone.total.answered
    short = run(with_help((), max_waiting=3))
    assert short.turned_away > 0 and short.total.offered + short.turned_away == 20


def test_a_day_on_which_nobody_comes_ends_for_those_who_only_hear_announcements() -> None:
    forever = {"time_limit": inf, "comfort": (Comfort("comfort_1", 5.0, 20.0),), "overflow": (Overflow("other", 9.0),)}
    scenario = with_help((), **forever)
    figures = run(replace(scenario, staff=()))
    assert figures.total.offered == figures.total.abandoned == 20
