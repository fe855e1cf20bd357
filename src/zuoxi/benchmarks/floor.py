"""A whole floor: Zuoxi and app_queue with MixMonitor on the same Asterisk in one run, each to its first failure.

- ``recorded_calls``: the most concurrent calls, each recorded and with sound both ways, that all reached an agent, all
  ended in order, and whose recordings hold at least RECORDED of the time for which they were up. Calls are set up at
  RAMP a second and then stand together for STANDING seconds.
- ``cpu_ms_per_call``: processor time of the engine, and for Zuoxi of the switchboard too, for one call of the first of
  these steps. Both systems' calls are equally long.
- ``setups_per_second``: as in ``bench acd``.
- ``arrival_to_invite_ms``: from the caller's INVITE on the wire to the INVITE at an agent's phone, while PACE calls a
  second come in, in turns of TURN calls to the one and to the other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

import psutil

from zuoxi.benchmarks.acd import RATES, setups_per_second
from zuoxi.benchmarks.side_by_side import (
    System,
    crowd_of_agents,
    crowd_of_callers,
    phones,
    quantile,
    recorded_seconds,
    stage,
)
from zuoxi.benchmarks.small_centre import SmallCentre
from zuoxi.telephony.phone import PhoneCall

CONCURRENT = (50, 100, 150, 200, 225, 250, 275, 300, 325, 350, 375, 400)
RAMP, STANDING = 15.0, 10.0
RECORDED = 0.9
PACE, TURN = 20.0, 40
_TALK_SECONDS = 0.5


async def _latency(server: tuple[str, int], systems: Sequence[System], calls: int) -> dict[str, list[float]]:
    """Milliseconds from INVITE to INVITE, ``calls`` to each system."""
    found: dict[str, list[float]] = {system.name: [] for system in systems}
    rung: dict[str, float] = {}

    def ring(call: PhoneCall) -> None:
        rung.setdefault(call.caller, call.at)
        call.phone.spawn(call.answer())

    async def one(system: System, trunk: Any, number: str) -> None:
        call = trunk.dial(system.number, number)
        async with asyncio.timeout(30):
            await call.answered
            await asyncio.wait({call.ended}, timeout=_TALK_SECONDS)
            await call.hang_up()
        if number in rung:
            found[system.name].append((rung[number] - call.at) * 1000)

    async with phones(server, systems, ring) as trunk:
        loop = asyncio.get_running_loop()
        for turn in range(0, calls, TURN):
            for system in systems:
                begin = loop.time()
                async with asyncio.TaskGroup() as group:
                    for number in range(turn, min(turn + TURN, calls)):
                        group.create_task(one(system, trunk, f"139{number:08d}"))
                        await asyncio.sleep(max(0.0, begin + (number - turn + 1) / PACE - loop.time()))
                rung.clear()
                await asyncio.sleep(1.0)
    return found


def _processor_seconds(processes: Sequence[int]) -> float:
    """Processor time of these processes since they began."""
    times = [psutil.Process(process).cpu_times() for process in processes]
    return sum(each.user + each.system for each in times)


async def _recorded_calls(
    centre: SmallCentre, system: System, steps: Sequence[int], processes: Sequence[int]
) -> tuple[int, float]:
    """The most concurrent recorded calls, and milliseconds of processor for each call of the first step."""
    best, cost = 0, 0.0
    recordings = centre.engine.configuration.recordings
    async with crowd_of_agents(centre.sip, system) as agents:
        for count in steps:
            spent, sound = _processor_seconds(processes), recorded_seconds(recordings)
            hold = count / RAMP + STANDING
            outcome = await crowd_of_callers(centre.sip, system, agents, count=count, rate=RAMP, hold=hold)
            spent, sound = _processor_seconds(processes) - spent, recorded_seconds(recordings) - sound
            up = sum((call.ended_at or 0) - (call.answered_at or 0) for call in outcome.calls if call.ended_at)
            share = sound / up if up else 0.0
            sys.stderr.write(
                f"{system.name} {count} at once: {outcome.with_agent} with an agent, {outcome.ended} ended in order, "
                f"{share:.0%} recorded, {1000 * spent / count:.0f} ms of processor each\n"
            )
            if not outcome.good or share < RECORDED:
                sys.stderr.write(f"{outcome.last_words}\n")
                break
            best, cost = count, cost or 1000 * spent / count
            for path in recordings.glob("*.raw"):
                path.unlink()
            await asyncio.sleep(2.0)
    return best, cost


async def measure(agents: int, calls: int, most_calls: int, most_rate: int) -> dict[str, Any]:
    """Run everything for both."""
    async with stage(max(agents, most_calls + 10)) as (centre, ours, theirs):
        few = [System(each.name, each.number, each.phones[:agents], each.port) for each in (ours, theirs)]
        times = await _latency(centre.sip, few, calls)
        engine = centre.engine.pid
        found: dict[str, Any] = {}
        for system, processes in ((theirs, [engine]), (ours, [engine, centre.pid])):
            steps = [step for step in CONCURRENT if step <= most_calls]
            recorded, cost = await _recorded_calls(centre, system, steps, processes)
            rates = [rate for rate in RATES if rate <= most_rate]
            found[system.name] = {
                "recorded_calls": recorded,
                "setups_per_second": await setups_per_second(centre.sip, system, rates),
                "cpu_ms_per_call": round(cost, 1),
                "arrival_to_invite_ms": {
                    "p50": quantile(times[system.name], 0.5),
                    "p99": quantile(times[system.name], 0.99),
                },
            }
        return {"zuoxi": found["zuoxi"], "app_queue": found["app_queue"]}


def main(arguments: list[str] | None = None) -> int:
    """``./zuoxi bench floor``."""
    parser = argparse.ArgumentParser(prog="zuoxi bench floor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--agents", type=int, default=200, help="agents for the time to INVITE")
    parser.add_argument("--calls", type=int, default=400, help="calls to each for the time to INVITE")
    parser.add_argument("--most-calls", type=int, default=max(CONCURRENT), help="most calls at once to try")
    parser.add_argument("--most-rate", type=int, default=max(RATES), help="highest rate to try, calls a second")
    options = parser.parse_args(arguments)
    found = asyncio.run(measure(options.agents, options.calls, options.most_calls, options.most_rate))
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        for name, figures in found.items():
            sys.stdout.write(f"{name}: {figures}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
