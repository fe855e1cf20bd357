"""The sound of messages that callers left: that part of the contact's own recording, and nothing else of the call."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import undefer

from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.contacts import Voicemail, get_voicemail, note_heard
from zuoxi.customers import Id
from zuoxi.platform.errors import NotFound
from zuoxi.platform.services import Services, services
from zuoxi.recordings.cases import cut, cut_peaks
from zuoxi.recordings.errors import NotFinishedYet
from zuoxi.recordings.models import Recording
from zuoxi.recordings.play import sound_response
from zuoxi.recordings.queries import bound_to, note_listening
from zuoxi.recordings.schemas import Waveform
from zuoxi.recordings.sound import BytesInHand, Sounds

router = APIRouter(prefix="/api/voicemails", tags=["voicemail"])

Listener = Annotated[Principal, Depends(require("voicemail.work"))]
Provided = Annotated[Services, Depends(services)]
_AROUND_S = 0.3  # the clocks of the router and of the recording agree to less than that


def span(message: Voicemail, recording: Recording) -> tuple[float, float]:
    """From which second to which of the recording the message lasts."""
    begin = (message.left_at - recording.starts_at).total_seconds() - _AROUND_S
    from_s = min(max(begin, 0.0), recording.seconds)
    return from_s, min(max(begin + message.seconds + 2 * _AROUND_S, from_s), recording.seconds)


async def _recording(session: TenantSession, principal: Principal, message: Voicemail) -> Recording:
    """The message's recording with its waveform. Raises NotFound to who is bound to other projects, NotFinishedYet."""
    projects = await bound_to(session, principal)
    if projects and message.project_id not in projects:
        raise NotFound
    found = await session.scalar(
        select(Recording).where(Recording.contact_id == message.contact_id).options(undefer(Recording.peaks))
    )
    if found is None:
        raise NotFinishedYet
    return found


@router.get("/{voicemail_id}/peaks", operation_id="read_voicemail_peaks")
async def read_peaks(voicemail_id: Id, principal: Listener, session: TenantSession) -> Waveform:
    """What a page draws of the message."""
    message = await get_voicemail(session, principal, voicemail_id)
    recording = await _recording(session, principal, message)
    return Waveform.model_validate(cut_peaks(recording.peaks, *span(message, recording)))


@router.get("/{voicemail_id}/audio", response_class=Response, operation_id="read_voicemail_audio")
async def read_audio(
    voicemail_id: Id,
    principal: Listener,
    session: TenantSession,
    provided: Provided,
    part: Annotated[str | None, Header(alias="Range", max_length=100)] = None,
) -> Response:
    """The message's sound (FLAC), whole or by ``Range``. Hearing it is noted in the message and in the audit log."""
    message = await get_voicemail(session, principal, voicemail_id)
    recording = await _recording(session, principal, message)
    sounds, (from_s, to_s) = Sounds.of(provided.settings), span(message, recording)

    def make() -> bytes:
        return cut(sounds.whole(recording), from_s, to_s)

    content = await asyncio.to_thread(make)
    await note_heard(session, principal, message.id, provided.clock())
    await note_listening(session, principal, "voicemail", message.id, message.contact_id, provided.clock)
    tag = hashlib.sha256(content).hexdigest()
    return sound_response(BytesInHand(content), part, f"voicemail-{message.id}.flac", tag)
