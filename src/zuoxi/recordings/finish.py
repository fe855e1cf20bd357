"""Finishing recordings: what the engine wrote of an ended call becomes a kept file and a row, and only then goes.

Every pass looks at the folder itself, so nothing depends on a message that may be lost: a pass that was interrupted,
a full disk, an engine that died with calls up, a database that was away, all are mended by a later pass.
"""

from __future__ import annotations

import asyncio
import fcntl
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import lines
from zuoxi.contacts import Contact, Voicemail
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.services import Clock
from zuoxi.recordings.encode import RATE, Encoded, EncodingFailed, encode, frames_in
from zuoxi.recordings.keys import INSTALLATION, KeyRing
from zuoxi.recordings.models import Recording
from zuoxi.recordings.rules import CallFacts, begun_between, kept_from_s
from zuoxi.recordings.seal import new_key, seal

log = structlog.get_logger("zuoxi.recordings")

# The engine writes a live call's sound many times a second.
QUIET = timedelta(seconds=3)
# Whose end was never noted: longer than any outage that ends with the end being noted.
GIVEN_UP = timedelta(hours=1)
# Nobody's call: how long it must have been nobody's, seen by this process.
UNCLAIMED_AFTER = timedelta(minutes=10)
# Left free for calls that are being recorded now.
RESERVE = 64 * 1024 * 1024
UNCLAIMED = "unclaimed"
MAKING = "making"  # compressed and not yet sealed; for as long as one file takes
SEALED = ".sealed"
_TOGETHER = 50  # raw files looked up by one statement


@dataclass(frozen=True, slots=True)
class RawFile:
    """What the engine wrote of one call, and when it last did."""

    path: Path
    written_at: datetime

    @property
    def call(self) -> str:
        """The call's name on the switch."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class _Claim:
    """A raw file whose contact is known."""

    raw: RawFile
    tenant_id: str
    contact_id: str
    facts: CallFacts
    keep_waiting: bool
    zone: ZoneInfo


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class Finisher:
    """Finishes what lies in ``<folder>/raw``. ``tenants`` lists the tenants; ``free`` says how many bytes are free."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        narrow: Database,
        clock: Clock,
        *,
        free: Callable[[Path], int] = _free,
        keys: KeyRing | None = None,
    ) -> None:
        self._folder = folder
        self._keys = keys or KeyRing(folder.parent / "keys" / "recordings")
        self._database = database
        self._narrow = narrow
        self._clock = clock
        self._free = free
        self._nobodys: dict[str, datetime] = {}

    async def run(self, pause_s: float = 2.0, pause_when_full_s: float = 30.0) -> None:
        """Pass after pass, until cancelled. A pass that fails is told of and tried again."""
        while True:
            pause = pause_s
            try:
                await self.finish_all()
            except EncodingFailed as fault:
                pause = pause_when_full_s
                log.error("recordings wait: the disk may be full; their raw sound is kept", error=str(fault))
            except Exception as fault:
                log.warning("recordings could not be finished now", error=type(fault).__name__, exc_info=True)
            await asyncio.sleep(pause)

    async def finish_all(self) -> int:
        """One pass. Returns how many raw files are gone after it.

        A file that cannot be finished stays, and the pass goes on to the others; at the end the first fault is raised
        (EncodingFailed: most often the disk is full).
        """
        now = self._clock()
        quiet = [raw for raw in await asyncio.to_thread(self._scan) if now - raw.written_at >= QUIET]
        self._nobodys = {call: since for call, since in self._nobodys.items() if call in {raw.call for raw in quiet}}
        if not quiet:
            return 0
        works: list[Callable[[], Awaitable[bool]]] = []
        left = {raw.call: raw for raw in quiet}
        for tenant_id in await lines.tenants(self._narrow):
            for claim in await self._claims(tenant_id, list(left.values())):
                left.pop(claim.raw.call)
                if claim.facts.ended_at is not None or now - claim.raw.written_at >= GIVEN_UP:
                    works.append(partial(self._finish, claim))
        for raw in left.values():
            since = self._nobodys.setdefault(raw.call, now)
            if now - since >= UNCLAIMED_AFTER:
                works.append(partial(self._set_aside, raw))
        done, faults = 0, []
        for work in works:
            try:
                done += await work()
            except Exception as fault:
                faults.append(fault)
        if faults:
            raise faults[0]
        return done

    def _scan(self) -> list[RawFile]:
        found = []
        try:
            paths = sorted((self._folder / "raw").glob("*.raw"))
        except FileNotFoundError:
            return []
        for path in paths:
            try:
                found.append(RawFile(path, datetime.fromtimestamp(path.stat().st_mtime, UTC)))
            except FileNotFoundError:
                continue
        return found

    async def _claims(self, tenant_id: str, raws: Sequence[RawFile]) -> list[_Claim]:
        by_call = {raw.call: raw for raw in raws}
        async with self._database.transaction(tenant_id) as session:
            contacts: list[Contact] = []
            for start in range(0, len(raws), _TOGETHER):
                # the time a call can have begun is what the index of contacts knows; a call's name it does not
                these = [
                    and_(Contact.call == raw.call, Contact.started_at.between(*begun_between(raw.call, raw.written_at)))
                    for raw in raws[start : start + _TOGETHER]
                ]
                contacts += await session.scalars(select(Contact).where(or_(*these)))
            if not contacts:
                return []
            left = await session.execute(
                select(Voicemail.contact_id, Voicemail.left_at).where(
                    Voicemail.contact_id.in_([contact.id for contact in contacts])
                )
            )
            messages = {row.contact_id: row.left_at for row in left}
            rules = await lines.recording_rules(session)
            zone = await lines.zone(session)
            unanswered = set(
                await session.scalars(select(lines.Hotline.id).where(lines.Hotline.answer_before_waiting.is_(False)))
            )
        return [
            _Claim(
                raw=by_call[contact.call],
                tenant_id=tenant_id,
                contact_id=contact.id,
                facts=CallFacts(
                    started_at=contact.started_at,
                    answered_at=contact.answered_at,
                    ended_at=contact.ended_at,
                    outcome=contact.outcome,
                    answered_before_waiting=contact.hotline_id not in unanswered,
                    crashed=contact.ended_at is None or contact.reason == "engine_lost",
                    message_at=messages.get(contact.id),
                ),
                keep_waiting=rules.keep_waiting,
                zone=zone,
            )
            for contact in contacts
        ]

    async def _finish(self, claim: _Claim) -> bool:
        """Keep one call. False: somebody else is at it."""
        with _owned(claim.raw.path) as owned:
            if not owned:
                return False
            async with self._database.transaction(claim.tenant_id) as session:
                known = await session.scalar(select(Recording).where(Recording.call == claim.raw.call))
            gone = known is not None and not await asyncio.to_thread((self._folder / known.path).exists)
            if known is None or (gone and known.state == "kept"):
                await self._keep(claim, known)
            await asyncio.to_thread(claim.raw.path.unlink, missing_ok=True)
            return True

    async def _keep(self, claim: _Claim, known: Recording | None) -> None:
        sound_s = await asyncio.to_thread(frames_in, claim.raw.path) / RATE
        kept_from = kept_from_s(claim.facts, claim.keep_waiting, sound_s)
        if kept_from is None or kept_from >= sound_s:
            log.info("nothing of the call is kept", contact=claim.contact_id, seconds=sound_s)
            return
        day = claim.facts.started_at.astimezone(claim.zone)
        name = f"{claim.contact_id}.{claim.raw.call}.flac{SEALED}"  # the same again when a pass was interrupted
        path = Path(claim.tenant_id) / f"{day:%Y}" / f"{day:%m}" / f"{day:%d}" / name
        self._check_space(claim.raw.path)
        recording_id, key = known.id if known is not None else new_id(), new_key()
        encoded = await asyncio.to_thread(self._make, claim.raw, path, int(kept_from * RATE), key)
        version, wrapped = await asyncio.to_thread(self._keys.wrap, claim.tenant_id, recording_id, key)
        async with self._database.transaction(claim.tenant_id) as session:
            await self._store(session, claim, recording_id, path, kept_from, sound_s, encoded, (version, wrapped))
        log.info("recording finished", contact=claim.contact_id, seconds=round(encoded.seconds, 1), bytes=encoded.size)

    def _make(self, raw: RawFile, path: Path, first_frame: int, key: bytes) -> Encoded:
        """Compress and seal. The plain file in between lies in a folder of its own, and goes whatever happens; one that
        a killed process left is overwritten by the next pass, because the raw sound is still there."""
        plain = self._folder / MAKING / f"{raw.call}.flac"
        plain.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            encoded = encode(raw.path, plain, first_frame)
            try:
                seal(plain, self._folder / path, key)
            except OSError as fault:
                raise EncodingFailed(str(fault)) from fault
            return encoded
        finally:
            plain.unlink(missing_ok=True)

    async def _store(
        self,
        session: AsyncSession,
        claim: _Claim,
        recording_id: str,
        path: Path,
        kept_from: float,
        sound_s: float,
        encoded: Encoded,
        wrapped: tuple[int, bytes],
    ) -> None:
        ended_at = claim.facts.ended_at
        begun = claim.facts.started_at if ended_at is None or claim.facts.crashed else ended_at - _seconds(sound_s)
        await session.merge(
            Recording(
                tenant_id=claim.tenant_id,
                id=recording_id,
                contact_id=claim.contact_id,
                call=claim.raw.call,
                path=path.as_posix(),
                starts_at=max(begun, claim.facts.started_at) + _seconds(kept_from),
                seconds=encoded.seconds,
                cut_s=kept_from,
                size=encoded.size,
                sha256=encoded.sha256,
                peaks=encoded.peaks.to_json(),
                key_version=wrapped[0],
                wrapped_key=wrapped[1],
                verified_at=None,
            )
        )

    async def _set_aside(self, raw: RawFile) -> bool:
        """A call without a contact (the switchboard was away and the caller gave up): kept, outside any tenant."""
        with _owned(raw.path) as owned:
            if not owned:
                return False
            if await asyncio.to_thread(frames_in, raw.path) > 0:
                self._check_space(raw.path)
                target = Path(UNCLAIMED) / f"{raw.call}.flac{SEALED}"
                key = new_key()
                version, wrapped = await asyncio.to_thread(self._keys.wrap, INSTALLATION, raw.call, key)
                await asyncio.to_thread(self._make, raw, target, 0, key)
                note = self._folder / UNCLAIMED / f"{raw.call}.key"  # there is no row for it to stand in
                await asyncio.to_thread(note.write_text, f"{version} {wrapped.hex()}\n", "ascii")
                log.warning("the sound of a call without a contact was set aside", call=raw.call, file=target.name)
            await asyncio.to_thread(raw.path.unlink, missing_ok=True)
            self._nobodys.pop(raw.call, None)
            return True

    def _check_space(self, raw: Path) -> None:
        # FLAC of telephone sound is about half; the reserve is for calls being recorded at this moment
        needed = raw.stat().st_size + RESERVE
        if self._free(self._folder) < needed:
            raise EncodingFailed(f"less than {needed // 1024 // 1024} MB are free")


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


@contextmanager
def _owned(path: Path) -> Iterator[bool]:
    """Whether the raw file is ours to finish: two workers never take the same one."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield False
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield path.exists()
