"""Asterisk's own app_queue and Zuoxi side by side, on the same Asterisk in one run.

- ``arrival_to_invite_ms``: from the caller's INVITE on the wire to the INVITE at the phone of a free agent. Calls go in
  turn to the one and to the other, each with phones of the same kind and number, one call at a time.
- ``setups_per_second``: the highest rate of new calls at which every call was with an agent before its caller hung up
  (HOLD seconds after the answer). Callers and agents are SIPp and send sound; every call is recorded by MixMonitor. The
  rate is searched by steps of STEP_SECONDS; the last rate without a failed call counts.

Zuoxi is the real switchboard process with its journal and a desk socket for each agent; for app_queue there are no
desks. Callers, phones, desks, engine and switchboard share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from zuoxi.benchmarks.desk_client import DeskClient, Frame
from zuoxi.benchmarks.small_centre import SmallCentre, runtime_folder, small_centre
from zuoxi.installation import ports
from zuoxi.telephony.ari.client import Connection
from zuoxi.telephony.ari.phones import write_phone
from zuoxi.telephony.phone import Phone, PhoneCall, tone
from zuoxi.telephony.sipp import SippAnswerers, SippCallers, SippPlan

QUEUE_NUMBER = "9900"
HOLD = 1.5
STEP_SECONDS = 8.0
RATES = (10, 20, 30, 40, 50, 60, 70, 80, 100, 120, 140, 160)
_RTP_PORTS = 6000
_ENGINE_PORTS = range(10_000, 12_000, 10)  # its range of RTP follows: SIPp's sound keeps out of it
_SIPP_SOUND = {"agents": 19_000, "callers": 26_000}
_APP_QUEUE = ("app_queue",)


@dataclass(slots=True)
class _System:
    """One of the two: its name, what is dialled, and its phones (user, password)."""

    name: str
    number: str
    phones: list[tuple[str, str]]


def _dialplan(agents: int) -> dict[str, str]:
    """What app_queue needs: a number that answers, records and queues like ours, and a queue of phones b0, b1, …"""
    members = "".join(f"member = PJSIP/b{number}\n" for number in range(agents))
    return {
        "extensions.conf": f"""
[calls](+)
exten = {QUEUE_NUMBER},1,MixMonitor(${{RAW}}/${{UNIQUEID}}.raw,D)
 same = n,Answer()
 same = n,Queue(bench,,,,120)
 same = n,Hangup()
""",
        "queues.conf": "[general]\npersistentmembers = no\nautofill = yes\nshared_lastcall = no\n"
        f"[bench]\nstrategy = rrmemory\nringinuse = no\nautofill = yes\nmusicclass = default\ntimeout = 15\n{members}",
    }


@asynccontextmanager
async def _stage(agents: int) -> AsyncIterator[tuple[SmallCentre, _System, _System]]:
    """A centre whose agents sit ready at their desks, and as many phones for app_queue."""
    options: dict[str, Any] = {"extra": _dialplan(agents), "extra_modules": _APP_QUEUE, "rtp_ports": _RTP_PORTS}
    options["first_port"] = ports.first_free(_ENGINE_PORTS)
    async with AsyncExitStack() as stack:
        made = small_centre(runtime_folder(), agents, wrap_up_limit_s=0.05, **options)
        centre = await stack.enter_async_context(made)
        settings = centre.engine.configuration
        ari = await Connection.open(settings.url, settings.user, settings.password, "bench", lambda _: None)
        stack.push_async_callback(ari.close)
        await ari.request("POST", "asterisk/variable", {"variable": "RAW", "value": str(settings.recordings)})
        queued = [(f"b{number}", "secret-of-bench") for number in range(agents)]
        for user, password in queued:
            await write_phone(ari.request, user, password, browser=False)
        await asyncio.to_thread(centre.start)
        seated = []
        for agent in centre.agents:
            desk: DeskClient = await stack.enter_async_context(centre.desk(agent, _ignore))
            given = (await desk.command("take_seat", phone="sip", deadline_ms=30_000))["phone"]
            seated.append((given["user"], given["password"]))
            await desk.command("ready")
        yield centre, _System("zuoxi", centre.hotline, seated), _System("app_queue", QUEUE_NUMBER, queued)


def _ignore(frame: Frame) -> None:
    """A desk that shows nothing."""


async def _latency(server: tuple[str, int], systems: Sequence[_System], calls: int) -> dict[str, list[float]]:
    """Milliseconds from the caller's INVITE to the agent's, for ``calls`` calls to each system in turn."""
    found: dict[str, list[float]] = {system.name: [] for system in systems}
    async with AsyncExitStack() as stack:
        rung: asyncio.Queue[PhoneCall] = asyncio.Queue()

        def ring(call: PhoneCall) -> None:
            rung.put_nowait(call)
            call.phone.spawn(call.answer())

        for system in systems:
            for user, password in system.phones:
                phone = Phone(server, user, password, keeps_audio=False, behaviour=ring)
                await (await stack.enter_async_context(phone)).register(expires=3600)
        trunk = await stack.enter_async_context(Phone(server, "trunk", keeps_audio=False))
        await asyncio.sleep(2.0)  # phones are asked for a sign of life once they have registered
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


async def _load(server: tuple[str, int], system: _System, rates: Sequence[int], port: int) -> int:
    """The highest of the rates that was sustained."""
    for user, password in system.phones:
        async with Phone(server, user, password, port=port) as phone:
            await phone.register(expires=3600)
    best = 0
    sound = tone(1700, 1.0)
    async with SippAnswerers("127.0.0.1", port, _SIPP_SOUND["agents"], sound) as phones:
        await asyncio.sleep(3.0)
        for rate in rates:
            if not await _sustained(server, system, rate, phones):
                break
            best = rate
    return best


async def _sustained(server: tuple[str, int], system: _System, rate: int, phones: SippAnswerers) -> bool:
    """Whether every call at this rate was answered by an agent and ended in order."""
    count = int(rate * STEP_SECONDS)
    calls = [(f"137{number:08d}", system.number) for number in range(count)]
    before = phones.answered
    plan = SippPlan(server, calls, hold=HOLD, rate=rate, sound=tone(2300, 1.0), rtp_first=_SIPP_SOUND["callers"])
    async with SippCallers(plan) as callers:
        await callers.finished()
    await asyncio.sleep(1.0)  # the last phones are put down
    answered = phones.answered - before
    ended = sum(call.state == "hung_up" for call in callers.calls)
    good = answered == count and ended == count
    if not good:
        sys.stderr.write(f"{Counter((call.state, call.status) for call in callers.calls)} {callers.last_words()}\n")
    sys.stderr.write(f"{system.name} {rate}/s: {answered} of {count} with an agent, {ended} ended in order\n")
    await asyncio.sleep(2.0)
    return good


async def measure(agents: int, calls: int, most: int) -> dict[str, Any]:
    """Run both; latency with at most 20 phones each."""
    async with _stage(agents) as (centre, ours, theirs):
        few = [_System(each.name, each.number, each.phones[:20]) for each in (ours, theirs)]
        times = await _latency(centre.sip, few, calls)
        rates = [rate for rate in RATES if rate <= most]
        base = centre.engine.configuration.rtp_last + 100
        found: dict[str, Any] = {}
        for system, port in ((theirs, base), (ours, base + 1)):
            found[system.name] = {
                "arrival_to_invite_ms": {
                    "p50": _quantile(times[system.name], 0.5),
                    "p99": _quantile(times[system.name], 0.99),
                },
                "setups_per_second": await _load(centre.sip, system, rates, port),
            }
        return {"zuoxi": found["zuoxi"], "app_queue": found["app_queue"]}


def _quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


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
