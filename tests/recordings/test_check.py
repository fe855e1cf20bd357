"""The nightly comparison of calls, rows and files."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.fixtures.api import Client, SignIn
from tests.fixtures.database import Tenant
from tests.recordings.calls import START, a_call, a_recording, fact, finisher, make_contact, raw_of, sounds_of

from zuoxi.platform.database import Database
from zuoxi.recordings import Recording
from zuoxi.recordings.check import SETTLED, check

pytestmark = pytest.mark.database

NEXT_NIGHT = START + timedelta(hours=8)


async def compare(database: Database, tenant: Tenant, folder: Path, now: datetime = NEXT_NIGHT) -> dict[str, int]:
    for path in folder.rglob("*"):  # the files are as old as the calls
        if path.is_file():
            os.utime(path, (START.timestamp(), START.timestamp()))
    done = await check(database, sounds_of(folder), tenant.id, lambda: now)
    return dict(done.counts["open"])


async def findings(client: Client, state: str = "open") -> list[tuple[str, str]]:
    items = (await client.get(f"/api/recordings/findings?state={state}&page_size=100")).json()["items"]
    return sorted((item["kind"], item["subject"]) for item in items)


async def test_where_everything_agrees_nothing_is_found(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    recording = await a_recording(database, narrow, tenant, folder)
    await make_contact(database, tenant, a_call(), answered_at=None, outcome="abandoned")  # nobody to be heard
    made_up = await make_contact(database, tenant, a_call())
    async with database.transaction(tenant.id) as session:
        session.add(fact(tenant, made_up, 1, 4, "ContactAnswered", domain="demo"))
    assert await compare(database, tenant, folder) == {}
    assert await findings(manager) == []
    (last,) = (await manager.get("/api/recordings/checks")).json()["items"]
    assert (last["counts"]["contacts"], last["counts"]["recordings"], last["counts"]["files"]) == (1, 1, 1)
    assert (last["counts"]["verified"], last["counts"]["verified_bytes"]) == (1, recording.size)


async def test_everything_that_does_not_agree_is_found_and_what_is_mended_is_over(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    manager, auditor, agent = [await api_client(role) for role in ("tenant_administrator", "auditor", "agent")]
    lost, damaged, keyless = [await a_recording(database, narrow, tenant, folder) for _ in range(3)]
    silent, waiting = await make_contact(database, tenant, a_call()), a_call()
    unfinished = await make_contact(database, tenant, waiting)
    raw_of(folder, waiting)
    cut = a_call()
    short = await make_contact(database, tenant, cut, ended_at=START + timedelta(minutes=5))
    raw_of(folder, cut, 60.0)
    crashed = a_call()  # the end of a call that the engine took with it says little
    await make_contact(database, tenant, crashed, ended_at=START + timedelta(minutes=5), reason="engine_lost")
    raw_of(folder, crashed, 60.0)
    (folder / "raw" / f"{waiting}.raw").rename(folder / "raw" / "kept-back")
    await finisher(folder, database, narrow, after_s=600).finish_all()
    (folder / "raw" / "kept-back").rename(folder / "raw" / f"{waiting}.raw")

    (folder / lost.path).rename(folder / "lost")
    content = bytearray((folder / damaged.path).read_bytes())
    content[-20] ^= 1
    (folder / damaged.path).write_bytes(content)
    async with database.transaction(tenant.id) as session:
        (await session.get_one(Recording, (tenant.id, keyless.id))).key_version = 99
    orphan = Path(lost.path).with_name("orphan.flac.sealed")
    (folder / orphan).write_bytes(b"?")

    expected = sorted(
        [
            ("missing", silent),
            ("unfinished", unfinished),
            ("short", short),
            ("file_missing", lost.id),
            ("damaged", damaged.id),
            ("key_missing", keyless.id),
            ("orphan", orphan.as_posix()),
        ]
    )
    assert await compare(database, tenant, folder) == dict.fromkeys([kind for kind, _ in expected], 1)
    assert await findings(manager) == await findings(auditor) == expected
    assert (await agent.get("/api/recordings/findings")).status_code == 403
    assert (folder / orphan).exists(), "nothing is removed by a comparison"

    # once more: the same, not twice
    await compare(database, tenant, folder, NEXT_NIGHT + timedelta(days=1))
    assert await findings(manager) == expected
    # one is explained, others are mended
    (item,) = (await manager.get("/api/recordings/findings?kind=missing")).json()["items"]
    explain = f"/api/recordings/findings/{item['id']}/explain"
    assert (await auditor.post(explain, json={"note": "x"})).status_code == 403
    assert (await manager.post(explain, json={"note": "磁盘故障,已报备"})).json()["state"] == "explained"
    (folder / "lost").rename(folder / lost.path)
    content[-20] ^= 1
    (folder / damaged.path).write_bytes(content)
    (folder / orphan).unlink()
    # a week later the short call is still looked at, because its finding is open
    await compare(database, tenant, folder, NEXT_NIGHT + timedelta(days=30))
    assert await findings(manager) == sorted(
        [("unfinished", unfinished), ("short", short), ("key_missing", keyless.id)]
    )
    assert await findings(manager, "explained") == [("missing", silent)]
    assert len(await findings(manager, "resolved")) == 3
    # and what was over comes again
    (folder / orphan).write_bytes(b"?")
    await compare(database, tenant, folder, NEXT_NIGHT + timedelta(days=31))
    assert ("orphan", orphan.as_posix()) in await findings(manager)


async def test_what_may_still_be_under_way_is_left_alone(
    database: Database, narrow: Database, tenant: Tenant, folder: Path
) -> None:
    call = a_call()
    await make_contact(database, tenant, call)
    ended = START + timedelta(seconds=10)
    assert await compare(database, tenant, folder, ended + SETTLED - timedelta(seconds=1)) == {}
    assert await compare(database, tenant, folder, ended + SETTLED + timedelta(seconds=1)) == {"missing": 1}


async def test_a_removal_that_was_cut_off_is_finished(
    database: Database, narrow: Database, tenant: Tenant, folder: Path
) -> None:
    recording = await a_recording(database, narrow, tenant, folder)
    async with database.transaction(tenant.id) as session:
        row = await session.get_one(Recording, (tenant.id, recording.id))
        row.state, row.key_version, row.wrapped_key = "removed", None, None
    assert await compare(database, tenant, folder) == {}
    assert not (folder / recording.path).exists()


async def test_one_tenants_findings_are_not_anothers(
    database: Database, narrow: Database, tenant: Tenant, other_tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    await make_contact(database, tenant, a_call())
    await a_recording(database, narrow, other_tenant, folder)
    await compare(database, tenant, folder)
    await compare(database, other_tenant, folder)
    stranger = await api_client("tenant_administrator", of=other_tenant)
    assert await findings(stranger) == []
    assert len(await findings(await api_client("tenant_administrator"))) == 1


async def test_sound_of_nobody_is_shown_to_the_system_administrator(
    database: Database, narrow: Database, folder: Path, api_client: SignIn
) -> None:
    system, manager = await api_client("system_administrator"), await api_client("tenant_administrator")
    call, stuck = a_call(), a_call()
    raw_of(folder, call)
    job = finisher(folder, database, narrow, after_s=60)
    await job.finish_all()
    job._clock = lambda: START + timedelta(hours=1)
    assert await job.finish_all() == 1
    raw_of(folder, stuck)
    items = (await system.get("/api/recordings/unclaimed")).json()["items"]
    assert {item["name"]: item["finished"] for item in items} == {call: True, stuck: False}
    assert (await manager.get("/api/recordings/unclaimed")).status_code == 403


async def test_a_check_is_asked_for_by_hand(api_client: SignIn) -> None:
    manager, auditor = await api_client("tenant_administrator"), await api_client("auditor")
    assert (await manager.post("/api/recordings/checks")).status_code == 202
    assert (await auditor.post("/api/recordings/checks")).status_code == 403
