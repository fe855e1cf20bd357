"""The textbook's answers for one queue of equal agents, to hold the simulator against.

``load`` is the offered load in erlang: calls per second times mean handling time. Sources: A. K. Erlang, «Solution
of some problems in the theory of probabilities of significance in automatic telephone exchanges» (1917) for B and C;
C. Palm (1946) and O. Garnett, A. Mandelbaum, M. Reiman, «Designing a call center with impatient customers» (2002)
for A.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf


def erlang_b(agents: int, load: float) -> float:
    """The share of calls that find all agents busy when nobody may wait: B(n) = a B(n-1) / (n + a B(n-1)), B(0) = 1."""
    blocking = 1.0
    for number in range(1, agents + 1):
        blocking = load * blocking / (number + load * blocking)
    return blocking


def erlang_c(agents: int, load: float) -> float:
    """The share of calls that wait when everybody waits as long as needed: C = B / (1 - (a/n) (1 - B)); 1 when the load
    is not less than the number of agents (the line then grows for ever)."""
    if load >= agents:
        return 1.0
    blocking = erlang_b(agents, load)
    return blocking / (1.0 - load / agents * (1.0 - blocking))


def mean_wait(agents: int, load: float, handling: float) -> float:
    """Erlang C's mean wait of all calls in seconds: C h / (n - a). ``handling``: mean handling time in seconds."""
    return inf if load >= agents else erlang_c(agents, load) * handling / (agents - load)


def service_level(agents: int, load: float, handling: float, within: float) -> float:
    """Erlang C's share of calls answered within so many seconds: 1 - C exp(-(n - a) t / h)."""
    if load >= agents:
        return 0.0
    return 1.0 - erlang_c(agents, load) * exp(-(agents - load) * within / handling)


@dataclass(frozen=True, slots=True)
class ErlangA:
    """What Erlang A says: shares of calls that wait and that abandon, the mean wait of all calls (seconds) and the
    agents' occupancy."""

    waits: float
    abandons: float
    mean_wait: float
    occupancy: float


def erlang_a(agents: int, load: float, handling: float, patience: float) -> ErlangA:
    """Exponential handling and patience (means in seconds): the stationary birth-and-death process with births at rate
    load / handling and deaths at min(k, n) / handling + max(k - n, 0) / patience."""
    arrivals = load / handling
    weight, total, busy, in_queue, waits = 1.0, 1.0, 0.0, 0.0, 0.0
    if agents == 0:
        waits = 1.0
    number = 0
    while number < agents or weight > total * 1e-15:
        number += 1
        deaths = min(number, agents) / handling + max(number - agents, 0) / patience
        weight *= arrivals / deaths
        total += weight
        busy += weight * min(number, agents)
        in_queue += weight * max(number - agents, 0)
        if number >= agents:
            waits += weight  # an arrival that finds at least n in the system waits (arrivals see time averages)
    line = in_queue / total
    return ErlangA(
        waits=waits / total,
        abandons=line / patience / arrivals,
        mean_wait=line / arrivals,
        occupancy=busy / total / agents if agents else 0.0,
    )
