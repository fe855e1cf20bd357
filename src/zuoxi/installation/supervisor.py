"""Keeps the parts of one centre running: starts, watches, restarts, stops; only processes of its own data folder.

Each part leads a session of its own, so Ctrl-C in the terminal reaches only the supervisor. A part's identity is
written by the process itself before it becomes the part (``run/NAME.process``), so even a supervisor that is killed
between start and note leaves nothing unknown behind: the next ``up`` adopts what runs and ``down`` ends it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zuoxi.installation import identity, processes
from zuoxi.installation.identity import Identity
from zuoxi.installation.parts import Part
from zuoxi.installation.settings_file import SettingsFileError

BACKOFF = (0.0, 0.3, 1.0, 2.0, 5.0, 10.0)
STEADY_SECONDS = 30.0  # a part that ran this long starts again at once


LOG_LIMIT = 50_000_000  # bytes


class AlreadyRunning(Exception):
    """Another supervisor holds the data folder."""


class StopRequested(Exception):
    """Somebody asked us to stop while we were starting."""


class PartFailed(Exception):
    """A part did not come up; the text carries its last words."""


@dataclass(slots=True)
class Running:
    """What is known of one part's process."""

    part: Part
    process: Identity | None = None
    child: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    restarts: int = 0
    failures: int = 0
    next_start: float = 0.0
    healthy: bool = False
    note: str | None = None

    def is_alive(self) -> bool:
        """Whether the process runs; a child that ended is collected."""
        if self.child is not None and self.child.poll() is not None:
            return False
        return self.process is not None and self.process.is_alive()


@dataclass(slots=True)
class Supervisor:
    """``say`` is told what a person should know. One object per ``up``."""

    run: Path
    logs: Path
    say: Callable[[str], None]
    running: dict[str, Running] = field(default_factory=dict)
    phase: str = "starting"
    stop_requested: bool = False
    _lock: int | None = None

    def acquire(self) -> None:
        """Take the data folder. Raises AlreadyRunning; the lock ends with this process, however that ends."""
        self.run.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.run / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise AlreadyRunning from None
        own = identity.of(os.getpid())
        (self.run / "supervisor.process").write_text(str(own))

    def start(self, part: Part) -> None:
        """Start a part, or adopt it when it still runs from a supervisor that was killed."""
        known = self.running.setdefault(part.name, Running(part))
        left = identity.read(self._note(part.name))
        if left is not None and left.is_alive():
            if self._note(part.name).read_text().split()[-1] == processes.digest(part):
                self.say(f"{part.name} still runs; keeping it")
                known.process, known.child, known.since = left, None, left.start_time()
                self._publish()
                return
            processes.end(left, part)
        if left is not None:
            identity.end_session(left)
        self._launch(known)

    def wait_healthy(self, names: Sequence[str], seconds: float = 60.0) -> None:
        """Wait until each of the parts answers. A part that dies meanwhile is restarted a few times, then given up."""
        deadline = time.monotonic() + seconds
        while waiting := [name for name in names if not self.running[name].healthy]:
            self.check()
            for name in waiting:
                known = self.running[name]
                if not known.is_alive():
                    if known.failures >= 3:
                        raise PartFailed(f"{name} does not start. Its last words:\n{self._last_words(name)}")
                    self._revive(known)
            self._ask([self.running[name] for name in waiting])
            waiting = [name for name in waiting if not self.running[name].healthy]
            if waiting and time.monotonic() > deadline:
                raise PartFailed(
                    f"{', '.join(waiting)} did not answer within {seconds:.0f} s. Last words of {waiting[0]}:\n"
                    f"{self._last_words(waiting[0])}"
                )
            if waiting:
                time.sleep(0.05)

    def watch(self, seconds: float) -> None:
        """Look after all parts for about ``seconds``: restart what died, ask how the others are."""
        end_of_round = time.monotonic() + seconds
        processes.trim_logs(self.logs, LOG_LIMIT)
        self._ask(list(self.running.values()))
        while True:
            for known in self.running.values():
                if not known.is_alive():
                    self._revive(known)
            self._ask([known for known in self.running.values() if not known.healthy])
            if self.stop_requested or time.monotonic() >= end_of_round:
                return
            time.sleep(0.1)

    def note(self, name: str, sentence: str) -> None:
        """Say what a person should know of a part; ``status`` shows it as long as we run."""
        self.say(sentence)
        if name in self.running:
            self.running[name].note = sentence
            self._publish()

    def renew(self, name: str) -> None:
        """End a part that runs; as every part that ended it is then started again."""
        known = self.running.get(name)
        if known is not None and known.process is not None and known.is_alive():
            processes.end(known.process, known.part, known.child)
            known.healthy = False
            self._publish()

    def _ask(self, asked: Sequence[Running]) -> None:
        """Ask the parts how they are; say and note what changed."""
        for known in asked:
            if known.is_alive():
                well = known.part.healthy()
                if well != known.healthy:
                    self.say(f"{known.part.name} {'is ready' if well else 'does not answer'}")
                    known.healthy = well
                    self._publish()
                flaw = None if well else known.part.flaw()
                if flaw is not None:
                    self.note(known.part.name, flaw)
                    self.renew(known.part.name)

    def stop(self) -> None:
        """Stop the parts in the reverse order of their start."""
        self.phase = "stopping"
        for name, known in reversed(list(self.running.items())):
            if known.is_alive() and known.process is not None:
                self.say(f"Stopping {name}")
                processes.end(known.process, known.part, known.child)
            if known.process is not None:
                identity.end_session(known.process)
            self._note(name).unlink(missing_ok=True)
            known.healthy = False
            self._publish()
        (self.run / "supervisor.process").unlink(missing_ok=True)
        self.phase = "stopped"
        self._publish()

    def check(self) -> None:
        """Raises StopRequested when somebody asked us to stop."""
        if self.stop_requested:
            raise StopRequested

    def run_step(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run something that ends (a migration), its output in ``logs/NAME.log``. Raises PartFailed, StopRequested.

        It dies with us, however we die: the next start does the step anew, and two at a time would be in each other's
        way."""
        with (self.logs / f"{name}.log").open("ab") as output:
            step = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *command], stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, start_new_session=True, env={**processes.surroundings(), **environment},
            )  # fmt: skip
        try:
            while step.poll() is None:
                self.check()
                time.sleep(0.02)
        finally:
            if step.poll() is None:
                step.terminate()
                step.wait()
        if step.returncode != 0:
            raise PartFailed(f"{name} failed. Its last words:\n{self._last_words(name)}")

    def leftovers(self) -> list[str]:
        """Names of parts that still run from a supervisor that was killed."""
        alive = [note for note in self.run.glob("*.process") if note.stem != "supervisor" and processes.lives(note)]
        return [note.stem for note in alive]

    def ready(self) -> None:
        """Note for others that everything answers."""
        self.phase = "ready"
        self._publish()

    def _launch(self, known: Running) -> None:
        part = known.part
        part.prepare()
        note = self._note(part.name)
        note.unlink(missing_ok=True)
        known.child = processes.launch(part, note, self.logs / f"{part.name}.log")
        known.process = identity.of(known.child.pid)
        known.since = time.time()
        known.healthy = False
        self._publish()

    def _revive(self, known: Running) -> None:
        """Start a dead part again when its time has come: at once after a long life, ever later after short ones."""
        now = time.time()
        if known.process is not None:
            code = known.child.poll() if known.child is not None else None
            known.failures = 0 if now - known.since > STEADY_SECONDS else known.failures + 1
            delay = BACKOFF[min(known.failures, len(BACKOFF) - 1)]
            known.next_start = now + delay
            ended = "" if code is None else f" (signal {-code})" if code < 0 else f" (code {code})"
            again = f"; starting it again in {delay:g} s" if delay else "; starting it again"
            self.say(f"{known.part.name} ended{ended}{again}")
            identity.end_session(known.process)
            known.process, known.child, known.healthy = None, None, False
            self._publish()
        if now >= known.next_start:
            known.restarts += 1
            try:
                self._launch(known)
            except (OSError, SettingsFileError) as problem:  # as on a full disk: the others go on, and we try again
                known.failures += 1
                known.next_start = now + BACKOFF[min(known.failures, len(BACKOFF) - 1)]
                why = problem.strerror if isinstance(problem, OSError) else problem
                self.say(f"{known.part.name} cannot be started: {why}")

    def _note(self, name: str) -> Path:
        return self.run / f"{name}.process"

    def _last_words(self, name: str, lines: int = 8) -> str:
        try:
            text = (self.logs / f"{name}.log").read_text(errors="replace")
        except OSError:
            return "(none)"
        return "\n".join(text.splitlines()[-lines:])

    def _publish(self) -> None:
        """Write ``run/state.json`` for ``status``."""
        parts: dict[str, Any] = {
            name: {
                "pid": known.process.pid if known.process else None,
                "since": known.since,
                "restarts": known.restarts,
                "healthy": known.healthy,
                "note": known.note,
            }
            for name, known in self.running.items()
        }
        partial = self.run / "state.json.new"
        with contextlib.suppress(OSError):  # a full disk must not end the supervisor: status is only a little late
            partial.write_text(json.dumps({"phase": self.phase, "parts": parts}))
            partial.replace(self.run / "state.json")
