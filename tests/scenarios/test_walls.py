"""What must not get through: another operator's things, rights one has not, and nonsense at the trunk's door."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any

import pytest
from tests.scenarios.floor import KITCHEN, Floor, Json, until

pytestmark = [pytest.mark.engine, pytest.mark.timeout(120)]

# The people of the second operator who have there the rights that these have here.
_PEERS = {"supervisor1": "ys-supervisor", "auditor1": "ys-auditor"}


async def own_addresses(floor: Floor) -> list[tuple[str, str]]:
    """Addresses with an id of the first operator in them, and the login of somebody there who reads them."""

    async def first(login: str, listing: str, **params: Any) -> Json:
        found: Json = (await (await floor.offices.of(login)).get(listing, **params))["items"][0]
        return found

    contact = await first("supervisor1", "/api/contacts", outcome="answered")
    customer, order = await first("auditor1", "/api/customers"), await first("auditor1", "/api/orders")
    found = [
        (f"/api/contacts/{contact['id']}", "supervisor1"),
        (f"/api/customers/{customer['id']}", "auditor1"),
        (f"/api/orders/{order['id']}", "auditor1"),
    ]
    recording = await some_recording(floor)
    base = f"/api/recordings/{recording['id']}"
    return [*found, *((base + part, "supervisor1") for part in ("", "/peaks", "/audio"))]


async def some_recording(floor: Floor) -> Json:
    """One of the demo's recordings (the worker finishes them after the first start)."""
    supervisor = await floor.offices.of("supervisor1")

    async def find() -> Json | None:
        contacts = (await supervisor.get("/api/contacts", outcome="answered", page_size=60))["items"]
        for contact in contacts:
            rows: list[Json] = (await supervisor.get("/api/recordings", contact_id=contact["id"]))["items"]
            if rows:
                return rows[0]
        return None

    return await until(find, "there is a recording")


async def test_another_operators_things_are_not_there(floor: Floor) -> None:
    for address, login in await own_addresses(floor):
        own = await floor.offices.of(login)
        assert (await own.client.get(address)).status_code == 200, address
        for stranger in (_PEERS[login], "ys-admin"):
            answer = await (await floor.offices.of(stranger)).client.get(address)
            assert answer.status_code == 404, f"{address} as {stranger}: {answer.status_code} {answer.text}"
            body = answer.json()
            assert set(body) == {"error"} and body["error"]["message"], body


async def test_lists_show_no_other_operators_rows(floor: Floor) -> None:
    for listing, login, peer in (
        ("/api/contacts", "supervisor1", "ys-supervisor"),
        ("/api/customers", "auditor1", "ys-auditor"),
        ("/api/orders", "auditor1", "ys-auditor"),
        ("/api/hotlines", "admin", "ys-admin"),
        ("/api/queues", "admin", "ys-admin"),
        ("/api/users", "admin", "ys-admin"),
    ):
        ours = {row["id"] for row in (await (await floor.offices.of(login)).get(listing, page_size=200))["items"]}
        theirs = {row["id"] for row in (await (await floor.offices.of(peer)).get(listing, page_size=200))["items"]}
        assert ours and theirs and not ours & theirs, listing


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/callback-plans", None),
        ("GET", "/api/users", None),
        ("GET", "/api/audit-log", None),
        ("GET", "/api/line-settings", None),
        ("POST", "/api/skills", {"name": "别组"}),
        ("GET", "/api/wallboard", None),
    ],
)
async def test_who_has_not_the_right_is_told_so(floor: Floor, method: str, path: str, body: Json | None) -> None:
    agent = await floor.offices.of("agent05")
    said = []
    for locale in ("zh-CN", "en"):
        error = (await agent.ask(method, path, 403, json=body, headers={"Accept-Language": locale}))["error"]
        assert error["code"] == "platform.forbidden", error
        said.append(error["message"])
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said[0])


def nonsense(sip: tuple[str, int]) -> list[bytes]:
    """What no telephone exchange sends."""
    uri = f"sip:{KITCHEN}@{sip[0]}:{sip[1]}"
    head = f"INVITE {uri} SIP/2.0\r\n"
    via = "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{}\r\n"
    named = f"From: <sip:x@127.0.0.1>;tag=1\r\nTo: <{uri}>\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n"
    return [
        b"", b"\x00" * 500, os.urandom(1400), b"\r\n\r\n" * 50, b"SIP/2.0 200 OK\r\n\r\n",
        b"INVITE\r\n\r\n", (head + "\r\n").encode(),
        (head + via.format("a") + "\r\n").encode(),
        (head + via.format("b") + named + "Call-ID: b\r\nContent-Length: 99999\r\n\r\nv=0").encode(),
        (head + via.format("c") + named + "Call-ID: c\r\nContent-Length: -1\r\n\r\n").encode(),
        (head + via.format("d") + named + "Call-ID: d\r\nContact: <<<>>>\r\nContent-Type: application/sdp\r\n\r\n"
         "v=0\r\nm=audio 99999999 RTP/AVP 0\r\nc=IN IP4 999.1.1.1\r\n").encode(),
        (head + via.format("e") + named + "Call-ID: " + "e" * 30000 + "\r\n\r\n").encode(),
        (head.replace(KITCHEN, "9" * 3000) + via.format("f") + named + "Call-ID: f\r\n\r\n").encode(),
        (head.replace(KITCHEN, "%00%ff;drop'") + via.format("g") + named + "Call-ID: g\r\n\r\n").encode(),
    ]  # fmt: skip


async def test_nonsense_at_the_trunk_leaves_the_centre_well(floor: Floor) -> None:
    before = {name: part["pid"] for name, part in floor.centre.status()["parts"].items()}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outlet:
        for _ in range(3):
            for datagram in nonsense(floor.sip):
                outlet.sendto(datagram, floor.sip)
    agent = await floor.seat("agent05")
    caller = await floor.call(KITCHEN)
    await agent.talks(caller)
    await caller.hears("agent")
    await agent.finish()
    assert (await floor.ended(caller))["outcome"] == "answered"

    async def all_well() -> bool:
        parts = (await asyncio.to_thread(floor.centre.status))["parts"]
        assert {name: part["pid"] for name, part in parts.items()} == before
        return all(part["healthy"] for part in parts.values())

    await until(all_well, "all parts are well")
