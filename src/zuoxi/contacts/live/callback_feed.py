"""Calling back, between the router and the rest: plans and what the database knows go in, tasks go to desks, and the
number of whoever is dialled is permitted on the way.

What the router has is the truth of a task. The database adds three things now and then: rows of before that are no
task yet, what somebody closed or put off over HTTP, and people whom nobody needs to call any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from zuoxi import lines
from zuoxi.contacts.live.desk import DeskConnection, Desks
from zuoxi.contacts.live.desk_arguments import ArgumentMissing, CommandUnknown, NotPermitted, SwitchAway, text
from zuoxi.contacts.live.domain import Domain, Step
from zuoxi.contacts.live.outgoing import Outgoing
from zuoxi.contacts.live.ports import CallbackStore, Names
from zuoxi.platform.errors import DomainError
from zuoxi.platform.masking import mask_number
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.errors import REFUSALS
from zuoxi.routing.model import CallbackMode, CallbackState
from zuoxi.routing.records import CallbackView

log = structlog.get_logger(__name__)

WORK = "callbacks.work"  # the permission
_FED_KEPT = 10_000
Frame = dict[str, Any]


class CallbackOver(DomainError):
    code = "routing.callback_over"
    kind = "conflict"
    zh, en = REFUSALS["routing.callback_over"]


class CallbackFeed:
    """One per domain. ``store`` None: no plans, nothing of before."""

    def __init__(
        self,
        domain: Domain,
        desks: Desks,
        outgoing: Outgoing,
        store: CallbackStore | None,
        new_id: Callable[[], str],
    ) -> None:
        self._domain, self._desks, self._outgoing = domain, desks, outgoing
        self._store, self._new_id = store, new_id
        self._fed: dict[str, None] = {}  # rows of before that the router was told of
        desks.callback_of = self.frame_for
        outgoing.adopted.append(self._dial_what_is_offered)
        domain.listen(self._happened)

    # -- from the database ---------------------------------------------------------------------------------------------
    async def refresh(self) -> None:
        """Tell the router what changed outside. Raises what the database raises."""
        store, domain = self._store, self._domain
        if store is None:
            return
        plans = await store.plans(domain.tenant_id, domain.now())
        if plans != domain.router.callback_plans:
            domain.feed(e.CallbacksPlanned(plans))
        for event in await store.news(domain.tenant_id, domain.router.callbacks(), domain.now()):
            if isinstance(event, e.CallbackFound):
                if event.task in self._fed:
                    continue
                self._fed[event.task] = None
                if len(self._fed) > _FED_KEPT:
                    del self._fed[next(iter(self._fed))]
            domain.feed(event)

    # -- to the desks --------------------------------------------------------------------------------------------------
    def _happened(self, step: Step) -> None:
        for fact in step.commands:
            if isinstance(fact, c.CallbackOffered):
                self._desks.push(fact.agent, {"type": "callback", "callback": self.frame_for(fact.agent)})
                if fact.mode is CallbackMode.PROGRESSIVE:
                    self._dial(fact.task, fact.agent)
            elif isinstance(fact, c.CallbackOfferEnded | c.CallbackDialled):
                self._desks.push(fact.agent, {"type": "callback", "callback": self.frame_for(fact.agent)})

    def frame_for(self, agent: str) -> Frame | None:
        """The task on an agent's desk."""
        for view in self._domain.router.callbacks():
            if view.state is CallbackState.OFFERED and view.agent == agent:
                return _frame(view, self._desks.names, self._domain.now())
        return None

    # -- dialling ------------------------------------------------------------------------------------------------------
    def _dial_what_is_offered(self) -> None:
        """After a start: what was to be dialled at once, and was not yet."""
        for view in self._domain.router.callbacks():
            if view.state is CallbackState.OFFERED and view.mode is CallbackMode.PROGRESSIVE and view.agent is not None:
                self._dial(view.id, view.agent)

    def _dial(self, task: str, agent: str) -> None:
        view = self._domain.router.callback(task)
        if view is None:
            return
        try:
            number = self._outgoing.may_begin(view.number, view.project)
        except lines.DialRefused as refused:
            final = refused.code in ("lines.dial_destination", "lines.dial_unreadable")
            log.warning("callback.refused", task=task, code=refused.code)
            self._domain.feed(e.CallbackDialRefused(agent, task, final))
        except SwitchAway:
            return  # no rules yet; with the first it is tried again
        else:
            if number in lines.EMERGENCY:  # whoever calls may write any number: nobody but people dials this one
                self._domain.feed(e.CallbackDialRefused(agent, task, final=True))
            else:
                self._domain.feed(e.CallbackDialRequested(agent, task, self._new_id(), number))

    # -- what people ask for -------------------------------------------------------------------------------------------
    def event(self, desk: DeskConnection, name: object, frame: Frame) -> e.Event | None:
        """The router's event of a desk's command about a callback; None when it is none. Raises NotPermitted,
        CallbackOver, ArgumentMissing, DialRefused, SwitchAway."""
        if not isinstance(name, str) or not name.endswith("_callback"):
            return None
        if WORK not in desk.permissions:
            raise NotPermitted
        agent, task = desk.agent_id, text(frame, "task")
        view = self._domain.router.callback(task)
        if view is None:
            raise CallbackOver
        if not self._concerns(desk, view):
            raise NotPermitted
        match name:
            case "dial_callback":
                number = self._outgoing.may_begin(view.number, view.project)
                return e.CallbackDialRequested(agent, task, self._new_id(), number)
            case "decline_callback":
                return e.CallbackDeclined(agent, task)
            case "take_callback":
                return e.CallbackTakeRequested(agent, task)
            case "give_back_callback":
                return e.CallbackTakeRequested(agent, task, kept=False)
            case "postpone_callback":
                until = frame.get("until")
                if not isinstance(until, int | float) or isinstance(until, bool):
                    raise ArgumentMissing(argument="until")
                return e.CallbackPostponeRequested(agent, task, float(until))
            case "close_callback":
                return e.CallbackCloseRequested(agent, task, text(frame, "result", 1000), frame.get("dropped") is True)
            case _:
                raise CommandUnknown(name=name[:40])

    def _concerns(self, desk: DeskConnection, view: CallbackView) -> bool:
        """Supervisors see to all; agents to their own and to those of queues whose skill they have."""
        if "floor.supervise" in desk.permissions or desk.agent_id in (view.agent, view.owner):
            return True
        settings = self._domain.settings
        if settings is None:
            return False
        skill = next((queue.skill for queue in settings.configuration.queues if queue.id == view.queue), None)
        held = next((agent.skills for agent in settings.configuration.agents if agent.id == desk.agent_id), ())
        return any(name == skill for name, _ in held)


def _frame(view: CallbackView, names: Names, now: float) -> Frame:
    hotline = names.hotlines.get(view.hotline or "")
    return {
        "task": view.id,
        "number": mask_number(view.number),
        "customer": view.customer,
        "queue": view.queue,
        "queue_name": names.queues.get(view.queue or ""),
        "line_name": None if hotline is None else hotline.line_name,
        "reason": view.reason,
        "mode": str(view.mode),
        "kept_place": view.kept_place,
        "attempts": view.attempts,
        "created_at": view.created_at,
        "expires_in": max(0.0, view.ends_at - now),
    }
