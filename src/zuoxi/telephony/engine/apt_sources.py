"""Finding the Debian mirror that this machine already uses, among all its package sources."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_FIELDS = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)|$(LABEL)"


@dataclass(frozen=True, slots=True)
class Source:
    """One line of what apt knows: ``origin`` and ``label`` are empty until its lists were fetched once."""

    uri: str
    suite: str
    component: str
    origin: str
    label: str


def parse(lines: Iterable[str]) -> list[Source]:
    """Read the answer of ``apt-get indextargets`` in our format; other lines are skipped."""
    parts = (line.strip().split("|", 4) for line in lines)
    return [Source(*each) for each in parts if len(each) == 5 and each[0]]


class SourcesError(Exception):
    """apt could not say what sources it has; the text is its own."""


def known_sources(temporary: Path) -> list[Source]:
    """Every package source of this machine. apt itself reads them, so both file formats and all options count.

    ``temporary`` is a folder for apt's temporary files. Raises SourcesError.
    """
    asked = subprocess.run(
        ["apt-get", "indextargets", "--format", _FIELDS, "Identifier: Packages"],
        capture_output=True, text=True, check=False, env=os.environ | {"TMPDIR": str(temporary), "LANG": "C.UTF-8"},
    )  # fmt: skip
    if asked.returncode != 0:
        raise SourcesError(asked.stderr.strip())
    return parse(asked.stdout.splitlines())


def debian_mirrors(sources: Iterable[Source]) -> list[Source]:
    """The sources that may be a full Debian mirror, likeliest first, each address once.

    Origin and label decide when apt has fetched lists. Without them every source with Debian's component ``main`` is a
    candidate, those whose address ends in ``debian`` first; a wrong one does no harm, because what it serves must be
    signed by Debian's keys.
    """

    def likelihood(source: Source) -> tuple[bool, bool, bool]:
        is_debian = source.origin == "Debian" and source.label == "Debian"
        path = source.uri.rstrip("/")
        return (not is_debian, not path.endswith("debian"), "security" in path)

    candidates = [
        source
        for source in sources
        if source.component == "main" and source.origin in ("", "Debian") and source.label in ("", "Debian")
    ]
    chosen: dict[str, Source] = {}
    for source in sorted(candidates, key=likelihood):
        if "security" not in source.uri:
            chosen.setdefault(source.uri.rstrip("/"), source)
    return list(chosen.values())
