"""A line without agents in the demo: a prize draw in which people have registered already."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import draws, lines
from zuoxi.demo.centre import Centre
from zuoxi.demo.chance import Chance

DRAW_NUMBER = "4008003333"
_ENTRIES = 46


def _node(name: str, kind: str, x: int, y: int, title: str, exits: dict[str, str], **more: Any) -> dict[str, Any]:
    served = more.pop("served", False)
    return {
        "id": name,
        "kind": kind,
        "name": title,
        "served": served,
        "x": x,
        "y": y,
        "settings": more,
        "exits": exits,
    }


def draw_flow(draw_id: str) -> dict[str, Any]:
    """A flow that registers tickets of one draw."""
    result = [{"spoken": "word", "variable": "draw.result_prompt"}]
    return {
        "format": 1,
        "start": "start",
        "callback_abandoned": False,
        "nodes": [
            _node("start", "start", 0, 60, "开始", {"next": "ticket"}),
            _node(
                "ticket",
                "collect",
                290,
                20,
                "输入奖券号",
                {"ok": "register", "failed": "bye"},
                say=[{"prompt": "draw_ask"}],
                variable="ticket",
                min_length=8,
                max_length=8,
                wrong="flow_wrong_input",
            ),
            _node(
                "register",
                "lookup",
                580,
                20,
                "登记抽奖",
                {
                    "registered": "done",
                    "duplicate": "again",
                    "invalid": "again",
                    "closed": "over",
                    "failed": "sorry",
                },
                service="draw_register",
                arguments={"draw": {"text": draw_id}, "ticket": {"variable": "ticket"}},
                into="draw",
            ),
            _node("done", "prompt", 880, -120, "登记成功", {"next": "bye"}, served=True, say=result),
            _node("again", "prompt", 880, 40, "说明原因,再试一次", {"next": "ticket"}, served=True, say=result),
            _node("over", "hang_up", 880, 200, "不在登记期", {}, served=True, say=result),
            _node("sorry", "hang_up", 880, 340, "系统忙", {}, say=[{"prompt": "flow_sorry"}]),
            _node("bye", "hang_up", 1180, 40, "再见", {}),
        ],
    }


async def add_draw(session: AsyncSession, centre: Centre, chance: Chance, now: datetime) -> None:
    """Make a draw that is going on in this transaction's tenant, with its hotline and flow."""
    by, beside = centre.staff[0].id, centre.hotlines[0]
    hotline = await lines.create(
        session,
        by,
        lines.Hotline,
        {
            "id": chance.identifier(now),
            "number": DRAW_NUMBER,
            "name": "周年庆电话抽奖(自助)",
            "line_id": beside.line_id,
            "queue_id": beside.queue_id,
        },
    )
    draw = await draws.make_draw(
        session,
        by,
        {
            "id": chance.identifier(now),
            "name": "周年庆电话抽奖",
            "rules_text": "凭包裹内的 8 位奖券号登记,每个号码最多 3 张。中奖者由坐席回电通知。",
            "hotline_id": hotline.id,
            "queue_id": beside.queue_id,
            "opens_at": now - timedelta(days=3),
            "closes_at": now + timedelta(days=11),
            "ticket_source": "pattern",
            "ticket_pattern": "88dddddd",
            "ticket_check": "luhn",
            "per_person": 3,
            "prizes": [{"name": "炒锅套装", "count": 1}, {"name": "保温杯", "count": 5}],
            "reserves": 6,
            "public_source": "开奖当晚的双色球号码",
        },
    )
    seed = sha256(chance.identifier(now).encode()).hexdigest()  # the demo's own: nobody wins anything
    await draws.open_draw(session, by, draw.id, seed, now - timedelta(days=3))
    for place in range(_ENTRIES):
        await draws.register_by_phone(
            session,
            draw_id=draw.id,
            ticket=draws.whole_ticket(f"88{chance.whole(0, 89_999):05d}", "luhn"),
            number=f"1390000{chance.whole(0, 39):04d}",
            contact_id=None,
            now=now - timedelta(minutes=90 * (_ENTRIES - place)),
        )
    flow = await lines.create_flow(session, by, "周年庆电话抽奖", "", template="empty", copy_of=None)
    saved, _ = await lines.save_draft(session, by, flow.id, draw_flow(draw.id), flow.draft_revision)
    await lines.publish(session, by, flow.id, saved.draft_revision, "")
    await lines.use_for_hotlines(session, by, flow.id, [hotline.id], [])
