"""Making tenants, and the first administrator of an installation."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts.errors import BadSecret
from zuoxi.accounts.models import Client, DoneOnce, Project, Tenant
from zuoxi.accounts.passwords import Passwords, check_strength
from zuoxi.accounts.permissions import SYSTEM_ADMINISTRATOR, TENANT_ADMINISTRATOR
from zuoxi.accounts.users import NewUser, create_user, normal_login
from zuoxi.platform import audit
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.services import Services

FIRST_ADMINISTRATOR = "first_administrator"


@dataclass(frozen=True, slots=True)
class NewTenant:
    """What ``create_tenant`` made: the tenant, itself as its own client, and that client's first project."""

    tenant_id: str
    client_id: str
    project_id: str


async def create_tenant(
    session: AsyncSession, name: str, *, project: str = "默认项目", time_zone: str = "Asia/Shanghai"
) -> NewTenant:
    """Make the tenant that the transaction was opened for (``database.transaction(new_id())``), serving itself."""
    tenant_id: str = session.info["tenant"]
    session.add(Tenant(id=tenant_id, name=name, time_zone=time_zone))
    await session.flush()
    client = Client(name=name)
    session.add(client)
    await session.flush()
    first = Project(client_id=client.id, name=project)
    session.add(first)
    await session.flush()
    return NewTenant(tenant_id, client.id, first.id)


async def first_administrator_missing(services: Services) -> bool:
    """Whether nobody administers this installation yet. A demo centre comes with its administrators."""
    if services.settings.installation.demo:
        return False
    async with services.narrow.transaction(None) as session:
        return await session.scalar(select(DoneOnce.what).where(DoneOnce.what == FIRST_ADMINISTRATOR)) is None


async def create_first_administrator(
    services: Services, passwords: Passwords, secret: str, *, login: str, password: str, name: str, tenant_name: str
) -> str:
    """Use the one-time secret: makes a tenant and its administrator, who administers the installation too.

    Returns the user's id. Raises BadSecret when the secret is wrong or spent, WeakPassword, LoginTaken.
    """
    expected = services.settings.secrets.first_administrator.get_secret_value()
    if not hmac.compare_digest(expected.encode(), secret.encode()):
        raise BadSecret
    login = normal_login(login)
    check_strength(password, login)
    password_hash = await passwords.hash(password)
    async with services.narrow.transaction(None) as claim:
        # Stays uncommitted until the administrator exists; a second one waits here and is refused.
        claimed = await claim.scalar(
            insert(DoneOnce).values(what=FIRST_ADMINISTRATOR).on_conflict_do_nothing().returning(DoneOnce.what)
        )
        if claimed is None:
            raise BadSecret
        async with services.database.transaction(new_id()) as session:
            await create_tenant(session, tenant_name)
            user = await create_user(
                session,
                NewUser(
                    login=login,
                    name=name,
                    number="1",
                    password_hash=password_hash,
                    roles=frozenset({TENANT_ADMINISTRATOR, SYSTEM_ADMINISTRATOR}),
                ),
            )
            await audit.record(session, user.id, "create", "user", user.id, {"first_administrator": True})
            return user.id
