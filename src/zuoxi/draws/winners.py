"""What becomes of winners: they are called, and who is not reached makes room for a reserve."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.draws.call_winners import ask_for_call, end_call
from zuoxi.draws.errors import NoSuchWinner, WinnerStateWrong
from zuoxi.draws.models import Draw, DrawWinner
from zuoxi.draws.register import CHANGED
from zuoxi.platform import audit
from zuoxi.platform.outbox import announce


async def settle_winner(
    session: AsyncSession, user_id: str | None, draw_id: str, winner_id: str, *, reached: bool, note: str, now: datetime
) -> DrawWinner | None:
    """Say whether a winner was reached. Who was not gives the prize to the first reserve, who is returned and is to be
    called next (None: there is none, or the winner was reached). Raises NoSuchWinner, WinnerStateWrong."""
    # The whole list is held: two winners given up at one moment do not take the same reserve.
    rows = (
        await session.scalars(
            select(DrawWinner).where(DrawWinner.draw_id == draw_id).order_by(DrawWinner.rank).with_for_update()
        )
    ).all()
    winner = next((row for row in rows if row.id == winner_id), None)
    if winner is None:
        raise NoSuchWinner
    if winner.state != "to_call":
        raise WinnerStateWrong
    winner.state = "reached" if reached else "not_reached"
    winner.note, winner.changed_at, winner.changed_by = note, now, user_id
    reserve = None if reached else next((row for row in rows if row.state == "reserve"), None)
    await end_call(session, user_id, winner, note, now)
    if reserve is not None:
        reserve.state, reserve.prize = "to_call", winner.prize
        reserve.changed_at, reserve.changed_by = now, user_id
        draw = await session.scalar(select(Draw).where(Draw.id == draw_id))
        assert draw is not None
        await ask_for_call(session, draw, reserve, now)
    await session.flush()
    detail = {"rank": winner.rank, "state": winner.state, **({"reserve": reserve.rank} if reserve else {})}
    await audit.record(session, user_id, "settle", "draw_winner", winner.id, detail)
    await announce(session, CHANGED, draw_id)
    return reserve
