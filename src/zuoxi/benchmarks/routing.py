"""How many decisions a second the router takes by itself, and how that grows with the floor.

A **decision** here is one event that leads to the assignment of a waiting call to an agent: an agent's wrap-up ends,
the router makes the agent ready, finds the call that this agent has to take (first by priority, then by wait, over all
the agent's skills, the VIP group and the agent's own returning callers) and answers with the offer. The clock runs for
``handle`` and for ``next_deadline``, which whoever drives a router asks after every event; it stands still for the
events in between that decide nothing (the phone answers, the caller hangs up, new calls arrive so that the line stays
as long). An agent who finds no call has taken time all the same and counts for nothing. Seconds are the process's own
CPU time: the router only computes, and what other programs take of the machine is not its cost.

The floor: agents with three of 50 skills each at levels 1 to 10; 50 queues, one per skill, at four priorities; a tenth
of the callers VIPs with a VIP group, a fifth returning to the agent of their last order.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
from collections import deque
from math import inf
from time import process_time

from zuoxi.routing import Router, events
from zuoxi.routing.commands import OfferCall
from zuoxi.routing.model import AgentProfile, Caller, Configuration, Hotline, LastOrder, Queue

SKILLS = 50
SKILLS_PER_AGENT = 3
WAITING, AGENTS = 10_000, 1_000
BATCH = 100
# (waiting, agents): the line grows, then the staff.
FLOORS = ((1_000, 1_000), (10_000, 1_000), (100_000, 1_000), (10_000, 100), (10_000, 10_000))


class _Floor:
    """A router with every agent in wrap-up and a line of waiting calls, and the means to get there again."""

    def __init__(self, waiting: int, agents: int, seed: int) -> None:
        self._chance = chance = random.Random(seed)  # noqa: S311 - a repeatable floor, not a secret
        self._router = router = Router()
        self._now = 1_000_000.0
        self._arrived = 0
        self._agents = [f"agent{n}" for n in range(agents)]
        # So few decide in one go that the line stays about as long as it is said to be.
        self._batch = BATCH
        self._wrapping: deque[tuple[str, str]] = deque()
        skills = [f"skill{n}" for n in range(SKILLS)]
        profiles = tuple(
            AgentProfile(
                agent, tuple((skill, chance.randint(1, 10)) for skill in chance.sample(skills, SKILLS_PER_AGENT))
            )
            for agent in self._agents
        )
        queues = tuple(Queue(f"queue{n}", skill, n % 4, time_limit=1e9) for n, skill in enumerate(skills))
        hotlines = tuple(
            Hotline(f"hotline{n}", str(4000 + n), f"line{n % 10}", "project", queue.id, vip_skill=skills[n // 10])
            for n, queue in enumerate(queues)
        )
        router.handle(
            events.ConfigurationLoaded(Configuration(1, queues=queues, hotlines=hotlines, agents=profiles)), 0.0
        )
        for agent in self._agents:
            router.handle(events.AgentSignedIn(agent, f"phone-{agent}"), self._now)
        self._arrive([chance.randrange(SKILLS) for _ in range(waiting + agents)])
        offers = [self._offer(router.handle(events.AgentReady(agent), self._tick())) for agent in self._agents]
        self._serve(offers)

    def _tick(self) -> float:
        self._now += 0.001
        return self._now

    def _arrive(self, queues: list[int]) -> None:
        chance = self._chance
        for number in queues:
            self._arrived += 1
            returning = LastOrder(chance.choice(self._agents)) if chance.random() < 0.2 else None
            caller = Caller("13800000000", None, chance.random() < 0.1, False, returning)
            name = f"contact{self._arrived}"
            arrival = events.CallArrived(name, f"call{self._arrived}", str(4000 + number), caller)
            # Now and then an agent found nothing and is ready: then the arrival is offered at once.
            self._serve([self._offer(self._router.handle(arrival, self._tick()))])

    @staticmethod
    def _offer(commands: list) -> OfferCall | None:  # type: ignore[type-arg]
        return next((command for command in commands if isinstance(command, OfferCall)), None)

    def _serve(self, offers: list[OfferCall | None]) -> None:
        """Every offered agent answers and the callers hang up: all are in wrap-up again."""
        for offer in offers:
            if offer is not None:
                self._router.handle(events.OfferAnswered(offer.offer), self._tick())
                self._router.handle(events.CallerHungUp(offer.contact), self._tick())
                self._wrapping.append((offer.agent, offer.contact))

    def round(self) -> tuple[int, float]:
        """A batch of agents ends the wrap-up: how many decisions, and the seconds they took."""
        ending = [self._wrapping.popleft() for _ in range(min(self._batch, len(self._wrapping)))]
        batch = [(events.WrapUpFinished(agent, contact), self._tick()) for agent, contact in ending]
        handle, next_deadline, answers = self._router.handle, self._router.next_deadline, []
        started = process_time()
        for event, now in batch:
            answers.append(handle(event, now))
            next_deadline()
        seconds = process_time() - started
        offers = [self._offer(answer) for answer in answers]
        # For each call taken another comes to the same queue: the line keeps its length and its make-up.
        taken = [int(offer.queue.removeprefix("queue")) for offer in offers if offer is not None]
        self._serve(offers)
        self._arrive(taken)
        return len(taken), seconds


def measure(waiting: int, agents: int, decisions: int, seed: int = 1) -> float:
    """Seconds per decision with so many calls waiting and agents on the floor: the mean over at least ``decisions`` of
    them, so that the rare sweep of a heap is paid for; the best of three such runs, because what else the machine does
    (caches shared with others) only ever makes one slower."""
    floor = _Floor(waiting, agents, seed)
    floor.round()
    gc.collect()
    best = inf
    for _ in range(3):
        done, total = 0, 0.0
        while done < decisions:
            count, seconds = floor.round()
            done += count
            total += seconds
        best = min(best, total / done)
    return best


def main(argv: list[str] | None = None) -> int:
    """Print the figures; ``--json`` for machines."""
    parser = argparse.ArgumentParser(prog="zuoxi bench routing", description=__doc__, allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--decisions", type=int, default=20_000, help="decisions to measure for each size of floor")
    options = parser.parse_args(argv)
    growth = [
        {
            "waiting": waiting,
            "agents": agents,
            "microseconds_per_decision": round(measure(waiting, agents, options.decisions) * 1e6, 2),
        }
        for waiting, agents in FLOORS
    ]
    reference = next(row for row in growth if (row["waiting"], row["agents"]) == (WAITING, AGENTS))
    result = {"decisions_per_second": round(1e6 / reference["microseconds_per_decision"]), "growth": growth}
    if options.json:
        sys.stdout.write(json.dumps(result) + "\n")
        return 0
    sys.stdout.write(f"{result['decisions_per_second']:,} decisions/s ({WAITING:,} waiting, {AGENTS:,} agents)\n")
    sys.stdout.write(f"{'waiting':>10}{'agents':>10}{'us/decision':>14}\n")
    for row in growth:
        sys.stdout.write(f"{row['waiting']:>10,}{row['agents']:>10,}{row['microseconds_per_decision']:>14.2f}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
