"""Trying a call flow by typed keys: the same moves that callers' calls make, over real look-ups, without a call.

Prompts count as heard at once. Where the trial stands goes back to whoever tries, as an opaque text, and comes again
with the next keys: nothing is kept here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from zuoxi.contacts.live.ports import FlowCall, FlowServices
from zuoxi.lines import PromptText
from zuoxi.routing import flow_run as run
from zuoxi.routing.flow_document import Flow
from zuoxi.routing.flow_services import EXIT, FAILED, SERVICES

Step = dict[str, Any]
_COUNTS = ("passed", "tries", "question", "said", "asked")
_CLOSED = {"hang_up": "abandoned", "broken": "failed", "callback": "callback_requested"}
_AWAY = {"queue": None, "voicemail": "voicemail", "transfer_out": "transferred_out"}


class StateUnreadable(Exception):
    """The text is not one that a trial of this flow gave."""


@dataclass(slots=True)
class Trial:
    """Where a trial stands, and what has happened since it was last asked. Times are seconds from its begin."""

    run: run.Run
    call: FlowCall
    at: float = 0.0
    outcome: str | None = None
    waiting: str | None = None
    steps: list[Step] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return self.waiting is None

    def exits(self) -> list[str]:
        """By which exits the flow may go on when it waits for what a queue or a message comes to."""
        node = self.run.flow.nodes.get(self.run.node)
        return sorted(node.exits) if self.waiting == "exit" and node is not None else []

    def write(self) -> str:
        """The opaque text."""
        plain = {"run": self.run.plain(), "at": self.at, "contact": self.call.contact, "waiting": self.waiting}
        return base64.urlsafe_b64encode(orjson.dumps(plain)).decode()


def contact_of(state: str) -> str:
    """The name under which a trial asks its look-ups. Raises StateUnreadable."""
    return str(_plain(state)["contact"])


def _plain(state: str) -> dict[str, Any]:
    try:
        plain = orjson.loads(base64.urlsafe_b64decode(state.encode()))
        plain["run"], plain["at"], plain["contact"], plain["waiting"]
    except (binascii.Error, ValueError, KeyError, TypeError) as fault:
        raise StateUnreadable from fault
    return dict(plain)


def read(flow: Flow, state: str, call: FlowCall) -> Trial:
    """Go on from the text of the answer before. Raises StateUnreadable."""
    plain = _plain(state)
    try:
        going = Trial(run.Run.read(flow, plain["run"]), call, float(plain["at"]), waiting=plain["waiting"])
    except (KeyError, TypeError, ValueError) as fault:
        raise StateUnreadable from fault
    counts = [getattr(going.run, name) for name in _COUNTS]
    if not all(type(count) is int and count >= 0 for count in counts) or str(going.run.node) not in flow.nodes:
        raise StateUnreadable  # somebody wrote it who wants to walk without end
    return going


class FlowTrial:
    """Carries trials out. ``texts``: the tenant's prompts by key."""

    def __init__(self, services: FlowServices, texts: Mapping[str, PromptText]) -> None:
        self._services, self._texts = services, texts

    async def begin(self, trial: Trial) -> None:
        """Enter the flow."""
        await self._follow(trial, run.begin(trial.run, trial.at))

    async def press(self, trial: Trial, keys: str) -> None:
        """Type keys, one after the other."""
        for key in keys:
            node = trial.run.flow.nodes[trial.run.node]
            secret = node.kind == "collect" and node.settings["secret"] and key.isdigit()
            trial.at += 0.5
            await self._follow(trial, run.press(trial.run, run.MASK if secret else key, trial.at))

    async def wait(self, trial: Trial) -> None:
        """Let the time pass for which the flow waits."""
        if trial.run.due_at is not None:
            trial.at = max(trial.at, trial.run.due_at)
            await self._follow(trial, run.time_passed(trial.run, trial.at))

    async def come_back(self, trial: Trial, exit_name: str) -> None:
        """What the call was given away for comes to this exit."""
        await self._follow(trial, run.come_back(trial.run, exit_name, trial.at) or [])

    def hang_up(self, trial: Trial) -> None:
        """The caller hangs up."""
        trial.waiting = None
        trial.outcome = "served" if trial.run.served else "abandoned"

    async def _follow(self, trial: Trial, effects: list[run.Effect]) -> None:
        while effects:
            later: list[run.Effect] = []
            for effect in effects:
                later += await self._one(trial, effect)
            effects = later
        if trial.run.phase is run.Phase.KEYS:
            trial.waiting = "keys"

    async def _one(self, trial: Trial, effect: run.Effect) -> list[run.Effect]:
        going, steps = trial.run, trial.steps
        match effect:
            case run.Entered(node, kind, served):
                steps.append({"kind": "node", "node": node, "node_kind": kind, "served": served})
            case run.Say(name, parts):
                steps.append({"kind": "say", "node": going.node, "parts": [self._said(part) for part in parts]})
                return run.played(going, name, trial.at)
            case run.Ask(request, service, arguments):
                return await self._ask(trial, request, service, dict(arguments))
            case run.Collected(node, digits, ok):
                steps.append({"kind": "keys", "node": node, "keys": digits, "ok": ok})
            case run.Answered(node, _, value):
                steps.append({"kind": "keys", "node": node, "keys": value, "ok": True})
            case run.Left(node, what, detail):
                steps.append({"kind": "act", "node": node, "what": what, "detail": dict(detail)})
                self._leave(trial, what, dict(detail))
            case run.Hush():
                pass
        return []

    def _said(self, key: str) -> Step:
        text = self._texts.get(key)
        return {"prompt": key, "zh": key if text is None else text.zh, "en": key if text is None else text.en}

    async def _ask(self, trial: Trial, request: str, service: str, arguments: Mapping[str, str]) -> list[run.Effect]:
        trial.asked.append(service)
        try:
            found = dict(await self._services.ask(trial.call, service, arguments))
        except Exception:
            found = {}
        shown = {name: value for name, value in found.items() if name != EXIT}
        if service in SERVICES:
            exit_name = found.get(EXIT, FAILED)
            step = {"kind": "lookup", "node": trial.run.node, "service": service, "exit": exit_name, "results": shown}
            trial.steps.append(step)
        return run.looked_up(trial.run, request, found, trial.at)

    def _leave(self, trial: Trial, what: str, detail: Mapping[str, Any]) -> None:
        node = trial.run.flow.nodes.get(trial.run.node)
        if what in _AWAY and node is not None and node.exits:
            trial.waiting, trial.outcome = "exit", _AWAY[what]
            return
        trial.waiting = None
        wanted = str(detail.get("outcome", "auto"))
        trial.outcome = _AWAY.get(what) or (wanted if wanted != "auto" else _CLOSED.get(what, what))
        if what == "queue":
            trial.outcome = None
        elif what in ("hang_up", "broken") and trial.run.served:
            trial.outcome = "served"
