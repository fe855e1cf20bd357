"""Changing the tenant's key: every recording's own key is wrapped anew, the sound itself is not touched."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.platform import audit
from zuoxi.platform.database import Database
from zuoxi.platform.errors import NotFound
from zuoxi.platform.jobs import enqueue
from zuoxi.platform.services import Clock
from zuoxi.recordings.errors import KeyInUse, RotationRunning
from zuoxi.recordings.finish import SEALED
from zuoxi.recordings.keys import KeyMissing, KeyRing
from zuoxi.recordings.models import KeyRotation, Recording
from zuoxi.recordings.seal import new_key, seal
from zuoxi.recordings.sound import Sounds

log = structlog.get_logger("zuoxi.recordings")

ROTATE = "recordings.rotate"
_TOGETHER = 200


async def ask_for_rotation(
    session: AsyncSession, keys: KeyRing, tenant_id: str, user_id: str | None, now: datetime
) -> KeyRotation:
    """Make the next key and begin to wrap everything by it. Raises RotationRunning."""
    running = select(KeyRotation.id).where(KeyRotation.finished_at.is_(None)).limit(1)
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"recordings.rotate {tenant_id}"))))
    if await session.scalar(running) is not None:
        raise RotationRunning
    version = await asyncio.to_thread(keys.add, tenant_id)
    total = await session.scalar(_older(version).with_only_columns(func.count()))
    rotation = KeyRotation(to_version=version, total=total or 0, asked_by=user_id, asked_at=now)
    session.add(rotation)
    await session.flush()
    await audit.record(session, user_id, "rotate", "recording_key", str(version), {"recordings": rotation.total})
    await enqueue(session, ROTATE, {"tenant_id": tenant_id}, key=f"{ROTATE} {tenant_id}")
    return rotation


def _older(version: int) -> Select[Recording]:
    return select(Recording).where(Recording.key_version < version)


async def rotate(database: Database, keys: KeyRing, tenant_id: str, clock: Clock) -> int:
    """Wrap by the current key what older ones wrap, some at a time; a job that was cut off goes on where it was.
    Returns how many were wrapped."""
    version = await asyncio.to_thread(keys.current, tenant_id)
    wrapped, after = 0, None
    while True:
        async with database.transaction(tenant_id) as session:
            statement = _older(version).order_by(Recording.id).limit(_TOGETHER).with_for_update()
            if after is not None:
                statement = statement.where(Recording.id > after)
            found = list(await session.scalars(statement))
            if not found:
                break
            for recording in found:
                try:
                    _rewrap(keys, recording)
                    wrapped += 1
                except KeyMissing:
                    log.error("a recording's key could not be wrapped anew", recording=recording.id)
            after = found[-1].id
            await session.flush()
            await _tell_progress(session, version)
    async with database.transaction(tenant_id) as session:
        await _tell_progress(session, version)
        for rotation in await session.scalars(select(KeyRotation).where(KeyRotation.finished_at.is_(None))):
            rotation.finished_at = clock()
    log.info("the recordings' key was changed", tenant=tenant_id, version=version, recordings=wrapped)
    return wrapped


def _rewrap(keys: KeyRing, recording: Recording) -> None:
    assert recording.key_version is not None
    assert recording.wrapped_key is not None
    key = keys.unwrap(recording.tenant_id, recording.id, recording.key_version, recording.wrapped_key)
    recording.key_version, recording.wrapped_key = keys.wrap(recording.tenant_id, recording.id, key)


async def _tell_progress(session: AsyncSession, version: int) -> None:
    left = await session.scalar(_older(version).with_only_columns(func.count())) or 0
    for rotation in await session.scalars(select(KeyRotation).where(KeyRotation.finished_at.is_(None))):
        rotation.done = max(0, rotation.total - left)


async def used_by(session: AsyncSession) -> dict[int, int]:
    """How many recordings each version of the key wraps."""
    rows = await session.execute(
        select(Recording.key_version, func.count())
        .where(Recording.key_version.is_not(None))
        .group_by(Recording.key_version)
    )
    return {version: count for version, count in rows if version is not None}


async def destroy_key(session: AsyncSession, keys: KeyRing, tenant_id: str, user_id: str, version: int) -> None:
    """Destroy an old version that nothing needs any more. Raises NotFound, KeyInUse."""
    versions = await asyncio.to_thread(keys.versions, tenant_id)
    if version not in versions:
        raise NotFound
    used = (await used_by(session)).get(version, 0)
    if used or version == versions[-1]:
        raise KeyInUse(recordings=used)
    await audit.record(session, user_id, "destroy", "recording_key", str(version))
    await session.flush()
    await asyncio.to_thread(keys.remove, tenant_id, version)


async def seal_plain(database: Database, sounds: Sounds, tenant_id: str) -> int:
    """Seal what was kept before files were sealed. Returns how many."""
    done = 0
    async with database.transaction(tenant_id) as session:
        ids = list(
            await session.scalars(
                select(Recording.id).where(Recording.key_version.is_(None), Recording.state == "kept")
            )
        )
    for recording_id in ids:
        async with database.transaction(tenant_id) as session:
            recording = await session.scalar(select(Recording).where(Recording.id == recording_id).with_for_update())
            if recording is None or recording.key_version is not None or recording.state != "kept":
                continue
            plain = sounds.path(recording)
            if not await asyncio.to_thread(plain.is_file):
                continue
            key = new_key()
            await asyncio.to_thread(seal, plain, plain.with_name(plain.name + SEALED), key)
            version, wrapped = await asyncio.to_thread(sounds.keys.wrap, tenant_id, recording.id, key)
            recording.path += SEALED
            recording.key_version, recording.wrapped_key = version, wrapped
        await asyncio.to_thread(plain.unlink, missing_ok=True)
        done += 1
    return done
