"""Recordings over HTTP: which there are, what happened in them, their sound, and taking them out."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import AwareDatetime
from sqlalchemy import select

from zuoxi import lines
from zuoxi.accounts import Principal, TenantSession, User, require
from zuoxi.contacts import Contact
from zuoxi.customers import Id, read_number
from zuoxi.platform import audit
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.masking import mask_number
from zuoxi.platform.paging import Listed, Paged
from zuoxi.platform.services import Services, services
from zuoxi.recordings import case_routes, checking_routes, keeping_routes, message_routes
from zuoxi.recordings.errors import TooMuchToExport
from zuoxi.recordings.export import MOST_SECONDS, Item, pack
from zuoxi.recordings.finish import MAKING
from zuoxi.recordings.models import Recording
from zuoxi.recordings.play import sound_response
from zuoxi.recordings.queries import Wanted, agents_of, get, get_all, note_listening, search, timeline_of
from zuoxi.recordings.schemas import ExportIn, PersonOut, RecordingOut, TimelineOut, Waveform
from zuoxi.recordings.sound import Sounds

router = APIRouter()
router.include_router(case_routes.router)
router.include_router(message_routes.router)
# their fixed addresses come before the address of one recording
router.include_router(keeping_routes.router)
router.include_router(checking_routes.router)
listening = APIRouter(prefix="/api/recordings", tags=["recordings"])

Listener = Annotated[Principal, Depends(require("recordings.read", "recordings.read_own"))]
WholeListener = Annotated[Principal, Depends(require("recordings.read"))]
Exporter = Annotated[Principal, Depends(require("recordings.export"))]
Provided = Annotated[Services, Depends(services)]


@listening.get("")
async def list_recordings(
    principal: Listener,
    session: TenantSession,
    page: Paged,
    provided: Provided,
    contact_id: Id | None = None,
    customer_id: Id | None = None,
    order_id: Id | None = None,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Excluded")] = None,
    agent_id: Annotated[Id | None, Query(description="Anybody who answered in the conversation")] = None,
    line_id: Id | None = None,
    hotline_id: Id | None = None,
    shortest_s: Annotated[float | None, Query(ge=0, le=1e6, allow_inf_nan=False)] = None,
    held: bool | None = None,
    state: Literal["kept", "removed"] | None = None,
) -> Listed[RecordingOut]:
    """Recordings that this user may hear, newest first. ``q`` finds by the caller's number or its last digits."""
    wanted = Wanted(
        contact_id, customer_id, order_id, since, until, agent_id, line_id, hotline_id, shortest_s, held, state, page.q
    )
    statement = (await search(session, principal, wanted, provided.clock())).order_by(Recording.id)
    sortable = {"starts_at": Recording.starts_at, "seconds": Recording.seconds}
    rows, total = await page.fetch(session, statement, sortable, "-starts_at")
    names = await lines.names(session)
    agents = await agents_of(session, [row[1].id for row in rows])
    items = [RecordingOut.of(row[0], row[1], names, agents[row[1].id], held=row.held) for row in rows]
    return Listed(items=items, total=total)


@listening.get("/agents", operation_id="list_recorded_agents")
async def list_agents(principal: WholeListener, session: TenantSession) -> Listed[PersonOut]:
    """Whose calls may be looked for: everybody who ever took one."""
    took = select(Contact.id).where(Contact.tenant_id == User.tenant_id, Contact.agent_id == User.id)
    people = await session.scalars(select(User).where(took.exists()).order_by(User.number))
    items = [PersonOut.model_validate(person) for person in people]
    return Listed(items=items, total=len(items))


@listening.post("/export", response_class=Response)
async def export_recordings(
    body: ExportIn, principal: Exporter, session: TenantSession, provided: Provided
) -> StreamingResponse:
    """An archive of recordings with a manifest and checksums; who took what, and the archive's checksum, is audited."""
    found = await get_all(session, principal, body.ids)
    if sum(recording.seconds for recording, _ in found) > MOST_SECONDS:
        raise TooMuchToExport(hours=MOST_SECONDS // 3600)
    names = await lines.names(session)
    agents = await agents_of(session, [contact.id for _, contact in found])
    revealed = principal.may("customers.reveal")
    items = []
    for recording, contact in found:
        shown = read_number(contact.number).shown or contact.number
        items.append(
            Item(
                recording=recording,
                contact=contact,
                agents=agents[contact.id],
                caller=shown if revealed else mask_number(shown),
                names={
                    "line": names.lines.get(contact.line_id or ""),
                    "hotline": names.hotlines.get(contact.hotline_id or ""),
                },
                timeline=await timeline_of(session, recording, names),
            )
        )
    export_id, now = new_id(), provided.clock()
    about = {
        "export": export_id,
        "exported_at": now.isoformat(),
        "exported_by": {"login": principal.login, "name": principal.name, "number": principal.number},
        "reason": body.reason,
        "tenant": principal.tenant_id,
        "format": body.format,
    }
    sounds = Sounds.of(provided.settings)
    archive = await asyncio.to_thread(pack, sounds, items, body.format, about, sounds.folder / MAKING)
    detail = {"export": export_id, "reason": body.reason, "archive_sha256": archive.sha256, "numbers": revealed}
    for recording, _ in found:
        await audit.record(session, principal.user_id, "export", "recording", recording.id, detail)
    return StreamingResponse(
        archive.pieces(),
        media_type="application/zip",
        headers={
            "Content-Length": str(archive.size),
            "Content-Disposition": f'attachment; filename="recordings-{now:%Y%m%d-%H%M%S}.zip"',
            "Cache-Control": "no-store",
            "X-Archive-SHA256": archive.sha256,
        },
    )


@listening.get("/{recording_id}")
async def read_recording(
    recording_id: Id, principal: Listener, session: TenantSession, provided: Provided
) -> RecordingOut:
    """One recording with what is known of its call."""
    await get(session, principal, recording_id)
    statement = await search(session, principal, Wanted(), provided.clock())
    row = (await session.execute(statement.where(Recording.id == recording_id))).one()
    agents = await agents_of(session, [row[1].id])
    return RecordingOut.of(row[0], row[1], await lines.names(session), agents[row[1].id], held=row.held)


@listening.get("/{recording_id}/peaks")
async def read_peaks(recording_id: Id, principal: Listener, session: TenantSession) -> Waveform:
    """What a page draws."""
    recording = await get(session, principal, recording_id, with_peaks=True)
    return Waveform.model_validate(recording.peaks)


@listening.get("/{recording_id}/timeline")
async def read_timeline(recording_id: Id, principal: Listener, session: TenantSession) -> TimelineOut:
    """Who talked when, what happened, and where the recording was paused."""
    recording = await get(session, principal, recording_id)
    return TimelineOut.model_validate(await timeline_of(session, recording, await lines.names(session)))


@listening.get("/{recording_id}/audio", response_class=Response)
async def read_audio(
    recording_id: Id,
    principal: Listener,
    session: TenantSession,
    provided: Provided,
    part: Annotated[str | None, Header(alias="Range", max_length=100)] = None,
) -> Response:
    """The sound (FLAC, left: caller, right: agent), whole or by ``Range``; every listening is noted first."""
    recording = await get(session, principal, recording_id)
    sound = await asyncio.to_thread(Sounds.of(provided.settings).open, recording)
    await note_listening(session, principal, "recording", recording.id, recording.contact_id, provided.clock)
    name = f"{recording.starts_at:%Y%m%d-%H%M%S}-{recording.contact_id}.flac"
    return sound_response(sound, part, name, recording.sha256)


router.include_router(listening)
