"""Calls of the past and what the engine wrote of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from tests.fixtures.database import Tenant
from tests.recordings.sounds import tone, write_raw

from zuoxi.contacts import Contact, ContactEvent
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.recordings import Finisher, Recording
from zuoxi.recordings.keys import KeyRing
from zuoxi.recordings.sound import Sounds

START = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # 01:30 of the next day in Shanghai


def a_call() -> str:
    return f"{int(START.timestamp())}.{int(new_id().replace('-', '')[-9:], 16)}"


async def make_contact(database: Database, tenant: Tenant, call: str, **more: Any) -> str:
    values = {
        "call": call,
        "started_at": START,
        "queued_at": START,
        "answered_at": START + timedelta(seconds=4),
        "ended_at": START + timedelta(seconds=10),
        "outcome": "answered",
        **more,
    }
    async with database.transaction(tenant.id) as session:
        contact = Contact(**values)
        session.add(contact)
    return contact.id


def raw_of(folder: Path, call: str, seconds: float = 10.0) -> Path:
    path = write_raw(folder / "raw" / f"{call}.raw", tone(440, seconds), tone(1000, seconds))
    written = (START + timedelta(seconds=seconds)).timestamp()
    os.utime(path, (written, written))
    return path


def finisher(
    folder: Path,
    database: Database,
    narrow: Database,
    after_s: float = 60.0,
    free: Callable[[Path], int] = lambda _: 10**12,
) -> Finisher:
    return Finisher(folder, database, narrow, lambda: START + timedelta(seconds=after_s), free=free)


async def recordings_of(database: Database, tenant: Tenant) -> list[Recording]:
    async with database.transaction(tenant.id) as session:
        return list(await session.scalars(select(Recording)))


def sounds_of(folder: Path) -> Sounds:
    return Sounds(folder, KeyRing(folder.parent / "keys" / "recordings"))


def fact(tenant: Tenant, contact: str, seq: int, after_s: float, kind: str, **more: Any) -> ContactEvent:
    """What the switchboard stated ``after_s`` seconds into the call."""
    values = {"domain": tenant.id, "payload": {}, **more}
    at = START + timedelta(seconds=after_s)
    return ContactEvent(tenant_id=tenant.id, epoch=1, seq=seq, index=0, at=at, kind=kind, contact_id=contact, **values)


async def a_recording(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, seconds: float = 10.0, **more: Any
) -> Recording:
    """A finished recording of a call."""
    call = a_call()
    await make_contact(database, tenant, call, ended_at=START + timedelta(seconds=seconds), **more)
    raw_of(folder, call, seconds)
    await finisher(folder, database, narrow).finish_all()
    async with database.transaction(tenant.id) as session:
        found = await session.scalar(select(Recording).where(Recording.call == call))
    assert found is not None
    return found
