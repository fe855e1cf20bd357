"""The edge with a real nginx before stand-ins for the API, the switchboard and the telephone."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from zuoxi.installation import certificate, edge, ports, settings_file
from zuoxi.installation.settings_file import Wishes
from zuoxi.platform.config import Settings


@dataclass
class Edge:
    url: str
    signed_in: bool = False


async def serve(port: int, routes: list[web.RouteDef]) -> web.AppRunner:
    application = web.Application(client_max_size=50 * 2**20)
    application.add_routes(routes)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


def echo_socket(name: str):
    async def handler(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        await socket.send_str(f"{name} {request.path} {request.remote}")
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    return handler


async def start_nginx(folder: Path, settings: Settings) -> subprocess.Popen[bytes]:
    pages = folder / "pages"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text("<!doctype html>the page")
    (pages / "assets" / "app.js").write_text("1")
    for name in ("logs", "edge"):
        settings.folder(name).mkdir()
    edge.write(settings, "127.0.0.1", pages)
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen(edge.command(settings), stderr=log, stdout=log)  # noqa: ASYNC220 (returns at once)
    for _ in range(3000):
        if not ports.is_free(settings.public.port):
            return process
        await asyncio.sleep(0.02)
    raise AssertionError((folder / "nginx.log").read_text())


@pytest.fixture
def folder() -> Iterator[Path]:
    """Reachable by nginx's workers, which are not root even when we are."""
    with tempfile.TemporaryDirectory(prefix="zuoxi-edge-", dir="/var/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def make_settings(folder: Path, **public: str) -> Settings:
    wishes = Wishes(port=ports.any_free())
    with ports.Reservations() as reserved:
        content = settings_file.settle(settings_file.first(wishes, None), wishes, reserved)
    content["public"] |= public
    settings_file.write(folder, content)
    return Settings.read(folder)


@pytest.fixture
async def running(folder: Path) -> AsyncIterator[Edge]:
    settings = make_settings(folder)
    made = Edge(settings.public.origin)

    async def hello(request: web.Request) -> web.Response:
        return web.json_response({"path": request.path, "from": request.headers["X-Real-IP"]})

    async def may_use_sip(_: web.Request) -> web.Response:
        return web.Response(status=204 if made.signed_in else 401)

    async def take(request: web.Request) -> web.Response:
        return web.json_response({"size": len(await request.read())})

    p = settings.ports
    runners = [
        await serve(
            p.api,
            [
                web.get("/api/edge/sip", may_use_sip),
                web.get("/api/live/wallboard", echo_socket("api")),
                web.post("/api/{rest:.*}", take),
                web.get("/api/{rest:.*}", hello),
            ],
        ),
        await serve(p.switchboard, [web.get("/desk", echo_socket("switchboard")), web.get("/desk/health", hello)]),
        await serve(p.asterisk_http, [web.get("/ws", echo_socket("telephone")), web.get("/ari/{rest:.*}", hello)]),
    ]
    process = await start_nginx(folder, settings)
    yield made
    process.terminate()
    process.wait()
    for runner in runners:
        await runner.cleanup()


async def test_pages_come_with_security_headers_and_every_address_is_the_page(running: Edge):
    async with aiohttp.ClientSession(running.url) as client:
        for path in ("/", "/orders/17", "/desk", "/desk/later"):
            answer = await client.get(path)
            assert (answer.status, await answer.text()) == (200, "<!doctype html>the page"), path
            assert answer.headers["Cache-Control"] == "no-cache"
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe-eval" not in policy
            assert "script-src 'self';" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
            assert "nginx/" not in answer.headers["Server"]
        asset = await client.get("/assets/app.js")
        assert "immutable" in asset.headers["Cache-Control"]
        assert "Content-Security-Policy" in asset.headers
        assert (await client.get("/assets/gone.js")).status == 404


async def test_the_api_is_reached_and_told_who_asks(running: Edge):
    async with aiohttp.ClientSession(running.url) as client:
        answer = await client.get("/api/orders?q=x", headers={"X-Real-IP": "6.6.6.6"})
        assert await answer.json() == {"path": "/api/orders", "from": "127.0.0.1"}
        assert (await client.get("/desk/health")).status == 200


async def test_the_sip_socket_opens_to_the_signed_in_only(running: Edge):
    async with aiohttp.ClientSession(running.url) as client:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect("/sip", protocols=("sip",))
        assert refused.value.status == 401
        running.signed_in = True
        async with client.ws_connect("/sip", protocols=("sip",)) as socket:
            assert socket.protocol == "sip"
            assert await socket.receive_str() == "telephone /ws 127.0.0.2"  # where the trunk does not call from
            await socket.send_str("REGISTER")
            assert await socket.receive_str() == "REGISTER"


async def test_the_telephones_own_interface_is_not_reachable(running: Edge):
    async with aiohttp.ClientSession(running.url) as client:
        for path in ("/ari/channels", "/ws", "/sip/../ari/channels", "/api/edge/sip"):
            answer = await client.get(path)
            assert answer.status == 404 or "the page" in await answer.text(), path


async def test_desk_and_live_sockets(running: Edge):
    async with aiohttp.ClientSession(running.url) as client:
        async with client.ws_connect("/desk") as socket:
            assert await socket.receive_str() == "switchboard /desk 127.0.0.1"
        async with client.ws_connect("/api/live/wallboard") as socket:
            assert await socket.receive_str() == "api /api/live/wallboard 127.0.0.1"


async def test_bodies_and_sign_in_are_limited(running: Edge):
    async with aiohttp.ClientSession(running.url) as client:
        assert await (await client.post("/api/prompts", data=BytesIO(b"x" * 19 * 2**20))).json() == {"size": 19 * 2**20}
        answer = await client.post("/api/prompts", data=BytesIO(b"x" * 22 * 2**20))
        assert answer.status == 413
        answers = await asyncio.gather(*(client.post("/api/session", json={}) for _ in range(80)))
        assert {answer.status for answer in answers} == {200, 429}
        assert (await client.get("/api/session")).status == 200


async def test_what_the_edge_itself_refuses_says_nothing_of_what_stands_behind(running: Edge):
    async with aiohttp.ClientSession(running.url) as client:
        for path, body, status in (("/assets/gone.js", None, 404), ("/api/prompts", b"x" * 22 * 2**20, 413)):
            answer = await (client.get(path) if body is None else client.post(path, data=BytesIO(body)))
            assert answer.status == status
            assert answer.content_type == "application/json"
            assert (await answer.json())["error"]["code"].startswith("edge.")
            assert "nginx" not in await answer.text()
            assert "Content-Security-Policy" in answer.headers
        reader, writer = await asyncio.open_connection("127.0.0.1", int(running.url.rsplit(":", 1)[1]))
        writer.write(b"nonsense\r\n\r\n")
        told = await reader.read()
        writer.close()
        await writer.wait_closed()
        assert told.startswith(b"HTTP/1.1 400 ")
        assert b"<center>" not in told


async def test_a_dead_api_is_a_502_and_the_page_stays(folder: Path):
    settings = make_settings(folder)
    process = await start_nginx(folder, settings)
    try:
        async with aiohttp.ClientSession(settings.public.origin) as client:
            dead = await client.get("/api/session")
            assert (dead.status, (await dead.json())["error"]["code"]) == (502, "edge.away")
            assert (await client.get("/")).status == 200
            assert await (await client.get("/edge-health")).text() == "ok"
    finally:
        process.terminate()
        process.wait()


async def test_a_self_made_certificate_serves_https(folder: Path):
    now = datetime.now(UTC)
    pem, key = certificate.ensure(folder, "127.0.0.1", now)
    assert certificate.ensure(folder, "127.0.0.1", now) == (pem, key)
    first = pem.read_bytes()
    assert key.stat().st_mode & 0o077 == 0
    settings = make_settings(folder, scheme="https", certificate=str(pem), key=str(key))
    process = await start_nginx(folder, settings)
    try:
        wanted = aiohttp.Fingerprint(bytes.fromhex(certificate.fingerprint(pem).replace(":", "")))
        async with aiohttp.ClientSession(settings.public.origin) as client:
            answer = await client.get("/", ssl=wanted)
            assert answer.status == 200
            assert f"wss://127.0.0.1:{settings.public.port}" in answer.headers["Content-Security-Policy"]
            assert "Strict-Transport-Security" not in answer.headers
            plain = await client.get(f"http://127.0.0.1:{settings.public.port}/orders", allow_redirects=False)
            assert (plain.status, plain.headers["Location"]) == (301, f"{settings.public.origin}/orders")
    finally:
        process.terminate()
        process.wait()
    certificate.ensure(folder, "centre.example", now)
    assert pem.read_bytes() != first
