"""Who hears what: the whole recording, a model case of it, an archive; and nobody by guessing an address."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import soundfile
from sqlalchemy import select
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant
from tests.recordings.calls import START, a_recording, fact, sounds_of
from tests.recordings.sounds import RATE, loudest
from tests.recordings.test_keep import a_project

from zuoxi.contacts import Contact
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry
from zuoxi.recordings import Recording

pytestmark = pytest.mark.database


async def answered_by(database: Database, tenant: Tenant, recording: Recording, *agents: str) -> None:
    """The conversation went from one to the next."""
    async with database.transaction(tenant.id) as session:
        for place, agent in enumerate(agents):
            session.add(
                fact(
                    tenant,
                    recording.contact_id,
                    len(session.new) + place * 10 + int(new_id()[-4:], 16) * 100,
                    2.0 + 3 * place,
                    "ContactAnswered",
                    agent_id=agent,
                )
            )


async def test_one_conversation_is_found_by_every_agent_who_was_in_it(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    first, second, third = [await api_client("agent") for _ in range(3)]
    supervisor = await api_client("supervisor")
    recording = await a_recording(database, narrow, tenant, folder, number="13812345678", number_key="+8613812345678")
    async with database.transaction(tenant.id) as session:
        contact = await session.get_one(Contact, (tenant.id, recording.contact_id))
        contact.agent_id = second.principal.user_id
    await answered_by(database, tenant, recording, first.principal.user_id, second.principal.user_id)
    for client, total in ((first, 1), (second, 1), (third, 0), (supervisor, 1)):
        assert (await client.get("/api/recordings")).json()["total"] == total
    people = (await supervisor.get("/api/recordings/agents")).json()["items"]
    assert [person["id"] for person in people] == [second.principal.user_id]
    assert (await first.get("/api/recordings/agents")).status_code == 403
    for agent, total in ((first, 1), (third, 0)):
        found = (await supervisor.get(f"/api/recordings?agent_id={agent.principal.user_id}")).json()
        assert found["total"] == total
    (item,) = (await supervisor.get("/api/recordings?q=5678")).json()["items"]
    assert (len(item["agents"]), item["sealed"], item["number"]) == (1, True, "138****5678"), "one name, told once"
    for query, total in (
        ("q=9999", 0),
        ("q=13812345678", 1),
        ("shortest_s=11", 0),
        ("state=removed", 0),
        ("from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z", 1),
        ("from=2026-11-21T00:00:00Z", 0),
    ):
        assert (await supervisor.get(f"/api/recordings?{query}")).json()["total"] == total, query
    line = (await second.get(f"/api/recordings/{recording.id}/timeline")).json()
    assert [stretch["what"] for stretch in line["stretches"]] == ["talking", "talking"]
    assert [mark["at_s"] for mark in line["marks"]] == [2.0, 5.0]


async def test_nobody_hears_anything_by_guessing_an_address(
    database: Database,
    narrow: Database,
    tenant: Tenant,
    other_tenant: Tenant,
    folder: Path,
    api_client: SignIn,
    anonymous: Any,
) -> None:
    agent, colleague = await api_client("agent"), await api_client("agent")
    stranger = await api_client("supervisor", "auditor", "tenant_administrator", of=other_tenant)
    dispatcher = await api_client("dispatcher")
    supervisor = await api_client("supervisor")
    recording = await a_recording(database, narrow, tenant, folder)
    await answered_by(database, tenant, recording, agent.principal.user_id)
    case = (
        await supervisor.post(
            "/api/model-cases", json={"recording_id": recording.id, "title": "草稿", "category": "开场"}
        )
    ).json()
    address = f"/api/recordings/{recording.id}"
    export = {"ids": [recording.id], "reason": "好奇"}
    for client, status, exporting in (
        (anonymous, 401, 401),
        (colleague, 404, 403),
        (dispatcher, 403, 403),
        (stranger, 404, 404),
    ):
        for path in ("", "/audio", "/peaks", "/timeline"):
            assert (await client.get(address + path)).status_code == status, path
        for path in ("peaks", "audio"):
            assert (await client.get(f"/api/model-cases/{case['id']}/{path}")).status_code == status
        assert (await client.post("/api/recordings/export", json=export)).status_code == exporting
    assert (await stranger.post(f"{address}/holds", json={"why": "x"})).status_code == 404
    guess = {"recording_id": recording.id, "title": "x", "category": "x"}
    assert (await stranger.post("/api/model-cases", json=guess)).status_code == 404
    assert (await agent.post("/api/model-cases", json=guess)).status_code == 403
    assert (await agent.get(f"/api/model-cases/{case['id']}/audio")).status_code == 404, "not released"
    # where a row were to lead out of the folder, nothing is given
    async with database.transaction(tenant.id) as session:
        (await session.get_one(Recording, (tenant.id, recording.id))).path = "../settings.toml"
    assert (await agent.get(f"{address}/audio")).status_code == 503


async def test_a_listener_bound_to_projects_hears_those_alone(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    manager, auditor = await api_client("tenant_administrator"), await api_client("auditor")
    one, two = await a_project(database, tenant, "一"), await a_project(database, tenant, "二")
    ours = await a_recording(database, narrow, tenant, folder, project_id=one)
    theirs = await a_recording(database, narrow, tenant, folder, project_id=two)
    assert (await auditor.get("/api/recordings")).json()["total"] == 2
    address = f"/api/recordings/scopes/{auditor.principal.user_id}"
    assert (await auditor.put(address, json={"project_ids": [one]})).status_code == 403
    assert (await manager.put(address, json={"project_ids": [one]})).json()["project_ids"] == [one]
    assert (await manager.put(address, json={"project_ids": [new_id()]})).status_code == 404
    listed = (await manager.get("/api/recordings/scopes")).json()["items"]
    assert {item["user_id"]: item["project_ids"] for item in listed}[auditor.principal.user_id] == [one]
    unknown = await manager.put(f"/api/recordings/scopes/{new_id()}", json={"project_ids": []})
    assert unknown.status_code == 404
    assert [item["id"] for item in (await auditor.get("/api/recordings")).json()["items"]] == [ours.id]
    assert (await auditor.get(f"/api/recordings/{theirs.id}/audio")).status_code == 404
    supervisor = await api_client("supervisor")
    drafts = []
    for recording in (ours, theirs):
        new = {"recording_id": recording.id, "title": "草稿", "category": "开场"}
        drafts.append((await supervisor.post("/api/model-cases", json=new)).json()["id"])
    assert [item["id"] for item in (await auditor.get("/api/model-cases")).json()["items"]] == drafts[:1]
    assert (await auditor.get(f"/api/model-cases/{drafts[1]}/audio")).status_code == 404
    both = {"ids": [ours.id, theirs.id], "reason": "投诉"}
    assert (await auditor.post("/api/recordings/export", json=both)).status_code == 404
    assert (await manager.put(address, json={"project_ids": []})).json()["project_ids"] == []
    assert (await auditor.get("/api/recordings")).json()["total"] == 2


async def test_a_released_case_is_heard_by_agents_and_nothing_around_it(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    supervisor, agent = await api_client("supervisor"), await api_client("agent")
    recording = await a_recording(database, narrow, tenant, folder)
    new = {
        "recording_id": recording.id,
        "title": "异议处理",
        "category": "异议",
        "comment": "先认同",
        "from_s": 2,
        "to_s": 5,
    }
    for span in ({"from_s": 9, "to_s": 30}, {"from_s": 5, "to_s": 5.2}, {"from_s": 8, "to_s": 4}):
        refused = await supervisor.post("/api/model-cases", json=new | span)
        assert refused.json()["error"]["code"] == "recordings.span"
    case = (await supervisor.post("/api/model-cases", json=new)).json()
    address = f"/api/model-cases/{case['id']}"
    assert (await agent.get("/api/model-cases")).json()["total"] == 0
    assert (await supervisor.patch(address, json={"state": "released"})).json()["released_at"] is not None
    (seen,) = (await agent.get("/api/model-cases?category=异议&q=认同")).json()["items"]
    assert (seen["title"], seen["audible"], seen["recording_id"]) == ("异议处理", True, None)
    assert (await agent.get("/api/model-cases?q=没有")).json()["total"] == 0
    assert (await agent.get("/api/model-cases/categories")).json()["items"] == {"异议": 1}
    assert (await agent.patch(address, json={"title": "x"})).status_code == 403

    whole = await agent.get(f"{address}/audio")
    samples, rate = soundfile.read(io.BytesIO(whole.content))
    assert (rate, len(samples)) == (RATE, 3 * RATE)
    assert (round(loudest(samples[:, 0])), round(loudest(samples[:, 1]))) == (440, 1000)
    part = await agent.get(f"{address}/audio", headers={"Range": "bytes=50-99"})
    assert (part.status_code, part.content) == (206, whole.content[50:100])
    peaks = (await agent.get(f"{address}/peaks")).json()
    assert (peaks["seconds"], peaks["buckets"], len(peaks["channels"][0]["max"])) == (3.0, 300, 300)
    assert (await agent.get(f"/api/recordings/{recording.id}/audio")).status_code == 404, "nor the call around it"
    async with database.transaction(tenant.id) as session:
        heard = await session.scalars(
            select(AuditEntry.user_id).where(AuditEntry.object_id == case["id"], AuditEntry.action == "listen")
        )
        assert list(heard) == [agent.principal.user_id]

    await supervisor.patch(address, json={"state": "withdrawn"})
    assert (await agent.get(f"{address}/audio")).status_code == 404
    assert (await agent.get("/api/model-cases")).json()["total"] == 0


@pytest.mark.parametrize("sound_format", ["flac", "wav"])
async def test_an_archive_proves_what_it_holds(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn, sound_format: str
) -> None:
    auditor = await api_client("auditor")
    recordings = [
        await a_recording(database, narrow, tenant, folder, 10.0 + place, number="13812345678") for place in range(2)
    ]
    await answered_by(database, tenant, recordings[0], auditor.principal.user_id)
    async with database.transaction(tenant.id) as session:
        session.add(fact(tenant, recordings[0].contact_id, 1, 3, "RecordingPaused"))
        session.add(fact(tenant, recordings[0].contact_id, 2, 6, "RecordingResumed"))
    body = {"ids": [each.id for each in recordings], "format": sound_format, "reason": "客户投诉取证"}
    answer = await auditor.post("/api/recordings/export", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    checksum = hashlib.sha256(answer.content).hexdigest()
    assert answer.headers["x-archive-sha256"] == checksum
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        lines = [line.split("  ") for line in archive.read("SHA256SUMS").decode().splitlines()]
        sums = {name: digest for digest, name in lines}
        assert set(archive.namelist()) == {*sums, "SHA256SUMS"}
        for name, digest in sums.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        entry = manifest["recordings"][0]
        assert entry["sha256"] == sums[entry["file"]]
        assert soundfile.info(io.BytesIO(archive.read(entry["file"]))).duration == 10.0
        if sound_format == "flac":
            assert entry["sha256"] == entry["kept_sha256"] == recordings[0].sha256
    assert (manifest["reason"], manifest["exported_by"]["login"]) == ("客户投诉取证", auditor.principal.login)
    assert (entry["contact"], entry["starts_at"]) == (recordings[0].contact_id, START.isoformat())
    assert entry["paused"] == [{"from_s": 3.0, "to_s": 6.0}]
    assert entry["caller"].replace(" ", "") == "13812345678", "an auditor may see numbers"
    async with database.transaction(tenant.id) as session:
        rows = await session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "export"))
        assert [row["archive_sha256"] for row in rows] == [checksum, checksum]
    assert list((folder / "making").iterdir()) == []

    content = bytearray((folder / recordings[1].path).read_bytes())
    content[-1] ^= 1
    (folder / recordings[1].path).write_bytes(content)
    broken = await auditor.post("/api/recordings/export", json=body)
    assert (broken.status_code, broken.json()["error"]["code"]) == (503, "recordings.damaged")
    assert not sounds_of(folder).intact(recordings[1])


async def test_too_much_is_not_exported_at_once(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    auditor = await api_client("auditor")
    recording = await a_recording(database, narrow, tenant, folder)
    async with database.transaction(tenant.id) as session:
        row = await session.get_one(Recording, (tenant.id, recording.id))
        row.seconds = timedelta(hours=7).total_seconds()
    answer = await auditor.post("/api/recordings/export", json={"ids": [recording.id], "reason": "x"})
    assert answer.json()["error"]["code"] == "recordings.too_much"
