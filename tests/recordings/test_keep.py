"""Retention, holds, and changing the key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant
from tests.recordings.calls import START, a_recording, finisher, make_contact, raw_of, recordings_of, sounds_of

from zuoxi.accounts import Client, Project
from zuoxi.platform.database import Database
from zuoxi.platform.jobs import Jobs
from zuoxi.platform.models import AuditEntry
from zuoxi.platform.services import Services
from zuoxi.recordings import Recording
from zuoxi.recordings.encode import encode
from zuoxi.recordings.jobs import NIGHT_HOUR, night, register
from zuoxi.recordings.keep import remove_due
from zuoxi.recordings.keys import KeyMissing
from zuoxi.recordings.rotate import rotate, seal_plain

pytestmark = pytest.mark.database


async def a_project(database: Database, tenant: Tenant, name: str) -> str:
    async with database.transaction(tenant.id) as session:
        client = Client(name=f"{name}公司")
        session.add(client)
        await session.flush()
        project = Project(client_id=client.id, name=name)
        session.add(project)
    return project.id


async def read(database: Database, tenant: Tenant, recording: Recording) -> Recording:
    async with database.transaction(tenant.id) as session:
        return await session.get_one(Recording, (tenant.id, recording.id))


async def test_sound_goes_at_the_end_of_its_projects_time_and_the_row_says_so(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    manager, agent = await api_client("tenant_administrator"), await api_client("agent")
    brief, other = await a_project(database, tenant, "短"), await a_project(database, tenant, "长")
    short = await a_recording(database, narrow, tenant, folder, project_id=brief)
    long = await a_recording(database, narrow, tenant, folder, project_id=other)
    held = await a_recording(database, narrow, tenant, folder, project_id=brief)
    sounds = sounds_of(folder)
    assert (await agent.get("/api/recordings/retention")).status_code == 403
    assert await remove_due(database, sounds, tenant.id, START + timedelta(days=4000)) == 0, "no rule: without end"

    for body in ({"days": 365}, {"project_id": brief, "days": 30}):
        assert (await manager.put("/api/recordings/retention", json=body)).status_code == 204
    page = (await manager.get("/api/recordings/retention")).json()
    assert [(item["project_name"], item["days"], item["own"]) for item in page["items"]] == [
        (None, 365, True),
        ("短", 30, True),
        ("长", 365, False),
    ]
    hold = await manager.post(f"/api/recordings/{held.id}/holds", json={"why": "投诉 2026-118"})
    assert hold.status_code == 201

    assert await remove_due(database, sounds, tenant.id, START + timedelta(days=29)) == 0
    assert await remove_due(database, sounds, tenant.id, START + timedelta(days=31)) == 1
    gone = await read(database, tenant, short)
    assert (gone.state, gone.removed_reason, gone.wrapped_key) == ("removed", "retention:30", None)
    assert not (folder / short.path).exists()
    answer = await manager.get(f"/api/recordings/{short.id}/audio")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "recordings.removed")
    assert (await manager.get(f"/api/recordings/{short.id}")).json()["state"] == "removed"
    assert (await manager.get(f"/api/recordings/{short.id}/peaks")).status_code == 200

    assert await remove_due(database, sounds, tenant.id, START + timedelta(days=400)) == 1, "the held one stays"
    assert [(await read(database, tenant, each)).state for each in (long, held)] == ["removed", "kept"]
    lifted = await manager.post(f"/api/recordings/holds/{hold.json()['id']}/lift", json={"why": "已结案"})
    assert lifted.status_code == 204
    assert await remove_due(database, sounds, tenant.id, START + timedelta(days=400)) == 1
    late = await manager.post(f"/api/recordings/{held.id}/holds", json={"why": "太晚"})
    assert late.json()["error"]["code"] == "recordings.removed"
    async with database.transaction(tenant.id) as session:
        acts = await session.scalars(
            select(AuditEntry.action).where(AuditEntry.object_id == held.id).order_by(AuditEntry.id)
        )
        assert set(acts) >= {"hold", "lift_hold", "remove"}
    assert (await manager.delete(f"/api/recordings/retention/{brief}")).status_code == 204
    assert (await manager.delete(f"/api/recordings/retention/{brief}")).status_code == 404


async def test_a_hold_ends_by_its_date_and_must_end_in_the_future(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    auditor = await api_client("auditor")
    recording = await a_recording(database, narrow, tenant, folder)
    address = f"/api/recordings/{recording.id}/holds"
    past = await auditor.post(address, json={"why": "投诉", "until": "2020-01-01T00:00:00Z"})
    assert past.json()["error"]["code"] == "recordings.hold_in_the_past"
    until = "2040-01-01T00:00:00Z"
    assert (await auditor.post(address, json={"why": "投诉", "until": until})).status_code == 201
    (listed,) = (await auditor.get("/api/recordings/holds")).json()["items"]
    assert (listed["recording_id"], listed["why"], listed["stands"]) == (recording.id, "投诉", True)
    assert (await auditor.get("/api/recordings?held=true")).json()["total"] == 1
    assert (await auditor.get("/api/recordings?held=false")).json()["total"] == 0
    manager = await api_client("tenant_administrator")
    await manager.put("/api/recordings/retention", json={"days": 1})
    sounds = sounds_of(folder)
    assert await remove_due(database, sounds, tenant.id, START.replace(year=2039)) == 0
    assert await remove_due(database, sounds, tenant.id, START.replace(year=2041)) == 1


async def test_the_key_is_changed_and_everything_still_plays(
    database: Database,
    narrow: Database,
    tenant: Tenant,
    folder: Path,
    api_client: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    services: Services,
) -> None:
    manager = await api_client("tenant_administrator")
    recordings = [await a_recording(database, narrow, tenant, folder, 2.0) for _ in range(5)]
    sounds = sounds_of(folder)
    before = [(folder / each.path).read_bytes() for each in recordings]
    asked = await manager.post("/api/recordings/keys/rotate")
    version = asked.json()["to_version"]
    assert (asked.status_code, asked.json()["total"]) == (202, 5)
    busy = await manager.post("/api/recordings/keys/rotate")
    assert busy.json()["error"]["code"] == "recordings.rotation_running"
    late = await a_recording(database, narrow, tenant, folder, 2.0)
    assert late.key_version == version, "what is new is wrapped by the new key at once"

    monkeypatch.setattr("zuoxi.recordings.rotate._TOGETHER", 2)
    assert await rotate(database, sounds.keys, tenant.id, services.clock) == 5
    keys = (await manager.get("/api/recordings/keys")).json()
    assert keys["items"][0] == {"version": version, "current": True, "recordings": 6}
    assert (keys["rotations"][0]["done"], keys["rotations"][0]["total"]) == (5, 5)
    assert keys["rotations"][0]["finished_at"] is not None
    assert [(folder / each.path).read_bytes() for each in recordings] == before, "the sound is not touched"
    assert (await manager.post(f"/api/recordings/keys/{version}/destroy")).status_code == 409
    assert (await manager.post(f"/api/recordings/keys/{version - 1}/destroy")).status_code == 204
    assert (await manager.post(f"/api/recordings/keys/{version - 1}/destroy")).status_code == 404
    for each in await recordings_of(database, tenant):
        assert sounds.intact(each)
    assert await rotate(database, sounds.keys, tenant.id, services.clock) == 0
    with pytest.raises(KeyMissing):
        sounds.keys.unwrap(tenant.id, recordings[0].id, version - 1, recordings[0].wrapped_key or b"")


async def test_the_system_administrator_changes_the_keys_of_all(
    tenant: Tenant, other_tenant: Tenant, services: Services, api_client: SignIn
) -> None:
    system, manager = await api_client("system_administrator"), await api_client("tenant_administrator")
    assert (await manager.post("/api/recordings/keys/rotate-everywhere")).status_code == 403
    assert (await system.post("/api/recordings/keys/rotate-everywhere")).json()["tenants"] >= 2


async def test_what_was_kept_plain_is_sealed(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    recording = await a_recording(database, narrow, tenant, folder)
    sounds = sounds_of(folder)
    whole, sealed = sounds.whole(recording), folder / recording.path
    plain = sealed.with_name(sealed.name.removesuffix(".sealed"))
    sealed.unlink()
    plain.write_bytes(whole)
    async with database.transaction(tenant.id) as session:
        row = await session.get_one(Recording, (tenant.id, recording.id))
        row.path, row.key_version, row.wrapped_key = plain.relative_to(folder).as_posix(), None, None
    auditor = await api_client("auditor")
    assert (await auditor.get(f"/api/recordings/{recording.id}/audio")).content == whole
    assert await seal_plain(database, sounds, tenant.id) == 1
    assert not plain.exists()
    assert whole[:4] == b"fLaC"
    assert whole not in sealed.read_bytes()
    assert (await auditor.get(f"/api/recordings/{recording.id}/audio")).content == whole
    assert await seal_plain(database, sounds, tenant.id) == 0


async def test_nothing_plain_is_left_behind(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    def watched(raw: Path, target: Path, *more: Any) -> Any:
        seen.append(target)
        return encode(raw, target, *more)

    monkeypatch.setattr("zuoxi.recordings.finish.encode", watched)
    recording = await a_recording(database, narrow, tenant, folder)
    assert [path.parent.name for path in seen] == ["making"]
    left = [path for path in folder.rglob("*") if path.is_file()]
    assert left == [folder / recording.path]
    # a recording that was removed is not made again of raw sound that turns up later
    async with database.transaction(tenant.id) as session:
        (await session.get_one(Recording, (tenant.id, recording.id))).state = "removed"
    (folder / recording.path).unlink()
    raw = raw_of(folder, recording.call)
    assert await finisher(folder, database, narrow).finish_all() == 1
    assert not raw.exists()
    assert not (folder / recording.path).exists()


async def test_the_night_is_the_tenants_own(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, services: Services, api_client: SignIn
) -> None:
    jobs = Jobs()
    register(jobs, services)
    manager = await api_client("tenant_administrator")
    await manager.put("/api/recordings/retention", json={"days": 1})
    recording = await a_recording(database, narrow, tenant, folder)
    await make_contact(database, tenant, "")

    def at(hour_in_shanghai: int) -> Services:
        moment = START.replace(day=25, hour=(hour_in_shanghai - 8) % 24)
        return Services(services.settings, database, narrow, None, lambda: moment)

    await night(at(NIGHT_HOUR + 5), sounds_of(folder))
    assert (await read(database, tenant, recording)).state == "kept"
    await night(at(NIGHT_HOUR), sounds_of(folder))
    assert (await read(database, tenant, recording)).state == "removed"
    assert len((await manager.get("/api/recordings/checks")).json()["items"]) == 1
