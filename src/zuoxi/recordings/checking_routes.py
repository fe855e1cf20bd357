"""What the nightly comparison found, over HTTP."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from sqlalchemy import func, select

from zuoxi.accounts import Principal, TenantSession, User, require
from zuoxi.customers import Id
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.platform.jobs import enqueue
from zuoxi.platform.paging import Listed, Paged
from zuoxi.platform.services import Services, services
from zuoxi.recordings.finish import SEALED, UNCLAIMED
from zuoxi.recordings.jobs import CHECK
from zuoxi.recordings.models import RecordingCheck, RecordingFinding
from zuoxi.recordings.schemas import CheckOut, ChecksOut, ExplainIn, FindingOut, UnclaimedOut

router = APIRouter(prefix="/api/recordings", tags=["recordings"])

Reader = Annotated[Principal, Depends(require("recordings.manage", "recordings.hold"))]
Manager = Annotated[Principal, Depends(require("recordings.manage"))]
SystemAdministrator = Annotated[Principal, Depends(require("installation.manage"))]
Provided = Annotated[Services, Depends(services)]


@router.get("/checks", operation_id="list_recording_checks")
async def list_checks(principal: Reader, session: TenantSession) -> ChecksOut:
    """The last checks and what waits for somebody."""
    checks = await session.scalars(select(RecordingCheck).order_by(RecordingCheck.started_at.desc()).limit(10))
    waiting = await session.execute(
        select(RecordingFinding.kind, func.count())
        .where(RecordingFinding.state == "open")
        .group_by(RecordingFinding.kind)
    )
    return ChecksOut(items=[CheckOut.model_validate(each) for each in checks], open={row[0]: row[1] for row in waiting})


@router.post("/checks", operation_id="check_recordings", status_code=202)
async def post_check(principal: Manager, session: TenantSession) -> None:
    """Compare now, in the background; otherwise it is done every night."""
    tenant_id = principal.tenant_id
    await enqueue(session, CHECK, {"tenant_id": tenant_id}, key=f"{CHECK} {tenant_id}")
    await audit.record(session, principal.user_id, "check", "recording", "all")


@router.get("/findings", operation_id="list_recording_findings")
async def list_findings(
    principal: Reader,
    session: TenantSession,
    page: Paged,
    kind: Annotated[str | None, Query(max_length=30)] = None,
    state: Literal["open", "explained", "resolved", "all"] = "open",
) -> Listed[FindingOut]:
    """What does not agree, newest first."""
    statement = (
        select(RecordingFinding, User.name.label("closer"))
        .outerjoin(User, (User.tenant_id == RecordingFinding.tenant_id) & (User.id == RecordingFinding.closed_by))
        .order_by(RecordingFinding.id)
    )
    if kind is not None:
        statement = statement.where(RecordingFinding.kind == kind)
    if state != "all":
        statement = statement.where(RecordingFinding.state == state)
    sortable = {"found_at": RecordingFinding.found_at, "kind": RecordingFinding.kind}
    rows, total = await page.fetch(session, statement, sortable, "-found_at")
    return Listed(items=[_out(row[0], row.closer) for row in rows], total=total)


def _out(finding: RecordingFinding, closer: str | None) -> FindingOut:
    return FindingOut(
        id=finding.id,
        kind=finding.kind,
        subject=finding.subject,
        contact_id=finding.contact_id,
        recording_id=finding.recording_id,
        detail=finding.detail,
        state=finding.state,
        found_at=finding.found_at,
        seen_at=finding.seen_at,
        closed_at=finding.closed_at,
        closed_by_name=closer,
        note=finding.note,
    )


@router.post("/findings/{finding_id}/explain", operation_id="explain_finding")
async def post_explanation(
    finding_id: Id, body: ExplainIn, principal: Manager, session: TenantSession, provided: Provided
) -> FindingOut:
    """Close a finding with what came of it; checks that see it again leave it closed."""
    finding = await session.get(RecordingFinding, (principal.tenant_id, finding_id))
    if finding is None:
        raise NotFound
    finding.state, finding.note = "explained", body.note
    finding.closed_at, finding.closed_by = provided.clock(), principal.user_id
    await audit.record(
        session,
        principal.user_id,
        "explain",
        "recording_finding",
        finding.id,
        {"kind": finding.kind, "note": body.note},
    )
    return _out(finding, principal.name)


@router.get("/unclaimed", operation_id="list_unclaimed_sound")
async def list_unclaimed(principal: SystemAdministrator, provided: Provided) -> Listed[UnclaimedOut]:
    """Sound of calls that belong to no tenant: set aside, or still raw although nothing is written any more."""
    folder = provided.settings.folder("recordings")
    items = await asyncio.to_thread(_nobodys, folder, provided.clock())
    return Listed(items=items[:200], total=len(items))


def _nobodys(folder: Path, now: datetime) -> list[UnclaimedOut]:
    found = []
    for pattern, suffix, finished in ((f"{UNCLAIMED}/*.flac*", f".flac{SEALED}", True), ("raw/*.raw", ".raw", False)):
        for path in folder.glob(pattern):
            try:
                state = path.stat()
            except FileNotFoundError:
                continue
            at = datetime.fromtimestamp(state.st_mtime, UTC)
            if finished or (now - at).total_seconds() >= 3600:
                name = path.name.removesuffix(suffix)
                found.append(UnclaimedOut(name=name, bytes=state.st_size, at=at, finished=finished))
    return sorted(found, key=lambda each: each.at, reverse=True)
