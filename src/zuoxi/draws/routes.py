"""HTTP of prize draws."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import OnceOnly, Principal, TenantSession, require
from zuoxi.draws import queries, run_draw
from zuoxi.draws.errors import NoSuchDraw
from zuoxi.draws.models import Draw, DrawEntry, DrawWinner
from zuoxi.draws.rules import TicketSource
from zuoxi.draws.schemas import (
    DrawChange,
    DrawIn,
    DrawOut,
    EntryOut,
    PublicWord,
    Published,
    Settled,
    TicketsAdded,
    TicketsIn,
    WinnerOut,
)
from zuoxi.draws.winners import settle_winner
from zuoxi.platform import audit
from zuoxi.platform.errors import Forbidden
from zuoxi.platform.fields import Id
from zuoxi.platform.paging import Listed, Paged
from zuoxi.platform.services import Services, services

router = APIRouter(prefix="/api", tags=["draws"])

Viewer = Annotated[Principal, Depends(require("draws.view", "draws.manage"))]
Manager = Annotated[Principal, Depends(require("draws.manage"))]
Provided = Annotated[Services, Depends(services)]


async def _shown(session: AsyncSession, draw_id: str) -> DrawOut:
    row = (await session.execute(queries.draws().where(Draw.id == draw_id))).one_or_none()
    if row is None:
        raise NoSuchDraw
    draw = row[0]
    tickets = await run_draw.ticket_count(session, draw.id) if draw.ticket_source == TicketSource.LIST else None
    return DrawOut.of(draw, row.entries, row.people, row.hotline_number, tickets)


@router.get("/draws", operation_id="list_draws")
async def list_draws(_: Viewer, session: TenantSession, page: Paged) -> Listed[DrawOut]:
    """Prize draws, the newest first. ``q`` finds by name."""
    statement = queries.draws().order_by(Draw.id)
    if page.q:
        statement = statement.where(Draw.name.icontains(page.q, autoescape=True))
    sortable = {
        "name": Draw.name,
        "opens_at": Draw.opens_at,
        "closes_at": Draw.closes_at,
        "created_at": Draw.created_at,
    }
    rows, total = await page.fetch(session, statement, sortable, "-created_at")
    return Listed(items=[DrawOut.of(row[0], row.entries, row.people, row.hotline_number) for row in rows], total=total)


@router.post("/draws", status_code=201, response_model=DrawOut, operation_id="make_draw")
async def post_draw(body: DrawIn, manager: Manager, session: TenantSession, once: OnceOnly) -> Any:
    """A new draw in draft."""

    async def make() -> DrawOut:
        draw = await run_draw.make_draw(session, manager.user_id, body.model_dump())
        await session.refresh(draw)
        return await _shown(session, draw.id)

    return await once.run(make)


@router.get("/draws/{draw_id}", operation_id="get_draw")
async def get_draw(draw_id: Id, _: Viewer, session: TenantSession) -> DrawOut:
    """One draw."""
    return await _shown(session, draw_id)


@router.patch("/draws/{draw_id}", operation_id="change_draw")
async def patch_draw(draw_id: Id, body: DrawChange, manager: Manager, session: TenantSession) -> DrawOut:
    """Change a draft."""
    await run_draw.change_draw(session, manager.user_id, draw_id, body.model_dump(exclude_unset=True))
    return await _shown(session, draw_id)


@router.delete("/draws/{draw_id}", status_code=204, operation_id="remove_draw")
async def delete_draw(draw_id: Id, manager: Manager, session: TenantSession) -> None:
    """Remove a draft."""
    await run_draw.remove_draw(session, manager.user_id, draw_id)


@router.post("/draws/{draw_id}/tickets", operation_id="import_tickets")
async def post_tickets(draw_id: Id, body: TicketsIn, manager: Manager, session: TenantSession) -> TicketsAdded:
    """Add ticket numbers to a draft's list."""
    added = await run_draw.import_tickets(session, manager.user_id, draw_id, body.tickets)
    return TicketsAdded(added=added, total=await run_draw.ticket_count(session, draw_id))


@router.post("/draws/{draw_id}/open", operation_id="open_draw")
async def post_open(draw_id: Id, manager: Manager, session: TenantSession, provided: Provided) -> DrawOut:
    """Choose the secret seed, publish its hash, and let people register."""
    await run_draw.open_draw(session, manager.user_id, draw_id, secrets.token_hex(32), provided.clock())
    return await _shown(session, draw_id)


@router.post("/draws/{draw_id}/close", operation_id="close_draw")
async def post_close(draw_id: Id, manager: Manager, session: TenantSession, provided: Provided) -> DrawOut:
    """End registration after its time: the list is frozen and its hash published."""
    await run_draw.close_draw(session, manager.user_id, draw_id, provided.clock())
    return await _shown(session, draw_id)


@router.post("/draws/{draw_id}/draw", operation_id="hold_draw")
async def post_draw_now(
    draw_id: Id, body: PublicWord, manager: Manager, session: TenantSession, provided: Provided
) -> DrawOut:
    """Reveal the seed and compute the winners."""
    await run_draw.hold_draw(session, manager.user_id, draw_id, body.public_word, provided.clock())
    return await _shown(session, draw_id)


@router.post("/draws/{draw_id}/cancel", operation_id="cancel_draw")
async def post_cancel(draw_id: Id, manager: Manager, session: TenantSession) -> DrawOut:
    """Give a draw up."""
    await run_draw.cancel_draw(session, manager.user_id, draw_id)
    return await _shown(session, draw_id)


@router.get("/draws/{draw_id}/entries", operation_id="list_entries")
async def list_entries(draw_id: Id, _: Viewer, session: TenantSession, page: Paged) -> Listed[EntryOut]:
    """Who registered what, the newest first, numbers masked. ``q`` finds by ticket."""
    await run_draw.get_draw(session, draw_id)
    statement = queries.participants(draw_id).order_by(DrawEntry.id)
    if page.q:
        statement = statement.where(DrawEntry.ticket.startswith(page.q, autoescape=True))
    sortable = {"registered_at": DrawEntry.registered_at, "ticket": DrawEntry.ticket}
    rows, total = await page.fetch(session, statement, sortable, "-registered_at")
    return Listed(items=[EntryOut.of(entry, person) for entry, person in rows], total=total)


@router.get("/draws/{draw_id}/published", operation_id="published_draw")
async def get_published(draw_id: Id, _: Viewer, session: TenantSession) -> Published:
    """What is published: whoever has this can compute the winners anew."""
    return Published.model_validate(await queries.published(session, await run_draw.get_draw(session, draw_id)))


@router.get("/draws/{draw_id}/winners", operation_id="list_winners")
async def list_winners(
    draw_id: Id, viewer: Viewer, session: TenantSession, page: Paged, reveal: bool = False
) -> Listed[WinnerOut]:
    """Winners and reserves by rank. ``reveal`` shows the numbers whole, which needs the right and is audited."""
    if reveal and not viewer.may("customers.reveal"):
        raise Forbidden
    draw = await run_draw.get_draw(session, draw_id)
    rows, total = await page.fetch(session, queries.winners(draw_id), {"rank": DrawWinner.rank}, "rank")
    if reveal and rows:
        await audit.record(session, viewer.user_id, "reveal", "draw_winner", draw_id, {"rows": len(rows)})
    return Listed(items=[WinnerOut.of(draw, *row, revealed=reveal) for row in rows], total=total)


@router.post("/draws/{draw_id}/winners/{winner_id}/settle", status_code=204, operation_id="settle_winner")
async def post_settle(
    draw_id: Id, winner_id: Id, body: Settled, caller: Viewer, session: TenantSession, provided: Provided
) -> None:
    """Say whether a winner was reached; who was not makes room for the first reserve. For who manages draws, or sees
    them and works on callbacks."""
    if not (caller.may("draws.manage") or caller.may("callbacks.work")):
        raise Forbidden
    await settle_winner(
        session, caller.user_id, draw_id, winner_id, reached=body.reached, note=body.note, now=provided.clock()
    )
