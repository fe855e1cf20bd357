"""The switch on Asterisk: carries verbs out by ARI and tells what happens. The only thing outside this folder that
knows Asterisk is the engine's configuration.

Requests of one call go out in the order in which they were asked for; different calls do not wait for each other.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog

from zuoxi.telephony.ari.client import Connection, Message, Refused
from zuoxi.telephony.ari.phones import delete_phone, reachable_phones, write_phone
from zuoxi.telephony.ari.reconcile import TALKING, WAITING, calls_held, legs_held, members
from zuoxi.telephony.ari.recording import pause_recording
from zuoxi.telephony.ari.rooms import TalkRooms, WaitingRooms
from zuoxi.telephony.ari.translate import EVENT_TYPES, LEG, Translation
from zuoxi.telephony.switch import (
    CallOnSwitch,
    Connected,
    Disconnected,
    Failed,
    LegFailure,
    LegOnSwitch,
    PhoneChanged,
    SwitchError,
    SwitchEvent,
)

log = structlog.get_logger(__name__)

FIRST_RETRY, LONGEST_RETRY = 0.1, 2.0  # seconds between attempts to connect
_EXISTS = 409
_REMEMBERED = 200
_MOST_SOURCES = 50  # in one subscription; Asterisk refuses more than 128
HOLD_MUSIC = "default"
_MARK = "ZUOXI_SEEN"  # a global variable of the engine: gone when it was restarted


class AriSwitch:
    """Implements ``zuoxi.telephony.switch.Switch``. ``prompts`` is the folder of prompts as the engine sees it;
    ``trunks`` are the endpoints that are no phones."""

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        application: str,
        prompts: str,
        *,
        trunks: frozenset[str] = frozenset({"trunk"}),
        request_timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url, self._user, self._password = url, user, password
        self._application, self._prompts = application, prompts
        self._trunks, self._timeout, self._clock = trunks, request_timeout, clock
        self._connection: Connection | None = None
        self._queue: asyncio.Queue[SwitchEvent | SwitchError | None] = asyncio.Queue()
        self._early: list[Message] | None = None
        self._translation = Translation(prompts)
        self._waiting = WaitingRooms(self._request)
        self._talks = TalkRooms(self._request)
        self._answered: set[str] = set()
        self._talked: set[str] = set()  # calls that were joined with a leg, once at least
        self._playing: dict[str, set[str]] = {}
        self._ended: deque[str] = deque(maxlen=_REMEMBERED)  # Asterisk lists them for a moment after their end
        self._locks: dict[str, asyncio.Lock] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._keeper: asyncio.Task[None] | None = None
        self._replaced = False

    # -- events ------------------------------------------------------------------------------------------------------

    async def events(self) -> AsyncIterator[SwitchEvent]:
        """All events in order, until ``close``. Raises SwitchError(replaced) when another process took the application
        over: then this one has nothing to say any more."""
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep_connected(), name="switch-connection")
            self._keeper.add_done_callback(self._keeper_ended)
        while True:
            event = await self._queue.get()
            if event is None:
                return
            if isinstance(event, SwitchError):
                raise event
            yield event

    async def close(self) -> None:
        """Stop; what the engine holds goes on without us."""
        for task in [self._keeper, *self._background]:
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
        self._queue.put_nowait(None)

    def _keeper_ended(self, keeper: asyncio.Task[None]) -> None:
        """A fault of ours must not look like silence."""
        if not keeper.cancelled() and (error := keeper.exception()) is not None:
            log.critical("switch.broke", exc_info=error)
            self._queue.put_nowait(SwitchError("broken", repr(error)))

    async def _keep_connected(self) -> None:
        pause = FIRST_RETRY
        while not self._replaced:
            self._early = []
            connection = None
            try:
                connection = await Connection.open(
                    self._url, self._user, self._password, self._application, self._receive, self._timeout
                )
                self._connection = connection
                await self._settle()
                pause = FIRST_RETRY
                await connection.lost()
                self._queue.put_nowait(Disconnected())
            except SwitchError as error:
                log.warning("switch.unavailable", detail=error.detail)
            finally:
                self._connection = None
                if connection is not None:
                    await connection.close()
            if not self._replaced:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_RETRY)
        self._queue.put_nowait(SwitchError("replaced", "another process took the application over"))

    async def _settle(self) -> None:
        """Make a new connection ours: filter, what the engine holds, phones; then let events through."""
        allowed = {"allowed": [{"type": kind} for kind in EVENT_TYPES]}
        await self._request("PUT", f"applications/{self._application}/eventFilter", body=allowed)
        seen = await self._request("GET", "asterisk/variable", {"variable": _MARK})
        fresh = not seen["value"]
        if fresh:
            await self._request("POST", "asterisk/variable", {"variable": _MARK, "value": "yes"})
        channels, bridges = await self._listing()
        legs = legs_held(channels, bridges, self._application)
        calls = calls_held(channels, bridges, self._application)
        self._answered = {call.call for call in calls if call.answered}
        self._talked = {call.call for call in calls}  # perhaps: nobody else remembers
        self._translation.talking_legs = {leg.leg for leg in legs if leg.answered}
        self._waiting.restore(members(bridges, WAITING))
        self._talks.restore(members(bridges, TALKING), {LEG + leg.leg: leg.leg for leg in legs})
        for room in self._waiting.occupied():
            await self._waiting.play(room)
        phones = reachable_phones(await self._request("GET", "endpoints/PJSIP"), self._trunks)
        await self._watch(phones)
        before, self._translation.reachable = self._translation.reachable, phones
        self._queue.put_nowait(Connected(fresh))
        for phone, reachable in phones.items():
            if before.get(phone, reachable) is not reachable:
                self._queue.put_nowait(PhoneChanged(phone, reachable))
        early, self._early = self._early or [], None
        for message in early:
            self._receive(message)

    def _receive(self, message: Message) -> None:
        if self._early is not None:
            self._early.append(message)
            return
        kind = message["type"]
        if kind == "ApplicationReplaced":
            self._replaced = True
            if self._connection is not None:
                self._start(self._connection.close())
            return
        if kind == "StasisEnd":
            self._call_gone(message["channel"]["id"], message.get("timestamp", ""))
        elif kind == "PlaybackFinished":
            playback = message["playback"]
            self._played(playback["target_uri"].removeprefix("channel:"), playback["id"])
        elif kind == "ChannelStateChange" and message["channel"]["state"] == "Up":
            self._answered.add(message["channel"]["id"])
        elif kind == "ChannelDestroyed":
            channel = message["channel"]["id"]
            self._ended.append(channel)
            self._answered.discard(channel)
            self._talks.leg_gone(channel.removeprefix(LEG), channel)
        event = self._translation.translate(message)
        if event is not None:
            self._queue.put_nowait(event)

    def _played(self, call: str, playback: str) -> None:
        if playback in self._playing.get(call, ()):
            self._playing[call].discard(playback)
            if not self._playing[call]:
                del self._playing[call]

    def _call_gone(self, channel: str, timestamp: str) -> None:
        if channel.startswith(LEG):
            return
        self._ended.append(channel)
        self._answered.discard(channel)
        self._talked.discard(channel)
        self._locks.pop(channel, None)
        self._playing.pop(channel, None)
        self._talks.leave(channel)
        silent = self._waiting.hung_up(channel, self._clock() - 1.0 if not timestamp else _seconds(timestamp))
        if silent is not None:
            self._start(self._waiting.play(silent))

    # -- verbs -------------------------------------------------------------------------------------------------------

    async def answer(self, call: str) -> None:
        async with self._in_turn(call):
            await self._answer(call)

    async def play(self, call: str, prompt: str) -> None:
        async with self._in_turn(call):
            playback = f"{call}~{secrets.token_hex(4)}"
            self._playing.setdefault(call, set()).add(playback)
            query = {"media": f"sound:{self._prompts}/{prompt}", "playbackId": playback}
            try:
                await self._request("POST", f"channels/{call}/play", query)
            except SwitchError:
                self._played(call, playback)
                raise

    async def wait(self, call: str, music: str) -> None:
        async with self._in_turn(call):
            if call not in self._answered:
                await self._request("POST", f"channels/{call}/progress")  # the caller hears us before we answer
            await self._waiting.enter(call, music, self._clock())
            self._talks.leave(call)

    async def ring(self, leg: str, call: str, phone: str, caller: str, timeout: float) -> None:
        query = {
            "endpoint": f"PJSIP/{phone}",
            "app": self._application,
            "channelId": LEG + leg,
            "originator": call,
            "timeout": str(max(1, math.ceil(timeout))),
            "callerId": caller,
        }
        variables = {"variables": {"PJSIP_HEADER(add,X-Zuoxi-Offer)": leg}}
        self._talks.expect(leg, mixed=call in self._talked)
        try:
            await self._request("POST", "channels", query, variables)
        except Refused as refused:
            if refused.status == _EXISTS:  # it rings already
                return
            self._talks.leg_gone(leg, LEG + leg)
            if refused.status < 500:
                raise
            self._queue.put_nowait(Failed(leg, LegFailure.UNREACHABLE))
            return
        self._start(self._talks.reserve(leg))

    async def cancel(self, leg: str) -> None:
        self._translation.cancelled_legs.add(leg)
        if not await self._hang_up(LEG + leg):
            self._translation.cancelled_legs.discard(leg)

    async def connect(self, call: str, leg: str) -> None:
        async with self._in_turn(call):
            if call not in self._answered:
                await self._answer(call)
            for playback in tuple(self._playing.get(call, ())):  # or the caller hears it out before the agent
                self._translation.cut_prompts.add(playback)
                if not await self._delete(f"playbacks/{playback}"):
                    self._translation.cut_prompts.discard(playback)
            await self._talks.join(leg, call, LEG + leg)
            self._talked.add(call)
            self._waiting.leave(call)

    async def hold(self, call: str) -> None:
        async with self._in_turn(call):
            await self._waiting.enter(call, HOLD_MUSIC, self._clock())
            self._talks.leave(call)

    async def resume(self, call: str, leg: str) -> None:
        async with self._in_turn(call):
            await self._talks.join(leg, call)
            self._waiting.leave(call)

    async def send_digits(self, call: str, digits: str) -> None:
        async with self._in_turn(call):
            await self._request("POST", f"channels/{call}/dtmf", {"dtmf": digits})

    async def pause_recording(self, call: str, *, paused: bool) -> None:
        async with self._in_turn(call):
            await pause_recording(self._url, self._user, self._password, call, paused=paused, timeout=self._timeout)

    async def release(self, call: str) -> None:
        async with self._in_turn(call):
            await self._hang_up(call)

    async def calls(self) -> list[CallOnSwitch]:
        channels, bridges = await self._listing()
        held = calls_held(channels, bridges, self._application)
        return [call for call in held if call.call not in self._ended]

    async def legs(self) -> list[LegOnSwitch]:
        channels, bridges = await self._listing()
        held = legs_held(channels, bridges, self._application)
        return [leg for leg in held if LEG + leg.leg not in self._ended]

    async def add_phone(self, phone: str, password: str, *, browser: bool) -> None:
        await write_phone(self._request, phone, password, browser=browser)
        self._translation.reachable.setdefault(phone, False)
        await self._watch([phone])

    async def remove_phone(self, phone: str) -> None:
        source = {"eventSource": f"deviceState:{_device(phone)}"}
        with suppress(Refused):
            await self._request("DELETE", f"applications/{self._application}/subscription", source)
        await delete_phone(self._request, phone)
        self._translation.reachable.pop(phone, None)

    async def phones(self) -> dict[str, bool]:
        return reachable_phones(await self._request("GET", "endpoints/PJSIP"), self._trunks)

    # -- parts -------------------------------------------------------------------------------------------------------

    async def _request(
        self, method: str, uri: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        if self._connection is None:
            raise _not_connected()
        return await self._connection.request(method, uri, query, body)

    async def _answer(self, call: str) -> None:
        await self._request("POST", f"channels/{call}/answer")
        self._answered.add(call)

    async def _hang_up(self, channel: str) -> bool:
        """Whether there was something to hang up."""
        return await self._delete(f"channels/{channel}")

    async def _delete(self, uri: str) -> bool:
        """Whether it was there."""
        try:
            await self._request("DELETE", uri)
        except Refused as refused:
            if refused.code != "gone":
                raise
            return False
        return True

    async def _listing(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        channels, bridges = await asyncio.gather(self._request("GET", "channels"), self._request("GET", "bridges"))
        return channels, bridges

    async def _watch(self, phones: Iterable[str]) -> None:
        """Be told when a phone comes or goes."""
        sources = [f"deviceState:{_device(phone)}" for phone in phones]
        for begin in range(0, len(sources), _MOST_SOURCES):
            query = {"eventSource": ",".join(sources[begin : begin + _MOST_SOURCES])}
            await self._request("POST", f"applications/{self._application}/subscription", query)

    def _in_turn(self, call: str) -> asyncio.Lock:
        """Held while a request of this call is under way. Raises SwitchError(unavailable) when there is no engine, also
        for a verb that would need no request."""
        if self._connection is None:
            raise _not_connected()
        lock = self._locks.get(call)
        if lock is None:
            lock = self._locks[call] = asyncio.Lock()
        return lock

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something that nobody waits for."""
        task = asyncio.create_task(self._quietly(work))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    @staticmethod
    async def _quietly(work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except SwitchError as error:
            log.warning("switch.background", code=error.code, detail=error.detail)


def _not_connected() -> SwitchError:
    return SwitchError("unavailable", "the engine is not connected")


def _device(phone: str) -> str:
    return f"PJSIP/{phone}"


def _seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).timestamp()
