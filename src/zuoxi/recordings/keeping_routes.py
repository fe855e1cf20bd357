"""How long recordings are kept, what holds them, and by which key: over HTTP."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from zuoxi import lines
from zuoxi.accounts import (
    ROLES,
    Client,
    Confirmed,
    Principal,
    Project,
    TenantSession,
    User,
    UserRole,
    permissions_of,
    require,
)
from zuoxi.customers import Id
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.platform.paging import Listed, Paged
from zuoxi.platform.services import Services, services
from zuoxi.recordings.errors import RotationRunning
from zuoxi.recordings.keep import Rule, count_due, drop_rule, lift_hold, place_hold, rule_for, rules, set_rule
from zuoxi.recordings.models import KeyRotation, Recording, RecordingHold, RecordingScope
from zuoxi.recordings.queries import get
from zuoxi.recordings.rotate import ask_for_rotation, destroy_key, used_by
from zuoxi.recordings.schemas import (
    HoldIn,
    HoldOut,
    KeyOut,
    KeysOut,
    LiftIn,
    RetentionIn,
    RetentionOut,
    RetentionPage,
    RotationOut,
    ScopeIn,
    ScopeOut,
)
from zuoxi.recordings.sound import Sounds

router = APIRouter(prefix="/api/recordings", tags=["recordings"])

Holder = Annotated[Principal, Depends(require("recordings.hold"))]
Manager = Annotated[Principal, Depends(require("recordings.manage"))]
KeyKeeper = Annotated[Principal, Depends(require("recordings.manage", "installation.manage"))]
SystemAdministrator = Annotated[Principal, Depends(require("installation.manage"))]
PeopleManager = Annotated[Principal, Depends(require("users.manage"))]
Provided = Annotated[Services, Depends(services)]


@router.get("/retention", operation_id="read_retention")
async def read_retention(principal: Manager, session: TenantSession, provided: Provided) -> RetentionPage:
    """The rule for everything, then every project with the rule that holds for it."""
    known = await rules(session)
    projects = await session.execute(
        select(Project.id, Project.name, Client.name.label("client"))
        .join(Client, (Client.tenant_id == Project.tenant_id) & (Client.id == Project.client_id))
        .order_by(Client.name, Project.name)
    )
    tenant = rule_for(None, known)
    items = [
        RetentionOut(
            project_id=None,
            project_name=None,
            client_name=None,
            days=tenant.days,
            keep_cases=tenant.keep_cases,
            own=None in known,
        )
    ]
    for row in projects:
        rule = rule_for(row.id, known)
        items.append(
            RetentionOut(
                project_id=row.id,
                project_name=row.name,
                client_name=row.client,
                days=rule.days,
                keep_cases=rule.keep_cases,
                own=row.id in known,
            )
        )
    return RetentionPage(items=items, due=await count_due(session, provided.clock()))


@router.put("/retention", operation_id="set_retention", status_code=204, dependencies=[Confirmed])
async def put_retention(body: RetentionIn, principal: Manager, session: TenantSession) -> None:
    """Set the rule of a project, or of all others."""
    await set_rule(session, principal.user_id, body.project_id, Rule(body.days, body.keep_cases))


@router.delete("/retention/{project_id}", operation_id="drop_retention", status_code=204, dependencies=[Confirmed])
async def delete_retention(project_id: Id, principal: Manager, session: TenantSession) -> None:
    """The project follows the tenant's rule again."""
    await drop_rule(session, principal.user_id, project_id)


@router.get("/holds", operation_id="list_holds")
async def list_holds(
    principal: Holder, session: TenantSession, page: Paged, provided: Provided, standing: bool = True
) -> Listed[HoldOut]:
    """Holds, newest first; ``standing``: only those that hold now."""
    placed, lifted = aliased(User), aliased(User)
    now = provided.clock()
    stands = RecordingHold.lifted_at.is_(None) & (RecordingHold.until.is_(None) | (RecordingHold.until > now))
    statement = (
        select(
            RecordingHold, Recording, placed.name.label("placed"), lifted.name.label("lifted"), stands.label("stands")
        )
        .join(
            Recording, (Recording.tenant_id == RecordingHold.tenant_id) & (Recording.id == RecordingHold.recording_id)
        )
        .outerjoin(placed, placed.id == RecordingHold.placed_by)
        .outerjoin(lifted, lifted.id == RecordingHold.lifted_by)
        .order_by(RecordingHold.id)
    )
    if standing:
        statement = statement.where(stands)
    rows, total = await page.fetch(session, statement, {"placed_at": RecordingHold.placed_at}, "-placed_at")
    return Listed(
        items=[_hold_out(row[0], row[1], row.placed, row.lifted, stands=row.stands) for row in rows], total=total
    )


def _hold_out(
    hold: RecordingHold, recording: Recording, placed: str | None, lifted: str | None, *, stands: bool
) -> HoldOut:
    return HoldOut(
        id=hold.id,
        recording_id=hold.recording_id,
        contact_id=recording.contact_id,
        starts_at=recording.starts_at,
        seconds=recording.seconds,
        why=hold.why,
        until=hold.until,
        placed_at=hold.placed_at,
        placed_by_name=placed,
        lifted_at=hold.lifted_at,
        lifted_by_name=lifted,
        lifted_why=hold.lifted_why,
        stands=stands,
    )


@router.post("/{recording_id}/holds", operation_id="place_hold", status_code=201)
async def post_hold(
    recording_id: Id, body: HoldIn, principal: Holder, session: TenantSession, provided: Provided
) -> HoldOut:
    """Nothing removes this recording until the hold is lifted or has ended."""
    hold = await place_hold(session, principal, recording_id, body.why, body.until, provided.clock())
    recording = await get(session, principal, recording_id)
    return _hold_out(hold, recording, principal.name, None, stands=True)


@router.post("/holds/{hold_id}/lift", operation_id="lift_hold", status_code=204)
async def post_lift(hold_id: Id, body: LiftIn, principal: Holder, session: TenantSession, provided: Provided) -> None:
    """Lift a hold."""
    await lift_hold(session, principal.user_id, hold_id, body.why, provided.clock())


@router.get("/keys", operation_id="read_keys")
async def read_keys(principal: KeyKeeper, session: TenantSession, provided: Provided) -> KeysOut:
    """The versions of the key and how the last changes went. The keys themselves never leave the data folder."""
    keys = Sounds.of(provided.settings).keys
    versions = await asyncio.to_thread(keys.versions, principal.tenant_id)
    used = await used_by(session)
    rotations = await session.scalars(select(KeyRotation).order_by(KeyRotation.asked_at.desc()).limit(5))
    plain = await session.scalar(
        select(func.count()).select_from(Recording).where(Recording.key_version.is_(None), Recording.state == "kept")
    )
    return KeysOut(
        items=[
            KeyOut(version=version, current=version == versions[-1], recordings=used.get(version, 0))
            for version in reversed(versions)
        ],
        rotations=[RotationOut.model_validate(rotation) for rotation in rotations],
        plain=plain or 0,
    )


@router.post("/keys/rotate", operation_id="rotate_key", status_code=202)
async def post_rotation(principal: KeyKeeper, session: TenantSession, provided: Provided) -> RotationOut:
    """Make a new key and wrap all recordings' own keys by it, in the background."""
    keys = Sounds.of(provided.settings).keys
    rotation = await ask_for_rotation(session, keys, principal.tenant_id, principal.user_id, provided.clock())
    return RotationOut.model_validate(rotation)


@router.post(
    "/keys/rotate-everywhere", operation_id="rotate_keys_everywhere", status_code=202, dependencies=[Confirmed]
)
async def post_rotation_everywhere(
    principal: SystemAdministrator, session: TenantSession, provided: Provided
) -> dict[str, int]:
    """The same for every tenant of the installation; those whose key is being changed already are left alone."""
    keys = Sounds.of(provided.settings).keys
    begun = 0
    for tenant_id in await lines.tenants(provided.narrow):
        try:
            async with provided.database.transaction(tenant_id) as theirs:
                by = principal.user_id if tenant_id == principal.tenant_id else None
                await ask_for_rotation(theirs, keys, tenant_id, by, provided.clock())
            begun += 1
        except RotationRunning:
            continue
    await audit.record(session, principal.user_id, "rotate", "recording_key", "everywhere", {"tenants": begun})
    return {"tenants": begun}


@router.post("/keys/{version}/destroy", operation_id="destroy_key", status_code=204, dependencies=[Confirmed])
async def post_destroy(version: int, principal: KeyKeeper, session: TenantSession, provided: Provided) -> None:
    """Destroy an old version that no recording needs. Backups of the database from before the change need it still."""
    if not 0 < version < 1 << 31:
        raise NotFound
    await destroy_key(session, Sounds.of(provided.settings).keys, principal.tenant_id, principal.user_id, version)


async def _scopes(session: TenantSession, user_id: str | None = None) -> list[ScopeOut]:
    """Everybody whose role lets them hear others' calls, with the projects that they are bound to."""
    hearing = [role for role in ROLES if "recordings.read" in permissions_of([role])]
    statement = (
        select(User.id, User.name, User.number, func.array_agg(UserRole.role).label("roles"))
        .join(UserRole, (UserRole.tenant_id == User.tenant_id) & (UserRole.user_id == User.id))
        .group_by(User.id, User.name, User.number)
        .order_by(User.number)
    )
    if user_id is None:
        statement = statement.where(User.active).having(func.bool_or(UserRole.role.in_(hearing)))
    else:
        statement = statement.where(User.id == user_id)
    bound = defaultdict(list)
    for row in await session.scalars(select(RecordingScope).order_by(RecordingScope.project_id)):
        bound[row.user_id].append(row.project_id)
    return [
        ScopeOut(user_id=row.id, name=row.name, number=row.number, roles=sorted(row.roles), project_ids=bound[row.id])
        for row in await session.execute(statement)
    ]


@router.get("/scopes", operation_id="list_scopes")
async def list_scopes(principal: PeopleManager, session: TenantSession) -> Listed[ScopeOut]:
    """Who may hear others' calls, and of which projects."""
    items = await _scopes(session)
    return Listed(items=items, total=len(items))


@router.put("/scopes/{user_id}", operation_id="set_scope")
async def put_scope(user_id: Id, body: ScopeIn, principal: PeopleManager, session: TenantSession) -> ScopeOut:
    """Bind a user to projects when listening; an empty list unbinds."""
    wanted = sorted(set(body.project_ids))
    await session.execute(delete(RecordingScope).where(RecordingScope.user_id == user_id))
    session.add_all(RecordingScope(user_id=user_id, project_id=each) for each in wanted)
    try:
        await session.flush()
    except IntegrityError as fault:
        raise NotFound from fault
    found = await _scopes(session, user_id)
    if not found:
        raise NotFound
    await audit.record(session, principal.user_id, "change", "recording_scope", user_id, {"projects": wanted})
    return found[0]
