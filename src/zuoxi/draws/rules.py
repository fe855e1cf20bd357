"""Pure rules of prize draws: the life of a draw, and what a ticket number looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from zuoxi.draws.errors import DrawStateWrong, PatternUnreadable


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"  # the commitment is published; people register
    CLOSED = "closed"  # the list is frozen and its hash published
    DRAWN = "drawn"  # the seed is revealed
    CANCELLED = "cancelled"


# step: (from, to)
STEPS: Mapping[str, Mapping[State, State]] = {
    "open": {State.DRAFT: State.OPEN},
    "close": {State.OPEN: State.CLOSED},
    "draw": {State.CLOSED: State.DRAWN},
    "cancel": {State.DRAFT: State.CANCELLED, State.OPEN: State.CANCELLED, State.CLOSED: State.CANCELLED},
}


def step(state: str, name: str) -> State:
    """The state after a step. Raises DrawStateWrong."""
    after = STEPS[name].get(State(state))
    if after is None:
        raise DrawStateWrong(state=state, step=name)
    return after


class TicketSource(StrEnum):
    PATTERN = "pattern"
    LIST = "list"


class Check(StrEnum):
    """The check digit, the last of the ticket number."""

    NONE = "none"
    LUHN = "luhn"  # as on bank cards
    EAN = "ean"  # as on articles: weights 3 and 1 from the right


class Result(StrEnum):
    """What became of a registration."""

    REGISTERED = "registered"
    ALREADY = "already"  # by the same number before
    TAKEN = "taken"  # by another number
    LIMIT = "limit"  # this number has as many entries as one person may have
    UNKNOWN = "unknown"  # no such ticket
    NO_NUMBER = "no_number"  # who withholds the number cannot be called back
    NOT_OPEN = "not_open"
    CLOSED = "closed"


MAX_TICKET = 30


def clean_ticket(typed: str) -> str:
    """A ticket number as it is kept: its digits. Empty when there is anything else but spaces and hyphens in it."""
    bare = "".join(character for character in typed if character not in " -\t\u3000")
    return bare if bare.isascii() and bare.isdigit() and len(bare) <= MAX_TICKET else ""


def read_pattern(pattern: str) -> Sequence[str]:
    """The masks of a pattern: ``d`` is any digit, digits stand for themselves, ``|`` separates. Raises
    PatternUnreadable."""
    masks = [mask.strip() for mask in pattern.split("|")]
    if not all(mask and len(mask) <= MAX_TICKET and set(mask) <= set("d0123456789") for mask in masks):
        raise PatternUnreadable(field="ticket_pattern")
    return masks


def fits(ticket: str, masks: Sequence[str]) -> bool:
    """Whether a cleaned ticket number fits one of the masks."""
    return any(
        len(mask) == len(ticket) and all(m in ("d", t) for m, t in zip(mask, ticket, strict=True)) for mask in masks
    )


def check_digit(body: str, check: Check) -> str:
    """The digit that makes ``body`` whole; empty without a check. Luhn: ISO/IEC 7812-1, annex B; EAN: GS1."""
    if check is Check.NONE:
        return ""
    total = 0
    for place, character in enumerate(reversed(body)):
        digit = int(character)
        if check is Check.EAN:
            total += digit * (3 if place % 2 == 0 else 1)
        else:
            total += digit if place % 2 else sum(divmod(digit * 2, 10))
    return str(-total % 10)


def checks(ticket: str, check: Check) -> bool:
    """Whether the last digit of a cleaned ticket number is right."""
    return check is Check.NONE or (len(ticket) > 1 and check_digit(ticket[:-1], check) == ticket[-1])


def whole_ticket(body: str, check: str) -> str:
    """A ticket number with its check digit."""
    return body + check_digit(body, Check(check))
