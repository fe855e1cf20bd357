"""Flows to begin with: an empty one, order status without agents, a main menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Document = dict[str, Any]


def node(
    name: str, kind: str, x: int, y: int, title: str = "", *, served: bool = False, exits: Any = None, **settings: Any
) -> Document:
    """One node of a document."""
    return {
        "id": name,
        "kind": kind,
        "name": title,
        "served": served,
        "x": x,
        "y": y,
        "settings": settings,
        "exits": exits or {},
    }


def say(*parts: str) -> list[Document]:
    """Prompts by key; ``form:variable`` is a spoken value."""
    return [
        {"spoken": part.partition(":")[0], "variable": part.partition(":")[2]} if ":" in part else {"prompt": part}
        for part in parts
    ]


def empty() -> Document:
    """A start and an end."""
    return {
        "format": 1,
        "start": "start",
        "callback_abandoned": True,
        "nodes": [
            node("start", "start", 0, 0, "开始", exits={"next": "end"}),
            node("end", "hang_up", 260, 0, "挂机"),
        ],
    }


_TOLD = ("flow_order_number", "digits:order.number", "flow_order_state", "word:order.state_prompt")


def order_status() -> Document:
    """Order status for the calling number, else by order number and the last four digits of its telephone."""
    return {
        "format": 1,
        "start": "start",
        "callback_abandoned": False,
        "nodes": [
            node("start", "start", 0, 120, "开始", exits={"next": "welcome"}),
            node("welcome", "prompt", 200, 120, "欢迎", say=say("flow_order_welcome"), exits={"next": "own"}),
            node(
                "own",
                "lookup",
                400,
                120,
                "按来电号码查询",
                service="order_status",
                into="order",
                exits={"found": "tell", "not_found": "ask", "failed": "sorry"},
            ),
            node(
                "ask",
                "collect",
                400,
                320,
                "输入订单号",
                say=say("flow_order_ask_number"),
                wrong="flow_wrong_input",
                variable="typed.number",
                min_length=12,
                max_length=13,
                exits={"ok": "last4", "failed": "bye"},
            ),
            node(
                "last4",
                "collect",
                620,
                320,
                "手机号后四位",
                say=say("flow_order_ask_last4"),
                wrong="flow_wrong_input",
                variable="typed.last4",
                min_length=4,
                max_length=4,
                exits={"ok": "other", "failed": "bye"},
            ),
            node(
                "other",
                "lookup",
                840,
                320,
                "按订单号查询",
                service="order_status",
                into="order",
                arguments={"number": {"variable": "typed.number"}, "last4": {"variable": "typed.last4"}},
                exits={"found": "tell", "not_found": "none", "failed": "sorry"},
            ),
            node("none", "prompt", 1060, 420, "未查到", say=say("flow_order_not_found"), exits={"next": "more"}),
            node("tell", "prompt", 840, 120, "播报订单", served=True, say=say(*_TOLD), exits={"next": "parcel"}),
            node(
                "parcel",
                "branch",
                1060,
                120,
                "有快递单?",
                cases=[{"exit": "sent", "when": [{"field": "var.order.waybill", "op": "set", "value": True}]}],
                exits={"sent": "courier", "else": "more"},
            ),
            node(
                "courier",
                "prompt",
                1280,
                60,
                "播报快递",
                say=say(
                    "flow_order_courier",
                    "word:order.courier_prompt",
                    "flow_order_waybill",
                    "digits:order.waybill_last4",
                ),
                exits={"next": "more"},
            ),
            node(
                "more",
                "menu",
                1280,
                260,
                "还要查询吗",
                say=say("flow_order_more"),
                keys=["1", "2"],
                tries=2,
                exits={"1": "ask", "2": "tell_again", "failed": "bye"},
            ),
            node(
                "tell_again",
                "branch",
                1060,
                220,
                "有订单可重听?",
                cases=[{"exit": "yes", "when": [{"field": "var.order.number", "op": "set", "value": True}]}],
                exits={"yes": "tell", "else": "none"},
            ),
            node("sorry", "hang_up", 620, 520, "系统忙", say=say("flow_sorry")),
            node("bye", "hang_up", 1500, 260, "再见", say=say("flow_goodbye")),
        ],
    }


def main_menu(queue: str | None = None, skill: str | None = None) -> Document:
    """A main menu: an agent, order status, a callback; with hours and voicemail behind."""
    return {
        "format": 1,
        "start": "start",
        "callback_abandoned": True,
        "nodes": [
            node("start", "start", 0, 160, "开始", exits={"next": "hours"}),
            node("hours", "hours", 180, 160, "服务时间", exits={"open": "menu", "closed": "closed"}),
            node("closed", "hang_up", 180, 360, "非服务时间", say=say("closed"), outcome="closed"),
            node(
                "menu",
                "menu",
                380,
                160,
                "主菜单",
                say=say("flow_main_menu"),
                keys=["1", "2", "0"],
                wrong="flow_wrong_input",
                exits={"1": "order", "2": "callback", "0": "agent", "failed": "agent"},
            ),
            node(
                "order",
                "lookup",
                620,
                60,
                "查询订单",
                service="order_status",
                into="order",
                exits={"found": "tell", "not_found": "none", "failed": "none"},
            ),
            node("tell", "prompt", 860, 40, "播报订单", served=True, say=say(*_TOLD), exits={"next": "menu"}),
            node("none", "prompt", 860, 160, "未查到", say=say("flow_order_not_found"), exits={"next": "menu"}),
            node("callback", "callback", 620, 360, "预约回呼", queue=queue, exits={"failed": "agent"}),
            node(
                "agent",
                "queue",
                620,
                240,
                "人工服务",
                queue=queue,
                skill=skill,
                exits={"timeout": "message", "unstaffed": "message"},
            ),
            node("message", "voicemail", 860, 300, "留言", queue=queue),
        ],
    }


def survey() -> Document:
    """One question to whom the agent has left."""
    return {
        "format": 1,
        "start": "start",
        "callback_abandoned": False,
        "nodes": [
            node("start", "start", 0, 0, "开始", exits={"next": "ask"}),
            node(
                "ask",
                "survey",
                220,
                0,
                "满意度",
                questions=[{"key": "satisfaction", "say": say("survey_satisfaction"), "min": 1, "max": 5}],
                wrong="flow_wrong_input",
                thanks=say("survey_thanks"),
                exits={"next": "end"},
            ),
            node("end", "hang_up", 460, 0, "挂机"),
        ],
    }


_TEMPLATES: dict[str, Callable[..., Document]] = {
    "empty": empty,
    "order_status": order_status,
    "menu": main_menu,
    "survey": survey,
}


def flow_template(name: str, **chosen: str | None) -> Document:
    """A template by its name; ``chosen`` fills in what it leaves open (the menu's queue and skill)."""
    return _TEMPLATES[name](**chosen)
