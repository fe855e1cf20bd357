"""What is simulated, as plain values. Times are seconds since midnight, durations seconds, shares 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, log, sqrt
from random import Random

from zuoxi.routing.model import AgentProfile, Configuration, Hotline, Queue, Rules


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration drawn at random: ``fixed``, ``exponential``, ``lognormal`` (with a standard deviation), or ``never``.

    A lognormal of mean m and standard deviation s has sigma^2 = ln(1 + (s/m)^2) and mu = ln m - sigma^2 / 2.
    """

    kind: str
    mean: float = 0.0
    deviation: float = 0.0

    def draw(self, chance: Random) -> float:
        if self.kind == "never":
            return inf
        if self.mean == 0 or self.kind == "fixed":
            return self.mean
        if self.kind == "exponential":
            return chance.expovariate(1.0 / self.mean)
        spread = log(1.0 + (self.deviation / self.mean) ** 2)
        return chance.lognormvariate(log(self.mean) - spread / 2.0, sqrt(spread))


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Calls by interval, the first interval beginning at ``start``. ``counts``: exactly so many calls, anywhere in the
    interval; ``rates``: a Poisson stream of so many calls per hour."""

    start: float
    interval: float
    counts: tuple[int, ...] = ()
    rates: tuple[float, ...] = ()

    def draw(self, chance: Random) -> list[float]:
        """The times of all arrivals, in order."""
        times: list[float] = []
        for number, count in enumerate(self.counts):
            begin = self.start + number * self.interval
            times.extend(sorted(begin + chance.random() * self.interval for _ in range(count)))
        for number, rate in enumerate(self.rates):
            begin = self.start + number * self.interval
            at = begin + chance.expovariate(rate / 3600.0) if rate else inf
            while at < begin + self.interval:
                times.append(at)
                at += chance.expovariate(rate / 3600.0)
        return times


@dataclass(frozen=True, slots=True)
class Stream:
    """The callers of one hotline."""

    hotline: str
    arrivals: Arrivals
    patience: Duration
    handling: Duration
    wrap_up: Duration
    vip_share: float = 0.0
    returning_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Staff:
    """Agents of the same kind. ``breaks`` and ``shifts``: (from, to). ``answers_after``: from the first ring to
    lifting; ``misses``: the share of offers nobody lifts, after which the agent is ready again ``returns_after``
    seconds later."""

    agents: tuple[str, ...]
    shifts: tuple[tuple[float, float], ...]
    breaks: tuple[tuple[float, float], ...] = ()
    answers_after: Duration = Duration("fixed", 0.0)
    misses: float = 0.0
    returns_after: float = 60.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One day on the floor. ``service_levels``: by queue, the seconds within which an answer counts as in time;
    ``measure_from``: calls that arrive earlier load the floor and are not counted (warm-up)."""

    configuration: Configuration
    streams: tuple[Stream, ...]
    staff: tuple[Staff, ...]
    service_levels: dict[str, float] = field(default_factory=dict)
    message_seconds: float = 12.0
    measure_from: float = 0.0
    seed: int = 1


def single_queue(
    agents: int,
    calls_per_hour: float,
    handling: Duration,
    patience: Duration,
    hours: float,
    service_level: float = 20.0,
    warm_up: float = 0.0,
) -> Scenario:
    """The textbook's floor: one queue, equal agents who lift at once, no wrap-up, no time limit."""
    names = tuple(f"agent{number}" for number in range(agents))
    configuration = Configuration(
        1,
        Rules(),
        (Queue("queue", "skill", time_limit=inf, wrap_up_limit=None),),
        (Hotline("hotline", "1", "line", "project", "queue"),),
        tuple(AgentProfile(name, (("skill", 5),)) for name in names),
    )
    span = hours * 3600.0
    arrivals = Arrivals(0.0, span, rates=(calls_per_hour,))
    stream = Stream("1", arrivals, patience, handling, Duration("fixed", 0.0))
    return Scenario(
        configuration,
        (stream,),
        (Staff(names, ((0.0, inf),)),),
        {"queue": service_level},
        measure_from=warm_up,
    )
