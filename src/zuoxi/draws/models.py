"""Prize draws, their tickets, who registered, and who won."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from zuoxi.platform.database import Base, TenantRow, reference


class Draw(TenantRow, Base):
    """A prize draw. ``seed`` is secret until ``drawn_at``; ``commitment`` is its hash, published when it opens;
    ``list_hash`` is published when registration is over. ``prizes``: ``[{"name", "count"}]`` in the order of the
    places."""

    __tablename__ = "draw"

    name: Mapped[str] = mapped_column(Text)
    rules_text: Mapped[str] = mapped_column(Text, server_default=text("''"))
    hotline_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    queue_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    opens_at: Mapped[datetime] = mapped_column()
    closes_at: Mapped[datetime] = mapped_column()
    ticket_source: Mapped[str] = mapped_column(Text)
    ticket_pattern: Mapped[str] = mapped_column(Text, server_default=text("''"))
    ticket_check: Mapped[str] = mapped_column(Text, server_default=text("'none'"))
    per_person: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    one_each: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    prizes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reserves: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    public_source: Mapped[str] = mapped_column(Text, server_default=text("''"))
    state: Mapped[str] = mapped_column(Text, server_default=text("'draft'"))
    seed: Mapped[str | None] = mapped_column(Text)
    commitment: Mapped[str | None] = mapped_column(Text)
    list_hash: Mapped[str | None] = mapped_column(Text)
    public_word: Mapped[str] = mapped_column(Text, server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    opened_at: Mapped[datetime | None] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()
    drawn_at: Mapped[datetime | None] = mapped_column()
    drawn_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))

    __table_args__ = (
        reference("hotline_id", "hotline"),
        reference("queue_id", "queue"),
        UniqueConstraint("tenant_id", "name"),
        CheckConstraint("state in ('draft', 'open', 'closed', 'drawn', 'cancelled')", name="state"),
        CheckConstraint("ticket_source in ('pattern', 'list')", name="ticket_source"),
        CheckConstraint("ticket_check in ('none', 'luhn', 'ean')", name="ticket_check"),
        CheckConstraint("closes_at > opens_at", name="period"),
        CheckConstraint("per_person > 0 and reserves >= 0", name="sizes"),
        # nothing is registered or drawn under a seed that nobody was bound to
        CheckConstraint("state in ('draft', 'cancelled') or seed is not null and commitment is not null", name="seed"),
        CheckConstraint("state not in ('closed', 'drawn') or list_hash is not null", name="list_hash"),
    )


class DrawTicket(TenantRow, Base):
    """A ticket number of a draw whose numbers are a list."""

    __tablename__ = "draw_ticket"

    draw_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    ticket: Mapped[str] = mapped_column(Text(collation="C"))

    __table_args__ = (
        reference("draw_id", "draw", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "draw_id", "ticket"),
    )


class DrawPerson(TenantRow, Base):
    """A telephone number that takes part, with how many entries it has. ``person`` stands for it in published lists and
    is given when registration is over."""

    __tablename__ = "draw_person"

    draw_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    number: Mapped[str] = mapped_column(Text)
    number_key: Mapped[str] = mapped_column(Text(collation="C"))
    entries: Mapped[int] = mapped_column(Integer)
    person: Mapped[int | None] = mapped_column(Integer)
    first_at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        reference("draw_id", "draw", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "draw_id", "number_key"),
        CheckConstraint("entries >= 0", name="entries"),
    )


class DrawEntry(TenantRow, Base):
    """A ticket that was registered: once, whoever calls (the constraint holds it, also between calls at one moment)."""

    __tablename__ = "draw_entry"

    draw_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    person_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    ticket: Mapped[str] = mapped_column(Text(collation="C"))
    contact_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    registered_at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        reference("draw_id", "draw", ondelete="CASCADE"),
        reference("person_id", "draw_person", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "draw_id", "ticket"),
        Index(None, "tenant_id", "draw_id", "registered_at"),
    )


class DrawWinner(TenantRow, Base):
    """A place in a draw. ``prize`` is the place in ``Draw.prizes``; a reserve has none until somebody before could not
    be reached."""

    __tablename__ = "draw_winner"

    draw_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    entry_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    rank: Mapped[int] = mapped_column(Integer)
    score: Mapped[str] = mapped_column(Text)
    prize: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    callback_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    changed_at: Mapped[datetime] = mapped_column()
    changed_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))

    __table_args__ = (
        reference("draw_id", "draw", ondelete="CASCADE"),
        reference("entry_id", "draw_entry", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "draw_id", "rank"),
        UniqueConstraint("tenant_id", "draw_id", "entry_id"),
        CheckConstraint("state in ('to_call', 'reached', 'not_reached', 'reserve')", name="state"),
        CheckConstraint("(state = 'reserve') = (prize is null)", name="prize"),
    )
