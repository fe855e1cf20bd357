"""The engine as it is installed and configured: real calls from a real SIP phone."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import importlib
import os
import socket
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import psutil
import pytest
from tests.fixtures.ari import application, credentials, event, written

from zuoxi.installation import account
from zuoxi.telephony import engine
from zuoxi.telephony.engine import EngineError, EngineInstallError, EngineProcess, configure
from zuoxi.telephony.phone import Phone, PhoneCall, PhoneError, tone

pytestmark = pytest.mark.engine
install = importlib.import_module("zuoxi.telephony.engine.install")  # the package has a function of this name


@pytest.fixture(scope="module")
def telephone(engine_installation: engine.Engine) -> Iterator[EngineProcess]:
    """An engine of this module's own: no application is connected unless a test connects one."""
    with engine.running(engine_installation, account=account.ensure()) as process:
        yield process


@contextlib.asynccontextmanager
async def call(telephone: EngineProcess, number: str, caller: str = "13800001111") -> AsyncIterator[PhoneCall]:
    async with Phone(("127.0.0.1", telephone.configuration.sip_port), caller, "") as phone:
        made = phone.dial(number, caller=caller, sound=tone(900.0, 1.0))
        yield made
        await made.hang_up()


def recordings(telephone: EngineProcess) -> dict[str, int]:
    return {each.name: each.stat().st_size for each in telephone.configuration.recordings.glob("*.raw")}


def test_it_runs_unprivileged_on_its_own_libraries_and_loopback_only(telephone: EngineProcess):
    process = psutil.Process(telephone.pid)
    assert process.uids().real != 0
    if "sets" in telephone.engine.command[0]:
        root = str(Path(telephone.engine.command[0]).parents[3])
        loaded = {each.path for each in process.memory_maps() if ".so" in each.path}
        foreign = {path for path in loaded if not path.startswith(root) and "/libnss_" not in path}
        assert not foreign, "libraries of the host slipped in"
    made = telephone.configuration
    listening = {(each.laddr.ip, each.laddr.port) for each in process.net_connections() if each.status == "LISTEN"}
    assert listening == {("127.0.0.1", made.http_port), (configure.MANAGER_ADDRESS, made.http_port)}
    assert configure.MANAGER_ADDRESS.startswith("127.")
    assert (made.folder / "etc").stat().st_mode & 0o077 == 0


async def test_ari_wants_the_password(telephone: EngineProcess):
    async with aiohttp.ClientSession(telephone.configuration.url) as client:
        assert (await client.get("/ari/channels")).status == 401
        guess = {"Authorization": aiohttp.encode_basic_auth("zuoxi", "guess")}
        assert (await client.get("/ari/channels", headers=guess)).status == 401
    async with application(telephone) as (client, _):
        assert (await client.get("/ari/channels")).status == 200


@pytest.mark.parametrize("number", ["4008001111", "+864008001111", "6", "*97", "sales"])
async def test_every_number_is_handed_to_the_application(telephone: EngineProcess, number: str):
    async with application(telephone) as (_, events), call(telephone, number):
        start = await event(events, "StasisStart")
        assert start["args"] == [number]
        assert start["channel"]["caller"]["number"] == "13800001111"
        assert start["channel"]["state"] == "Ring"


async def test_an_unanswered_call_rings_until_the_application_is_back(telephone: EngineProcess):
    async with call(telephone, "4008001111") as made:
        await asyncio.wait_for(asyncio.shield(made.ringing), 60)
        assert not made.answered.done()
        async with application(telephone) as (client, events):
            start = await event(events, "StasisStart")
            await client.post(f"/ari/channels/{start['channel']['id']}/answer")
            await asyncio.wait_for(asyncio.shield(made.answered), 60)


async def test_an_answered_call_hears_music_until_the_application_is_back(telephone: EngineProcess):
    async with call(telephone, "4008001111") as made:
        async with application(telephone) as (client, events):
            first = await event(events, "StasisStart")
            channel = first["channel"]["id"]
            await client.post(f"/ari/channels/{channel}/answer")
            await asyncio.wait_for(asyncio.shield(made.answered), 60)
        # the application is gone; it lets go of the call only when the engine is told to go on
        async with aiohttp.ClientSession(telephone.configuration.url, headers=credentials(telephone)) as client:
            await client.post(f"/ari/channels/{channel}/continue", params={"label": "ask", "priority": "2"})
            found = await (await client.get(f"/ari/channels/{channel}")).json()
            assert found["state"] == "Up"
        async with application(telephone) as (_, events):
            again = await event(events, "StasisStart")
            assert again["channel"]["id"] == channel
        assert not made.ended.done()


async def test_the_whole_call_is_recorded_in_stereo_from_before_the_answer(telephone: EngineProcess):
    before = set(recordings(telephone))
    async with application(telephone) as (client, events), call(telephone, "4008001111") as made:
        start = await event(events, "StasisStart")
        channel = start["channel"]["id"]
        async with asyncio.timeout(60):
            while set(recordings(telephone)) - before != {f"{channel}.raw"}:  # noqa: ASYNC110 (made by a thread of the engine)
                await asyncio.sleep(0.02)
        await client.post(f"/ari/channels/{channel}/answer")
        await asyncio.wait_for(asyncio.shield(made.answered), 60)
        async with asyncio.timeout(60):
            while recordings(telephone)[f"{channel}.raw"] < 32000:  # noqa: ASYNC110 (another process writes it)
                await asyncio.sleep(0.05)
    samples = (telephone.configuration.recordings / f"{channel}.raw").read_bytes()
    left = memoryview(samples[: len(samples) // 4 * 4]).cast("h")[0::2].tolist()
    assert max(map(abs, left)) > 1000, "the caller's tone is on the left"


async def used(process: EngineProcess, phone: str) -> None:
    """It registers, is rung, answers and is put down."""
    server = "127.0.0.1", process.configuration.sip_port
    async with Phone(server, phone, "secret") as device, application(process) as (client, events):
        await device.register()
        rung = await client.post("/ari/channels", params={"endpoint": f"PJSIP/{phone}", "app": configure.APPLICATION})
        assert rung.status == 200
        taken = await asyncio.wait_for(device.calls.get(), 60)
        assert taken.invite is not None
        assert " RTP/AVP " in taken.invite.body, "plain sound, which every phone understands"
        await taken.answer()
        start = await event(events, "StasisStart")
        await client.delete(f"/ari/channels/{start['channel']['id']}")
        await event(events, "StasisEnd")


async def test_phones_are_written_read_and_kept_without_a_word_in_the_log(engine_installation: engine.Engine):
    """A log that fills with warnings is a log that nobody reads."""
    name = account.ensure()
    with engine.running(engine_installation, account=name) as process:
        for _ in range(2):
            await written(process, "a01")
            await written(process, "a02", browser=True)
            await used(process, "a01")
        database = process.configuration.folder / "var" / "astdb.sqlite3"
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
            async with asyncio.timeout(60):  # Asterisk writes it a second later
                kept = "select 1 from astdb where key = '/ps_endpoint/endpoint/a02'"
                while not store.execute(kept).fetchone():  # noqa: ASYNC110 (another process writes it)
                    await asyncio.sleep(0.1)
        process.kill()
        process.start()
        process.wait_ready()
        await used(process, "a01")
        said = process.log.read_text()
        assert "Asterisk Ready" in said
        assert [line for line in said.splitlines() if "WARNING" in line or "ERROR" in line] == []


async def test_an_agent_may_go_from_the_page_to_a_desk_phone(telephone: EngineProcess):
    """What a browser needs and a plain phone does not understand is taken back."""
    await written(telephone, "a03", browser=True)
    await written(telephone, "a03")
    await used(telephone, "a03")


async def test_a_phones_own_call_is_refused(telephone: EngineProcess):
    async with application(telephone) as (client, events):
        user, password = "a0123456789abcdef", "secret-of-the-phone"
        for kind, fields in (
            ("auth", {"auth_type": "userpass", "username": user, "password": password}),
            ("aor", {"max_contacts": "1", "remove_existing": "yes"}),
            (
                "endpoint",
                {
                    "context": "phones",
                    "disallow": "all",
                    "allow": "alaw",
                    "auth": user,
                    "aors": user,
                    "transport": "udp",
                },
            ),
        ):
            body = {"fields": [{"attribute": name, "value": value} for name, value in fields.items()]}
            answer = await client.put(f"/ari/asterisk/config/dynamic/res_pjsip/{kind}/{user}", json=body)
            assert answer.status == 200, await answer.text()
        async with Phone(("127.0.0.1", telephone.configuration.sip_port), user, password) as phone:
            await phone.register()
            attempt = phone.dial("4008001111")
            why = await asyncio.wait_for(attempt.ended, 60)
            assert str(why) not in ("BYE", "hung up")
        with pytest.raises(PhoneError) as refused:
            async with Phone(("127.0.0.1", telephone.configuration.sip_port), user, "guess") as phone:
                await phone.register()
        assert refused.value.status in (401, 403)
        assert events.qsize() == 0 or all(each["type"] != "StasisStart" for each in list(events._queue))


def test_an_engine_whose_sip_port_was_taken_is_not_taken_for_ready(engine_installation: engine.Engine):
    """It boots and answers ARI all the same."""
    name = account.ensure()
    with engine.running(engine_installation, account=name) as process:
        made = process.configuration
        assert engine.holds_sip(process.pid, made)
        assert not engine.holds_sip(os.getpid(), made)
        other = dataclasses.replace(made, sip_port=made.sip_port + 2)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.1", other.sip_port))
            assert engine.holds_sip(os.getpid(), other)
            assert not engine.holds_sip(process.pid, other)
        with socket.socket() as stranger:
            stranger.bind(("127.0.0.1", 0))
            stranger.listen()
            secured = engine.Tls(stranger.getsockname()[1], made.folder / "none.pem", made.folder / "none.key")
            assert not engine.holds_sip(process.pid, dataclasses.replace(made, tls=secured))
        secured = dataclasses.replace(secured, port=made.http_port)
        assert engine.holds_sip(process.pid, dataclasses.replace(made, tls=secured)), "a TCP port that it listens on"
        process.stop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.1", made.sip_port))
            process.start()
            with pytest.raises(EngineError, match=f"port {made.sip_port} is held by another program"):
                process.wait_ready()
            assert engine.is_ready(made)


def test_an_engine_for_tests_goes_elsewhere_when_its_port_was_taken(
    engine_installation: engine.Engine, monkeypatch: pytest.MonkeyPatch
):
    process_module = importlib.import_module("zuoxi.telephony.engine.process")
    choose = process_module._free_range
    first = choose(404)
    answers = iter((first,))
    monkeypatch.setattr(process_module, "_free_range", lambda length: next(answers, None) or choose(length))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", first + 1))
        with engine.running(engine_installation, account=account.ensure()) as process:
            assert process.configuration.sip_port != first + 1
            assert engine.holds_sip(process.pid, process.configuration)


def test_a_named_engine_that_is_too_old_is_said(tmp_path: Path):
    old = tmp_path / "usr" / "sbin" / "asterisk"
    for folder in (old.parent, tmp_path / "usr/lib/asterisk/modules", tmp_path / "usr/share/asterisk/documentation"):
        folder.mkdir(parents=True)
    old.write_text("#!/bin/sh\necho Asterisk 20.6.0\n")
    old.chmod(0o755)
    with pytest.raises(EngineInstallError, match=r"20\.6\.0; Zuoxi needs 22\.4"):
        install.find(tmp_path / "engine", {"ASTERISK": str(old)})
    with pytest.raises(EngineInstallError, match="nothing that runs"):
        install.find(tmp_path / "engine", {"ASTERISK": str(tmp_path / "none")})
    old.write_text("#!/bin/sh\necho Asterisk 22.5.1\n")
    found = install.find(tmp_path / "engine", {"ASTERISK": str(old)})
    assert found is not None
    assert found.version == (22, 5, 1)


def test_a_set_that_fails_its_trial_does_not_replace_the_good_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    good = engine.Engine(("/good",), tmp_path, tmp_path, (22, 9, 0))
    monkeypatch.setattr(install, "find", lambda folder, environment=None: good)

    def unfit(folder: Path, say: object, smoke_test: object) -> engine.Engine:
        raise EngineInstallError("Asterisk 22.99.0 does not start here")

    monkeypatch.setattr(install, "_fetch", unfit)
    said: list[str] = []
    assert install.install(tmp_path / "engine", said.append, refresh=True) is good
    assert said == ["Asterisk 22.9.0 stays in use: Asterisk 22.99.0 does not start here"]


def test_only_modules_that_are_there_are_asked_for(telephone: EngineProcess, tmp_path: Path):
    made = engine.Configuration(tmp_path / "a", tmp_path / "r", 1, 2, 3, 4, "p", extra_modules=("app_no_such",))
    engine.write(telephone.engine, made)
    text = (tmp_path / "a" / "etc" / "modules.conf").read_text()
    assert "app_no_such" not in text
    assert "autoload = no" in text
    assert {f"load = {name}.so" for name in ("chan_pjsip", "res_srtp", "app_mixmonitor")} <= set(text.splitlines())


async def test_it_registers_with_the_provider_and_only_known_addresses_are_the_trunk(
    engine_installation: engine.Engine,
):
    """A stand-in provider is asked for a registration with our name; a stranger's call is refused."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Queue[str] = asyncio.Queue()

    class Provider(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _: object) -> None:
            asked.put_nowait(data.decode())

    provider, _ = await loop.create_datagram_endpoint(Provider, ("127.0.0.1", 0))
    port = provider.get_extra_info("sockname")[1]
    login = engine.Registration(f"127.0.0.1:{port}", "centre", "secret")
    name = account.ensure()
    with engine.running(engine_installation, account=name, registration=login, trunk=("192.0.2.1",)) as process:
        register = await asyncio.wait_for(asked.get(), 60)
        assert register.startswith(f"REGISTER sip:127.0.0.1:{port} SIP/2.0")
        assert "sip:centre@127.0.0.1" in register
        async with Phone(("127.0.0.1", process.configuration.sip_port), "13800001111", "") as phone:
            attempt = phone.dial("4008001111")
            why = await asyncio.wait_for(attempt.ended, 60)
            assert str(why) not in ("BYE", "hung up")
        assert not recordings(process)
    provider.close()
