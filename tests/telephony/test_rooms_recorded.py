"""The recording of a call in which more than two take part: left the caller, right what the caller hears, to the end.

Each later phone's packets are numbered lower than the one's before: that is what once silenced recordings (0014).
"""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest
from tests.fixtures.sip import callers
from tests.fixtures.tones import heard, loudness, read_stereo
from tests.telephony.test_sound_and_crash import connect, grown, length, lift
from tests.telephony.worlds import AGENT_TONE, CALLER_TONE, COLLEAGUE_TONE, SUPERVISOR_TONE

from zuoxi.telephony import engine
from zuoxi.telephony.phone import Phone, tone
from zuoxi.telephony.switch import Answered, Arrived, Connected, Ended, MonitorMode

pytestmark = pytest.mark.engine
HOTLINE, NUMBER = "4008001111", "13800138000"
PHONES = {
    "agent": (AGENT_TONE, 40_000),
    "supervisor": (SUPERVISOR_TONE, 20_000),
    "colleague": (COLLEAGUE_TONE, 1_000),
}


async def test_everybody_whom_the_caller_hears_is_on_the_recording_and_nobody_else(
    running_engine: engine.EngineProcess,
) -> None:
    watcher = connect(running_engine)
    await watcher.expect(Connected)
    switch = watcher.switch
    server = "127.0.0.1", running_engine.configuration.sip_port
    parts: dict[str, tuple[float, float]] = {}
    async with AsyncExitStack() as stack:
        for name, (hertz, first_sequence) in PHONES.items():
            await switch.add_phone(name, "secret", browser=False)
            phone = Phone(server, name, "secret", sound=tone(hertz, 1.0), behaviour=lift, first_sequence=first_sequence)
            await stack.enter_async_context(phone)
            await phone.register()
        crowd = await stack.enter_async_context(callers(server, [(NUMBER, HOTLINE)]))
        call = (await watcher.expect(Arrived)).call
        recording = running_engine.configuration.recordings / f"{call}.raw"

        async def ring(name: str) -> None:
            await switch.ring(name, call, name, NUMBER, 30)
            await watcher.expect(Answered, leg=name)

        async def goes_on(part: str) -> None:
            # the engine writes in pieces of a second: what is in the file by now, and the next piece, are of before
            begin = length(recording) + 1.2
            await grown(recording, begin + 3.0)
            parts[part] = begin, begin + 2.0

        await switch.answer(call)
        await switch.wait(call, "default")
        await ring("agent")
        await switch.connect(call, "agent")
        await ring("supervisor")
        await switch.monitor("supervisor", "agent", MonitorMode.WHISPER)
        await goes_on("whisper")
        await switch.gather("room", (call, "agent", "supervisor"))
        await goes_on("barge")
        await switch.gather("room", (call, "supervisor"))
        await switch.cancel("agent")
        await goes_on("taken over")
        await switch.hold(call)
        await ring("colleague")
        await switch.gather("consult", ("supervisor", "colleague"))
        await goes_on("consult")
        await switch.gather("room", (call, "supervisor", "colleague"))
        await goes_on("conference")
        await switch.cancel("supervisor")
        await goes_on("transferred")
        crowd.hang_up()
        await watcher.expect(Ended, call=call)
        await switch.cancel("colleague")
    for name in PHONES:
        await switch.remove_phone(name)
    await watcher.stop()
    left, right = read_stereo(recording)
    assert heard(left, CALLER_TONE) > 0.6 * len(left) / 8000
    assert all(heard(left, hertz) == 0 for hertz, _ in PHONES.values())
    voices = {}
    for part, (begin, end) in parts.items():
        piece = right[int(begin * 8000) : int(end * 8000)]
        voices[part] = {name for name, (hertz, _) in PHONES.items() if heard(piece, hertz) > 0.4}
        assert (loudness(piece, 150, 1150) > 150) is (part == "consult")
    assert voices == {
        "whisper": {"agent"},
        "barge": {"agent", "supervisor"},
        "taken over": {"supervisor"},
        "consult": set(),
        "conference": {"supervisor", "colleague"},
        "transferred": {"colleague"},
    }
