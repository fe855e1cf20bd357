"""The processes of parts, one by one: how they are begun, noted, ended, and their logs kept within bounds."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from zuoxi.installation import identity
from zuoxi.installation.identity import Identity
from zuoxi.installation.parts import Part

# The shell notes who it is, then becomes the part: same process, same start time.
_NOTE_AND_BECOME = (
    "read -r stat </proc/$$/stat; read -r boot </proc/sys/kernel/random/boot_id; stat=${stat##*) }; note=$0; "
    "pid=$$; from() { started=${20}; }; from $stat; "
    'echo "$pid $started $boot $ZUOXI_COMMAND" >"$note.new" && mv "$note.new" "$note" && exec "$@"'
)


def launch(part: Part, note: Path, log: Path) -> subprocess.Popen[bytes]:
    """Begin a part in a session of its own; it writes who it is into ``note``, and what it says into ``log``."""
    environment = {**surroundings(), **part.environment, "ZUOXI_COMMAND": digest(part)}
    with log.open("ab") as output:  # O_APPEND: the file may be cut short while the part writes on
        return subprocess.Popen(
            ["/bin/sh", "-c", _NOTE_AND_BECOME, str(note), *part.command], stdin=subprocess.DEVNULL, stdout=output,
            stderr=output, start_new_session=True, cwd=part.folder, env=environment,
        )  # fmt: skip


def digest(part: Part) -> str:
    """A short fingerprint of how a part is started, to tell whether one that runs is the one that is wanted."""
    return hashlib.sha256("\0".join(part.command).encode()).hexdigest()[:16]


def end(process: Identity, part: Part, child: subprocess.Popen[bytes] | None = None) -> None:
    """Stop one process by its part's signals, each with its patience, at last by SIGKILL."""
    for how, patience in (*part.stop, (signal.SIGKILL, 5.0)):
        if not process.send(how):
            break
        limit = time.monotonic() + patience
        while process.is_alive() and time.monotonic() < limit:
            if child is not None:
                child.poll()  # collects it
            time.sleep(0.02)
        if not process.is_alive():
            break
    if child is not None:
        child.wait()


def end_leftovers(run: Path, order: Sequence[str]) -> list[str]:
    """End what a killed supervisor left of this data folder, last started first; returns the names."""
    ended = []
    for name in reversed(order):
        note = run / f"{name}.process"
        process = identity.read(note)
        if process is None:
            continue
        if process.is_alive():
            how = signal.SIGINT if name == "postgres" else signal.SIGTERM
            end(process, Part(name, (), run, lambda: True, stop=((how, 15.0),)))
            ended.append(name)
        identity.end_session(process)
        note.unlink(missing_ok=True)
    return ended


def lives(note: Path) -> bool:
    """Whether the process that a note names still runs."""
    process = identity.read(note)
    return process is not None and process.is_alive()


def surroundings() -> dict[str, str]:
    """The environment every part gets: little, and nothing of the terminal it was started from."""
    kept = ("PATH", "HOME", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
    return {"LANG": "C.UTF-8", **{name: os.environ[name] for name in kept if name in os.environ}}


def trim_logs(folder: Path, limit: int) -> None:
    """Let each log that has grown beyond ``limit`` bytes begin anew, keeping what it was beside it (on a full disk:
    nothing)."""
    for log in folder.glob("*.log"):
        with contextlib.suppress(OSError):
            if log.stat().st_size > limit:
                kept = log.with_suffix(".log.1")
                try:
                    shutil.copyfile(log, kept)
                except OSError:
                    kept.unlink(missing_ok=True)
                os.truncate(log, 0)
