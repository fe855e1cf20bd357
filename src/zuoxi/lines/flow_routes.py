"""Call flows over HTTP: drawing, checking, publishing, restoring, and the hotlines that use them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.lines import change_flows, flow_queries
from zuoxi.lines import flow_schemas as schemas
from zuoxi.lines.flow_models import CallFlow
from zuoxi.lines.flow_vocabulary import told, vocabulary
from zuoxi.platform.fields import Id
from zuoxi.platform.paging import Listed, Paged
from zuoxi.routing.flow_rules import Finding

router = APIRouter()

Reader = Annotated[Principal, Depends(require("flows.view", "flows.manage"))]
Manager = Annotated[Principal, Depends(require("flows.manage"))]
VersionNumber = Annotated[int, Path(ge=1, le=1_000_000)]


async def _shown(session: AsyncSession, rows: list[CallFlow]) -> list[schemas.FlowOut]:
    used = await flow_queries.uses(session, rows)
    names = await flow_queries.people(session, [row.changed_by for row in rows])
    return [
        schemas.FlowOut(
            id=row.id,
            name=row.name,
            note=row.note,
            published=row.published,
            draft_revision=row.draft_revision,
            changed_at=row.changed_at,
            changed_by=names.get(row.changed_by or ""),
            published_at=row.published_at,
            hotlines=[
                schemas.HotlineUseOut.model_validate(
                    {"id": use.id, "number": use.number, "name": use.name, "use": use.use}
                )
                for use in used[row.id]
            ],
            archived=row.archived,
        )
        for row in rows
    ]


def _findings(found: list[Finding]) -> list[schemas.FlowFindingOut]:
    return [schemas.FlowFindingOut.model_validate(row) for row in told(found)]


@router.get("/flow-vocabulary")
async def flow_vocabulary(_: Reader) -> dict[str, Any]:
    """Kinds of nodes with their exits and settings, services, fields and spoken forms, with their words."""
    return vocabulary()


@router.get("/flows")
async def list_flows(_: Reader, session: TenantSession, page: Paged, archived: bool = False) -> Listed[schemas.FlowOut]:
    statement = flow_queries.listed(page.q, archived=archived)
    total = await session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
    rows = list(await session.scalars(statement.limit(page.size).offset((page.number - 1) * page.size)))
    return Listed(items=await _shown(session, rows), total=total or 0)


@router.post("/flows", status_code=201)
async def create_flow(body: schemas.FlowIn, principal: Manager, session: TenantSession) -> schemas.FlowOut:
    row = await change_flows.create_flow(
        session, principal.user_id, body.name, body.note, template=body.template, copy_of=body.copy_of
    )
    return (await _shown(session, [row]))[0]


@router.post("/flows/validate")
async def validate_flow(body: schemas.DocumentIn, _: Manager, session: TenantSession) -> schemas.FlowFindings:
    """What the rules find in a document, without keeping it."""
    return schemas.FlowFindings(findings=_findings(await change_flows.check(session, body.document)))


@router.get("/flows/{flow_id}")
async def read_flow(flow_id: Id, _: Reader, session: TenantSession) -> schemas.FlowOut:
    return (await _shown(session, [await change_flows.find_flow(session, flow_id)]))[0]


@router.patch("/flows/{flow_id}")
async def change_flow(
    flow_id: Id, body: schemas.FlowChange, principal: Manager, session: TenantSession
) -> schemas.FlowOut:
    values = body.model_dump(exclude_unset=True)
    row = await change_flows.change_flow(session, principal.user_id, flow_id, values)
    return (await _shown(session, [row]))[0]


@router.delete("/flows/{flow_id}", status_code=204)
async def remove_flow(flow_id: Id, principal: Manager, session: TenantSession) -> None:
    await change_flows.remove_flow(session, principal.user_id, flow_id)


@router.get("/flows/{flow_id}/draft")
async def read_draft(flow_id: Id, _: Reader, session: TenantSession) -> schemas.DraftOut:
    row = await change_flows.find_flow(session, flow_id)
    found = _findings(await change_flows.check(session, row.draft))
    return schemas.DraftOut(
        document=row.draft, revision=row.draft_revision, based_on=row.draft_based_on, findings=found
    )


@router.put("/flows/{flow_id}/draft")
async def save_draft(
    flow_id: Id, body: schemas.DraftIn, principal: Manager, session: TenantSession
) -> schemas.DraftSaved:
    row, found = await change_flows.save_draft(session, principal.user_id, flow_id, body.document, body.revision)
    return schemas.DraftSaved(revision=row.draft_revision, findings=_findings(found))


@router.post("/flows/{flow_id}/publish")
async def publish_flow(
    flow_id: Id, body: schemas.PublishIn, principal: Manager, session: TenantSession
) -> schemas.VersionMade:
    """Publish the draft for every call from now on; calls in progress end on the version they began."""
    made = await change_flows.publish(session, principal.user_id, flow_id, body.revision, body.note)
    return schemas.VersionMade(version=made.version)


@router.get("/flows/{flow_id}/versions")
async def list_versions(flow_id: Id, _: Reader, session: TenantSession, page: Paged) -> Listed[schemas.VersionOut]:
    row = await change_flows.find_flow(session, flow_id)
    statement = flow_queries.versions(flow_id)
    total = await session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
    rows = list(await session.scalars(statement.limit(page.size).offset((page.number - 1) * page.size)))
    names = await flow_queries.people(session, [one.published_by for one in rows])
    return Listed(
        items=[
            schemas.VersionOut(
                version=one.version,
                note=one.note,
                published_at=one.published_at,
                published_by=names.get(one.published_by or ""),
                restored_from=one.restored_from,
                current=one.version == row.published,
            )
            for one in rows
        ],
        total=total or 0,
    )


@router.get("/flows/{flow_id}/versions/{version}")
async def read_version(
    flow_id: Id, version: VersionNumber, _: Reader, session: TenantSession
) -> schemas.VersionDocument:
    found = await change_flows.find_version(session, flow_id, version)
    return schemas.VersionDocument(version=found.version, document=found.document)


@router.post("/flows/{flow_id}/restore")
async def restore_version(
    flow_id: Id, body: schemas.RestoreIn, principal: Manager, session: TenantSession
) -> schemas.VersionMade:
    """Publish an earlier version as a new one."""
    made = await change_flows.restore(session, principal.user_id, flow_id, body.version)
    return schemas.VersionMade(version=made.version)


@router.put("/flows/{flow_id}/hotlines")
async def put_hotlines(
    flow_id: Id, body: schemas.HotlinesIn, principal: Manager, session: TenantSession
) -> schemas.FlowOut:
    await change_flows.use_for_hotlines(session, principal.user_id, flow_id, body.flow, body.survey)
    session.expire_all()
    return (await _shown(session, [await change_flows.find_flow(session, flow_id)]))[0]


@router.post("/flows/{flow_id}/test-number")
async def test_number(flow_id: Id, principal: Manager, session: TenantSession) -> schemas.TestNumber:
    """The number by which a phone of the house hears the draft."""
    return schemas.TestNumber(number=await change_flows.give_test_number(session, principal.user_id, flow_id))
