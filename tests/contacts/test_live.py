"""A call through the live loop, over a switch in memory."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from tests.contacts.live_worlds import ANN, BOB, NUMBER, TENANT, Source, until, world

from zuoxi.contacts.live.desk_commands import phone_of
from zuoxi.contacts.live.journal_reader import JournalReader
from zuoxi.contacts.live.replay import replay
from zuoxi.routing.model import AgentState, Caller
from zuoxi.telephony.switch import LegFailure


def facts(path: Path, kind: str) -> list[dict[str, Any]]:
    """All facts of a kind in a journal."""
    reader = JournalReader(path)
    rows = reader.rows(0)
    reader.close()
    return [fact for row in rows for fact in orjson.loads(row.commands) if fact["kind"] == kind]


async def test_a_call_is_offered_answered_and_wrapped_up(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        desk = await centre.seat()
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        offer = desk.last("offer")["offer"]
        leg = centre.switch.legs_of(phone_of(ANN))[0]
        assert offer["id"] == leg
        assert offer["number"] == "13812345678" and offer["line_name"] == "家居" and offer["queue_name"] == "家居销售"
        await until(lambda: any(frame["type"] == "pop" for frame in desk.read()))
        assert desk.last("pop")["contact"] == offer["contact"]

        centre.switch.lift(leg)
        await until(lambda: centre.switch.hears(call) == "agent")
        contact = desk.last("contact")["contact"]
        assert contact["state"] == "talking" and contact["number_place"] == "江苏省连云港市" and contact["pop"]

        assert (await desk.command("hold"))["ok"]
        await centre.settle()
        assert centre.switch.hears(call) == "music" and desk.last("contact")["contact"]["held"]
        assert (await desk.command("resume"))["ok"]
        await centre.settle()
        assert centre.switch.hears(call) == "agent"
        assert (await desk.command("dtmf", digits="12#"))["ok"]
        assert centre.switch.digits_sent(call) == "12#"

        assert (await desk.command("hang_up"))["ok"]
        await centre.settle()
        assert desk.last("agent")["state"] == "wrap_up" and desk.last("contact")["contact"]["state"] == "wrap_up"
        ack = await desk.command("wrap_up", contact=offer["contact"], disposition="ordered", note="买了一口锅")
        assert ack["ok"]
        assert desk.last("contact")["contact"] is None
        assert desk.last("agent")["state"] == "ready"
        assert [fact["outcome"] for fact in facts(centre.journal(), "ContactEnded")] == ["answered"]
        assert centre.tenancy.domain.standing.contacts == {}
    result = replay(tmp_path / f"{TENANT}.sqlite")
    assert result.equal and result.rows > 8


async def test_a_page_that_reloads_finds_everything_as_it_was(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        desk = await centre.seat(behaviour="answer")
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.hears(call) == "agent")
        desk.leave()
        again = centre.desk()
        welcome = again.read()[0]
        assert welcome["type"] == "welcome" and welcome["agent"]["state"] == "talking"
        assert welcome["agent"]["phone"] == "sip" and welcome["contact"]["state"] == "talking"
        assert welcome["contact"]["pop"] is not None
        assert [agent["state"] for agent in welcome["agents"]] == ["talking"]
        assert centre.switch.hears(call) == "agent"


async def test_a_browser_phone_that_was_lost_is_rung_again_for_the_same_contact(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        desk = await centre.seat(phone="browser", behaviour="ring")
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        first = centre.switch.legs_of(phone_of(ANN))[0]
        centre.switch.lift(first)
        await until(lambda: centre.switch.hears(call) == "agent")
        contact = desk.last("contact")["contact"]["id"]

        centre.switch.put_down(first)  # the page is gone, nobody pressed «hang up»
        await centre.settle()
        assert centre.switch.hears(call) == "music" and desk.last("contact")["contact"]["state"] == "reconnecting"
        assert (await desk.command("take_seat", phone="browser"))["ok"]
        assert (await desk.command("phone_ready"))["ok"]
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        offer = desk.last("offer")["offer"]
        assert offer["reason"] == "reconnect" and offer["contact"] == contact
        centre.switch.lift(offer["id"])
        await until(lambda: centre.switch.hears(call) == "agent")
        await centre.settle()
        assert desk.last("contact")["contact"]["state"] == "talking"
        assert len(facts(centre.journal(), "ContactAnswered")) == 1


async def test_the_same_command_is_carried_out_once(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        desk = await centre.seat(behaviour="answer")
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.hears(call) == "agent")
        first, second = await asyncio.gather(
            desk.command("hold", command_id="click"), desk.command("hold", command_id="click")
        )
        assert first == second and first["ok"]
        assert len(facts(centre.journal(), "ContactHeld")) == 1
        refused = await desk.command("hold", command_id="another click")
        assert not refused["ok"] and refused["error"]["code"] == "routing.not_talking"
        # a restart in between, and the page sends the last command again because it never saw the ack
        await centre.kill()
        await centre.start_again()
        again = centre.desk()
        assert (await again.command("hold", command_id="click"))["ok"]
        assert len(facts(centre.journal(), "ContactHeld")) == 1


async def test_errors_come_in_the_agents_language(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        chinese, english = centre.desk(ANN), centre.desk(BOB, locale="en")
        first, second = await chinese.command("ready"), await english.command("ready")
        assert first["error"] == {"code": "routing.signed_out", "message": "您尚未签入,请先签入。"}
        assert second["error"]["message"] == "You are not signed in; take a seat first."
        assert (await chinese.command("dance"))["error"]["code"] == "desk.command_unknown"
        assert (await chinese.command("not_ready"))["error"]["code"] == "desk.argument_missing"
        assert (await chinese.command("hang_up"))["error"]["code"] == "routing.not_talking"


async def test_a_slow_look_up_delays_only_its_own_call(tmp_path: Path) -> None:
    source = Source()
    source.slow["13800000001"] = asyncio.Event()
    async with world(tmp_path, source) as centre:
        await centre.seat(ANN)
        await centre.seat(BOB)
        slow = centre.switch.arrive(NUMBER, "13800000001")
        quick = centre.switch.arrive(NUMBER, "13800000002")
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        first = next(verb for verb in centre.switch.asked if verb[0] == "ring")
        assert first[2] == quick
        # its look-up never ends: after the time limit the caller is unknown, and served all the same
        await until(lambda: centre.switch.legs_of(phone_of(BOB)))
        assert [verb[2] for verb in centre.switch.asked if verb[0] == "ring"] == [quick, slow]


async def test_what_the_look_up_finds_decides(tmp_path: Path) -> None:
    source = Source()
    source.callers["13899999999"] = Caller("13899999999", blacklisted=True)
    async with world(tmp_path, source) as centre:
        await centre.seat()
        call = centre.switch.arrive(NUMBER, "13899999999")
        await until(lambda: centre.switch.hears(call) == "prompt")
        assert ("play", call, f"{TENANT}/blocked") in centre.switch.asked
        centre.switch.finish_prompt(call)
        await until(lambda: ("release", call) in centre.switch.asked)
        await centre.settle()
        assert [fact["outcome"] for fact in facts(centre.journal(), "ContactEnded")] == ["blocked"]
        assert not centre.switch.legs_of(phone_of(ANN))


async def test_a_caller_who_hangs_up_during_the_look_up_is_counted_too(tmp_path: Path) -> None:
    source = Source()
    source.slow["13800000001"] = asyncio.Event()
    async with world(tmp_path, source) as centre:
        call = centre.switch.arrive(NUMBER, "13800000001")
        await until(lambda: centre.centre.intake._pending)
        centre.switch.hang_up(call)
        await until(lambda: facts(centre.journal(), "ContactEnded"))
        assert [fact["outcome"] for fact in facts(centre.journal(), "ContactEnded")] == ["abandoned"]
        assert len(facts(centre.journal(), "CallbackRecorded")) == 1


async def test_a_silent_agent_is_set_not_ready_and_the_next_is_rung(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, bob = await centre.seat(ANN), await centre.seat(BOB)
        centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        centre.switch.fail(centre.switch.legs_of(phone_of(ANN))[0], LegFailure.NO_ANSWER)
        await until(lambda: centre.switch.legs_of(phone_of(BOB)))
        assert ann.last("offer_ended")["reason"] == "no_answer"
        assert (ann.last("agent")["state"], ann.last("agent")["reason"]) == ("not_ready", "no_answer")
        assert bob.last("offer")["offer"]["number"] == "13812345678"


async def test_the_queues_time_limit_ends_in_a_message_and_a_callback(tmp_path: Path) -> None:
    async with world(tmp_path, Source(time_limit=0.05)) as centre:
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: ("play", call, f"{TENANT}/timed_out") in centre.switch.asked)
        centre.switch.finish_prompt(call)
        await until(lambda: ("release", call) in centre.switch.asked)
        await centre.settle()
        assert [fact["outcome"] for fact in facts(centre.journal(), "ContactEnded")] == ["timed_out"]
        assert [fact["number"] for fact in facts(centre.journal(), "CallbackRecorded")] == ["13812345678"]


async def test_a_dropped_desk_signs_nobody_out_and_drops_no_call(tmp_path: Path) -> None:
    async with world(tmp_path, grace=0.02) as centre:
        desk = await centre.seat(behaviour="answer")
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.hears(call) == "agent")
        desk.leave()
        await until(lambda: ANN not in centre.tenancy.desks._absences)
        assert centre.switch.hears(call) == "agent"
        agent = centre.tenancy.domain.standing.agent(ANN)
        assert agent.state is AgentState.TALKING
        centre.switch.hang_up(call)
        await centre.settle()
        back = centre.desk()
        assert (await back.command("wrap_up", contact=agent.contact, disposition=None))["ok"]
        assert (agent.state, agent.reason) == (AgentState.NOT_READY, "connection_lost")


async def test_two_windows_of_one_agent_both_live(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        first = await centre.seat()
        second = centre.desk()
        assert second.read()[0]["agent"]["state"] == "ready"
        first.leave()
        centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: any(frame["type"] == "offer" for frame in second.read()))
        assert not centre.tenancy.desks._absences


async def test_a_locked_agent_loses_the_desk(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        desk = await centre.seat()
        settings = centre.source.settings[TENANT]
        left = {agent: name for agent, name in settings.names.agents.items() if agent != ANN}
        centre.source.settings[TENANT] = replace(settings, names=replace(settings.names, agents=left))
        await centre.centre.reload_all()
        assert desk.connection.close_code == 4401
        assert desk.connection.outgoing.get_nowait() is None
        assert centre.tenancy.domain.standing.agent(ANN).state is AgentState.SIGNED_OUT


async def test_an_unknown_number_is_told_so(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        call = centre.switch.arrive("4009999999", "13812345678")
        await until(lambda: ("play", call, f"{TENANT}/unknown_number") in centre.switch.asked)
        centre.switch.finish_prompt(call)
        await until(lambda: facts(centre.journal(), "ContactEnded"))
        assert facts(centre.journal(), "ContactEnded")[0]["outcome"] == "failed"


async def test_a_number_with_the_countrys_prefix_is_the_same_number(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        centre.switch.arrive(f"+86{NUMBER}", "13812345678")
        await until(lambda: facts(centre.journal(), "ContactQueued"))


async def test_a_transfer_goes_to_the_other_agent(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, bob = await centre.seat(ANN), await centre.seat(BOB)
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        leg = centre.switch.legs_of(phone_of(ANN))[0]
        centre.switch.lift(leg)
        await until(lambda: centre.switch.hears(call) == "agent")
        assert (await ann.command("transfer", to_agent=BOB))["ok"]
        await until(lambda: centre.switch.legs_of(phone_of(BOB)))
        assert bob.last("offer")["offer"]["reason"] == "transfer"
        assert ann.last("agent")["state"] == "wrap_up"
        centre.switch.lift(centre.switch.legs_of(phone_of(BOB))[0])
        await until(lambda: centre.switch.hears(call) == "agent")
        await centre.settle()
        assert bob.last("contact")["contact"]["state"] == "talking"
        assert ann.last("contact")["contact"]["state"] == "wrap_up"
