"""Model cases over HTTP: curators make and release them, agents hear the released."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response
from sqlalchemy import func, select

from zuoxi import lines
from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.contacts import Contact
from zuoxi.customers import Id
from zuoxi.platform.paging import Listed, Paged
from zuoxi.platform.services import Services, services
from zuoxi.recordings.cases import cases, change_case, cut, cut_peaks, get_case, make_case
from zuoxi.recordings.models import ModelCase, Recording
from zuoxi.recordings.play import sound_response
from zuoxi.recordings.queries import agents_of, note_listening
from zuoxi.recordings.schemas import CaseChange, CaseIn, CaseOut, Categories, Waveform
from zuoxi.recordings.sound import BytesInHand, Sounds

router = APIRouter(prefix="/api/model-cases", tags=["recordings"])

Listener = Annotated[Principal, Depends(require("recordings.read", "recordings.read_own"))]
Curator = Annotated[Principal, Depends(require("recordings.curate"))]
Provided = Annotated[Services, Depends(services)]


async def _shown(session: TenantSession, principal: Principal, case: ModelCase, recording: Recording) -> CaseOut:
    contact = await session.get_one(Contact, (recording.tenant_id, recording.contact_id))
    names, agents = await lines.names(session), await agents_of(session, [contact.id])
    curator = principal.may("recordings.curate")
    return CaseOut.of(case, recording, contact, principal.name, names, agents[contact.id], curator=curator)


@router.get("", operation_id="list_model_cases")
async def list_cases(
    principal: Listener,
    session: TenantSession,
    page: Paged,
    category: Annotated[str | None, Query(max_length=100)] = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
) -> Listed[CaseOut]:
    """Model cases, newest first; without the right to curate only released ones. ``q`` finds in title and comment."""
    statement = (await cases(session, principal, category, state, page.q)).order_by(ModelCase.id)
    sortable = {"made_at": ModelCase.made_at, "released_at": ModelCase.released_at, "title": ModelCase.title}
    rows, total = await page.fetch(session, statement, sortable, "-made_at")
    names = await lines.names(session)
    agents = await agents_of(session, [row[2].id for row in rows])
    curator = principal.may("recordings.curate")
    return Listed(
        items=[
            CaseOut.of(row[0], row[1], row[2], row.maker, names, agents[row[2].id], curator=curator) for row in rows
        ],
        total=total,
    )


@router.get("/categories", operation_id="list_case_categories")
async def list_categories(principal: Listener, session: TenantSession) -> Categories:
    """The categories of the cases that this user may see."""
    seen = (await cases(session, principal)).with_only_columns(ModelCase.category, func.count())
    rows = await session.execute(seen.group_by(ModelCase.category).order_by(ModelCase.category))
    return Categories(items={row[0]: row[1] for row in rows})


@router.post("", operation_id="make_model_case", status_code=201)
async def post_case(body: CaseIn, principal: Curator, session: TenantSession, provided: Provided) -> CaseOut:
    """Keep a recording, or a part of it, as an example."""
    values = body.model_dump(exclude={"recording_id"})
    case = await make_case(session, principal, body.recording_id, values, provided.clock())
    recording = await session.scalar(select(Recording).where(Recording.id == case.recording_id))
    assert recording is not None
    return await _shown(session, principal, case, recording)


@router.patch("/{case_id}", operation_id="change_model_case")
async def patch_case(
    case_id: Id, body: CaseChange, principal: Curator, session: TenantSession, provided: Provided
) -> CaseOut:
    """Change words or state: released cases are heard by agents."""
    case = await change_case(session, principal, case_id, body.model_dump(), provided.clock())
    _, recording = await get_case(session, principal, case_id)
    return await _shown(session, principal, case, recording)


@router.get("/{case_id}/peaks", operation_id="read_case_peaks")
async def read_peaks(case_id: Id, principal: Listener, session: TenantSession) -> Waveform:
    """What a page draws of the case."""
    case, recording = await get_case(session, principal, case_id, with_peaks=True)
    return Waveform.model_validate(cut_peaks(recording.peaks, case.from_s, case.to_s))


@router.get("/{case_id}/audio", response_class=Response, operation_id="read_case_audio")
async def read_audio(
    case_id: Id,
    principal: Listener,
    session: TenantSession,
    provided: Provided,
    part: Annotated[str | None, Header(alias="Range", max_length=100)] = None,
) -> Response:
    """The sound of the case and nothing of the call around it, whole or by ``Range``."""
    case, recording = await get_case(session, principal, case_id)
    sounds = Sounds.of(provided.settings)

    def make() -> bytes:
        return cut(sounds.whole(recording), case.from_s, case.to_s)

    content = await asyncio.to_thread(make)
    await note_listening(session, principal, "model_case", case.id, recording.contact_id, provided.clock)
    tag = hashlib.sha256(content).hexdigest()
    return sound_response(BytesInHand(content), part, f"case-{case.id}.flac", tag)
