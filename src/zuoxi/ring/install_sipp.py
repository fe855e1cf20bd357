"""Gets SIPp from Debian when the machine has none."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable

PACKAGE = "sip-tester"


def ensure_sipp(installing: Callable[[], None]) -> str | None:
    """Make sure that SIPp is there. Returns None, or why it is not."""
    if shutil.which("sipp"):
        return None
    if shutil.which("apt-get") is None:
        return "there is no apt-get"
    rights: list[str] = []
    if os.geteuid() != 0:
        allowed = shutil.which("sudo") and _run(["sudo", "-n", "true"]).returncode == 0
        if not allowed:
            return "neither root nor sudo without a password"
        rights = ["sudo", "-n"]
    installing()
    command = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    install = [*command, "install", "-y", "--no-install-recommends", PACKAGE]
    done = _run(install)
    if done.returncode:  # the lists may be old or missing
        _run([*command, "update"])
        done = _run(install)
    if shutil.which("sipp"):
        return None
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"apt-get ended with {done.returncode}"


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)
