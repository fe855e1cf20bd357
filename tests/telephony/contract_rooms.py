"""What every switch promises of more than two: listening, whispering, several in one room, numbers outside.

Each party speaks a tone of its own, and each test says who hears whom. Runs against the switch in memory and against
the real engine.
"""

from __future__ import annotations

import pytest
from tests.telephony.contract import NUMBER, arrive, talk
from tests.telephony.worlds import PROMPT, Party, World

from zuoxi.telephony.switch import (
    Answered,
    Connected,
    Ended,
    Failed,
    LegEnded,
    LegFailure,
    MonitorMode,
    Ringing,
    SwitchError,
)

OUTSIDE = "13700137000"


async def join_in(world: World, call: str, phone: str, voice: str) -> Party:
    """A further phone is rung on behalf of the call, and answers; its leg is called like the phone."""
    await world.seat(phone, voice=voice)
    await world.switch.ring(phone, call, phone, NUMBER, 60)
    party = await world.lift(phone, phone)
    await world.expect(Answered, leg=phone)
    return party


class RoomsContract:
    """Subclasses give the fixture ``world``, whose first event (Connected) is still to be read."""

    async def test_who_listens_hears_both_and_is_heard_by_nobody(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        supervisor = await join_in(world, call, "s1", "supervisor")
        await supervisor.hears("nothing")
        await world.switch.monitor("s1", "offer-1", MonitorMode.LISTEN)
        await supervisor.hears("agent+caller")
        await agent.hears("caller")
        await caller.hears("agent")
        legs = {leg.leg: leg for leg in await world.switch.legs()}
        assert (legs["s1"].monitors, legs["s1"].talking_to, legs["s1"].room) == ("offer-1", None, None)
        assert legs["offer-1"].talking_to == call
        assert [each.call for each in await world.switch.calls()] == [call]
        await world.switch.cancel("s1")
        await world.expect(LegEnded, leg="s1")
        await supervisor.over()
        await world.nothing_is_left_over()
        await agent.hears("caller")
        await caller.hears("agent")

    async def test_a_whisper_is_heard_by_the_agent_alone(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        supervisor = await join_in(world, call, "s1", "supervisor")
        await world.switch.monitor("s1", "offer-1", MonitorMode.WHISPER)
        await agent.hears("caller+supervisor")
        await supervisor.hears("agent+caller")
        await caller.hears("agent")
        await world.switch.monitor("s1", "offer-1", MonitorMode.LISTEN)
        await agent.hears("caller")
        await supervisor.hears("agent+caller")
        await world.switch.monitor("s1", "offer-1", MonitorMode.WHISPER)
        await agent.hears("caller+supervisor")
        await caller.hears("agent")

    async def test_who_listens_stays_through_hold_and_is_left_in_silence_at_the_end(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        supervisor = await join_in(world, call, "s1", "supervisor")
        await world.switch.monitor("s1", "offer-1", MonitorMode.LISTEN)
        await world.switch.hold(call)
        await caller.hears("music")
        await supervisor.hears("agent")
        await world.switch.resume(call, "offer-1")
        await supervisor.hears("agent+caller")
        await agent.hang_up()
        await world.expect(LegEnded, leg="offer-1")
        await supervisor.hears("nothing")
        (leg,) = await world.switch.legs()
        assert (leg.leg, leg.answered, leg.monitors) == ("s1", True, None)
        with pytest.raises(SwitchError) as error:
            await world.switch.monitor("s1", "offer-1", MonitorMode.WHISPER)
        assert error.value.code == "gone"
        await world.switch.cancel("s1")
        await world.nothing_is_left_over()

    async def test_barging_in_and_taking_over(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        supervisor = await join_in(world, call, "s1", "supervisor")
        await world.switch.monitor("s1", "offer-1", MonitorMode.LISTEN)
        await world.switch.gather("c1", (call, "offer-1", "s1"))
        await caller.hears("agent+supervisor")
        await agent.hears("caller+supervisor")
        await supervisor.hears("agent+caller")
        await world.nothing_is_left_over()
        legs = await world.switch.legs()
        assert {(leg.talking_to, leg.room, leg.monitors) for leg in legs} == {(call, "c1", None)}
        await world.switch.gather("c1", (call, "offer-1", "s1"))  # it is so already
        await world.switch.gather("c1", (call, "s1"))
        await agent.hears("nothing")
        await caller.hears("supervisor")
        await supervisor.hears("caller")
        await world.switch.cancel("offer-1")
        await world.expect(LegEnded, leg="offer-1")
        await caller.hears("supervisor")
        (held,) = await world.switch.calls()
        assert held.where == "talking"

    async def test_after_barging_in_one_may_listen_again(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        supervisor = await join_in(world, call, "s1", "supervisor")
        await world.switch.gather("c1", (call, "offer-1", "s1"))
        await caller.hears("agent+supervisor")
        await world.switch.monitor("s1", "offer-1", MonitorMode.LISTEN)
        await caller.hears("agent")
        await agent.hears("caller")
        await supervisor.hears("agent+caller")

    async def test_a_consultation_stays_between_the_two_and_ends_with_the_caller_alone(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        await world.switch.hold(call)
        colleague = await join_in(world, call, "a2", "colleague")
        await world.switch.gather("consult-1", ("offer-1", "a2"))
        await agent.hears("colleague")
        await colleague.hears("agent")
        await caller.hears("music")
        legs = {leg.leg: leg for leg in await world.switch.legs()}
        assert legs["offer-1"].room == legs["a2"].room == "consult-1"
        assert legs["offer-1"].talking_to is legs["a2"].talking_to is None
        await world.switch.resume(call, "offer-1")
        await caller.hears("agent")
        await agent.hears("caller")
        await colleague.hears("nothing")
        await world.switch.cancel("a2")
        await world.expect(LegEnded, leg="a2")
        await caller.hears("agent")

    async def test_a_consultation_becomes_a_conference_and_then_a_transfer(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        await world.switch.hold(call)
        colleague = await join_in(world, call, "a2", "colleague")
        await world.switch.gather("consult-1", ("offer-1", "a2"))
        supervisor = await join_in(world, call, "s1", "supervisor")
        await world.switch.monitor("s1", "offer-1", MonitorMode.LISTEN)
        await supervisor.hears("agent+colleague")
        await world.switch.gather("c1", (call, "offer-1", "a2"))
        await caller.hears("agent+colleague")
        await agent.hears("caller+colleague")
        await colleague.hears("agent+caller")
        await supervisor.hears("agent+caller+colleague")
        await world.switch.hold(call)
        await caller.hears("music")
        await agent.hears("colleague")
        await world.switch.gather("c1", (call, "offer-1", "a2"))
        await caller.hears("agent+colleague")
        await world.switch.cancel("offer-1")
        await world.expect(LegEnded, leg="offer-1")
        await caller.hears("colleague")
        await colleague.hears("caller")
        legs = {leg.leg: leg for leg in await world.switch.legs()}
        assert legs["a2"].talking_to == call

    async def test_a_caller_who_is_left_out_waits_with_music(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        colleague = await join_in(world, call, "a2", "colleague")
        await world.switch.gather("c1", (call, "offer-1", "a2"))
        await caller.hears("agent+colleague")
        await world.switch.gather("c1", ("offer-1", "a2"))
        await caller.hears("music")
        await agent.hears("colleague")
        await colleague.hears("agent")
        assert [each.where for each in await world.switch.calls()] == ["waiting"]

    async def test_a_room_that_emptied_can_be_used_again(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        colleague = await join_in(world, call, "a2", "colleague")
        await world.switch.gather("c1", ("offer-1", "a2"))
        await agent.hears("colleague")
        await world.switch.gather("consult", ("offer-1", "a2"))
        await world.switch.gather("c1", (call, "offer-1", "a2"))
        await caller.hears("agent+colleague")
        await colleague.hears("agent+caller")

    async def test_who_is_gone_cannot_be_gathered_and_nobody_is_moved(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        colleague = await join_in(world, call, "a2", "colleague")
        await colleague.hang_up()
        await world.expect(LegEnded, leg="a2")
        with pytest.raises(SwitchError) as error:
            await world.switch.gather("c1", (call, "offer-1", "a2"))
        assert error.value.code == "gone"
        await caller.hears("agent")
        await agent.hears("caller")
        await caller.hang_up()
        await world.expect(Ended, call=call)
        with pytest.raises(SwitchError) as error:
            await world.switch.gather("c1", (call, "offer-1"))
        assert error.value.code == "gone"

    async def test_rooms_and_listeners_are_known_after_a_break(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        colleague = await join_in(world, call, "a2", "colleague")
        supervisor = await join_in(world, call, "s1", "supervisor")
        await world.switch.gather("c1", (call, "offer-1", "a2"))
        await world.switch.monitor("s1", "offer-1", MonitorMode.WHISPER)
        await agent.hears("caller+colleague+supervisor")
        await world.away()
        await world.back()
        await world.expect(Connected)
        assert [each.call for each in await world.switch.calls()] == [call]
        legs = {leg.leg: (leg.room, leg.talking_to, leg.monitors) for leg in await world.switch.legs()}
        assert legs == {"offer-1": ("c1", call, None), "a2": ("c1", call, None), "s1": (None, None, "offer-1")}
        await world.switch.monitor("s1", "offer-1", MonitorMode.LISTEN)
        await agent.hears("caller+colleague")
        await supervisor.hears("agent+caller+colleague")
        await world.switch.gather("c1", (call, "offer-1"))
        await caller.hears("agent")
        await colleague.hears("nothing")
        await world.switch.cancel("s1")
        await world.nothing_is_left_over()

    async def test_what_a_listener_left_behind_while_we_were_away_is_cleaned(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        supervisor = await join_in(world, call, "s1", "supervisor")
        await world.switch.monitor("s1", "offer-1", MonitorMode.WHISPER)
        await agent.hears("caller+supervisor")
        await world.away()
        await supervisor.hang_up()
        await world.back()
        await world.expect(Connected)
        await world.nothing_is_left_over()
        assert [leg.leg for leg in await world.switch.legs()] == ["offer-1"]
        await caller.hears("agent")
        await agent.hears("caller")

    async def test_a_number_outside_is_dialled_consulted_and_left_with_the_caller(self, world: World) -> None:
        await world.expect(Connected)
        call, caller, agent = await talk(world)
        await world.switch.hold(call)
        await world.outside(OUTSIDE, "colleague")
        await world.switch.dial("out-1", call, OUTSIDE, "4008001111", 60)
        await world.expect(Ringing, leg="out-1")
        outside = await world.lift(OUTSIDE, "out-1")
        await world.expect(Answered, leg="out-1")
        await world.switch.gather("consult-1", ("offer-1", "out-1"))
        await outside.hears("agent")
        await agent.hears("colleague")
        await caller.hears("music")
        await world.switch.gather("c1", (call, "out-1"))
        await caller.hears("colleague")
        await outside.hears("caller")
        await outside.hang_up()
        await world.expect(LegEnded, leg="out-1")
        assert [each.where for each in await world.switch.calls()] == [""]

    async def test_dialling_outside_can_be_given_up(self, world: World) -> None:
        await world.expect(Connected)
        call, _, _ = await talk(world)
        await world.outside(OUTSIDE, "colleague")
        await world.switch.dial("out-1", call, OUTSIDE, "4008001111", 60)
        await world.expect(Ringing, leg="out-1")
        await world.switch.cancel("out-1")
        assert (await world.expect(Failed, leg="out-1")).reason is LegFailure.CANCELLED

    async def test_an_ordinary_telephone_counts_as_answered_when_its_digit_is_pressed(self, world: World) -> None:
        """Until then it may be a mailbox; nor does a restart take it for answered, or ask who confirmed again."""
        await world.expect(Connected)
        call, caller = await arrive(world)
        await world.switch.wait(call, "default")
        await world.outside(OUTSIDE, "agent")
        await world.switch.ring("home-1", call, f"number:{OUTSIDE}", "4008001111", 60, PROMPT)
        await world.expect(Ringing, leg="home-1")
        agent = await world.lift(OUTSIDE, "home-1")
        await agent.hears("prompt")
        await agent.press("2")
        await world.away()
        await world.back()
        await world.expect(Connected)
        await agent.hears("prompt")
        assert [leg.answered for leg in await world.switch.legs()] == [False]
        await agent.press("1")
        await world.expect(Answered, leg="home-1")
        await world.away()
        await world.back()
        await world.expect(Connected)
        assert [leg.answered for leg in await world.switch.legs()] == [True]
        await world.switch.connect(call, "home-1")
        await agent.hears("caller")
        await caller.hears("agent")
        await agent.hang_up()
        await world.expect(LegEnded, leg="home-1")

    async def test_a_mailbox_does_not_take_a_call(self, world: World) -> None:
        await world.expect(Connected)
        call, caller = await arrive(world)
        await world.switch.wait(call, "default")
        await world.outside(OUTSIDE, "agent")
        for leg, ends in (("home-1", LegFailure.NO_ANSWER), ("home-2", LegFailure.CANCELLED)):
            await world.switch.ring(leg, call, f"number:{OUTSIDE}", "4008001111", 60, PROMPT)
            await world.expect(Ringing, leg=leg)
            mailbox = await world.lift(OUTSIDE, leg)
            await mailbox.hears("prompt")
            if ends is LegFailure.NO_ANSWER:
                await mailbox.hang_up()
            else:
                await world.switch.cancel(leg)
                await mailbox.over()
            assert (await world.expect(Failed, leg=leg)).reason is ends
        await caller.hears("music")
