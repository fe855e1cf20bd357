"""Call flows: the draft that is being drawn, and the versions that were published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Integer, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from zuoxi.platform.database import Base, TenantRow, reference


class CallFlow(TenantRow, Base):
    """A call flow. ``draft_revision`` grows at every saving, ``published`` is the version that callers meet,
    ``test_number`` what a phone of the house dials to hear the draft."""

    __tablename__ = "call_flow"

    name: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    draft: Mapped[dict[str, Any]] = mapped_column(JSONB)
    draft_revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    draft_based_on: Mapped[int | None] = mapped_column(Integer)
    published: Mapped[int | None] = mapped_column(Integer)
    published_at: Mapped[datetime | None] = mapped_column()
    test_number: Mapped[str | None] = mapped_column(Text)
    archived: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    changed_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))

    __table_args__ = (UniqueConstraint("tenant_id", "name"), UniqueConstraint("test_number"))


class CallFlowVersion(TenantRow, Base):
    """A published version. The application's role may add some, and change none."""

    __tablename__ = "call_flow_version"

    flow_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    version: Mapped[int] = mapped_column(Integer)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    restored_from: Mapped[int | None] = mapped_column(Integer)
    published_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    published_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))

    __table_args__ = (
        reference("flow_id", "call_flow"),
        UniqueConstraint("tenant_id", "flow_id", "version"),
        CheckConstraint("version > 0", name="version"),
    )
