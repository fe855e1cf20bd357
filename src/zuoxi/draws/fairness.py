"""How winners follow from a seed: pure, and short enough for anybody to do over again.

Before registration opens the organiser publishes the *commitment*, SHA-256 of a secret seed, so the seed cannot be
chosen later. When registration is over the *list hash* is published, so the list cannot be changed later. Then the seed
is revealed: tickets are sorted by SHA-256 of ``seed|public word|ticket`` and the first ones win. Whoever wants to keep
even the holder of the seed from choosing among lists announces beforehand which public word will be used that nobody
can know yet (say, the numbers of the state lottery of the evening of the draw).

All texts are ASCII or UTF-8, all hashes are written in lower-case hexadecimal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

ALGORITHM = "sha256-sort-1"


@dataclass(frozen=True, slots=True)
class Entry:
    """A ticket and who holds it: ``person`` is a number that stands for the telephone number in published lists."""

    ticket: str
    person: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A place in the order of a draw (1 is first): the first ``winners`` have prizes, the others are reserves."""

    rank: int
    entry: Entry
    score: str


def commitment_of(seed: str) -> str:
    """What is published before: the hash of the seed as it will be written when it is revealed."""
    return sha256(seed.encode()).hexdigest()


def score_of(seed: str, public_word: str, ticket: str) -> str:
    """Where a ticket stands: the smaller, the better."""
    return sha256(f"{seed}|{public_word}|{ticket}".encode()).hexdigest()


def list_hash_of(entries: Iterable[Entry]) -> str:
    """The hash of the list of entries: lines ``ticket,person`` in the order of the tickets."""
    lines = sorted((entry.ticket, entry.person) for entry in entries)
    return sha256("".join(f"{ticket},{person}\n" for ticket, person in lines).encode()).hexdigest()


def draw(
    seed: str, public_word: str, entries: Iterable[Entry], places: int, *, one_each: bool = True
) -> Sequence[Drawn]:
    """The first ``places`` places. With ``one_each`` a person's best ticket counts and the others are passed over."""
    found: list[Drawn] = []
    seen: set[int] = set()
    for score, entry in sorted(
        ((score_of(seed, public_word, entry.ticket), entry) for entry in entries),
        key=lambda one: (one[0], one[1].ticket),
    ):
        if len(found) >= places:
            break
        if one_each and entry.person in seen:
            continue
        seen.add(entry.person)
        found.append(Drawn(len(found) + 1, entry, score))
    return found
