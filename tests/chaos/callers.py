"""Everybody who calls: a crowd of SIPp's, and among them some whose ears are ours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from tests.chaos.listening import Ear
from tests.chaos.seats import last_digits
from tests.scenarios.floor import fresh_number
from tests.telephony.worlds import CALLER_TONE

from zuoxi.telephony.phone import Phone, PhoneCall, tone
from zuoxi.telephony.sipp import SippCallers, SippPlan
from zuoxi.telephony.sipp.callers import CallProgress


@dataclass(slots=True)
class Caller:
    """``may_go``: why the call may be over by now (we ended it), or None: then its end is a lost call."""

    number: str
    ear: Ear | None = None
    call: PhoneCall | None = None
    progress: CallProgress | None = None
    crowd: SippCallers | None = None
    may_go: str | None = None

    @property
    def key(self) -> str:
        return last_digits(self.number)

    @property
    def over(self) -> bool:
        if self.call is not None:
            return self.call.ended.done()
        return self.progress is not None and self.progress.over

    @property
    def ending(self) -> str:
        """How it ended, for people."""
        if self.call is not None:
            return self.call.ended.result() if self.call.ended.done() else "goes on"
        assert self.progress is not None
        return f"{self.progress.state} {self.progress.status or ''}"

    def hang_up(self) -> None:
        """The caller has enough."""
        if self.call is not None:
            self.call.phone.spawn(self.call.hang_up())
        elif self.crowd is not None and self.progress is not None:
            self.crowd.hang_up(self.progress)


@dataclass
class Crowd:
    """``dial`` lets more people call; ``callers`` knows each by the last digits of the number."""

    trunk: Phone
    hotline: str
    stack: AsyncExitStack
    rtp_first: int = 0
    callers: dict[str, Caller] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Caller]:
        return iter(self.callers.values())

    @property
    def there(self) -> list[Caller]:
        """Who is on the line, or should be."""
        return [caller for caller in self if not caller.over]

    @property
    def lost(self) -> list[str]:
        """Who is not on the line any more though nobody ended that call."""
        return [f"{caller.number} ({caller.ending})" for caller in self if caller.over and caller.may_go is None]

    async def dial(
        self, count: int, *, listened: int = 0, rate: float = 10.0, numbers: Sequence[str] = ()
    ) -> list[Caller]:
        """``count`` people call one after the other, ``rate`` a second; ``listened`` of them are heard by us. Returns
        when each of them has sent the INVITE."""
        new = [Caller(number) for number in numbers] or [Caller(fresh_number()) for _ in range(count)]
        for caller in new:
            assert caller.key not in self.callers
            self.callers[caller.key] = caller
        heard, crowd = new[:listened], new[listened:]
        sending = asyncio.create_task(self._send(crowd, rate))
        for caller in heard:
            caller.ear = Ear()
            caller.call = self.trunk.dial(self.hotline, caller.number)
            caller.call.audio.witness = caller.ear
            await asyncio.sleep(count / rate / len(heard))  # among the others
        await sending
        return new

    async def _send(self, batch: list[Caller], rate: float) -> None:
        if not batch:
            return
        calls = [(caller.number, self.hotline) for caller in batch]
        plan = SippPlan(self.trunk.server, calls, rate=rate, sound=tone(CALLER_TONE, 1.0), rtp_first=self.rtp_first)
        if self.rtp_first:
            self.rtp_first += 4 * len(calls)
        callers = await self.stack.enter_async_context(SippCallers(plan))
        for caller, progress in zip(batch, callers.calls, strict=True):
            caller.progress, caller.crowd = progress, callers
        async with asyncio.timeout(120):
            await callers.reached("placed", len(calls))
