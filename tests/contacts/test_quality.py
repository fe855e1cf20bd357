"""How conversations sound: the rule by its numbers, and what becomes of it at the desk and in the journal."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contacts.live_worlds import ANN, BOB, NUMBER, World, until, world

from zuoxi.contacts.live.desk_commands import phone_of
from zuoxi.contacts.live.quality import Ear, Sound
from zuoxi.telephony.switch import SoundFigures

WELL = SoundFigures(received=0, lost=0, jitter_ms=1.0, sent=0, far_lost=0, far_jitter_ms=0.0, rtt_ms=0.0)


def later(figures: SoundFigures, seconds: float = 3.0, **changes: float) -> SoundFigures:
    """The same stream some seconds on: 50 packets a second each way, and what else happened."""
    packets = int(50 * seconds)
    moved = {"received": figures.received + packets, "sent": figures.sent + packets}
    return replace(figures, **(moved | changes))  # type: ignore[arg-type]


def listen(ear: Ear, looks: list[SoundFigures], at: float = 0.0) -> list[Sound]:
    return [ear.judge(at + 3.0 * number, figures).state for number, figures in enumerate(looks)]


def test_a_clean_stream_is_good():
    looks = [WELL]
    for _ in range(6):
        looks.append(later(looks[-1]))
    assert listen(Ear(), looks) == [Sound.GOOD] * 7


@pytest.mark.parametrize("lost", ["lost", "far_lost"])
def test_loss_is_poor_and_good_again_after_a_while(lost: str):
    """The far side tells of it every five seconds or so; a look in between must not read that as an end."""
    ear, figures, states = Ear(), WELL, []
    for look in range(14):
        more = {lost: getattr(figures, lost) + (25 if look in (2, 4) else 0)}
        figures = later(figures, received=figures.received + (150 if lost == "far_lost" else 125), **more)
        states.append(ear.judge(3.0 * look, figures).state)
    assert states[:2] == [Sound.GOOD] * 2 and states[2] is Sound.POOR
    assert states[-1] is Sound.GOOD
    assert sum(before is not after for before, after in itertools.pairwise(states)) == 2, "no flicker"


def test_jitter_is_poor_until_it_is_clearly_better():
    ear, figures = Ear(), WELL
    seen = []
    for look, jitter in enumerate([5, 80, 25, 25, 25, 25, 10, 10, 10]):
        figures = later(figures, jitter_ms=float(jitter))
        seen.append(ear.judge(3.0 * look, figures).state)
    assert seen == [Sound.GOOD] + [Sound.POOR] * 7 + [Sound.GOOD]


def test_no_packet_is_silence_and_heard_again_at_once():
    ear, first = Ear(), later(WELL)
    states = listen(ear, [first, later(first, received=first.received), later(first, 6, received=first.received)])
    assert states == [Sound.GOOD, Sound.GOOD, Sound.SILENT]
    assert ear.judge(9.0, later(first, 9, received=first.received + 10)).state is Sound.GOOD


def test_a_new_stream_begins_anew():
    """After a re-INVITE the engine counts from nothing: that is no loss and no silence."""
    ear, figures = Ear(), WELL
    for look in range(4):
        figures = later(figures)
        ear.judge(3.0 * look, figures)
    verdict = ear.judge(12.0, replace(WELL, received=20, sent=20, lost=0))
    assert (verdict.state, verdict.loss_percent) == (Sound.GOOD, None)


# -- at the desk -------------------------------------------------------------------------------------------------------
async def talking(live: World) -> tuple[str, str]:
    """A caller talks with ANN: (call, leg)."""
    await live.seat(ANN, behaviour="answer")
    call = live.switch.arrive(NUMBER, "13800138000")
    await until(lambda: live.switch.hears(call) == "agent")
    await live.settle()
    return call, live.switch.legs_of(phone_of(ANN))[0]


async def looks(live: World, count: int) -> None:
    """So many looks, three seconds apart, at streams that go on."""
    quality, now = live.tenancy.quality, live.tenancy.domain.now
    for _ in range(count):
        live.tenancy.domain._last_at = now() + 3.0
        await quality.look()


async def test_a_silent_caller_is_told_kept_and_forgotten(tmp_path: Path):
    async with world(tmp_path) as live:
        call, leg = await talking(live)
        desk = live.desk(ANN)
        live.switch.sounds = {call: later(WELL), leg: later(WELL)}
        await looks(live, 1)
        live.switch.sounds[leg] = later(live.switch.sounds[leg], 6)
        await looks(live, 3)  # of the agent new packets came once only, of the caller none
        frames = [frame for frame in desk.read() if frame["type"] == "quality"]
        assert ("caller", "silent") in [(frame["side"], frame["state"]) for frame in frames]
        contact = frames[0]["contact"]
        # a page that is opened now is told as well
        assert live.desk(ANN).last("quality")["contact"] == contact
        live.switch.sounds[call] = later(live.switch.sounds[call])
        await looks(live, 1)
        told = [(frame["side"], frame["state"]) for frame in desk.read() if frame["type"] == "quality"]
        assert told[-1] == ("caller", "good") and told.count(("caller", "silent")) == 1
        live.switch.hang_up(call)
        await until(lambda: live.tenancy.domain.standing.agent(ANN).state == "wrap_up")
        await looks(live, 1)
        assert live.tenancy.quality._lines == {} and live.tenancy.desks._poor == {}


async def test_who_waits_or_is_held_is_not_judged(tmp_path: Path):
    async with world(tmp_path) as live:
        call, leg = await talking(live)
        desk = live.desk(ANN)
        live.switch.sounds = {call: later(WELL), leg: later(WELL)}
        await looks(live, 1)
        assert (await desk.command("hold"))["ok"]
        await live.settle()
        asked = len(live.switch.asked)
        await looks(live, 4)
        assert [verb for verb, *_ in live.switch.asked[asked:]].count("sound") == 0
        assert not [frame for frame in desk.read() if frame["type"] == "quality"]


async def test_the_next_agent_hears_of_a_poor_line(tmp_path: Path):
    async with world(tmp_path) as live:
        call, leg = await talking(live)
        first = live.desk(ANN)
        live.switch.sounds = {call: replace(later(WELL), jitter_ms=90.0), leg: later(WELL)}
        await looks(live, 1)
        await live.seat(BOB, behaviour="answer")
        second = live.desk(BOB)
        assert (await first.command("transfer", to_agent=BOB))["ok"]
        await until(lambda: live.tenancy.domain.standing.agent(BOB).state == "talking")
        told = second.last("quality")
        assert (told["side"], told["state"], told["jitter_ms"]) == ("caller", "poor", 90.0)
