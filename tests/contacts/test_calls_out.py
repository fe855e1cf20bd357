"""Calls out through the whole live loop: what the agent sees, the limits, and what a restart in the middle leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.contacts.live_worlds import ANN, BOB, HOTLINE, LINE, NUMBER, Desk, World, until, world
from tests.contacts.test_live import facts

from zuoxi import lines
from zuoxi.contacts.live.desk_commands import phone_of
from zuoxi.contacts.live.ports import CallTarget
from zuoxi.contacts.live.replay import replay
from zuoxi.telephony.switch import LegFailure

CUSTOMER = "13812345678"
DIALLED = "+8613812345678"
MAY = frozenset({"calls.dial", "customers.read", "orders.read", "contacts.read_own"})


class Targets:
    """Whom things point at; remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str | None]] = []

    async def find(
        self, tenant_id: str, kind: str, object_id: str, *, line: str | None, own: str | None
    ) -> CallTarget | None:
        self.asked.append((kind, object_id, own))
        if kind == "number":
            return CallTarget(object_id, customer="known" if object_id == CUSTOMER else None)
        return CallTarget(CUSTOMER, "known", line=LINE) if object_id == "there" else None


@asynccontextmanager
async def centre(folder: Path, limits: lines.DialLimits | None = None) -> AsyncIterator[World]:
    async def rules(tenant_id: str) -> lines.DialRules:
        return lines.DialRules(tenant=limits or lines.DialLimits())

    async with world(folder, dial_rules=rules, call_targets=Targets()) as made:
        yield made


async def dialling(made: World, desk: Desk, **target: Any) -> str:
    """The desk calls and its phone is lifted; the customer's rings. Returns the contact."""
    called = await desk.command("call", **(target or {"number": CUSTOMER}))
    assert called["ok"], called
    contact: str = called["result"]["contact"]
    await until(lambda: made.switch.legs_of(phone_of(desk.agent)))
    made.switch.lift(made.switch.legs_of(phone_of(desk.agent))[-1])
    await until(lambda: f"out-{contact}" in made.switch._calls)
    await made.settle()
    return contact


async def test_a_call_out_from_the_desk_to_the_wrap_up(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        desk = await made.seat(permissions=MAY)
        called = await desk.command("call", number="138 1234-5678")
        contact = called["result"]["contact"]
        await made.settle()
        offer = desk.last("offer")["offer"]
        assert (offer["reason"], offer["direction"], offer["number"]) == ("outbound", "outbound", DIALLED)
        assert desk.last("agent")["state"] == "dialling"
        assert desk.last("contact")["contact"]["state"] == "calling"
        assert made.switch._calls == {}  # nobody is rung before the agent is there
        made.switch.lift(made.switch.legs_of(phone_of(ANN))[0])
        await made.settle()
        shown = desk.last("contact")["contact"]
        assert (shown["state"], shown["caller_id"], shown["hotline"]) == ("dialling", NUMBER, NUMBER)
        call = f"out-{contact}"
        assert ("call_out", call, f"{contact}-1", DIALLED, NUMBER) in made.switch.asked
        made.switch.lift_outside(call)
        await made.settle()
        assert desk.last("contact")["contact"]["state"] == "talking"
        assert (made.switch.hears(call), desk.last("agent")["state"]) == ("agent", "talking")
        assert (await desk.command("hold"))["ok"]
        await made.settle()
        assert made.switch.hears(call) == "music"
        assert (await desk.command("resume"))["ok"]
        assert (await desk.command("hang_up"))["ok"]
        await made.settle()
        assert (made.switch._calls, desk.last("agent")["state"]) == ({}, "wrap_up")
        assert (await desk.command("wrap_up", contact=contact, disposition="ordered"))["ok"]
        assert desk.last("agent")["state"] == "ready"
        (ended,) = facts(made.journal(), "ContactEnded")
        assert (ended["outcome"], ended["waited"]) == ("answered", 0.0)
    assert replay(made.journal()).equal


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (LegFailure.BUSY, "busy"),
        (LegFailure.REJECTED, "rejected"),
        (LegFailure.UNREACHABLE, "unreachable"),
        (LegFailure.NO_ANSWER, "no_answer"),
        (LegFailure.FAILED, "failed"),
    ],
)
async def test_whoever_is_not_reached_has_an_outcome_and_the_agent_a_wrap_up(
    tmp_path: Path, reason: LegFailure, outcome: str
) -> None:
    async with centre(tmp_path) as made:
        desk = await made.seat(permissions=MAY, ready=False)
        contact = await dialling(made, desk)
        made.switch.fail_outside(f"out-{contact}", reason)
        await made.settle()
        shown = desk.last("contact")["contact"]
        assert (shown["state"], shown["outcome"]) == ("wrap_up", outcome)
        assert made.switch._legs == {}
        assert (await desk.command("wrap_up", contact=contact))["ok"]
        assert desk.last("agent")["state"] == "not_ready"  # as before
        assert facts(made.journal(), "CallbackRecorded") == []


async def test_an_agent_gives_up_while_it_rings(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        desk = await made.seat(permissions=MAY)
        assert (await desk.command("call", number=CUSTOMER))["ok"]
        await made.settle()
        assert (await desk.command("hang_up"))["ok"]  # the own phone rings: nobody was dialled, nothing to write down
        await made.settle()
        assert (desk.last("agent")["state"], made.switch._legs) == ("ready", {})
        await dialling(made, desk)
        assert (await desk.command("hang_up"))["ok"]
        await made.settle()
        assert (desk.last("agent")["state"], made.switch._legs, made.switch._calls) == ("wrap_up", {}, {})
        assert [fact["outcome"] for fact in facts(made.journal(), "ContactEnded")] == ["cancelled", "cancelled"]


async def test_nobody_is_offered_a_call_who_dials(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        ann, bob = await made.seat(permissions=MAY), await made.seat(BOB)
        await dialling(made, ann)
        made.switch.arrive(NUMBER, "13900000001")
        await made.settle()
        assert bob.last("agent")["state"] == "offered"
        assert ann.last("agent")["state"] == "dialling"


async def test_refusals_are_sentences(tmp_path: Path) -> None:
    limits = lines.DialLimits(concurrent=1)
    async with centre(tmp_path, limits) as made:
        desk = made.desk(permissions=MAY)
        refused = await desk.command("call", number=CUSTOMER)
        assert refused["error"]["code"] == "routing.signed_out" and refused["error"]["message"]
        ann, bob = await made.seat(permissions=MAY), await made.seat(BOB, permissions=MAY)
        for number, code in (("0085212345678", "lines.dial_destination"), ("eins", "lines.dial_unreadable")):
            refused = await ann.command("call", number=number)
            assert refused["error"]["code"] == code and refused["error"]["message"]
        await dialling(made, ann)
        assert (await ann.command("call", number=CUSTOMER))["error"]["code"] == "lines.dial_concurrency"
        assert (await bob.command("call", number=CUSTOMER))["error"]["code"] == "lines.dial_concurrency"
        assert (await ann.command("hang_up"))["ok"]
        await made.settle()
        assert (await ann.command("call", number=CUSTOMER))["error"]["code"] == "routing.wrap_up_first"
        await dialling(made, bob)  # the first one is over
        assert (await made.desk(BOB).command("call", number=CUSTOMER))["error"]["code"] == "desk.not_permitted"


async def test_a_masked_number_is_called_by_what_it_belongs_to(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        desk = await made.seat(permissions=MAY)
        targets = made._parts["call_targets"]
        contact = await dialling(made, desk, order="there")
        assert CUSTOMER[3:7] not in str(desk.read())  # nowhere, and the own phone does not show it either
        assert [verb[4] for verb in made.switch.asked if verb[0] == "ring"] == [""]
        assert made.switch._calls[f"out-{contact}"].dialled == DIALLED
        assert (await desk.command("hang_up"))["ok"]
        await desk.command("wrap_up", contact=contact)
        assert (await desk.command("call", contact="elsewhere"))["error"]["code"] == "calls.nobody_to_call"
        assert targets.asked[-1] == ("contact", "elsewhere", ANN)  # only what was the agent's own
        for wrong in ({}, {"number": CUSTOMER, "order": "there"}):
            assert (await desk.command("call", **wrong))["error"]["code"] == "desk.argument_missing"
        (started, *_) = facts(made.journal(), "ContactStarted")
        assert (started["customer"], started["line"], started["hotline"]) == ("known", LINE, HOTLINE)


async def test_the_switchboard_is_killed_while_the_customer_is_rung(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        desk = await made.seat(permissions=MAY)
        contact = await dialling(made, desk)
        await made.kill()
        made.switch.lift_outside(f"out-{contact}")  # nobody hears of it
        await made.start_again()
        desk = made.desk(permissions=MAY)
        await made.settle()
        assert desk.last("welcome")["contact"]["state"] == "talking"
        assert made.switch.hears(f"out-{contact}") == "agent"
        await made.kill()
        await made.start_again()
        await made.settle()
        desk = made.desk(permissions=MAY)
        assert desk.last("welcome")["contact"]["state"] == "talking"
        made.switch.hang_up(f"out-{contact}")
        await made.settle()
        assert [fact["outcome"] for fact in facts(made.journal(), "ContactEnded")] == ["answered"]
        assert made.switch._legs == {}
    assert replay(made.journal()).equal


async def test_the_switchboard_is_killed_and_nobody_answered_meanwhile(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        desk = await made.seat(permissions=MAY)
        first = await dialling(made, desk)
        await made.kill()
        await made.start_again()
        await made.settle()
        assert made.desk().last("welcome")["contact"]["state"] == "dialling"  # still rung
        await made.kill()
        made.switch.fail_outside(f"out-{first}", LegFailure.BUSY)
        await made.start_again()
        await made.settle()
        welcome = made.desk().last("welcome")
        assert (welcome["contact"]["state"], welcome["contact"]["outcome"]) == ("wrap_up", "failed")
        assert made.switch._legs == {}


async def test_the_switchboard_is_killed_while_the_own_phone_rings(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        desk = await made.seat(permissions=MAY)
        assert (await desk.command("call", number=CUSTOMER))["ok"]
        await made.settle()
        await made.kill()
        await made.start_again()
        await made.settle()
        assert made.desk().last("welcome")["contact"]["state"] == "calling"
        made.switch.lift(made.switch.legs_of(phone_of(ANN))[0])
        await made.settle()
        assert len(made.switch._calls) == 1
    assert replay(made.journal()).equal


async def test_what_was_not_told_is_found_by_looking(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        desk = await made.seat(permissions=MAY)
        contact = await dialling(made, desk)
        call = made.switch._calls[f"out-{contact}"]
        made.switch._stop_call_timer(call)
        call.ringing, call.answered = False, True  # and no event
        assert await made.centre.intake.audit() == 0  # perhaps it is on its way
        assert await made.centre.intake.audit() == 1
        await made.settle()
        assert desk.last("contact")["contact"]["state"] == "talking"


async def test_the_engine_dies_while_the_customer_is_rung(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        desk = await made.seat(permissions=MAY)
        await dialling(made, desk)
        made.switch.break_connection()
        made.switch.mend_connection(fresh=True)
        await until(lambda: facts(made.journal(), "ContactEnded"))
        assert [fact["outcome"] for fact in facts(made.journal(), "ContactEnded")] == ["failed"]
        assert facts(made.journal(), "CallbackRecorded") == []
        assert desk.last("agent")["state"] == "wrap_up"


async def talks_with_a_caller(made: World) -> tuple[Desk, str, str]:
    """Ann talks with a caller: her desk, the call, her leg."""
    ann = await made.seat(permissions=MAY, behaviour="answer")
    call = made.switch.arrive(NUMBER, "13900000009")
    await made.settle()
    assert made.switch.hears(call) == "agent"
    return ann, call, made.switch.legs_of(phone_of(ANN))[0]


def outside_leg(made: World) -> str:
    return next(name for name, leg in made.switch._legs.items() if leg.phone == "+862512345678")


async def test_a_caller_is_passed_on_to_an_outside_number(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        ann, call, own = await talks_with_a_caller(made)
        refused = await ann.command("transfer", to_number="0085212345678")
        assert refused["error"]["code"] == "lines.dial_destination"
        assert (await ann.command("transfer", to_number="025-12345678"))["ok"]
        await made.settle()
        beside = outside_leg(made)
        assert made.switch.hears(call) == "music" and own not in made.switch._legs
        assert ann.last("agent")["state"] == "wrap_up"
        await made.kill()
        made.switch.lift(beside)  # nobody of ours hears of it
        await made.start_again()
        await made.settle()
        assert made.switch.voices(call) == {beside}
        ledger = made.tenancy.outgoing._ledger
        assert ledger.usage(made.tenancy.domain.now(), None).concurrent == 1
        made.switch.put_down(beside)
        await made.settle()
        assert made.switch._calls == {} and ledger.usage(made.tenancy.domain.now(), None).concurrent == 0
        assert [fact["outcome"] for fact in facts(made.journal(), "ContactEnded")] == ["transferred_out"]
    assert replay(made.journal()).equal


async def test_nobody_outside_takes_the_caller_who_then_waits_again(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        ann, call, _ = await talks_with_a_caller(made)
        bob = await made.seat(BOB)
        assert (await ann.command("transfer", to_number="02512345678"))["ok"]
        await made.settle()
        made.switch.fail(outside_leg(made), LegFailure.BUSY)
        await made.settle()
        assert bob.last("offer")["offer"]["number"] == "13900000009" and made.switch.hears(call) == "music"
        assert facts(made.journal(), "ContactQueued")[-1]["reason"] == "transfer_failed"


async def test_whom_the_agent_asked_outside_gets_the_caller(tmp_path: Path) -> None:
    async with centre(tmp_path) as made:
        ann, call, own = await talks_with_a_caller(made)
        assert (await ann.command("consult", to_number="02512345678"))["ok"]
        await made.settle()
        beside = outside_leg(made)
        made.switch.lift(beside)
        await made.settle()
        assert made.switch.voices(own) == {beside}
        assert (await ann.command("finish_consult", how="transfer"))["ok"]
        await made.settle()
        assert made.switch.voices(call) == {beside} and own not in made.switch._legs
        made.switch.hang_up(call)
        await made.settle()
        assert made.switch._legs == {}
        assert [fact["outcome"] for fact in facts(made.journal(), "ContactEnded")] == ["transferred_out"]
        assert facts(made.journal(), "CallbackRecorded") == []
    assert replay(made.journal()).equal
