"""What every switch promises. Each test runs against the switch in memory and against the real engine."""

from __future__ import annotations

import time

import pytest
from tests.telephony.worlds import LONG_PROMPT, PROMPT, Party, World

from zuoxi.telephony.switch import (
    Answered,
    Arrived,
    Connected,
    DigitPressed,
    Disconnected,
    Ended,
    Failed,
    LegEnded,
    LegFailure,
    PhoneChanged,
    PromptPlayed,
    Ringing,
    SwitchError,
)

HOTLINE, NUMBER = "4008001111", "13800138000"


async def arrive(world: World, number: str = NUMBER) -> tuple[str, Party]:
    """A caller rings the hotline. Returns the call's name and the caller."""
    caller_of = await world.call(HOTLINE, number)
    arrived = await world.expect(Arrived, caller=number)
    return arrived.call, caller_of(arrived.call)


async def talk(world: World, leg: str = "offer-1", phone: str = "a1") -> tuple[str, Party, Party]:
    """A caller waits, an agent's phone is rung and lifted, both are joined."""
    call, caller = await arrive(world)
    await world.switch.answer(call)
    await world.switch.wait(call, "default")
    await world.seat(phone)
    await world.switch.ring(leg, call, phone, NUMBER, 60)
    await world.expect(Ringing, leg=leg)
    agent = await world.lift(phone, leg)
    await world.expect(Answered, leg=leg)
    await world.switch.connect(call, leg)
    return call, caller, agent


class SwitchContract:
    """Subclasses give the fixture ``world``, whose first event (Connected) is still to be read."""

    async def test_an_arrival_tells_who_dialled_what(self, world: World) -> None:
        await world.expect(Connected)
        await world.call(HOTLINE, NUMBER)
        arrived = await world.expect(Arrived)
        assert (arrived.dialled, arrived.caller) == (HOTLINE, NUMBER)
        (held,) = await world.switch.calls()
        assert (held.call, held.dialled, held.caller) == (arrived.call, HOTLINE, NUMBER)
        assert (held.where, held.answered) == ("", False)
        assert held.created == arrived.at and abs(time.time() - arrived.at) < 3600

    async def test_music_goes_on_after_a_prompt(self, world: World) -> None:
        await world.expect(Connected)
        call, caller = await arrive(world)
        await world.switch.answer(call)
        await world.switch.wait(call, "default")
        await caller.hears("music")
        await world.switch.play(call, PROMPT)
        await caller.hears("prompt")
        await world.prompt_ends(call)
        assert (await world.expect(PromptPlayed, call=call)).completed
        await caller.hears("music")
        (held,) = await world.switch.calls()
        assert (held.where, held.answered) == ("waiting", True)

    async def test_parts_are_played_one_after_the_other_and_end_as_one_prompt(self, world: World) -> None:
        await world.expect(Connected)
        call, caller = await arrive(world)
        await world.switch.answer(call)
        await world.switch.wait(call, "default")
        await world.switch.play(call, "whole", (PROMPT, PROMPT))
        await caller.hears("prompt")
        await world.prompt_ends(call)
        assert (await world.expect(PromptPlayed, call=call, prompt="whole")).completed
        await caller.hears("music")

    async def test_a_caller_waits_unanswered_with_music_and_is_answered_by_connecting(self, world: World) -> None:
        await world.expect(Connected)
        call, caller = await arrive(world)
        await world.switch.wait(call, "default")
        await caller.hears("music")
        assert not caller.answered()
        assert not (await world.switch.calls())[0].answered
        await world.seat("a1")
        await world.switch.ring("early", call, "a1", NUMBER, 60)
        agent = await world.lift("a1", "early")
        await world.expect(Answered, leg="early")
        await world.switch.connect(call, "early")
        await caller.hears("agent")
        await agent.hears("caller")
        assert caller.answered()

    async def test_both_hear_each_other_and_no_music(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        await caller.hears("agent")
        await agent.hears("caller")
        (held,) = await world.switch.calls()
        (leg,) = await world.switch.legs()
        assert held.where == "talking"
        assert (leg.leg, leg.answered, leg.talking_to) == ("offer-1", True, call)

    async def test_a_prompt_is_cut_when_an_agent_is_there(self, world: World) -> None:
        await world.expect(Connected)
        call, caller = await arrive(world)
        await world.switch.answer(call)
        await world.switch.wait(call, "default")
        await world.seat("a1")
        await world.switch.ring("cut", call, "a1", NUMBER, 60)
        agent = await world.lift("a1", "cut")
        await world.expect(Answered, leg="cut")
        await world.switch.play(call, LONG_PROMPT)
        await caller.hears("prompt")
        await world.switch.connect(call, "cut")
        assert not (await world.expect(PromptPlayed, call=call, prompt=LONG_PROMPT)).completed
        await caller.hears("agent")
        await agent.hears("caller")

    async def test_a_held_caller_hears_music_and_comes_back(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        await world.switch.hold(call)
        await caller.hears("music")
        await agent.hears("nothing")
        assert (await world.switch.legs())[0].talking_to is None
        await world.switch.resume(call, "offer-1")
        await caller.hears("agent")
        await agent.hears("caller")

    @pytest.mark.parametrize(("behaviour", "reason"), [("busy", LegFailure.BUSY), ("reject", LegFailure.REJECTED)])
    async def test_a_phone_that_refuses(self, world: World, behaviour: str, reason: LegFailure) -> None:
        await world.expect(Connected)
        call, _ = await arrive(world)
        await world.seat("a1", behaviour)
        await world.switch.ring("refused", call, "a1", NUMBER, 60)
        assert (await world.expect(Failed, leg="refused")).reason is reason
        assert await world.switch.legs() == []

    async def test_a_phone_that_is_not_registered(self, world: World) -> None:
        await world.expect(Connected)
        call, _ = await arrive(world)
        await world.switch.add_phone("a9", "secret", browser=False)
        await world.switch.ring("nobody", call, "a9", NUMBER, 60)
        assert (await world.expect(Failed, leg="nobody")).reason is LegFailure.UNREACHABLE
        await world.switch.remove_phone("a9")

    async def test_a_phone_that_nobody_lifts(self, world: World) -> None:
        await world.expect(Connected)
        call, _ = await arrive(world)
        await world.seat("a1")
        await world.switch.ring("silent", call, "a1", NUMBER, 1)
        await world.expect(Ringing, leg="silent")
        assert (await world.expect(Failed, leg="silent")).reason is LegFailure.NO_ANSWER

    async def test_ringing_stops_when_it_is_cancelled(self, world: World) -> None:
        await world.expect(Connected)
        call, _ = await arrive(world)
        await world.seat("a1")
        await world.switch.ring("unwanted", call, "a1", NUMBER, 60)
        await world.expect(Ringing, leg="unwanted")
        await world.switch.cancel("unwanted")
        assert (await world.expect(Failed, leg="unwanted")).reason is LegFailure.CANCELLED
        await world.switch.cancel("unwanted")  # its wish is true already

    async def test_the_caller_hangs_up_in_a_conversation(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        await caller.hang_up()
        await world.expect(Ended, call=call)
        assert await world.switch.calls() == []
        await world.switch.cancel("offer-1")
        await world.expect(LegEnded, leg="offer-1")
        await agent.over()

    async def test_the_agent_hangs_up_and_the_caller_waits_again(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        await agent.hang_up()
        await world.expect(LegEnded, leg="offer-1")
        assert (await world.switch.calls())[0].where == ""
        await world.switch.wait(call, "default")
        await caller.hears("music")

    async def test_a_call_goes_from_one_agent_to_the_next(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, first = await talk(world)
        await world.seat("a2")
        await world.switch.hold(call)
        await world.switch.cancel("offer-1")
        await first.over()
        await world.switch.ring("offer-2", call, "a2", NUMBER, 60)
        second = await world.lift("a2", "offer-2")
        await world.expect(Answered, leg="offer-2")
        await world.switch.connect(call, "offer-2")
        await caller.hears("agent")
        await second.hears("caller")

    async def test_releasing_ends_the_caller_once_and_for_all(self, world: World) -> None:
        await world.expect(Connected)
        call, caller = await arrive(world)
        await world.switch.answer(call)
        await world.switch.wait(call, "default")
        await world.switch.release(call)
        await caller.over()
        await world.expect(Ended, call=call)
        await world.switch.release(call)
        await world.switch.cancel("never-was")
        for verb in (world.switch.answer, world.switch.hold):
            with pytest.raises(SwitchError) as error:
                await verb(call)
            assert error.value.code == "gone"

    async def test_joining_with_a_leg_that_is_gone_is_refused(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        await world.switch.hold(call)
        await agent.hang_up()
        await world.expect(LegEnded, leg="offer-1")
        with pytest.raises(SwitchError):
            await world.switch.resume(call, "offer-1")
        await world.switch.wait(call, "default")
        await caller.hears("music")

    async def test_keys_reach_us_and_ours_reach_the_caller(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, _ = await talk(world)
        await caller.hears("agent")
        await caller.press("5")
        assert (await world.expect(DigitPressed, call=call)).digit == "5"
        await world.switch.send_digits(call, "31")
        await caller.is_sent("31")

    async def test_phones_come_and_go(self, world: World) -> None:
        await world.expect(Connected)
        await world.seat("a3")
        assert await world.expect(PhoneChanged, phone="a3") == PhoneChanged("a3", reachable=True)
        assert (await world.switch.phones())["a3"]
        await world.leave("a3")
        assert await world.expect(PhoneChanged, phone="a3") == PhoneChanged("a3", reachable=False)
        assert not (await world.switch.phones())["a3"]
        await world.switch.remove_phone("a3")
        assert "a3" not in await world.switch.phones()

    async def test_while_nobody_is_there_calls_go_on_and_new_ones_wait_to_be_handed_over(self, world: World) -> None:
        await world.expect(Connected)
        call, caller = await arrive(world)
        await world.switch.answer(call)
        await world.switch.wait(call, "default")
        await caller.hears("music")
        await world.away()
        await world.expect(Disconnected)
        await caller.hears("music")
        await world.call(HOTLINE, "13900139000")
        await world.back()
        assert not (await world.expect(Connected)).fresh
        arrived = await world.expect(Arrived)
        assert arrived.caller == "13900139000"
        held = {each.call: each.where for each in await world.switch.calls()}
        assert held == {call: "waiting", arrived.call: ""}
        await world.switch.answer(arrived.call)
        await world.switch.wait(arrived.call, "default")
        await caller.hears("music")

    async def test_what_a_conversation_was_is_known_after_a_break(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        await world.away()
        await world.back()
        await world.expect(Connected)
        assert (await world.switch.calls())[0].where == "talking"
        assert (await world.switch.legs())[0].talking_to == call
        await world.switch.hold(call)
        await caller.hears("music")
        await world.switch.resume(call, "offer-1")
        await caller.hears("agent")
        await agent.hang_up()
        await world.expect(LegEnded, leg="offer-1")

    async def test_a_paused_recording_goes_on_in_silence_while_both_go_on_talking(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        await world.records(call, sound=True)
        await world.switch.pause_recording(call, paused=True)
        await world.records(call, sound=False)
        await caller.hears("agent")
        await agent.hears("caller")
        await world.switch.pause_recording(call, paused=True)  # it is already
        await world.switch.pause_recording(call, paused=False)
        await world.records(call, sound=True)
        with pytest.raises(SwitchError) as refused:
            await world.switch.pause_recording("1.1", paused=True)
        assert refused.value.code == "gone"
