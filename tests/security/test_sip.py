"""Attacks on SIP against the real engine: what strangers learn (nothing), and how soon they are refused."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select
from tests.fixtures.api import SignIn, make_user
from tests.fixtures.database import Tenant
from tests.security.conftest import Attacker

from zuoxi.lines.models import SipBan
from zuoxi.lines.protect_sip import StoredBans
from zuoxi.platform.database import Database
from zuoxi.platform.models import AuditEntry
from zuoxi.telephony import guard
from zuoxi.telephony.engine import EngineProcess
from zuoxi.telephony.phone import Phone, PhoneError

pytestmark = [pytest.mark.engine, pytest.mark.database]


def bare(answer: str) -> str:
    """An answer without what changes from one to the next, and without the order of its header fields' values."""
    return re.sub(r'(nonce|opaque)="[^"]*"|rport=\d+', "", answer)


@asynccontextmanager
async def guarding(process: EngineProcess, database: Database, narrow: Database) -> AsyncIterator[guard.Guard]:
    """The guard as the worker runs it."""
    made = process.configuration
    note = made.folder.parent / "sip-refused.json"
    async with guard.Refusals(made.url, made.user, made.password, note) as refusals:
        guarding = guard.Guard(
            guard.Watch(guard.never_banned(("127.0.0.11",))),
            guard.SecurityLog(made.folder / "log" / "security.log"),
            refusals,
            StoredBans(database, narrow),
            time.time,
        )
        running = asyncio.create_task(guarding.run())
        try:
            yield guarding
        finally:
            running.cancel()
            await asyncio.wait([running])


async def holding(narrow: Database, address: str) -> SipBan | None:
    async with narrow.transaction(None) as session:
        row: SipBan | None = await session.scalar(
            select(SipBan).where(SipBan.address == address, SipBan.lifted_at.is_(None), SipBan.ends_at > func.now())
        )
        return row


async def kept(narrow: Database, address: str) -> SipBan:
    """The ban of an address, once it is kept: the engine is told before the database."""
    async with asyncio.timeout(120):
        while (row := await holding(narrow, address)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return row


async def audited(database: Database, tenant: Tenant, ban: str) -> AuditEntry:
    async with asyncio.timeout(120):
        while True:
            async with database.transaction(tenant.id) as session:
                entry: AuditEntry | None = await session.scalar(select(AuditEntry).where(AuditEntry.object_id == ban))
            if entry is not None:
                return entry
            await asyncio.sleep(0.1)


async def until(attacker: Attacker, *, refused: bool) -> None:
    """Wait until the address is refused, or not: by a BYE of no call, which by itself is no offence."""
    async with asyncio.timeout(120):
        while (await attacker.ask("BYE", "nobody")).startswith("SIP/2.0 403") is not refused:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    "method", ["OPTIONS", "REGISTER", "INVITE", "SUBSCRIBE", "MESSAGE", "PUBLISH", "REFER", "BYE", "FOO"]
)
async def test_the_answer_is_the_same_whether_a_phone_exists(
    attacker: Attacker, known_phone: tuple[str, str], method: str
) -> None:
    phone, _ = known_phone
    there = bare(await attacker.ask(method, phone))
    absent = bare(await attacker.ask(method, "b" + phone[1:]))
    assert there == absent
    assert there.startswith("SIP/2.0 4")
    assert "sterisk" not in there


async def test_a_wrong_password_is_answered_the_same_whether_a_phone_exists(
    attacked: EngineProcess, attacker: Attacker, known_phone: tuple[str, str]
) -> None:
    """With an answer to the challenge, too: the whole of what a guesser sees."""
    seen = []
    for name in (known_phone[0], "b" + known_phone[0][1:]):
        challenge = await attacker.ask("REGISTER", name)
        fields = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        answer = await attacker.ask(
            "REGISTER",
            name,
            f'Authorization: Digest username="{name}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", '
            f'uri="sip:127.0.0.1", algorithm=MD5, response="{"0" * 32}", opaque="{fields["opaque"]}", qop=auth, '
            f'nc=00000001, cnonce="abc"\r\n',
        )
        seen.append(bare(answer))
    assert seen[0] == seen[1]
    assert seen[0].startswith("SIP/2.0 401")


async def test_malformed_messages_are_not_answered_and_do_no_harm(
    attacked: EngineProcess, attacker: Attacker, known_phone: tuple[str, str]
) -> None:
    for junk in (
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x00" * 700,
        b"INVITE sip:x SIP/2.0\r\n\r\n",
        b"INVITE " + b"A" * 40000 + b" SIP/2.0\r\n\r\n",
        b"REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.9;branch=z\r\nFrom: <<<>\r\nCSeq: a b\r\n\r\n",
        b"INVITE sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.9\r\nContent-Length: -1\r\n\r\n",
    ):
        attacker.send(junk)
    await attacker.ask("OPTIONS", "nobody")  # behind them in the same socket: they have been read by now
    assert attacker.answers.empty()
    async with Phone(attacker.server, *known_phone) as phone:
        await phone.register()


@pytest.mark.parametrize("method", ["OPTIONS", "REGISTER", "INVITE"])
async def test_a_scanner_is_refused_while_others_go_on_phoning(
    attacked: EngineProcess, attacker: Attacker, known_phone: tuple[str, str], database: Database, narrow: Database,
    method: str,
) -> None:  # fmt: skip
    async with Phone(attacker.server, *known_phone) as phone, guarding(attacked, database, narrow):
        await phone.register()
        await until(attacker, refused=False)
        for number in range(12):
            await attacker.ask(method, f"{1000 + number}")
        await until(attacker, refused=True)
        row = await kept(narrow, attacker.host)
        assert row.reason == "stranger"
        assert (row.ends_at - row.banned_at).total_seconds() >= 600
        # refused before it is looked at: even the right password does not help, nor does a call
        with pytest.raises(PhoneError) as refused:
            async with Phone(attacker.server, *known_phone, host=attacker.host) as stolen:
                await stolen.register()
        assert refused.value.status == 403
        await phone.register()


async def test_guessing_a_phones_password_is_refused_and_lifting_lets_in_again(
    attacked: EngineProcess, attacker: Attacker, known_phone: tuple[str, str], database: Database, narrow: Database,
    tenant: Tenant, api_client: SignIn,
) -> None:  # fmt: skip
    await make_user(database, tenant, "system_administrator")
    name, password = known_phone
    async with guarding(attacked, database, narrow):
        await until(attacker, refused=False)
        statuses: list[int] = []
        async with asyncio.timeout(120):
            while 403 not in statuses:
                try:
                    async with Phone(attacker.server, name, f"guess {len(statuses)}", host=attacker.host) as guessing:
                        await guessing.register()
                except PhoneError as error:
                    statuses.append(error.status)
                await asyncio.sleep(0.05)
        assert set(statuses[:6]) == {401}
        row = await kept(narrow, attacker.host)
        assert row.reason == "wrong_password"
        entry = await audited(database, tenant, row.id)
        assert (entry.action, entry.detail["address"]) == ("ban", attacker.host)

        administrator = await api_client("system_administrator")
        listed = (await administrator.get("/api/sip-bans")).json()["items"]
        assert [each["reason"] for each in listed if each["address"] == attacker.host] == ["wrong_password"]
        assert (await administrator.delete(f"/api/sip-bans/{row.id}")).status_code == 204
        await until(attacker, refused=False)
        async with Phone(attacker.server, name, password, host=attacker.host) as owner:
            await owner.register()
        past = (await administrator.get("/api/sip-bans?past=true")).json()["items"]
        assert any(each["id"] == row.id and each["lifted_by"] == administrator.principal.user_id for each in past)
        assert (await administrator.delete(f"/api/sip-bans/{row.id}")).status_code == 404


async def test_what_is_no_sip_is_refused(
    attacked: EngineProcess, attacker: Attacker, database: Database, narrow: Database
) -> None:
    broken = (
        b"REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.9;branch=z\r\nFrom: <<<>\r\nTo: x\r\nCSeq: a b\r\n\r\n"
    )
    async with guarding(attacked, database, narrow):
        await until(attacker, refused=False)
        for _ in range(8):
            attacker.send(broken)
        await until(attacker, refused=True)
        row = await kept(narrow, attacker.host)
        assert row.reason == "malformed"


async def test_an_exempt_address_is_never_refused(
    attacked: EngineProcess, attacker: Attacker, database: Database, narrow: Database
) -> None:
    trunk = Attacker("127.0.0.11", attacker.server)
    loop = asyncio.get_running_loop()
    socket, _ = await loop.create_datagram_endpoint(lambda: trunk, (trunk.host, 0))
    async with guarding(attacked, database, narrow):
        await until(attacker, refused=False)
        for number in range(15):
            await trunk.ask("INVITE", f"{number}")
            await attacker.ask("INVITE", f"{number}")
        await until(attacker, refused=True)  # the guard has read what came before it, the trunk's as well
        assert (await trunk.ask("OPTIONS", "nobody")).startswith("SIP/2.0 401")
        assert await holding(narrow, "127.0.0.11") is None
    socket.close()


async def test_bans_by_hand_and_their_limits(attacked: EngineProcess, attacker: Attacker, database: Database,
    narrow: Database, api_client: SignIn,
) -> None:  # fmt: skip
    administrator = await api_client("system_administrator")
    for address, status in (("127.0.0.1", 409), ("127.0.0.2", 409), ("10.0.0.0/8", 422), ("everybody", 422)):
        answer = await administrator.post("/api/sip-bans", json={"address": address})
        assert answer.status_code == status, address
    async with guarding(attacked, database, narrow):
        await until(attacker, refused=False)
        made = await administrator.post("/api/sip-bans", json={"address": attacker.host, "hours": 1, "note": "试探"})
        assert made.status_code == 201
        await until(attacker, refused=True)
    for role in ("tenant_administrator", "supervisor", "agent"):
        assert (await (await api_client(role)).get("/api/sip-bans")).status_code == 403


async def test_a_restarted_engine_is_told_again(
    attacked: EngineProcess, attacker: Attacker, database: Database, narrow: Database, api_client: SignIn
) -> None:
    administrator = await api_client("system_administrator")
    async with guarding(attacked, database, narrow):
        assert (await administrator.post("/api/sip-bans", json={"address": attacker.host})).status_code == 201
        await until(attacker, refused=True)
        attacked.kill()
        attacked.start()
        await asyncio.to_thread(attacked.wait_ready)
        await until(attacker, refused=True)


async def test_a_ban_that_ends_while_the_guard_is_away_ends(
    attacked: EngineProcess, attacker: Attacker, database: Database, narrow: Database, api_client: SignIn
) -> None:
    administrator = await api_client("system_administrator")
    made = (await administrator.post("/api/sip-bans", json={"address": attacker.host})).json()
    async with guarding(attacked, database, narrow):
        await until(attacker, refused=True)
    assert (await administrator.delete(f"/api/sip-bans/{made['id']}")).status_code == 204
    assert (await attacker.ask("BYE", "nobody")).startswith("SIP/2.0 403"), "nobody tells the engine"
    async with guarding(attacked, database, narrow):
        await until(attacker, refused=False)
