"""Recordings of conversations, and what is written about them: holds, retention, model cases, checks, key changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from zuoxi.platform.database import Base, TenantRow, reference


class Recording(TenantRow, Base):
    """A finished recording: stereo FLAC, 8 kHz; left is the caller, right is what the caller hears.

    ``path`` is relative to the recordings folder; ``starts_at`` is when its first sample was heard; ``cut_s`` is how
    many seconds of the call before that were left out by the tenant's settings. ``size`` and ``sha256`` are of the
    FLAC itself. The file is sealed under a key of its own, which is kept here wrapped by version ``key_version`` of the
    tenant's key (None: a file from before sealing, still plain). ``state`` removed: the sound is gone for
    ``removed_reason``, and the row says so. ``peaks`` as ``encode.Peaks.to_json``.
    """

    __tablename__ = "recording"

    contact_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    call: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column()
    seconds: Mapped[float] = mapped_column(Float)
    cut_s: Mapped[float] = mapped_column(Float, server_default=text("0"))
    size: Mapped[int] = mapped_column("bytes", BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    peaks: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    key_version: Mapped[int | None] = mapped_column(Integer)
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    verified_at: Mapped[datetime | None] = mapped_column()
    state: Mapped[str] = mapped_column(Text, server_default=text("'kept'"), default="kept")
    removed_at: Mapped[datetime | None] = mapped_column()
    removed_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        reference("contact_id", "contact"),
        UniqueConstraint("tenant_id", "call"),
        CheckConstraint("state in ('kept', 'removed')", name="state"),
        Index(None, "tenant_id", "contact_id"),
        Index(None, "tenant_id", "starts_at"),
    )


class RecordingRetention(TenantRow, Base):
    """For how many days the sound of a project's calls is kept (None: without end); without a project, of all that have
    no rule of their own. ``keep_cases``: released model cases are kept beyond it."""

    __tablename__ = "recording_retention"

    project_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    days: Mapped[int | None] = mapped_column(Integer)
    keep_cases: Mapped[bool] = mapped_column(server_default=text("true"))
    changed_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        reference("project_id", "project"),
        UniqueConstraint("tenant_id", "project_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("days > 0", name="days"),
    )


class RecordingHold(TenantRow, Base):
    """Somebody's word that a recording must not be removed (legal hold), until it is lifted or ``until`` has passed."""

    __tablename__ = "recording_hold"

    recording_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    why: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime | None] = mapped_column()
    placed_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    placed_at: Mapped[datetime] = mapped_column()
    lifted_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    lifted_at: Mapped[datetime | None] = mapped_column()
    lifted_why: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (reference("recording_id", "recording"), Index(None, "tenant_id", "recording_id"))


class ModelCase(TenantRow, Base):
    """A recording, or seconds ``from_s`` to ``to_s`` of it, kept as an example (典型案例). Agents hear released
    ones."""

    __tablename__ = "model_case"

    recording_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    title: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    comment: Mapped[str] = mapped_column(Text, server_default=text("''"))
    from_s: Mapped[float] = mapped_column(Float)
    to_s: Mapped[float] = mapped_column(Float)
    state: Mapped[str] = mapped_column(Text, server_default=text("'draft'"), default="draft")
    made_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    made_at: Mapped[datetime] = mapped_column()
    released_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    released_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        reference("recording_id", "recording"),
        CheckConstraint("state in ('draft', 'released', 'withdrawn')", name="state"),
        CheckConstraint("from_s >= 0 and to_s > from_s", name="span"),
        Index(None, "tenant_id", "state", "made_at"),
        Index(None, "tenant_id", "recording_id"),
    )


class RecordingCheck(TenantRow, Base):
    """One comparison of calls, rows and files. ``counts``: how many were looked at, and found, of each kind."""

    __tablename__ = "recording_check"

    started_at: Mapped[datetime] = mapped_column()
    finished_at: Mapped[datetime] = mapped_column()
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (Index(None, "tenant_id", "started_at"),)


class RecordingFinding(TenantRow, Base):
    """Something that a check found wrong. ``subject`` names it within its ``kind``: a contact, a recording or a file.
    A finding that a later check no longer sees is resolved by itself; one that somebody explained stays explained."""

    __tablename__ = "recording_finding"

    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    recording_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    state: Mapped[str] = mapped_column(Text, server_default=text("'open'"), default="open")
    found_at: Mapped[datetime] = mapped_column()
    seen_at: Mapped[datetime] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()
    closed_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("tenant_id", "kind", "subject"),
        CheckConstraint("state in ('open', 'explained', 'resolved')", name="state"),
        Index(None, "tenant_id", "state", "found_at"),
    )


class KeyRotation(TenantRow, Base):
    """A change of the tenant's key: the recordings' own keys are wrapped anew, ``done`` of ``total`` so far."""

    __tablename__ = "recording_key_rotation"

    to_version: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer, server_default=text("0"), default=0)
    done: Mapped[int] = mapped_column(Integer, server_default=text("0"), default=0)
    asked_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    asked_at: Mapped[datetime] = mapped_column()
    finished_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (Index(None, "tenant_id", "asked_at"),)


class RecordingScope(TenantRow, Base):
    """A project whose calls a listener may hear. Who has no such row hears those of all projects (as the role says)."""

    __tablename__ = "recording_scope"

    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    project_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))

    __table_args__ = (
        reference("user_id", "app_user", ondelete="CASCADE"),
        reference("project_id", "project", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "user_id", "project_id"),
    )
