"""Prompts over HTTP: their texts, their sound, and recordings put in their place."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, UploadFile
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.lines import flow_schemas, make_prompts, schemas
from zuoxi.lines.errors import PromptNotReady, UnknownPrompt
from zuoxi.lines.prompts import SHIPPED_BY_KEY, Language, PromptText
from zuoxi.lines.voices import EspeakVoice, Synthesiser
from zuoxi.lines.waiting_prompts import PIECE_KEYS
from zuoxi.platform.paging import Listed
from zuoxi.platform.services import Services, services

router = APIRouter(prefix="/prompts", tags=["prompts"])

Manager = Annotated[Principal, Depends(require("lines.manage"))]
Reader = Annotated[Principal, Depends(require("lines.manage", "flows.view", "flows.manage"))]
FlowManager = Annotated[Principal, Depends(require("lines.manage", "flows.manage"))]
Provided = Annotated[Services, Depends(services)]


def voice() -> Synthesiser:
    """Dependency: the voice that reads prompts."""
    return EspeakVoice()


async def _shown(session: AsyncSession, provided: Services, principal: Principal) -> list[schemas.PromptOut]:
    texts = await make_prompts.texts(session)
    own, uploaded = await make_prompts.own_keys(session), await make_prompts.uploaded_keys(session)
    folder = provided.settings.folder("prompts")
    shown = []
    for key, prompt in texts.items():
        seconds = make_prompts.seconds_of(make_prompts.sound_file(folder, principal.tenant_id, key))
        shown.append(
            schemas.PromptOut(
                key=key,
                zh=prompt.zh,
                en=prompt.en,
                language=prompt.language.value,
                shipped=key not in own,
                uploaded=key in uploaded,
                ready=seconds is not None,
                own=key not in SHIPPED_BY_KEY,
                piece=key in PIECE_KEYS,
                seconds=seconds,
            )
        )
    return shown


@router.get("")
async def list_prompts(principal: Reader, session: TenantSession, provided: Provided) -> Listed[schemas.PromptOut]:
    items = await _shown(session, provided, principal)
    return Listed(items=items, total=len(items))


@router.post("", status_code=201)
async def add_prompt(
    body: flow_schemas.OwnPromptIn,
    principal: FlowManager,
    session: TenantSession,
    provided: Provided,
    speaker: Annotated[Synthesiser, Depends(voice)],
) -> schemas.PromptOut:
    """Make a prompt of the tenant's own, for its call flows; it is read out at once."""
    prompt = PromptText(body.key, body.zh, body.en, Language(body.language))
    folder = provided.settings.folder("prompts")
    await make_prompts.add_own(session, principal.user_id, folder, principal.tenant_id, prompt, speaker)
    return next(shown for shown in await _shown(session, provided, principal) if shown.key == body.key)


@router.delete("/{key}", status_code=204)
async def remove_prompt(key: schemas.Code, principal: Manager, session: TenantSession, provided: Provided) -> None:
    """Remove a prompt of the tenant's own that no flow says."""
    folder = provided.settings.folder("prompts")
    await make_prompts.remove_own(session, principal.user_id, folder, principal.tenant_id, key)


@router.put("/{key}")
async def put_text(
    key: schemas.Code,
    body: schemas.PromptIn,
    principal: Manager,
    session: TenantSession,
    provided: Provided,
    speaker: Annotated[Synthesiser, Depends(voice)],
) -> schemas.PromptOut:
    """Give a prompt another text; it is read out at once."""
    prompt = PromptText(key, body.zh, body.en, Language(body.language))
    folder = provided.settings.folder("prompts")
    await make_prompts.change_text(session, principal.user_id, folder, principal.tenant_id, prompt, speaker)
    return next(shown for shown in await _shown(session, provided, principal) if shown.key == key)


@router.put("/{key}/recording")
async def put_recording(
    key: schemas.Code, file: UploadFile, principal: Manager, session: TenantSession, provided: Provided
) -> schemas.PromptOut:
    """Use an uploaded recording (WAV, FLAC, OGG, MP3) for a prompt."""
    content = await file.read(make_prompts.LARGEST_UPLOAD + 1)
    folder = provided.settings.folder("prompts")
    await make_prompts.upload(session, principal.user_id, folder, principal.tenant_id, key, content)
    return next(shown for shown in await _shown(session, provided, principal) if shown.key == key)


@router.get("/{key}/audio")
async def prompt_audio(key: schemas.Code, principal: Reader, session: TenantSession, provided: Provided) -> Response:
    """What a caller hears, as WAV."""
    if key not in await make_prompts.prompt_keys(session):
        raise UnknownPrompt(key=key)
    path = make_prompts.sound_file(provided.settings.folder("prompts"), principal.tenant_id, key)
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError as missing:
        raise PromptNotReady(key=key) from missing
    return Response(content, media_type="audio/wav", headers={"Cache-Control": "no-store"})
