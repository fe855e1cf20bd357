"""An engine of its own for attacks, with a phone that exists; attackers are other addresses of the loopback network."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import cast

import aiohttp
import pytest

from zuoxi.installation import account
from zuoxi.telephony import engine
from zuoxi.telephony.ari.phones import phone_objects
from zuoxi.telephony.engine import EngineProcess

NUMBERS = itertools.count(10)
PHONE, PASSWORD = "a0123456789abcdef0123456789abcdef", "the-right-password"


@pytest.fixture(scope="module")
def attacked(engine_installation: engine.Engine) -> Iterator[EngineProcess]:
    """An engine whose trunk is elsewhere: on the loopback network everybody is a stranger."""
    with engine.running(engine_installation, account=account.ensure(), trunk=("192.0.2.1",)) as process:
        yield process


@pytest.fixture
async def known_phone(attacked: EngineProcess) -> tuple[str, str]:
    """A phone that the engine knows, as a seat makes it: (name, password)."""
    await make_phone(attacked, PHONE, PASSWORD)
    return PHONE, PASSWORD


async def make_phone(process: EngineProcess, name: str, password: str, **more: str) -> None:
    made = process.configuration
    headers = {"Authorization": aiohttp.encode_basic_auth(made.user, made.password)}
    async with aiohttp.ClientSession(made.url, headers=headers) as client:
        for kind, fields in phone_objects(name, password, browser=False):
            extra = more if kind == "endpoint" else {}
            body = {"fields": [{"attribute": key, "value": value} for key, value in (fields | extra).items()]}
            answer = await client.put(f"/ari/asterisk/config/dynamic/res_pjsip/{kind}/{name}", json=body)
            assert answer.status == 200, await answer.text()


@dataclass
class Attacker(asyncio.DatagramProtocol):
    """Raw SIP from one address: ``ask`` sends a request and gives the answer's text, or None when none comes."""

    host: str
    server: tuple[str, int]

    def __post_init__(self) -> None:
        self.answers: asyncio.Queue[str] = asyncio.Queue()
        self.port = 0
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, _: object) -> None:
        self.answers.put_nowait(data.decode())

    def send(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.sendto(data, self.server)

    async def ask(self, method: str, user: str, extra: str = "") -> str:
        """The answer to a request in ``user``'s name, with what differs between any two requests cut out."""
        mark = secrets.token_hex(8)
        me = f"<sip:{user}@127.0.0.1>"
        self.send(
            (
                f"{method} sip:{user}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {self.host}:{self.port};"
                f"branch=z9hG4bK{mark};rport\r\nMax-Forwards: 70\r\nFrom: {me};tag={mark}\r\nTo: {me}\r\n"
                f"Call-ID: {mark}\r\nCSeq: 1 {method}\r\nContact: <sip:{user}@{self.host}:{self.port}>\r\n"
                f"{extra}Content-Length: 0\r\n\r\n"
            ).encode()
        )
        async with asyncio.timeout(60):
            while mark not in (answer := await self.answers.get()):
                pass
        return answer.replace(mark, "MARK").replace(user, "USER")


@pytest.fixture
async def attacker(attacked: EngineProcess) -> AsyncIterator[Attacker]:
    """Somebody at an address that no test had before."""
    server = ("127.0.0.1", attacked.configuration.sip_port)
    made = Attacker(f"127.0.9.{next(NUMBERS)}", server)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: made, (made.host, 0))
    yield made
    transport.close()
