"""What an agent's desk asks for: each command once, within its deadline, answered by an ack.

A command carries an id of the page's making. The same id again (a lost ack, a second click, a restart of the
switchboard in between) gives the same answer and is not carried out again: ids travel in the journal beside the event.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
import structlog

from zuoxi.contacts.live.callback_feed import CallbackFeed
from zuoxi.contacts.live.calls_out import CallsOut
from zuoxi.contacts.live.desk import DeskConnection
from zuoxi.contacts.live.desk_arguments import (
    ArgumentMissing,
    CommandUnknown,
    NotPermitted,
    SwitchAway,
    figure,
    member,
    one_of,
    optional_text,
    text,
)
from zuoxi.contacts.live.domain import Domain, Request
from zuoxi.contacts.live.floor_commands import check_supervisor, floor_event
from zuoxi.contacts.live.home import HomePhones
from zuoxi.contacts.live.outgoing import Outgoing
from zuoxi.platform.errors import DomainError
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.errors import REFUSALS
from zuoxi.routing.model import ConsultEnd
from zuoxi.telephony.switch import Switch, SwitchError

log = structlog.get_logger(__name__)

DEADLINE_SECONDS = 5.0
_LONGEST_DEADLINE = 30.0
USE = "desk.use"  # the permission; who may only watch the floor gives no commands
_KEYS_KEPT = 20_000
_NOTE_LIMIT = 4000
_MESSAGE_LIMIT = 1000
QUALITY_STATES = frozenset({"good", "poor", "silent"})
QUALITY_FAULTS = frozenset({"jitter", "loss", "delay", "no_sound", "microphone"})
_DIGITS = frozenset("0123456789*#ABCD")

Frame = dict[str, Any]
Write = Callable[[str, str | None, str, float, str], int]


class TimedOut(DomainError):
    code = "desk.timed_out"
    kind = "unavailable"
    zh = "电话系统暂未响应,操作未执行,请重试"
    en = "The telephone system did not answer in time and nothing was done; try again"


class NoCall(DomainError):
    code = "routing.not_talking"
    kind = "conflict"
    zh, en = REFUSALS["routing.not_talking"]


class NobodyThere(DomainError):
    code = "desk.nobody_there"
    kind = "conflict"
    zh = "对方不在工作台"
    en = "Nobody is at that desk"


class NoOffer(DomainError):
    code = "desk.offer_over"
    kind = "conflict"
    zh = "该来电已不在振铃"
    en = "This call no longer rings at your phone"


class _Refused(DomainError):
    """The router's own refusal."""

    code: ClassVar[str] = "routing.refused"

    def __init__(self, code: str) -> None:
        super().__init__()
        self.refusal = code

    def message(self, locale: str) -> str:
        zh, en = REFUSALS.get(self.refusal, ("当前不能执行该操作", "This cannot be done now"))
        return en if locale.lower().startswith("en") else zh


@dataclass(frozen=True, slots=True)
class SeatAddress:
    """Where phones register. ``domain`` and ``port`` for SIP phones; ``websocket`` is the path for browsers."""

    domain: str
    port: int
    websocket: str = "/sip"


def phone_of(agent_id: str) -> str:
    """The name of an agent's phone on the switch."""
    return "a" + agent_id.replace("-", "")


class DeskCommands:
    """Carries out the commands of one tenant's desks."""

    def __init__(
        self,
        domain: Domain,
        switch: Switch,
        address: SeatAddress,
        write: Write,
        outgoing: Outgoing,
        home: HomePhones,
        calls_out: CallsOut,
        callbacks: CallbackFeed,
        *,
        new_password: Callable[[], str] = lambda: secrets.token_urlsafe(18),
        extras: Iterable[Frame] = (),
    ) -> None:
        self._domain = domain
        self._switch = switch
        self._address = address
        self._write = write
        self._outgoing, self._home, self._calls_out = outgoing, home, calls_out
        self._callbacks = callbacks
        self._new_password = new_password
        self._answers: OrderedDict[str, asyncio.Future[Frame]] = OrderedDict()
        self._executed: OrderedDict[str, None] = OrderedDict.fromkeys(
            extra["key"] for extra in extras if "key" in extra
        )

    async def carry_out(self, desk: DeskConnection, frame: Frame) -> Frame:
        """Carry out one command frame and return its ack."""
        command_id = frame.get("id")
        if not isinstance(command_id, str) or not 0 < len(command_id) <= 100:
            return _ack(None, error=ArgumentMissing(argument="id"), locale=desk.locale)
        key = f"{desk.agent_id}:{command_id}"
        known = self._answers.get(key)
        if known is None:
            known = self._answers[key] = asyncio.get_running_loop().create_future()
            await self._first_time(desk, key, command_id, frame, known)
        return await asyncio.shield(known)

    async def _first_time(
        self, desk: DeskConnection, key: str, command_id: str, frame: Frame, answer: asyncio.Future[Frame]
    ) -> None:
        try:
            result = await self._execute(desk, key, frame)
            ack = _ack(command_id, result=result)
        except DomainError as error:
            ack = _ack(command_id, error=error, locale=desk.locale)
            if error.kind == "unavailable":
                self._answers.pop(key, None)  # nothing was done: the same id may be tried again
        except Exception:
            log.exception("desk.command_broke", command=frame.get("name"))
            ack = _ack(command_id, error=SwitchAway(), locale=desk.locale)
            self._answers.pop(key, None)
        answer.set_result(ack)
        while len(self._answers) > _KEYS_KEPT:
            self._answers.popitem(last=False)

    async def _execute(self, desk: DeskConnection, key: str, frame: Frame) -> Frame:
        agent_id, name = desk.agent_id, frame.get("name")
        if USE not in desk.permissions:
            raise NotPermitted
        limit = frame.get("deadline_ms")
        seconds = min(limit / 1000, _LONGEST_DEADLINE) if isinstance(limit, int | float) else DEADLINE_SECONDS
        if name == "take_seat":
            return await self._take_seat(agent_id, key, frame, seconds)
        if key in self._executed:
            return {}
        if name == "message":
            return self._send_message(desk, key, frame)
        if name == "dtmf":
            return await self._send_digits(agent_id, frame)
        if name == "call":
            asked = await self._calls_out.requested(desk, frame)
            await self._ask_router(asked, key, seconds)
            return {"contact": asked.contact}
        event = floor_event(self._domain, desk, name, frame) or self._callbacks.event(desk, name, frame)
        event = event or self._event(agent_id, name, frame)
        note = frame.get("note") if name == "wrap_up" else None
        if note is not None and (not isinstance(note, str) or len(note) > _NOTE_LIMIT):
            raise ArgumentMissing(argument="note")
        await self._ask_router(event, key, seconds, note=note)
        return {}

    async def _ask_router(self, event: e.Event, key: str, seconds: float, *, note: str | None = None) -> None:
        extra: Frame = {"key": key} if note is None else {"key": key, "note": note}
        request: Request = self._domain.request(event, extra=orjson.dumps(extra).decode())
        try:
            async with asyncio.timeout(max(0.05, seconds)):
                step = await asyncio.shield(request.done)
        except TimeoutError:
            if request.step is None:
                request.abandoned = True
                raise TimedOut from None
            step = request.step  # carried out; only the disk is slow
        for command in step.commands:
            if isinstance(command, c.RequestRefused):
                raise _Refused(command.code)

    def _event(self, agent_id: str, name: object, frame: Frame) -> e.Event:
        """The router's event for a command. Raises CommandUnknown, ArgumentMissing, NoCall, NoOffer."""
        match name:
            case "sign_out":
                return e.AgentSignedOut(agent_id)
            case "ready":
                return e.AgentReady(agent_id)
            case "not_ready":
                return e.AgentNotReady(agent_id, text(frame, "reason"))
            case "phone_ready":
                return e.PhoneReturned(agent_id)
            case "hang_up":
                return e.HangUpRequested(agent_id, self._contact(agent_id, frame))
            case "hold":
                return e.HoldRequested(agent_id, self._contact(agent_id, frame))
            case "resume":
                return e.ResumeRequested(agent_id, self._contact(agent_id, frame))
            case "transfer":
                to_agent, to_queue = optional_text(frame, "to_agent"), optional_text(frame, "to_queue")
                contact, to_number = self._contact(agent_id, frame), optional_text(frame, "to_number")
                if to_number is not None:
                    to_number = self._outgoing.permit(to_number, contact)
                return e.TransferRequested(agent_id, contact, to_agent, to_queue, to_number)
            case "wrap_up":
                contact = self._contact(agent_id, frame)
                return e.WrapUpFinished(agent_id, contact, optional_text(frame, "disposition"))
            case "consult":
                contact, to_number = self._contact(agent_id, frame), optional_text(frame, "to_number")
                if to_number is None:
                    return e.ConsultRequested(agent_id, contact, text(frame, "to_agent"))
                return e.ConsultRequested(agent_id, contact, None, self._outgoing.permit(to_number, contact))
            case "finish_consult":
                how = member(ConsultEnd, frame, "how")
                return e.ConsultFinished(agent_id, self._contact(agent_id, frame), how)
            case "help":
                raised = frame.get("raised", True)
                if not isinstance(raised, bool):
                    raise ArgumentMissing(argument="raised")
                return e.HelpRequested(agent_id, self._contact(agent_id, frame), raised)
            case "pause_recording":
                paused = frame.get("paused", True)
                if not isinstance(paused, bool):
                    raise ArgumentMissing(argument="paused")
                return e.PauseRecordingRequested(agent_id, self._contact(agent_id, frame), paused)
            case "quality":
                return self._quality(agent_id, frame)
            case "extend_wrap_up":
                return e.WrapUpExtensionRequested(agent_id, self._contact(agent_id, frame))
            case "reject_offer":
                offer = text(frame, "offer")
                if self._domain.standing.agent(agent_id).offer != offer:
                    raise NoOffer
                return e.OfferFailed(offer, "rejected")
            case _:
                raise CommandUnknown(name=str(name)[:40])

    def _quality(self, agent_id: str, frame: Frame) -> e.Event:
        """What the agent's page measures of its own line: what comes from the caller, and what goes to them."""
        contact = self._contact(agent_id, frame)
        found = self._domain.standing.contacts.get(contact)
        if found is None or found.agent != agent_id:
            raise NoCall
        what = None if frame.get("what") is None else one_of(frame, "what", QUALITY_FAULTS)
        return e.QualityReported(
            contact,
            "agent",
            one_of(frame, "state", QUALITY_STATES),
            what,
            figure(frame, "jitter_ms", 60_000),
            figure(frame, "loss_percent", 100),
            figure(frame, "rtt_ms", 600_000),
            agent_id,
        )

    def _contact(self, agent_id: str, frame: Frame) -> str:
        """The contact that a command means: the one it names, else the one on the agent's desk."""
        named = frame.get("contact")
        if named is not None:
            return text(frame, "contact")
        contact = self._domain.standing.agent(agent_id).contact
        if contact is None:
            raise NoCall
        return contact

    async def _take_seat(self, agent_id: str, key: str, frame: Frame, seconds: float) -> Frame:
        kind = frame.get("phone", "browser")
        if kind == "number":
            shown, phone = self._home.masked(agent_id), self._home.sit_down(agent_id)
            await self._ask_router(e.AgentSignedIn(agent_id, phone), key, seconds)
            return {"phone": {"number": shown}}
        if kind not in ("browser", "sip"):
            raise ArgumentMissing(argument="phone")
        phone, password = phone_of(agent_id), self._new_password()
        try:
            async with asyncio.timeout(seconds):
                await self._switch.add_phone(phone, password, browser=kind == "browser")
        except (SwitchError, TimeoutError) as error:
            log.warning("desk.seat_failed", agent=agent_id, error=str(error))
            raise SwitchAway from error
        await self._ask_router(e.AgentSignedIn(agent_id, phone, kind == "browser"), key, seconds)
        seat: Frame = {"user": phone, "password": password, "domain": self._address.domain}
        if kind == "browser":
            seat["websocket"] = self._address.websocket
        else:
            seat["port"] = self._address.port
        return {"phone": seat}

    def _send_message(self, desk: DeskConnection, key: str, frame: Frame) -> Frame:
        """A supervisor's words to one desk or to all. They are gone when nobody reads them: no event of the calls."""
        check_supervisor(desk)
        words = text(frame, "text", _MESSAGE_LIMIT)
        to = text(frame, "to")
        seen = self._write(desk.agent_id, None if to == "all" else to, words, self._domain.now(), key)
        if not seen and to != "all":
            raise NobodyThere
        log.info("desk.message", sender=desk.agent_id, to=to, seen=seen)
        return {"seen": seen}

    async def _send_digits(self, agent_id: str, frame: Frame) -> Frame:
        digits = text(frame, "digits").upper()
        if len(digits) > 32 or not set(digits) <= _DIGITS:
            raise ArgumentMissing(argument="digits")
        standing = self._domain.standing
        contact = standing.contacts.get(standing.agent(agent_id).contact or "")
        if contact is None or contact.place != "talking":
            raise NoCall
        try:
            await self._switch.send_digits(contact.call, digits)
        except SwitchError as error:
            raise SwitchAway from error
        return {}


def _ack(
    command_id: str | None, *, result: Frame | None = None, error: DomainError | None = None, locale: str = "zh-CN"
) -> Frame:
    ack: Frame = {"type": "ack", "id": command_id, "ok": error is None}
    if error is None:
        ack["result"] = result or {}
    else:
        code = error.refusal if isinstance(error, _Refused) else error.code
        ack["error"] = {"code": code, "message": error.message(locale)}
    return ack
