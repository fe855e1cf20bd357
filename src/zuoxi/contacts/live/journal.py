"""The journal of one routing domain: what happened and what the router made of it, on the local disk before anybody
acts on it.

A SQLite file in WAL mode with ``synchronous=FULL``. A thread writes; rows that gather while one batch is being fsynced
go out together with the next (group commit). One switchboard per domain: a lock on a file beside the journal, and a new
*epoch* with every opening, which fences whatever an earlier process may still ship.

A journal that cannot write (full disk, I/O error) must not lose calls: its rows stay in memory, count as durable so
that calls go on being routed, an alarm is logged, and writing is tried again each second until it works.
"""

from __future__ import annotations

import asyncio
import fcntl
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

import structlog

from zuoxi.contacts.live.journal_reader import JournalRow, Refused, Snapshot

log = structlog.get_logger(__name__)

_TABLES = """
create table if not exists epoch (epoch integer primary key, started_at real not null, router text not null) strict;
create table if not exists row (
    seq integer primary key, epoch integer not null, at real not null, version integer not null,
    event text not null, commands text not null, extra text) strict;
create table if not exists refused (
    id integer primary key, seq integer not null, epoch integer not null, at real not null,
    event text not null, error text not null) strict;
create table if not exists snapshot (seq integer primary key, epoch integer not null, at real not null,
    body text not null) strict;
"""
_BATCH = 500
_RETRY_SECONDS = 1.0
_Item = JournalRow | Snapshot | Refused


class JournalLockedError(Exception):
    """Another switchboard holds this domain."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"the journal {path} is held by another running switchboard")


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    db.execute("pragma journal_mode=wal")
    db.execute("pragma synchronous=full")
    # A checkpoint inside a commit would delay callers; the shipper checkpoints from its own connection. The limit here
    # only bounds the file when the shipper is away for long.
    db.execute("pragma wal_autocheckpoint=20000")
    return db


class Journal:
    """The writing end. Made by ``open``; all methods but the thread's own are called on the event loop's thread."""

    def __init__(self, path: Path, lock: IO[str], db: sqlite3.Connection, epoch: int, last: int) -> None:
        self.path = path
        self.epoch = epoch
        self.first_epoch = epoch  # of this file
        self.last = last  # the last sequence given out
        self.durable = last  # all rows up to here are on the disk
        self.degraded: str | None = None  # why rows are kept in memory only, while that is so
        self._lock_file = lock
        self._db = db
        self._queue: SimpleQueue[_Item | None] = SimpleQueue()
        self._waiters: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._watchers: list[Callable[[int], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @classmethod
    def open(cls, path: Path, *, now: float, router: str) -> Journal:
        """Open or make the journal and begin a new epoch. ``router`` names the router's version.

        Raises JournalLockedError when another process holds it, OSError or sqlite3.Error when the disk does not let us.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = path.with_suffix(".lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise JournalLockedError(path) from error
        try:
            db = _connect(path)
            path.chmod(0o600)
            db.executescript(_TABLES)
            # A new file starts at an epoch that no earlier file of this domain can have reached, so that rows of a
            # journal that was lost with its disk are never taken for those of the next.
            newest = db.execute("select max(epoch) from epoch").fetchone()[0]
            epoch = int(now) if newest is None else int(newest) + 1
            db.execute("insert into epoch values (?, ?, ?)", (epoch, now, router))
            last = int(
                db.execute(
                    "select max((select coalesce(max(seq), 0) from row), (select coalesce(max(seq), 0) from snapshot))"
                ).fetchone()[0]
            )
        except BaseException:
            lock.close()
            raise
        journal = cls(path, lock, db, epoch, last)
        journal.first_epoch = int(db.execute("select min(epoch) from epoch").fetchone()[0])
        return journal

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the writing thread; durability is reported on ``loop``."""
        self._loop = loop
        self._thread = threading.Thread(target=self._write_forever, name=f"journal-{self.path.stem[:8]}", daemon=True)
        self._thread.start()

    def watch(self, watcher: Callable[[int], None]) -> None:
        """``watcher(seq)`` is called on the loop after every batch with the last durable sequence."""
        self._watchers.append(watcher)

    def append(self, at: float, version: int, event: str, commands: str, extra: str | None = None) -> int:
        """Hand a row to the writer; returns its sequence at once."""
        self.last += 1
        self._queue.put(JournalRow(self.last, self.epoch, at, version, event, commands, extra))
        return self.last

    def put_snapshot(self, at: float, body: str) -> None:
        """Keep the state after the last row handed over."""
        self._queue.put(Snapshot(self.last, self.epoch, at, body))

    def refuse(self, at: float, event: str, error: str) -> None:
        """Keep an event that broke, beside the rows."""
        self._queue.put(Refused(self.last, self.epoch, at, event, error))

    def when_durable(self, seq: int) -> asyncio.Future[None]:
        """A future that is done when ``seq`` is on the disk (or, with a broken disk, safe in memory)."""
        assert self._loop is not None
        future: asyncio.Future[None] = self._loop.create_future()
        if seq <= self.durable:
            future.set_result(None)
        else:
            self._waiters.append((seq, future))  # sequences come in order, so the left end is due first
        return future

    def close(self) -> None:
        """Write what is left, stop the thread, free the lock."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout=10)
        self._db.close()
        self._lock_file.close()

    # -- the thread ----------------------------------------------------------------------------------------------------
    def _write_forever(self) -> None:
        kept: list[_Item] = []  # rows a broken disk did not take
        closing = False
        while not closing:
            batch, closing = self._next_batch(kept)
            if not batch:
                continue
            try:
                self._write(batch)
            except (sqlite3.Error, OSError) as error:
                kept = batch
                self._alarm(error, len(batch))
            else:
                kept = []
                if self.degraded is not None:
                    self.degraded = None
                    log.warning("journal.writes_again", path=str(self.path), rows=len(batch))
            self._report(max((item.seq for item in batch), default=0))

    def _next_batch(self, kept: list[_Item]) -> tuple[list[_Item], bool]:
        batch, closing = list(kept), False
        try:
            item = self._queue.get(timeout=_RETRY_SECONDS if kept else None)
            while True:
                if item is None:
                    closing = True
                else:
                    batch.append(item)
                if len(batch) - len(kept) >= _BATCH:
                    break
                item = self._queue.get_nowait()
        except Empty:
            pass
        return batch, closing

    def _write(self, batch: list[_Item]) -> None:
        rows = [
            (r.seq, r.epoch, r.at, r.version, r.event, r.commands, r.extra) for r in batch if isinstance(r, JournalRow)
        ]
        db = self._db
        db.execute("begin immediate")
        try:
            if rows:
                db.executemany("insert into row values (?, ?, ?, ?, ?, ?, ?)", rows)
            for item in batch:
                if isinstance(item, Snapshot):
                    db.execute(
                        "insert or replace into snapshot values (?, ?, ?, ?)",
                        (item.seq, item.epoch, item.at, item.body),
                    )
                elif isinstance(item, Refused):
                    db.execute(
                        "insert into refused (seq, epoch, at, event, error) values (?, ?, ?, ?, ?)",
                        (item.seq, item.epoch, item.at, item.event, item.error),
                    )
            db.execute("commit")
        except BaseException:
            if db.in_transaction:
                db.execute("rollback")
            raise

    def _alarm(self, error: Exception, rows: int) -> None:
        first = self.degraded is None
        self.degraded = str(error)
        if first:
            log.critical(
                "journal.cannot_write",
                path=str(self.path),
                error=str(error),
                rows=rows,
                hint="Calls go on; what happens now is only in memory and is lost if the switchboard dies. "
                "Free space on the disk of the data folder; writing is tried again each second.",
            )

    def _report(self, seq: int) -> None:
        if self._loop is not None and not self._loop.is_closed():
            try:
                self._loop.call_soon_threadsafe(self._became_durable, seq)
            except RuntimeError:  # the loop closed meanwhile
                return

    def _became_durable(self, seq: int) -> None:
        if seq <= self.durable:
            return
        self.durable = seq
        while self._waiters and self._waiters[0][0] <= seq:
            future = self._waiters.popleft()[1]
            if not future.done():
                future.set_result(None)
        for watcher in self._watchers:
            watcher(seq)


def held_by_another(path: Path) -> bool:
    """True when a running switchboard holds the journal at ``path``."""
    lock_path = path.with_suffix(".lock")
    if not lock_path.exists():
        return False
    with lock_path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        fcntl.flock(lock, fcntl.LOCK_UN)
    return False
