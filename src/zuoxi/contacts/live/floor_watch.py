"""The live floor for supervisors: every agent, waiting call and conversation, pushed to whoever watches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import structlog

from zuoxi.contacts.live import views
from zuoxi.contacts.live.desk import DeskConnection
from zuoxi.contacts.live.domain import Domain, Step
from zuoxi.contacts.live.journal_reader import JournalReader
from zuoxi.contacts.live.ports import AgentName, Names
from zuoxi.contacts.live.standing_records import AgentStanding, ContactStanding
from zuoxi.contacts.live.today import FACTS, Today
from zuoxi.platform.logs import describe
from zuoxi.platform.masking import mask_number
from zuoxi.routing import codec
from zuoxi.routing.model import AgentState

log = structlog.get_logger(__name__)

VIEW = "floor.view"  # the permission
_SECONDS = 0.5  # at most so often
_KINDS = frozenset(kind.__name__ for kind in FACTS)

Frame = dict[str, Any]
PhoneOk = Callable[[str], bool | None]


class FloorWatch:
    """One per domain. ``phone_ok(phone)``: whether a phone is registered; None when nobody knows."""

    def __init__(self, domain: Domain, phone_ok: PhoneOk) -> None:
        self._domain = domain
        self._phone_ok = phone_ok
        self._watching: set[DeskConnection] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._today = Today(lambda at: 0.0 if domain.settings is None else domain.settings.day_start(at))
        self._read: asyncio.Task[None] | None = None
        self._last_row = domain.journal.last
        domain.listen(self._happened)

    def subscribe(self, desk: DeskConnection) -> None:
        """The desk gets the floor now and after each change. Without the permission it gets nothing."""
        if VIEW not in desk.permissions:
            return
        if self._read is None:
            self._read = asyncio.create_task(self._read_day())
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
        self._today.note(step.at, step.commands)
        if step.commands:
            self.touch()

    # -- the day so far ----------------------------------------------------------------------------------------------
    async def _read_day(self) -> None:
        """Read from the journal what happened today before this process began to listen."""
        settings = self._domain.settings
        since = 0.0 if settings is None else settings.day_start(self._domain.now())
        try:
            earlier = await asyncio.to_thread(self._read_rows, since)
        except Exception as error:
            log.warning("floor.day_unread", fault=describe(error))
            earlier = []
        self._today.begin(earlier)
        self.touch()

    def _read_rows(self, since: float) -> list[tuple[float, list[Any]]]:
        reader = JournalReader(self._domain.journal.path)
        try:
            found = []
            for row in reader.rows(reader.before(since)):
                if row.seq > self._last_row:
                    break
                facts = [codec.decode(plain) for plain in orjson.loads(row.commands) if plain["kind"] in _KINDS]
                if facts:
                    found.append((row.at, facts))
            return found
        finally:
            reader.close()

    # -- the frame ---------------------------------------------------------------------------------------------------
    def frame(self, user: str) -> Frame:
        """The floor as it is now, with the calls that this user may see."""
        domain, now = self._domain, self._domain.now()
        names = Names() if domain.settings is None else domain.settings.names
        contacts = [
            contact
            for contact in domain.standing.contacts.values()
            if contact.ended_at is None and domain.within_scope(user, contact)
        ]
        return {
            "type": "floor",
            "agents": self._agents(names, now),
            "waiting": [_waiting(contact, names) for contact in contacts if contact.agent is None and contact.queue],
            "calls": [_call(contact, names) for contact in contacts if contact.agent is not None],
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
        day = self._today.of(agent_id)
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
            "today": {"answered": day.answered, "talked_s": round(day.talked(now), 1)},
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
        "state": "waiting" if ringing is None else "ringing",
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
        "since": contact.answered_at or contact.started_at,
        "held": contact.held,
        "help_since": contact.help_since,
        "recording_paused": contact.paused_by is not None,
        "supervisors": views.supervisors(contact, names),
        "consult": views.consult_frame(contact, names),
    }
