"""The agents' desks of one tenant: who is connected, and what is pushed to them when something happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import orjson
import structlog

from zuoxi.contacts.live import views
from zuoxi.contacts.live.break_watch import BreakWatch
from zuoxi.contacts.live.domain import Domain, Step
from zuoxi.contacts.live.pops import Pops
from zuoxi.contacts.live.ports import AgentName, Names, ScreenPop
from zuoxi.contacts.live.standing_records import ContactStanding
from zuoxi.contacts.live.views import Frame, PlaceOf
from zuoxi.platform.masking import mask_number
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import AgentState, PartyKind

log = structlog.get_logger(__name__)

GRACE_SECONDS = 30.0  # how long a desk may be away before its agent is set not ready
DISMISSED = 4401  # the page asks for a new token, and is told whether it may have one
CONNECTION_LOST = "connection_lost"
_PRESENCE_SECONDS = 0.5  # colleagues' states are pushed at most this often
_OUTGOING_LIMIT = 2000
SUPERVISE = "floor.supervise"  # the permission
# Why a paused recording goes on without having been asked to -> what the agent is told (zh-CN, en).
RECORDING_GOES_ON = {
    "time_limit": ("暂停时间已到,录音已恢复", "The pause is over: the recording goes on"),
    "failed": ("录音暂停失败,通话仍在录音", "The recording could not be paused and goes on"),
}


# Which limit of a break was reached (zh-CN, en), before the minutes.
BREAK_LIMITS = {"stay": ("已超过单次时限", "longer than the limit of"), "day": ("今天累计已超过", "today more than")}


class DeskConnection:
    """One WebSocket of an agent. Frames go through a queue that the socket's own task empties."""

    def __init__(self, agent_id: str, name: AgentName, locale: str, permissions: frozenset[str] = frozenset()) -> None:
        self.agent_id = agent_id
        self.permissions = permissions
        self.name = name
        self.locale = locale
        self.outgoing: asyncio.Queue[str | None] = asyncio.Queue()
        self.close_code = 1013  # try again

    def send(self, frame: Frame) -> None:
        self.send_text(orjson.dumps(frame).decode())

    def send_text(self, text: str) -> None:
        if self.outgoing.qsize() >= _OUTGOING_LIMIT:
            self.close()  # nobody reads at the other end: the page reconnects and gets the whole state
        else:
            self.outgoing.put_nowait(text)

    def close(self, code: int = 1013) -> None:
        """Let the socket's task end with this code."""
        self.close_code = code
        while not self.outgoing.empty():
            self.outgoing.get_nowait()
        self.outgoing.put_nowait(None)


class Desks:
    """All desks of a tenant. An agent may have several (a second tab); each gets everything."""

    def __init__(
        self,
        domain: Domain,
        pop_source: ScreenPop,
        place_of: PlaceOf,
        breaks: BreakWatch,
        *,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self.domain = domain
        self.pops = Pops(domain.tenant_id, pop_source, self._pop_came)
        self._place_of = place_of
        self._breaks = breaks
        breaks.changed, breaks.reached = self._push_agent, self._tell_of_break
        self._grace = grace
        self._open: dict[str, set[DeskConnection]] = {}
        self.callback_of: Callable[[str], Frame | None] | None = None  # the task on an agent's desk
        self._absences: dict[str, asyncio.TimerHandle] = {}
        self._presence: asyncio.TimerHandle | None = None
        self._poor: dict[str, dict[str, Frame]] = {}  # contact → side → how it sounds, where that is not well
        domain.listen(self._happened)

    @property
    def names(self) -> Names:
        settings = self.domain.settings
        return settings.names if settings is not None else Names()

    @property
    def connections(self) -> int:
        """How many desks are connected."""
        return sum(map(len, self._open.values()))

    # -- coming and going --------------------------------------------------------------------------------------------
    def join(self, desk: DeskConnection) -> None:
        """A desk has connected: it gets the whole state, whatever it was in the middle of."""
        self._open.setdefault(desk.agent_id, set()).add(desk)
        absence = self._absences.pop(desk.agent_id, None)
        if absence is not None:
            absence.cancel()
        desk.send(self._welcome(desk))
        for frame in self._poor.get(self.domain.standing.agent(desk.agent_id).contact or "", {}).values():
            desk.send(frame)
        for contact in self._shown_to(desk.agent_id):
            self.pops.refresh(contact)

    def push(self, agent_id: str, frame: Frame) -> None:
        """Show something at an agent's desk, if one is open."""
        self._send(agent_id, frame)

    def leave(self, desk: DeskConnection) -> None:
        """A desk's socket is gone. Its agent is not signed out; without any desk for long, set not ready."""
        desks = self._open.get(desk.agent_id)
        if desks is None:
            return
        desks.discard(desk)
        if not desks:
            del self._open[desk.agent_id]
            self._await_return(desk.agent_id)

    def await_everybody(self) -> None:
        """After a start: every agent who holds a seat has the usual time to connect again."""
        for agent in list(self.domain.standing.agents.values()):
            if agent.state is not AgentState.SIGNED_OUT and agent.id not in self._open:
                self._await_return(agent.id)

    def _await_return(self, agent_id: str) -> None:
        if agent_id not in self._absences:
            loop = asyncio.get_running_loop()
            self._absences[agent_id] = loop.call_later(self._grace, self._stayed_away, agent_id)

    def _stayed_away(self, agent_id: str) -> None:
        self._absences.pop(agent_id, None)
        agent = self.domain.standing.agent(agent_id)
        if agent_id not in self._open and agent.state not in (AgentState.SIGNED_OUT, AgentState.NOT_READY):
            log.info("desk.stayed_away", agent=agent_id)
            self.domain.feed(e.AgentNotReady(agent_id, CONNECTION_LOST))

    def dismiss_strangers(self) -> None:
        """Close the desks of agents who may not sit here any more (locked out, or gone): their token was good when they
        came. They are signed out, once a conversation has ended."""
        known = self.names.agents
        for agent_id in [agent for agent in self._open if known and agent not in known]:
            log.info("desk.dismissed", agent=agent_id)
            for desk in list(self._open[agent_id]):
                desk.close(DISMISSED)
            if self.domain.standing.agent(agent_id).state is not AgentState.SIGNED_OUT:
                self.domain.feed(e.AgentSignedOut(agent_id))

    # -- what a desk sees --------------------------------------------------------------------------------------------
    def _welcome(self, desk: DeskConnection) -> Frame:
        standing, names = self.domain.standing, self.names
        return {
            "type": "welcome",
            "agent": self._agent(desk.agent_id, desk.name) | {"telephone": self._telephone(desk.agent_id)},
            "contact": self._contact(desk.agent_id),
            "offer": self._offer(desk.agent_id),
            "party": views.party_frame(standing, desk.agent_id, names),
            "callback": None if self.callback_of is None else self.callback_of(desk.agent_id),
            "server_time": self.domain.now(),
            "queues": [{"id": queue, "name": name} for queue, name in names.queues.items()],
            "agents": views.colleagues(standing, names),
            "reasons": list(names.reasons),
            "dispositions": list(names.dispositions),
        }

    def _telephone(self, agent_id: str) -> str | None:
        """From which ordinary telephone the agent may work, as it may be shown."""
        settings = self.domain.settings
        return None if settings is None else mask_number(settings.telephones.get(agent_id)) or None

    def _agent(self, agent_id: str, name: AgentName) -> Frame:
        return views.agent_frame(self.domain.standing, agent_id, name) | {"break": self._breaks.frame(agent_id)}

    def _contact(self, agent_id: str) -> Frame | None:
        agent = self.domain.standing.agent(agent_id)
        pop = self.pops.get(agent.contact or "")
        frame = views.contact_frame(self.domain.standing, agent_id, self.names, self._place_of, pop)
        if frame is not None and self._tells_supervised(frame["id"]):
            frame["supervisors"] = views.supervisors(self.domain.standing.contacts[frame["id"]], self.names)
        return frame

    def _tells_supervised(self, contact: str) -> bool:
        """Whether the agent of this contact is shown who listens."""
        found, settings = self.domain.standing.contacts.get(contact), self.domain.settings
        return found is not None and settings is not None and settings.tells_supervised(found.project)

    def _offer(self, agent_id: str) -> Frame | None:
        ringing = views.ringing_leg(self.domain.standing, agent_id)
        if ringing is None:
            found = self.domain.standing.party_of(agent_id)
            if found is None or found[1].answered:
                return None
            pop, now = self.pops.get(found[0].id), self.domain.now()
            return views.party_offer_frame(*found, self.names, self._place_of, pop, now)
        contact, leg = ringing
        return views.offer_frame(contact, leg, self.names, self._place_of, self.pops.get(contact.id), self.domain.now())

    def _send(self, agent_id: str, frame: Frame) -> None:
        desks = self._open.get(agent_id)
        if desks:
            text = orjson.dumps(frame).decode()
            for desk in list(desks):
                desk.send_text(text)

    # -- what happened -----------------------------------------------------------------------------------------------
    def _happened(self, step: Step) -> None:
        """Push what a step changed to those whom it concerns."""
        touched: dict[str, None] = {}  # agents whose contact looks different now, in order
        for command in step.commands:
            match command:
                case c.ContactStarted(contact):
                    self._fetch_early(step, contact)
                case c.OfferCall():
                    self._push_offer(command)
                case c.OfferEnded(_, offer, agent, reason):
                    self._send(agent, {"type": "offer_ended", "offer": offer, "reason": reason})
                case c.ContactAnswered(contact, _, agent):
                    touched[agent] = None
                    for frame in self._poor.get(contact, {}).values():
                        self._send(agent, frame)
                case c.ContactDialled(agent=agent):
                    touched[agent] = None
                case c.AgentStateChanged(agent):
                    touched[agent] = None
                    self._push_agent(agent)
                case c.ContactHeld(_, agent) | c.ContactResumed(_, agent):
                    touched[agent] = None
                case c.RingParty():
                    self._push_offer(command)
                case c.PartyCalled() | c.PartyChanged() | c.PartyEnded():
                    self._push_party(command)
                    # a frame that comes when a supervisor does would tell of them as well
                    if command.role is PartyKind.CONSULTED or self._tells_supervised(command.contact):
                        touched.update(dict.fromkeys(self._desks_of(command.contact)))
                case c.ContactTakenOver(contact):
                    self._send(command.agent, {"type": "party", "party": None})
                    touched.update(dict.fromkeys(self._desks_of(contact)))
                case c.HelpRaised(_, agent) | c.HelpCleared(_, agent) | c.WrapUpExtended(agent):
                    touched[agent] = None
                case c.CallQualityChanged():
                    self._push_quality(command)
                case c.RecordingPaused(contact) | c.RecordingResumed(contact):
                    touched.update(dict.fromkeys(self._desks_of(contact)))
                    self._tell_of_recording(command)
                case c.ContactEnded(contact):
                    touched.update(dict.fromkeys(self._desks_of(contact)))
                    self._poor.pop(contact, None)
                    if contact not in self.domain.standing.contacts:
                        self.pops.forget(contact)
        if type(step.event) in _CONTACT_TOUCHED:
            offer = getattr(step.event, "offer", "")
            contact, party = self.domain.standing.legs.get(offer, ""), self.domain.standing.party(offer)
            desks = self._desks_of(contact)
            if party is not None and party.kind == PartyKind.SUPERVISOR and not self._tells_supervised(contact):
                desks = [agent for agent in desks if agent == party.agent]
            touched.update(dict.fromkeys(desks))
        for agent in touched:
            if agent in self._open:
                self._send(agent, {"type": "contact", "contact": self._contact(agent)})
                # after the conversation that it has become: a page with neither would end its phone's call
                if type(step.event) is e.OfferAnswered and self.domain.standing.rung(step.event.offer) == agent:
                    self._send(agent, {"type": "offer_ended", "offer": step.event.offer, "reason": "answered"})
        if type(step.event) is e.ConfigurationLoaded:
            self._push_configuration()
        if type(step.event) is e.EngineLost:
            zh = "电话引擎中断,所有通话已断开;排队的和被切断的来电者已进入回拨清单"
            en = (
                "The telephone engine stopped and every call was cut off; everybody who waited or talked is called back"
            )
            self.notice("desk.engine_lost", "error", zh, en)

    def _tell_of_recording(self, fact: c.RecordingPaused | c.RecordingResumed) -> None:
        """A recording that goes on by itself, or was not paused at all, is told in words: what is said is kept."""
        words = RECORDING_GOES_ON.get(getattr(fact, "reason", ""))
        if words is None or isinstance(fact, c.RecordingPaused):
            return
        for agent in self._desks_of(fact.contact):
            self.tell(agent, "desk.recording_resumed", "warning", *words)

    def _tell_of_break(self, fact: c.BreakLimitReached) -> None:
        """A break has become too long: the agent and the supervisors hear of it."""
        row = next((row for row in self.names.reasons if row["code"] == fact.reason), {"zh": "", "en": ""})
        minutes = round(fact.limit / 60)
        zh_what, en_what = BREAK_LIMITS[fact.what]
        zh, en = f"「{row['zh']}」{zh_what} {minutes} 分钟", f"{row['en']}: {en_what} {minutes} minutes"
        self.tell(fact.agent, "desk.break_over", "warning", zh, en)
        name = views.name_of(self.names, fact.agent)
        self.tell_supervisors("floor.break_over", "warning", f"{name}:{zh}", f"{name}, {en}", besides=fact.agent)

    def _desks_of(self, contact: str) -> list[str]:
        found = self.domain.standing.contacts.get(contact)
        return sorted(found.desks) if found else []

    def _fetch_early(self, step: Step, contact: str) -> None:
        """A caller who has to wait, or who goes to a connected desk, will be wanted with a pop."""
        found = self.domain.standing.contacts.get(contact)
        if found is None or found.queue is None or found.ended_at is not None:
            return
        leg = next(iter(found.legs.values()), None)
        if leg is None or leg.agent in self._open:
            self.pops.want(found)

    def _push_party(self, fact: c.PartyCalled | c.PartyChanged | c.PartyEnded) -> None:
        """Tell a party what it takes part in now, before it hears that it has no contact of its own."""
        if fact.agent is None or fact.agent not in self._open:
            return
        if isinstance(fact, c.PartyEnded):
            self._send(fact.agent, {"type": "offer_ended", "offer": fact.party, "reason": fact.reason})
        frame = views.party_frame(self.domain.standing, fact.agent, self.names)
        self._send(fact.agent, {"type": "party", "party": frame})

    def _push_offer(self, command: c.OfferCall | c.RingParty) -> None:
        if command.agent not in self._open:
            return
        contact = self.domain.standing.contacts.get(command.contact)
        if contact is None:
            return
        frame = self._offer(command.agent)
        if frame is not None:
            self._send(command.agent, {"type": "offer", "offer": frame})
        self.pops.want(contact)

    def _push_quality(self, fact: c.CallQualityChanged) -> None:
        """A page knows by itself what it has measured."""
        contact = self.domain.standing.contacts.get(fact.contact)
        page = fact.side == "agent" and fact.agent is not None and self.domain.standing.agent(fact.agent).resumes
        if contact is not None and contact.agent is not None and not page:
            frame = views.quality_frame(fact)
            self._poor.setdefault(fact.contact, {}).pop(fact.side, None)
            if fact.state != "good":
                self._poor[fact.contact][fact.side] = frame
            self._send(contact.agent, frame)

    def _push_agent(self, agent_id: str) -> None:
        desks = self._open.get(agent_id)
        if desks:
            name = next(iter(desks)).name
            self._send(agent_id, {"type": "agent", **self._agent(agent_id, name)})
        if self._presence is None and self._open:
            loop = asyncio.get_running_loop()
            self._presence = loop.call_later(_PRESENCE_SECONDS, self._push_presence)

    def _push_presence(self) -> None:
        self._presence = None
        self.pops.prune(self.domain.standing.contacts)
        agents = views.colleagues(self.domain.standing, self.names)
        self._send_all({"type": "agents", "agents": agents})

    def _push_configuration(self) -> None:
        names = self.names
        queues = [{"id": queue, "name": name} for queue, name in names.queues.items()]
        self._send_all(
            {
                "type": "configuration",
                "queues": queues,
                "reasons": list(names.reasons),
                "dispositions": list(names.dispositions),
            }
        )

    def write(self, sender: str, to: str | None, text: str, at: float, message_id: str) -> int:
        """Show a message at an agent's desk, or at everybody's but the sender's; how many agents see it."""
        receivers = [agent for agent in self._open if agent != sender] if to is None else [to]
        seen = [agent for agent in receivers if agent in self._open]
        name = views.name_of(self.names, sender)
        frame = {"type": "message", "id": message_id, "from": sender, "from_name": name, "text": text, "at": at}
        for agent in seen:
            self._send(agent, frame)
        return len(seen)

    def notice(self, code: str, level: str, zh: str, en: str) -> None:
        """Tell every desk something, each in its agent's language."""
        for agent_id in list(self._open):
            self.tell(agent_id, code, level, zh, en)

    def tell(self, agent_id: str, code: str, level: str, zh: str, en: str) -> None:
        """Tell one agent something, at every desk of theirs."""
        for desk in list(self._open.get(agent_id, ())):
            message = en if desk.locale.startswith("en") else zh
            desk.send({"type": "notice", "code": code, "level": level, "message": message})

    def tell_supervisors(self, code: str, level: str, zh: str, en: str, *, besides: str) -> None:
        """Tell everybody at a desk who may supervise; not who has been told already."""
        for agent_id, desks in list(self._open.items()):
            if agent_id != besides and any(SUPERVISE in desk.permissions for desk in desks):
                self.tell(agent_id, code, level, zh, en)

    def _send_all(self, frame: Frame) -> None:
        text = orjson.dumps(frame).decode()
        for desks in self._open.values():
            for desk in list(desks):
                desk.send_text(text)

    # -- pops --------------------------------------------------------------------------------------------------------
    def _shown_to(self, agent_id: str) -> list[ContactStanding]:
        """The contacts of which an agent's desk shows a pop."""
        standing = self.domain.standing
        ringing = views.ringing_leg(standing, agent_id)
        found = (standing.contacts.get(standing.agent(agent_id).contact or ""), ringing and ringing[0])
        return list({contact.id: contact for contact in found if contact is not None}.values())

    async def something_changed(self, topic: str, object_id: str) -> None:
        """An announced change in the database: pops that show it are fetched anew."""
        concern = await self.pops.concern(topic, object_id)
        self.pops.refresh_concerned(concern, self.domain.standing.contacts)

    def refresh_pops(self) -> None:
        """Changes may have been missed: fetch anew what the desks show."""
        for agent_id in list(self._open):
            for contact in self._shown_to(agent_id):
                self.pops.refresh(contact)

    def _pop_frame(self, contact_id: str) -> Frame:
        pop, contact = self.pops.get(contact_id), self.domain.standing.contacts.get(contact_id)
        shown = pop if contact is None else views.shown_pop(contact, pop)
        return {"type": "pop", "contact": contact_id, "pop": shown}

    def _pop_came(self, contact_id: str) -> None:
        contact = self.domain.standing.contacts.get(contact_id)
        if contact is None:
            self.pops.forget(contact_id)
            return
        frame = self._pop_frame(contact_id)
        concerned = set(contact.desks) | {leg.agent for leg in contact.legs.values()}
        for agent in sorted(concerned):
            self._send(agent, frame)


_CONTACT_TOUCHED: frozenset[type] = frozenset({e.OfferAnswered, e.AgentLegEnded, e.PhoneReturned})
