"""``python -m zuoxi.draws FILE``: check a published draw; ends with 1 when something is not as it should be."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from zuoxi.draws.check import check

WORDS = {True: "right", False: "WRONG", None: "not published yet"}


def main(arguments: list[str]) -> int:
    """Check the file named and say what was found."""
    if len(arguments) != 1:
        sys.stdout.write(f"{__doc__}\n")
        return 2
    findings = check(json.loads(Path(arguments[0]).read_text("utf-8")))
    for one in findings:
        sys.stdout.write(f"{one.name}: {WORDS[one.right]}\n")
    return 1 if any(one.right is False for one in findings) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
