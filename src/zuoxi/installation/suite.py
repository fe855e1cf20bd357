"""``zuoxi test``: every check of this repository, quickest first, with one line of progress for each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

CHAOS = ("tests/chaos/full_form.py", "-x", "-s")


def run(clone: Path, arguments: Sequence[str], say: Callable[[str], None]) -> int:
    """Run linters, types, import contracts, the pages' checks and the test suite; all of them, whatever fails.

    ``arguments`` go to pytest; when there are any, only pytest runs (somebody looks at one test). ``chaos`` as the
    first of them stands for the full form of tests/chaos, which is not part of the plain suite.
    """
    if arguments[:1] == ["chaos"]:
        arguments = [*CHAOS, *arguments[1:]]
    tools = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(clone / "src"),
    }
    environment.pop("ZUOXI_DATA", None)  # tests choose their own folders
    checks: list[tuple[str, list[str], Path]] = []
    if not arguments:
        checks = [
            ("ruff check", [str(tools / "ruff"), "check", "--quiet", "src", "tests"], clone),
            ("ruff format", [str(tools / "ruff"), "format", "--check", "--quiet", "src", "tests"], clone),
            ("import contracts", [str(tools / "lint-imports"), "--no-cache"], clone),
            ("types", [sys.executable, "-m", "mypy", "--no-error-summary", "src/zuoxi"], clone),
        ]
        if _has_script(clone / "web" / "package.json", "check"):
            checks.append(
                ("pages: types, lint, tests", [shutil.which("npm") or "npm", "run", "--silent", "check"], clone / "web")
            )
    failed = []
    for name, command, folder in checks:
        begun = time.monotonic()
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            say(f"{name}: clean ({time.monotonic() - begun:.0f} s)")
        else:
            failed.append(name)
            say(f"{name} failed:\n{done.stdout}{done.stderr}")
    say("The test suite")
    pytest = [sys.executable, "-m", "pytest", *arguments]
    code = subprocess.run(pytest, cwd=clone, env=environment, check=False).returncode
    if failed:
        say(
            f"Failed besides the tests: {', '.join(failed)}"
            if code
            else f"The tests passed; failed: {', '.join(failed)}"
        )
    return code or (1 if failed else 0)


def _has_script(package: Path, name: str) -> bool:
    try:
        return name in json.loads(package.read_text("utf-8")).get("scripts", {})
    except (OSError, ValueError):
        return False
