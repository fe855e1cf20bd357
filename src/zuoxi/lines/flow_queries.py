"""Reading call flows: lists for pages, and what the router gets of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import User
from zuoxi.lines.change_flows import Document
from zuoxi.lines.flow_models import CallFlow, CallFlowVersion
from zuoxi.lines.models import Hotline
from zuoxi.routing import model as routing

_FOR_THE_PAGE = ("x", "y", "name")  # of a node: nothing to a router
TEST = "test-"  # before a flow's id: the hotline of its test number
DRAFT = ":draft"  # behind a flow's id: its draft, as its test number lets it be heard


@dataclass(frozen=True, slots=True)
class HotlineUse:
    """``use``: flow (callers go through it), survey (who is left by the agent does), test (its test number)."""

    id: str
    number: str
    name: str
    use: str


def listed(q: str | None, *, archived: bool) -> Select[CallFlow]:
    """The statement behind the list: flows by name."""
    statement = select(CallFlow).where(CallFlow.archived == archived).order_by(CallFlow.name)
    return statement.where(CallFlow.name.ilike(f"%{_escaped(q)}%", escape="\\")) if q else statement


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def uses(session: AsyncSession, flows: Sequence[CallFlow]) -> dict[str, list[HotlineUse]]:
    """Which hotlines use each of these flows."""
    found: dict[str, list[HotlineUse]] = {flow.id: [] for flow in flows}
    ids = list(found)
    statement = select(Hotline).where(Hotline.flow_id.in_(ids) | Hotline.survey_flow_id.in_(ids)).order_by(Hotline.name)
    for hotline in await session.scalars(statement):
        for flow_id, use in ((hotline.flow_id, "flow"), (hotline.survey_flow_id, "survey")):
            if flow_id in found:
                found[flow_id].append(HotlineUse(hotline.id, hotline.number, hotline.name, use))
    for flow in flows:
        if flow.test_number is not None:
            found[flow.id].append(HotlineUse(flow.id, flow.test_number, "", "test"))
    return found


async def people(session: AsyncSession, ids: Sequence[str | None]) -> dict[str, str]:
    """Names of users by id."""
    rows = await session.execute(select(User.id, User.name).where(User.id.in_([one for one in ids if one])))
    return {row.id: row.name for row in rows}


def versions(flow_id: str) -> Select[CallFlowVersion]:
    """The statement behind a flow's versions, newest first."""
    return select(CallFlowVersion).where(CallFlowVersion.flow_id == flow_id).order_by(CallFlowVersion.version.desc())


async def published_flows(session: AsyncSession) -> tuple[routing.PublishedFlow, ...]:
    """Every flow that a call may meet: the published versions, and the drafts that have a test number."""
    statement = (
        select(CallFlow.id, CallFlowVersion.version, CallFlowVersion.document)
        .join(
            CallFlowVersion,
            (CallFlowVersion.flow_id == CallFlow.id) & (CallFlowVersion.version == CallFlow.published),
        )
        .where(~CallFlow.archived)
        .order_by(CallFlow.id)
    )
    found = [routing.PublishedFlow(row.id, row.version, slim(row.document)) for row in await session.execute(statement)]
    tested = select(CallFlow).where(CallFlow.test_number.is_not(None), ~CallFlow.archived).order_by(CallFlow.id)
    for row in await session.scalars(tested):
        found.append(routing.PublishedFlow(row.id + DRAFT, row.draft_revision, slim(row.draft)))
    return tuple(found)


async def test_hotlines(session: AsyncSession, real: Sequence[routing.Hotline]) -> tuple[routing.Hotline, ...]:
    """A hotline for each test number. It has the line of one that uses the flow, else of the first there is."""
    if not real:
        return ()
    made = []
    tested = select(CallFlow).where(CallFlow.test_number.is_not(None), ~CallFlow.archived).order_by(CallFlow.id)
    for row in await session.scalars(tested):
        like = next((hotline for hotline in real if hotline.flow == row.id), real[0])
        number = row.test_number
        assert number is not None
        name, flow = TEST + row.id, row.id + DRAFT
        made.append(routing.Hotline(name, number, like.line, like.project, like.queue, flow=flow))
    return tuple(made)


def slim(document: Document) -> str:
    """A document as the router gets it: without what only the page needs."""
    nodes = [{name: value for name, value in node.items() if name not in _FOR_THE_PAGE} for node in document["nodes"]]
    return json.dumps({**document, "nodes": nodes}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
