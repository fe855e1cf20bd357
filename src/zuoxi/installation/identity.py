"""Naming a process so that it cannot be mistaken for another one that later got the same number."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Identity:
    """A process: its number, its start in clock ticks since boot, and the boot."""

    pid: int
    started: int
    boot: str

    @staticmethod
    def parse(text: str) -> Identity | None:
        """Read ``pid started boot``, whatever follows; None when it is something else."""
        parts = text.split()
        if len(parts) < 3 or not (parts[0].isdigit() and parts[1].isdigit()):
            return None
        return Identity(int(parts[0]), int(parts[1]), parts[2])

    def __str__(self) -> str:
        return f"{self.pid} {self.started} {self.boot}"

    def is_alive(self) -> bool:
        """Whether that very process still runs (a zombie does not)."""
        found = _stat(self.pid)
        return found is not None and found[1] == self.started and found[0] != "Z" and self.boot == boot_id()

    def start_time(self) -> float:
        """When it started, in seconds since the epoch."""
        booted = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime "))
        return int(booted.split()[1]) + self.started / os.sysconf("SC_CLK_TCK")

    def send(self, how: signal.Signals) -> bool:
        """Signal that very process; False when it is gone. The file descriptor pins it, so no successor is hit."""
        try:
            pinned = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return False
        try:
            if not self.is_alive():
                return False
            signal.pidfd_send_signal(pinned, how)
        except ProcessLookupError:
            return False
        finally:
            os.close(pinned)
        return True


def boot_id() -> str:
    """The kernel's name for this boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def of(pid: int) -> Identity | None:
    """The identity of a process that runs now."""
    found = _stat(pid)
    return Identity(pid, found[1], boot_id()) if found else None


def read(path: Path) -> Identity | None:
    """The identity in a file; None when there is none."""
    try:
        return Identity.parse(path.read_text())
    except OSError:
        return None


def end_session(leader: Identity, seconds: float = 3.0) -> None:
    """End what a dead session leader left behind (nginx's workers hold the port when their master was killed).

    A session's number is not given out again while a member lives, so members are ours as long as the leader itself
    is dead and nobody else leads that number.
    """
    now = _stat(leader.pid)
    if leader.boot != boot_id() or (now is not None and now[1] != leader.started):
        return
    end = time.monotonic() + seconds
    while members := [pid for pid in _session_members(leader.pid) if pid != leader.pid]:
        how = signal.SIGTERM if time.monotonic() < end else signal.SIGKILL
        for pid in members:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, how)
        if time.monotonic() > end + seconds:
            return
        time.sleep(0.05)


def _session_members(session: int) -> list[int]:
    members = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                found = _stat(int(entry.name))
                if found and found[0] != "Z" and os.getsid(int(entry.name)) == session:
                    members.append(int(entry.name))
    return members


def _stat(pid: int) -> tuple[str, int] | None:
    """State letter and start time of a process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields[0], int(fields[19])
