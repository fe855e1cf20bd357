"""``zuoxi down``, ``status`` and ``logs``: looking at a centre and stopping it, from outside its supervisor."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zuoxi.installation import identity, parts
from zuoxi.installation.processes import end_leftovers

LOGS = (*parts.ORDER, "supervisor", "migrate", "demo", "prompts", "edge-access")


def down(data: Path, say: Callable[[str], None], seconds: float = 90.0) -> int:
    """Stop the centre of this data folder and nothing else. Returns the exit code."""
    run = data / "run"
    supervisor = identity.read(run / "supervisor.process")
    if supervisor is not None and supervisor.send(signal.SIGTERM):
        limit = time.monotonic() + seconds
        while supervisor.is_alive():
            if time.monotonic() > limit:
                say(f"The supervisor (process {supervisor.pid}) did not end within {seconds:.0f} s.")
                return 1
            time.sleep(0.05)
        say("Stopped.")
        return 0
    ended = end_leftovers(run, parts.ORDER)
    say(f"Stopped what was left: {', '.join(ended)}." if ended else f"Nothing runs in {data}.")
    return 0


def state(data: Path) -> dict[str, Any]:
    """How the centre is: ``phase`` and for each part ``pid``, ``running``, ``healthy``, ``since``, ``restarts`` and
    ``note``, what a person should know of it."""
    run = data / "run"
    supervisor = identity.read(run / "supervisor.process")
    supervised = supervisor is not None and supervisor.is_alive()
    try:
        noted = json.loads((run / "state.json").read_text())
    except (OSError, ValueError):
        noted = {"phase": "stopped", "parts": {}}
    found: dict[str, Any] = {}
    for name in parts.ORDER:
        process = identity.read(run / f"{name}.process")
        running = process is not None and process.is_alive()
        known = noted["parts"].get(name, {})
        since = known.get("since") if running else None
        found[name] = {
            "pid": process.pid if process is not None and running else None,
            "running": running,
            "healthy": bool(running and supervised and known.get("healthy")),
            "since": datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds") if since else None,
            "restarts": known.get("restarts", 0),
            "note": known.get("note") if supervised else None,
        }
    any_running = any(each["running"] for each in found.values())
    phase = noted["phase"] if supervised else "unsupervised" if any_running else "stopped"
    return {
        "phase": phase,
        "supervisor": supervisor.pid if supervisor is not None and supervised else None,
        "data": str(data),
        "parts": found,
    }


def status_text(found: dict[str, Any], address: str | None) -> str:
    """The state as a table for people."""
    lines = [f"Zuoxi 坐席: {found['phase']}" + (f", {address}" if address and found["phase"] == "ready" else "")]
    for name, part in found["parts"].items():
        condition = "well" if part["healthy"] else "running, does not answer" if part["running"] else "stopped"
        since = f" since {part['since']}" if part["since"] else ""
        restarts = f", restarted {part['restarts']}×" if part["restarts"] else ""
        pid = f"process {part['pid']}" if part["pid"] else ""
        lines.append(f"  {name:<12} {condition:<8} {pid}{since}{restarts}".rstrip())
        if part["note"]:
            lines.append(f"      {part['note']}")
    if found["phase"] == "unsupervised":
        lines.append("Its supervisor is gone: ./zuoxi up takes the parts over, ./zuoxi down ends them.")
    return "\n".join(lines)


def show_log(data: Path, part: str, write: Callable[[str], object], *, follow: bool, tail: int = 200) -> int:
    """The last lines of a part's log, and with ``follow`` what comes, until interrupted."""
    path = data / "logs" / f"{part}.log"
    if part not in LOGS:
        write(f"There is no part «{part}». Parts: {', '.join(LOGS)}.\n")
        return 2
    if not path.exists():
        write(f"{part} has said nothing yet ({path}).\n")
        return 1
    with path.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(0, end - 200 * tail))
        write("\n".join(file.read().decode(errors="replace").splitlines()[-tail:]) + "\n")
        while follow:
            text = file.read()
            if text:
                write(text.decode(errors="replace"))
            elif file.tell() > path.stat().st_size:
                file.seek(0)  # it was cut short
            else:
                time.sleep(0.2)
    return 0
