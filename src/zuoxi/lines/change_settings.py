"""Changing routing settings, dispositions and not-ready reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.lines.change_lines import configuration_changed
from zuoxi.lines.errors import CodeTaken, UnknownReference
from zuoxi.lines.models import Disposition, LineSettings, NotReadyReason
from zuoxi.lines.words import DISPOSITIONS, NOT_READY_REASONS
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound

Word = Disposition | NotReadyReason


async def change_settings(session: AsyncSession, user_id: str | None, values: Mapping[str, Any]) -> None:
    """Set the tenant's routing and recording settings (columns of LineSettings)."""
    await session.execute(
        insert(LineSettings)
        .values(version=0, **values)
        .on_conflict_do_update(index_elements=["tenant_id"], set_=dict(values))
    )
    await audit.record(session, user_id, "change", "line_settings", "", dict(values))
    await configuration_changed(session)


async def refusal(session: AsyncSession) -> str:
    """How callers on the blacklist are turned away: message or busy."""
    return await session.scalar(select(LineSettings.refuse_with)) or "message"


async def change_refusal(session: AsyncSession, user_id: str | None, refuse_with: str) -> None:
    """Turn callers on the blacklist away with a message, or with the busy tone."""
    await change_settings(session, user_id, {"refuse_with": refuse_with})


async def keep_shipped_words(session: AsyncSession) -> None:
    """Store the shipped dispositions and reasons, where the tenant has none of its own yet."""
    if await session.scalar(select(Disposition.id).limit(1)) is None:
        session.add_all(
            Disposition(code=word.code, zh=word.zh, en=word.en, position=10 * place)
            for place, word in enumerate(DISPOSITIONS, start=1)
        )
    if await session.scalar(select(NotReadyReason.id).limit(1)) is None:
        session.add_all(
            NotReadyReason(
                code=word.code,
                zh=word.zh,
                en=word.en,
                position=10 * place,
                selectable=word.selectable,
                stay_limit_s=word.stay_limit_s,
                day_limit_s=word.day_limit_s,
            )
            for place, word in enumerate(NOT_READY_REASONS, start=1)
        )
    await session.flush()


async def add_word(session: AsyncSession, user_id: str | None, kind: type[Word], values: Mapping[str, Any]) -> None:
    """Add a disposition or a reason beside those the tenant has. Raises CodeTaken, UnknownReference."""
    await keep_shipped_words(session)
    session.add(kind(**values))
    try:
        await session.flush()
    except IntegrityError as fault:
        if "code_key" in str(fault.orig):
            raise CodeTaken(taken=values["code"], field="code") from fault
        raise UnknownReference(what="line_id", field="line_id") from fault
    await audit.record(session, user_id, "create", kind.__tablename__, values["code"])
    await configuration_changed(session)


async def change_word(
    session: AsyncSession, user_id: str | None, kind: type[Word], code: str, values: Mapping[str, Any]
) -> None:
    """Change a disposition or a reason; ``active`` False takes it out of the choice. Raises NotFound."""
    await keep_shipped_words(session)
    row: Word | None = await session.scalar(select(kind).where(kind.code == code))
    if row is None:
        raise NotFound
    for name, value in values.items():
        setattr(row, name, value)
    await session.flush()
    await audit.record(session, user_id, "change", kind.__tablename__, code, {"changed": sorted(values)})
    await configuration_changed(session)
