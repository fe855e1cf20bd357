"""Recordings over HTTP: which there are, their waveform, and their sound."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.platform.paging import Listed
from zuoxi.platform.services import Services, services
from zuoxi.recordings.errors import FileMissing, WhoseRecordings
from zuoxi.recordings.models import Recording
from zuoxi.recordings.queries import Whose, find, get, note_listening

router = APIRouter(prefix="/api/recordings", tags=["recordings"])

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
Listener = Annotated[Principal, Depends(require("recordings.read", "recordings.read_own"))]


class RecordingOut(BaseModel):
    """``starts_at``: when its first second was heard; ``cut_s``: seconds of the call left out before it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    contact_id: str
    starts_at: datetime.datetime
    seconds: float
    cut_s: float
    bytes: int


class Waveform(BaseModel):
    """The lowest and highest sample of each of ``buckets`` equal parts, for caller and agent, within ±``scale``."""

    seconds: float
    buckets: int
    scale: int
    channels: list[dict[str, Any]]


@router.get("")
async def list_recordings(
    principal: Listener,
    session: TenantSession,
    contact_id: Id | None = None,
    customer_id: Id | None = None,
    order_id: Id | None = None,
) -> Listed[RecordingOut]:
    """The recordings of a contact, a customer or an order, newest first."""
    whose = Whose(contact_id, customer_id, order_id)
    if whose == Whose():
        raise WhoseRecordings
    found = await find(session, principal, whose)
    return Listed(items=[RecordingOut.model_validate(recording) for recording in found], total=len(found))


@router.get("/{recording_id}")
async def read_recording(recording_id: Id, principal: Listener, session: TenantSession) -> RecordingOut:
    return RecordingOut.model_validate(await get(session, principal, recording_id))


@router.get("/{recording_id}/peaks")
async def read_peaks(recording_id: Id, principal: Listener, session: TenantSession) -> Waveform:
    """What a page draws."""
    recording = await get(session, principal, recording_id, with_peaks=True)
    return Waveform.model_validate(recording.peaks)


@router.get("/{recording_id}/audio", response_class=FileResponse)
async def read_audio(
    recording_id: Id, principal: Listener, session: TenantSession, provided: Annotated[Services, Depends(services)]
) -> Response:
    """The sound (FLAC, left: caller, right: agent), whole or by ``Range``; every listening is noted first."""
    recording = await get(session, principal, recording_id)
    path = provided.settings.folder("recordings") / _inside(recording)
    if not path.is_file():
        raise FileMissing
    await note_listening(session, principal, recording, provided.clock)
    return FileResponse(
        path,
        media_type="audio/flac",
        filename=f"{recording.starts_at:%Y%m%d-%H%M%S}-{recording.contact_id}.flac",
        content_disposition_type="inline",
        headers={"Cache-Control": "private, no-store"},
    )


def _inside(recording: Recording) -> str:
    """The path as stored, which never leads out of the recordings folder."""
    if recording.path.startswith("/") or ".." in recording.path.split("/"):
        raise FileMissing
    return recording.path
