"""Calls out through the trunk: where they go, and that they get there."""

from __future__ import annotations

import asyncio

import pytest
from tests.fixtures.ari import application

from zuoxi.installation import account
from zuoxi.platform.config import TrunkSettings
from zuoxi.telephony import engine
from zuoxi.telephony.engine import configure


@pytest.mark.parametrize(
    ("wanted", "trunk"),
    [
        (None, TrunkSettings()),
        (None, TrunkSettings(addresses=("127.0.0.1", "192.0.2.0/24"))),
        ("192.0.2.7", TrunkSettings(addresses=("127.0.0.1", "192.0.2.0/24", "192.0.2.7"))),
        ("sip.example", TrunkSettings(addresses=("192.0.2.7",), server="sip.example", user="u", password="p")),
        ("192.0.2.9:5062", TrunkSettings(addresses=("192.0.2.7",), outbound="192.0.2.9:5062")),
    ],
)
def test_where_calls_out_go(wanted: str | None, trunk: TrunkSettings):
    assert trunk.calls_go_to == wanted


@pytest.mark.engine
async def test_a_call_out_reaches_the_provider(engine_installation: engine.Engine):
    """Without a registration: an INVITE for the number at the address of the trunk."""
    asked: asyncio.Queue[str] = asyncio.Queue()

    class Provider(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _: object) -> None:
            asked.put_nowait(data.decode())

    loop = asyncio.get_running_loop()
    provider, _ = await loop.create_datagram_endpoint(Provider, ("127.0.0.1", 0))
    place = f"127.0.0.1:{provider.get_extra_info('sockname')[1]}"
    with engine.running(engine_installation, account=account.ensure(), trunk_outbound=place) as process:
        async with application(process) as (client, _):
            call = {"endpoint": "PJSIP/13800001111@trunk", "app": configure.APPLICATION, "callerId": "4008001111"}
            assert (await client.post("/ari/channels", params=call)).status == 200
            invite = await asyncio.wait_for(asked.get(), 60)
    provider.close()
    assert invite.startswith(f"INVITE sip:13800001111@{place} SIP/2.0")
    assert "sip:4008001111@" in invite.split("From:")[1].splitlines()[0]
