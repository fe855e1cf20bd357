"""Supervisors and the consulted through the live loop, over a switch in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.contacts.live_worlds import ANN, BOB, NUMBER, Desk, World, until, world

from zuoxi.contacts.live.desk_commands import phone_of
from zuoxi.contacts.live.replay import replay

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
