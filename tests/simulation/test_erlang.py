"""The formulas against published values and against each other's limits."""

from __future__ import annotations

from math import inf

import pytest

from zuoxi.simulation.erlang import erlang_a, erlang_b, erlang_c, mean_wait, service_level


@pytest.mark.parametrize(
    ("agents", "load", "blocking"),
    # Classical Erlang B table values: the load that gives 1 % and 5 % blocking.
    [(1, 0.0101, 0.01), (5, 1.361, 0.01), (10, 4.461, 0.01), (20, 12.031, 0.01), (10, 6.216, 0.05), (50, 44.533, 0.05)],
)
def test_erlang_b_table(agents: int, load: float, blocking: float) -> None:
    assert erlang_b(agents, load) == pytest.approx(blocking, rel=2e-3)


def test_erlang_c_of_one_agent_is_the_load() -> None:
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert mean_wait(1, 0.5, 60.0) == pytest.approx(60.0)  # M/M/1: rho h / (1 - rho)


def test_erlang_c_overloaded_never_settles() -> None:
    assert erlang_c(5, 5.0) == 1.0
    assert mean_wait(5, 6.0, 60.0) == inf
    assert service_level(5, 6.0, 60.0, 20.0) == 0.0


def test_erlang_c_and_its_service_level_at_no_wait() -> None:
    assert service_level(10, 8.0, 300.0, 0.0) == pytest.approx(1.0 - erlang_c(10, 8.0))


def test_erlang_a_with_endless_patience_is_erlang_c() -> None:
    found = erlang_a(10, 8.0, 300.0, 1e9)
    assert found.waits == pytest.approx(erlang_c(10, 8.0), rel=1e-4)
    assert found.mean_wait == pytest.approx(mean_wait(10, 8.0, 300.0), rel=1e-3)
    assert found.abandons < 1e-6


def test_erlang_a_with_no_patience_is_erlang_b() -> None:
    assert erlang_a(10, 8.0, 300.0, 1e-6).abandons == pytest.approx(erlang_b(10, 8.0), rel=1e-3)


def test_erlang_a_with_patience_like_handling_is_poisson() -> None:
    # With equal rates every caller leaves at the same rate: the number in the system is Poisson with mean a = 2, and
    # with one agent the busy share is 1 - e^-2.
    found = erlang_a(1, 2.0, 60.0, 60.0)
    assert found.occupancy == pytest.approx(1 - 2.718281828459045**-2)
    assert found.abandons == pytest.approx(1 - found.occupancy / 2.0)  # what is not served abandons
