"""kill -9 of the switchboard, a broken control connection, a dead engine: nobody loses the place, one outcome each."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.contacts.live_worlds import AGENTS, ANN, BOB, NUMBER, TENANT, Source, until, world
from tests.contacts.test_live import facts

from zuoxi.contacts.live.desk_commands import phone_of
from zuoxi.contacts.live.journal import JournalLockedError
from zuoxi.contacts.live.replay import main as replay_command
from zuoxi.contacts.live.replay import replay
from zuoxi.contacts.live.state import encode_commands, same_commands
from zuoxi.routing import commands as c
from zuoxi.routing.model import AgentState


async def test_ten_waiting_callers_keep_their_place_when_the_switchboard_is_killed(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        calls = [centre.switch.arrive(NUMBER, f"1380000000{number}") for number in range(10)]
        await until(lambda: all(centre.switch.hears(call) == "music" for call in calls))
        await centre.kill()
        centre.switch.hang_up(calls[3])  # gives up while nobody is there to hear it
        await centre.start_again()
        answered: list[str] = []

        def talking() -> list[str]:
            others = [call for call in calls if call != calls[3]]
            return [call for call in others if call not in answered and centre.switch.hears(call) == "agent"]

        for agent in AGENTS[:9]:
            await centre.seat(agent, behaviour="answer")
            await until(talking)
            answered += talking()
        assert answered == calls[:3] + calls[4:]
        for call in answered:
            centre.switch.hang_up(call)
        await centre.settle()
        ended = facts(centre.journal(), "ContactEnded")
        assert len(ended) == 10 and len({fact["contact"] for fact in ended}) == 10
        assert sorted(fact["outcome"] for fact in ended) == ["abandoned"] + ["answered"] * 9
        assert len(facts(centre.journal(), "ContactStarted")) == 10
    assert replay(tmp_path / f"{TENANT}.sqlite").equal


async def test_a_conversation_goes_on_through_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        await centre.seat(behaviour="answer")
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.hears(call) == "agent")
        await centre.settle()
        await centre.kill()
        await centre.start_again()
        assert centre.switch.hears(call) == "agent"
        desk = centre.desk()
        assert desk.read()[0]["contact"]["state"] == "talking"
        assert desk.read()[0]["agent"]["state"] == "talking"
        assert (await desk.command("hang_up"))["ok"]
        await centre.settle()
        assert [fact["outcome"] for fact in facts(centre.journal(), "ContactEnded")] == ["answered"]


async def test_what_happened_meanwhile_is_found_out(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        await centre.seat(ANN)
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        await centre.settle()
        await centre.kill()
        centre.switch.lift(centre.switch.legs_of(phone_of(ANN))[0])  # answered while nobody was there
        stranger = centre.switch.arrive(NUMBER, "13800000002")  # comes while nobody is there
        await centre.start_again()
        await until(lambda: centre.switch.hears(call) == "agent")
        await until(lambda: centre.switch.hears(stranger) == "music")
        await centre.settle()
        assert len(facts(centre.journal(), "ContactStarted")) == 2
        assert centre.tenancy.domain.standing.agent(ANN).state is AgentState.TALKING


async def test_an_offer_whose_phone_is_gone_goes_on_to_the_next(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        await centre.seat(ANN)
        await centre.seat(BOB)
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        await centre.settle()
        await centre.kill()
        leg = centre.switch.legs_of(phone_of(ANN))[0]
        await centre.switch_cancel(leg)
        await centre.start_again()
        await until(lambda: centre.switch.legs_of(phone_of(BOB)))
        assert centre.switch.hears(call) == "music"


async def test_legs_of_nobody_are_hung_up(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        await centre.seat(ANN)
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        await centre.switch.ring("nobody-knows", call, phone_of(ANN), "", 600)
        centre.switch.break_connection()
        centre.switch.mend_connection()
        await until(lambda: "nobody-knows" not in centre.switch.legs_of(phone_of(ANN)))
        assert len(centre.switch.legs_of(phone_of(ANN))) == 1


async def test_a_caller_who_fell_out_of_the_waiting_room_is_put_back(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.hears(call) == "music")
        await centre.settle()
        centre.switch._calls[call].music = None
        assert centre.switch.hears(call) == "nothing"
        centre.switch.break_connection()
        centre.switch.mend_connection()
        await until(lambda: centre.switch.hears(call) == "music")
        assert len(facts(centre.journal(), "ContactStarted")) == 1


async def test_while_the_control_connection_is_away_events_wait(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        desk = await centre.seat(behaviour="answer")
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.hears(call) == "agent")
        centre.switch.break_connection()
        await until(lambda: centre.tenancy.domain.paused)
        late = await desk.command("hold", deadline_ms=60, command_id="late")
        assert late["error"]["code"] == "desk.timed_out"
        waiting = asyncio.create_task(desk.command("hang_up"))
        await asyncio.sleep(0)
        centre.switch.mend_connection()
        assert (await waiting)["ok"]
        await centre.settle()
        assert not facts(centre.journal(), "ContactHeld")
        assert [fact["outcome"] for fact in facts(centre.journal(), "ContactEnded")] == ["answered"]


async def test_a_dead_engine_ends_every_call_once_and_leaves_callbacks(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        await centre.seat(ANN, behaviour="answer")
        talking = centre.switch.arrive(NUMBER, "13800000001")
        await until(lambda: centre.switch.hears(talking) == "agent")
        waiting = centre.switch.arrive(NUMBER, "13800000002")
        await until(lambda: centre.switch.hears(waiting) == "music")
        await centre.settle()
        centre.switch.break_connection()
        centre.switch.mend_connection(fresh=True)
        await until(lambda: len(facts(centre.journal(), "ContactEnded")) == 2)
        called_back = [fact["number"] for fact in facts(centre.journal(), "CallbackRecorded")]
        assert called_back == ["13800000001", "13800000002"]  # who was cut off, and who still waited


async def test_a_lost_event_is_found_by_looking(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        desk = await centre.seat(ANN, behaviour="answer")
        talking = centre.switch.arrive(NUMBER, "13800000001")
        await until(lambda: centre.switch.hears(talking) == "agent")
        waiting = centre.switch.arrive(NUMBER, "13800000002")
        await until(lambda: centre.switch.hears(waiting) == "music")
        await centre.settle()
        assert [await centre.centre.intake.audit() for _ in range(3)] == [0, 0, 0]
        # the caller's hang-up, the agent's phone and an arrival of which nobody was told
        centre.switch._calls.pop(waiting)
        centre.switch._connected = False
        stranger = centre.switch.arrive(NUMBER, "13800000003")
        centre.switch._connected = True
        await centre.switch.ring("of nobody", talking, phone_of(ANN), "", 600)
        assert [await centre.centre.intake.audit() for _ in range(3)] == [0, 3, 0]
        await until(lambda: centre.switch.hears(stranger) == "music")
        await centre.settle()
        assert [fact["outcome"] for fact in facts(centre.journal(), "ContactEnded")] == ["abandoned"]
        assert centre.switch.hears(talking) == "agent" and desk.last("agent")["state"] == "talking"
        assert len(centre.switch.legs_of(phone_of(ANN))) == 1


async def test_one_switchboard_per_domain(tmp_path: Path) -> None:
    async with world(tmp_path):
        with pytest.raises(JournalLockedError):
            async with world(tmp_path):
                pass


async def test_calls_are_routed_while_the_database_is_away(tmp_path: Path) -> None:
    source = Source()
    async with world(tmp_path, source) as centre:
        await centre.kill()
        source.database_away = True
        await centre.start_again()
        desk = await centre.seat(behaviour="answer")
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.hears(call) == "agent")
        assert (await desk.command("hang_up"))["ok"]


async def test_a_full_disk_loses_no_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with world(tmp_path) as centre:
        journal = centre.tenancy.domain.journal
        write = journal._write
        full = True

        def fail(batch: Any) -> None:
            if full:
                raise OSError(28, "No space left on device")
            write(batch)

        monkeypatch.setattr(journal, "_write", fail)
        await centre.seat(behaviour="answer")
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.hears(call) == "agent")
        assert centre.centre.health()["journals_degraded"] == [TENANT]
        full = False
        await until(lambda: not centre.centre.health()["journals_degraded"])
        assert len(facts(centre.journal(), "ContactAnswered")) == 1
    assert replay(tmp_path / f"{TENANT}.sqlite").equal


async def test_the_replay_command_says_equal_or_where_it_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with world(tmp_path / "journal") as centre:
        await centre.seat(behaviour="answer")
        call = centre.switch.arrive(NUMBER, "13812345678")
        await until(lambda: centre.switch.hears(call) == "agent")
        await centre.kill()
        await centre.start_again()
        centre.switch.hang_up(call)
        await centre.settle()
        assert replay_command(["--data", str(tmp_path)]) == 0
        assert f"{TENANT}: equal" in capsys.readouterr().out
    with sqlite3.connect(tmp_path / "journal" / f"{TENANT}.sqlite") as db:
        db.execute("update row set commands = '[]' where commands like '%ContactAnswered%'")
    db.close()
    assert replay_command(["--data", str(tmp_path)]) == 1
    assert "different at row" in capsys.readouterr().out


def test_commands_that_were_written_before_a_field_was_added_are_the_same() -> None:
    queued = c.ContactQueued("c1", "q1", 0, "arrival")
    old = '[{"kind":"ContactQueued","contact":"c1","queue":"q1","priority":0,"reason":"arrival"}]'
    assert encode_commands([queued]) != old and same_commands([queued], old)
    assert not same_commands([replace(queued, priority=1)], old)
    assert not same_commands([replace(queued, since=5.0)], old)
    assert not same_commands([], old)
