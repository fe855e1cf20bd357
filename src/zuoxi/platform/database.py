"""The database as the domains see it: declarative tables, and transactions bound to one tenant."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKeyConstraint, MetaData, Uuid, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import AdaptedConnection
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, UOWTransaction, mapped_column

from zuoxi.platform.identifiers import new_id

# The channel on which the relay of announcements is woken.
WAKE = "zuoxi_outbox"

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

# What a row's tenant is unless said otherwise: the tenant of the transaction.
CURRENT_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"


class Base(DeclarativeBase):
    """All tables. Identifiers are text in Python and ``uuid`` in the database; times are aware."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 (SQLAlchemy reads it from the class)


class TenantRow:
    """A row that belongs to a tenant: key (tenant_id, id).

    ``id`` is set when the object is made (give one to choose it), ``tenant_id`` at the flush from the transaction. A
    reference inside a tenant is composite, see ``reference``; the table's migration calls ``tenancy.protect``.
    """

    tenant_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, server_default=text(CURRENT_TENANT))
    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)

    def __init__(self, **values: Any) -> None:
        values.setdefault("id", new_id())
        super().__init__(**values)


def reference(column: str, table: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A foreign key inside a tenant, for ``__table_args__``: (tenant_id, column) → table (tenant_id, id).

    Foreign keys look past row-level security; only the composite form keeps a row from pointing into another tenant.
    """
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


class _TenantSession(Session):
    """The session whose every transaction starts by saying which tenant it is for."""


@event.listens_for(_TenantSession, "after_begin")
def _bind_tenant(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    tenant_id = session.info.get("tenant")
    if tenant_id is not None:
        connection.execute(text("select set_config('app.tenant', :tenant, true)"), {"tenant": str(tenant_id)})


@event.listens_for(_TenantSession, "before_flush")
def _fill_tenant(session: Session, _context: UOWTransaction, _instances: object) -> None:
    tenant_id = session.info.get("tenant")
    if tenant_id is None:
        return
    for row in session.new:
        if isinstance(row, TenantRow) and row.tenant_id is None:
            row.tenant_id = tenant_id


def _refuse_dead(connection: AdaptedConnection, _record: object, _proxy: object) -> None:
    """A connection whose server is gone is replaced, and all the others of the pool with it. The driver has seen its
    end already; asking the server instead (SQLAlchemy's ping) would be three round trips before every transaction."""
    driver: Any = connection.driver_connection
    if driver.is_closed():
        raise InvalidatePoolError


def async_url(dsn: str) -> str:
    """SQLAlchemy's form of a ``postgresql://`` address, with the driver that we use."""
    scheme, separator, rest = dsn.partition("://")
    if not separator or scheme not in {"postgresql", "postgres", "postgresql+asyncpg"}:
        raise ValueError("a database address starts with postgresql://")
    return f"postgresql+asyncpg://{rest}"


class Database:
    """A pool of connections of one role. Made once per process by its composition root."""

    def __init__(self, dsn: str, *, pool_size: int = 10, application: str = "zuoxi") -> None:
        self.dsn = dsn
        self.engine: AsyncEngine = create_async_engine(
            async_url(dsn),
            pool_size=pool_size,
            max_overflow=pool_size,
            hide_parameters=True,  # errors reach the log, and parameters are personal data
            connect_args={"server_settings": {"application_name": application, "timezone": "UTC"}},
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_dead)
        self._wake_wanted = False
        self._waking: asyncio.Task[None] | None = None
        self._sessions = async_sessionmaker(self.engine, sync_session_class=_TenantSession, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self, tenant_id: str | None) -> AsyncIterator[AsyncSession]:
        """One transaction of one tenant: committed at the end, rolled back when an exception leaves the block.

        ``None`` is no tenant: the application's role then sees no row of any tenant (the narrow role has rights of its
        own, see ``platform.tenancy``).
        """
        async with self._sessions(info={"tenant": tenant_id}) as session, session.begin():
            yield session
        if session.info.pop("announced", False):
            self._wake_relay()

    async def close(self) -> None:
        """Close every connection."""
        if self._waking is not None:
            await asyncio.wait({self._waking})
        await self.engine.dispose()

    def _wake_relay(self) -> None:
        """Tell the relay that there is something to take. After the commit and once for many: a NOTIFY within the
        transaction would make commits wait for each other. If it fails, the relay finds the rows by itself."""
        self._wake_wanted = True
        if self._waking is None or self._waking.done():
            self._waking = asyncio.create_task(self._wake())

    async def _wake(self) -> None:
        while self._wake_wanted:
            self._wake_wanted = False
            with contextlib.suppress(SQLAlchemyError, OSError, TimeoutError):
                async with self.engine.connect() as connection:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                    await connection.execute(text(f"notify {WAKE}"))
