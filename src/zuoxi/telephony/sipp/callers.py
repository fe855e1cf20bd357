"""Runs SIPp as a crowd of callers and follows each of them.

SIPp writes its log into a pipe of ours, so that every step is known the moment it happens.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from zuoxi.telephony.phone.audio import Pcm, encode
from zuoxi.telephony.sipp.program import SippError, SippProgram
from zuoxi.telephony.sipp.scenario import caller

_OVER = frozenset({"released", "hung_up", "refused", "lost"})


@dataclass(slots=True)
class CallProgress:
    """One caller. ``state``: planned, placed, ringing, early, answered, released (by the centre), hung_up (by the
    caller), refused (``status`` says how), lost (no sensible answer came)."""

    caller: str
    dialled: str
    state: str = "planned"
    status: int = 0
    call_id: str = ""
    placed_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None

    @property
    def over(self) -> bool:
        return self.state in _OVER


@dataclass(frozen=True, slots=True)
class SippPlan:
    """``calls``: (caller's number, dialled number), in order; ``rate`` per second; ``hold`` seconds from the answer
    until the caller hangs up; ``sound`` is spoken over and over."""

    server: tuple[str, int]
    calls: Sequence[tuple[str, str]]
    hold: float = 3600.0
    rate: float = 10.0
    sound: Pcm | None = None
    host: str = "127.0.0.1"
    port: int = 0
    rtp_first: int = 0


class SippCallers:
    """``async with SippCallers(plan) as callers``: the calls begin; at the end of the block those that go on hang
    up."""

    def __init__(self, plan: SippPlan) -> None:
        self.plan = plan
        self.calls = [CallProgress(number, dialled) for number, dialled in plan.calls]
        self._changed = asyncio.Condition()
        self._follower: asyncio.Task[None] | None = None
        self._port = plan.port or _free_port(plan.host)
        self._program: SippProgram
        self._stopping = False
        self._output = ""

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self._program = await stack.enter_async_context(SippProgram())
            await self._program.start(self._arguments(self._program.folder))
            self._follower = asyncio.create_task(self._follow())
            self._held = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._follower is not None
        try:
            self.hang_up()
            try:
                async with asyncio.timeout(5):
                    await self._program.process.wait()
            except TimeoutError:
                self.kill()
            await self._follower
        finally:
            await self._held.aclose()

    def _arguments(self, folder: Path) -> list[str]:
        """Write SIPp's files; returns what it is started with."""
        plan = self.plan
        sound = None
        if plan.sound is not None:
            sound = folder / "sound.al"
            sound.write_bytes(encode(plan.sound, "a"))
        (folder / "caller.xml").write_text(caller(plan.hold, str(sound) if sound else None))
        rows = "".join(f"{number};{dialled};\n" for number, dialled in plan.calls)
        (folder / "calls.csv").write_text(f"SEQUENTIAL\n{rows}")
        pace = ["-r", str(plan.rate)] if plan.rate >= 1 else ["-r", "1", "-rp", str(int(1000 / plan.rate))]
        return [
            f"{plan.server[0]}:{plan.server[1]}", "-sf", str(folder / "caller.xml"),
            "-inf", str(folder / "calls.csv"), "-i", plan.host, "-mi", plan.host, "-p", str(self._port),
            "-m", str(len(self.calls)), "-l", str(len(self.calls)), *pace, "-recv_timeout", "600000",
            *(["-mp", str(plan.rtp_first)] if plan.rtp_first else []),
        ]  # fmt: skip

    def hang_up(self, *calls: CallProgress) -> None:
        """These callers hang up now, answered or not. When none is named: all, and nobody calls any more."""
        process = self._program.process
        if not calls and process.returncode is None and not self._stopping:
            process.send_signal(signal.SIGUSR1)
            self._stopping = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outlet:
            for call in calls or self.calls:
                if call.call_id and not call.over:
                    outlet.sendto(_request_to_hang_up(call.call_id), (self.plan.host, self._port))

    def kill(self) -> None:
        """The callers vanish without a word, as when their line is cut."""
        self._program.kill()

    def count(self, *states: str) -> int:
        """How many callers are in one of these states now."""
        return sum(call.state in states for call in self.calls)

    async def reached(self, state: str, count: int = 1) -> None:
        """Wait until ``count`` callers have at some time reached a state (placed, answered, over...)."""

        def enough() -> bool:
            return sum(_has_reached(call, state) for call in self.calls) >= count

        async with self._changed:
            await self._changed.wait_for(lambda: enough() or self._ended)
        if not enough():
            raise SippError(f"SIPp ended before {count} callers were {state}: {self.last_words()}")

    async def finished(self) -> list[CallProgress]:
        """Wait until every caller is done."""
        assert self._follower is not None
        await asyncio.shield(self._follower)
        return self.calls

    @property
    def _ended(self) -> bool:
        return self._follower is not None and self._follower.done()

    async def _follow(self) -> None:
        reader, process = self._program.log, self._program.process
        loop = asyncio.get_running_loop()
        exit_ = asyncio.create_task(process.wait())
        while True:
            line = asyncio.create_task(reader.readline())
            await asyncio.wait({line, exit_}, return_when=asyncio.FIRST_COMPLETED)
            if not line.done() and exit_.done():
                await asyncio.wait({line}, timeout=0.2)  # what was written just before the end
                if not line.done():
                    line.cancel()
                    break
            text = line.result().decode()
            if not text:
                break
            self._note(text.split(), loop.time())
            async with self._changed:
                self._changed.notify_all()
        await exit_
        self._output = await self._program.complaints()
        for call in self.calls:
            if call.state != "planned" and not call.over:
                call.state, call.ended_at = ("hung_up" if call.answered_at else "lost"), loop.time()
        async with self._changed:
            self._changed.notify_all()

    def _note(self, words: list[str], now: float) -> None:
        if len(words) < 2 or not words[0].isdigit() or not 0 < int(words[0]) <= len(self.calls):
            return
        call = self.calls[int(words[0]) - 1]
        call.state = words[1]
        if words[1] == "placed":
            call.placed_at, call.call_id = now, words[2]
            if self._stopping:
                self.hang_up(call)
        elif words[1] == "answered":
            call.answered_at = now
        elif words[1] == "refused":
            call.status = int(words[2])
        if call.over:
            call.ended_at = now

    def last_words(self) -> str:
        """What SIPp complained of at its end."""
        return self._output[-300:]


def _has_reached(call: CallProgress, state: str) -> bool:
    if state == "placed":
        return call.placed_at is not None
    if state == "answered":
        return call.answered_at is not None
    return call.over if state == "over" else call.state == state


def _request_to_hang_up(call_id: str) -> bytes:
    """What the scenario understands as «enough»."""
    lines = [
        "INFO sip:caller@127.0.0.1 SIP/2.0",
        "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-enough",
        "From: <sip:hook@127.0.0.1>;tag=hook",
        "To: <sip:caller@127.0.0.1>",
        f"Call-ID: {call_id}",
        "CSeq: 9 INFO",
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
