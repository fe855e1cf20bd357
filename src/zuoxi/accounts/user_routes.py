"""Managing users, reading the audit log, and the clients, projects and tenants around them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy import or_, select

from zuoxi.accounts.dependencies import Confirmed, TenantSession, require
from zuoxi.accounts.models import User, UserRole
from zuoxi.accounts.passwords import check_strength
from zuoxi.accounts.principal import Principal
from zuoxi.accounts.schemas import AuditOut, Role, UserBody, UserOut, UserPatch
from zuoxi.accounts.session_routes import Hashing
from zuoxi.accounts.sessions import close_sessions_of
from zuoxi.accounts.users import (
    USER_CHANGED,
    NewUser,
    UserChange,
    change_user,
    check_roles,
    create_user,
    normal_login,
    random_password,
    roles_of,
)
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.platform.masking import mask_number
from zuoxi.platform.models import AuditEntry
from zuoxi.platform.outbox import announce
from zuoxi.platform.paging import Listed, Paged

router = APIRouter(prefix="/api", tags=["accounts"])

Administrator = Annotated[Principal, Depends(require("users.manage"))]
Reader = Annotated[Principal, Depends(require("audit.read"))]


@router.get("/users")
async def list_users(
    principal: Annotated[Principal, Depends(require("users.manage", "floor.view"))],
    session: TenantSession,
    page: Paged,
    role: Role | None = None,
    active: bool | None = None,
) -> Listed[UserOut]:
    """The tenant's users; ``q`` searches login, name and staff number."""
    statement = select(User).order_by(User.id)
    if page.q:
        statement = statement.where(
            or_(
                User.name.contains(page.q, autoescape=True),
                User.login.contains(normal_login(page.q), autoescape=True),
                User.number.contains(page.q, autoescape=True),
            )
        )
    if role is not None:
        statement = statement.where(User.id.in_(select(UserRole.user_id).where(UserRole.role == role)))
    if active is not None:
        statement = statement.where(User.active == active)
    sortable = {"login": User.login, "name": User.name, "number": User.number, "created_at": User.created_at}
    rows, total = await page.fetch(session, statement, sortable, "number")
    users: list[User] = [row[0] for row in rows]
    roles: dict[str, list[str]] = {}
    held = await session.execute(
        select(UserRole.user_id, UserRole.role)
        .where(UserRole.user_id.in_([user.id for user in users]))
        .order_by(UserRole.role)
    )
    for user_id, name in held:
        roles.setdefault(user_id, []).append(name)
    return Listed(items=[_shown(user, roles.get(user.id, [])) for user in users], total=total)


@router.post("/users", status_code=201, dependencies=[Confirmed])
async def add_user(body: UserBody, principal: Administrator, session: TenantSession, hashing: Hashing) -> UserOut:
    """Make a user. Without a password one is made up and shown in this answer only.

    A repeated request finds the login taken; the answer is not kept for repetition because it may hold a password.
    """
    login = normal_login(body.login)
    check_roles(principal, frozenset(), frozenset(body.roles))
    if body.password is not None:
        check_strength(body.password, login)
    password = body.password or random_password()
    user = await create_user(
        session,
        NewUser(
            login=login,
            name=body.name,
            number=body.number,
            password_hash=await hashing.hash(password),
            roles=frozenset(body.roles),
            locale=body.locale,
        ),
    )
    await audit.record(
        session, principal.user_id, "create", "user", user.id, {"login": login, "roles": sorted(body.roles)}
    )
    await session.refresh(user)
    return _shown(user, sorted(body.roles), None if body.password else password)


@router.delete("/users/{user_id}/sessions", status_code=204)
async def sign_user_out(user_id: UUID, principal: Administrator, session: TenantSession) -> None:
    """Sign a user out everywhere (a lost computer); the user may sign in again."""
    if await session.scalar(select(User.id).where(User.id == str(user_id))) is None:
        raise NotFound
    await close_sessions_of(session, str(user_id))
    await audit.record(session, principal.user_id, "sign_out", "user", str(user_id), {"where": "everywhere"})
    await announce(session, USER_CHANGED, str(user_id))


@router.patch("/users/{user_id}", dependencies=[Confirmed])
async def patch_user(
    user_id: UUID, body: UserPatch, principal: Administrator, session: TenantSession, hashing: Hashing
) -> UserOut:
    """Change a user: name, staff number, roles, locked or not, password, one-time codes."""
    password = random_password() if body.reset_password and body.password is None else body.password
    if body.password is not None:
        login = await session.scalar(select(User.login).where(User.id == str(user_id)))
        check_strength(body.password, login or "")
    user = await change_user(
        session,
        principal,
        str(user_id),
        UserChange(
            name=body.name,
            number=body.number,
            roles=None if body.roles is None else frozenset(body.roles),
            active=body.active,
            telephone=body.telephone,
            works_from_home=body.works_from_home,
            password_hash=None if password is None else await hashing.hash(password),
            remove_totp=body.remove_totp,
        ),
    )
    await session.flush()
    await session.refresh(user)
    return _shown(
        user, sorted(await roles_of(session, user.id)), password if body.reset_password and not body.password else None
    )


@router.get("/audit-log")
async def read_audit_log(
    principal: Reader,
    session: TenantSession,
    page: Paged,
    from_: Annotated[datetime | None, Query(alias="from")] = None,
    to: datetime | None = None,
    user_id: UUID | None = None,
    action: Annotated[str | None, Query(max_length=60)] = None,
    kind: Annotated[str | None, Query(max_length=60)] = None,
    object_id: Annotated[str | None, Query(max_length=100)] = None,
) -> Listed[AuditOut]:
    """Who did or saw what, newest first."""
    statement = (
        select(AuditEntry, User.name)
        .outerjoin(User, (User.tenant_id == AuditEntry.tenant_id) & (User.id == AuditEntry.user_id))
        .order_by(AuditEntry.id.desc())
    )
    if from_ is not None:
        statement = statement.where(AuditEntry.at >= from_)
    if to is not None:
        statement = statement.where(AuditEntry.at < to)
    if user_id is not None:
        statement = statement.where(AuditEntry.user_id == str(user_id))
    for column, wanted in ((AuditEntry.action, action), (AuditEntry.kind, kind), (AuditEntry.object_id, object_id)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    rows, total = await page.fetch(session, statement, {"at": AuditEntry.at}, "-at")
    items = [
        AuditOut(
            id=entry.id,
            at=entry.at,
            user_id=entry.user_id,
            user_name=name,
            action=entry.action,
            kind=entry.kind,
            object_id=entry.object_id,
            detail=entry.detail,
        )
        for entry, name in rows
    ]
    return Listed(items=items, total=total)


def _shown(user: User, roles: list[str], password: str | None = None) -> UserOut:
    return UserOut(
        id=user.id,
        login=user.login,
        name=user.name,
        number=user.number,
        roles=roles,
        active=user.active,
        locale=user.locale,
        totp_enabled=user.totp_confirmed,
        telephone=mask_number(user.telephone),
        works_from_home=user.works_from_home,
        created_at=user.created_at,
        password=password,
    )
