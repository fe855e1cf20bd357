"""Two worlds in which the same suite runs: a switch in memory, and a real engine with real SIP phones and real
sound."""

from __future__ import annotations

import asyncio
import contextlib
import wave
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from tests.fixtures.tones import loudness, strength

from zuoxi.telephony.ari.phones import delete_phone
from zuoxi.telephony.ari.switch import AriSwitch
from zuoxi.telephony.engine import EngineProcess
from zuoxi.telephony.fake import FakeSwitch
from zuoxi.telephony.phone import Phone, PhoneCall, tone
from zuoxi.telephony.switch import Disconnected, LegFailure, Switch, SwitchEvent

Kind = TypeVar("Kind")
PATIENCE = 60.0  # seconds; only a failing test waits that long
CALLER_TONE, AGENT_TONE, PROMPT_TONE = 1700.0, 2300.0, 1300.0  # none of them is in the waiting music
COLLEAGUE_TONE, SUPERVISOR_TONE = 2600.0, 2900.0
RING_TONE = 450.0  # China's, a second in five
PROMPT, LONG_PROMPT = "trial/notice", "trial/speech"


class Party(Protocol):
    """A caller or an agent's phone, as the tests drive it."""

    async def hears(self, what: str) -> None:
        """Wait until exactly this is heard: music, prompt, caller, a phone's voice (agent, colleague, supervisor),
        several of them in the order of the alphabet joined by «+», or nothing."""

    async def hang_up(self) -> None: ...

    async def over(self) -> None:
        """Wait until the switch ended it."""

    async def press(self, digit: str) -> None: ...

    async def is_sent(self, digits: str) -> None:
        """Wait until these keys have reached the caller's side."""

    def answered(self) -> bool: ...


class World(Protocol):
    switch: Switch

    async def expect(self, kind: type[Kind], **fields: Any) -> Kind: ...
    async def call(self, dialled: str, caller: str) -> Callable[[str], Party]:
        """A call comes in; with its name on the switch (from Arrived) the result gives the caller."""

    async def seat(self, phone: str, behaviour: str = "ring", voice: str = "agent") -> None:
        """Make a phone and register it: ring (until ``lift``), answer, busy, reject."""

    async def outside(self, number: str, voice: str) -> None:
        """Somebody outside who can be dialled, and lifted like a phone."""

    async def lift_outside(self, number: str, call: str, caller_id: str) -> Party:
        """Whom ``call_out`` rings answers, and has seen who calls."""

    async def reject_outside(self, number: str, call: str, status: int, reason: LegFailure) -> None: ...

    async def leave(self, phone: str) -> None: ...
    async def lift(self, phone: str, leg: str) -> Party: ...
    async def prompt_ends(self, call: str) -> None: ...
    async def records(self, call: str, sound: bool) -> None:
        """Wait until the recording of the call goes on with the sound of both sides, or with silence."""

    async def nothing_is_left_over(self) -> None:
        """Wait until nothing is left of monitoring, after whoever monitored is gone."""

    async def away(self) -> None:
        """The application loses the switch."""

    async def back(self) -> None: ...
    async def close(self) -> None: ...


@dataclass
class Watcher:
    """Collects a switch's events; ``expect`` takes the first that fits."""

    switch: Switch
    seen: list[SwitchEvent] = field(default_factory=list)
    _came: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for event in self.switch.events():
            self.seen.append(event)
            self._came.set()

    async def expect(self, kind: type[Kind], **fields: Any) -> Kind:
        async with asyncio.timeout(PATIENCE):
            while True:
                for event in self.seen:
                    if isinstance(event, kind) and all(getattr(event, key) == value for key, value in fields.items()):
                        self.seen.remove(event)
                        return event
                self._came.clear()
                await self._came.wait()

    async def stop(self) -> None:
        await self.switch.close()
        if self.task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self.task


# -- in memory -------------------------------------------------------------------------------------------------------
@dataclass
class FakeParty:
    fake: FakeSwitch
    name: str
    voices: dict[str, str]  # of phones
    is_leg: bool = False

    async def hears(self, what: str) -> None:
        heard = {self._kind(voice) for voice in self.fake.voices(self.name)}
        assert ("+".join(sorted(heard)) or "nothing") == what

    def _kind(self, voice: str) -> str:
        if voice in self.fake._calls:
            return "caller"
        leg = self.fake._legs.get(voice)
        return voice if leg is None else self.voices[leg.phone]

    async def hang_up(self) -> None:
        (self.fake.put_down if self.is_leg else self.fake.hang_up)(self.name)

    async def over(self) -> None:
        left = await (self.fake.legs() if self.is_leg else self.fake.calls())
        assert self.name not in [getattr(each, "leg", getattr(each, "call", "")) for each in left]

    async def press(self, digit: str) -> None:
        self.fake.press(self.name, digit)

    async def is_sent(self, digits: str) -> None:
        assert self.fake.digits_sent(self.name) == digits

    def answered(self) -> bool:
        return self.fake._calls[self.name].answered


class FakeWorld:
    def __init__(self) -> None:
        self.fake = FakeSwitch()
        self.switch: Switch = self.fake
        self.watcher = Watcher(self.fake)
        self.watcher.start()
        self.expect = self.watcher.expect
        self._voices: dict[str, str] = {}

    async def call(self, dialled: str, caller: str) -> Callable[[str], Party]:
        name = self.fake.arrive(dialled, caller)
        return lambda _: FakeParty(self.fake, name, self._voices)

    async def seat(self, phone: str, behaviour: str = "ring", voice: str = "agent") -> None:
        self._voices[phone] = voice
        await self.switch.add_phone(phone, "secret", browser=False)
        self.fake.register(phone, behaviour)

    async def outside(self, number: str, voice: str) -> None:
        self._voices[number] = voice

    async def lift_outside(self, number: str, call: str, caller_id: str) -> Party:
        assert [verb[4] for verb in self.fake.asked if verb[:2] == ("call_out", call)][:1] == [caller_id]
        self.fake.lift_outside(call)
        return FakeParty(self.fake, call, self._voices)

    async def reject_outside(self, number: str, call: str, status: int, reason: LegFailure) -> None:
        self.fake.fail_outside(call, reason)

    async def leave(self, phone: str) -> None:
        self.fake.unregister(phone)

    async def lift(self, phone: str, leg: str) -> Party:
        assert leg in self.fake.legs_of(phone)
        self.fake.lift(leg)
        return FakeParty(self.fake, leg, self._voices, is_leg=True)

    async def prompt_ends(self, call: str) -> None:
        self.fake.finish_prompt(call)

    async def records(self, call: str, sound: bool) -> None:
        assert self.fake.records(call) is sound

    async def nothing_is_left_over(self) -> None:
        assert all(leg.monitors is None for leg in await self.switch.legs())

    async def away(self) -> None:
        self.fake.break_connection()

    async def back(self) -> None:
        self.fake.mend_connection()

    async def close(self) -> None:
        await self.watcher.stop()


# -- real ------------------------------------------------------------------------------------------------------------
@dataclass
class RealParty:
    conversation: PhoneCall

    async def hears(self, what: str) -> None:
        heard: list[str] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    heard.append(await self._classify(0.3))
                    if heard[-2:] == [what, what]:
                        return
        except TimeoutError:
            call = self.conversation
            state = f"{call.audio.packets} packets, {'over' if call.ended.done() else 'up'}, offer {call.offer}"
            raise AssertionError(f"expected {what}, heard {heard}; {state}") from None

    async def _classify(self, seconds: float) -> str:
        try:
            async with asyncio.timeout(seconds + 1.0):
                pcm = await self.conversation.audio.listen(seconds)
        except TimeoutError:
            return "nothing"  # no packet came
        found = {name for name, frequency in _TONES.items() if strength(pcm, frequency) > 1000}
        if strength(pcm, RING_TONE) > 5000:
            found.add("ringing")
        elif loudness(pcm, 150, 1150) > 150:
            found.add("music")
        return "+".join(sorted(found)) or "nothing"

    async def hang_up(self) -> None:
        await self.conversation.hang_up()

    async def over(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.conversation.ended

    async def press(self, digit: str) -> None:
        self.conversation.audio.press(digit)

    async def is_sent(self, digits: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.conversation.audio.digits != digits:
                await self.conversation.audio.listen(0.1)

    def answered(self) -> bool:
        return self.conversation.answered.done()


_TONES = {
    "caller": CALLER_TONE,
    "prompt": PROMPT_TONE,
    "agent": AGENT_TONE,
    "colleague": COLLEAGUE_TONE,
    "supervisor": SUPERVISOR_TONE,
}


class RealWorld:
    """The shared engine. Its waiting music is the product's; callers, agents and the prompt are pure tones."""

    def __init__(self, engine: EngineProcess) -> None:
        self.engine = engine
        self.prompts = engine.configuration.folder.parent / "prompts"
        self._write_prompt(self.prompts / f"{PROMPT}.wav", 1.0)
        self._write_prompt(self.prompts / f"{LONG_PROMPT}.wav", 60.0)
        self._phones: dict[str, Phone] = {}
        self._outside: dict[str, Phone] = {}
        self._trunk = Phone(self.server, "trunk", sound=tone(CALLER_TONE, 1))
        self._open = contextlib.AsyncExitStack()
        self._connect()

    @property
    def server(self) -> tuple[str, int]:
        return "127.0.0.1", self.engine.configuration.sip_port

    def _connect(self) -> None:
        settings = self.engine.configuration
        self.switch = AriSwitch(
            settings.url,
            settings.user,
            settings.password,
            "zuoxi",
            str(self.prompts),
            trunks=frozenset({"trunk", "outside"}),
            outbound="outside",
            recordings=str(settings.recordings),
        )
        self.watcher = Watcher(self.switch)
        self.watcher.start()
        self.expect = self.watcher.expect

    async def open(self) -> RealWorld:
        await self._open.enter_async_context(self._trunk)
        return self

    async def call(self, dialled: str, caller: str) -> Callable[[str], Party]:
        conversation = self._trunk.dial(dialled, caller)
        return lambda _: RealParty(conversation)

    async def seat(self, phone: str, behaviour: str = "ring", voice: str = "agent") -> None:
        await self.switch.add_phone(phone, f"secret-{phone}", browser=False)
        sound = tone(_TONES[voice], 1)
        device = Phone(self.server, phone, f"secret-{phone}", sound=sound, behaviour=_ANSWERS[behaviour])
        self._phones[phone] = await self._open.enter_async_context(device)
        await device.register()

    async def outside(self, number: str, voice: str) -> None:
        device = Phone(self.server, number, sound=tone(_TONES[voice], 1))
        self._outside[number] = await self._open.enter_async_context(device)
        objects = {
            "aor": {"contact": f"sip:127.0.0.1:{device.port}"},
            "endpoint": {"aors": "outside", "context": "phones", "disallow": "all", "allow": "alaw"},
        }
        for kind, fields in objects.items():
            body = {"fields": [{"attribute": name, "value": value} for name, value in fields.items()]}
            await self.switch._request("PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/outside", body=body)

    async def lift_outside(self, number: str, call: str, caller_id: str) -> Party:
        async with asyncio.timeout(PATIENCE):
            rung = await self._outside[number].calls.get()
            assert (rung.caller, rung.offer) == (caller_id, "")
            await rung.answer()
        return RealParty(rung)

    async def reject_outside(self, number: str, call: str, status: int, reason: LegFailure) -> None:
        async with asyncio.timeout(PATIENCE):
            (await self._outside[number].calls.get()).reject(status)

    async def leave(self, phone: str) -> None:
        await self._phones[phone].register(expires=0)

    async def lift(self, phone: str, leg: str) -> Party:
        async with asyncio.timeout(PATIENCE):
            rung = await (self._phones.get(phone) or self._outside[phone]).calls.get()
            assert rung.offer == (
                leg if phone in self._phones else ""
            )  # what we call a leg is nobody's business outside
            await rung.answer()
        return RealParty(rung)

    async def prompt_ends(self, call: str) -> None:
        """It ends by itself."""

    async def records(self, call: str, sound: bool) -> None:
        path, half = self.engine.configuration.recordings / f"{call}.raw", 4000
        async with asyncio.timeout(PATIENCE):
            while True:
                samples = await asyncio.to_thread(np.fromfile, path, "<i4")  # a frame: both sides, 2 bytes each
                heard = np.abs(samples[-half:].view("<i2").reshape(-1, 2).astype(int))
                if len(heard) == half and ((heard.max(axis=0) > 1000).all() if sound else not heard.any()):
                    return
                await asyncio.sleep(0.1)

    async def nothing_is_left_over(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while any("spy-" in each["id"] for listing in await self.switch._listing() for each in listing):  # noqa: ASYNC110 - the engine is asked, it does not tell
                await asyncio.sleep(0.05)

    async def away(self) -> None:
        await self.watcher.stop()
        self.watcher.seen.append(Disconnected())

    async def back(self) -> None:
        self._connect()

    async def close(self) -> None:
        for call in await self.switch.calls():
            await self.switch.release(call.call)
        for leg in await self.switch.legs():
            await self.switch.cancel(leg.leg)
        for phone in self._phones:
            await self.switch.remove_phone(phone)
        if self._outside:
            await delete_phone(self.switch._request, "outside")
        await self.watcher.stop()
        await self._open.aclose()

    @staticmethod
    def _write_prompt(path: Path, seconds: float) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(tone(PROMPT_TONE, seconds).astype("<i2").tobytes())


def _lift_at_once(call: PhoneCall) -> None:
    call.phone.spawn(call.answer())


_ANSWERS: dict[str, Callable[[PhoneCall], None] | None] = {
    "ring": None,
    "answer": _lift_at_once,
    "busy": lambda call: call.reject(486),
    "reject": lambda call: call.reject(603),
}
WorldMaker = Callable[[], Awaitable[World]]
__all__ = ["LONG_PROMPT", "PROMPT", "FakeWorld", "LegFailure", "Party", "RealWorld", "World"]
