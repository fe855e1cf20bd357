"""Signing in: password, then the one-time code where it is on; limited, audited, the same answer for every failure."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from zuoxi.accounts.errors import BadCode, BadCredentials, CodeRequired, DemoLoginRefused, WrongPassword
from zuoxi.accounts.models import Tenant, User
from zuoxi.accounts.one_time_codes import CodeBox, use_code
from zuoxi.accounts.passwords import MAXIMUM, Passwords
from zuoxi.accounts.principal import Principal
from zuoxi.accounts.sessions import close_session, find_session, open_session
from zuoxi.accounts.throttle import Throttle
from zuoxi.accounts.users import normal_login
from zuoxi.platform import audit
from zuoxi.platform.services import Services


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed. ``address`` is where the request came from; ``old_token`` the session it replaces,
    ``browser`` what the browser calls itself."""

    login: str
    password: str
    code: str | None
    address: str
    old_token: str | None = None
    browser: str = ""


async def sign_in(services: Services, passwords: Passwords, given: Credentials) -> tuple[str, str, str]:
    """Check credentials and open a session: (token, tenant id, user id).

    Raises BadCredentials (whatever was wrong), CodeRequired, BadCode, TooManyAttempts, DemoLoginRefused.
    """
    now = services.clock()
    login = normal_login(given.login)
    throttle = Throttle(services.narrow, services.settings)
    booking = await throttle.book(login, given.address, now)
    user = await _find_user(services, login)
    right = await passwords.verify(user.password_hash if user else None, given.password[: MAXIMUM + 1])
    if user is None or not right:
        if user is not None:
            await _note_failure(services, user, "password")
        raise BadCredentials
    if user.demo and not (services.settings.public.local_only or services.settings.installation.demo_logins_public):
        raise DemoLoginRefused
    if user.totp_confirmed and not given.code:
        await throttle.take_back(booking)
        raise CodeRequired
    token = None
    async with services.database.transaction(user.tenant_id) as session:
        if not user.totp_confirmed or await use_code(session, CodeBox(services.settings), user, given.code or "", now):
            if passwords.outdated(user.password_hash):
                stored = await session.get_one(User, (user.tenant_id, user.id))
                stored.password_hash = await passwords.hash(given.password)
            token = await open_session(session, services.settings, user.id, now, given.address, given.browser)
            await audit.record(session, user.id, "sign_in", "user", user.id)
        else:
            await audit.record(session, None, "sign_in_failed", "user", user.id, {"why": "code"})
    if token is None:
        raise BadCode
    await throttle.take_back(booking)
    if given.old_token:
        await _close_old(services, given.old_token)
    return token, user.tenant_id, user.id


async def confirm_password(services: Services, passwords: Passwords, principal: Principal, given: str) -> None:
    """Check the signed-in user's own password again before something grave. Raises WrongPassword, TooManyAttempts."""
    throttle = Throttle(services.narrow, services.settings)
    # By the session, not by the address: a stolen session must not be a way around the limit.
    booking = await throttle.book(principal.login, f"session {principal.session_id}", services.clock())
    user = await _find_user(services, principal.login)
    if user is None or not await passwords.verify(user.password_hash, given[: MAXIMUM + 1]):
        raise WrongPassword(field="password")
    await throttle.take_back(booking)


async def _find_user(services: Services, login: str) -> User | None:
    """The active user of a login, in an active tenant. The narrow role only says which tenant that is."""
    async with services.narrow.transaction(None) as session:
        found = (await session.execute(select(User.tenant_id, User.id).where(User.login == login))).one_or_none()
    if found is None:
        return None
    async with services.database.transaction(found.tenant_id) as session:
        user: User | None = await session.scalar(
            select(User)
            .join(Tenant, Tenant.id == User.tenant_id)
            .where(User.id == found.id, User.active, Tenant.active)
        )
        return user


async def _note_failure(services: Services, user: User, why: str) -> None:
    async with services.database.transaction(user.tenant_id) as session:
        await audit.record(session, None, "sign_in_failed", "user", user.id, {"why": why})


async def _close_old(services: Services, token: str) -> None:
    found = await find_session(services.narrow, services.settings, token, services.clock())
    if found is not None:
        async with services.database.transaction(found.tenant_id) as session:
            await close_session(session, found.session_id)
