"""A home agent: the centre rings an ordinary telephone by its trunk, here played by the test."""

from __future__ import annotations

import asyncio
import contextlib
import io

import numpy as np
import soundfile
from tests.fixtures.tones import strength
from tests.scenarios.floor import KITCHEN, PATIENCE, Agent, Floor, Json, until
from tests.telephony.worlds import AGENT_TONE, CALLER_TONE, RealParty

from zuoxi.benchmarks.desk_client import CommandRefused
from zuoxi.telephony.phone import Phone, PhoneCall

HOME = "13955550001"


async def work_from_home(floor: Floor, login: str) -> Agent:
    """An administrator enters the number; the agent signs in with it."""
    administrator = await floor.offices.of("admin")
    agent = await floor.desk(login)
    path = f"/api/users/{agent.id}"
    await administrator.ask("PATCH", path, json={"works_from_home": True, "telephone": HOME})
    nothing = {"works_from_home": False, "telephone": ""}
    floor._stack.push_async_callback(administrator.ask, "PATCH", path, json=nothing)
    log = (await administrator.get("/api/audit-log", object_id=agent.id))["items"]
    assert log[0]["detail"]["telephone"] == {"from": "", "to": "139****0001"}
    floor._stack.push_async_callback(floor._leave, agent)

    async def seated() -> Json | None:
        with contextlib.suppress(CommandRefused):  # until the switchboard has read the number
            return dict((await agent.desk.command("take_seat", phone="number"))["phone"])
        return None

    assert await until(seated, "the seat is taken") == {"number": "139****0001"}
    await agent.desk.command("ready")
    await agent.is_("ready")
    return agent


async def rung(provider: Phone) -> PhoneCall:
    async with asyncio.timeout(PATIENCE):
        return await provider.calls.get()


async def test_a_home_agent_confirms_and_talks(floor: Floor):
    provider = await floor.provider()
    agent = await work_from_home(floor, "agent03")
    caller = await floor.call(KITCHEN)
    call = await rung(provider)
    assert call.invite is not None and "13955550001@" in call.invite.start
    assert call.caller == KITCHEN  # a provider takes no foreign number
    await call.answer()
    home = RealParty(call)
    await caller.hears("music")  # a mailbox might have lifted: nobody is put through yet
    home.conversation.audio.press("1")
    await agent.talks(caller)
    await caller.hears("agent")
    await home.hears("caller")
    await agent.desk.command("hold")
    await caller.hears("music")
    await agent.desk.command("resume")
    await caller.hears("agent")
    await call.hang_up()  # no page that could come back: the call is over
    await caller.over()
    await agent.write_up()
    contact = await floor.ended(caller)
    assert contact["outcome"] == "answered"
    supervisor = await floor.offices.of("supervisor1")

    async def recording() -> Json | None:
        rows: list[Json] = (await supervisor.get("/api/recordings", contact_id=contact["id"]))["items"]
        return rows[0] if rows else None

    found = await until(recording, "the recording is finished")
    sound = await supervisor.get(f"/api/recordings/{found['id']}/audio")
    samples, _ = soundfile.read(io.BytesIO(sound), dtype="int16")
    for side, voice in ((0, CALLER_TONE), (1, AGENT_TONE)):
        assert strength(np.ascontiguousarray(samples[:, side]), voice) > 500


async def test_a_mailbox_takes_no_call(floor: Floor):
    provider = await floor.provider()
    agent = await work_from_home(floor, "agent04")
    caller = await floor.call(KITCHEN)
    mailbox = await rung(provider)
    await mailbox.answer()
    await asyncio.wait_for(mailbox.audio.listen(1.0), PATIENCE)
    await mailbox.hang_up()
    await agent.is_("not_ready")
    assert agent.reason == "no_answer"
    await caller.hears("music")
