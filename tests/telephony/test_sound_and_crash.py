"""What only the real engine can show: sound in recordings, a crash, two applications that want the same calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.fixtures.sip import AGENT_TONE, CALLER_TONE, agent_phone, callers
from tests.fixtures.tones import heard, loudness, read_stereo, spans
from tests.telephony.worlds import Watcher

from zuoxi.installation import account
from zuoxi.telephony import engine
from zuoxi.telephony.ari.switch import AriSwitch
from zuoxi.telephony.phone import Phone, PhoneCall, tone
from zuoxi.telephony.switch import Answered, Arrived, Connected, Disconnected, Ended, PhoneChanged, SwitchError

pytestmark = pytest.mark.engine
HOTLINE = "4008001111"


def lift(call: PhoneCall) -> None:
    call.phone.spawn(call.answer())


def connect(process: engine.EngineProcess) -> Watcher:
    settings = process.configuration
    watcher = Watcher(AriSwitch(settings.url, settings.user, settings.password, "zuoxi", "/nowhere"))
    watcher.start()
    return watcher


@pytest.fixture
async def watcher(running_engine: engine.EngineProcess) -> AsyncIterator[Watcher]:
    watcher = connect(running_engine)
    await watcher.expect(Connected)
    yield watcher
    for call in await watcher.switch.calls():
        await watcher.switch.release(call.call)
    await watcher.stop()


async def test_the_recording_holds_the_caller_left_and_what_the_caller_heard_right(
    running_engine: engine.EngineProcess, watcher: Watcher
) -> None:
    server = "127.0.0.1", running_engine.configuration.sip_port
    switch = watcher.switch
    await switch.add_phone("a1", "secret", browser=False)
    async with agent_phone(server, "a1", "secret") as phone, callers(server, [("13800138000", HOTLINE)]) as crowd:
        call = (await watcher.expect(Arrived)).call
        await switch.answer(call)
        await switch.wait(call, "default")
        recording = running_engine.configuration.recordings / f"{call}.raw"
        await grown(recording, 2.0)  # two seconds of waiting
        await switch.ring("sound", call, "a1", "13800138000", 15)
        await watcher.expect(Answered, leg="sound")
        await switch.connect(call, "sound")
        conversation = await phone.calls.get()
        said = await conversation.audio.listen(2.0)
        await switch.hold(call)
        await grown(recording, length(recording) + 2.5)  # the engine writes in pieces of 32 kB, a second each
        crowd.hang_up()
        await watcher.expect(Ended, call=call)
    await switch.cancel("sound")
    await switch.remove_phone("a1")
    left, right = read_stereo(recording)
    # a busy machine may drop some frames: order and presence count, not hundredths
    assert heard(left, CALLER_TONE) > 0.6 * len(left) / 8000  # the caller speaks from the answer to the end
    assert heard(left, AGENT_TONE) == 0
    agent = spans(right, AGENT_TONE)
    begin, end = agent[0][0], agent[-1][1]
    assert begin > 1.0
    assert heard(right, AGENT_TONE) > 1.0
    waiting, talking = right[: int((begin - 0.2) * 8000)], right[int((begin + 0.2) * 8000) : int((end - 0.2) * 8000)]
    assert loudness(waiting, 150, 1150) > 150
    assert loudness(talking, 150, 1150) < 50  # the music stopped before they were joined
    assert loudness(right[int((end + 0.3) * 8000) :], 150, 1150) > 150  # and is there again on hold
    assert heard(said, CALLER_TONE) > 0.6
    assert loudness(said, 150, 1150) < 50


async def test_who_talks_second_is_on_the_recording_whatever_its_packets_are_numbered(
    running_engine: engine.EngineProcess, watcher: Watcher
) -> None:
    server = "127.0.0.1", running_engine.configuration.sip_port
    switch, second_tone = watcher.switch, 2600.0
    numbered = {"first": (AGENT_TONE, 20_000), "second": (second_tone, 1_000)}
    async with AsyncExitStack() as stack:
        for name, (hertz, first_sequence) in numbered.items():
            await switch.add_phone(name, "secret", browser=False)
            phone = Phone(server, name, "secret", sound=tone(hertz, 1.0), behaviour=lift, first_sequence=first_sequence)
            await stack.enter_async_context(phone)
            await phone.register()
        crowd = await stack.enter_async_context(callers(server, [("13800138000", HOTLINE)]))
        call = (await watcher.expect(Arrived)).call
        await switch.answer(call)
        recording = running_engine.configuration.recordings / f"{call}.raw"
        for name in numbered:
            await switch.wait(call, "default")
            await switch.ring(f"leg-of-{name}", call, name, "13800138000", 15)
            await watcher.expect(Answered, leg=f"leg-of-{name}")
            await switch.connect(call, f"leg-of-{name}")
            await grown(recording, length(recording) + 3.0)
            await switch.wait(call, "default")
            await switch.cancel(f"leg-of-{name}")
        crowd.hang_up()
        await watcher.expect(Ended, call=call)
    for name in numbered:
        await switch.remove_phone(name)
    _, right = read_stereo(recording)
    assert heard(right, AGENT_TONE) > 1.0 and heard(right, second_tone) > 1.0


async def test_after_a_crash_of_the_engine_everything_is_fresh(engine_installation: engine.Engine) -> None:
    with engine.running(engine_installation, account=account.ensure()) as process:
        watcher = connect(process)
        assert (await watcher.expect(Connected)).fresh
        server = "127.0.0.1", process.configuration.sip_port
        async with callers(server, [("13800138000", HOTLINE)]) as crowd:
            call = (await watcher.expect(Arrived)).call
            await watcher.switch.answer(call)
            await watcher.switch.wait(call, "default")
            recording = process.configuration.recordings / f"{call}.raw"
            await grown(recording, 1.0)
            process.kill()
            await watcher.expect(Disconnected)
            with pytest.raises(SwitchError) as error:
                await watcher.switch.hold(call)
            assert error.value.code == "unavailable"
            crowd.kill()
        kept = length(recording)
        await asyncio.to_thread(process.start)
        assert (await watcher.expect(Connected)).fresh
        assert await watcher.switch.calls() == []
        assert length(recording) == kept >= 1.0  # what was written is not lost
        async with callers(server, [("13800138001", HOTLINE)]) as crowd:
            call = (await watcher.expect(Arrived)).call
            await watcher.switch.answer(call)
            await crowd.reached("answered")
        await watcher.stop()


async def test_whoever_connects_later_takes_the_calls_over(running_engine: engine.EngineProcess) -> None:
    first = connect(running_engine)
    await first.expect(Connected)
    second = connect(running_engine)
    assert not (await second.expect(Connected)).fresh
    assert first.task is not None
    with pytest.raises(SwitchError) as error:
        await first.task
    assert error.value.code == "replaced"
    async with callers(("127.0.0.1", running_engine.configuration.sip_port), [("13800138000", HOTLINE)]):
        call = (await second.expect(Arrived)).call
        await second.switch.release(call)
        await second.expect(Ended, call=call)
    await first.switch.close()
    await second.stop()


def length(recording: Path) -> float:
    """Seconds of sound in a stereo recording."""
    return recording.stat().st_size / 4 / 8000 if recording.exists() else 0.0


async def grown(recording: Path, seconds: float) -> None:
    """Wait until a recording has so many seconds."""
    async with asyncio.timeout(60):
        while length(recording) < seconds:  # noqa: ASYNC110 - the engine writes a file, it rings no bell
            await asyncio.sleep(0.05)


async def test_three_hundred_phones_are_known_again_at_the_next_connection(
    running_engine: engine.EngineProcess, watcher: Watcher
) -> None:
    phones = [f"many{number}" for number in range(300)]
    for phone in phones:
        await watcher.switch.add_phone(phone, "secret", browser=False)
    await watcher.stop()
    again = connect(running_engine)
    await again.expect(Connected)
    assert set(phones) <= set(await again.switch.phones())
    server = "127.0.0.1", running_engine.configuration.sip_port
    async with agent_phone(server, phones[-1], "secret"):
        assert (await again.expect(PhoneChanged, phone=phones[-1])).reachable
    for phone in phones:
        await again.switch.remove_phone(phone)
    watcher.switch, watcher.task = again.switch, again.task
