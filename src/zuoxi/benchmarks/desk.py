"""How soon the screen pop is on an agent's desk.

A small centre with the demo's customers, orders and histories; N agents (50) at real desk sockets, each with a real SIP
phone that registers and rings; real SIP calls from the demo's customers, one after the other at a steady rate. For each
call, at the agent's side:

- ``pop_ms``: from the offer (the INVITE at the agent's phone or the offer on the desk's socket, whichever came first)
  to the frame that carries the pop (the offer itself when the pop was ready by then, which counts from the INVITE);
- ``arrival_to_pop_ms``: from the caller's INVITE on the wire to that same frame: everything that a caller's arrival
  takes, routing included.

Clients, phones, callers and the centre share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass

from sqlalchemy import text

from zuoxi.benchmarks.desk_client import CommandRefused, DeskClient, Frame
from zuoxi.benchmarks.small_centre import SmallCentre, runtime_folder, small_centre
from zuoxi.telephony.phone import Phone, PhoneCall

_RINGING_SECONDS = 2.0  # how long a caller lets it ring; a pop that takes longer counts as missing


@dataclass(slots=True)
class _Call:
    """When what was seen of one call (seconds of the event loop's clock)."""

    dialled: float
    rung: float | None = None
    offered: float | None = None
    popped: float | None = None
    caller: PhoneCall | None = None


class _Run:
    """All agents and the calls under way; a call is told by its caller's number."""

    def __init__(self, centre: SmallCentre) -> None:
        self._centre = centre
        self._loop = asyncio.get_running_loop()
        self.calls: dict[str, _Call] = {}
        self._contacts: dict[str, str] = {}  # contact → caller's number
        self._tasks: set[asyncio.Task[None]] = set()

    async def seat(self, stack: AsyncExitStack, agent: str) -> None:
        """One agent: desk, phone, ready."""
        desk: DeskClient
        desk = self._centre.desk(agent, lambda frame: self._frame(desk, frame))
        await stack.enter_async_context(desk)
        given = (await desk.command("take_seat", phone="sip", deadline_ms=20_000))["phone"]
        phone = Phone(self._centre.sip, given["user"], given["password"], keeps_audio=False, behaviour=self._rung)
        await stack.enter_async_context(phone)
        await phone.register(expires=3600)
        await desk.command("ready")

    def _rung(self, ringing: PhoneCall) -> None:
        call = self.calls.get(ringing.caller)
        if call is not None and call.rung is None:
            call.rung = self._loop.time()

    def _frame(self, desk: DeskClient, frame: Frame) -> None:
        now = self._loop.time()
        if frame["type"] == "offer":
            offer = frame["offer"]
            self._contacts[offer["contact"]] = offer["number"]
            call = self.calls.get(offer["number"])
            if call is not None:
                call.offered = call.offered or now
                if offer["pop"] is not None:
                    call.popped = call.popped or now
        elif frame["type"] == "pop":
            call = self.calls.get(self._contacts.get(frame["contact"], ""))
            if call is not None:
                call.popped = call.popped or now
        elif frame["type"] == "offer_ended":
            self._spawn(desk)

    def _spawn(self, desk: DeskClient) -> None:
        task = asyncio.create_task(self._ready_again(desk))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ready_again(self, desk: DeskClient) -> None:
        try:
            await desk.command("ready")
        except CommandRefused:
            return

    async def call(self, trunk: Phone, number: str) -> None:
        """One call: dial, wait for the pop, hang up while it still rings."""
        call = self.calls[number] = _Call(self._loop.time())
        call.caller = trunk.dial(self._centre.hotline, number)
        await asyncio.sleep(_RINGING_SECONDS)
        await call.caller.hang_up()


async def measure(agents: int, calls: int, rate: float) -> dict[str, object]:
    """Run it: ``calls`` calls at ``rate`` a second."""
    async with small_centre(runtime_folder(), agents) as centre:
        async with centre.database.transaction(centre.tenant_id) as session:
            numbers = list(
                await session.scalars(
                    text("select distinct raw from customer_number order by raw limit :calls"), {"calls": calls}
                )
            )
        await asyncio.to_thread(centre.start)
        run = _Run(centre)
        async with AsyncExitStack() as stack:
            for agent in centre.agents:
                await run.seat(stack, agent)
            trunk = await stack.enter_async_context(Phone(centre.sip, "trunk", keeps_audio=False))
            await asyncio.sleep(2.0)
            async with asyncio.TaskGroup() as group:
                for number in numbers:
                    group.create_task(run.call(trunk, number))
                    await asyncio.sleep(1 / rate)
    return _figures(list(run.calls.values()), agents)


def _figures(calls: list[_Call], agents: int) -> dict[str, object]:
    seen = [call for call in calls if call.popped is not None]
    from_offer, from_arrival = [], []
    for call in seen:
        assert call.popped is not None
        offer = min(moment for moment in (call.rung, call.offered, call.popped) if moment is not None)
        from_offer.append((call.popped - offer) * 1000)
        from_arrival.append((call.popped - call.dialled) * 1000)
    return {
        "pop_ms": _quantiles(from_offer),
        "agents": agents,
        "arrival_to_pop_ms": _quantiles(from_arrival),
        "calls": len(calls),
        "without_pop": len(calls) - len(seen),
    }


def _quantiles(values: list[float]) -> dict[str, float | None]:
    ordered = sorted(values)
    if not ordered:
        return {"p50": None, "p95": None}
    return {
        name: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
        for name, share in (("p50", 0.5), ("p95", 0.95))
    }


def main(arguments: list[str] | None = None) -> int:
    """``./zuoxi bench desk``."""
    parser = argparse.ArgumentParser(prog="zuoxi bench desk", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--rate", type=float, default=4.0, help="calls a second")
    options = parser.parse_args(arguments)
    found = asyncio.run(measure(options.agents, options.calls, options.rate))
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        for name, value in found.items():
            sys.stdout.write(f"{name}: {value}\n")
    return 0 if not found["without_pop"] else 1


if __name__ == "__main__":
    sys.exit(main())
