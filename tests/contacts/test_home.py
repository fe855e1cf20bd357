"""Home agents: an ordinary telephone as an agent's phone, within the limits of calls out, also after a restart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.contacts.live_worlds import ANN, BOB, NUMBER, TENANT, Source, World, until, world

from zuoxi import lines

HOME = "13900001111"
DIALLED = "+8613900001111"


class Limits:
    """Dialling rules as a test wants them."""

    def __init__(self, rules: lines.DialRules | None = None) -> None:
        self.rules = rules or lines.DialRules()

    async def __call__(self, tenant_id: str) -> lines.DialRules:
        return self.rules


def source(**telephones: str) -> Source:
    """ANN may work from home; the prompt is asked for unless a test says otherwise."""
    made = Source()
    made.settings[TENANT] = replace(made.settings[TENANT], telephones={ANN: HOME} | telephones)
    return made


async def rung(live: World, count: int = 1) -> str:
    """The leg that rings at ANN's home now."""
    await until(lambda: len([ask for ask in live.switch.asked if ask[0] == "ring"]) >= count)
    return live.switch.legs_of(DIALLED)[-1]


async def test_a_home_agent_talks_after_the_digit(tmp_path: Path):
    async with world(tmp_path, source(), dial_rules=Limits()) as live:
        desk = live.desk()
        assert desk.last("welcome")["agent"]["telephone"] == "139****1111"
        answer = await desk.command("take_seat", phone="number")
        assert answer["result"] == {"phone": {"number": "139****1111"}}
        assert (await desk.command("ready"))["ok"]
        call = live.switch.arrive(NUMBER, "13800138000")
        leg = await rung(live)
        # the provider is shown the hotline, not the caller
        assert ("ring", leg, call, f"number:{DIALLED}", NUMBER) in live.switch.asked
        live.switch.lift(leg)
        await live.settle()
        assert live.switch.hears(leg) == "prompt" and live.switch.hears(call) == "music"
        live.switch.press(leg, "1")
        await until(lambda: live.switch.hears(call) == "agent")
        assert (await desk.command("hold"))["ok"]
        await until(lambda: live.switch.hears(call) == "music")
        assert (await desk.command("resume"))["ok"]
        await until(lambda: live.switch.hears(call) == "agent")
        live.switch.put_down(leg)  # its end is a hang-up: nobody waits for this phone to come back
        await until(lambda: live.tenancy.domain.standing.agent(ANN).state == "wrap_up")
        await until(lambda: not live.switch._calls)


async def test_a_mailbox_takes_no_call(tmp_path: Path):
    """It lifts, and hangs up: the call goes to the next agent, and this one is not ready."""
    async with world(tmp_path, source(), dial_rules=Limits()) as live:
        desk = live.desk()
        await desk.command("take_seat", phone="number")
        await desk.command("ready")
        call = live.switch.arrive(NUMBER, "13800138000")
        leg = await rung(live)
        live.switch.lift(leg)
        live.switch.put_down(leg)
        agent = live.tenancy.domain.standing.agent(ANN)
        await until(lambda: agent.state == "not_ready")
        assert agent.reason == "no_answer"
        assert live.switch.hears(call) == "music"
        usage = live.tenancy.outgoing._ledger.usage(live.tenancy.domain.now(), None)
        assert (usage.concurrent, usage.spent) == (0, 0)


@pytest.mark.parametrize("state", ["rings", "lifted", "talks"])
async def test_a_restart_loses_neither_the_call_nor_its_cost(tmp_path: Path, state: str):
    async with world(tmp_path, source(), dial_rules=Limits()) as live:
        desk = live.desk()
        await desk.command("take_seat", phone="number")
        await desk.command("ready")
        call = live.switch.arrive(NUMBER, "13800138000")
        leg = await rung(live)
        if state != "rings":
            live.switch.lift(leg)
        if state == "talks":
            live.switch.press(leg, "1")
            await until(lambda: live.switch.hears(call) == "agent")
        await live.settle()
        await live.kill()
        await live.start_again()
        await until(lambda: live.tenancy.outgoing.rules is not None)
        ledger = live.tenancy.outgoing._ledger
        assert ledger.usage(live.tenancy.domain.now(), None).concurrent == 1
        if state == "rings":
            live.switch.lift(leg)
        if state != "talks":
            live.switch.press(leg, "1")
        await until(lambda: live.switch.hears(call) == "agent")
        live.switch.hang_up(call)
        await until(lambda: leg not in live.switch._legs)
        assert ledger.usage(live.tenancy.domain.now(), None).concurrent == 0
        assert ledger.usage(live.tenancy.domain.now(), None).spent > 0


async def test_limits_hold_for_home_agents_too(tmp_path: Path):
    """Neither a number that is never dialled may be a seat, nor does a ring go over the limit of calls out."""
    limits = Limits(lines.DialRules(lines.DialLimits(concurrent=1)))
    async with world(tmp_path, source(**{BOB: "+8613491234567"}), dial_rules=limits) as live:
        refused = await live.desk(BOB).command("take_seat", phone="number")
        assert refused["error"]["code"] == "lines.dial_destination"
        desk = live.desk()
        await desk.command("take_seat", phone="number")
        await desk.command("ready")
        live.tenancy.outgoing.begin("another", "13900003333", None, live.tenancy.domain.now())
        call = live.switch.arrive(NUMBER, "13800138000")
        agent = live.tenancy.domain.standing.agent(ANN)
        await until(lambda: agent.state == "not_ready")
        assert agent.reason == "phone_unreachable"
        assert not [ask for ask in live.switch.asked if ask[0] == "ring"]
        assert live.switch.hears(call) == "music"


async def test_who_may_not_work_from_home_any_more_is_signed_out(tmp_path: Path):
    origin = source()
    async with world(tmp_path, origin, dial_rules=Limits()) as live:
        assert (await live.desk(BOB).command("take_seat", phone="number"))["error"]["code"] == "desk.no_telephone"
        await live.desk().command("take_seat", phone="number")
        agent = live.tenancy.domain.standing.agent(ANN)
        origin.settings[TENANT] = replace(origin.settings[TENANT], telephones={ANN: "13900002222"})
        await live.centre.reload_all()
        assert live.tenancy.domain.standing.agent(ANN).phone == "number:+8613900002222"
        origin.settings[TENANT] = replace(origin.settings[TENANT], telephones={})
        await live.centre.reload_all()
        assert agent.state == "signed_out"
