"""``ring`` that is ended from outside leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

import aiohttp
import pytest

from zuoxi.telephony.engine import EngineProcess
from zuoxi.telephony.sipp import SippAnswerers, SippCallers, SippError, SippPlan

DIALLED = "4007654321"
SETTINGS = """
[installation]
id = "test0003"
[public]
port = 1
[ports]
postgres = 1
asterisk_http = 1
sip = {sip}
rtp_first = 1
rtp_last = 2
api = 1
switchboard = 1
[database]
owner_dsn = "postgresql://nobody@127.0.0.1:1/none"
app_dsn = "postgresql://nobody@127.0.0.1:1/none"
narrow_dsn = "postgresql://nobody@127.0.0.1:1/none"
[ari]
url = "http://127.0.0.1:1"
user = "zuoxi"
password = "not used"
[secrets]
session = "session secret for tests"
desk_token = "desk secret for tests"
first_administrator = "first administrator"
"""


def sipps(place: Path) -> list[str]:
    """Processes that work in a folder below ``place``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve(strict=True).is_relative_to(place) and (process / "cmdline").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return found


async def calls(client: aiohttp.ClientSession) -> list[str]:
    """The engine's channels with our calls."""
    listed = await (await client.get("/ari/channels")).json()
    return [each["id"] for each in listed if each["dialplan"]["exten"] == DIALLED]


@pytest.mark.engine
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_its_callers_end_with_it(running_engine: EngineProcess, tmp_path: Path, how: signal.Signals) -> None:
    data, temporary = tmp_path / "data", tmp_path / "temporary"
    data.mkdir()
    temporary.mkdir()
    (data / "settings.toml").write_text(SETTINGS.format(sip=running_engine.configuration.sip_port))
    ring = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "zuoxi.cli", "ring", "--to", DIALLED, "--data", str(data), "--language", "en",
        stdout=asyncio.subprocess.DEVNULL, env=os.environ | {"TMPDIR": str(temporary)},
    )  # fmt: skip
    made = running_engine.configuration
    headers = {"Authorization": aiohttp.encode_basic_auth(made.user, made.password)}
    async with aiohttp.ClientSession(made.url, headers=headers) as client, asyncio.timeout(120):
        while not await calls(client):
            assert ring.returncode is None
            await asyncio.sleep(0.05)
        assert sipps(temporary)
        ring.send_signal(how)
        code = await ring.wait()
        while sipps(temporary):
            assert how is signal.SIGKILL
            await asyncio.sleep(0.05)
        if how is signal.SIGTERM:
            assert code == 128 + signal.SIGTERM
            assert not list(temporary.iterdir())
            assert not await calls(client)
        for left in await calls(client):  # whose caller vanished without a word
            await client.delete(f"/ari/channels/{left}")


async def test_sipp_that_cannot_start_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SippError, match="not installed"):
        async with SippCallers(SippPlan(("127.0.0.1", 9), [("1", "2")])):
            pass
    with pytest.raises(SippError, match="not installed"):
        async with SippAnswerers("127.0.0.1", 9, 10):
            pass
    assert not list(tmp_path.iterdir())
