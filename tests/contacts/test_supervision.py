"""Supervisors and the consulted through the live loop, over a switch in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.contacts.live_worlds import AGENTS, ANN, BOB, LINE, NUMBER, Desk, World, until, world

from zuoxi.contacts.live.desk_commands import phone_of
from zuoxi.contacts.live.replay import replay
from zuoxi.lines import DialLimits, DialRules
from zuoxi.routing.events import OfferFailed

SUPERVISOR = frozenset({"desk.use", "floor.view", "floor.supervise"})


async def talking(centre: World) -> tuple[Desk, str, str, str]:
    """Ann talks with a caller: her desk, the call, her leg, the contact."""
    ann = await centre.seat(ANN, behaviour="answer")
    call = centre.switch.arrive(NUMBER, "13812345678")
    await until(lambda: centre.switch.hears(call) == "agent")
    await centre.settle()
    return ann, call, centre.switch.legs_of(phone_of(ANN))[0], ann.last("contact")["contact"]["id"]


async def supervising(centre: World, contact: str, mode: str) -> tuple[Desk, str]:
    """Bob, who is not ready, takes part: his desk and his leg."""
    bob = await centre.seat(BOB, behaviour="answer", ready=False, permissions=SUPERVISOR)
    ack = await bob.command("supervise", contact=contact, mode=mode)
    assert ack["ok"], ack
    await centre.settle()
    return bob, centre.switch.legs_of(phone_of(BOB))[0]


def state(desk: Desk) -> str:
    return str(desk.last("agent")["state"])


async def test_a_supervisor_listens_and_leaves_as_he_came(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, call, leg, contact = await talking(centre)
        bob, beside = await supervising(centre, contact, "listen")
        offer = next(frame["offer"] for frame in bob.read() if frame["type"] == "offer")
        assert (offer["id"], offer["reason"], offer["contact"]) == (beside, "supervise", contact)
        party: dict[str, Any] = bob.last("party")["party"]
        assert (party["state"], party["mode"], party["offer"]) == ("talking", "listen", beside)
        assert state(bob) == "assisting"
        assert ("monitor", beside, leg, "listen") in centre.switch.asked
        assert centre.switch.hears(call) == "agent"

        assert (await bob.command("end_supervision", contact=contact))["ok"]
        await centre.settle()
        assert centre.switch.legs_of(phone_of(BOB)) == []
        assert bob.last("party")["party"] is None and state(bob) == "not_ready"
        assert [f["reason"] for f in bob.read() if f["type"] == "offer_ended"] == ["answered", "ended"]
        assert centre.switch.hears(call) == "agent" and state(ann) == "talking"
    assert replay(centre.journal()).equal


async def test_only_supervisors_supervise(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        _, _, _, contact = await talking(centre)
        bob = await centre.seat(BOB, ready=False)
        for name in ("supervise", "take_over", "pick_up", "force_hang_up", "force_transfer", "set_agent"):
            ack = await bob.command(name, contact=contact, mode="listen", agent=ANN, state="ready")
            assert ack["error"]["code"] == "desk.not_permitted"


async def test_whisper_barge_and_back_and_the_two_go_on(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        _, call, leg, contact = await talking(centre)
        bob, beside = await supervising(centre, contact, "whisper")
        hears = centre.switch.voices
        assert hears(call) == {leg} and hears(leg) == {call, beside} and hears(beside) == {call, leg}
        await bob.command("supervise", contact=contact, mode="barge")
        await centre.settle()
        assert hears(call) == {leg, beside} and hears(leg) == {call, beside} and hears(beside) == {call, leg}
        await bob.command("supervise", contact=contact, mode="listen")
        await centre.settle()
        assert hears(call) == {leg} and hears(leg) == {call} and hears(beside) == {call, leg}
        centre.switch.put_down(beside)  # the supervisor's phone hangs up
        await centre.settle()
        assert hears(call) == {leg} and state(bob) == "not_ready"


async def test_hold_and_resume_while_a_supervisor_barges(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, call, leg, contact = await talking(centre)
        _, beside = await supervising(centre, contact, "barge")
        hears = centre.switch.voices
        await ann.command("hold")
        await centre.settle()
        assert hears(call) == {"music"} and hears(leg) == {beside}
        await ann.command("resume")
        await centre.settle()
        assert hears(call) == {leg, beside} and hears(leg) == {call, beside}
        await ann.command("hang_up")  # the supervisor stays with the caller
        await centre.settle()
        assert hears(call) == {beside} and state(ann) == "wrap_up"


async def test_take_over_while_listening_and_without(tmp_path: Path) -> None:
    for listening in (True, False):
        folder = tmp_path / str(listening)
        folder.mkdir()
        async with world(folder) as centre:
            ann, call, leg, contact = await talking(centre)
            if listening:
                bob, _ = await supervising(centre, contact, "listen")
            else:
                bob = await centre.seat(BOB, behaviour="answer", ready=False, permissions=SUPERVISOR)
            assert (await bob.command("take_over", contact=contact))["ok"]
            await centre.settle()
            beside = centre.switch.legs_of(phone_of(BOB))[0]
            assert centre.switch.voices(call) == {beside} and centre.switch.legs_of(phone_of(ANN)) == []
            assert state(bob) == "talking" and state(ann) == "wrap_up"
            shown = bob.last("contact")["contact"]
            assert (shown["id"], shown["state"], shown["offer"]) == (contact, "talking", beside)
            assert bob.last("party")["party"] is None
            assert ann.last("contact")["contact"]["state"] == "wrap_up"
            await bob.command("hold")
            await bob.command("resume")
            await centre.settle()
            assert centre.switch.voices(call) == {beside}
            centre.switch.hang_up(call)
            await centre.settle()
            await bob.command("wrap_up", contact=contact)
            assert state(bob) == "not_ready" and leg not in centre.tenancy.domain.standing.legs
        assert replay(centre.journal()).equal


async def test_pick_up_from_another_phone_and_from_the_queue(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann = await centre.seat(ANN)  # rings on
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        contact = ann.last("offer")["offer"]["contact"]
        bob = await centre.seat(BOB, behaviour="answer", ready=False, permissions=SUPERVISOR)
        assert (await bob.command("pick_up", contact=contact))["ok"]
        await centre.settle()
        assert bob.last("offer")["offer"]["reason"] == "pickup"
        assert centre.switch.voices(call) == set(centre.switch.legs_of(phone_of(BOB)))
        assert state(ann) == "ready" and ann.last("offer_ended")["reason"] == "picked_up"
        again = await bob.command("pick_up", contact=contact)
        assert again["error"]["code"] == "routing.own_contact" and again["error"]["message"]


async def test_force_transfer_force_hang_up_and_set_agent(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, call, _, contact = await talking(centre)
        bob = await centre.seat(BOB, behaviour="answer", permissions=SUPERVISOR)
        chief = await centre.seat(AGENTS[2], ready=False, permissions=SUPERVISOR)
        assert (await chief.command("force_transfer", contact=contact, to_agent=BOB))["ok"]
        await centre.settle()
        assert state(ann) == "wrap_up" and state(bob) == "talking"
        assert centre.switch.voices(call) == set(centre.switch.legs_of(phone_of(BOB)))
        assert (await chief.command("set_agent", agent=ANN, state="not_ready", reason="lunch"))["ok"]
        assert (state(ann), ann.last("agent")["reason"]) == ("not_ready", "lunch")
        assert (await chief.command("force_hang_up", contact=contact))["ok"]
        await centre.settle()
        assert await centre.switch.calls() == [] and state(bob) == "wrap_up"
        assert (await chief.command("set_agent", agent=ANN, state="signed_out"))["ok"]
        assert state(ann) == "signed_out"
        refused = await chief.command("set_agent", agent=ANN, state="ready")
        assert refused["error"]["code"] == "routing.agent_signed_out"


async def test_a_colleague_is_consulted_and_gets_the_call(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, call, leg, contact = await talking(centre)
        bob = await centre.seat(BOB)
        hears = centre.switch.voices
        assert (await ann.command("consult", to_agent=BOB))["ok"]
        await centre.settle()
        beside = centre.switch.legs_of(phone_of(BOB))[0]
        offer = bob.last("offer")["offer"]
        assert (offer["id"], offer["reason"], offer["asked_by"]) == (beside, "consult", ANN)
        assert ann.last("contact")["contact"]["consult"]["state"] == "ringing" and hears(call) == {"music"}
        centre.switch.lift(beside)
        await centre.settle()
        assert hears(leg) == {beside} and hears(beside) == {leg} and hears(call) == {"music"}
        assert (await ann.command("finish_consult", how="conference"))["ok"]
        await centre.settle()
        assert hears(call) == {leg, beside} and hears(beside) == {leg, call}
        assert ann.last("contact")["contact"]["consult"]["state"] == "conference"
        assert (await ann.command("finish_consult", how="transfer"))["ok"]
        await centre.settle()
        assert hears(call) == {beside} and state(ann) == "wrap_up" and state(bob) == "talking"
        assert bob.last("contact")["contact"]["id"] == contact
    assert replay(centre.journal()).equal


async def test_back_from_a_consultation_to_the_caller(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, call, leg, _ = await talking(centre)
        bob = await centre.seat(BOB, behaviour="answer")
        await ann.command("consult", to_agent=BOB)
        await centre.settle()
        beside = centre.switch.legs_of(phone_of(BOB))[0]
        hears = centre.switch.voices
        await ann.command("resume")  # to the caller and back again
        await centre.settle()
        assert hears(call) == {leg} and hears(leg) == {call} and hears(beside) == set()
        await ann.command("hold")
        await centre.settle()
        assert hears(call) == {"music"} and hears(leg) == {beside}
        await ann.command("finish_consult", how="cancel")
        await centre.settle()
        assert hears(call) == {leg} and centre.switch.legs_of(phone_of(BOB)) == [] and state(bob) == "ready"


async def test_parties_are_found_again_after_kill_9(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        _, call, leg, contact = await talking(centre)
        bob, beside = await supervising(centre, contact, "barge")
        await centre.kill()
        await centre.start_again()
        await centre.settle()
        hears = centre.switch.voices
        assert hears(call) == {leg, beside} and hears(beside) == {call, leg}
        bob = centre.desk(BOB, permissions=SUPERVISOR)
        assert bob.last("welcome")["party"]["offer"] == beside
        await bob.command("supervise", contact=contact, mode="whisper")
        await centre.settle()
        assert hears(call) == {leg} and hears(leg) == {call, beside}

        await centre.kill()
        await centre.switch_cancel(beside)  # the supervisor hangs up while nobody is there
        await centre.start_again()
        await centre.settle()
        assert hears(call) == {leg}
        assert centre.desk(BOB).last("welcome")["party"] is None
        await centre.kill()
        centre.switch.hang_up(call)
        await centre.start_again()
        await centre.settle()
        assert centre.switch.legs_of(phone_of(ANN)) == []
    assert replay(centre.journal()).equal


async def test_the_floor_shows_everybody_and_what_was_done_today(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, _, _, contact = await talking(centre)
        assert (await ann.command("help"))["ok"]
        await centre.kill()
        await centre.start_again()
        ann = centre.desk(ANN)
        bob = await centre.seat(BOB, behaviour="answer", ready=False, permissions=SUPERVISOR)
        floor = centre.tenancy.floor
        floor.subscribe(ann.connection)  # not hers to see
        floor.subscribe(bob.connection)
        await until(lambda: any(a["today"]["answered"] for a in bob.last("floor")["agents"]))
        shown = bob.last("floor")
        mine = next(agent for agent in shown["agents"] if agent["id"] == ANN)
        assert (mine["state"], mine["help"], mine["contact"]) == ("talking", True, contact)
        assert mine["today"]["answered"] == 1 and mine["today"]["talked_s"] >= 0
        await until(lambda: any(agent["phone_ok"] for agent in bob.last("floor")["agents"] if agent["id"] == ANN))
        assert len(shown["agents"]) == len(AGENTS) and shown["waiting"] == []
        assert (shown["calls"][0]["contact"], shown["calls"][0]["supervisors"]) == (contact, [])
        await bob.command("supervise", contact=contact, mode="barge")
        await until(lambda: bob.last("floor")["calls"][0]["supervisors"])
        assert bob.last("floor")["calls"][0]["help_since"] is None  # he has come
        centre.switch.arrive(NUMBER, "13900000000")
        await until(lambda: bob.last("floor")["waiting"])
        assert not any(frame["type"] == "floor" for frame in ann.read())
        sent = await bob.command("message", to=ANN, text="先核对地址")
        assert sent["ok"] and ann.last("message")["text"] == "先核对地址" and ann.last("message")["from"] == BOB
        assert (await ann.command("message", to="all", text="!"))["error"]["code"] == "desk.not_permitted"


async def test_somebody_outside_is_asked_within_the_limits(tmp_path: Path) -> None:
    limits = DialLimits(allowed=("+8625",), concurrent=1)

    async def rules(tenant: str) -> DialRules:
        return DialRules(limits)

    async with world(tmp_path, dial_rules=rules) as centre:
        ann, call, leg, _ = await talking(centre)
        refused = await ann.command("consult", to_number="13800000009")
        assert refused["error"]["code"] == "lines.dial_destination"
        assert centre.switch.hears(call) == "agent" and not any(verb[0] == "dial" for verb in centre.switch.asked)
        assert (await ann.command("consult", to_number="025-12345678"))["ok"]
        await centre.settle()
        dialled = next(verb for verb in centre.switch.asked if verb[0] == "dial")
        beside = dialled[1]
        assert "+862512345678" in dialled and NUMBER in dialled
        shown = ann.last("contact")["contact"]["consult"]
        assert (shown["to_number"], shown["state"]) == ("+862512345678", "ringing")
        centre.switch.lift(beside)
        await centre.settle()
        assert centre.switch.voices(leg) == {beside}
        await centre.kill()
        await centre.start_again()
        await centre.settle()
        usage = centre.tenancy.outgoing._ledger.usage(centre.tenancy.domain.now(), None)
        assert usage.concurrent == 1 and usage.spent > 0  # what runs is counted after a restart as well
        ann = centre.desk(ANN)
        assert (await ann.command("finish_consult", how="conference"))["ok"]
        await centre.settle()
        assert centre.switch.voices(call) == {leg, beside}
        centre.tenancy.domain.feed(OfferFailed(beside, "time_limit"))
        await centre.settle()
        assert centre.switch.voices(call) == {leg} and beside not in {each.leg for each in await centre.switch.legs()}
        assert centre.tenancy.outgoing._ledger.usage(centre.tenancy.domain.now(), None).concurrent == 0
    assert replay(centre.journal()).equal


async def test_a_supervisor_bound_to_other_projects_neither_sees_nor_hears_the_call(tmp_path: Path) -> None:
    async def scopes(tenant: str) -> dict[str, frozenset[str]]:
        return {BOB: frozenset({LINE})}  # some other project

    async with world(tmp_path, scopes=scopes) as centre:
        _, _, _, contact = await talking(centre)
        bob = await centre.seat(BOB, behaviour="answer", ready=False, permissions=SUPERVISOR)
        for name in ("supervise", "take_over", "force_hang_up"):
            ack = await bob.command(name, contact=contact, mode="listen")
            assert ack["error"]["code"] == "desk.not_permitted"
        centre.tenancy.floor.subscribe(bob.connection)
        assert bob.last("floor")["calls"] == []
        cui = await centre.seat(AGENTS[2], behaviour="answer", ready=False, permissions=SUPERVISOR)
        centre.tenancy.floor.subscribe(cui.connection)
        assert [call["contact"] for call in cui.last("floor")["calls"]] == [contact]
        assert (await cui.command("supervise", contact=contact, mode="listen"))["ok"]


async def test_a_supervisors_page_that_comes_back_is_rung_anew(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        _, call, leg, contact = await talking(centre)
        bob = await centre.seat(BOB, "browser", "answer", ready=False, permissions=SUPERVISOR)
        await bob.command("supervise", contact=contact, mode="barge")
        await centre.settle()
        before = centre.switch.legs_of(phone_of(BOB))
        assert (await bob.command("phone_ready"))["ok"]
        await centre.settle()
        after = centre.switch.legs_of(phone_of(BOB))
        assert len(after) == 1 and after != before
        assert bob.last("offer")["offer"]["reason"] == "supervise"
        assert centre.switch.voices(call) == {leg, *after} and state(bob) == "assisting"
        assert bob.last("party")["party"]["mode"] == "barge"
