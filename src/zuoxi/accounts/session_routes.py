"""The user's own session: signing in and out, language, password, one-time codes, the desk's token."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from zuoxi.accounts.dependencies import Confirmed, SignedIn, TenantSession, require, signed_in
from zuoxi.accounts.desk_token import LIFETIME, identity_of, sign
from zuoxi.accounts.errors import (
    BadSecret,
    CodeAlreadySet,
    CodeNotAccepted,
    CodeNotStarted,
    NotSignedIn,
)
from zuoxi.accounts.models import Tenant, User
from zuoxi.accounts.one_time_codes import CodeBox, uri, use_code
from zuoxi.accounts.passwords import Passwords, check_strength
from zuoxi.accounts.permissions import permissions_of
from zuoxi.accounts.principal import Principal
from zuoxi.accounts.schemas import (
    CodeBody,
    ConfirmBody,
    DeskToken,
    FirstAdministratorBody,
    FirstAdministratorState,
    LocaleBody,
    Me,
    PasswordBody,
    SessionOut,
    SignInBody,
    TotpStarted,
)
from zuoxi.accounts.sessions import (
    absolute_limit,
    close_session,
    close_sessions_of,
    confirm_session,
    cookie_name,
    sessions_of,
)
from zuoxi.accounts.sign_in import Credentials, confirm_password, sign_in
from zuoxi.accounts.tenants import create_first_administrator, first_administrator_missing
from zuoxi.accounts.throttle import Throttle
from zuoxi.accounts.users import roles_of
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.platform.paging import Listed
from zuoxi.platform.services import Services, services

router = APIRouter(prefix="/api", tags=["accounts"])

Provided = Annotated[Services, Depends(services)]


def passwords(connection: HTTPConnection) -> Passwords:
    """Dependency: the process's one Passwords, put there by the composition root."""
    found = connection.app.state.passwords
    assert isinstance(found, Passwords)
    return found


Hashing = Annotated[Passwords, Depends(passwords)]


def address_of(request: Request) -> str:
    """Where a request came from (the edge hands the address on)."""
    return request.client.host if request.client else ""


@router.post("/session")
async def create_session(
    body: SignInBody, request: Request, response: Response, provided: Provided, hashing: Hashing
) -> Me:
    """Sign in. The answer sets the session cookie; a session that the browser had is ended."""
    name = cookie_name(provided.settings)
    token, tenant_id, user_id = await sign_in(
        provided,
        hashing,
        Credentials(
            body.login,
            body.password,
            body.code,
            address_of(request),
            request.cookies.get(name),
            request.headers.get("user-agent", ""),
        ),
    )
    response.set_cookie(
        name,
        token,
        max_age=int(absolute_limit(provided.settings).total_seconds()),
        httponly=True,
        samesite="strict",
        secure=provided.settings.public.scheme == "https",
    )
    response.headers["Cache-Control"] = "no-store"
    async with provided.database.transaction(tenant_id) as session:
        return await _me(session, user_id)


@router.get("/session")
async def read_session(principal: SignedIn, session: TenantSession, response: Response) -> Me:
    """Who is signed in."""
    response.headers["Cache-Control"] = "no-store"
    return await _me(session, principal.user_id)


@router.delete("/session", status_code=204)
async def delete_session(principal: SignedIn, session: TenantSession, provided: Provided, response: Response) -> None:
    """Sign out here."""
    await close_session(session, principal.session_id)
    await audit.record(session, principal.user_id, "sign_out", "user", principal.user_id)
    secure = provided.settings.public.scheme == "https"
    response.delete_cookie(cookie_name(provided.settings), secure=secure, httponly=True, samesite="strict")
    # whatever the browser kept of the pages behind the sign-in
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


@router.patch("/session")
async def change_session(body: LocaleBody, principal: SignedIn, session: TenantSession) -> Me:
    """Choose the language."""
    await session.execute(update(User).where(User.id == principal.user_id).values(locale=body.locale))
    return await _me(session, principal.user_id)


@router.post("/session/password", status_code=204)
async def change_password(
    body: PasswordBody, principal: SignedIn, session: TenantSession, provided: Provided, hashing: Hashing
) -> None:
    """Change the own password; every other session of the user ends."""
    check_strength(body.new_password, principal.login)
    await confirm_password(provided, hashing, principal, body.password)
    password_hash = await hashing.hash(body.new_password)
    await session.execute(update(User).where(User.id == principal.user_id).values(password_hash=password_hash))
    await close_sessions_of(session, principal.user_id, except_session=principal.session_id)
    await audit.record(session, principal.user_id, "change_password", "user", principal.user_id)


@router.post("/session/confirm", status_code=204)
async def confirm(
    body: ConfirmBody, principal: SignedIn, session: TenantSession, provided: Provided, hashing: Hashing
) -> None:
    """Give the password again, before a grave change."""
    await confirm_password(provided, hashing, principal, body.password)
    await confirm_session(session, principal.session_id, provided.clock())
    await audit.record(session, principal.user_id, "confirm", "user", principal.user_id)


@router.get("/session/list")
async def list_sessions(principal: SignedIn, session: TenantSession, provided: Provided) -> Listed[SessionOut]:
    """Where the user is signed in."""
    rows = await sessions_of(session, provided.settings, principal.user_id, provided.clock())
    items = [
        SessionOut(
            id=row.id,
            here=row.id == principal.session_id,
            since=row.created_at,
            seen=row.seen_at,
            ends=row.ends_at,
            address=row.address,
            browser=row.browser,
        )
        for row in rows
    ]
    return Listed(items=items, total=len(items))


@router.delete("/session/list/{session_id}", status_code=204)
async def end_session(session_id: UUID, principal: SignedIn, session: TenantSession) -> None:
    """Sign one of the user's own browsers out."""
    if not await close_session(session, str(session_id), principal.user_id):
        raise NotFound
    await audit.record(session, principal.user_id, "sign_out", "user", principal.user_id, {"where": "one"})


@router.delete("/session/list", status_code=204)
async def end_other_sessions(principal: SignedIn, session: TenantSession) -> None:
    """Sign the user out everywhere but here."""
    await close_sessions_of(session, principal.user_id, except_session=principal.session_id)
    await audit.record(session, principal.user_id, "sign_out", "user", principal.user_id, {"where": "everywhere"})


@router.post("/session/totp", dependencies=[Confirmed])
async def start_totp(principal: SignedIn, session: TenantSession, provided: Provided) -> TotpStarted:
    """Begin to set up one-time codes. They count once a first code was confirmed."""
    user = await session.get_one(User, (principal.tenant_id, principal.user_id))
    if user.totp_confirmed:
        raise CodeAlreadySet
    box = CodeBox(provided.settings)
    secret = box.new_secret()
    user.totp_secret = box.seal(secret)
    return TotpStarted(secret=secret, uri=uri(secret, user.login, "坐席 Zuoxi"))


@router.post("/session/totp/confirm", status_code=204)
async def confirm_totp(body: CodeBody, principal: SignedIn, session: TenantSession, provided: Provided) -> None:
    """Confirm with a first code: from now on signing in asks for one."""
    user = await session.get_one(User, (principal.tenant_id, principal.user_id))
    if user.totp_confirmed:
        raise CodeAlreadySet
    if user.totp_secret is None:
        raise CodeNotStarted
    if not await use_code(session, CodeBox(provided.settings), user, body.code, provided.clock()):
        raise CodeNotAccepted(field="code")
    user.totp_confirmed = True
    await close_sessions_of(session, principal.user_id, except_session=principal.session_id)
    await audit.record(session, principal.user_id, "totp_on", "user", principal.user_id)


@router.delete("/session/totp", status_code=204)
async def remove_totp(
    body: ConfirmBody, principal: SignedIn, session: TenantSession, provided: Provided, hashing: Hashing
) -> None:
    """Turn one-time codes off; the password is asked again."""
    await confirm_password(provided, hashing, principal, body.password)
    await session.execute(
        update(User).where(User.id == principal.user_id).values(totp_secret=None, totp_confirmed=False)
    )
    await audit.record(session, principal.user_id, "totp_off", "user", principal.user_id)


@router.get("/first-administrator")
async def read_first_administrator(provided: Provided) -> FirstAdministratorState:
    """Whether nobody administers this installation yet, so that the one-time secret has to be used."""
    return FirstAdministratorState(missing=await first_administrator_missing(provided))


@router.post("/first-administrator", status_code=204)
async def use_first_administrator(
    body: FirstAdministratorBody, request: Request, provided: Provided, hashing: Hashing
) -> None:
    """Make the first administrator with the installation's one-time secret."""
    throttle = Throttle(provided.narrow, provided.settings)
    booking = await throttle.book_address("first administrator", address_of(request), provided.clock())
    try:
        await create_first_administrator(
            provided,
            hashing,
            body.secret,
            login=body.login,
            password=body.password,
            name=body.name,
            tenant_name=body.tenant_name,
        )
    except BadSecret:
        raise
    except Exception:
        await throttle.take_back(booking)  # the secret was right; the rest may be mended and sent again
        raise
    await throttle.take_back(booking)


@router.post("/desk/token")
async def create_desk_token(
    principal: Annotated[Principal, Depends(require("desk.use", "floor.view"))], provided: Provided, response: Response
) -> DeskToken:
    """A token for the desk's connection to the switchboard; it lives two minutes. Who may only watch the floor has one,
    too: their connection takes no commands."""
    now = provided.clock()
    response.headers["Cache-Control"] = "no-store"
    token = sign(provided.settings.secrets.desk_token.get_secret_value(), identity_of(principal, now))
    return DeskToken(token=token, expires_at=now + LIFETIME)


@router.get("/edge/sip", status_code=204)
async def may_open_phone(connection: Request, provided: Provided) -> None:
    """Asked by the edge before it opens the phone's SIP WebSocket: 204, or 401."""
    principal = await signed_in(connection, provided)
    if not principal.may("desk.use"):
        raise NotSignedIn


async def _me(session: AsyncSession, user_id: str) -> Me:
    user, tenant = (
        await session.execute(select(User, Tenant).join(Tenant, Tenant.id == User.tenant_id).where(User.id == user_id))
    ).one()
    roles = await roles_of(session, user_id)
    return Me(
        user_id=user.id,
        login=user.login,
        name=user.name,
        number=user.number,
        tenant_id=tenant.id,
        tenant_name=tenant.name,
        time_zone=tenant.time_zone,
        roles=sorted(roles),
        permissions=sorted(permissions_of(roles)),
        locale=user.locale,
        totp_enabled=user.totp_confirmed,
    )
