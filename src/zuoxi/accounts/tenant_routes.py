"""Clients and projects of a tenant, and the tenants of the installation."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts.dependencies import Confirmed, OnceOnly, TenantSession, require
from zuoxi.accounts.errors import NameTaken, OwnTenant
from zuoxi.accounts.models import Client, Project, Tenant
from zuoxi.accounts.permissions import TENANT_ADMINISTRATOR
from zuoxi.accounts.principal import Principal
from zuoxi.accounts.schemas import (
    ClientBody,
    ClientOut,
    NameBody,
    ProjectBody,
    ProjectOut,
    TenantBody,
    TenantOut,
    TenantPatch,
)
from zuoxi.accounts.session_routes import Hashing, Provided
from zuoxi.accounts.tenants import create_tenant
from zuoxi.accounts.users import NewUser, create_user, normal_login, random_password
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.paging import Listed

Row = TypeVar("Row", Client, Project)

router = APIRouter(prefix="/api", tags=["accounts"])

Administrator = Annotated[Principal, Depends(require("lines.manage"))]
Reader = Annotated[Principal, Depends(require("lines.manage", "catalogue.manage", "users.manage"))]
Installer = Annotated[Principal, Depends(require("tenants.manage"))]


@router.get("/clients")
async def list_clients(principal: Reader, session: TenantSession) -> Listed[ClientOut]:
    """The companies that the tenant works for."""
    clients = (await session.scalars(select(Client).order_by(Client.created_at, Client.id))).all()
    return Listed(items=[ClientOut(id=client.id, name=client.name) for client in clients], total=len(clients))


@router.post("/clients", status_code=201, response_model=ClientOut)
async def add_client(body: ClientBody, principal: Administrator, session: TenantSession, once: OnceOnly) -> Any:
    """Add a client."""

    async def action() -> ClientOut:
        client = Client(name=body.name)
        await _keep(session, client)
        await audit.record(session, principal.user_id, "create", "client", client.id, {"name": body.name})
        return ClientOut(id=client.id, name=client.name)

    return await once.run(action, 201)


@router.patch("/clients/{client_id}")
async def rename_client(client_id: UUID, body: NameBody, principal: Administrator, session: TenantSession) -> ClientOut:
    """Give a client another name."""
    client = await _named(session, principal, Client, client_id, body.name)
    return ClientOut(id=client.id, name=client.name)


@router.get("/projects")
async def list_projects(principal: Reader, session: TenantSession) -> Listed[ProjectOut]:
    """The tenant's projects with their clients."""
    rows = (
        await session.execute(
            select(Project, Client.name)
            .join(Client, (Client.tenant_id == Project.tenant_id) & (Client.id == Project.client_id))
            .order_by(Project.created_at, Project.id)
        )
    ).all()
    items = [
        ProjectOut(id=project.id, name=project.name, client_id=project.client_id, client_name=name)
        for project, name in rows
    ]
    return Listed(items=items, total=len(items))


@router.post("/projects", status_code=201, response_model=ProjectOut)
async def add_project(body: ProjectBody, principal: Administrator, session: TenantSession, once: OnceOnly) -> Any:
    """Add a project to one of the tenant's clients."""

    async def action() -> ProjectOut:
        client = await session.scalar(select(Client).where(Client.id == str(body.client_id)))
        if client is None:
            raise NotFound(field="client_id")
        project = Project(client_id=client.id, name=body.name)
        await _keep(session, project)
        await audit.record(session, principal.user_id, "create", "project", project.id, {"name": body.name})
        return ProjectOut(id=project.id, name=project.name, client_id=client.id, client_name=client.name)

    return await once.run(action, 201)


@router.patch("/projects/{project_id}")
async def rename_project(
    project_id: UUID, body: NameBody, principal: Administrator, session: TenantSession
) -> ProjectOut:
    """Give a project another name; it stays with its client."""
    project = await _named(session, principal, Project, project_id, body.name)
    client = await session.get_one(Client, (project.tenant_id, project.client_id))
    return ProjectOut(id=project.id, name=project.name, client_id=client.id, client_name=client.name)


async def _named(session: AsyncSession, by: Principal, kind: type[Row], row_id: UUID, name: str) -> Row:
    row = await session.scalar(select(kind).where(kind.id == str(row_id)).with_for_update())
    if row is None:
        raise NotFound
    if row.name != name:
        changed = {"name": {"from": row.name, "to": name}}
        row.name = name
        await _keep(session, row)
        await audit.record(session, by.user_id, "change", kind.__tablename__, row.id, changed)
    return row


async def _keep(session: AsyncSession, row: Client | Project) -> None:
    name = row.name
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError as error:
        raise NameTaken(field="name", name=name) from error


@router.get("/tenants")
async def list_tenants(principal: Installer, provided: Provided) -> Listed[TenantOut]:
    """All tenants of the installation: their names, nothing of what is theirs."""
    async with provided.narrow.transaction(None) as session:
        tenants = (await session.scalars(select(Tenant).order_by(Tenant.created_at, Tenant.id))).all()
    return Listed(items=[_shown(tenant) for tenant in tenants], total=len(tenants))


@router.post("/tenants", status_code=201, dependencies=[Confirmed])
async def add_tenant(
    body: TenantBody, principal: Installer, own: TenantSession, provided: Provided, hashing: Hashing
) -> TenantOut:
    """Make a tenant and its administrator, whose password is shown in this answer only."""
    password = random_password()
    password_hash = await hashing.hash(password)
    async with provided.database.transaction(new_id()) as session:
        made = await create_tenant(session, body.name)
        user = await create_user(
            session,
            NewUser(
                login=normal_login(body.administrator_login),
                name=body.administrator_name,
                number="1",
                password_hash=password_hash,
                roles=frozenset({TENANT_ADMINISTRATOR}),
            ),
        )
        await audit.record(session, principal.user_id, "create", "user", user.id, {"login": user.login})
        tenant = await session.get_one(Tenant, made.tenant_id)
        await session.refresh(tenant)
    await audit.record(own, principal.user_id, "create", "tenant", made.tenant_id, {"name": body.name})
    return _shown(tenant, password)


@router.patch("/tenants/{tenant_id}", dependencies=[Confirmed])
async def patch_tenant(
    tenant_id: UUID, body: TenantPatch, principal: Installer, own: TenantSession, provided: Provided
) -> TenantOut:
    """Rename a tenant, or lock and unlock it: nobody of a locked tenant is signed in."""
    async with provided.database.transaction(str(tenant_id)) as session:
        tenant = await session.get(Tenant, str(tenant_id), with_for_update=True)
        if tenant is None:
            raise NotFound
        if body.name is not None:
            tenant.name = body.name
        if body.active is not None:
            if not body.active and tenant.id == principal.tenant_id:
                raise OwnTenant
            tenant.active = body.active
    await audit.record(own, principal.user_id, "change", "tenant", tenant.id, body.model_dump(exclude_none=True))
    return _shown(tenant)


def _shown(tenant: Tenant, password: str | None = None) -> TenantOut:
    return TenantOut(
        id=tenant.id,
        name=tenant.name,
        active=tenant.active,
        created_at=tenant.created_at,
        administrator_password=password,
    )
