"""A whole live centre over a switch in memory: real journal, real router, desks by hand; and its restart."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from zuoxi.contacts.live.centre import LiveCentre, Parts, Tenancy
from zuoxi.contacts.live.desk import DeskConnection
from zuoxi.contacts.live.desk_commands import SeatAddress, phone_of
from zuoxi.contacts.live.ports import AgentName, Concern, DomainConfiguration, HotlineName, Names
from zuoxi.platform.database import Database
from zuoxi.routing.model import AgentProfile, Caller, Configuration, Hotline, Queue, Rules
from zuoxi.telephony.fake import FakeSwitch

TENANT = str(UUID(int=1))
QUEUE, SKILL, LINE, PROJECT, HOTLINE = (str(UUID(int=number)) for number in range(10, 15))
AGENTS = tuple(str(UUID(int=number)) for number in range(101, 113))
ANN, BOB = AGENTS[:2]
NUMBER = "4008001111"
ROUTER_VERSION = "test"


def configuration(version: int = 1, **queue: Any) -> Configuration:
    """One hotline, one queue; every agent has its skill, the earlier the better."""
    return Configuration(
        version,
        Rules(),
        (Queue(QUEUE, SKILL, **{"time_limit": 600.0, "offer_timeout": 600.0, "wrap_up_limit": 600.0} | queue),),
        (Hotline(HOTLINE, NUMBER, LINE, PROJECT, QUEUE),),
        tuple(AgentProfile(agent, ((SKILL, 10 if agent == ANN else 5),)) for agent in AGENTS),
    )


NAMES = Names(
    hotlines={HOTLINE: HotlineName(NUMBER, "晚间热线", LINE, "家居")},
    queues={QUEUE: "家居销售"},
    agents={agent: AgentName(f"坐席{agent[-3:]}", agent[-3:]) for agent in AGENTS},
    reasons=[{"code": "lunch", "zh": "午餐", "en": "Lunch"}],
    dispositions=[{"code": "ordered", "zh": "已下单", "en": "Ordered"}],
)


class Source:
    """Configuration and look-ups as a test wants them."""

    def __init__(self, tenant: str = TENANT, **queue: Any) -> None:
        self.tenant = tenant
        self.settings = {tenant: DomainConfiguration(configuration(**queue), NAMES)}
        self.callers: dict[str, Caller] = {}
        self.slow: dict[str, asyncio.Event] = {}  # numbers whose look-up waits
        self.pops_fetched: list[str] = []
        self.pops: dict[str, dict[str, Any]] = {}  # by number: what differs from an unknown caller's pop
        self.slow_pops: dict[str, asyncio.Event] = {}
        self.concerns: dict[str, Concern] = {}  # by the id of what changed
        self.database_away = False

    async def tenants(self) -> list[str]:
        if self.database_away:
            raise ConnectionError("the database is away")
        return list(self.settings)

    async def load(self, tenant_id: str) -> DomainConfiguration:
        return self.settings[tenant_id]

    async def look_up(self, tenant_id: str, line_id: str, number: str) -> Caller:
        if self.database_away:
            raise ConnectionError("the database is away")
        if number in self.slow:
            await self.slow[number].wait()
        return self.callers.get(number, Caller(number))

    async def fetch(
        self, tenant_id: str, contact_id: str | None, line_id: str | None, number: str, customer_id: str | None
    ) -> dict[str, Any]:
        self.pops_fetched.append(number)
        pop = {"number": number, "customer": None, "calls": [], "orders": [], "flags": []} | self.pops.get(number, {})
        if number in self.slow_pops:
            await self.slow_pops[number].wait()
        return pop

    async def concern(self, tenant_id: str, topic: str, object_id: str) -> Concern:
        if self.database_away:
            raise ConnectionError("the database is away")
        return self.concerns.get(object_id, Concern())

    def number_key(self, number: str) -> str:
        return number


class Desk:
    """An agent's page: sends commands, keeps every frame that it got."""

    def __init__(
        self, tenancy: Tenancy, agent: str, locale: str = "zh-CN", permissions: frozenset[str] = frozenset()
    ) -> None:
        self.tenancy, self.agent = tenancy, agent
        self.connection = DeskConnection(agent, AgentName("安", "101"), locale, permissions | {"desk.use"})
        self.frames: list[dict[str, Any]] = []
        self._ids = itertools.count(1)
        tenancy.desks.join(self.connection)

    async def command(self, name: str, *, command_id: str | None = None, **arguments: Any) -> dict[str, Any]:
        frame = {"type": "command", "id": command_id or f"{id(self)}-{next(self._ids)}", "name": name, **arguments}
        return await self.tenancy.commands.carry_out(self.connection, frame)

    def read(self) -> list[dict[str, Any]]:
        while not self.connection.outgoing.empty():
            text = self.connection.outgoing.get_nowait()
            if text is not None:
                self.frames.append(orjson.loads(text))
        return self.frames

    def last(self, kind: str) -> dict[str, Any]:
        """The newest frame of a kind."""
        return [frame for frame in self.read() if frame["type"] == kind][-1]

    def leave(self) -> None:
        self.tenancy.desks.leave(self.connection)


class World:
    """A centre that can be killed and started again on the same switch and journal."""

    def __init__(
        self, folder: Path, switch: FakeSwitch, source: Source, database: Database | None, **parts: Any
    ) -> None:
        self.folder, self.switch, self.source, self.database = folder, switch, source, database
        self._parts = parts
        self._ids = itertools.count(1)
        self.centre: LiveCentre
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        parts = Parts(
            **{
                "switch": self.switch,
                "source": self.source,
                "look_up": self.source,
                "pop": self.source,
                "database": self.database,
                "read_number": lambda raw: (None, raw),
                "place_of": lambda raw: "江苏省连云港市",
                "address": SeatAddress("127.0.0.1", 5060),
                "new_id": lambda: str(UUID(int=(1 << 40) + next(self._ids))),
                "clock": time.time,
                "router_version": ROUTER_VERSION,
            }
            | self._parts
        )
        self.centre = LiveCentre(self.folder, parts)
        await self.centre.start()
        self._running = asyncio.create_task(self.centre.run())
        await self.centre.intake.connected.wait()

    async def kill(self) -> None:
        """As kill -9: nothing is tidied up; what was not in the journal is gone, and the switch goes on alone."""
        assert self._running is not None
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        for task in self.centre._tasks:
            task.cancel()
        await asyncio.gather(*self.centre._tasks, return_exceptions=True)
        for tenancy in self.centre.tenancies.values():
            if tenancy.shipping is not None:
                tenancy.shipping.cancel()
                await asyncio.gather(tenancy.shipping, return_exceptions=True)
            tenancy.domain.pause()
            tenancy.domain._listeners.clear()
            tenancy.domain.journal.close()
        self.switch.break_connection()

    async def switch_cancel(self, leg: str) -> None:
        """The leg ends without anybody hearing of it."""
        self.switch._legs.pop(leg)

    async def start_again(self, *, fresh: bool = False) -> None:
        """A new process: it finds the journal and connects to the switch."""
        self.switch.mend_connection(fresh=fresh)
        await self.start()

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self.centre.stop()

    @property
    def tenancy(self) -> Tenancy:
        return self.centre.tenancies[self.source.tenant]

    def desk(self, agent: str = ANN, **options: Any) -> Desk:
        return Desk(self.tenancy, agent, **options)

    async def seat(
        self, agent: str = ANN, phone: str = "sip", behaviour: str = "ring", *, ready: bool = True, **options: Any
    ) -> Desk:
        """An agent with a registered phone, ready."""
        desk = self.desk(agent, **options)
        assert (await desk.command("take_seat", phone=phone))["ok"]
        self.switch.register(phone_of(agent), behaviour)
        if ready:
            assert (await desk.command("ready"))["ok"]
        return desk

    def journal(self) -> Path:
        return self.folder / f"{self.source.tenant}.sqlite"

    async def settle(self) -> None:
        """Until nothing is under way any more."""
        while True:
            await asyncio.sleep(0.002)
            tenancy = self.tenancy
            quiet = not tenancy.domain.lanes._lanes and not self.centre.intake._pending
            if quiet and self.switch._queue.empty() and tenancy.domain.journal.durable >= tenancy.domain.journal.last:
                await asyncio.sleep(0.002)
                if not tenancy.domain.lanes._lanes and self.switch._queue.empty():
                    return


async def until(condition: Callable[[], Any]) -> None:
    """Wait until the condition holds; the test's own time limit is the only one."""
    while not condition():  # noqa: ASYNC110 (what is awaited has no event of its own)
        await asyncio.sleep(0.003)


@asynccontextmanager
async def world(
    folder: Path, source: Source | None = None, database: Database | None = None, **parts: Any
) -> AsyncIterator[World]:
    made = World(folder, FakeSwitch(), source or Source(), database, **parts)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
