"""Making, drawing, publishing and restoring call flows.

A published version is a row of its own that never changes. Publishing makes the routing configuration newer, so the
switchboard takes it for every call that comes from then on; calls in progress end on the version they began.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.lines.change_lines import configuration_changed
from zuoxi.lines.flow_errors import (
    DocumentUnreadable,
    DraftChanged,
    FlowNameTaken,
    FlowUsed,
    NoHotlineToTestBy,
    NotPublished,
    NotValid,
    TooManyFlows,
)
from zuoxi.lines.flow_models import CallFlow, CallFlowVersion
from zuoxi.lines.flow_templates import flow_template
from zuoxi.lines.flow_vocabulary import told
from zuoxi.lines.make_prompts import texts
from zuoxi.lines.models import Hotline, Queue, Skill
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.routing.flow_document import LARGEST_DOCUMENT, Flow, FlowUnreadable, parse
from zuoxi.routing.flow_rules import Finding, Known, publishable, validate

MOST_FLOWS = 100
TEST_PREFIX = "*99"
Document = dict[str, Any]


async def create_flow(
    session: AsyncSession, user_id: str | None, name: str, note: str, *, template: str, copy_of: str | None
) -> CallFlow:
    """A new flow with a draft. Raises NotFound, FlowNameTaken, TooManyFlows."""
    if (await session.scalar(select(func.count()).select_from(CallFlow)) or 0) >= MOST_FLOWS:
        raise TooManyFlows(most=MOST_FLOWS)
    draft = flow_template(template) if copy_of is None else (await find_flow(session, copy_of)).draft
    row = CallFlow(name=name, note=note, draft=draft, changed_by=user_id)
    session.add(row)
    await _flush(session, name)
    await session.refresh(row)
    await audit.record(session, user_id, "create", "call_flow", row.id, {"name": name})
    return row


async def find_flow(session: AsyncSession, flow_id: str, *, lock: bool = False) -> CallFlow:
    """One flow. Raises NotFound."""
    statement = select(CallFlow).where(CallFlow.id == flow_id)
    row: CallFlow | None = await session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise NotFound
    return row


async def change_flow(session: AsyncSession, user_id: str | None, flow_id: str, values: dict[str, Any]) -> CallFlow:
    """Another name or note, or archived (out of the lists; no hotline may use it). Raises NotFound, FlowUsed."""
    row = await find_flow(session, flow_id, lock=True)
    if values.get("archived") and await _hotlines_of(session, flow_id):
        raise FlowUsed
    for name, value in values.items():
        setattr(row, name, value)
    await _flush(session, row.name)
    await audit.record(session, user_id, "change", "call_flow", flow_id, {"changed": sorted(values)})
    await configuration_changed(session)
    return row


async def remove_flow(session: AsyncSession, user_id: str | None, flow_id: str) -> None:
    """Remove a flow that was never published. Raises NotFound, FlowUsed."""
    row = await find_flow(session, flow_id, lock=True)
    if row.published is not None or await _hotlines_of(session, flow_id):
        raise FlowUsed
    await session.execute(delete(CallFlow).where(CallFlow.id == flow_id))
    await audit.record(session, user_id, "remove", "call_flow", flow_id, {"name": row.name})
    await configuration_changed(session)


async def save_draft(
    session: AsyncSession, user_id: str | None, flow_id: str, document: Document, revision: int
) -> tuple[CallFlow, list[Finding]]:
    """Keep a draft, unfinished as it may be. Raises NotFound, DraftChanged, DocumentUnreadable."""
    flow = read(document, flow_id)
    row = await find_flow(session, flow_id, lock=True)
    if row.draft_revision != revision:
        raise DraftChanged(revision=row.draft_revision)
    row.draft, row.draft_revision = document, revision + 1
    row.changed_at, row.changed_by = func.now(), user_id
    await session.flush()
    await session.refresh(row)
    if row.test_number is not None:
        await configuration_changed(session)  # who dials its test number hears what was just saved
    return row, validate(flow, await known(session))


async def check(session: AsyncSession, document: Document) -> list[Finding]:
    """What the rules find in a document. Raises DocumentUnreadable."""
    return validate(read(document), await known(session))


async def publish(
    session: AsyncSession, user_id: str | None, flow_id: str, revision: int, note: str
) -> CallFlowVersion:
    """Publish the draft, from now on for every new call. Raises NotFound, DraftChanged, NotValid."""
    row = await find_flow(session, flow_id, lock=True)
    if row.draft_revision != revision:
        raise DraftChanged(revision=row.draft_revision)
    version = await _publish(session, user_id, row, row.draft, note, None)
    row.draft_based_on = version.version
    await audit.record(session, user_id, "publish", "call_flow", flow_id, {"version": version.version})
    return version


async def restore(session: AsyncSession, user_id: str | None, flow_id: str, version: int) -> CallFlowVersion:
    """Publish an earlier version as a new one; the draft stays. Raises NotFound, NotValid (what it named is gone)."""
    row = await find_flow(session, flow_id, lock=True)
    earlier = await find_version(session, flow_id, version)
    made = await _publish(session, user_id, row, earlier.document, earlier.note, version)
    detail = {"version": made.version, "restored_from": version}
    await audit.record(session, user_id, "restore", "call_flow", flow_id, detail)
    return made


async def _publish(
    session: AsyncSession, user_id: str | None, row: CallFlow, document: Document, note: str, restored_from: int | None
) -> CallFlowVersion:
    findings = await check(session, document)
    if not publishable(findings):
        raise NotValid(findings=told(findings))
    version = CallFlowVersion(
        flow_id=row.id,
        version=(row.published or 0) + 1,
        document=document,
        note=note,
        restored_from=restored_from,
        published_by=user_id,
    )
    session.add(version)
    row.published, row.published_at = version.version, func.now()
    await session.flush()
    await session.refresh(row)
    await configuration_changed(session)
    return version


async def find_version(session: AsyncSession, flow_id: str, version: int) -> CallFlowVersion:
    """A published version. Raises NotFound."""
    found: CallFlowVersion | None = await session.scalar(
        select(CallFlowVersion).where(CallFlowVersion.flow_id == flow_id, CallFlowVersion.version == version)
    )
    if found is None:
        raise NotFound
    return found


async def use_for_hotlines(
    session: AsyncSession, user_id: str | None, flow_id: str, flow: Sequence[str], survey: Sequence[str]
) -> None:
    """Let exactly these hotlines use the flow, for their callers and for their surveys. Raises NotFound,
    NotPublished."""
    row = await find_flow(session, flow_id, lock=True)
    if (flow or survey) and (row.published is None or row.archived):
        raise NotPublished
    for column, wanted in ((Hotline.flow_id, flow), (Hotline.survey_flow_id, survey)):
        there = set(await session.scalars(select(Hotline.id).where(Hotline.id.in_(wanted))))
        if there != set(wanted):
            raise NotFound
        name = column.key
        await session.execute(update(Hotline).where(column == flow_id, Hotline.id.not_in(wanted)).values({name: None}))
        await session.execute(update(Hotline).where(Hotline.id.in_(wanted)).values({name: flow_id}))
    detail = {"flow": sorted(flow), "survey": sorted(survey)}
    await audit.record(session, user_id, "assign", "call_flow", flow_id, detail)
    await configuration_changed(session)


async def give_test_number(session: AsyncSession, user_id: str | None, flow_id: str) -> str:
    """The number by which a phone of the house hears the draft; made when first asked for. Raises NotFound,
    NoHotlineToTestBy."""
    row = await find_flow(session, flow_id, lock=True)
    if row.test_number is None:
        if await session.scalar(select(Hotline.id).where(Hotline.active).limit(1)) is None:
            raise NoHotlineToTestBy
        row.test_number = f"{TEST_PREFIX}{secrets.randbelow(900_000) + 100_000}"
        await session.flush()
        await audit.record(session, user_id, "test", "call_flow", flow_id, {})
        await configuration_changed(session)
    return row.test_number


def read(document: Document, flow_id: str = "") -> Flow:
    """The flow of a document. Raises DocumentUnreadable."""
    if len(json.dumps(document, ensure_ascii=False).encode()) > LARGEST_DOCUMENT:
        raise DocumentUnreadable(what="too_large", where="")
    try:
        return parse(flow_id, 0, document)
    except FlowUnreadable as fault:
        raise DocumentUnreadable(what=fault.code, where=fault.where) from fault


async def known(session: AsyncSession) -> Known:
    """What flows of this tenant may name."""
    return Known(
        prompts=frozenset(await texts(session)),
        queues=frozenset(await session.scalars(select(Queue.id))),
        skills=frozenset(await session.scalars(select(Skill.id))),
        hotlines=frozenset(await session.scalars(select(Hotline.id))),
    )


async def _hotlines_of(session: AsyncSession, flow_id: str) -> bool:
    used = (Hotline.flow_id == flow_id) | (Hotline.survey_flow_id == flow_id)
    return await session.scalar(select(Hotline.id).where(used).limit(1)) is not None


async def _flush(session: AsyncSession, name: str) -> None:
    try:
        await session.flush()
    except IntegrityError as fault:
        if "_name_key" in str(getattr(fault.orig.__cause__, "constraint_name", "") if fault.orig else ""):
            raise FlowNameTaken(name=name, field="name") from fault
        raise
