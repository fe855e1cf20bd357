"""From a journal to a router that knows everything it knew: the last snapshot and the rows after it.

Comparing with the switch comes afterwards (``reconcile``), once the control connection stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import structlog

from zuoxi.contacts.live.domain import same_commands, snapshot_text
from zuoxi.contacts.live.journal import Journal, JournalReader, JournalRow, Snapshot
from zuoxi.contacts.live.standing import Standing
from zuoxi.routing import codec
from zuoxi.routing.errors import CodecError
from zuoxi.routing.events import ConfigurationLoaded
from zuoxi.routing.model import Configuration
from zuoxi.routing.router import Router

log = structlog.get_logger(__name__)

KEYS_KEPT_SECONDS = 3600.0  # how long a desk's command id is remembered


@dataclass(slots=True)
class Recovered:
    """``extras``: what rows of the last hour carried beside their events (see ``JournalRow``). ``differing``: rows
    whose replay gave other commands than the journal holds (the router's code changed meanwhile)."""

    router: Router
    standing: Standing
    configuration: Configuration | None = None
    last_at: float = 0.0
    version: int = 0
    rows: int = 0
    differing: int = 0
    extras: list[dict[str, Any]] = field(default_factory=list)


def apply_row(recovered: Recovered, row: JournalRow) -> bool:
    """Replay one row; True when the commands are what they were."""
    event = codec.decode(orjson.loads(row.event))
    if isinstance(event, ConfigurationLoaded):
        recovered.configuration = event.configuration
    commands = recovered.router.handle(event, row.at)
    recovered.standing.apply(event, commands, row.at)
    recovered.last_at, recovered.version = row.at, row.version
    recovered.rows += 1
    return same_commands(commands, row.commands)


def from_snapshot(snapshot: Snapshot | None) -> Recovered:
    """The state that a snapshot holds; with None, the state before anything happened. Raises CodecError, KeyError or
    TypeError when the snapshot is of a form that this version does not read."""
    if snapshot is None:
        return Recovered(Router(), Standing())
    body = orjson.loads(snapshot.body)
    router = Router.restore(body["router"])
    configuration = codec.decode(body["router"]["configuration"])
    standing = Standing.restore(body["standing"], configuration)
    return Recovered(router, standing, configuration, last_at=snapshot.at, version=body["version"])


def recover(path: Path, now: float) -> Recovered:
    """What the journal at ``path`` says. A state that this version cannot read is logged and begun anew: the calls
    themselves are still on the switch, and come back as arrivals."""
    reader = JournalReader(path)
    try:
        snapshot = reader.latest_snapshot()
        try:
            recovered = from_snapshot(snapshot)
            for row in reader.rows(snapshot.seq if snapshot else 0):
                recovered.differing += not apply_row(recovered, row)
        except (CodecError, KeyError, TypeError, ValueError) as error:
            log.critical("journal.unreadable", path=str(path), error=repr(error))
            recovered = Recovered(Router(), Standing())
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
    journal.put_snapshot(recovered.last_at, snapshot_text(recovered.router, recovered.standing, recovered.version))
    return journal, recovered
