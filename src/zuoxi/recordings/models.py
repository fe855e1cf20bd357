"""Recordings of conversations, one for each call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from zuoxi.platform.database import Base, TenantRow, reference


class Recording(TenantRow, Base):
    """A finished recording: stereo FLAC, 8 kHz; left is the caller, right is what the caller hears.

    ``path`` is relative to the recordings folder; ``starts_at`` is when its first sample was heard; ``cut_s`` is how
    many seconds of the call before that were left out by the tenant's settings. ``peaks`` as ``encode.Peaks.to_json``.
    """

    __tablename__ = "recording"

    contact_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    call: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column()
    seconds: Mapped[float] = mapped_column(Float)
    cut_s: Mapped[float] = mapped_column(Float, server_default=text("0"))
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    peaks: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        reference("contact_id", "contact"),
        UniqueConstraint("tenant_id", "call"),
        Index(None, "tenant_id", "contact_id"),
    )
