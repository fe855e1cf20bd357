"""What every switch promises of calls that we make. Runs against the switch in memory and against the real engine."""

from __future__ import annotations

import pytest
from tests.telephony.worlds import Party, World

from zuoxi.telephony.switch import (
    Answered,
    CallAnswered,
    CallFailed,
    Connected,
    Ended,
    LegEnded,
    LegFailure,
    Ringing,
    SwitchError,
)

CUSTOMER, SHOWN = "13700137001", "4008001111"


async def call_out(world: World, call: str = "out-1", timeout: float = 60) -> Party:
    """An agent's phone is rung for no call yet, answers, and somebody outside is rung. Returns the agent."""
    await world.seat("a1")
    await world.outside(CUSTOMER, "caller")
    await world.switch.ring("offer-1", None, "a1", CUSTOMER, 60)
    await world.expect(Ringing, leg="offer-1")
    agent = await world.lift("a1", "offer-1")
    await world.expect(Answered, leg="offer-1")
    await world.switch.call_out(call, "offer-1", CUSTOMER, SHOWN, timeout)
    return agent


class CallsOutContract:
    """Subclasses give the fixture ``world``, whose first event (Connected) is still to be read."""

    async def test_a_call_out_rings_and_is_then_a_call_like_any_other(self, world: World) -> None:
        await world.expect(Connected)
        agent = await call_out(world)
        await agent.hears("ringing")
        (held,) = await world.switch.calls()
        assert (held.call, held.dialled, held.answered) == ("out-1", CUSTOMER, False)
        await world.switch.call_out("out-1", "offer-1", CUSTOMER, SHOWN, 60)  # asked again it changes nothing
        customer = await world.lift_outside(CUSTOMER, "out-1", SHOWN)
        await world.expect(CallAnswered, call="out-1")
        await world.switch.connect("out-1", "offer-1")
        await agent.hears("caller")
        await customer.hears("agent")
        await world.records("out-1", True)
        (held,) = await world.switch.calls()
        (leg,) = await world.switch.legs()
        assert (held.where, held.answered, leg.talking_to) == ("talking", True, "out-1")
        await world.switch.hold("out-1")
        await customer.hears("music")
        await agent.hears("nothing")
        await world.switch.resume("out-1", "offer-1")
        await customer.hears("agent")
        await world.switch.pause_recording("out-1", paused=True)
        await world.records("out-1", False)
        await customer.hang_up()
        await world.expect(Ended, call="out-1")
        assert [leg.leg for leg in await world.switch.legs()] == ["offer-1"]
        await world.switch.cancel("offer-1")
        await world.expect(LegEnded, leg="offer-1")

    @pytest.mark.parametrize(
        ("status", "reason"),
        [(486, LegFailure.BUSY), (603, LegFailure.REJECTED), (480, LegFailure.UNREACHABLE), (503, LegFailure.FAILED)],
    )
    async def test_whom_we_call_is_not_reached(self, world: World, status: int, reason: LegFailure) -> None:
        await world.expect(Connected)
        await call_out(world)
        await world.reject_outside(CUSTOMER, "out-1", status, reason)
        assert (await world.expect(CallFailed, call="out-1")).reason is reason
        assert await world.switch.calls() == []
        assert [leg.leg for leg in await world.switch.legs()] == ["offer-1"]  # the agent's is whoever asked's to end

    async def test_nobody_answers_in_time(self, world: World) -> None:
        await world.expect(Connected)
        await call_out(world, timeout=1)
        assert (await world.expect(CallFailed, call="out-1")).reason is LegFailure.NO_ANSWER

    async def test_a_call_out_is_given_up_while_it_rings(self, world: World) -> None:
        await world.expect(Connected)
        agent = await call_out(world)
        await agent.hears("ringing")
        await world.switch.release("out-1")
        assert (await world.expect(CallFailed, call="out-1")).reason is LegFailure.CANCELLED

    async def test_a_call_out_that_was_answered_while_we_were_away_is_known(self, world: World) -> None:
        await world.expect(Connected)
        agent = await call_out(world)
        await agent.hears("ringing")
        await world.away()
        customer = await world.lift_outside(CUSTOMER, "out-1", SHOWN)
        await world.back()
        await world.expect(Connected)
        (held,) = await world.switch.calls()
        assert (held.call, held.answered, held.where) == ("out-1", True, "talking")
        await world.switch.connect("out-1", "offer-1")
        await customer.hears("agent")
        await world.records("out-1", True)
        await customer.hang_up()
        await world.expect(Ended, call="out-1")

    async def test_there_must_be_a_leg_that_hears_it(self, world: World) -> None:
        await world.expect(Connected)
        await world.outside(CUSTOMER, "caller")
        with pytest.raises(SwitchError):
            await world.switch.call_out("out-1", "nobody", CUSTOMER, SHOWN, 60)
        assert await world.switch.calls() == []
