"""Reading prize draws: lists for the pages, and the list that is published."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.contacts import Callback
from zuoxi.draws import fairness
from zuoxi.draws.models import Draw, DrawEntry, DrawPerson, DrawWinner
from zuoxi.draws.run_draw import entries
from zuoxi.lines import Hotline
from zuoxi.platform.masking import mask_number


def draws() -> Select[Any]:
    """Rows (Draw, entries so far, people so far, the hotline's number)."""
    return cast(
        "Select[Any]",
        select(
            Draw,
            select(func.count())
            .select_from(DrawEntry)
            .where(DrawEntry.draw_id == Draw.id)
            .correlate(Draw)
            .scalar_subquery()
            .label("entries"),
            select(func.count())
            .select_from(DrawPerson)
            .where(DrawPerson.draw_id == Draw.id, DrawPerson.entries > 0)
            .correlate(Draw)
            .scalar_subquery()
            .label("people"),
            Hotline.number.label("hotline_number"),
        ).outerjoin(Hotline, Hotline.id == Draw.hotline_id),
    )


def participants(draw_id: str) -> Select[Any]:
    """Rows (DrawEntry, DrawPerson) of a draw."""
    return cast(
        "Select[Any]",
        select(DrawEntry, DrawPerson)
        .join(DrawPerson, DrawPerson.id == DrawEntry.person_id)
        .where(DrawEntry.draw_id == draw_id),
    )


def winners(draw_id: str) -> Select[Any]:
    """Rows (DrawWinner, DrawEntry, DrawPerson, state of the callback) of a draw, by rank."""
    return cast(
        "Select[Any]",
        select(DrawWinner, DrawEntry, DrawPerson, Callback.state)
        .join(DrawEntry, DrawEntry.id == DrawWinner.entry_id)
        .join(DrawPerson, DrawPerson.id == DrawEntry.person_id)
        .outerjoin(Callback, Callback.id == DrawWinner.callback_id)
        .where(DrawWinner.draw_id == draw_id)
        .order_by(DrawWinner.rank),
    )


async def published(session: AsyncSession, draw: Draw) -> dict[str, Any]:
    """What is published of a draw at its stage: the commitment always, the list once registration is over (numbers
    masked), seed and winners once it is drawn. ``fairness`` and the page «check a draw» compute from this alone."""
    document: dict[str, Any] = {
        "algorithm": fairness.ALGORITHM,
        "draw": draw.id,
        "name": draw.name,
        "rules": draw.rules_text,
        "state": draw.state,
        "commitment": draw.commitment,
        "public_source": draw.public_source,
        "prizes": draw.prizes,
        "reserves": draw.reserves,
        "one_each": draw.one_each,
    }
    if draw.list_hash is not None:
        rows = await session.execute(participants(draw.id).order_by(DrawEntry.ticket))
        document["list_hash"] = draw.list_hash
        document["entries"] = [
            {
                "ticket": entry.ticket,
                "person": person.person,
                "number": mask_number(person.number),
                "registered_at": entry.registered_at.isoformat(),
            }
            for entry, person in rows
        ]
    if draw.drawn_at is not None:
        assert draw.seed is not None
        prizes = sum(prize["count"] for prize in draw.prizes)
        listed = [entry for _, entry in await entries(session, draw.id)]
        order = fairness.draw(draw.seed, draw.public_word, listed, prizes + draw.reserves, one_each=draw.one_each)
        document["seed"] = draw.seed
        document["public_word"] = draw.public_word
        document["winners"] = [
            {"rank": one.rank, "ticket": one.entry.ticket, "person": one.entry.person, "score": one.score}
            for one in order
        ]
    return document
