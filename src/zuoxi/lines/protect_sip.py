"""Addresses that our SIP refuses: kept for the guard, seen, made and lifted by the system administrator.

Bans belong to the installation, not to a tenant, so the narrow role keeps them. A row is never removed: the table is
their history. What a person does is in that person's audit log as well, and so is each ban that the guard itself made,
in the log of every tenant that has a system administrator.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Tenant, UserRole
from zuoxi.lines.errors import AddressUnreadable, NeverBanned
from zuoxi.lines.models import SipBan
from zuoxi.platform import audit
from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database
from zuoxi.platform.errors import NotFound
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.services import Services
from zuoxi.telephony import guard

BY_HAND = "by_hand"


class StoredBans:
    """The guard's ``Bans`` over the database."""

    def __init__(self, database: Database, narrow: Database) -> None:
        self._database, self._narrow = database, narrow

    async def recent(self, since: float) -> Sequence[guard.Ban]:
        """See ``guard.Bans``."""
        moment = datetime.fromtimestamp(since, UTC)
        async with self._narrow.transaction(None) as session:
            rows = (
                await session.scalars(
                    select(SipBan).where(
                        or_(SipBan.banned_at > moment, SipBan.ends_at > moment, SipBan.lifted_at > moment)
                    )
                )
            ).all()
        return [
            guard.Ban(
                row.address,
                row.banned_at.timestamp(),
                row.ends_at.timestamp(),
                row.lifted_at.timestamp() if row.lifted_at else None,
            )
            for row in rows
        ]

    async def add(self, verdict: guard.Verdict, banned: float, until: float) -> None:
        """See ``guard.Bans``."""
        detail = {"reason": verdict.kind.value, "count": verdict.count, "seconds": verdict.seconds}
        made = new_id()
        async with self._narrow.transaction(None) as session:
            await session.execute(
                insert(SipBan).values(
                    id=made,
                    address=verdict.address,
                    reason=verdict.kind.value,
                    count=verdict.count,
                    banned_at=datetime.fromtimestamp(banned, UTC),
                    ends_at=datetime.fromtimestamp(until, UTC),
                )
            )
            tenants = (await session.scalars(select(Tenant.id).where(Tenant.active))).all()
        for tenant in tenants:
            async with self._database.transaction(tenant) as session:
                if await session.scalar(select(UserRole.id).where(UserRole.role == "system_administrator").limit(1)):
                    await audit.record(session, None, "ban", "sip_ban", made, {"address": verdict.address, **detail})


async def list_bans(narrow: Database, now: datetime, *, past: bool, limit: int, skip: int) -> list[SipBan]:
    """Bans that hold now, or with ``past`` those that are over, newest first."""
    holding = (SipBan.lifted_at.is_(None)) & (SipBan.ends_at > now)
    async with narrow.transaction(None) as session:
        rows = await session.scalars(
            select(SipBan)
            .where(~holding if past else holding)
            .order_by(SipBan.banned_at.desc(), SipBan.id)
            .offset(skip)
            .limit(limit)
        )
        return list(rows)


async def ban_by_hand(
    services: Services, own: AsyncSession, user_id: str, address: str, hours: float, note: str
) -> SipBan:
    """Refuse an address for some hours. Raises AddressUnreadable, NeverBanned (trunk, edge)."""
    try:
        address = str(ipaddress.ip_address(address.strip()))
    except ValueError as error:
        raise AddressUnreadable(field="address") from error
    if guard.Watch(exempt_networks(services.settings)).exempt(address):
        raise NeverBanned(field="address")
    now = services.clock()
    row = SipBan(
        id=new_id(), address=address, reason=BY_HAND, count=0, note=note, banned_at=now,
        ends_at=now + timedelta(hours=hours), banned_by=user_id,
    )  # fmt: skip
    async with services.narrow.transaction(None) as session:
        session.add(row)
        await session.flush()
        session.expunge(row)
    await audit.record(own, user_id, "ban", "sip_ban", row.id, {"address": address, "hours": hours})
    return row


async def lift_ban(services: Services, own: AsyncSession, user_id: str, ban_id: str) -> None:
    """End a ban that holds now, and every other one of the same address. Raises NotFound."""
    now = services.clock()
    async with services.narrow.transaction(None) as session:
        address = await session.scalar(
            select(SipBan.address).where(SipBan.id == ban_id, SipBan.lifted_at.is_(None), SipBan.ends_at > now)
        )
        if address is None:
            raise NotFound
        await session.execute(
            update(SipBan)
            .where(SipBan.address == address, SipBan.lifted_at.is_(None), SipBan.ends_at > now)
            .values(lifted_at=now, lifted_by=user_id)
        )
    await audit.record(own, user_id, "lift", "sip_ban", ban_id, {"address": address})


def exempt_networks(
    settings: Settings, more: Sequence[str] = ()
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """What is never banned: the trunk's addresses, those that the settings name, the edge and our own test calls;
    ``more`` are addresses found out at run time (the provider's, by its name)."""
    # our own test calls are 127.0.0.1 in the trunk's list; another 127.x address is a stranger like any other
    return guard.never_banned((*settings.trunk.addresses, *settings.sip.never_banned, *more))
