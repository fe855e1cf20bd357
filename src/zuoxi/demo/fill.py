"""Filling the demo centre: each operator in one transaction, so that an interrupted run leaves nothing half-made."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Passwords, Tenant, User, random_password
from zuoxi.demo.centre import MAIN, NO_PASSWORD, OTHER, Plan, found
from zuoxi.demo.chance import Chance
from zuoxi.demo.draws import add_draw
from zuoxi.demo.flows import add_flows
from zuoxi.demo.history import make_up, write
from zuoxi.demo.talk import newest, write_sound
from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database
from zuoxi.platform.services import Clock, utc_now

log = structlog.get_logger("zuoxi.demo")

PLANS = (MAIN, OTHER)
LOGINS_FILE, CALLERS_FILE = "demo-logins.json", "demo.json"
ZONE = ZoneInfo("Asia/Shanghai")


async def fill(
    settings: Settings,
    *,
    seed: str = "zuoxi",
    clock: Clock = utc_now,
    plans: Sequence[Plan] = PLANS,
    passwords: Passwords | None = None,
) -> None:
    """Fill what is missing of the demo centre; run again, it changes nothing.

    Writes ``<data>/demo-logins.json`` (mode 0600: the only place where the random passwords stand) and
    ``<data>/demo.json`` (hotlines, and numbers of callers worth trying).
    """
    database = Database(settings.database.app_dsn.get_secret_value(), pool_size=2)
    narrow = Database(settings.database.narrow_dsn.get_secret_value(), pool_size=1)
    try:
        tenants = {}
        for plan in plans:
            tenants[plan.name], new = await _fill_one(database, narrow, plan, seed, clock)
            if new and plan is plans[0]:
                await _speak(settings, database, tenants[plan.name])
        await _hand_out_logins(settings.data / LOGINS_FILE, database, tenants, plans, passwords or Passwords())
        callers = await _callers(database, tenants[plans[0].name])
        _write_file(settings.data / CALLERS_FILE, callers, 0o644)
    finally:
        await database.close()
        await narrow.close()


async def _fill_one(database: Database, narrow: Database, plan: Plan, seed: str, clock: Clock) -> tuple[str, bool]:
    """The operator's tenant, and whether it was made now."""
    now = clock()
    chance = Chance(f"{seed}/{plan.name}")
    async with narrow.transaction(None) as session:
        standing = await session.scalar(select(Tenant.id).where(Tenant.name == plan.name).order_by(Tenant.created_at))
    if standing is not None:
        return str(standing), False
    tenant_id = chance.identifier(now)
    async with database.transaction(tenant_id) as session:
        # the numbers of the hotlines are unique, so of two fillings at a time only one can commit
        centre = await found(session, plan, chance, clock)
        history = await asyncio.to_thread(make_up, chance, centre, now, ZONE)
        await write(session, centre, history, chance, now)
        if plan is MAIN:
            await add_flows(session, centre, chance, clock)
            await add_draw(session, centre, chance, now)
    log.info("operator filled", name=plan.name, customers=history.counts.customers, calls=history.counts.calls)
    return tenant_id, True


async def _speak(settings: Settings, database: Database, tenant_id: str) -> None:
    async with database.transaction(tenant_id) as session:
        calls = await newest(session)
    await asyncio.to_thread(write_sound, settings.folder("recordings") / "raw", calls)


async def _hand_out_logins(
    path: Path, database: Database, tenants: Mapping[str, str], plans: Sequence[Plan], passwords: Passwords
) -> None:
    """Give every demo user a random password and write them down; again only when the file is gone or incomplete."""
    titles = {member.login: member.title for plan in plans for member in plan.staff}
    missing = not _readable(path)
    for tenant_id in tenants.values():
        async with database.transaction(tenant_id) as session:
            unset = select(User.id).where(User.demo, User.password_hash == NO_PASSWORD).limit(1)
            missing = missing or await session.scalar(unset) is not None
    if not missing:
        return
    given = {login: random_password() for login in titles}
    hashes = dict(zip(given, await asyncio.gather(*(passwords.hash(word) for word in given.values())), strict=True))
    logins = [{"login": login, "password": word, "title": titles[login]} for login, word in given.items()]
    # The file first: a password that works and stands nowhere would be lost.
    _write_file(path, {"logins": logins}, 0o600)
    for tenant_id in tenants.values():
        async with database.transaction(tenant_id) as session:
            for user in await session.scalars(select(User).where(User.demo)):
                if user.login in hashes:
                    user.password_hash = hashes[user.login]


def _readable(path: Path) -> bool:
    try:
        return bool(json.loads(path.read_text("utf-8"))["logins"])
    except (OSError, ValueError, KeyError):
        return False


async def _callers(database: Database, tenant_id: str) -> dict[str, Any]:
    """Hotlines to dial, and numbers to call from: VIPs, returning buyers, blocked ones, and people nobody knows."""
    async with database.transaction(tenant_id) as session:
        hotlines = await _rows(
            session,
            "select h.number, h.name, l.name as line from hotline h join business_line l on l.id = h.line_id"
            " where h.active and h.flow_id is null order by h.number",
        )
        vips = await _rows(
            session,
            "select n.shown as number, c.name from customer c join customer_number n on n.customer_id = c.id"
            " where c.vip and n.kind = 'mobile' order by c.id limit 8",
        )
        returning = await _rows(
            session,
            "select distinct on (c.id) n.shown as number, c.name, o.agent_name as last_agent"
            " from customer c join customer_number n on n.customer_id = c.id join orders o on o.customer_id = c.id"
            " where not c.vip and n.kind = 'mobile' order by c.id, o.created_at desc limit 30",
        )
        blocked = await _rows(session, "select number, reason from blacklist order by id")
        known = set(await session.scalars(text("select shown from customer_number")))
    fresh = [f"1390571{place:04d}" for place in range(1000, 1200) if f"1390571{place:04d}" not in known][:30]
    return {
        "hotlines": hotlines,
        "callers": {
            "vip": vips,
            "returning": returning,
            "blacklisted": blocked,
            "new": [{"number": number} for number in fresh],
        },
    }


async def _rows(session: AsyncSession, statement: str) -> list[dict[str, Any]]:
    return [dict(row) for row in (await session.execute(text(statement))).mappings()]


def _write_file(path: Path, value: object, mode: int) -> None:
    """Write a whole JSON file with these rights from its first byte on."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
