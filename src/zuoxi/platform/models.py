"""The tables of the platform itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Integer, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from zuoxi.platform.database import CURRENT_TENANT, Base, TenantRow


class OutboxRow(Base):
    """An announcement that waits for the relay, written in the transaction that it tells of."""

    __tablename__ = "outbox"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), server_default=text(CURRENT_TENANT))
    topic: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)


class AuditEntry(TenantRow, Base):
    """Who did or saw what, and when. Append-only: the application's role can neither change nor remove it."""

    __tablename__ = "audit_log"

    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    user_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    action: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))

    __table_args__ = (
        Index(None, "tenant_id", "at"),
        Index(None, "tenant_id", "kind", "object_id"),
    )


class IdempotencyRow(TenantRow, Base):
    """The answer to a request that carried an Idempotency-Key, kept to be given again."""

    __tablename__ = "idempotency"

    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text)
    status: Mapped[int | None] = mapped_column(Integer)
    body: Mapped[Any | None] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        UniqueConstraint("tenant_id", "user_id", "key"),
        Index(None, "tenant_id", "at"),
    )
