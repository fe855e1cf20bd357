"""Users of a tenant: made, changed, locked; each change is in the audit log."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts.errors import LastAdministrator, LoginTaken, NumberTaken, RoleNeeded, RoleNotYours
from zuoxi.accounts.models import User, UserRole
from zuoxi.accounts.permissions import ROLES, TENANT_ADMINISTRATOR, TENANT_ROLES
from zuoxi.accounts.principal import Principal
from zuoxi.accounts.sessions import close_sessions_of
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.platform.masking import mask_number
from zuoxi.platform.outbox import announce

USER_CHANGED = "accounts.user_changed"

# Without letters and digits that are easily taken for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be made. ``login`` in its normal form (``normal_login``); ``password_hash`` from ``Passwords.hash``."""

    login: str
    name: str
    number: str
    password_hash: str
    roles: frozenset[str] = frozenset()
    locale: str = "zh-CN"
    demo: bool = False
    id: str | None = None


@dataclass(frozen=True, slots=True)
class UserChange:
    """What is to change; None leaves a thing as it is, an empty ``telephone`` takes it away. ``password_hash`` set
    means a reset by an administrator."""

    name: str | None = None
    number: str | None = None
    roles: frozenset[str] | None = None
    active: bool | None = None
    telephone: str | None = None
    works_from_home: bool | None = None
    password_hash: str | None = field(default=None, repr=False)
    remove_totp: bool = False


def normal_login(login: str) -> str:
    """The form in which logins are kept and compared: trimmed, compatibility characters folded, lower case."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def random_password(length: int = 14) -> str:
    """A password to hand over once: random letters and digits that are not mistaken for one another (80 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


async def create_user(session: AsyncSession, new: NewUser) -> User:
    """Add a user to the transaction's tenant. Raises LoginTaken or NumberTaken."""
    user = User(
        login=new.login,
        name=new.name,
        number=new.number,
        password_hash=new.password_hash,
        locale=new.locale,
        demo=new.demo,
        active=True,
        totp_confirmed=False,
        **({"id": new.id} if new.id else {}),
    )
    try:
        async with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise _taken(error, new.login, new.number) from error
    session.add_all(UserRole(user_id=user.id, role=role) for role in sorted(new.roles))
    await session.flush()
    await announce(session, USER_CHANGED, user.id)
    return user


def check_roles(by: Principal, before: frozenset[str], after: frozenset[str]) -> None:
    """Raise RoleNeeded when none is left, RoleNotYours when somebody gives or takes one that is not theirs to give."""
    if not after:
        raise RoleNeeded(field="roles")
    givable = frozenset(ROLES) if by.may("tenants.manage") else TENANT_ROLES
    for role in sorted(before ^ after):
        if role not in givable:
            raise RoleNotYours(field="roles", role=role)


async def roles_of(session: AsyncSession, user_id: str) -> frozenset[str]:
    """The roles that a user holds."""
    return frozenset((await session.scalars(select(UserRole.role).where(UserRole.user_id == user_id))).all())


async def change_user(session: AsyncSession, by: Principal, user_id: str, change: UserChange) -> User:
    """Change a user of the transaction's tenant. A user who is locked, or whose password or roles change, is signed out
    everywhere. Raises NotFound, NumberTaken, RoleNeeded, RoleNotYours, LastAdministrator."""
    # One change at a time per tenant: two administrators must not lock each other out in the same instant.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"users:{by.tenant_id}", 0))))
    user = await session.scalar(select(User).where(User.id == user_id).with_for_update())
    if user is None:
        raise NotFound
    before = await roles_of(session, user_id)
    after = before if change.roles is None else change.roles
    if change.roles is not None:
        check_roles(by, before, after)
    changed: dict[str, Any] = {}
    for name in ("name", "number", "active", "works_from_home"):
        wanted = getattr(change, name)
        if wanted is not None and wanted != getattr(user, name):
            changed[name] = {"from": getattr(user, name), "to": wanted}
            setattr(user, name, wanted)
    if change.telephone is not None and (change.telephone or None) != user.telephone:
        telephone = change.telephone or None
        changed["telephone"] = {"from": mask_number(user.telephone), "to": mask_number(telephone)}
        user.telephone = telephone
    if after != before:
        changed["roles"] = {"from": sorted(before), "to": sorted(after)}
        await session.execute(delete(UserRole).where(UserRole.user_id == user_id, UserRole.role.in_(before - after)))
        session.add_all(UserRole(user_id=user_id, role=role) for role in sorted(after - before))
    if change.password_hash is not None:
        changed["password"] = {"reset": True}
        user.password_hash = change.password_hash
    if change.remove_totp and user.totp_secret is not None:
        changed["totp"] = "removed"
        user.totp_secret, user.totp_confirmed = None, False
    if not changed:
        return user
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as error:
        raise _taken(error, user.login, str(change.number)) from error
    if (TENANT_ADMINISTRATOR in before) and (TENANT_ADMINISTRATOR not in after or not user.active):
        await _refuse_losing_the_last_administrator(session)
    if {"active", "roles", "password"} & changed.keys():
        await close_sessions_of(session, user_id, except_session=by.session_id or None)
    await audit.record(session, by.user_id, "change", "user", user_id, changed)
    await announce(session, USER_CHANGED, user_id)
    return user


async def _refuse_losing_the_last_administrator(session: AsyncSession) -> None:
    left = await session.scalar(
        select(func.count())
        .select_from(User)
        .join(UserRole, (UserRole.tenant_id == User.tenant_id) & (UserRole.user_id == User.id))
        .where(User.active, UserRole.role == TENANT_ADMINISTRATOR)
    )
    if not left:
        raise LastAdministrator


def _taken(error: IntegrityError, login: str, number: str) -> LoginTaken | NumberTaken | IntegrityError:
    said = str(error.orig)
    if "app_user_login_key" in said:
        return LoginTaken(field="login", login=login)
    if "app_user_tenant_id_number_key" in said:
        return NumberTaken(field="number", number=number)
    return error
