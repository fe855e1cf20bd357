"""The switch on Asterisk: carries verbs out by ARI and tells what happens. The only thing outside this folder that
knows Asterisk is the engine's configuration.

Requests of one call go out in the order in which they were asked for; different calls do not wait for each other.
"""

from __future__ import annotations

import asyncio
import math
import re
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from zuoxi.telephony.ari.calls_out import CallsOut, calls_out_held
from zuoxi.telephony.ari.client import Connection, Message, Refused
from zuoxi.telephony.ari.confirmations import Confirmations
from zuoxi.telephony.ari.gatherings import Gatherings
from zuoxi.telephony.ari.link import Link, not_connected
from zuoxi.telephony.ari.monitors import Monitors
from zuoxi.telephony.ari.phones import delete_phone, reachable_phones, write_phone
from zuoxi.telephony.ari.reconcile import (
    CONFIRM,
    GATHERED,
    TALKING,
    WAITING,
    Listing,
    calls_held,
    legs_held,
    members,
    unconfirmed,
)
from zuoxi.telephony.ari.recording import pause_recording, start_recording
from zuoxi.telephony.ari.rooms import TalkRooms, WaitingRooms
from zuoxi.telephony.ari.sound import sound_figures
from zuoxi.telephony.ari.translate import EVENT_TYPES, LEG, OUT, Translation
from zuoxi.telephony.switch import (
    NUMBER,
    Answered,
    CallOnSwitch,
    Connected,
    Disconnected,
    Failed,
    LegFailure,
    LegOnSwitch,
    MonitorMode,
    PhoneChanged,
    SoundFigures,
    SwitchError,
    SwitchEvent,
)

_EXISTS = 409
_REMEMBERED = 200
_MOST_SOURCES = 50  # in one subscription; Asterisk refuses more than 128
HOLD_MUSIC = "default"
_MARK = "ZUOXI_SEEN"  # a global variable of the engine: gone when it was restarted
_NUMBER = re.compile(r"\+?[0-9*#]+", re.ASCII)


class AriSwitch:
    """Implements ``zuoxi.telephony.switch.Switch``. ``prompts`` is the folder of prompts as the engine sees it;
    ``trunks`` are the endpoints that are no phones, ``outbound`` is the one by which outside numbers are dialled,
    ``recordings`` the folder in which calls out are recorded (calls that come in: by the engine's own configuration),
    ``phone_encryption`` a key of ``phones.ENCRYPTION``."""

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        application: str,
        prompts: str,
        *,
        trunks: frozenset[str] = frozenset({"trunk"}),
        outbound: str = "trunk",
        recordings: str = "",
        phone_encryption: str = "off",
        request_timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url, self._user, self._password = url, user, password
        self._application, self._prompts = application, prompts
        self._trunks, self._outbound, self._timeout, self._clock = trunks, outbound, request_timeout, clock
        self._phone_encryption, self._recordings = phone_encryption, recordings
        self._queue: asyncio.Queue[SwitchEvent | SwitchError | None] = asyncio.Queue()
        self._link = Link(
            partial(Connection.open, url, user, password, application, request_timeout=request_timeout),
            settle=self._settle,
            receive=self._receive,
            lost=lambda: self._queue.put_nowait(Disconnected()),
            over=self._queue.put_nowait,
        )
        self._translation = Translation(prompts)
        self._waiting = WaitingRooms(self._request)
        self._talks = TalkRooms(self._request)
        self._gatherings = Gatherings(self._request, self._link.start)
        self._monitors = Monitors(self._request, application, self._link.start)
        self._confirmations = Confirmations(self._request, prompts, self._link.start, self._confirmed)
        self._calls_out = CallsOut(self._request, application, self._record)
        self._answered: set[str] = set()
        self._talked: set[str] = set()  # calls that were joined with a leg, once at least
        self._playing: dict[str, set[str]] = {}
        self._ended: deque[str] = deque(maxlen=_REMEMBERED)  # Asterisk lists them for a moment after their end
        self._locks: dict[str, asyncio.Lock] = {}

    # -- events ------------------------------------------------------------------------------------------------------

    async def events(self) -> AsyncIterator[SwitchEvent]:
        """All events in order, until ``close``. Raises SwitchError(replaced) when another process took the application
        over: then this one has nothing to say any more."""
        self._link.begin()
        while True:
            event = await self._queue.get()
            if event is None:
                return
            if isinstance(event, SwitchError):
                raise event
            yield event

    async def close(self) -> None:
        """Stop; what the engine holds goes on without us."""
        await self._link.close()
        self._queue.put_nowait(None)

    async def _settle(self) -> None:
        """Make a new connection ours: filter, what the engine holds, phones."""
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
        await self._confirmations.restore(unconfirmed(channels, bridges, self._application))
        waiting = self._confirmations.waiting
        self._translation.talking_legs = {leg.leg for leg in legs if leg.answered and leg.leg not in waiting}
        self._translation.calls_out = {call for call, answered in calls_out_held(channels).items() if answered}
        for call in self._translation.calls_out:
            self._link.start(self._calls_out.answered(call))  # perhaps while nobody of ours was here
        self._waiting.restore(members(bridges, WAITING))
        self._talks.restore(members(bridges, TALKING), {LEG + leg.leg: leg.leg for leg in legs})
        self._gatherings.restore(members(bridges, GATHERED))
        self._monitors.restore(channels, bridges)
        for room in self._waiting.occupied():
            await self._waiting.play(room)
        phones = reachable_phones(await self._request("GET", "endpoints/PJSIP"), self._trunks)
        await self._watch(phones)
        before, self._translation.reachable = self._translation.reachable, phones
        self._queue.put_nowait(Connected(fresh))
        for phone, reachable in phones.items():
            if before.get(phone, reachable) is not reachable:
                self._queue.put_nowait(PhoneChanged(phone, reachable))

    def _receive(self, message: Message) -> None:
        if self._monitors.receive(message):
            return
        kind = message["type"]
        if self._confirms(kind, message):
            return
        self._calls_out.receive(message)
        if kind == "StasisEnd":
            self._call_gone(message["channel"]["id"], message.get("timestamp", ""))
        elif kind == "PlaybackFinished":
            playback = message["playback"]
            self._played(playback["target_uri"].removeprefix("channel:"), playback["id"])
        elif kind == "ChannelStateChange" and message["channel"]["state"] == "Up":
            channel = message["channel"]["id"]
            self._answered.add(channel)
            if channel.startswith(OUT):
                self._link.start(self._calls_out.answered(channel))
        elif kind == "ChannelDestroyed":
            channel = message["channel"]["id"]
            self._ended.append(channel)
            self._answered.discard(channel)
            leg = channel.removeprefix(LEG)
            self._locks.pop(leg, None)
            if self._confirmations.gone(leg):
                self._translation.unconfirmed_legs.add(leg)
            self._talks.leg_gone(leg, channel)
            self._gatherings.leave(channel)
            self._monitors.leave(channel)
        event = self._translation.translate(message)
        if event is not None:
            self._queue.put_nowait(event)

    def _confirms(self, kind: str, message: Message) -> bool:
        """Whether a message was about a leg whose far side is asked to confirm."""
        if kind == "StasisStart":
            channel, arguments = message["channel"]["id"], message["args"]
            if channel.startswith(LEG) and arguments[:1] == [CONFIRM]:
                self._confirmations.lifted(channel.removeprefix(LEG), arguments[1])
                return True
        elif kind == "ChannelDtmfReceived":
            channel = message["channel"]["id"]
            if channel.startswith(LEG):
                self._confirmations.pressed(channel.removeprefix(LEG), message["digit"])
        elif kind == "PlaybackFinished":
            return self._confirmations.played(message["playback"]["id"])
        return False

    def _confirmed(self, leg: str) -> None:
        self._translation.talking_legs.add(leg)
        self._queue.put_nowait(Answered(leg))

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
        self._gatherings.leave(channel)
        silent = self._waiting.hung_up(channel, self._clock() - 1.0 if not timestamp else _seconds(timestamp))
        if silent is not None:
            self._link.start(self._waiting.play(silent))

    # -- verbs -------------------------------------------------------------------------------------------------------

    async def answer(self, call: str) -> None:
        async with self._in_turn(call):
            await self._answer(call)

    async def play(self, call: str, prompt: str, parts: Sequence[str] = ()) -> None:
        async with self._in_turn(call):
            playback = f"{call}~{secrets.token_hex(4)}"
            self._playing.setdefault(call, set()).add(playback)
            media = ",".join(f"sound:{self._prompts}/{key}" for key in parts or (prompt,))
            query = {"media": media, "playbackId": playback}
            if parts:
                self._translation.wholes[playback] = prompt
            try:
                await self._request("POST", f"channels/{call}/play", query)
            except SwitchError:
                self._played(call, playback)
                self._translation.wholes.pop(playback, None)
                raise

    async def wait(self, call: str, music: str) -> None:
        async with self._in_turn(call):
            if call not in self._answered:
                await self._request("POST", f"channels/{call}/progress")  # the caller hears us before we answer
            await self._to_music(call, music)

    async def ring(
        self, leg: str, call: str | None, phone: str, caller: str, timeout: float, confirm: str | None = None
    ) -> None:
        if phone.startswith(NUMBER):
            endpoint, headers = self._outside(phone.removeprefix(NUMBER)), {}
        else:
            endpoint, headers = _device(phone), {"PJSIP_HEADER(add,X-Zuoxi-Offer)": leg}
        await self._originate(leg, call, endpoint, caller, timeout, headers, confirm)

    async def dial(self, leg: str, call: str, number: str, caller_id: str, timeout: float) -> None:
        await self._originate(leg, call, self._outside(number), caller_id, timeout, {})

    def _outside(self, number: str) -> str:
        if not _NUMBER.fullmatch(number):
            raise SwitchError("refused", "no number to dial")
        return _device(f"{number}@{self._outbound}")

    async def call_out(self, call: str, leg: str, number: str, caller_id: str, timeout: float) -> None:
        endpoint = self._outside(number)
        if not _NUMBER.fullmatch(caller_id or "0") or not call.startswith(OUT):
            raise SwitchError("refused", "no name for a call, or nothing to show")
        async with self._in_turn(call):
            if not await self._calls_out.make(call, leg, endpoint, number):
                return
            try:
                await self._talks.join(leg, LEG + leg, call)
                await self._calls_out.dial(call, leg, caller_id, timeout)
            except SwitchError:
                await self._hang_up(call)
                raise

    async def _originate(
        self,
        leg: str,
        call: str | None,
        endpoint: str,
        caller: str,
        timeout: float,
        variables: dict[str, str],
        confirm: str | None = None,
    ) -> None:
        query = {
            "endpoint": endpoint,
            "app": self._application,
            "channelId": LEG + leg,
            "timeout": str(max(1, math.ceil(timeout))),
            "callerId": caller,
            **({} if call is None else {"originator": call}),
        }
        if confirm is not None:
            query["appArgs"] = f"{CONFIRM},{confirm}"
        self._talks.expect(leg, mixed=call in self._talked)
        try:
            await self._request("POST", "channels", query, {"variables": variables})
        except Refused as refused:
            if refused.status == _EXISTS:  # it rings already
                return
            self._talks.leg_gone(leg, LEG + leg)
            if refused.status < 500:
                raise
            self._queue.put_nowait(Failed(leg, LegFailure.UNREACHABLE))
            return
        self._link.start(self._talks.reserve(leg))

    async def cancel(self, leg: str) -> None:
        self._translation.cancelled_legs.add(leg)
        if not await self._hang_up(LEG + leg):
            self._translation.cancelled_legs.discard(leg)

    async def connect(self, call: str, leg: str) -> None:
        async with self._in_turn(call):
            if call not in self._answered:
                await self._answer(call)
            await self._stop_prompts(call)
            if not (self._talks.seats(leg, call) and self._talks.seats(leg, LEG + leg)):
                await self._talks.join(leg, call, LEG + leg)
            self._gatherings.leave(LEG + leg)
            self._gatherings.leave(call)
            self._monitors.leave(LEG + leg)
            self._talked.add(call)
            self._waiting.leave(call)

    async def hold(self, call: str) -> None:
        async with self._in_turn(call):
            await self._to_music(call, HOLD_MUSIC)

    async def take_aside(self, call: str) -> None:
        async with self._in_turn(call):
            await self._stop_prompts(call)
            for room in (*self._waiting.rooms_of(call), *self._talks.rooms_of(call), *self._gatherings.rooms_of(call)):
                with suppress(Refused):  # it left, or hung up meanwhile
                    await self._request("POST", f"bridges/{room}/removeChannel", {"channel": call})
            self._waiting.leave(call)
            self._talks.leave(call)
            self._gatherings.leave(call)

    async def resume(self, call: str, leg: str) -> None:
        async with self._in_turn(call):
            channels = (call,) if self._talks.seats(leg, LEG + leg) else (call, LEG + leg)
            await self._talks.join(leg, *channels)
            self._gatherings.leave(LEG + leg)
            self._gatherings.leave(call)
            self._monitors.leave(LEG + leg)
            self._waiting.leave(call)

    async def gather(self, room: str, members: Sequence[str]) -> None:
        channels = {member: self._channel(member) for member in members}
        async with AsyncExitStack() as turns:
            await turns.enter_async_context(self._in_turn(GATHERED + room))
            left = self._gatherings.members(room) - set(channels.values())
            for party in sorted({*members, *(channel.removeprefix(LEG) for channel in left)}):
                await turns.enter_async_context(self._in_turn(party))
            calls = [member for member, channel in channels.items() if member == channel]
            for call in calls:
                if call not in self._answered:
                    await self._answer(call)
                await self._stop_prompts(call)
            await self._gatherings.add(room, list(channels.values()))
            for member, channel in channels.items():
                if member == channel:
                    self._talked.add(member)
                    self._talks.leave(channel)
                    self._waiting.leave(channel)
                else:
                    self._talks.gathered(member, channel)
                    self._monitors.leave(channel)
                self._gatherings.leave(channel, into=room)
            for channel in left:
                if channel.startswith(LEG):
                    await self._gatherings.silence(room, channel)
                else:
                    with suppress(Refused):  # it hung up meanwhile
                        await self._to_music(channel, HOLD_MUSIC)

    async def monitor(self, leg: str, target: str, mode: MonitorMode) -> None:
        if not {leg, target} <= self._translation.talking_legs:
            raise SwitchError("gone", f"{leg} or {target}")
        async with self._in_turn(leg):
            await self._monitors.begin(leg, target, mode)
            self._talks.gathered(leg, LEG + leg)
            self._gatherings.leave(LEG + leg)

    async def send_digits(self, call: str, digits: str) -> None:
        async with self._in_turn(call):
            await self._request("POST", f"channels/{call}/dtmf", {"dtmf": digits})

    async def pause_recording(self, call: str, *, paused: bool) -> None:
        async with self._in_turn(call):
            await pause_recording(self._url, self._user, self._password, call, paused=paused, timeout=self._timeout)

    async def _record(self, call: str) -> None:
        if self._recordings:
            file = f"{self._recordings}/{call}.raw"
            await start_recording(self._url, self._user, self._password, call, file, timeout=self._timeout)

    async def sound(self, party: str) -> SoundFigures | None:
        channel = self._channel(party)
        try:
            return sound_figures(await self._request("GET", f"channels/{channel}/rtp_statistics"))
        except Refused as refused:
            if refused.code == "gone" and channel not in self._ended:
                return None  # a channel without a stream of its own
            raise

    async def release(self, call: str, *, busy: bool = False) -> None:
        async with self._in_turn(call):
            if call.startswith(OUT):
                self._translation.cancelled_legs.add(call)
            await self._delete(f"channels/{call}", {"reason": "busy"} if busy else None)

    async def calls(self) -> list[CallOnSwitch]:
        channels, bridges = await self._listing()
        held = calls_held(channels, bridges, self._application)
        return [call for call in held if call.call not in self._ended]

    async def legs(self) -> list[LegOnSwitch]:
        channels, bridges = await self._listing()
        held = legs_held(channels, bridges, self._application)
        waiting = self._confirmations.waiting
        return [
            replace(leg, answered=leg.answered and leg.leg not in waiting)
            for leg in held
            if LEG + leg.leg not in self._ended
        ]

    async def add_phone(self, phone: str, password: str, *, browser: bool) -> None:
        await write_phone(self._request, phone, password, browser=browser, encryption=self._phone_encryption)
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
        return await self._link.request(method, uri, query, body)

    def _channel(self, party: str) -> str:
        """The channel of a leg that answered, or of a call. Raises SwitchError(gone) for a leg that still rings."""
        if party in self._translation.talking_legs:
            return LEG + party
        if self._talks.knows(party):
            raise SwitchError("gone", party)
        return party

    async def _to_music(self, call: str, music: str) -> None:
        await self._waiting.enter(call, music, self._clock())
        self._talks.leave(call)
        self._gatherings.leave(call)

    async def _stop_prompts(self, call: str) -> None:
        """Or the caller hears them out before anybody else."""
        for playback in tuple(self._playing.get(call, ())):
            self._translation.cut_prompts.add(playback)
            if not await self._delete(f"playbacks/{playback}"):
                self._translation.cut_prompts.discard(playback)

    async def _answer(self, call: str) -> None:
        await self._request("POST", f"channels/{call}/answer")
        self._answered.add(call)

    async def _hang_up(self, channel: str) -> bool:
        """Whether there was something to hang up."""
        return await self._delete(f"channels/{channel}")

    async def _delete(self, uri: str, query: Mapping[str, str] | None = None) -> bool:
        """Whether it was there."""
        try:
            await self._request("DELETE", uri, query)
        except Refused as refused:
            if refused.code != "gone":
                raise
            return False
        return True

    async def _listing(self) -> tuple[Listing, Listing]:
        channels, bridges = await asyncio.gather(self._request("GET", "channels"), self._request("GET", "bridges"))
        return channels, bridges

    async def _watch(self, phones: Iterable[str]) -> None:
        """Be told when a phone comes or goes."""
        sources = [f"deviceState:{_device(phone)}" for phone in phones]
        for begin in range(0, len(sources), _MOST_SOURCES):
            query = {"eventSource": ",".join(sources[begin : begin + _MOST_SOURCES])}
            await self._request("POST", f"applications/{self._application}/subscription", query)

    def _in_turn(self, party: str) -> asyncio.Lock:
        """Held while a request of this call (or leg, or room) is under way. Raises SwitchError(unavailable) when there
        is no engine, also for a verb that would need no request."""
        if not self._link.connected:
            raise not_connected()
        lock = self._locks.get(party)
        if lock is None:
            lock = self._locks[party] = asyncio.Lock()
        return lock


def _device(phone: str) -> str:
    return f"PJSIP/{phone}"


def _seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).timestamp()
