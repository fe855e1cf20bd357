"""A fault of our own in the middle of an event: the event changes nothing, and everything else goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.contacts.live_worlds import ANN, BOB, NUMBER, TENANT, Source, World, until, world
from tests.contacts.test_live import facts

from zuoxi.contacts.live.desk_commands import phone_of
from zuoxi.contacts.live.journal_reader import JournalReader, Refused
from zuoxi.contacts.live.recovery import recover
from zuoxi.contacts.live.replay import replay
from zuoxi.contacts.live.standing import Standing
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import AgentState
from zuoxi.routing.treatment import Treatment


class Fault:
    """Breaks a method, for one contact, behind its work: half of what its event does is done by then."""

    def __init__(self, patch: pytest.MonkeyPatch, place: type, method: str) -> None:
        self.contact: str | None = None
        self.broke = 0
        whole: Callable[..., Any] = getattr(place, method)

        def half(found: Any, contact: Any, *arguments: Any, **named: Any) -> Any:
            whole(found, contact, *arguments, **named)
            if contact.id == self.contact:
                self.broke += 1
                raise RuntimeError("a fault of our own")

        patch.setattr(place, method, half)


def refused(centre: World) -> list[Refused]:
    reader = JournalReader(centre.journal())
    try:
        return reader.refused()
    finally:
        reader.close()


async def state_is_the_journals(centre: World) -> None:
    """What is in memory is what a restart would make of the journal."""
    await centre.settle()
    domain = centre.tenancy.domain
    replayed = recover(centre.journal(), 0.0).state
    assert replayed.router.snapshot() == domain.router.snapshot()
    assert replayed.standing.snapshot() == domain.standing.snapshot()


@pytest.mark.parametrize(("place", "method"), [(Floor, "end"), (Floor, "finish_talk"), (Standing, "_forget")])
@pytest.mark.parametrize("snapshot", [False, True])
async def test_an_event_that_breaks_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: type, method: str, snapshot: bool
) -> None:
    fault = Fault(monkeypatch, place, method)
    async with world(tmp_path) as centre:
        await centre.seat(ANN, behaviour="answer")
        await centre.seat(BOB, behaviour="answer")
        other = centre.switch.arrive(NUMBER, "13800000001")
        await until(lambda: centre.switch.hears(other) == "agent")
        call = centre.switch.arrive(NUMBER, "13800000002")
        await until(lambda: centre.switch.hears(call) == "agent")
        if snapshot:
            centre.tenancy.domain.take_snapshot()
        waiting = centre.switch.arrive(NUMBER, "13800000003")
        await until(lambda: centre.switch.hears(waiting) == "music")
        fault.contact = centre.tenancy.domain.standing.calls[call]
        centre.switch.hang_up(call)
        await until(lambda: fault.broke)
        await state_is_the_journals(centre)
        await until(lambda: refused(centre))
        assert "CallerHungUp" in refused(centre)[0].event and "a fault of our own" in refused(centre)[0].error
        assert centre.tenancy.domain.standing.agent(BOB).state is AgentState.TALKING
        assert not facts(centre.journal(), "ContactEnded")
        # everybody else goes on, and once it is mended what was missed is found out
        centre.switch.hang_up(other)
        await until(lambda: len(facts(centre.journal(), "ContactEnded")) == 1)
        fault.contact = None
        await centre.settle()
        assert [await centre.centre.intake.audit() for _ in range(3)] == [0, 1, 0]
        await until(lambda: len(facts(centre.journal(), "ContactEnded")) == 2)
        assert centre.tenancy.domain.standing.agent(BOB).state is AgentState.WRAP_UP
        await state_is_the_journals(centre)
    assert replay(tmp_path / f"{TENANT}.sqlite").equal


async def test_a_desk_hears_that_its_command_broke_and_may_repeat_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault(monkeypatch, Floor, "end")
    async with world(tmp_path) as centre:
        desk = await centre.seat(behaviour="answer")
        call = centre.switch.arrive(NUMBER, "13800000001")
        await until(lambda: centre.switch.hears(call) == "agent")
        fault.contact = centre.tenancy.domain.standing.calls[call]
        assert not (await desk.command("hang_up", command_id="click"))["ok"]
        assert centre.switch.hears(call) == "agent"
        await state_is_the_journals(centre)
        fault.contact = None
        assert (await desk.command("hang_up", command_id="click"))["ok"]
        await state_is_the_journals(centre)
        assert [fact["outcome"] for fact in facts(centre.journal(), "ContactEnded")] == ["answered"]


async def test_an_answer_that_broke_is_found_by_looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(monkeypatch, Floor, "stop_waiting")
    async with world(tmp_path) as centre:
        await centre.seat(ANN)
        call = centre.switch.arrive(NUMBER, "13800000001")
        await until(lambda: centre.switch.legs_of(phone_of(ANN)))
        fault.contact = centre.tenancy.domain.standing.calls[call]
        centre.switch.lift(centre.switch.legs_of(phone_of(ANN))[0])
        await until(lambda: fault.broke)
        await state_is_the_journals(centre)
        fault.contact = None
        assert [await centre.centre.intake.audit() for _ in range(2)] == [0, 1]
        await until(lambda: centre.switch.hears(call) == "agent")
        assert len(facts(centre.journal(), "ContactAnswered")) == 1


async def test_a_deadline_that_breaks_is_tried_again_after_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault(monkeypatch, Treatment, "time_out")
    monkeypatch.setattr("zuoxi.contacts.live.domain._SHORTEST_FAULT_PAUSE", 0.05)
    async with world(tmp_path, Source(time_limit=0.2)) as centre:
        call = centre.switch.arrive(NUMBER, "13800000001")
        await until(lambda: call in centre.tenancy.domain.standing.calls)
        fault.contact = centre.tenancy.domain.standing.calls[call]
        domain = centre.tenancy.domain
        await until(lambda: fault.broke)
        broke, pause = fault.broke, domain._fault_pause
        assert domain._timer_at == domain._faulty_until
        await state_is_the_journals(centre)
        await until(lambda: fault.broke > broke)
        assert domain._fault_pause > pause
        fault.contact = None
        await until(lambda: ("play", call, f"{TENANT}/timed_out") in centre.switch.asked)
        await until(lambda: facts(centre.journal(), "CallbackRecorded"))


async def test_a_row_that_this_version_cannot_replay_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault(monkeypatch, Floor, "end")
    async with world(tmp_path) as centre:
        calls = [centre.switch.arrive(NUMBER, f"1380000000{index}") for index in range(3)]
        await until(lambda: all(centre.switch.hears(call) == "music" for call in calls))
        gone = centre.tenancy.domain.standing.calls[calls[1]]
        centre.switch.hang_up(calls[1])
        await centre.settle()
        await centre.kill()
        fault.contact = gone
        recovered = recover(centre.journal(), 0.0)
        assert recovered.refused == 1
        assert [view.call for view in recovered.state.router.contacts()] == calls
        fault.contact = None
        await centre.start_again()
        assert [view.call for view in centre.tenancy.domain.router.contacts()] == [calls[0], calls[2]]
