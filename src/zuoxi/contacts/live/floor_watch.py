"""The live floor for supervisors: every agent, waiting call and conversation, pushed to whoever watches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

from zuoxi.contacts.live import views
from zuoxi.contacts.live.break_watch import BreakWatch
from zuoxi.contacts.live.day_book import DayBook
from zuoxi.contacts.live.desk import DeskConnection
from zuoxi.contacts.live.domain import Domain, Step
from zuoxi.contacts.live.ports import AgentName, Names
from zuoxi.contacts.live.standing_records import AgentStanding, ContactStanding
from zuoxi.platform.masking import mask_number
from zuoxi.routing.model import AgentState

VIEW = "floor.view"  # the permission
_SECONDS = 0.5  # at most so often

Frame = dict[str, Any]
PhoneOk = Callable[[str], bool | None]


class FloorWatch:
    """One per domain. ``phone_ok(phone)``: whether a phone is registered; None when nobody knows."""

    def __init__(self, domain: Domain, phone_ok: PhoneOk, day: DayBook, breaks: BreakWatch) -> None:
        self._domain = domain
        self._phone_ok = phone_ok
        self._day = day
        self._breaks = breaks
        day.when_read(self.touch)
        self._watching: set[DeskConnection] = set()
        self._timer: asyncio.TimerHandle | None = None
        domain.listen(self._happened)

    def subscribe(self, desk: DeskConnection) -> None:
        """The desk gets the floor now and after each change. Without the permission it gets nothing."""
        if VIEW not in desk.permissions:
            return
        self._day.want()
        self._watching.add(desk)
        desk.send(self.frame(desk.agent_id))

    def unsubscribe(self, desk: DeskConnection) -> None:
        self._watching.discard(desk)

    def touch(self) -> None:
        """Something that the floor shows has changed."""
        if self._watching and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SECONDS, self._push)

    def _push(self) -> None:
        self._timer = None
        if self._watching:
            texts: dict[frozenset[str] | None, str] = {}
            for desk in list(self._watching):
                scope = self._domain.scopes.get(desk.agent_id)
                if scope not in texts:
                    texts[scope] = orjson.dumps(self.frame(desk.agent_id)).decode()
                desk.send_text(texts[scope])

    def _happened(self, step: Step) -> None:
        if step.commands:
            self.touch()

    # -- the frame ---------------------------------------------------------------------------------------------------
    def frame(self, user: str) -> Frame:
        """The floor as it is now, with the calls that this user may see."""
        domain, now = self._domain, self._domain.now()
        names = Names() if domain.settings is None else domain.settings.names
        contacts = [
            contact
            for contact in domain.standing.contacts.values()
            if contact.ended_at is None and not contact.in_flow and domain.within_scope(user, contact)
        ]
        return {
            "type": "floor",
            "agents": self._agents(names, now),
            "waiting": [
                _waiting(contact, names)
                for contact in contacts
                if contact.agent is None and contact.outside is None and contact.queue
            ],
            "calls": [_call(contact, names) for contact in contacts if contact.agent or contact.outside],
            "at": now,
        }

    def _agents(self, names: Names, now: float) -> list[Frame]:
        """Everybody who may be given calls, and everybody who has a seat."""
        domain = self._domain
        profiles = () if domain.settings is None else domain.settings.configuration.agents
        known = dict.fromkeys(profile.id for profile in profiles)
        known |= dict.fromkeys(a.id for a in domain.standing.agents.values() if a.state is not AgentState.SIGNED_OUT)
        return [self._agent(agent, names, now) for agent in known]

    def _agent(self, agent_id: str, names: Names, now: float) -> Frame:
        agent = self._domain.standing.agents.get(agent_id) or AgentStanding(agent_id)
        name = names.agents.get(agent_id, AgentName(agent_id, ""))
        contact = self._domain.standing.contacts.get(agent.contact or "")
        day = self._day.of(agent_id)
        return {
            "id": agent_id,
            "name": name.name,
            "number": name.number,
            "state": str(agent.state),
            "reason": agent.reason,
            "since": agent.since or None,
            "contact": agent.contact,
            "help": contact is not None and contact.agent == agent_id and contact.help_since is not None,
            "phone_ok": None if agent.phone is None else self._phone_ok(agent.phone),
            "break": self._breaks.frame(agent_id),
            "today": {
                "answered": day.answered,
                "dialled": day.dialled,
                "reached": day.reached,
                "talked_s": round(day.talked(now), 1),
            },
        }


def _waiting(contact: ContactStanding, names: Names) -> Frame:
    ringing = next((leg.agent for leg in contact.legs.values() if not leg.answered), None)
    return {
        "contact": contact.id,
        "queue": contact.queue,
        "queue_name": names.queues.get(contact.queue or ""),
        "number": mask_number(contact.number),
        "vip": contact.vip,
        "since": contact.queued_at or contact.started_at,
        "state": "message" if contact.message_since else "waiting" if ringing is None else "ringing",
        "agent": ringing,
    }


def _call(contact: ContactStanding, names: Names) -> Frame:
    hotline = names.hotlines.get(contact.hotline)
    return {
        "contact": contact.id,
        "agent": contact.agent,
        "queue": contact.queue,
        "queue_name": names.queues.get(contact.queue or ""),
        "line_name": hotline.line_name if hotline else None,
        "number": mask_number(contact.number),
        "vip": contact.vip,
        "direction": contact.direction,
        "stage": contact.stage or None,
        "outside": None if contact.outside is None else mask_number(contact.outside),
        "since": contact.answered_at or contact.started_at,
        "held": contact.held,
        "help_since": contact.help_since,
        "recording_paused": contact.paused_by is not None,
        "quality": contact.quality,
        "supervisors": views.supervisors(contact, names),
        "consult": views.consult_frame(contact, names),
    }
