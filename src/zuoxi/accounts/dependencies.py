"""What routes ask for: the signed-in user, a right, and the request's transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from zuoxi.accounts.errors import ConfirmFirst, NotSignedIn
from zuoxi.accounts.permissions import ALL_PERMISSIONS
from zuoxi.accounts.principal import Principal
from zuoxi.accounts.sessions import cookie_name, find_session, load_principal
from zuoxi.platform import idempotency
from zuoxi.platform.errors import Forbidden
from zuoxi.platform.services import Services, services

UNATTENDED_HEADER = "x-zuoxi-unattended"


async def signed_in(connection: HTTPConnection, provided: Annotated[Services, Depends(services)]) -> Principal:
    """Dependency: who is signed in, whatever their rights. Raises NotSignedIn."""
    token = connection.cookies.get(cookie_name(provided.settings))
    if connection.scope["type"] == "websocket":
        _refuse_foreign_page(connection)
    if not token or len(token) > 200:
        raise NotSignedIn
    now = provided.clock()
    found = await find_session(provided.narrow, provided.settings, token, now)
    # a page left alone goes on asking for news; it says so, and its session may run out
    in_use = connection.headers.get(UNATTENDED_HEADER) != "1"
    principal = await load_principal(provided.database, found, now, in_use=in_use) if found else None
    if principal is None:
        raise NotSignedIn
    connection.state.locale = principal.locale
    return principal


def _refuse_foreign_page(connection: HTTPConnection) -> None:
    """A WebSocket carries the cookie but no header of ours, so the page that opens it must be of our own origin."""
    origin = connection.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host"):
        raise Forbidden


class require:  # noqa: N801 (read at routes as a verb: Depends(require("orders.write")))
    """Dependency: the signed-in user, who must have at least one of the given rights. Raises NotSignedIn, Forbidden."""

    def __init__(self, *any_of: str) -> None:
        unknown = set(any_of) - ALL_PERMISSIONS
        if unknown or not any_of:
            raise ValueError(f"no such permission: {', '.join(sorted(unknown)) or '(none given)'}")
        self.any_of = any_of

    async def __call__(self, principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
        if not principal.permissions.intersection(self.any_of):
            raise Forbidden
        return principal


async def tenant_session(
    principal: Annotated[Principal, Depends(signed_in)], provided: Annotated[Services, Depends(services)]
) -> AsyncIterator[AsyncSession]:
    """Dependency: the request's one transaction, bound to the user's tenant.

    Take it as ``session: TenantSession``: the function scope in there is what commits before the answer is sent.
    """
    async with provided.database.transaction(principal.tenant_id) as session:
        yield session


async def confirmed(
    principal: Annotated[Principal, Depends(signed_in)], provided: Annotated[Services, Depends(services)]
) -> Principal:
    """Dependency for grave changes: the password was given lately in this session. Raises ConfirmFirst."""
    limit = timedelta(minutes=provided.settings.sessions.confirm_minutes)
    if principal.confirmed_at is None or provided.clock() - principal.confirmed_at > limit:
        raise ConfirmFirst
    return principal


Confirmed = Depends(confirmed)
TenantSession = Annotated[AsyncSession, Depends(tenant_session, scope="function")]
SignedIn = Annotated[Principal, Depends(signed_in)]


async def once(request: Request, principal: SignedIn, session: TenantSession) -> idempotency.Once:
    """Dependency: carry the request out once, however often it is sent with the same Idempotency-Key."""
    return idempotency.Once(
        session=session,
        user_id=principal.user_id,
        key=request.headers.get(idempotency.HEADER),
        fingerprint=idempotency.fingerprint(request.method, request.url.path, await request.body()),
        usual_status=getattr(request.scope.get("route"), "status_code", None) or 200,
    )


OnceOnly = Annotated[idempotency.Once, Depends(once, scope="function")]
