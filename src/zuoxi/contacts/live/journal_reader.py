"""What a journal file holds, and reading it beside a running writer (``journal`` writes it)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

_PORTION = 2000


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One handled event. ``event``, ``commands`` and ``extra`` are JSON text; ``at`` is seconds since the epoch;
    ``version`` is the configuration's; ``extra`` holds what belongs to the row but is no matter of the router (the
    idempotency key of a desk's command, a note)."""

    seq: int
    epoch: int
    at: float
    version: int
    event: str
    commands: str
    extra: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state after row ``seq``, as JSON text."""

    seq: int
    epoch: int
    at: float
    body: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An event after row ``seq`` that broke our own code and changed nothing: no part of any replay, kept for whoever
    looks for the fault."""

    seq: int
    epoch: int
    at: float
    event: str
    error: str


class JournalReader:
    """Reads a journal file; safe beside a running writer (another connection, own thread)."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise FileNotFoundError(path)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)

    def close(self) -> None:
        self._db.close()

    def rows(self, after: int, limit: int = 1_000_000) -> list[JournalRow]:
        """Rows with a sequence above ``after``, in order."""
        found = self._db.execute(
            "select seq, epoch, at, version, event, commands, extra from row where seq > ? order by seq limit ?",
            (after, limit),
        )
        return [JournalRow(*row) for row in found]

    def snapshots(self) -> list[Snapshot]:
        """All snapshots kept, oldest first."""
        return [Snapshot(*row) for row in self._db.execute("select seq, epoch, at, body from snapshot order by seq")]

    def latest_snapshot(self) -> Snapshot | None:
        row = self._db.execute("select seq, epoch, at, body from snapshot order by seq desc limit 1").fetchone()
        return Snapshot(*row) if row else None

    def refused(self) -> list[Refused]:
        """The events that broke, oldest first."""
        return [
            Refused(*row) for row in self._db.execute("select seq, epoch, at, event, error from refused order by id")
        ]

    def bounds(self) -> tuple[int, int]:
        """First and last sequence kept (0, 0 when there is none)."""
        first, last = self._db.execute("select coalesce(min(seq), 0), coalesce(max(seq), 0) from row").fetchone()
        return int(first), int(last)

    def extras_since(self, at: float) -> list[str]:
        """The extras of the rows since ``at``, in order."""
        found = []
        for moment, extra in self._db.execute("select at, extra from row order by seq desc"):
            if moment < at:
                break
            if extra is not None:
                found.append(extra)
        return found[::-1]

    def before(self, at: float) -> int:
        """The sequence of the last row from before ``at`` (seconds since the epoch); 0 when there is none."""
        found = self._db.execute("select coalesce(max(seq), 0) from row where at < ?", (at,)).fetchone()
        return int(found[0])

    def checkpoint(self) -> None:
        """Copy the write-ahead log into the file, without hindering the writer."""
        self._db.execute("pragma wal_checkpoint(passive)").fetchall()

    def discard(self, before: float, shipped: int) -> int:
        """Delete rows older than ``before`` that are shipped, keeping whole stretches from a snapshot on, so that what
        remains can be replayed. Returns the number of deleted rows."""
        row = self._db.execute("select max(seq) from snapshot where at < ? and seq <= ?", (before, shipped)).fetchone()
        if row[0] is None:
            return 0
        # Snapshots first: what is left of the rows before the boundary is then no part of any replay. Rows go in
        # portions, because the writer waits while a portion is being deleted.
        self._db.execute("delete from snapshot where seq < ?", (row[0],))
        self._db.execute("delete from refused where seq < ?", (row[0],))
        deleted = 0
        while True:
            portion = self._db.execute(
                "delete from row where seq in (select seq from row where seq <= ? order by seq limit ?)",
                (row[0], _PORTION),
            ).rowcount
            deleted += portion
            if portion < _PORTION:
                return deleted
