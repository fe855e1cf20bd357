"""Tenants, clients, projects, users with their roles and sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKeyConstraint, Identity, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from zuoxi.platform.database import Base, TenantRow, reference


class Tenant(Base):
    """An operator (承包商). Its own id is what the wall compares."""

    __tablename__ = "tenant"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text, server_default=text("'Asia/Shanghai'"))
    locale: Mapped[str] = mapped_column(Text, server_default=text("'zh-CN'"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Client(TenantRow, Base):
    """A company that the tenant works for (发包商), or the tenant itself. Owns customers, catalogue and orders."""

    __tablename__ = "client"

    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        UniqueConstraint("tenant_id", "name"),
    )


class Project(TenantRow, Base):
    """Work for one client; business lines hang under it."""

    __tablename__ = "project"

    client_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        reference("client_id", "client"),
        UniqueConstraint("tenant_id", "name"),
    )


class User(TenantRow, Base):
    """A person who signs in. ``login`` is unique in the installation (kept in lower case), ``number`` (工号) in the
    tenant. ``totp_secret`` counts from ``totp_confirmed`` on; ``totp_step`` is the last time step used, so that a code
    works once. ``telephone`` is the ordinary telephone from which a user may work while ``works_from_home``. ``demo``
    marks logins made for the demo centre."""

    __tablename__ = "app_user"

    login: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    locale: Mapped[str] = mapped_column(Text, server_default=text("'zh-CN'"))
    telephone: Mapped[str | None] = mapped_column(Text)
    works_from_home: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    totp_secret: Mapped[str | None] = mapped_column(Text)
    totp_confirmed: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    demo: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        UniqueConstraint("login"),
        UniqueConstraint("tenant_id", "number"),
    )


class UserRole(TenantRow, Base):
    """One role of a user."""

    __tablename__ = "user_role"

    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    role: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        reference("user_id", "app_user", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "user_id", "role"),
    )


class UserSession(TenantRow, Base):
    """A signed-in browser. Only a hash of its token is kept; ``ends_at`` is the absolute end, ``seen_at`` feeds the
    idle limit, ``confirmed_at`` is when the password was last given. ``address`` and ``browser`` are shown to its owner
    alone."""

    __tablename__ = "user_session"

    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    token_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column()
    seen_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
    confirmed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    address: Mapped[str] = mapped_column(Text, server_default=text("''"))
    browser: Mapped[str] = mapped_column(Text, server_default=text("''"))

    __table_args__ = (
        reference("user_id", "app_user", ondelete="CASCADE"),
        UniqueConstraint("token_hash"),
        Index(None, "tenant_id", "user_id"),
    )


class SignInAttempt(Base):
    """A failed sign-in, by a hash of the login and by a hash of the address. Belongs to no tenant: at that point
    none is known. Only the narrow role touches it."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    bucket: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column()

    __table_args__ = (Index(None, "bucket", "at"),)


class DoneOnce(Base):
    """Things that may happen once in an installation, such as making the first administrator."""

    __tablename__ = "installation_once"

    what: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
