"""What the live loop asks of customers, orders and lines, read from the database as the application's role."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import customers, lines, orders
from zuoxi.accounts import Project, Tenant, User
from zuoxi.contacts import history
from zuoxi.contacts.live.ports import AgentName, CallTarget, Concern, DomainConfiguration, HotlineName, Names
from zuoxi.contacts.models import Contact
from zuoxi.contacts.projection import as_uuid
from zuoxi.platform.database import Database
from zuoxi.routing.model import Caller, LastOrder, MetRule, RefuseWith, RuleAction

Frame = dict[str, Any]
_RECENT = 8
_CONTACT_CHANGED, _CUSTOMER_CHANGED, _ORDER_CHANGED = "contacts.changed", "customers.changed", "orders.changed"
POP_TOPICS = frozenset({_CONTACT_CHANGED, _CUSTOMER_CHANGED, _ORDER_CHANGED})


async def _leave_as_is(_connection: object) -> None:
    """The look-up leaves nothing behind in its connection: no round trip to reset it."""


# The first names the tenant for the statement, and so for the second.
_LOOK_UP = (
    "select found.*, caller_rules_met($2, $5, $6, $4) from caller_look_up($1::uuid, $2::text, $3::uuid, "
    "$4::timestamptz) found"
)


class Clients:
    """Which client a business line works for: one operator's clients never see each other's customers."""

    def __init__(self) -> None:
        self._of_line: dict[str, str] = {}

    def learn(self, clients: Mapping[str, str]) -> None:
        """Take the clients of a tenant's lines (line → client)."""
        self._of_line.update(clients)

    def of(self, line_id: str | None) -> str | None:
        """The line's client, where it is known."""
        return self._of_line.get(line_id or "")

    def lines_of(self, client_id: str) -> list[str]:
        """All lines of a client."""
        return [line for line, client in self._of_line.items() if client == client_id]


class DatabaseConfiguration:
    """Implements ``ports.ConfigurationSource``."""

    def __init__(self, database: Database, narrow: Database, clients: Clients) -> None:
        self._database, self._narrow, self._clients = database, narrow, clients

    async def tenants(self) -> list[str]:
        async with self._narrow.transaction(None) as session:
            with_hotlines = select(lines.Hotline.tenant_id).where(lines.Hotline.active)
            return list(
                await session.scalars(
                    select(Tenant.id).where(Tenant.active, Tenant.id.in_(with_hotlines)).order_by(Tenant.id)
                )
            )

    async def load(self, tenant_id: str) -> DomainConfiguration:
        async with self._database.transaction(tenant_id) as session:
            configuration = await lines.routing_configuration(session)
            names = await lines.names(session)
            known = select(User.id, User.name, User.number, User.telephone, User.works_from_home).where(User.active)
            people = (await session.execute(known)).all()
            projects = await session.execute(select(Project.id, Project.client_id))
            client_of = {row.id: row.client_id for row in projects}
            self._clients.learn(
                {line.line: client_of[line.project] for line in configuration.hotlines if line.project in client_of}
            )
            reasons = await lines.not_ready_reasons(session)
            dispositions = await lines.dispositions(session)
            open_at = await lines.opening(session)
            where = await lines.zone(session)
            told, differing = await lines.tells_supervised(session)
        return DomainConfiguration(
            configuration,
            Names(
                hotlines={
                    hotline.id: HotlineName(
                        hotline.number,
                        names.hotlines.get(hotline.id, hotline.number),
                        hotline.line,
                        names.lines.get(hotline.line, ""),
                    )
                    for hotline in configuration.hotlines
                },
                queues=names.queues,
                agents={row.id: AgentName(row.name, row.number) for row in people},
                reasons=[
                    {
                        "code": one.code,
                        "zh": one.zh,
                        "en": one.en,
                        "selectable": one.selectable,
                        "stay_limit_s": one.stay_limit_s,
                        "day_limit_s": one.day_limit_s,
                        "warns": one.warns,
                    }
                    for one in reasons
                ],
                dispositions=[
                    {"code": one.code, "zh": one.zh, "en": one.en, "line_id": one.line_id} for one in dispositions
                ],
            ),
            lambda hotline, at: open_at(hotline, datetime.fromtimestamp(at, UTC)),
            lambda at: datetime.fromtimestamp(at, where).replace(hour=0, minute=0, second=0, microsecond=0).timestamp(),
            {row.id: row.telephone for row in people if row.works_from_home and row.telephone},
            lambda project: differing.get(project or "", told),
        )


class DatabaseLookup:
    """Implements ``ports.CallerLookup``: one statement on a connection of its own kind, because it stands between a
    caller and an agent. What it finds is what ``customers.caller_facts`` and ``orders.last_order_agent`` find; a test
    holds them together. ``dsn`` is the application's role."""

    def __init__(self, dsn: str, clients: Clients) -> None:
        self._dsn, self.clients = dsn, clients
        self._pool: Any = None
        self._opening = asyncio.Lock()

    async def look_up(self, tenant_id: str, line_id: str, number: str) -> Caller:
        key = customers.read_number(number).key
        pool = self._pool or await self._open_pool()
        client, now = self.clients.of(line_id), datetime.now(UTC)
        row = await pool.fetchrow(_LOOK_UP, tenant_id, key, client, now, number, line_id or None)
        assert row is not None
        customer, vip, blacklisted, agent, line, age, rules = row
        last_order = None
        if agent is not None and not blacklisted:
            last_order = LastOrder(str(agent), None if line is None else str(line), max(0.0, age))
        return Caller(
            number,
            None if customer is None else str(customer),
            vip,
            blacklisted,
            last_order,
            () if rules == "[]" else tuple(_met(*rule) for rule in orjson.loads(rules)),
        )

    async def _open_pool(self) -> Any:
        async with self._opening:  # several calls may be the first
            if self._pool is None:
                # No connection is made before one is needed, so a database that is away stops nobody here.
                self._pool = await asyncpg.create_pool(  # type: ignore[no-untyped-call]
                    self._dsn,
                    min_size=0,
                    max_size=4,
                    command_timeout=2.0,
                    max_inactive_connection_lifetime=0,
                    reset=_leave_as_is,
                    server_settings={"application_name": "look-up"},
                )
        return self._pool

    async def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            await self._pool.close()


def _met(rule: str, action: str, priority: int, refuse_with: str, block_minutes: int | None) -> MetRule:
    block_for = None if block_minutes is None else 60.0 * block_minutes
    return MetRule(rule, RuleAction(action), priority, RefuseWith(refuse_with), block_for)


class DatabasePop:
    """Implements ``ports.ScreenPop``: unmasked, for the agent who speaks with the caller."""

    def __init__(self, database: Database, clients: Clients) -> None:
        self._database, self._clients = database, clients

    async def fetch(
        self, tenant_id: str, contact_id: str | None, line_id: str | None, number: str, customer_id: str | None
    ) -> Frame:
        now = datetime.now(UTC)
        phone = customers.read_number(number)
        client = self._clients.of(line_id)
        async with self._database.transaction(tenant_id) as session:
            if contact_id is not None:
                named = await session.scalar(select(Contact.customer_id).where(Contact.id == contact_id))
                customer_id = named or customer_id
            if customer_id is None:
                # Nobody knew the caller at arrival; by now somebody may have entered them.
                facts = await customers.caller_facts(session, number, now=now, client_id=client)
                customer_id = facts.customer_id
            card = await customers.card(session, customer_id, now=now) if customer_id else None
            calls = await history.recent(
                session,
                number=number,
                customer_id=customer_id,
                limit=_RECENT,
                lines=self._clients.lines_of(client) if client else None,
            )
            earlier = await orders.recent(session, customer_id, _RECENT) if customer_id else []
        return {
            "number": number,
            "number_shown": phone.shown or number,
            "kind": str(phone.kind),
            "place": phone.place,
            "customer": card,
            "calls": calls,
            "orders": [dict(order) for order in earlier],
            "flags": _flags(card, calls),
        }

    async def concern(self, tenant_id: str, topic: str, object_id: str) -> Concern:
        async with self._database.transaction(tenant_id) as session:
            contact_id: str | None = None
            customer_id: str | None = object_id
            keys: set[str] = set()
            if topic == _ORDER_CHANGED:
                order = await session.get(orders.Order, (tenant_id, object_id))
                contact_id, customer_id = (order.contact_id, order.customer_id) if order else (None, None)
            elif topic == _CONTACT_CHANGED:
                contact = await session.get(Contact, (tenant_id, object_id))
                contact_id, customer_id = object_id, contact.customer_id if contact else None
                keys |= {contact.number_key} if contact else set()
            if customer_id is not None:
                numbers = await customers.numbers_of(session, [customer_id])
                keys |= {number.key for number in numbers[customer_id]}
        return Concern(
            frozenset({contact_id} if contact_id else ()),
            frozenset({customer_id} if customer_id else ()),
            frozenset(keys - {""}),
        )

    def number_key(self, number: str) -> str:
        return customers.read_number(number).key


class DatabaseCallTargets:
    """Implements ``ports.CallTargets``."""

    def __init__(self, database: Database, clients: Clients) -> None:
        self._database, self._clients = database, clients

    async def find(
        self, tenant_id: str, kind: str, object_id: str, *, line: str | None, own: str | None
    ) -> CallTarget | None:
        if kind != "number" and as_uuid(object_id) is None:
            return None
        now = datetime.now(UTC)
        async with self._database.transaction(tenant_id) as session:
            if kind == "number":
                facts = await customers.caller_facts(session, object_id, now=now, client_id=self._clients.of(line))
                return CallTarget(object_id, facts.customer_id, facts.vip)
            if kind == "contact":
                contact = await session.get(Contact, (tenant_id, object_id))
                if contact is None or not (own is None or await history.took_part(session, object_id, own)):
                    return None
                return CallTarget(contact.number, contact.customer_id, contact.vip, contact.line_id)
            if kind == "order":
                order = await session.get(orders.Order, (tenant_id, object_id))
                if order is None:
                    return None
                vip = await self._vip(session, order.customer_id, now)
                return CallTarget(order.phone, order.customer_id, vip, order.line_id)
            found = await customers.number_to_call(session, object_id, one=kind == "customer_number")
            if found is None:
                return None
            of_client = self._clients.lines_of(found.client_id)
            vip = await self._vip(session, found.customer_id, now)
            return CallTarget(found.raw, found.customer_id, vip, next(iter(of_client), None))

    @staticmethod
    async def _vip(session: AsyncSession, customer_id: str | None, now: datetime) -> bool:
        card = await customers.card(session, customer_id, now=now) if customer_id else None
        return card is not None and bool(card["vip"])


def _flags(card: Mapping[str, Any] | None, calls: Sequence[Mapping[str, Any]]) -> list[str]:
    flags = []
    if card is None:
        flags.append("unknown_caller" if calls else "first_call")
    elif card["vip"]:
        flags.append("vip")
    if card is not None and card["potential"]:
        flags.append("potential")
    if calls and calls[0]["outcome"] in ("abandoned", "timed_out", "turned_away"):
        flags.append("gave_up_last_time")
    return flags
