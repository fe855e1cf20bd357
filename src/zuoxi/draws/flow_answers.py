"""What call flows may ask of this room: registering a ticket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.draws.register import register_by_phone

if TYPE_CHECKING:
    from zuoxi.contacts.flow_services import Answer
    from zuoxi.contacts.live.ports import FlowCall

_IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def register(
    session: AsyncSession, call: FlowCall, arguments: Mapping[str, str], now: datetime
) -> Mapping[str, str]:
    """The service ``draw_register``: enters ``ticket`` in the draw of the identifier ``draw`` for the caller's number.
    ``result`` is a ``rules.Result``, ``result_prompt`` the prompt that says it, ``entries`` how many tickets the caller
    has. A text that is no draw's identifier has failed."""
    draw_id = arguments.get("draw", "").lower()
    if not _IDENTIFIER.fullmatch(draw_id):
        return {}
    told = await register_by_phone(
        session,
        draw_id=draw_id,
        ticket=arguments.get("ticket", ""),
        number=call.number,
        contact_id=call.contact or None,
        now=now,
        dry=call.dry,
    )
    return {
        "exit": told.exit,
        "result": str(told.result),
        "result_prompt": told.prompt,
        "entries": str(told.entries),
    }


ANSWERS: Mapping[str, Answer] = {"draw_register": register}
