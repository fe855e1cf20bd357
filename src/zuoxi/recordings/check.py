"""The nightly comparison: do calls, rows and files agree?

Nothing is mended and nothing is removed here (but for files of recordings whose removal was cut off): a finding says
what is wrong, and a person decides. What a later check no longer sees is resolved by itself.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.contacts import Contact, ContactEvent
from zuoxi.platform.database import Database
from zuoxi.platform.services import Clock
from zuoxi.recordings.errors import FileMissing, KeyUnknown, SoundDamaged
from zuoxi.recordings.models import Recording, RecordingCheck, RecordingFinding
from zuoxi.recordings.sound import Sounds

log = structlog.get_logger("zuoxi.recordings")

MISSING = "missing"  # an answered call without sound
UNFINISHED = "unfinished"  # its raw sound still lies there
SHORT = "short"  # the sound is shorter than the talk
FILE_MISSING = "file_missing"
DAMAGED = "damaged"  # does not open, or its checksum is another
KEY_MISSING = "key_missing"
ORPHAN = "orphan"  # a file that no row knows
KINDS = (MISSING, UNFINISHED, SHORT, FILE_MISSING, DAMAGED, KEY_MISSING, ORPHAN)

BACK = timedelta(days=7)  # calls that ended longer ago were checked on the nights before
SETTLED = timedelta(minutes=15)  # an ended call's sound is finished by then
TOLERANCE_S, TOLERANCE = 5.0, 0.05
READ_AT_MOST = 4 * 1024**3  # bytes read through in one check: the new, then those not read for longest
MADE_UP = "demo"  # the event log's domain of invented history, which never had sound
_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong."""

    kind: str
    subject: str
    contact_id: str | None = None
    recording_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Night:
    """What one check has seen so far. ``read``: the recordings that it read through."""

    found: list[Found] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    read: set[str] = field(default_factory=set)


async def check(database: Database, sounds: Sounds, tenant_id: str, clock: Clock) -> RecordingCheck:
    """Compare everything of one tenant and write down what was found."""
    started = clock()
    night = _Night()
    async with database.transaction(tenant_id) as session:
        await _calls(session, sounds, started, night)
    await _files(database, sounds, tenant_id, night)
    await _contents(database, sounds, tenant_id, clock, night)
    await _orphans(database, sounds, tenant_id, started, night)
    async with database.transaction(tenant_id) as session:
        await _write_down(session, night, clock())
        open_now = await session.execute(
            select(RecordingFinding.kind, func.count())
            .where(RecordingFinding.state == "open")
            .group_by(RecordingFinding.kind)
        )
        counts = dict(night.counts) | {"open": {row[0]: row[1] for row in open_now}}
        done = RecordingCheck(started_at=started, finished_at=clock(), counts=counts)
        session.add(done)
    if night.found:
        log.warning("recordings do not agree with the calls", tenant=tenant_id, findings=len(night.found))
    return done


def _answered(now: datetime, reopened: Select[Any]) -> Any:
    made_up = select(ContactEvent.contact_id).where(
        ContactEvent.tenant_id == Contact.tenant_id,
        ContactEvent.contact_id == Contact.id,
        ContactEvent.domain == MADE_UP,
    )
    return and_(
        Contact.answered_at.is_not(None),
        Contact.medium == "voice",
        Contact.call != "",
        Contact.ended_at < now - SETTLED,
        or_(Contact.started_at >= now - BACK, Contact.id.in_(reopened)),
        ~made_up.exists(),
    )


async def _calls(session: AsyncSession, sounds: Sounds, now: datetime, night: _Night) -> None:
    """Answered calls against their recordings."""
    before = select(RecordingFinding.contact_id).where(
        RecordingFinding.state != "resolved", RecordingFinding.kind.in_((MISSING, UNFINISHED, SHORT))
    )
    statement = (
        select(Contact, Recording)
        .outerjoin(Recording, (Recording.tenant_id == Contact.tenant_id) & (Recording.contact_id == Contact.id))
        .where(_answered(now, before))
    )
    talked: dict[str, tuple[Contact, float]] = {}
    for contact, recording in await session.execute(statement):
        heard = recording.seconds if recording is not None else -1.0
        _, longest = talked.get(contact.id, (contact, -1.0))
        talked[contact.id] = (contact, max(heard, longest))
    night.counts["contacts"] += len(talked)
    for contact, heard in talked.values():
        if contact.ended_at is None or contact.answered_at is None:
            continue
        talk_s = (contact.ended_at - contact.answered_at).total_seconds()
        detail = {"at": contact.started_at.isoformat(), "talked_s": round(talk_s, 1)}
        if heard < 0:
            raw = await asyncio.to_thread((sounds.folder / "raw" / f"{Path(contact.call).name}.raw").exists)
            kind = UNFINISHED if raw else MISSING
            night.found.append(Found(kind, contact.id, contact.id, None, detail))
        elif contact.reason != "engine_lost" and heard < talk_s - max(TOLERANCE_S, TOLERANCE * talk_s):
            detail["heard_s"] = round(heard, 1)
            night.found.append(Found(SHORT, contact.id, contact.id, None, detail))


async def _batches(database: Database, tenant_id: str) -> Any:
    after = None
    while True:
        async with database.transaction(tenant_id) as session:
            statement = select(Recording).where(Recording.state == "kept").order_by(Recording.id).limit(_TOGETHER)
            if after is not None:
                statement = statement.where(Recording.id > after)
            found = list(await session.scalars(statement))
        if not found:
            return
        yield found
        after = found[-1].id


async def _files(database: Database, sounds: Sounds, tenant_id: str, night: _Night) -> None:
    """Rows against files: is every one there, and its key?"""
    async for recordings in _batches(database, tenant_id):
        night.counts["recordings"] += len(recordings)
        night.found += await asyncio.to_thread(_look_at, sounds, recordings)


def _look_at(sounds: Sounds, recordings: list[Recording]) -> list[Found]:
    wrong = []
    for recording in recordings:
        detail = {"at": recording.starts_at.isoformat(), "seconds": round(recording.seconds, 1)}
        here = (recording.id, recording.contact_id, recording.id, detail)
        if not sounds.path(recording).is_file():
            wrong.append(Found(FILE_MISSING, *here))
            continue
        try:
            sounds.open(recording)
        except KeyUnknown:
            wrong.append(Found(KEY_MISSING, *here))
        except SoundDamaged:  # told of when it is read through
            continue
    return wrong


async def _contents(database: Database, sounds: Sounds, tenant_id: str, clock: Clock, night: _Night) -> None:
    """Files against checksums: the new ones, then those that were not read for longest."""
    async with database.transaction(tenant_id) as session:
        rows = await session.scalars(
            select(Recording)
            .where(Recording.state == "kept")
            .order_by(Recording.verified_at.asc().nulls_first())
            .limit(20000)
        )
        waiting = list(rows)
    left = READ_AT_MOST
    verified: list[str] = []
    for recording in waiting:
        if left <= 0:
            break
        left -= recording.size
        try:
            intact = await asyncio.to_thread(sounds.intact, recording)
        except (FileMissing, KeyUnknown):
            continue  # told of already
        night.read.add(recording.id)
        night.counts["verified"] += 1
        night.counts["verified_bytes"] += recording.size
        if intact:
            verified.append(recording.id)
        else:
            detail = {"at": recording.starts_at.isoformat(), "seconds": round(recording.seconds, 1)}
            night.found.append(Found(DAMAGED, recording.id, recording.contact_id, recording.id, detail))
    async with database.transaction(tenant_id) as session:
        for start in range(0, len(verified), _TOGETHER):
            these = verified[start : start + _TOGETHER]
            await session.execute(update(Recording).where(Recording.id.in_(these)).values(verified_at=clock()))


async def _orphans(database: Database, sounds: Sounds, tenant_id: str, now: datetime, night: _Night) -> None:
    """Files against rows."""
    lying, files = await asyncio.to_thread(_files_of, sounds.folder, tenant_id, now)
    night.counts["files"] += lying
    for start in range(0, len(files), _TOGETHER):
        these = dict(files[start : start + _TOGETHER])
        async with database.transaction(tenant_id) as session:
            rows = await session.execute(select(Recording.path, Recording.state).where(Recording.path.in_(these)))
            known = {row[0]: row[1] for row in rows}
        for path, size in these.items():
            if known.get(path) == "removed":
                await asyncio.to_thread((sounds.folder / path).unlink, missing_ok=True)
            elif path not in known:
                night.found.append(Found(ORPHAN, path, None, None, {"bytes": size}))


def _files_of(folder: Path, tenant_id: str, now: datetime) -> tuple[int, list[tuple[str, int]]]:
    """How many files the tenant has; and those that nobody can be writing any more: path as rows have it, and size."""
    lying, settled = 0, []
    for path in sorted((folder / tenant_id).rglob("*")):
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        if path.is_file():
            lying += 1
            if now - datetime.fromtimestamp(state.st_mtime, UTC) >= SETTLED:
                settled.append((path.relative_to(folder).as_posix(), state.st_size))
    return lying, settled


async def _write_down(session: AsyncSession, night: _Night, now: datetime) -> None:
    for found in night.found:
        values = {"contact_id": found.contact_id, "recording_id": found.recording_id, "detail": dict(found.detail)}
        statement = insert(RecordingFinding).values(
            id=func.gen_random_uuid(), kind=found.kind, subject=found.subject, found_at=now, seen_at=now, **values
        )
        again = RecordingFinding.state == "resolved"
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "kind", "subject"],
                set_={"seen_at": now, "detail": dict(found.detail)},
            )
        )
        await session.execute(
            update(RecordingFinding)
            .where(RecordingFinding.kind == found.kind, RecordingFinding.subject == found.subject, again)
            .values(state="open", found_at=now, closed_at=None, closed_by=None, note=None)
        )
    over = and_(
        RecordingFinding.state == "open",
        RecordingFinding.seen_at < now,
        # a file that was not read this night may still be damaged
        or_(RecordingFinding.kind != DAMAGED, RecordingFinding.recording_id.in_(night.read)),
    )
    await session.execute(update(RecordingFinding).where(over).values(state="resolved", closed_at=now))
