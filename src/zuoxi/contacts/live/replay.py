"""Replays journals: the same events at the same times must give the same commands.

``python -m zuoxi.contacts.live.replay --data DIR`` replays every journal of an installation, running or not, and prints
for each «equal» or the first difference; the exit status is 1 when anything differs.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import orjson

from zuoxi.contacts.live.journal_reader import JournalReader, JournalRow
from zuoxi.contacts.live.recovery import from_snapshot
from zuoxi.contacts.live.state import encode_commands, same_commands
from zuoxi.routing import codec


@dataclass(frozen=True, slots=True)
class Difference:
    row: JournalRow
    commands: str  # what the replay gave instead


@dataclass(frozen=True, slots=True)
class Replay:
    """``rows``: how many were compared. Rows before the oldest snapshot that is kept are none."""

    rows: int
    difference: Difference | None

    @property
    def equal(self) -> bool:
        return self.difference is None


def replay(path: Path) -> Replay:
    """Replay a journal from its oldest snapshot; each epoch starts from its own. Stops at the first difference."""
    reader = JournalReader(path)
    try:
        snapshots = {snapshot.seq: snapshot for snapshot in reader.snapshots()}
        state = from_snapshot(None)
        epoch, compared = None, 0
        for row in reader.rows(min(snapshots, default=0)):
            starting = snapshots.get(row.seq - 1)
            if row.epoch != epoch and starting is not None:
                state = from_snapshot(starting)
            epoch = row.epoch
            event = codec.decode(orjson.loads(row.event))
            compared += 1
            try:
                commands = state.router.handle(event, row.at)
            except Exception as error:
                return Replay(compared, Difference(row, f"raised {error!r}"))
            if not same_commands(commands, row.commands):
                return Replay(compared, Difference(row, encode_commands(commands)))
        return Replay(compared, None)
    finally:
        reader.close()


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m zuoxi.contacts.live.replay", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the installation's data folder")
    folder: Path = parser.parse_args(arguments).data / "journal"
    journals = sorted(folder.glob("*.sqlite"))
    if not journals:
        sys.stdout.write(f"no journal in {folder}\n")
        return 1
    different = False
    for path in journals:
        result = replay(path)
        if result.difference is None:
            sys.stdout.write(f"{path.stem}: equal ({result.rows} rows)\n")
            continue
        different = True
        row = result.difference.row
        sys.stdout.write(
            f"{path.stem}: different at row {row.seq} (epoch {row.epoch})\n  event:   {row.event}\n"
            f"  journal: {row.commands}\n  replay:  {result.difference.commands}\n"
        )
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
