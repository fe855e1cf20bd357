"""Turning prompts into sound files that the telephone engine plays: ``<prompts>/<tenant id>/<key>.wav``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Tenant
from zuoxi.lines.errors import SoundTooLarge, SoundTooLong, UnknownPrompt
from zuoxi.lines.flow_errors import PromptKeyTaken, PromptUsed
from zuoxi.lines.flow_models import CallFlow, CallFlowVersion
from zuoxi.lines.models import LineSettings, Prompt
from zuoxi.lines.music import write_music
from zuoxi.lines.prompts import BEEP, COMMON_FOLDER, SHIPPED_BY_KEY, Language, PromptText
from zuoxi.lines.sound import TELEPHONE_RATE, beep, level, read_sound, to_wav, write_whole
from zuoxi.lines.voices import Synthesiser, read_aloud
from zuoxi.lines.waiting_prompts import PIECE_KEYS
from zuoxi.platform import audit
from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database

# The router lets a closing message last 60 s (routing.model.Rules.announcement_limit).
LONGEST_PROMPT_S = 55.0
LARGEST_UPLOAD = 20 * 1024 * 1024
_WAV_HEADER = 44


def sound_file(folder: Path, owner: str, key: str) -> Path:
    """Where a prompt's sound lies; ``owner`` is a tenant's id or COMMON_FOLDER."""
    return folder / owner / f"{key}.wav"


def seconds_of(path: Path) -> float | None:
    """How long a prompt's sound is (s); None when it has not been made."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return None
    return max(0, size - _WAV_HEADER) / 2 / TELEPHONE_RATE


async def texts(session: AsyncSession) -> dict[str, PromptText]:
    """The tenant's prompts by key: the shipped ones, with the tenant's own texts instead where it has some. The pieces
    of spoken numbers are in the language that the tenant's settings say."""
    found = dict(SHIPPED_BY_KEY)
    spoken = Language(await session.scalar(select(LineSettings.spoken_language)) or "zh")
    if spoken is not Language.ZH:
        found |= {key: replace(found[key], language=spoken) for key in PIECE_KEYS}
    for row in await session.scalars(select(Prompt).order_by(Prompt.key)):
        found[row.key] = PromptText(row.key, row.zh, row.en, Language(row.language))
    return found


async def make_missing_sounds(settings: Settings, voice: Synthesiser) -> int:
    """Read out every prompt of every tenant that has no sound yet, and write the waiting music. Returns how many were
    read out. Safe to repeat and to interrupt."""
    folder = settings.folder("prompts")
    await asyncio.to_thread(write_music, settings.folder("music"))
    made = await make_missing_of(folder, COMMON_FOLDER, SHIPPED_BY_KEY, voice)
    narrow = Database(settings.database.narrow_dsn.get_secret_value(), pool_size=1)
    database = Database(settings.database.app_dsn.get_secret_value(), pool_size=1)
    try:
        made += await make_missing_of_tenants(folder, database, narrow, voice)
    finally:
        await database.close()
        await narrow.close()
    return made


async def make_missing_of_tenants(folder: Path, database: Database, narrow: Database, voice: Synthesiser) -> int:
    """Read out what any tenant lacks. Returns how many prompts."""
    made = 0
    for tenant_id in await tenants(narrow):
        async with database.transaction(tenant_id) as session:
            wanted = await texts(session)
        made += await make_missing_of(folder, tenant_id, wanted, voice)
    return made


async def make_missing_of(folder: Path, owner: str, wanted: Mapping[str, PromptText], voice: Synthesiser) -> int:
    """Make the sound of the wanted prompts of one owner that have none. Returns how many."""
    missing = [prompt for prompt in wanted.values() if not sound_file(folder, owner, prompt.key).exists()]
    for prompt in missing:
        common = sound_file(folder, COMMON_FOLDER, prompt.key)
        await asyncio.to_thread(_make, sound_file(folder, owner, prompt.key), common, prompt, voice)
    return len(missing)


def _make(path: Path, common: Path, prompt: PromptText, voice: Synthesiser) -> None:
    """``common``: where the shipped text lies read out, perhaps: what a tenant has not changed need not be read out
    again."""
    if prompt is SHIPPED_BY_KEY.get(prompt.key) and path != common and common.exists():
        write_whole(path, common.read_bytes())
    elif prompt is SHIPPED_BY_KEY.get(BEEP):
        write_whole(path, to_wav(beep()))
    else:
        write_whole(path, to_wav(read_aloud(voice, prompt.zh, prompt.en, prompt.language)))


async def change_text(
    session: AsyncSession, user_id: str | None, folder: Path, tenant_id: str, prompt: PromptText, voice: Synthesiser
) -> None:
    """Give a prompt another text and read it out at once; an uploaded recording gives way. Raises UnknownPrompt,
    NothingToSay, SoundTooLong, VoiceFailed, and then nothing has changed."""
    await _known(session, prompt.key)
    spoken = await asyncio.to_thread(read_aloud, voice, prompt.zh, prompt.en, prompt.language)
    if spoken.size > LONGEST_PROMPT_S * TELEPHONE_RATE:
        raise SoundTooLong(seconds=round(spoken.size / TELEPHONE_RATE), longest=round(LONGEST_PROMPT_S))
    sound = to_wav(spoken)
    await _store(session, prompt, uploaded=False)
    await audit.record(session, user_id, "change", "prompt", prompt.key, {"uploaded": False})
    await session.flush()
    await asyncio.to_thread(write_whole, sound_file(folder, tenant_id, prompt.key), sound)


async def upload(
    session: AsyncSession, user_id: str | None, folder: Path, tenant_id: str, key: str, content: bytes
) -> None:
    """Use a recording for a prompt. Raises UnknownPrompt, SoundTooLarge, SoundTooLong, SoundUnreadable."""
    await _known(session, key)
    if len(content) > LARGEST_UPLOAD:
        raise SoundTooLarge(megabytes=LARGEST_UPLOAD // 1024 // 1024)
    sound = to_wav(level(await asyncio.to_thread(read_sound, content, LONGEST_PROMPT_S)))
    await _store(session, (await texts(session))[key], uploaded=True)
    await audit.record(session, user_id, "change", "prompt", key, {"uploaded": True})
    await session.flush()
    await asyncio.to_thread(write_whole, sound_file(folder, tenant_id, key), sound)


async def forget_pieces(session: AsyncSession, folder: Path, tenant_id: str) -> None:
    """Let the pieces of spoken numbers be read out anew (in another language), but for the tenant's own."""
    own = await own_keys(session)
    for key in PIECE_KEYS - own:
        await asyncio.to_thread(sound_file(folder, tenant_id, key).unlink, missing_ok=True)


async def _known(session: AsyncSession, key: str) -> None:
    if key not in SHIPPED_BY_KEY and await session.scalar(select(Prompt.id).where(Prompt.key == key)) is None:
        raise UnknownPrompt(key=key)


async def add_own(
    session: AsyncSession, user_id: str | None, folder: Path, tenant_id: str, prompt: PromptText, voice: Synthesiser
) -> None:
    """A prompt of the tenant's own, for its call flows; read out at once. Raises PromptKeyTaken, NothingToSay,
    SoundTooLong, VoiceFailed."""
    if prompt.key in await texts(session):
        raise PromptKeyTaken(key=prompt.key, field="key")
    await _store(session, prompt, uploaded=False)
    await change_text(session, user_id, folder, tenant_id, prompt, voice)


async def remove_own(session: AsyncSession, user_id: str | None, folder: Path, tenant_id: str, key: str) -> None:
    """Remove a prompt of the tenant's own that no flow says. Raises UnknownPrompt, PromptUsed."""
    await _known(session, key)
    named = f'"{key}"'
    drafts = (await session.scalars(select(CallFlow.draft))).all()
    current = select(CallFlowVersion.document).join(
        CallFlow, (CallFlow.id == CallFlowVersion.flow_id) & (CallFlow.published == CallFlowVersion.version)
    )
    documents = (*drafts, *(await session.scalars(current)))
    if key in SHIPPED_BY_KEY or any(named in json.dumps(document) for document in documents):
        raise PromptUsed(key=key)
    await session.execute(delete(Prompt).where(Prompt.key == key))
    await audit.record(session, user_id, "remove", "prompt", key, {})
    await asyncio.to_thread(sound_file(folder, tenant_id, key).unlink, True)


async def prompt_keys(session: AsyncSession) -> frozenset[str]:
    """The keys of all prompts that the tenant can play."""
    return frozenset({*SHIPPED_BY_KEY, *await session.scalars(select(Prompt.key))})


async def _store(session: AsyncSession, prompt: PromptText, *, uploaded: bool) -> None:
    values = {"zh": prompt.zh, "en": prompt.en, "language": prompt.language.value, "uploaded": uploaded}
    row = await session.scalar(select(Prompt).where(Prompt.key == prompt.key).with_for_update())
    if row is None:
        session.add(Prompt(key=prompt.key, **values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
        row.changed_at = func.now()
    await session.flush()


async def uploaded_keys(session: AsyncSession) -> set[str]:
    """The keys of prompts whose sound is an uploaded recording."""
    return set(await session.scalars(select(Prompt.key).where(Prompt.uploaded)))


async def own_keys(session: AsyncSession) -> set[str]:
    """The keys of prompts that the tenant changed."""
    return set(await session.scalars(select(Prompt.key)))


async def tenants(narrow: Database) -> list[str]:
    """The ids of all active tenants, asked as the narrow role."""
    async with narrow.transaction(None) as session:
        return list(await session.scalars(select(Tenant.id).where(Tenant.active).order_by(Tenant.id)))
