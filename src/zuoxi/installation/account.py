"""The unprivileged account that Zuoxi's processes run under when root starts them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

NAME = "zuoxi"


class AccountError(Exception):
    """The account cannot be made or cannot reach a folder; the text says what to do."""


def exists(name: str = NAME) -> bool:
    """Whether the system knows an account of this name."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def ensure(name: str = NAME) -> str | None:
    """Name of the account to run processes under: None unless we are root. Makes the system account when missing."""
    if os.geteuid() != 0:
        return None
    if not exists(name):
        done = subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
             "--shell", "/usr/sbin/nologin", name],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0 and not exists(name):
            raise AccountError(f"The system account {name} could not be made: {done.stderr.strip()}")
    return name


def can_reach(path: Path, name: str | None) -> bool:
    """Whether the account can enter ``path`` (asked of the kernel, by trying it under that account)."""
    if name is None or os.geteuid() != 0:
        return os.access(path, os.R_OK | os.X_OK)
    known = pwd.getpwnam(name)
    asked = subprocess.run(
        ["/usr/bin/test", "-r", str(path), "-a", "-x", str(path)],
        user=known.pw_uid, group=known.pw_gid, extra_groups=[], cwd="/", check=False,
    )  # fmt: skip
    return asked.returncode == 0


def give(path: Path, name: str | None, *, whole: bool = False) -> None:
    """Hand a folder to the account (``whole``: with all it holds). Nothing to do when we are not root."""
    if name is None or os.geteuid() != 0:
        return
    shutil.chown(path, name, name)
    if whole:
        for folder, folders, files in os.walk(path):
            for each in (*folders, *files):
                known = pwd.getpwnam(name)
                os.chown(Path(folder, each), known.pw_uid, known.pw_gid, follow_symlinks=False)
