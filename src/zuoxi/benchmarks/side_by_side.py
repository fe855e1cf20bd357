"""Zuoxi and Asterisk's own app_queue on one Asterisk, for the benchmarks that compare them.

Zuoxi is the real switchboard process with its journal and a desk socket for each agent; for app_queue there are no
desks. Callers and agents' phones are of the same kind for both, every call is recorded by MixMonitor. Callers, phones,
desks, engine and switchboard share the machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zuoxi.benchmarks.desk_client import DeskClient, Frame
from zuoxi.benchmarks.small_centre import SmallCentre, runtime_folder, small_centre
from zuoxi.installation import ports
from zuoxi.telephony.ari.client import Connection
from zuoxi.telephony.ari.phones import write_phone
from zuoxi.telephony.phone import Phone, PhoneCall, tone
from zuoxi.telephony.sipp import CallProgress, SippAnswerers, SippCallers, SippPlan

QUEUE_NUMBER = "9900"
_RTP_PORTS = 6000
_ENGINE_PORTS = range(10_000, 12_000, 10)  # its range of RTP follows: SIPp's sound keeps out of it
_SIPP_SOUND = {"agents": 19_000, "callers": 26_000}


@dataclass(slots=True)
class System:
    """One of the two: its name, what is dialled, its phones (user, password), and where its phones' SIPp listens."""

    name: str
    number: str
    phones: list[tuple[str, str]]
    port: int


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
async def stage(agents: int) -> AsyncIterator[tuple[SmallCentre, System, System]]:
    """A centre whose agents sit ready at their desks (ours), and as many phones for app_queue (theirs)."""
    options: dict[str, Any] = {"extra": _dialplan(agents), "extra_modules": ("app_queue",), "rtp_ports": _RTP_PORTS}
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
        base = settings.rtp_last + 100
        yield centre, System("zuoxi", centre.hotline, seated, base + 1), System("app_queue", QUEUE_NUMBER, queued, base)


def _ignore(frame: Frame) -> None:
    """A desk that shows nothing."""


@asynccontextmanager
async def phones(
    server: tuple[str, int], systems: Sequence[System], behaviour: Callable[[PhoneCall], None]
) -> AsyncIterator[Phone]:
    """Every phone of the systems, registered; gives the trunk that calls them."""
    async with AsyncExitStack() as stack:
        for system in systems:
            for user, password in system.phones:
                phone = Phone(server, user, password, keeps_audio=False, behaviour=behaviour)
                await (await stack.enter_async_context(phone)).register(expires=3600)
        trunk = await stack.enter_async_context(Phone(server, "trunk", keeps_audio=False))
        await asyncio.sleep(2.0)  # phones are asked for a sign of life once they have registered
        yield trunk


@asynccontextmanager
async def crowd_of_agents(server: tuple[str, int], system: System) -> AsyncIterator[SippAnswerers]:
    """All phones of a system at one address, which answer at once and speak until the other side hangs up."""
    for user, password in system.phones:
        async with Phone(server, user, password, port=system.port) as phone:
            await phone.register(expires=3600)
    async with SippAnswerers("127.0.0.1", system.port, _SIPP_SOUND["agents"], tone(1700, 1.0)) as answerers:
        await asyncio.sleep(3.0)
        yield answerers


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a crowd of callers. ``with_agent``: reached an agent's phone; ``ended``: hung up in order."""

    calls: list[CallProgress]
    with_agent: int
    last_words: str

    @property
    def ended(self) -> int:
        return sum(call.state == "hung_up" for call in self.calls)

    @property
    def good(self) -> bool:
        """Every caller was with an agent and hung up in order."""
        return self.with_agent == self.ended == len(self.calls)


async def crowd_of_callers(
    server: tuple[str, int], system: System, agents: SippAnswerers, *, count: int, rate: float, hold: float
) -> Outcome:
    """``count`` callers at ``rate`` a second, each of whom speaks and hangs up ``hold`` seconds after the answer."""
    calls = [(f"137{number:08d}", system.number) for number in range(count)]
    before = agents.answered
    sound = tone(2300, 1.0)
    plan = SippPlan(server, calls, hold=hold, rate=rate, sound=sound, rtp_first=_SIPP_SOUND["callers"])
    async with SippCallers(plan) as callers:
        await callers.finished()
    await asyncio.sleep(1.0)  # the last phones are put down
    return Outcome(callers.calls, agents.answered - before, callers.last_words())


def recorded_seconds(recordings: Path) -> float:
    """How much sound lies in the engine's recordings (16 bit, two sides, 8 kHz)."""
    return sum(path.stat().st_size for path in recordings.glob("*.raw")) / 4 / 8000


def quantile(values: list[float], share: float) -> float:
    """The value below which ``share`` of the values lie."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
