"""The call flow document: nodes, their settings and named exits, read from JSON into plain values.

A document may be unfinished (exits that lead nowhere, an empty queue): that is for ``flow_rules`` to find. What cannot
be read at all raises FlowUnreadable. docs/call-flows.md describes the form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zuoxi.routing.flow_services import FAILED, SERVICES

FORMAT = 1
LARGEST_DOCUMENT = 64 * 1024  # bytes of JSON
MOST_NODES = 200
MOST_PARTS = 12
KEYS = "0123456789*#"
FORMS = ("digits", "number", "money", "date", "word")
_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
_VARIABLE = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_PROMPT = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MASK = re.compile(r"[0-9d]{1,30}(\|[0-9d]{1,30}){0,9}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"\+?\d{3,20}")


class FlowUnreadable(Exception):
    """The document has not the form of one. ``code``: what is wrong, ``where``: the node and field."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code} {where}".strip())
        self.code = code
        self.where = where


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a kind of node. ``kind`` names its form (see ``_FORMS_OF``); a ``default`` of ... means that it
    has to be given before the flow can be published."""

    name: str
    kind: str
    default: Any


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of node. ``exits``: the fixed ones by name, with whether each must lead somewhere. ``waits``: the caller
    is waited for, so that a circle through it is none without end."""

    name: str
    exits: Mapping[str, bool] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()
    terminal: bool = False
    waits: bool = False


_SAY, _BARGE = Setting("say", "say", ()), Setting("barge_in", "bool", True)
_WRONG, _TRIES = Setting("wrong", "prompt", None), Setting("tries", "tries", 3)
_TIMEOUT = Setting("timeout_s", "seconds", 5)
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("start", {"next": True}),
        Kind("prompt", {"next": True}, (_SAY, _BARGE)),
        Kind(
            "menu",
            {"failed": True, "no_input": False},
            (_SAY, Setting("keys", "keys", ("1", "2")), _WRONG, _TIMEOUT, _TRIES, _BARGE),
            waits=True,
        ),
        Kind(
            "collect",
            {"ok": True, "failed": True, "no_input": False},
            (
                _SAY,
                Setting("variable", "variable", ...),
                Setting("min_length", "length", 1),
                Setting("max_length", "length", 20),
                Setting("pattern", "mask", ""),
                Setting("min", "whole", None),
                Setting("max", "whole", None),
                Setting("secret", "bool", False),
                _WRONG,
                _TIMEOUT,
                Setting("digit_timeout_s", "seconds", 3),
                _TRIES,
                _BARGE,
            ),
            waits=True,
        ),
        Kind(
            "lookup",
            {FAILED: True},
            (
                Setting("service", "service", ...),
                Setting("arguments", "arguments", {}),
                Setting("into", "variable", "found"),
                _SAY,
            ),
        ),
        Kind("hours", {"open": True, "closed": True}, (Setting("hotline", "hotline", None),)),
        Kind("branch", {"else": True}, (Setting("cases", "cases", ()),)),
        Kind(
            "set",
            {"next": True},
            (
                Setting("priority", "priority", None),
                Setting("skill", "skill", None),
                Setting("variables", "texts", {}),
            ),
        ),
        Kind(
            "queue",
            {"timeout": False, "full": False, "unstaffed": False},
            (
                Setting("queue", "queue", ...),
                Setting("skill", "skill", None),
                Setting("priority", "priority", None),
            ),
            terminal=True,
            waits=True,
        ),
        Kind("voicemail", {"failed": False}, (Setting("queue", "queue", None),), terminal=True, waits=True),
        Kind(
            "callback",
            {"failed": True},
            (
                Setting("queue", "queue", None),
                Setting("number", "value", {"variable": "call.number"}),
                Setting("keep_place", "bool", False),
                _SAY,
            ),
            terminal=True,
        ),
        Kind(
            "survey",
            {"next": True},
            (
                Setting("questions", "questions", ...),
                _WRONG,
                _TIMEOUT,
                Setting("tries", "tries", 2),
                Setting("thanks", "say", ()),
            ),
            waits=True,
        ),
        Kind(
            "transfer_out",
            {"failed": True},
            (Setting("number", "number", ...), Setting("timeout_s", "ring_seconds", 30), _SAY),
            terminal=True,
        ),
        Kind("hang_up", {}, (_SAY, Setting("outcome", "outcome", "auto")), terminal=True),
    )
}


@dataclass(frozen=True, slots=True)
class Node:
    """``settings`` has every setting of the kind (what is not given is missing or its default); ``exits`` only those
    that lead somewhere."""

    id: str
    kind: str
    name: str = ""
    served: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    exits: Mapping[str, str] = field(default_factory=dict)

    @property
    def unfinished(self) -> bool:
        """Whether a setting that has to be given is missing, as in a draft."""
        return any(each.default is ... and each.name not in self.settings for each in KINDS[self.kind].settings)

    def exit_names(self) -> dict[str, bool]:
        """All exits by name, and whether each must lead somewhere."""
        return exit_names(self.kind, self.settings)


@dataclass(frozen=True, slots=True)
class Flow:
    """A readable document under its identity. Version 0 is a draft."""

    id: str
    version: int
    start: str
    nodes: Mapping[str, Node]
    callback_abandoned: bool = True

    @property
    def asks_hours(self) -> bool:
        """Whether the flow itself decides what follows from the hotline's hours."""
        return any(_asks_hours(node) for node in self.nodes.values())

    @property
    def meets_blacklisted(self) -> bool:
        """Whether the flow itself decides what becomes of blacklisted callers."""
        return any(
            condition["field"] == "customer.blacklisted"
            for node in self.nodes.values()
            if node.kind == "branch"
            for case in node.settings["cases"]
            for condition in case["when"]
        )


def _asks_hours(node: Node) -> bool:
    return node.kind == "hours" or (node.kind == "lookup" and node.settings.get("service") == "hours")


def exit_names(kind: str, settings: Mapping[str, Any]) -> dict[str, bool]:
    """The exits that a node of this kind with these settings has, and whether each must lead somewhere."""
    named: dict[str, bool] = {}
    if kind == "menu":
        named = dict.fromkeys(settings["keys"], True)
    elif kind == "branch":
        named = {case["exit"]: True for case in settings["cases"]}
    elif kind == "lookup" and settings.get("service") in SERVICES:
        named = dict.fromkeys(SERVICES[settings["service"]].exits, True)
    return named | dict(KINDS[kind].exits)


def parse(flow_id: str, version: int, document: Any) -> Flow:
    """A flow from its document (JSON text, or the value read from it). Raises FlowUnreadable."""
    if isinstance(document, str):
        if len(document.encode()) > LARGEST_DOCUMENT:
            raise FlowUnreadable("too_large")
        try:
            document = json.loads(document)
        except ValueError as fault:
            raise FlowUnreadable("not_json") from fault
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FlowUnreadable("format")
    plain_nodes, start = document.get("nodes"), document.get("start")
    if not isinstance(plain_nodes, list) or not isinstance(start, str):
        raise FlowUnreadable("format", "nodes")
    if len(plain_nodes) > MOST_NODES:
        raise FlowUnreadable("too_many_nodes")
    callback = document.get("callback_abandoned", True)
    if not isinstance(callback, bool) or set(document) - {"format", "start", "callback_abandoned", "nodes"}:
        raise FlowUnreadable("format", "callback_abandoned")
    nodes: dict[str, Node] = {}
    for plain in plain_nodes:
        node = _node(plain)
        if node.id in nodes:
            raise FlowUnreadable("node_twice", node.id)
        nodes[node.id] = node
    return Flow(flow_id, version, start, nodes, callback)


def _node(plain: Any) -> Node:
    if not isinstance(plain, dict) or not isinstance(plain.get("id"), str) or not _ID.fullmatch(plain["id"]):
        raise FlowUnreadable("node_id")
    where, kind = plain["id"], KINDS.get(str(plain.get("kind", "")))
    if kind is None:
        raise FlowUnreadable("kind", where)
    if set(plain) - {"id", "kind", "name", "served", "x", "y", "settings", "exits"}:
        raise FlowUnreadable("node_field", where)
    name, served = plain.get("name", ""), plain.get("served", False)
    if not isinstance(name, str) or len(name) > 60 or not isinstance(served, bool):
        raise FlowUnreadable("node_field", where)
    for axis in ("x", "y"):
        value = plain.get(axis, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not -1e6 < value < 1e6:
            raise FlowUnreadable("position", where)
    settings = _settings(kind, plain.get("settings", {}), where)
    exits = plain.get("exits", {})
    if not isinstance(exits, dict):
        raise FlowUnreadable("exits", where)
    for exit_name, target in exits.items():
        if not isinstance(exit_name, str) or not (target is None or isinstance(target, str)):
            raise FlowUnreadable("exits", where)
    known = exit_names(kind.name, settings)
    leading = {exit_name: target for exit_name, target in exits.items() if target and exit_name in known}
    return Node(where, kind.name, name, served, settings, leading)


def _settings(kind: Kind, plain: Any, where: str) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise FlowUnreadable("settings", where)
    unknown = set(plain) - {setting.name for setting in kind.settings}
    if unknown:
        raise FlowUnreadable("setting_unknown", f"{where}.{min(unknown)}")
    found: dict[str, Any] = {}
    for setting in kind.settings:
        value = plain.get(setting.name)
        if value is None or value == "":
            if setting.default is not ...:
                found[setting.name] = setting.default
            continue
        if not _FORMS_OF[setting.kind](value):
            raise FlowUnreadable("setting", f"{where}.{setting.name}")
        found[setting.name] = value
    return found


# -- the forms of settings: each tells whether a plain value has it ---------------------------------------------------
def _text(most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= most


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _seconds(least: float, most: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_say(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) <= MOST_PARTS and all(map(_is_part, value))


def _is_part(part: Any) -> bool:
    if not isinstance(part, dict):
        return False
    if set(part) == {"prompt"}:
        return _matches(_PROMPT)(part["prompt"])
    return set(part) == {"spoken", "variable"} and part["spoken"] in FORMS and _matches(_VARIABLE)(part["variable"])


def _is_value(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    return _text(200)(value.get("text")) or _matches(_VARIABLE)(value.get("variable"))


def _is_case(case: Any) -> bool:
    return (
        isinstance(case, dict)
        and set(case) == {"exit", "when"}
        and _matches(_ID)(case["exit"])
        and isinstance(case["when"], list)
        and 1 <= len(case["when"]) <= 10
        and all(map(is_condition, case["when"]))
    )


CUSTOMER_FIELDS = ("customer.vip", "customer.known", "customer.blacklisted", "customer.has_orders")
TIME_FIELDS = ("time.weekday", "time.clock", "time.date")
VARIABLE_OPERATIONS = ("eq", "ne", "lt", "le", "gt", "ge", "in", "starts", "set")


def _between(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) == 2 and all(map(_matches(pattern), value))


def is_condition(condition: Any) -> bool:
    """Whether a plain value is a condition of a branch: {field, op, value}."""
    if not isinstance(condition, dict) or set(condition) != {"field", "op", "value"}:
        return False
    name, op, value = condition["field"], condition["op"], condition["value"]
    if name in CUSTOMER_FIELDS:
        return op == "is" and isinstance(value, bool)
    if name == "time.weekday":
        return op == "in" and isinstance(value, list) and len(value) <= 7 and all(map(_whole(0, 6), value))
    if name == "time.clock":
        return op == "between" and _between(_CLOCK)(value)
    if name == "time.date":
        return op == "between" and _between(_DATE)(value)
    if not isinstance(name, str) or not name.startswith("var.") or not _VARIABLE.fullmatch(name[4:]):
        return False
    if op == "set":
        return isinstance(value, bool)
    if op == "in":
        return isinstance(value, list) and len(value) <= 50 and all(map(_text(60), value))
    return op in VARIABLE_OPERATIONS and _text(60)(value)


def _is_question(question: Any) -> bool:
    return (
        isinstance(question, dict)
        and set(question) <= {"key", "say", "min", "max"}
        and _matches(_ID)(question.get("key"))
        and _is_say(question.get("say", []))
        and _whole(0, 9)(question.get("min", 1))
        and _whole(0, 9)(question.get("max", 5))
        and question.get("min", 1) <= question.get("max", 5)
    )


def _distinct(values: list[Any]) -> bool:
    return len(set(values)) == len(values)


_FORMS_OF: dict[str, Callable[[Any], bool]] = {
    "say": _is_say,
    "prompt": _matches(_PROMPT),
    "bool": lambda value: isinstance(value, bool),
    "keys": lambda value: (
        isinstance(value, list)
        and all(isinstance(key, str) and len(key) == 1 and key in KEYS for key in value)
        and _distinct(value)
    ),
    "tries": _whole(1, 10),
    "seconds": _seconds(1, 60),
    "ring_seconds": _seconds(5, 120),
    "length": _whole(1, 30),
    "whole": _whole(-(10**18), 10**18),
    "variable": _matches(_VARIABLE),
    "mask": _matches(_MASK),
    "service": lambda value: isinstance(value, str) and value in SERVICES,
    "arguments": lambda value: (
        isinstance(value, dict)
        and len(value) <= 10
        and all(_matches(_ID)(name) and _is_value(given) for name, given in value.items())
    ),
    "value": _is_value,
    "hotline": _text(60),
    "queue": _text(60),
    "skill": _text(60),
    "priority": _whole(-1000, 1000),
    "texts": lambda value: (
        isinstance(value, dict)
        and len(value) <= 20
        and all(_matches(_VARIABLE)(name) and _text(200)(given) for name, given in value.items())
    ),
    "cases": lambda value: (
        isinstance(value, list)
        and len(value) <= 20
        and all(map(_is_case, value))
        and _distinct([case["exit"] for case in value])
        and all(case["exit"] != "else" for case in value)
    ),
    "questions": lambda value: (
        isinstance(value, list)
        and 1 <= len(value) <= 5
        and all(map(_is_question, value))
        and _distinct([question["key"] for question in value])
    ),
    "number": _matches(_NUMBER),
    "outcome": lambda value: value in ("auto", "closed", "blocked"),
}
