"""Does a published draw follow from its seed? Computes everything anew from the downloaded file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zuoxi.draws import fairness


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: ``name`` is commitment, list, or winners; ``right`` None: not published yet."""

    name: str
    right: bool | None


def check(document: Mapping[str, Any]) -> list[Finding]:
    """Compare a published document (``queries.published``) with what follows from it. Raises ValueError when it is
    none of ours."""
    if document.get("algorithm") != fairness.ALGORITHM:
        raise ValueError(f"not a draw of the kind {fairness.ALGORITHM}")
    seed = document.get("seed")
    entries = [fairness.Entry(str(one["ticket"]), int(one["person"])) for one in document.get("entries", [])]
    listed = document.get("list_hash")
    right_list = None if listed is None else fairness.list_hash_of(entries) == listed
    if seed is None:
        return [Finding("commitment", None), Finding("list", right_list), Finding("winners", None)]
    places = sum(int(prize["count"]) for prize in document["prizes"]) + int(document["reserves"])
    drawn = fairness.draw(seed, document.get("public_word", ""), entries, places, one_each=bool(document["one_each"]))
    told = [(int(one["rank"]), str(one["ticket"])) for one in document.get("winners", [])]
    return [
        Finding("commitment", fairness.commitment_of(seed) == document.get("commitment")),
        Finding("list", right_list),
        Finding("winners", told == [(one.rank, one.entry.ticket) for one in drawn]),
    ]
