"""Asterisk's own app_queue and Zuoxi side by side, on the same Asterisk in one run (see ``side_by_side``).

- ``arrival_to_invite_ms``: from the caller's INVITE on the wire to the INVITE at the phone of a free agent. Calls go in
  turn to the one and to the other, each with phones of the same kind and number, one call at a time.
- ``setups_per_second``: the highest rate of new calls at which every call was with an agent before its caller hung up
  (HOLD seconds after the answer). Callers and agents are SIPp and send sound; every call is recorded by MixMonitor. The
  rate is searched by steps of STEP_SECONDS; the last rate without a failed call counts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from zuoxi.benchmarks.side_by_side import System, crowd_of_agents, crowd_of_callers, phones, quantile, stage
from zuoxi.telephony.phone import PhoneCall

HOLD = 1.5
STEP_SECONDS = 8.0
RATES = (10, 20, 30, 40, 50, 60, 70, 80, 100, 120, 140, 160)


async def _latency(server: tuple[str, int], systems: Sequence[System], calls: int) -> dict[str, list[float]]:
    """Milliseconds from the caller's INVITE to the agent's, for ``calls`` calls to each system in turn."""
    found: dict[str, list[float]] = {system.name: [] for system in systems}
    rung: asyncio.Queue[PhoneCall] = asyncio.Queue()

    def ring(call: PhoneCall) -> None:
        rung.put_nowait(call)
        call.phone.spawn(call.answer())

    async with phones(server, systems, ring) as trunk:
        for number in range(calls * len(systems)):
            system = systems[number % len(systems)]
            call = trunk.dial(system.number, f"139{number:08d}")
            async with asyncio.timeout(20):
                ringing = await rung.get()
                await call.answered
                await ringing.answered
            if number >= 2 * len(systems):  # the first ones warm up
                found[system.name].append((ringing.at - call.at) * 1000)
            await call.hang_up()
            await ringing.ended
            await asyncio.sleep(0.1)
    return found


async def setups_per_second(server: tuple[str, int], system: System, rates: Sequence[int]) -> int:
    """The highest of the rates that was sustained; 0 when none was."""
    best = 0
    async with crowd_of_agents(server, system) as agents:
        for rate in rates:
            count = int(rate * STEP_SECONDS)
            outcome = await crowd_of_callers(server, system, agents, count=count, rate=rate, hold=HOLD)
            sys.stderr.write(
                f"{system.name} {rate}/s: {outcome.with_agent} of {count} with an agent, {outcome.ended} ended well\n"
            )
            if not outcome.good:
                states = Counter((call.state, call.status) for call in outcome.calls)
                sys.stderr.write(f"{states} {outcome.last_words}\n")
                break
            best = rate
            await asyncio.sleep(2.0)
    return best


async def measure(agents: int, calls: int, most: int) -> dict[str, Any]:
    """Run both; latency with at most 20 phones each."""
    async with stage(agents) as (centre, ours, theirs):
        few = [System(each.name, each.number, each.phones[:20], each.port) for each in (ours, theirs)]
        times = await _latency(centre.sip, few, calls)
        rates = [rate for rate in RATES if rate <= most]
        found: dict[str, Any] = {}
        for system in (theirs, ours):
            found[system.name] = {
                "arrival_to_invite_ms": {
                    "p50": quantile(times[system.name], 0.5),
                    "p99": quantile(times[system.name], 0.99),
                },
                "setups_per_second": await setups_per_second(centre.sip, system, rates),
            }
        return {"zuoxi": found["zuoxi"], "app_queue": found["app_queue"]}


def main(arguments: list[str] | None = None) -> int:
    """``./zuoxi bench acd``."""
    parser = argparse.ArgumentParser(prog="zuoxi bench acd", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--calls", type=int, default=200, help="calls to each for the time to INVITE")
    parser.add_argument("--most", type=int, default=max(RATES), help="highest rate to try, calls a second")
    options = parser.parse_args(arguments)
    found = asyncio.run(measure(options.agents, options.calls, options.most))
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        for name, figures in found.items():
            sys.stdout.write(f"{name}: {figures}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
