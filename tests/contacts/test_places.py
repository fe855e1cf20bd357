"""Nobody loses the place: not by a slow look-up, not by a restart whose journal lost its last rows."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import orjson
from tests.contacts.live_worlds import AGENTS, ANN, NUMBER, TENANT, Source, World, until, world
from tests.contacts.test_live import facts

from zuoxi.contacts.live.desk_commands import phone_of
from zuoxi.contacts.live.journal_reader import JournalReader
from zuoxi.contacts.live.replay import replay


def callers(count: int) -> list[str]:
    return [f"1380000000{index}" for index in range(count)]


async def served(centre: World, calls: Sequence[str]) -> list[str]:
    """The calls in the order in which agents who come one after the other get them."""
    answered: list[str] = []

    def talking() -> list[str]:
        return [call for call in calls if call not in answered and centre.switch.hears(call) == "agent"]

    for agent in AGENTS[: len(calls)]:
        await centre.seat(agent, behaviour="answer")
        await until(talking)
        answered += talking()
    return answered


def lose_rows(centre: World, first_lost: str) -> None:
    """The journal's rows from the arrival of a call on never reached the disk."""
    reader = JournalReader(centre.journal())
    lost = next(row.seq for row in reader.rows(0) if orjson.loads(row.event).get("call") == first_lost)
    reader.close()
    with sqlite3.connect(centre.journal()) as db:
        db.execute("delete from row where seq >= ?", (lost,))
    db.close()


async def look_up_in_reverse(centre: World, numbers: Sequence[str]) -> None:
    """Every look-up answers, the last caller's first, each before the next."""
    await until(lambda: len(centre.centre.intake._pending) == len(numbers))
    for number in reversed(numbers):
        centre.source.slow[number].set()
        await asyncio.sleep(0.002)


async def test_look_ups_that_answer_in_reverse_change_no_place(tmp_path: Path) -> None:
    source, numbers = Source(), callers(6)
    source.slow = {number: asyncio.Event() for number in numbers}
    async with world(tmp_path, source) as centre:
        calls = []
        for number in numbers:
            calls.append(centre.switch.arrive(NUMBER, number))
            await asyncio.sleep(0.002)  # a moment of their own each
        await look_up_in_reverse(centre, numbers)
        await until(lambda: all(centre.switch.hears(call) == "music" for call in calls))
        assert await served(centre, calls) == calls
        # music comes before the disk has written: what stands in the journal is read last
        started = [fact["number"] for fact in facts(centre.journal(), "ContactStarted")]
        assert sorted(started) == numbers
    assert replay(tmp_path / f"{TENANT}.sqlite").equal


async def test_callers_whose_rows_were_lost_come_back_to_their_places(tmp_path: Path) -> None:
    source, numbers = Source(), callers(10)
    async with world(tmp_path, source) as centre:
        calls = []
        for number in numbers:
            calls.append(centre.switch.arrive(NUMBER, number))
            await until(lambda: centre.switch.hears(calls[-1]) == "music")
        await centre.settle()
        arrived = {name: call.created for name, call in centre.switch._calls.items()}
        await centre.kill()
        lose_rows(centre, calls[7])
        source.slow = {number: asyncio.Event() for number in numbers[7:]}
        await centre.start_again()
        await look_up_in_reverse(centre, numbers[7:])
        assert await served(centre, calls) == calls
        for call in calls:
            centre.switch.hang_up(call)
        await centre.settle()
        started, ended = facts(centre.journal(), "ContactStarted"), facts(centre.journal(), "ContactEnded")
        assert sorted(fact["contact"] for fact in started) == sorted(fact["contact"] for fact in ended)
        assert len(started) == 10 and {fact["outcome"] for fact in ended} == {"answered"}
        assert {fact["call"]: fact["since"] for fact in started} == arrived
        # whoever came back waited since the first moment, not since the restart
        waits = [fact["waited"] for fact in facts(centre.journal(), "ContactAnswered")]
        assert all(wait > 0 for wait in waits)
    assert replay(tmp_path / f"{TENANT}.sqlite").equal


async def test_of_the_lost_the_first_gets_the_agent_who_is_ready(tmp_path: Path) -> None:
    source, numbers = Source(), callers(3)
    async with world(tmp_path, source) as centre:
        await centre.seat(ANN)
        calls = [centre.switch.arrive(NUMBER, number) for number in numbers]
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        await centre.settle()
        await centre.kill()
        lose_rows(centre, calls[0])
        source.slow = {number: asyncio.Event() for number in numbers}
        asked = len(centre.switch.asked)
        await centre.start_again()
        await look_up_in_reverse(centre, numbers)
        await until(lambda: [verb for verb in centre.switch.asked[asked:] if verb[0] == "ring"])
        rung = [verb[2] for verb in centre.switch.asked[asked:] if verb[0] == "ring"]
        assert rung == [calls[0]]


async def test_calls_that_came_while_nobody_was_there_wait_since_then(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        await centre.kill()
        calls = []
        for number in callers(3):
            calls.append(centre.switch.arrive(NUMBER, number))
            await asyncio.sleep(0.002)
        centre.switch._unheard.reverse()  # each comes out of its own waiting loop, in no order
        await centre.start_again()
        await until(lambda: all(centre.switch.hears(call) == "music" for call in calls))
        assert await served(centre, calls) == calls
