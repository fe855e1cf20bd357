"""What must be so before a call flow may be published, and what is only odd. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from zuoxi.routing.flow_document import KINDS, Flow, Node
from zuoxi.routing.flow_services import SERVICES

ERROR, WARNING = "error", "warning"
GIVEN_VARIABLES = frozenset({"call.number", "call.dialled", "call.hotline"})


@dataclass(frozen=True, slots=True)
class Finding:
    """``node`` None: of the whole flow. ``detail`` names what the sentence of ``code`` is about."""

    node: str | None
    code: str
    detail: str = ""
    severity: str = ERROR


@dataclass(frozen=True, slots=True)
class Known:
    """What a tenant has, by identifier (prompts by key)."""

    prompts: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    hotlines: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Graph:
    """Where each node leads to, by exits that exist and lead to nodes that exist."""

    flow: Flow
    reached: set[str] = field(default_factory=set)

    def after(self, node: Node) -> list[str]:
        return [target for target in node.exits.values() if target in self.flow.nodes]


def validate(flow: Flow, known: Known) -> list[Finding]:
    """All findings, in the order of the nodes; a flow with an ERROR among them must not be published."""
    found: list[Finding] = []
    start = flow.nodes.get(flow.start)
    if start is None or start.kind != "start":
        found.append(Finding(None, "start_missing"))
    if sum(node.kind == "start" for node in flow.nodes.values()) > 1:
        found.append(Finding(None, "start_twice"))
    graph = _Graph(flow)
    if start is not None:
        _reach(graph, start.id)
    spoken = {name for node in flow.nodes.values() for name in _sets(node)} | GIVEN_VARIABLES
    for node in flow.nodes.values():
        if node.id not in graph.reached and start is not None:
            found.append(Finding(node.id, "unreachable", severity=WARNING))
        found.extend(_exits(flow, node))
        found.extend(_settings(node, known))
        found.extend(_variables(node, spoken))
        found.extend(_own_rules(node))
    found.extend(_circles(graph))
    if start is not None and not any(_ends(flow.nodes[name]) for name in graph.reached):
        found.append(Finding(None, "never_ends"))
    return found


def publishable(findings: list[Finding]) -> bool:
    """Whether nothing among the findings stands in the way."""
    return all(finding.severity != ERROR for finding in findings)


def _reach(graph: _Graph, start: str) -> None:
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name not in graph.reached:
            graph.reached.add(name)
            ahead.extend(graph.after(graph.flow.nodes[name]))


def _ends(node: Node) -> bool:
    return KINDS[node.kind].terminal


def _exits(flow: Flow, node: Node) -> Iterator[Finding]:
    for name, needed in node.exit_names().items():
        target = node.exits.get(name)
        if target is None and needed:
            yield Finding(node.id, "exit_missing", name)
        elif target is not None and target not in flow.nodes:
            yield Finding(node.id, "target_unknown", name)
        elif target is not None and flow.nodes[target].kind == "start":
            yield Finding(node.id, "leads_to_start", name)


def _settings(node: Node, known: Known) -> Iterator[Finding]:
    for setting in KINDS[node.kind].settings:
        value = node.settings.get(setting.name)
        if value is None:
            if setting.default is ...:
                yield Finding(node.id, "setting_missing", setting.name)
        elif setting.kind in _LISTS and value not in getattr(known, _LISTS[setting.kind]):
            yield Finding(node.id, f"{setting.kind}_unknown", str(value))
        elif setting.kind == "say":
            yield from _say(node, value, known)
        elif setting.kind == "questions":
            for question in value:
                if not question.get("say"):
                    yield Finding(node.id, "nothing_said", severity=WARNING)
                yield from _say(node, question.get("say", ()), known)


_LISTS = {"prompt": "prompts", "queue": "queues", "skill": "skills", "hotline": "hotlines"}


def _say(node: Node, say: Any, known: Known) -> Iterator[Finding]:
    for part in say:
        if "prompt" in part and part["prompt"] not in known.prompts:
            yield Finding(node.id, "prompt_unknown", part["prompt"])


def _sets(node: Node) -> Iterator[str]:
    """The variables that a node gives a value."""
    settings = node.settings
    if node.kind == "collect" and "variable" in settings:
        yield settings["variable"]
    elif node.kind == "set":
        yield from settings["variables"]
    elif node.kind == "survey":
        for question in settings.get("questions", ()):
            yield f"survey.{question['key']}"
    elif node.kind == "lookup" and settings.get("service") in SERVICES:
        for name in SERVICES[settings["service"]].results:
            yield f"{settings['into']}.{name}"


def _uses(node: Node) -> Iterator[str]:
    """The variables that a node reads."""
    settings: Mapping[str, Any] = node.settings
    for say in (settings.get("say", ()), settings.get("thanks", ())):
        yield from (part["variable"] for part in say if "variable" in part)
    if node.kind == "lookup":
        yield from (given["variable"] for given in settings["arguments"].values() if "variable" in given)
    elif node.kind == "callback" and "variable" in settings["number"]:
        yield settings["number"]["variable"]
    elif node.kind == "branch":
        for case in settings["cases"]:
            for condition in case["when"]:
                if condition["field"].startswith("var."):
                    yield condition["field"][4:]


def _variables(node: Node, spoken: set[str]) -> Iterator[Finding]:
    for name in sorted({name for name in _uses(node) if name not in spoken}):
        yield Finding(node.id, "variable_unset", name, WARNING)


def _own_rules(node: Node) -> Iterator[Finding]:
    settings = node.settings
    if node.kind == "transfer_out":
        yield Finding(node.id, "not_carried_out")
    elif node.kind == "menu":
        if not settings["keys"]:
            yield Finding(node.id, "keys_missing")
        if not settings["say"]:
            yield Finding(node.id, "nothing_said", severity=WARNING)
    elif node.kind == "collect":
        yield from _collect_rules(node)
    elif node.kind == "branch" and not settings["cases"]:
        yield Finding(node.id, "cases_missing")
    elif node.kind == "lookup" and settings.get("service") in SERVICES:
        wanted = SERVICES[settings["service"]].arguments
        for name, needed in wanted.items():
            if needed and name not in settings["arguments"]:
                yield Finding(node.id, "argument_missing", name)
        for name in settings["arguments"]:
            if name not in wanted:
                yield Finding(node.id, "argument_unknown", name)


def _collect_rules(node: Node) -> Iterator[Finding]:
    settings = node.settings
    if settings["min_length"] > settings["max_length"]:
        yield Finding(node.id, "lengths_crossed")
    if settings["min"] is not None and settings["max"] is not None and settings["min"] > settings["max"]:
        yield Finding(node.id, "sizes_crossed")
    if settings["secret"] and (settings["pattern"] or settings["min"] is not None or settings["max"] is not None):
        yield Finding(node.id, "secret_unchecked")
    for mask in settings["pattern"].split("|") if settings["pattern"] else ():
        if not settings["min_length"] <= len(mask) <= settings["max_length"]:
            yield Finding(node.id, "pattern_length", mask)
    if not settings["say"]:
        yield Finding(node.id, "nothing_said", severity=WARNING)


def _at_once(graph: _Graph, name: str) -> list[str]:
    """Where a node may lead to without anybody having waited: a queue that is full, or has nobody, sends on at once."""
    node = graph.flow.nodes[name]
    if node.kind == "queue":
        wanted = [node.exits[exit_name] for exit_name in ("full", "unstaffed") if exit_name in node.exits]
        return [target for target in wanted if target in graph.flow.nodes]
    return [] if KINDS[node.kind].waits else graph.after(node)


def _circles(graph: _Graph) -> Iterator[Finding]:
    """Circles in which nobody waits for the caller: they would be walked without end. Only nodes that pass on by
    themselves are looked at; each circle is told once, at its first node."""
    flow = graph.flow
    state: dict[str, int] = {}  # 1: on the present path, 2: done
    for root in flow.nodes:
        if state.get(root):
            continue
        path: list[tuple[str, Iterator[str]]] = [(root, iter(_at_once(graph, root)))]
        state[root] = 1
        while path:
            name, targets = path[-1]
            target = next(targets, None)
            if target is None:
                state[name] = 2
                path.pop()
            elif state.get(target) == 1:
                yield Finding(target, "loop_without_wait")
            elif target not in state:
                state[target] = 1
                path.append((target, iter(_at_once(graph, target))))
