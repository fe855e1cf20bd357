"""All routing domains of an installation under one switch: opened, recovered, configured, shipped and stopped here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from zuoxi.contacts.live.break_watch import BreakWatch
from zuoxi.contacts.live.callback_feed import CallbackFeed
from zuoxi.contacts.live.calls_out import CallsOut
from zuoxi.contacts.live.day_book import DayBook
from zuoxi.contacts.live.desk import GRACE_SECONDS, Desks
from zuoxi.contacts.live.desk_commands import DeskCommands, SeatAddress
from zuoxi.contacts.live.domain import Domain
from zuoxi.contacts.live.floor_watch import FloorWatch
from zuoxi.contacts.live.flow_look_ups import FlowLookUps
from zuoxi.contacts.live.home import HomePhones
from zuoxi.contacts.live.intake import Intake
from zuoxi.contacts.live.journal import Journal, JournalLockedError
from zuoxi.contacts.live.outgoing import Outgoing
from zuoxi.contacts.live.ports import (
    CallbackStore,
    CallerLookup,
    CallTargets,
    ConfigurationSource,
    DomainConfiguration,
    FlowServices,
    ScreenPop,
)
from zuoxi.contacts.live.quality_watch import LOOK_SECONDS, QualityWatch
from zuoxi.contacts.live.recovery import open_domain_journal
from zuoxi.contacts.live.shipper import Shipper
from zuoxi.contacts.live.views import PlaceOf
from zuoxi.contacts.projection import ReadNumber
from zuoxi.contacts.voicemail_rules import ESCALATED
from zuoxi.lines import DialRules
from zuoxi.platform.database import Database
from zuoxi.platform.logs import describe
from zuoxi.platform.outbox import Announced, Resync
from zuoxi.telephony.switch import Switch, SwitchError

log = structlog.get_logger(__name__)

AUDIT_SECONDS = 20.0
RELOAD_SECONDS = 15.0  # a resync: changes are announced, and this finds what an announcement missed
_DRAIN_SECONDS = 3.0
_WARM_UP_SECONDS = 2.0
_NOBODY = "10000000000"  # no telephone number
_CONNECTIONS = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """What a centre is made of. ``announced`` gives the tenants whose lines were changed, or None for «any of them»
    (itself None: only the resync); ``pop_changes`` gives the announcements of what pops show; ``dial_rules(tenant)``
    what may be dialled (None: nothing); ``scopes(tenant)`` the projects of those who are bound to some (user → ids);
    ``call_targets`` finds whom agents want to call; ``database`` None ships nothing."""

    switch: Switch
    source: ConfigurationSource
    look_up: CallerLookup
    pop: ScreenPop
    database: Database | None
    read_number: ReadNumber
    place_of: PlaceOf
    address: SeatAddress
    new_id: Callable[[], str]
    clock: Callable[[], float]
    router_version: str
    announced: Callable[[], AsyncIterator[str | None]] | None = None
    pop_changes: Callable[[], AsyncIterator[Announced | Resync]] | None = None
    dial_rules: Callable[[str], Awaitable[DialRules]] | None = None
    scopes: Callable[[str], Awaitable[Mapping[str, frozenset[str]]]] | None = None
    call_targets: CallTargets | None = None
    callbacks: CallbackStore | None = None
    client_of: Callable[[str | None], str | None] | None = None  # for whom a business line works
    flow_services: FlowServices | None = None  # None: every look-up of a flow fails
    grace: float = GRACE_SECONDS


@dataclass(slots=True)
class Tenancy:
    """One tenant's domain with everything around it."""

    domain: Domain
    desks: Desks
    commands: DeskCommands
    floor: FloorWatch
    breaks: BreakWatch
    outgoing: Outgoing
    home: HomePhones
    quality: QualityWatch
    callbacks: CallbackFeed
    shipper: Shipper | None
    shipping: asyncio.Task[None] | None = None


class LiveCentre:
    """The running centre. ``start``, then ``run`` until it is cancelled, then ``stop``."""

    def __init__(self, folder: Path, parts: Parts) -> None:
        self._folder = folder
        self._parts = parts
        self._domains: dict[str, Domain] = {}
        self.tenancies: dict[str, Tenancy] = {}
        self.intake = Intake(
            parts.switch, self._domains, parts.look_up, parts.new_id, self._phone_changed, self._who_calls
        )
        self._tasks: list[asyncio.Task[Any]] = []
        self._phones: dict[str, bool] = {}  # whether each is registered, as far as the switch has said

    async def start(self) -> None:
        """Open every domain that has a journal, and every tenant that the database knows when it can be asked.

        Raises JournalLockedError when another switchboard runs on this data folder.
        """
        known = [path.stem for path in sorted(self._folder.glob("*.sqlite"))]
        for tenant_id in known:
            self._open(tenant_id)
        await self.reload_all()
        await self._warm_up()

    async def _warm_up(self) -> None:
        """Look somebody up before the first call does: connections are made and statements prepared by then."""
        parts, tenants = self._parts, list(self.tenancies)
        errands: list[Coroutine[Any, Any, Any]] = [
            parts.look_up.look_up(tenant, "", _NOBODY) for tenant in tenants[:1] * _CONNECTIONS
        ]
        errands += [parts.pop.fetch(tenant, None, None, _NOBODY, None) for tenant in tenants[:1]]
        tasks = [asyncio.ensure_future(errand) for errand in errands]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_WARM_UP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def run(self) -> None:
        """Serve until cancelled, or until the switch is taken over by another process (SwitchError)."""
        self._tasks.append(asyncio.create_task(self._reload_for_ever()))
        self._tasks.append(asyncio.create_task(self._audit_for_ever()))
        self._tasks.append(asyncio.create_task(self._listen_for_ever()))
        self._tasks.append(asyncio.create_task(self._list_phones()))
        if self._parts.announced is not None:
            self._tasks.append(asyncio.create_task(self._follow_announcements(self._parts.announced)))
        if self._parts.pop_changes is not None:
            self._tasks.append(asyncio.create_task(self._follow_pop_changes(self._parts.pop_changes)))
        await self.intake.run()

    async def stop(self) -> None:
        """Write the state down, ship what can be shipped in a moment, and close the journals."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for tenancy in self.tenancies.values():
            tenancy.domain.pause()
            tenancy.domain.take_snapshot()
            await tenancy.domain.journal.when_durable(tenancy.domain.journal.last)
            if tenancy.shipper is not None and tenancy.shipping is not None:
                tenancy.shipper.stop()
                done, _ = await asyncio.wait({tenancy.shipping}, timeout=_DRAIN_SECONDS)
                if not done:
                    log.warning("shipper.not_drained", tenant=tenancy.domain.tenant_id)
                    tenancy.shipping.cancel()
                    await asyncio.gather(tenancy.shipping, return_exceptions=True)
            tenancy.domain.journal.close()

    def health(self) -> dict[str, Any]:
        """For the health page: «ok» when the switch is connected and every journal writes."""
        degraded = [tenant for tenant, tenancy in self.tenancies.items() if tenancy.domain.journal.degraded]
        connected = self.intake.connected.is_set()
        return {
            "status": "ok",
            "switch": "connected" if connected else "away",
            "journals_degraded": degraded,
            "domains": len(self.tenancies),
            "desks": sum(tenancy.desks.connections for tenancy in self.tenancies.values()),
            "contacts": sum(len(tenancy.domain.standing.contacts) for tenancy in self.tenancies.values()),
        }

    async def find(self, tenant_id: str) -> Tenancy | None:
        """A tenant's domain, opened when there is none yet. None when that is not possible now."""
        if tenant_id not in self.tenancies:
            await self.reload(tenant_id)
        return self.tenancies.get(tenant_id)

    # -- domains ---------------------------------------------------------------------------------------------------
    def _open(self, tenant_id: str) -> Tenancy:
        parts = self._parts
        path = self._folder / f"{tenant_id}.sqlite"
        journal, recovered = open_domain_journal(path, parts.clock(), parts.router_version)
        loop = asyncio.get_running_loop()
        journal.start(loop)
        domain = Domain(tenant_id, recovered.state, journal, parts.switch, parts.clock)
        if recovered.state.configuration is not None:
            domain.adopt(DomainConfiguration(recovered.state.configuration))
        day = DayBook(domain)
        breaks = BreakWatch(domain, day)
        desks = Desks(domain, parts.pop, parts.place_of, breaks, grace=parts.grace)
        outgoing = Outgoing(domain)
        home = HomePhones(domain, outgoing)
        calls_out = CallsOut(domain, outgoing, parts.call_targets, parts.new_id, self._who_calls)
        outgoing.adopted.append(calls_out.adopt_running)
        callbacks = CallbackFeed(domain, desks, outgoing, parts.callbacks, parts.new_id)
        commands = DeskCommands(
            domain,
            parts.switch,
            parts.address,
            desks.write,
            outgoing,
            home,
            calls_out,
            callbacks,
            extras=recovered.extras,
        )
        floor = FloorWatch(domain, self._phones.get, day, breaks)
        quality, shipper = QualityWatch(domain, parts.switch), self._shipper(tenant_id, journal)
        tenancy = Tenancy(domain, desks, commands, floor, breaks, outgoing, home, quality, callbacks, shipper)
        self.tenancies[tenant_id] = tenancy
        self._domains[tenant_id] = domain
        self.intake.watch(domain)
        if parts.flow_services is not None:
            domain.look_up = FlowLookUps(domain, parts.flow_services).start
        desks.await_everybody()
        if tenancy.shipper is not None:
            tenancy.shipping = asyncio.create_task(tenancy.shipper.run())
        if self.intake.connected.is_set():
            domain.resume([])
        log.info(
            "domain.opened",
            tenant=tenant_id,
            epoch=journal.epoch,
            rows_replayed=recovered.rows,
            contacts=len(domain.standing.contacts),
        )
        return tenancy

    def _shipper(self, tenant_id: str, journal: Journal) -> Shipper | None:
        parts = self._parts
        if parts.database is None:
            return None
        return Shipper(tenant_id, journal, parts.database, parts.read_number, parts.clock)

    # -- configuration --------------------------------------------------------------------------------------------
    async def reload_all(self) -> None:
        """Take every tenant's configuration as it is now; a database that is away changes nothing."""
        try:
            tenants = await self._parts.source.tenants()
        except Exception as error:
            log.warning("configuration.tenants_unknown", fault=describe(error))
            return
        for tenant_id in tenants:
            await self.reload(tenant_id)

    async def reload(self, tenant_id: str) -> None:
        """Take one tenant's configuration as it is now."""
        try:
            settings = await self._parts.source.load(tenant_id)
            tenancy = self.tenancies.get(tenant_id) or self._open(tenant_id)
            tenancy.domain.configure(settings)
            tenancy.desks.dismiss_strangers()
            tenancy.breaks.look()
            if self._parts.scopes is not None:
                tenancy.domain.scopes = await self._parts.scopes(tenant_id)
            if self._parts.dial_rules is not None:
                tenancy.outgoing.adopt(await self._parts.dial_rules(tenant_id))
                tenancy.home.check_seats()
            await tenancy.callbacks.refresh()
        except JournalLockedError:
            raise
        except Exception as error:
            log.warning("configuration.not_loaded", tenant=tenant_id, fault=describe(error))

    async def _reload_for_ever(self) -> None:
        while True:
            await asyncio.sleep(RELOAD_SECONDS)
            await self.reload_all()

    async def _audit_for_ever(self) -> None:
        while True:
            await asyncio.sleep(AUDIT_SECONDS)
            await self.intake.audit()

    async def _listen_for_ever(self) -> None:
        """How the conversations sound, as long as the engine can be asked."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.intake.connected.wait()
            for tenancy in list(self.tenancies.values()):
                try:
                    await tenancy.quality.look()
                except SwitchError as error:
                    log.debug("quality.not_heard", error=str(error))

    async def _follow_announcements(self, announced: Callable[[], AsyncIterator[str | None]]) -> None:
        async for tenant_id in announced():
            if tenant_id is None:
                await self.reload_all()
            else:
                await self.reload(tenant_id)

    async def _follow_pop_changes(self, changes: Callable[[], AsyncIterator[Announced | Resync]]) -> None:
        async for change in changes():
            if isinstance(change, Resync):
                for tenancy in self.tenancies.values():
                    tenancy.desks.refresh_pops()
            elif change.tenant_id in self.tenancies and change.topic == ESCALATED:
                self._tell_of_messages(self.tenancies[change.tenant_id])
            elif change.tenant_id in self.tenancies:
                await self.tenancies[change.tenant_id].desks.something_changed(change.topic, change.id)

    @staticmethod
    def _tell_of_messages(tenancy: Tenancy) -> None:
        zh = "有留言超过时限仍无人收听,请到「语音留言」处理"
        en = "Nobody has heard a caller's message in time: see the voicemail page"
        tenancy.desks.tell_supervisors("voicemail.escalated", "warning", zh, en, besides="")

    def _who_calls(self, line: str | None, number: str) -> tuple[str, str | None]:
        """The key of a caller's number, and for whom the dialled line works."""
        client_of = self._parts.client_of
        return self._parts.read_number(number)[1] if number else "", None if client_of is None else client_of(line)

    def _phone_changed(self, phone: str, reachable: bool) -> None:
        log.info("phone.changed", phone=phone, reachable=reachable)
        self._phones[phone] = reachable
        self._touch_floors()

    def _touch_floors(self) -> None:
        for tenancy in self.tenancies.values():
            tenancy.floor.touch()

    async def _list_phones(self) -> None:
        """Learn which phones are registered already; from then on the switch says what changes."""
        await self.intake.connected.wait()
        try:
            for phone, reachable in (await self._parts.switch.phones()).items():
                self._phones.setdefault(phone, reachable)
            self._touch_floors()
        except SwitchError as error:
            log.warning("phones.unlisted", error=str(error))
