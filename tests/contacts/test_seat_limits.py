"""Paused recordings, longer wrap-ups, breaks over their limit and who is told of supervisors, through the live loop
over a switch in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.contacts.live_worlds import ANN, BOB, NUMBER, Desk, Source, World, until, world
from tests.contacts.test_live import facts

from zuoxi.contacts.live.break_watch import BreakEnd, break_ends
from zuoxi.contacts.live.desk_commands import phone_of
from zuoxi.contacts.live.ports import DomainConfiguration
from zuoxi.contacts.live.replay import replay
from zuoxi.telephony.switch import SwitchError

SUPERVISOR = frozenset({"desk.use", "floor.view", "floor.supervise"})


async def talking(centre: World) -> tuple[Desk, str, str]:
    """Ann talks with a caller: her desk, the call, the contact."""
    ann = await centre.seat(ANN, behaviour="answer")
    call = centre.switch.arrive(NUMBER, "13812345678")
    await until(lambda: centre.switch.hears(call) == "agent")
    await centre.settle()
    return ann, call, ann.last("contact")["contact"]["id"]


def pauses(centre: World) -> list[str]:
    return [verb[2] for verb in centre.switch.asked if verb[0] == "pause_recording"]


async def test_a_pause_stands_through_a_restart_and_ends_with_hold(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, call, contact = await talking(centre)
        assert (await ann.command("pause_recording", contact=contact, paused=True))["ok"]
        await centre.settle()
        assert pauses(centre) == ["True"]
        assert ann.last("contact")["contact"]["paused_until"] > centre.tenancy.domain.now()
        assert centre.tenancy.floor.frame(ANN)["calls"][0]["recording_paused"]

        await centre.kill()
        await centre.start_again()
        await centre.settle()
        assert pauses(centre) == ["True", "True"]  # asked again: the engine may have lost it
        ann = centre.desk(ANN)
        assert ann.last("welcome")["contact"]["paused_until"] is not None
        assert (await ann.command("hold", contact=contact))["ok"]
        await centre.settle()
        assert pauses(centre)[-1] == "False"
        assert ann.last("contact")["contact"]["paused_until"] is None

        await centre.kill()
        await centre.start_again()
        await centre.settle()
        assert pauses(centre)[-1] == "False"  # nor may a pause be left over
        centre.switch.hang_up(call)
        await centre.settle()
    assert replay(centre.journal()).equal


async def test_a_pause_that_the_engine_refuses_is_told_and_ends_no_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as centre:
        ann, call, contact = await talking(centre)

        async def refuse(call: str, *, paused: bool) -> None:
            raise SwitchError("refused", "no recording")

        monkeypatch.setattr(centre.switch, "pause_recording", refuse)
        assert (await ann.command("pause_recording", contact=contact, paused=True))["ok"]
        await until(lambda: any(frame["type"] == "notice" for frame in ann.read()))
        assert ann.last("notice")["code"] == "desk.recording_resumed"
        assert ann.last("contact")["contact"]["paused_until"] is None
        assert centre.switch.hears(call) == "agent"


async def test_a_wrap_up_is_extended_at_the_desk_until_no_extension_is_left(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, call, contact = await talking(centre)
        centre.switch.hang_up(call)
        await centre.settle()
        shown = ann.last("contact")["contact"]
        for left in range(shown["extensions_left"] - 1, -1, -1):
            assert (await ann.command("extend_wrap_up", contact=contact))["ok"]
            after = ann.last("contact")["contact"]
            assert after["extensions_left"] == left
            assert after["wrap_up_ends_at"] == shown["wrap_up_ends_at"] + shown["extension_s"]
            shown = after
        refused = (await ann.command("extend_wrap_up", contact=contact))["error"]
        assert refused["code"] == "routing.no_extension_left" and refused["message"]
        await centre.kill()
        await centre.start_again()
        assert centre.desk(ANN).last("welcome")["contact"]["wrap_up_ends_at"] == shown["wrap_up_ends_at"]
    assert replay(centre.journal()).equal


def test_a_break_ends_at_the_earlier_of_its_limits() -> None:
    stay, day = BreakEnd(1600.0, "stay", 600.0), BreakEnd(1300.0, "day", 900.0)
    assert break_ends(1000.0, 0.0, 1000.0, None, None) == []
    assert break_ends(1000.0, 600.0, 1000.0, 600.0, 900.0) == [day, stay]
    assert break_ends(1000.0, 5000.0, 1000.0, None, 900.0) == [BreakEnd(1000.0, "day", 900.0)]
    # a stay that began before midnight counts for today from midnight on
    assert break_ends(1000.0, 0.0, 1500.0, None, 900.0) == [BreakEnd(2400.0, "day", 900.0)]


class Limited(Source):
    """Breaks end at once, after nothing at all today."""

    stay: float | None = 0.05
    day: float | None = None
    warns = True
    told = False

    async def load(self, tenant_id: str) -> DomainConfiguration:
        found = await super().load(tenant_id)
        reason: dict[str, Any] = {"code": "break", "zh": "小休", "en": "Break"}
        reason |= {"stay_limit_s": self.stay, "day_limit_s": self.day, "warns": self.warns}
        return replace(found, names=replace(found.names, reasons=[reason]), tells_supervised=lambda project: self.told)


def kinds(centre: World, kind: str) -> list[dict[str, Any]]:
    return facts(centre.journal(), kind)


async def test_a_break_over_its_limit_is_a_fact_and_told_to_agent_and_supervisor(tmp_path: Path) -> None:
    async with world(tmp_path, Limited()) as centre:
        bob = await centre.seat(BOB, ready=False, permissions=SUPERVISOR)
        ann = await centre.seat(ANN)
        assert (await ann.command("not_ready", reason="break"))["ok"]
        assert ann.last("agent")["break"]["what"] == "stay"
        await until(lambda: any(frame.get("code") == "desk.break_over" for frame in ann.read()))
        await until(lambda: any(frame.get("code") == "floor.break_over" for frame in bob.read()))
        await centre.settle()
        (fact,) = kinds(centre, "BreakLimitReached")
        assert (fact["agent"], fact["reason"], fact["what"]) == (ANN, "break", "stay")
        row = next(row for row in centre.tenancy.floor.frame(BOB)["agents"] if row["id"] == ANN)
        assert row["break"]["ends_at"] <= centre.tenancy.domain.now()
        # a restart tells it no second time
        await centre.kill()
        await centre.start_again()
        await centre.settle()
        assert len(kinds(centre, "BreakLimitReached")) == 1
    assert replay(centre.journal()).equal


async def test_the_limit_of_the_day_counts_earlier_breaks_also_after_a_restart(tmp_path: Path) -> None:
    source = Limited()
    source.stay, source.day, source.warns = None, 0.15, False
    async with world(tmp_path, source) as centre:
        ann = await centre.seat(ANN)
        assert (await ann.command("not_ready", reason="break"))["ok"]
        await until(lambda: len(kinds(centre, "BreakLimitReached")) == 1)
        assert (await ann.command("ready"))["ok"]
        await centre.kill()
        await centre.start_again()
        ann = centre.desk(ANN)
        assert (await ann.command("not_ready", reason="break"))["ok"]
        await until(lambda: len(kinds(centre, "BreakLimitReached")) == 2)
        first, second = kinds(centre, "BreakLimitReached")
        assert first["what"] == second["what"] == "day"
        assert not [frame for frame in ann.read() if frame["type"] == "notice"]  # this reason warns nobody


async def test_an_agent_is_told_of_supervisors_only_where_the_setting_says_so(tmp_path: Path) -> None:
    for told in (False, True):
        source = Limited()
        source.told = told
        async with world(tmp_path / str(told), source) as centre:
            ann, _, contact = await talking(centre)
            bob = await centre.seat(BOB, behaviour="answer", ready=False, permissions=SUPERVISOR)
            before = len(ann.read())
            assert (await bob.command("supervise", contact=contact, mode="listen"))["ok"]
            await centre.settle()
            assert centre.switch.legs_of(phone_of(BOB))
            new = [frame for frame in ann.read()[before:] if frame["type"] not in ("agents", "pop")]
            if told:
                assert new[-1]["contact"]["supervisors"][0]["name"]
            else:
                assert new == []  # not even that something happened
            # the supervisor sees the number as the floor shows it, and no screen pop
            assert "*" in bob.last("party")["party"]["number"]
            offer = next(frame["offer"] for frame in bob.read() if frame["type"] == "offer")
            assert "*" in offer["number"] and offer["pop"] is None


async def test_who_may_only_watch_the_floor_gives_no_commands(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        watcher = centre.desk(BOB)
        watcher.connection.permissions = frozenset({"floor.view"})
        for name in ("take_seat", "ready", "force_hang_up", "message", "pause_recording"):
            refused = await watcher.command(name, contact="c", to="all", text="x", reason="break")
            assert refused["error"]["code"] == "desk.not_permitted"
        centre.tenancy.floor.subscribe(watcher.connection)
        assert watcher.last("floor")["agents"] is not None


async def test_what_the_page_measures_reaches_the_floor_and_only_of_the_own_call(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        ann, _, contact = await talking(centre)
        bob = await centre.seat(BOB, ready=False, permissions=SUPERVISOR)
        measured = {"state": "poor", "what": "loss", "loss_percent": 12.345, "jitter_ms": None}
        assert (await ann.command("quality", contact=contact, **measured))["ok"]
        (call,) = centre.tenancy.floor.frame(BOB)["calls"]
        assert call["quality"] == {"agent": {"state": "poor", "what": "loss"}}
        (fact,) = kinds(centre, "CallQualityChanged")
        assert (fact["agent"], fact["loss_percent"]) == (ANN, 12.3)
        assert not (await bob.command("quality", contact=contact, **measured))["ok"]
        for wrong in ({"state": "bad"}, {"state": "poor", "loss_percent": 101}, {"state": "poor", "what": "x"}):
            assert (await ann.command("quality", contact=contact, **wrong))["error"]["code"] == "desk.argument_missing"
        assert (await ann.command("quality", contact=contact, state="good"))["ok"]
        assert centre.tenancy.floor.frame(BOB)["calls"][0]["quality"] == {}
