"""Calls whose sound vanished: a caller's power cut, an agent's machine asleep, no word by SIP."""

from __future__ import annotations

import asyncio

import pytest
from tests.fixtures.ari import application, event, written

from zuoxi.installation import account
from zuoxi.telephony import engine
from zuoxi.telephony.engine import configure
from zuoxi.telephony.phone import Phone, PhoneCall, tone
from zuoxi.telephony.phone.message import build

pytestmark = pytest.mark.engine


async def test_a_caller_whose_sound_vanished_does_not_hold_the_line(engine_installation: engine.Engine):
    """One who speaks, one who put us on hold, and one whom nobody has answered yet are left alone."""
    with engine.running(engine_installation, account=account.ensure(), trunk_silence=2) as process:
        server = "127.0.0.1", process.configuration.sip_port
        async with application(process) as (client, events), Phone(server, "13800001111") as phone:

            async def called(what: str) -> PhoneCall:
                made = phone.dial("4008001111", caller="13800001111", sound=tone(900.0, 1.0))
                start = await event(events, "StasisStart")
                answer = await client.post(f"/ari/channels/{start['channel']['id']}/{what}")
                assert answer.status == 204
                await asyncio.wait_for(asyncio.shield(made.answered if what == "answer" else made.ringing), 60)
                return made

            speaking, held, early = await called("answer"), await called("answer"), await called("progress")
            await held.hold()
            held.audio.close()
            early.audio.close()
            gone = await called("answer")
            gone.audio.close()
            assert await asyncio.wait_for(asyncio.shield(gone.ended), 60) == "BYE"
            assert not any(each.ended.done() for each in (speaking, held, early))
            for each in (speaking, held, early):
                await each.hang_up()


async def test_an_agents_phone_whose_sound_vanished_is_given_up(engine_installation: engine.Engine):
    """One that its agent put on hold is left alone."""
    with engine.running(engine_installation, account=account.ensure()) as process:
        server = "127.0.0.1", process.configuration.sip_port
        for name in ("a01", "a02"):
            await written(process, name, silence=2)
        one, two = Phone(server, "a01", "secret"), Phone(server, "a02", "secret")
        async with application(process) as (client, _), one, two:

            async def taken(phone: Phone) -> PhoneCall:
                await phone.register()
                ring = {"endpoint": f"PJSIP/{phone.user}", "app": configure.APPLICATION}
                assert (await client.post("/ari/channels", params=ring)).status == 200
                rung = await asyncio.wait_for(phone.calls.get(), 60)
                await rung.answer()
                return rung

            held = await taken(one)
            await held.hold()
            held.audio.close()
            gone = await taken(two)
            gone.audio.close()
            assert await asyncio.wait_for(asyncio.shield(gone.ended), 60) == "BYE"
            assert not held.ended.done()
            await held.hang_up()


async def test_a_caller_cannot_transfer(engine_installation: engine.Engine):
    """A REFER would let a stranger make calls at our cost."""
    with engine.running(engine_installation, account=account.ensure()) as process:
        assert "allow_transfer = no" in (process.configuration.folder / "etc" / "pjsip.conf").read_text()
        server = "127.0.0.1", process.configuration.sip_port
        async with application(process) as (client, events), Phone(server, "13800001111") as phone:
            made = phone.dial("4008001111", caller="13800001111")
            start = await event(events, "StasisStart")
            await client.post(f"/ari/channels/{start['channel']['id']}/answer")
            await asyncio.wait_for(asyncio.shield(made.answered), 60)
            made.sequence += 1
            headers = phone.dialogue(made, made.sequence, "REFER")
            headers += [("Via", f"SIP/2.0/UDP 127.0.0.1:{phone.port};branch=z9hG4bK1"), ("Max-Forwards", "70")]
            headers.append(("Refer-To", "<sip:0085212345678@127.0.0.1>"))
            phone.send(build(f"REFER {made.target} SIP/2.0", headers))
            await made.hold()  # answered after the request that came before it
            listed = await (await client.get("/ari/channels")).json()
            assert [each["id"] for each in listed] == [start["channel"]["id"]]
            assert not made.ended.done()
            await made.hang_up()
