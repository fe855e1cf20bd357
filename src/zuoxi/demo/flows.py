"""The demo's call flows: order status without agents, and a main menu with a survey behind it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import lines
from zuoxi.demo.centre import Centre
from zuoxi.demo.chance import Chance
from zuoxi.platform.services import Clock

ORDER_STATUS, MAIN_MENU = "4008003331", "4008003332"


async def add_flows(session: AsyncSession, centre: Centre, chance: Chance, clock: Clock) -> None:
    """Publish three flows, with two hotlines by which callers meet them; none of the made-up history is theirs."""
    first, by = centre.hotlines[0], centre.staff[0].id
    status, menu = lines.flow_template("order_status"), lines.flow_template("menu", queue=first.queue_id)
    flows = {
        "order_status": await _published(session, by, "订单自助查询", status, chance, clock),
        "menu": await _published(session, by, "热线主菜单", menu, chance, clock),
        "survey": await _published(session, by, "通话满意度调查", lines.flow_template("survey"), chance, clock),
    }
    for number, name, flow, survey in (
        (ORDER_STATUS, "订单自助查询热线", "order_status", None),
        (MAIN_MENU, "厨房好物·自助语音热线", "menu", flows["survey"]),
    ):
        values = {
            "id": chance.identifier(clock()),
            "number": number,
            "name": name,
            "line_id": first.line_id,
            "queue_id": first.queue_id,
            "flow_id": flows[flow],
            "survey_flow_id": survey,
        }
        await lines.create(session, by, lines.Hotline, values)


async def _published(
    session: AsyncSession, by: str, name: str, document: dict[str, Any], chance: Chance, clock: Clock
) -> str:
    row = lines.CallFlow(id=chance.identifier(clock()), name=name, draft=document, draft_revision=1, changed_by=by)
    session.add(row)
    await session.flush()
    await lines.publish(session, by, row.id, 1, "")
    return row.id
