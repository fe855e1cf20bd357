"""The JSON of prize draws."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from zuoxi.draws.models import Draw, DrawEntry, DrawPerson, DrawWinner
from zuoxi.platform.fields import Id, Line, Strict, Words
from zuoxi.platform.masking import mask_number

Name = Annotated[Line, Field(min_length=1, max_length=60)]


class Prize(Strict):
    """``count`` places win this."""

    name: Name
    count: Annotated[int, Field(ge=1, le=1000)] = 1


class DrawChange(Strict):
    """What is to change of a draft; what is absent stays. ``ticket_pattern``: ``d`` is any digit, ``|`` separates.
    ``one_each``: a person wins once at most. ``public_source``: which word of the future is mixed in, empty: none."""

    name: Name = ""
    rules_text: Annotated[Words, Field(max_length=4000)] = ""
    hotline_id: Id | None = None
    queue_id: Id | None = None
    opens_at: AwareDatetime = Field(default_factory=lambda: datetime.fromisoformat("2000-01-01T00:00:00+00:00"))
    closes_at: AwareDatetime = Field(default_factory=lambda: datetime.fromisoformat("2000-01-01T00:00:00+00:00"))
    ticket_source: Literal["pattern", "list"] = "pattern"
    ticket_pattern: Annotated[Line, Field(max_length=200)] = "dddddddd"
    ticket_check: Literal["none", "luhn", "ean"] = "none"
    per_person: Annotated[int, Field(ge=1, le=1000)] = 1
    one_each: bool = True
    prizes: Annotated[list[Prize], Field(min_length=1, max_length=50, default_factory=list)]
    reserves: Annotated[int, Field(ge=0, le=1000)] = 0
    public_source: Annotated[Line, Field(max_length=200)] = ""


class DrawIn(DrawChange):
    name: Name
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    prizes: Annotated[list[Prize], Field(min_length=1, max_length=50)]


class DrawOut(BaseModel):
    """A draw; the seed only once it is drawn."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    rules_text: str
    hotline_id: str | None
    hotline_number: str | None = None
    queue_id: str | None
    opens_at: datetime
    closes_at: datetime
    ticket_source: str
    ticket_pattern: str
    ticket_check: str
    per_person: int
    one_each: bool
    prizes: list[Prize]
    reserves: int
    public_source: str
    public_word: str
    state: str
    commitment: str | None
    list_hash: str | None
    seed: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    drawn_at: datetime | None
    entries: int = 0
    people: int = 0
    tickets: int | None = None

    @classmethod
    def of(
        cls, draw: Draw, entries: int, people: int, hotline_number: str | None, tickets: int | None = None
    ) -> DrawOut:
        """The seed stays here until the draw is held."""
        out = cls.model_validate(draw)
        return out.model_copy(
            update={
                "seed": draw.seed if draw.drawn_at is not None else None,
                "entries": entries,
                "people": people,
                "hotline_number": hotline_number,
                "tickets": tickets,
            }
        )


class TicketsIn(Strict):
    """Ticket numbers; spaces and hyphens do not count."""

    tickets: Annotated[list[Annotated[Line, Field(max_length=60)]], Field(min_length=1, max_length=20_000)]


class TicketsAdded(BaseModel):
    added: int
    total: int


class PublicWord(Strict):
    public_word: Annotated[Line, Field(max_length=200)] = ""


class EntryOut(BaseModel):
    """An entry; the number masked."""

    id: str
    ticket: str
    number: str
    person: int | None
    contact_id: str | None
    registered_at: datetime

    @classmethod
    def of(cls, entry: DrawEntry, person: DrawPerson) -> EntryOut:
        return cls(
            id=entry.id,
            ticket=entry.ticket,
            number=mask_number(person.number),
            person=person.person,
            contact_id=entry.contact_id,
            registered_at=entry.registered_at,
        )


class WinnerOut(BaseModel):
    """A winner or reserve; the number whole only for who asked for it and may see it."""

    id: str
    rank: int
    ticket: str
    person: int | None
    number: str
    prize: str | None
    state: Literal["to_call", "reached", "not_reached", "reserve"]
    note: str
    score: str
    callback_id: str | None
    callback_state: str | None
    contact_id: str | None
    changed_at: datetime

    @classmethod
    def of(
        cls,
        draw: Draw,
        winner: DrawWinner,
        entry: DrawEntry,
        person: DrawPerson,
        callback_state: str | None,
        *,
        revealed: bool,
    ) -> WinnerOut:
        return cls(
            id=winner.id,
            rank=winner.rank,
            ticket=entry.ticket,
            person=person.person,
            number=person.number if revealed else mask_number(person.number),
            prize=None if winner.prize is None else draw.prizes[winner.prize]["name"],
            state=winner.state,
            note=winner.note,
            score=winner.score,
            callback_id=winner.callback_id,
            callback_state=callback_state,
            contact_id=entry.contact_id,
            changed_at=winner.changed_at,
        )


class Settled(Strict):
    """Whether a winner was reached, and what was said."""

    reached: bool
    note: Annotated[Words, Field(max_length=500)] = ""


class Published(BaseModel):
    """What is published of a draw: see ``queries.published``."""

    model_config = ConfigDict(extra="allow")

    algorithm: str
    draw: str
    name: str
    state: str
    commitment: str | None
    entries: list[dict[str, Any]] = []
    winners: list[dict[str, Any]] = []
