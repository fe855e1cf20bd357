"""SIP over TLS with SRTP: a trunk and a phone that are not ours speak and hear, and nothing of it is readable."""

from __future__ import annotations

import asyncio
import re
import ssl
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from tests.fixtures.baresip import baresip
from tests.fixtures.tones import heard, strength
from tests.security.conftest import make_phone
from tests.security.secure_phone import SecurePhone

from zuoxi.installation import account
from zuoxi.installation import certificate as certificates
from zuoxi.telephony import engine
from zuoxi.telephony.ari.phones import ENCRYPTION
from zuoxi.telephony.engine import EngineProcess
from zuoxi.telephony.phone import Phone, tone
from zuoxi.telephony.phone.audio import decode

pytestmark = pytest.mark.engine

ECHO = "[calls](+)\nexten => 600,1,Answer()\n same => n,Echo()\nexten => 700,1,Dial(PJSIP/abaresip)\n"
TONE = 1700.0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificates.ensure(tmp_path_factory.mktemp("tls"), "127.0.0.1", datetime.now(UTC))


@pytest.fixture(scope="module")
def sealed(engine_installation: engine.Engine, certificate: tuple[Path, Path]) -> Iterator[EngineProcess]:
    """An engine whose trunk speaks TLS and SRTP or not at all."""
    with engine.running(
        engine_installation,
        account=account.ensure(),
        certificate=certificate,
        trunk_by_tls=True,
        extra={"extensions.conf": ECHO},
    ) as process:
        yield process


@pytest.fixture
def context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """Trusts that certificate and no other, and checks the name."""
    return ssl.create_default_context(cafile=str(certificate[0]))


def tls_port(process: EngineProcess) -> int:
    assert process.configuration.tls is not None
    return process.configuration.tls.port


async def test_a_trunks_call_by_tls_is_heard_over_srtp(sealed: EngineProcess, context: ssl.SSLContext) -> None:
    async with SecurePhone(tls_port(sealed), context, "13800001111") as provider:
        answer = await provider.ask("INVITE", f"sip:600@127.0.0.1:{tls_port(sealed)}", provider.sound.description())
        assert answer.status == 200, answer.start
        assert "RTP/SAVP " in answer.body
        provider.sound.start(answer.body, tone(TONE, 1.0))
        back = await provider.sound.listen(3.0)
        assert heard(back, TONE) > 1.0, "our own tone comes back from the engine's echo"
        assert provider.sound.unsealed == 0
        on_the_way = decode(b"".join(provider.sound.raw), "a")
        assert strength(on_the_way, TONE) < strength(back, TONE) / 5, "whoever listens on the way hears noise"
        await provider.ask("BYE", answer.contact, to=answer.header("to"))


async def test_a_trunks_call_without_srtp_is_refused(sealed: EngineProcess) -> None:
    async with Phone(("127.0.0.1", sealed.configuration.sip_port), "13800001111", "") as plain:
        call = plain.dial("600")
        assert await asyncio.wait_for(call.ended, 60) == "488"


@pytest.mark.parametrize("encryption", ["required", "offered"])
async def test_a_phone_by_tls_registers_is_rung_and_hears(
    sealed: EngineProcess, context: ssl.SSLContext, encryption: str
) -> None:
    name, password = f"a{encryption}", "secret-of-the-phone"
    await make_phone(sealed, name, password, **ENCRYPTION[encryption])
    made = sealed.configuration
    headers = {"Authorization": aiohttp.encode_basic_auth(made.user, made.password)}
    async with (
        aiohttp.ClientSession(made.url, headers=headers) as ari,
        SecurePhone(tls_port(sealed), context, name, password) as phone,
    ):
        registered = await phone.ask("REGISTER", f"sip:127.0.0.1:{tls_port(sealed)}")
        assert registered.status == 200, registered.start
        rung = asyncio.create_task(phone.be_rung(tone(TONE, 1.0)))
        query = {"endpoint": f"PJSIP/{name}", "extension": "600", "context": "calls", "priority": "1"}
        async with ari.post("/ari/channels", params=query) as answer:
            assert answer.status == 200, await answer.text()
        invite = await rung
        assert re.search(r"^a=crypto:\d+ AES_CM_128_HMAC_SHA1_80 ", invite.body, re.M)
        assert ("RTP/SAVP " in invite.body) is (encryption == "required")
        back = await phone.sound.listen(3.0)
        assert heard(back, TONE) > 1.0
        assert phone.sound.unsealed == 0


async def test_another_certificate_is_noticed_and_old_protocols_are_refused(
    sealed: EngineProcess, tmp_path: Path
) -> None:
    other, _ = certificates.ensure(tmp_path, "127.0.0.1", datetime.now(UTC))
    with pytest.raises(ssl.SSLCertVerificationError):
        async with SecurePhone(tls_port(sealed), ssl.create_default_context(cafile=str(other)), "x"):
            pass
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        async with SecurePhone(tls_port(sealed), old, "x"):
            pass


def test_the_key_is_readable_by_the_engine_alone(sealed: EngineProcess) -> None:
    assert (sealed.configuration.folder / "etc" / "tls.key").stat().st_mode & 0o077 == 0


async def test_a_baresip_phone_by_tls_speaks_over_srtp(
    sealed: EngineProcess, context: ssl.SSLContext, certificate: tuple[Path, Path]
) -> None:
    """A phone that is not ours trusts the certificate, and sends back by SRTP what it hears by SRTP."""
    name, password = "abaresip", "secret-of-the-phone"
    await make_phone(sealed, name, password, **ENCRYPTION["required"])
    async with (
        baresip(name, password, ("127.0.0.1", tls_port(sealed)), certificate=certificate[0]) as phone,
        SecurePhone(tls_port(sealed), context, "13800001111") as provider,
    ):
        answer = await provider.ask("INVITE", f"sip:700@127.0.0.1:{tls_port(sealed)}", provider.sound.description())
        assert answer.status == 200, answer.start
        await phone.expect("CALL_ESTABLISHED")
        provider.sound.start(answer.body, tone(TONE, 1.0))
        back = await provider.sound.listen(3.0)
        assert heard(back, TONE) > 1.0
        assert provider.sound.unsealed == 0
        await provider.ask("BYE", answer.contact, to=answer.header("to"))
        await phone.expect("CALL_CLOSED")
