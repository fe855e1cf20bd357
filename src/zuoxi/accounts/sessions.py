"""Sessions: a random token in the browser's cookie, its keyed hash in the database, an idle and an absolute end."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts.models import Tenant, User, UserRole, UserSession
from zuoxi.accounts.permissions import permissions_of
from zuoxi.accounts.principal import Principal
from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database

# ``seen_at`` is written at most this often: a session in use costs one write a minute, not one a request.
_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FoundSession:
    """What the narrow role finds out about a token."""

    tenant_id: str
    session_id: str
    user_id: str
    seen_at: datetime
    confirmed_at: datetime


def cookie_name(settings: Settings) -> str:
    """The session cookie's name. Cookies ignore ports, so centres side by side on one host need names of their own.
    Over https the name begins with __Host-: browsers then take it from this host alone, for all of it, by https."""
    secure = "__Host-" if settings.public.scheme == "https" else ""
    return f"{secure}zuoxi_session_{settings.installation.id}"


def idle_limit(settings: Settings) -> timedelta:
    """How long a session lives without use."""
    return timedelta(minutes=settings.sessions.idle_minutes)


def absolute_limit(settings: Settings) -> timedelta:
    """How long a session lives however busy."""
    return timedelta(hours=settings.sessions.absolute_hours)


def token_hash(settings: Settings, token: str) -> str:
    """What the database keeps of a token: an HMAC-SHA256 under the installation's secret, in hex."""
    key = settings.secrets.session.get_secret_value().encode()
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()


async def open_session(
    session: AsyncSession, settings: Settings, user_id: str, now: datetime, address: str = "", browser: str = ""
) -> str:
    """Make a session for a user and return its token, which exists nowhere else. ``browser`` is what the browser calls
    itself."""
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            user_id=user_id,
            token_hash=token_hash(settings, token),
            created_at=now,
            seen_at=now,
            ends_at=now + absolute_limit(settings),
            confirmed_at=now,
            address=address[:60],
            browser=browser[:300],
        )
    )
    await session.flush()
    return token


async def find_session(narrow: Database, settings: Settings, token: str, now: datetime) -> FoundSession | None:
    """The live session of a token; None when there is none, or it is past either end."""
    async with narrow.transaction(None) as session:
        row = (
            await session.execute(
                select(
                    UserSession.tenant_id,
                    UserSession.id,
                    UserSession.user_id,
                    UserSession.seen_at,
                    UserSession.confirmed_at,
                ).where(
                    UserSession.token_hash == token_hash(settings, token),
                    UserSession.ends_at > now,
                    UserSession.seen_at > now - idle_limit(settings),
                )
            )
        ).one_or_none()
    return FoundSession(*row) if row else None


async def load_principal(
    database: Database, found: FoundSession, now: datetime, *, in_use: bool = True
) -> Principal | None:
    """The user of a session with the rights held now; None when user or tenant may no longer sign in. ``in_use`` False:
    the page asked by itself, which is no use of the session."""
    async with database.transaction(found.tenant_id) as session:
        principal = await principal_of(session, found.user_id, found.session_id, found.confirmed_at)
        if principal is not None and in_use and now - found.seen_at > _TOUCH:
            await session.execute(update(UserSession).where(UserSession.id == found.session_id).values(seen_at=now))
        return principal


async def principal_of(
    session: AsyncSession, user_id: str, session_id: str = "", confirmed_at: datetime | None = None
) -> Principal | None:
    """A user of the transaction's tenant as a Principal; None when inactive or absent."""
    rows = (
        await session.execute(
            select(User, UserRole.role)
            .join(Tenant, Tenant.id == User.tenant_id)
            .outerjoin(UserRole, (UserRole.tenant_id == User.tenant_id) & (UserRole.user_id == User.id))
            .where(User.id == user_id, User.active, Tenant.active)
        )
    ).all()
    if not rows:
        return None
    user: User = rows[0][0]
    roles = frozenset(role for _, role in rows if role is not None)
    return Principal(
        tenant_id=user.tenant_id,
        user_id=user.id,
        login=user.login,
        name=user.name,
        number=user.number,
        roles=roles,
        permissions=permissions_of(roles),
        locale=user.locale,
        session_id=session_id,
        confirmed_at=confirmed_at,
    )


async def sessions_of(session: AsyncSession, settings: Settings, user_id: str, now: datetime) -> list[UserSession]:
    """The browsers in which a user is signed in, the last used first."""
    rows = await session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ends_at > now,
            UserSession.seen_at > now - idle_limit(settings),
        )
        .order_by(UserSession.seen_at.desc(), UserSession.id)
    )
    return list(rows)


async def confirm_session(session: AsyncSession, session_id: str, now: datetime) -> None:
    """The password was given again."""
    await session.execute(update(UserSession).where(UserSession.id == session_id).values(confirmed_at=now))


async def close_session(session: AsyncSession, session_id: str, user_id: str | None = None) -> bool:
    """Sign one browser out (of this user, when one is named); False when it was not signed in."""
    statement = delete(UserSession).where(UserSession.id == session_id).returning(UserSession.id)
    if user_id is not None:
        statement = statement.where(UserSession.user_id == user_id)
    return (await session.execute(statement)).first() is not None


async def close_sessions_of(session: AsyncSession, user_id: str, *, except_session: str | None = None) -> None:
    """Sign a user out everywhere (but for one session)."""
    statement = delete(UserSession).where(UserSession.user_id == user_id)
    if except_session:
        statement = statement.where(UserSession.id != except_session)
    await session.execute(statement)


async def forget_ended_sessions(narrow: Database, settings: Settings, now: datetime) -> None:
    """Remove sessions past either end, of all tenants."""
    async with narrow.transaction(None) as session:
        await session.execute(
            delete(UserSession).where(
                or_(UserSession.ends_at <= now, UserSession.seen_at <= now - idle_limit(settings))
            )
        )
