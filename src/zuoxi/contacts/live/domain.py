"""The loop of one routing domain: event in, journal, commands out.

Everything happens in the thread of the event loop and ``feed`` handles an event at once, without a task or a queue in
between; an event that comes while another is being handled, or while the domain is paused, waits its turn. Time goes
forward only: a clock that is set back holds the domain's time still until it has caught up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from zuoxi.contacts.live.journal import Journal
from zuoxi.contacts.live.lanes import Lanes
from zuoxi.contacts.live.ports import DomainConfiguration
from zuoxi.contacts.live.standing import Standing
from zuoxi.contacts.live.standing_records import ContactStanding
from zuoxi.contacts.live.state import DomainState, encode_commands, encode_event
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.arrival import arrived_at
from zuoxi.routing.model import Hotline
from zuoxi.routing.router import Router
from zuoxi.telephony.switch import Switch, SwitchError

log = structlog.get_logger(__name__)

SNAPSHOT_ROWS = 5000
_SHORTEST_FAULT_PAUSE, _LONGEST_FAULT_PAUSE = 1.0, 30.0  # seconds
_RESUME_RECORDING_AGAIN = 1.0  # seconds
_SWITCH_COMMANDS: frozenset[type] = frozenset(
    {
        c.AnswerCall,
        c.PlayPrompt,
        c.KeepWaiting,
        c.OfferCall,
        c.CancelOffer,
        c.Connect,
        c.HoldCall,
        c.ResumeCall,
        c.ReleaseAgent,
        c.ReleaseCall,
        c.CallOut,
        c.RingParty,
        c.DialParty,
        c.ReleaseParty,
        c.MonitorLeg,
        c.GatherLegs,
        c.PauseRecording,
        c.TakeAside,
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One handled event, as the desks and other listeners hear of it."""

    seq: int
    at: float
    event: e.Event
    commands: list[c.Command]


Listener = Callable[[Step], None]


class Request:
    """Somebody waits for an event's step. ``step`` is set as soon as the event is handled, ``done`` once it is durable;
    a request given up before it was handled is not carried out."""

    __slots__ = ("abandoned", "done", "step")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.done: asyncio.Future[Step] = loop.create_future()
        self.step: Step | None = None
        self.abandoned = False


class Domain:
    """The loop. ``state`` is what recovery made of the journal."""

    def __init__(
        self, tenant_id: str, state: DomainState, journal: Journal, switch: Switch, clock: Callable[[], float]
    ) -> None:
        self.tenant_id = tenant_id
        self.journal = journal
        self.settings: DomainConfiguration | None = None
        self.hotlines: dict[str, Hotline] = {}  # by the dialled number
        self.scopes: Mapping[str, frozenset[str]] = {}  # user → projects, for those who are bound to some
        self.lanes = Lanes(switch, journal, tenant_id, self._caller_number, self._command_failed)
        self.look_up: Callable[[c.LookUp], None] | None = None  # carries out what call flows ask
        self.gone: Callable[[c.SwitchCommand], None] | None = None  # hears of commands whose call or leg was gone
        self._clock = clock
        self._state = state
        self._last_at = state.at
        self._inbox: deque[tuple[e.Event, str | None, Request | None]] = deque()
        self._listeners: list[Listener] = []
        self._busy = False
        self._paused = True
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at: float | None = None
        self._faulty_until = 0.0  # deadlines wait until then: handling them broke
        self._fault_pause = _SHORTEST_FAULT_PAUSE
        self._rows_since_snapshot = 0

    @property
    def router(self) -> Router:
        """The router as it is now; do not keep it."""
        return self._state.router

    @property
    def standing(self) -> Standing:
        """How things stand now; do not keep it."""
        return self._state.standing

    # -- in ------------------------------------------------------------------------------------------------------------
    def listen(self, listener: Listener) -> None:
        """``listener(step)`` is called after every handled event, before anything else is handled."""
        self._listeners.append(listener)

    def feed(self, event: e.Event, *, extra: str | None = None) -> None:
        """Handle an event now, or as soon as those before it are handled and the domain is not paused."""
        self._inbox.append((event, extra, None))
        if not (self._busy or self._paused):
            self._drain()

    def request(self, event: e.Event, *, extra: str | None = None) -> Request:
        """Like ``feed``; the request's ``done`` gives the step once it is in the journal."""
        request = Request(asyncio.get_running_loop())
        self._inbox.append((event, extra, request))
        if not (self._busy or self._paused):
            self._drain()
        return request

    @property
    def paused(self) -> bool:
        return self._paused

    def pause(self) -> None:
        """Let events wait: the control connection is away. Commands not carried out are dropped (see ``Lanes``)."""
        self._paused = True
        self.lanes.clear()
        self._stop_timer()

    def resume(self, first: list[e.Event]) -> None:
        """Go on: handle ``first`` (what reconciling found), then what waited."""
        self._inbox.extendleft((event, None, None) for event in reversed(first))
        self._paused = False
        self._drain()

    def now(self) -> float:
        """The domain's time, seconds since the epoch; never earlier than before."""
        self._last_at = max(self._last_at, self._clock())
        return self._last_at

    def ask_again(self, command: c.SwitchCommand | c.LookUp) -> None:
        """Carry out once more what was asked for in an earlier row."""
        if not isinstance(command, c.LookUp):
            self.lanes.put(command, 0)
        elif self.look_up is not None:
            self.look_up(command)

    def configure(self, settings: DomainConfiguration) -> None:
        """Take a new configuration; the router hears of it when it differs from what it has."""
        before = self.settings
        self.adopt(settings)
        if before is None or before.configuration != settings.configuration:
            self.feed(e.ConfigurationLoaded(settings.configuration))

    def adopt(self, settings: DomainConfiguration) -> None:
        """Take what the router has already (after recovery)."""
        self.settings = settings
        self.hotlines = {hotline.number: hotline for hotline in settings.configuration.hotlines}

    def within_scope(self, user: str, contact: ContactStanding) -> bool:
        """Whether a call is of a project that this user may see and hear."""
        scope = self.scopes.get(user)
        return scope is None or contact.project in scope

    def is_open(self, hotline: str, since: float) -> bool:
        """Whether the hotline was in its hours when a caller came who counts as waiting ``since``."""
        return self.settings is None or self.settings.is_open(hotline, arrived_at(since, self._clock()))

    # -- the loop ----------------------------------------------------------------------------------------------------
    def _drain(self) -> None:
        self._busy = True
        try:
            while self._inbox and not self._paused:
                event, extra, reply = self._inbox.popleft()
                if reply is not None and reply.abandoned:
                    continue  # its deadline passed while it waited
                try:
                    self._handle(event, extra, reply, self.now())
                except Exception as error:
                    self._refuse(event, error)
                    if reply is not None and not reply.done.done():
                        reply.done.set_exception(error)
        finally:
            self._busy = False
        if not self._paused:
            self._set_timer()

    def _refuse(self, event: e.Event, error: Exception) -> None:
        """A fault of our own: the event changed nothing (see ``DomainState``) and is no row of the journal, but is kept
        beside the rows for whoever looks for the fault."""
        kind = type(event).__name__
        log.critical("domain.event_refused", tenant=self.tenant_id, event_kind=kind, exc_info=error)
        try:
            text = encode_event(event)
        except Exception:
            text = repr(event)
        self.journal.refuse(self._last_at, text, repr(error))
        if isinstance(event, e.TimePassed):
            # The deadline still stands and would come again at once.
            self._faulty_until = self._last_at + self._fault_pause
            self._fault_pause = min(2 * self._fault_pause, _LONGEST_FAULT_PAUSE)

    def _handle(self, event: e.Event, extra: str | None, reply: Request | None, now: float) -> None:
        text = encode_event(event)
        commands = self._state.handle(event, now)
        seq = self.journal.append(now, self._state.version, text, encode_commands(commands), extra)
        step = Step(seq, now, event, commands)
        if isinstance(event, e.TimePassed):
            self._fault_pause = _SHORTEST_FAULT_PAUSE
        for command in commands:
            if type(command) in _SWITCH_COMMANDS:
                self.lanes.put(command, seq)  # type: ignore[arg-type]
            elif type(command) is c.LookUp and self.look_up is not None:
                self.look_up(command)
        for listener in self._listeners:
            try:
                listener(step)
            except Exception:
                log.exception("domain.listener_broke", tenant=self.tenant_id)
        if reply is not None:
            reply.step = step
            durable = self.journal.when_durable(seq)
            durable.add_done_callback(lambda _: None if reply.done.done() else reply.done.set_result(step))
        self._rows_since_snapshot += 1
        if self._rows_since_snapshot >= SNAPSHOT_ROWS:
            self.take_snapshot()

    def take_snapshot(self) -> None:
        """Keep the whole state in the journal, so that a restart has little to replay."""
        self._rows_since_snapshot = 0
        self.journal.put_snapshot(self._state.at, self._state.snapshot())

    # -- time --------------------------------------------------------------------------------------------------------
    def _set_timer(self) -> None:
        deadline = self.router.next_deadline()
        if deadline is not None:
            deadline = max(deadline, self._faulty_until)
        if deadline == self._timer_at:
            return
        self._stop_timer()
        if deadline is not None:
            self._timer_at = deadline
            delay = max(0.0, deadline - self._clock())
            self._timer = asyncio.get_running_loop().call_later(delay, self._deadline_came, deadline)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._timer_at = None, None

    def _deadline_came(self, deadline: float) -> None:
        self._timer, self._timer_at = None, None
        if self._paused:
            return
        # A timer may fire a little early by the wall clock; the deadline counts as come.
        if 0 < deadline - self._clock() < 0.05:
            self._last_at = max(self._last_at, deadline)
        self.feed(e.TimePassed())

    # -- the switch's answers ----------------------------------------------------------------------------------------
    def _caller_number(self, contact: str) -> str:
        found = self.standing.contacts.get(contact)
        return found.number if found and not found.hides_number else ""

    def _command_failed(self, command: c.SwitchCommand, error: SwitchError) -> None:
        if error.code == "unavailable" and self._paused:
            return  # the control connection went away: reconciling will tell
        quiet = isinstance(command, c.CancelOffer | c.ReleaseAgent | c.ReleaseCall | c.ReleaseParty)
        log.log(
            20 if quiet else 30,
            "switch.command_failed",
            command=type(command).__name__,
            contact=command.contact,
            code=error.code,
            detail=error.detail,
        )
        if isinstance(command, c.OfferCall):
            self.feed(e.OfferFailed(command.offer, "unreachable" if error.code == "refused" else "failed"))
        elif isinstance(command, c.PlayPrompt) and error.code != "gone":
            self.feed(e.PromptFinished(command.contact, command.prompt))  # silence, and then what follows the prompt
        elif isinstance(command, c.RingParty | c.DialParty | c.MonitorLeg):
            # The conversation itself is well: the one beside it leaves.
            refused = not isinstance(command, c.MonitorLeg) and error.code == "refused"
            self.feed(e.OfferFailed(command.party, "unreachable" if refused else "failed"))
        elif isinstance(command, c.PauseRecording):
            if error.code != "gone":
                self._recording_not_paused(command)
        elif isinstance(command, c.CallOut):
            self.feed(e.CallFailed(command.contact, "unreachable" if error.code == "refused" else "failed"))
        elif quiet:
            if error.code != "gone" and self.gone is not None:
                self.gone(command)
        elif error.code == "gone":
            if self.gone is not None:
                self.gone(command)
        else:
            self.feed(e.CommandFailed(command.contact, error.code))

    def _recording_not_paused(self, command: c.PauseRecording) -> None:
        """The conversation itself is well. What could not be paused is told; what could not be resumed is asked for
        again, or the rest of the call would be missing."""
        if command.paused:
            self.feed(e.RecordingPauseFailed(command.contact))
            return
        asyncio.get_running_loop().call_later(_RESUME_RECORDING_AGAIN, self._resume_recording, command)

    def _resume_recording(self, command: c.PauseRecording) -> None:
        contact = self.standing.contacts.get(command.contact)
        if contact is not None and contact.ended_at is None and contact.paused_by is None and not self._paused:
            self.lanes.put(command, 0)
