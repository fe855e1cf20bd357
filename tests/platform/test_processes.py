"""The API and the worker as processes of their own: they start, answer, survive the database's absence, and stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from websockets import ConnectionClosed, Origin
from websockets.asyncio.client import connect

from zuoxi.installation import ports
from zuoxi.installation.postgres import Cluster, throwaway
from zuoxi.platform.migrate import migrate

pytestmark = pytest.mark.database


@pytest.fixture
def own_postgres() -> Iterator[Cluster]:
    """A database that this test may stop."""
    with throwaway() as cluster:
        asyncio.run(migrate(cluster.dsns.owner))
        yield cluster


@pytest.fixture
def data(tmp_path: Path, own_postgres: Cluster) -> tuple[Path, int]:
    """A data folder with settings, and the API's port."""
    port = ports.any_free()
    dsns = own_postgres.dsns
    (tmp_path / "settings.toml").write_text(
        f"""
installation = {{id = "test0002"}}
public = {{host = "127.0.0.1", port = 22080}}
ports = {{postgres = 22001, asterisk_http = 22002, sip = 22003, rtp_first = 22100, rtp_last = 22199, api = {port},
          switchboard = 22005}}
database = {{owner_dsn = "{dsns.owner}", app_dsn = "{dsns.app}", narrow_dsn = "{dsns.narrow}"}}
ari = {{url = "http://127.0.0.1:22002", user = "zuoxi", password = "x"}}
secrets = {{session = "0123456789abcdef", desk_token = "0123456789abcdef", first_administrator = "first secret"}}
""".replace("\n          ", " "),
        "utf-8",
    )
    return tmp_path, port


@asynccontextmanager
async def started(part: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    with (folder / f"{part}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"zuoxi.{part}", "--data", str(folder), stderr=log, env=dict(os.environ)
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def _until(client: httpx.AsyncClient, status: int) -> None:
    while True:
        try:
            if (await client.get("/api/health")).status_code == status:
                return
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.05)


async def _look_at_the_wallboard(port: int, cookies: dict[str, str]) -> None:
    """The live feed over a real socket: for the signed-in only, and not for a page of another origin."""
    address = f"ws://127.0.0.1:{port}/api/live/wallboard"
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    async with connect(
        address, additional_headers={"Cookie": cookie}, origin=Origin(f"http://127.0.0.1:{port}")
    ) as feed:
        assert "queues" in json.loads(await feed.recv())
    for headers, origin, code in (({}, None, 4401), ({"Cookie": cookie}, Origin("http://evil.example"), 4403)):
        async with connect(address, additional_headers=headers, origin=origin) as refused:
            with pytest.raises(ConnectionClosed):
                await refused.recv()
            assert refused.close_code == code


async def test_the_api_serves_through_a_restart_of_the_database(data: tuple[Path, int], own_postgres: Cluster) -> None:
    folder, port = data
    async with started("api", folder) as process:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers={"X-Zuoxi": "1"}) as client:
            await _until(client, 200)
            body = {"secret": "first secret", "login": "boss", "password": "long enough pw", "name": "老板"}
            assert (await client.post("/api/first-administrator", json=body)).status_code == 204
            signed_in = await client.post("/api/session", json={"login": "boss", "password": "long enough pw"})
            assert signed_in.json()["login"] == "boss"
            await _look_at_the_wallboard(port, dict(client.cookies))
            # The edge names the caller's address, by which failed sign-ins are counted.
            guess = {"login": "nobody", "password": "guess"}
            for expected in (*[401] * 5, 429):
                here = await client.post("/api/session", json=guess, headers={"X-Forwarded-For": "192.0.2.1"})
                assert here.status_code == expected
            there = await client.post("/api/session", json=guess, headers={"X-Forwarded-For": "192.0.2.2"})
            assert there.status_code == 401
            own_postgres.server.stop()
            await _until(client, 503)
            gone = await client.get("/api/session")
            assert (gone.status_code, gone.json()["error"]["code"]) == (503, "platform.unavailable")
            own_postgres.server.start()
            own_postgres.server.wait_ready()
            await _until(client, 200)
            assert (await client.get("/api/session")).json()["login"] == "boss"
        process.send_signal(signal.SIGTERM)
        assert await process.wait() in {0, -signal.SIGTERM}
    log = (folder / "api.log").read_text("utf-8")
    assert all(json.loads(line)["part"] == "api" for line in log.splitlines())
    assert "long enough pw" not in log
    assert "first secret" not in log


async def test_the_worker_says_that_it_lives_and_stops_when_asked(data: tuple[Path, int]) -> None:
    folder, _ = data
    alive = folder / "run" / "worker.alive"
    async with started("worker", folder) as process:
        while not alive.exists():
            assert process.returncode is None
            await asyncio.sleep(0.05)
        assert json.loads(alive.read_text("utf-8"))["pid"] == process.pid
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_a_folder_without_settings_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for part in ("api", "worker"):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"zuoxi.{part}", "--data", str(tmp_path), stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()
        assert process.returncode == 2
        assert b"Run `./zuoxi up` first" in said
