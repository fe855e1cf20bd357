"""Carries out the router's commands on the switch.

Commands of one caller's leg run in order, commands of one agent's leg run in order, everything else side by side: the
INVITE to an agent need not wait until the caller has been answered and has music. What only makes a leg or prepares a
caller may start while its journal row is still being written, because recovery undoes it (a leg that the journal does
not know is hung up, a call that it does not know is a new call); whatever joins or ends calls waits for the disk.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from zuoxi.contacts.live.journal import Journal
from zuoxi.routing import commands as c
from zuoxi.telephony.switch import NUMBER, MonitorMode, Switch, SwitchError

log = structlog.get_logger(__name__)

_EARLY: frozenset[type] = frozenset({c.AnswerCall, c.KeepWaiting, c.OfferCall, c.RingParty})
_MARGIN = 5.0  # seconds: the router's own time limit decides how a call out ends, the switch's is for when it is away
_JOURNAL_PATIENCE = 1.0  # seconds; a disk that hangs must not hold calls up for ever

Failed = Callable[[c.SwitchCommand, SwitchError], None]
CallerNumber = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class HomeRing:
    """How a home agent's leg may be rung. ``confirm``: the prompt that asks for a digit; None: whoever lifts it is
    there."""

    phone: str
    caller_id: str
    confirm: str | None


class Lanes:
    """One per routing domain. ``failed`` hears of every command that the switch refused; ``caller_number(contact)`` is
    shown on ringing phones; ``prompts`` is the folder of the domain's prompts below the switch's prompt folder."""

    def __init__(
        self, switch: Switch, journal: Journal, prompts: str, caller_number: CallerNumber, failed: Failed
    ) -> None:
        self._switch = switch
        self._journal = journal
        self._prompts = prompts
        self._caller_number = caller_number
        self._failed = failed
        self.home: Callable[[str], HomeRing | None] = lambda _: None  # how a home agent's leg may be rung
        self._lanes: dict[str, deque[tuple[c.SwitchCommand, int]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def put(self, command: c.SwitchCommand, seq: int) -> None:
        """Carry out ``command``, which stands in journal row ``seq``, behind the others of its lane."""
        key = command.contact
        if isinstance(command, c.OfferCall | c.CancelOffer | c.ReleaseAgent):
            key = command.offer
        elif isinstance(command, c.RingParty | c.DialParty | c.ReleaseParty):
            key = command.party
        lane = self._lanes.get(key)
        if lane is not None:
            lane.append((command, seq))
            return
        self._lanes[key] = deque(((command, seq),))
        self._tasks[key] = asyncio.create_task(self._run(key))

    def clear(self) -> None:
        """Drop what has not been carried out: the control connection is gone, and reconciling asks anew."""
        for task in self._tasks.values():
            task.cancel()
        self._lanes.clear()
        self._tasks.clear()

    def holds(self, key: str) -> bool:
        """Whether commands of a contact or an offer are under way."""
        return key in self._lanes

    async def _run(self, key: str) -> None:
        lane = self._lanes[key]
        try:
            while lane:
                command, seq = lane[0]
                if seq > self._journal.durable and type(command) not in _EARLY:
                    await self._written(seq)
                try:
                    await self._carry_out(command)
                except SwitchError as error:
                    self._failed(command, error)
                except Exception:
                    log.exception("switch.command_broke", command=type(command).__name__)
                    self._failed(command, SwitchError("refused", "unexpected error"))
                lane.popleft()
        finally:
            if self._lanes.get(key) is lane:
                del self._lanes[key]
                self._tasks.pop(key, None)

    def _key(self, prompt: str) -> str:
        return f"{self._prompts}/{prompt}"

    async def _written(self, seq: int) -> None:
        try:
            async with asyncio.timeout(_JOURNAL_PATIENCE):
                await self._journal.when_durable(seq)
        except TimeoutError:
            log.critical("journal.slow", path=str(self._journal.path), seconds=_JOURNAL_PATIENCE)

    async def _ring(self, leg: str, contact: str, call: str, phone: str, timeout: float) -> None:
        """Ring an agent's phone; an ordinary telephone only as the tenant's limits let it through."""
        if not phone.startswith(NUMBER):
            await self._switch.ring(leg, call or None, phone, self._caller_number(contact), timeout)
            return
        home = self.home(leg)
        if home is None:
            raise SwitchError("refused", "this telephone may not be dialled")
        confirm = None if home.confirm is None else f"{self._prompts}/{home.confirm}"
        await self._switch.ring(leg, call or None, home.phone, home.caller_id, timeout, confirm)

    async def _carry_out(self, command: c.SwitchCommand) -> None:
        switch = self._switch
        match command:
            case c.OfferCall(contact, call, offer):
                await self._ring(offer, contact, call, command.phone, command.timeout)
            case c.AnswerCall(_, call):
                await switch.answer(call)
            case c.KeepWaiting(_, call, music):
                await switch.wait(call, music)
            case c.Connect(_, call, offer):
                await switch.connect(call, offer)
            case c.RingParty(contact, call, party):
                await self._ring(party, contact, call, command.phone, command.timeout)
            case c.DialParty(_, call, party):
                await switch.dial(party, call, command.number, command.caller_id, command.timeout)
            case c.CallOut(_, call, offer):
                await switch.call_out(call, offer, command.number, command.caller_id, command.timeout + _MARGIN)
            case c.MonitorLeg(_, party, target, mode):
                await switch.monitor(party, target, MonitorMode(mode.value))
            case c.GatherLegs(contact, call, with_caller, members):
                await switch.gather(contact, (call, *members) if with_caller else members)
            case c.CancelOffer(_, offer) | c.ReleaseAgent(_, offer) | c.ReleaseParty(_, offer):
                await switch.cancel(offer)
            case c.ReleaseCall(_, call, busy):
                await switch.release(call, busy=busy)
            case c.PlayPrompt(_, call, prompt, parts):
                await switch.play(call, self._key(prompt), [self._key(part) for part in parts])
            case c.TakeAside(_, call):
                await switch.take_aside(call)
            case c.HoldCall(_, call):
                await switch.hold(call)
            case c.ResumeCall(_, call, offer):
                await switch.resume(call, offer)
            case c.PauseRecording(_, call, paused):
                await switch.pause_recording(call, paused=paused)
