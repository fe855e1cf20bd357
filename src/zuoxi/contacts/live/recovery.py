"""From a journal to a router that knows everything it knew: the last snapshot and the rows after it.

Comparing with the switch comes afterwards (``reconcile``), once the control connection stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import structlog

from zuoxi.contacts.live.journal import Journal
from zuoxi.contacts.live.journal_reader import JournalReader, JournalRow, Snapshot
from zuoxi.contacts.live.state import DomainState, same_commands
from zuoxi.routing import codec

log = structlog.get_logger(__name__)

_REFUSED_LIMIT = 20  # rows; beyond it the journal is not one that this version can go on from
KEYS_KEPT_SECONDS = 3600.0  # how long a desk's command id is remembered


@dataclass(slots=True)
class Recovered:
    """``extras``: what rows of the last hour carried beside their events (see ``JournalRow``). ``differing``: rows
    whose replay gave other commands than the journal holds (the router's code changed meanwhile). ``refused``: rows
    that this version could not replay and left out."""

    state: DomainState = field(default_factory=DomainState)
    rows: int = 0
    differing: int = 0
    refused: int = 0
    extras: list[dict[str, Any]] = field(default_factory=list)


def from_snapshot(snapshot: Snapshot | None) -> DomainState:
    """The state that a snapshot holds; with None, the state before anything happened. Raises CodecError, KeyError or
    TypeError when the snapshot is of a form that this version does not read."""
    return DomainState() if snapshot is None else DomainState.from_text(snapshot.body, snapshot.at)


def _replay_row(recovered: Recovered, row: JournalRow) -> None:
    event = codec.decode(orjson.loads(row.event))
    try:
        commands = recovered.state.handle(event, row.at)
    except Exception:
        # What another version of the router took, this one cannot: better one event less than everything anew.
        log.exception("journal.row_refused", seq=row.seq, event_kind=type(event).__name__)
        recovered.refused += 1
        if recovered.refused > _REFUSED_LIMIT:
            raise
        return
    recovered.rows += 1
    recovered.differing += not same_commands(commands, row.commands)


def recover(path: Path, now: float) -> Recovered:
    """What the journal at ``path`` says. A state that this version cannot read is logged and begun anew: the calls
    themselves are still on the switch, and come back as arrivals at their old places."""
    reader = JournalReader(path)
    try:
        snapshot = reader.latest_snapshot()
        recovered = Recovered()
        try:
            recovered.state = from_snapshot(snapshot)
            for row in reader.rows(snapshot.seq if snapshot else 0):
                _replay_row(recovered, row)
        except Exception as error:
            log.critical("journal.unreadable", path=str(path), error=repr(error))
            recovered = Recovered()
        recovered.extras = [orjson.loads(extra) for extra in reader.extras_since(now - KEYS_KEPT_SECONDS)]
    finally:
        reader.close()
    if recovered.differing:
        log.warning("journal.replay_differs", path=str(path), rows=recovered.differing)
    return recovered


def open_domain_journal(path: Path, now: float, router_version: str) -> tuple[Journal, Recovered]:
    """Open the journal (see ``Journal.open`` for its errors) and recover from it; the new epoch begins with a snapshot,
    so that no later replay crosses from one version of the router into another."""
    journal = Journal.open(path, now=now, router=router_version)
    recovered = recover(path, now)
    journal.put_snapshot(recovered.state.at, recovered.state.snapshot())
    return journal, recovered
