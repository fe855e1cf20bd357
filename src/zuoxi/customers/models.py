"""Customers with their numbers, addresses and notes, and the blacklist."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, Text, UniqueConstraint, Uuid
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from zuoxi.platform.database import Base, TenantRow, reference


class Customer(TenantRow, Base):
    """A person who called or was called, as one client knows them.

    ``pinyin`` and ``initials`` are search keys made from the name (byte order, so that a prefix is a range). VIP is
    given by hand, with a reason and perhaps an end. A potential customer called and did not buy: why, and what was
    wanted.
    """

    __tablename__ = "customer"

    client_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    name: Mapped[str] = mapped_column(Text(collation="C"), server_default=sql("''"))
    pinyin: Mapped[str] = mapped_column(Text(collation="C"), server_default=sql("''"))
    initials: Mapped[str] = mapped_column(Text(collation="C"), server_default=sql("''"))
    segment: Mapped[str | None] = mapped_column(Text)
    vip: Mapped[bool] = mapped_column(Boolean, server_default=sql("false"))
    vip_reason: Mapped[str | None] = mapped_column(Text)
    vip_until: Mapped[datetime | None] = mapped_column()
    vip_set_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    potential: Mapped[bool] = mapped_column(Boolean, server_default=sql("false"))
    potential_reason: Mapped[str | None] = mapped_column(Text)
    potential_interest: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default=sql("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))

    __table_args__ = (
        reference("client_id", "client"),
        Index(None, "tenant_id", "name"),
        Index(None, "tenant_id", "pinyin"),
        Index(None, "tenant_id", "initials"),
        Index(None, "tenant_id", "updated_at"),
    )


class CustomerNumber(TenantRow, Base):
    """A telephone number of a customer: raw, its kind, E.164 where there is one, its place. ``key`` is what two
    presentations of one number share, ``tail`` its last four digits. One number is one customer's of a client."""

    __tablename__ = "customer_number"

    customer_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    client_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    raw: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    e164: Mapped[str | None] = mapped_column(Text)
    shown: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text(collation="C"))
    tail: Mapped[str] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))

    __table_args__ = (
        reference("customer_id", "customer", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "key", "client_id"),
        Index(None, "tenant_id", "customer_id"),
        Index(None, "tenant_id", "tail"),
    )


class CustomerAddress(TenantRow, Base):
    """Where parcels go: recipient, telephone, province, city, district and street."""

    __tablename__ = "customer_address"

    customer_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    recipient: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    province: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))

    __table_args__ = (
        reference("customer_id", "customer", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "customer_id", "recipient", "phone", "province", "city", "district", "street"),
    )


class CustomerNote(TenantRow, Base):
    """Something worth knowing about a customer at the next call."""

    __tablename__ = "customer_note"

    customer_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=sql("now()"))

    __table_args__ = (
        reference("customer_id", "customer", ondelete="CASCADE"),
        Index(None, "tenant_id", "customer_id", "at"),
    )


class BlacklistEntry(TenantRow, Base):
    """A number whose calls are turned away, why, on whose word and until when (None: until removed)."""

    __tablename__ = "blacklist"

    number: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text(collation="C"))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    expires_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (UniqueConstraint("tenant_id", "key"),)
