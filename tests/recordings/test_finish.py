"""Finishing: nothing is lost, nothing is done twice, nobody hears what is not theirs."""

from __future__ import annotations

import asyncio
import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import soundfile
from sqlalchemy import insert, select
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant
from tests.recordings.calls import START, a_call, finisher, make_contact, raw_of, recordings_of, sounds_of
from tests.recordings.sounds import loudest

from zuoxi.accounts import Client
from zuoxi.contacts import ContactEvent
from zuoxi.customers import Customer
from zuoxi.lines.change_settings import change_settings
from zuoxi.platform.database import Base, Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.jobs import Jobs
from zuoxi.platform.models import AuditEntry
from zuoxi.platform.services import Services
from zuoxi.recordings import Finisher
from zuoxi.recordings.encode import EncodingFailed, encode
from zuoxi.recordings.finish import RESERVE
from zuoxi.recordings.jobs import register
from zuoxi.recordings.keys import INSTALLATION
from zuoxi.recordings.seal import SealedFile

pytestmark = pytest.mark.database


async def test_an_ended_call_becomes_a_kept_file_and_the_raw_sound_goes(
    database: Database, narrow: Database, tenant: Tenant, folder: Path
) -> None:
    call = a_call()
    contact = await make_contact(database, tenant, call)
    raw = raw_of(folder, call)
    assert await finisher(folder, database, narrow).finish_all() == 1
    assert not raw.exists()
    (recording,) = await recordings_of(database, tenant)
    assert recording.path == f"{tenant.id}/2026/11/21/{contact}.{call}.flac.sealed", "the day of the tenant's zone"
    assert (recording.seconds, recording.cut_s, recording.starts_at) == (10.0, 0.0, START)
    assert b"fLaC" not in (folder / recording.path).read_bytes(), "sealed"
    content = sounds_of(folder).whole(recording)
    assert (recording.size, recording.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert await finisher(folder, database, narrow).finish_all() == 0


async def test_waiting_is_left_out_where_the_tenant_says_so(
    database: Database, narrow: Database, tenant: Tenant, folder: Path
) -> None:
    async with database.transaction(tenant.id) as session:
        await change_settings(session, None, {"record_waiting": False})
    call, gave_up = a_call(), a_call()
    await make_contact(database, tenant, call)
    await make_contact(database, tenant, gave_up, answered_at=None, outcome="abandoned")
    raw_of(folder, call)
    raw_of(folder, gave_up)
    assert await finisher(folder, database, narrow).finish_all() == 2
    (recording,) = await recordings_of(database, tenant)
    assert recording.call == call
    assert recording.seconds == pytest.approx(6.2)
    assert recording.starts_at == START + timedelta(seconds=3.8)
    assert list((folder / "raw").iterdir()) == []


async def test_a_call_that_goes_on_is_left_alone(
    database: Database, narrow: Database, tenant: Tenant, folder: Path
) -> None:
    going, quiet = a_call(), a_call()
    await make_contact(database, tenant, going, ended_at=None, outcome=None)
    await make_contact(database, tenant, quiet)
    raws = [raw_of(folder, going), raw_of(folder, quiet)]
    assert await finisher(folder, database, narrow, after_s=12).finish_all() == 0, "written a moment ago"
    assert await finisher(folder, database, narrow, after_s=600).finish_all() == 1
    assert [raw.exists() for raw in raws] == [True, False]
    # its end was never noted: what there is, is kept
    assert await finisher(folder, database, narrow, after_s=2 * 3600).finish_all() == 1
    assert {recording.call for recording in await recordings_of(database, tenant)} == {going, quiet}


async def test_a_full_disk_loses_nothing(database: Database, narrow: Database, tenant: Tenant, folder: Path) -> None:
    call = a_call()
    await make_contact(database, tenant, call)
    raw = raw_of(folder, call)
    with pytest.raises(EncodingFailed):
        await finisher(folder, database, narrow, free=lambda _: RESERVE).finish_all()
    assert raw.exists()
    assert await recordings_of(database, tenant) == []
    assert await finisher(folder, database, narrow).finish_all() == 1


async def test_the_worker_goes_on_after_a_fault(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, services: Services
) -> None:
    jobs = Jobs()
    register(jobs, services)
    assert set(jobs.always_running) == {"recordings.finish", "recordings.seal"}
    call = a_call()
    await make_contact(database, tenant, call)
    raw_of(folder, call)
    free = iter([0, 10**12])
    job = finisher(folder, database, narrow, free=lambda _: next(free))
    running = asyncio.create_task(job.run(pause_s=0, pause_when_full_s=0))
    async with asyncio.timeout(30):
        while not await recordings_of(database, tenant):  # noqa: ASYNC110 - a row, it rings no bell
            await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_one_bad_file_does_not_hold_up_the_others(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = sorted((a_call(), a_call()))
    for call in (bad, good):
        await make_contact(database, tenant, call)
        raw_of(folder, call)

    def encode_but_one(raw: Path, *more: Any) -> Any:
        if raw.stem == bad:
            raise EncodingFailed("cannot be read")
        return encode(raw, *more)

    with monkeypatch.context() as patch:
        patch.setattr("zuoxi.recordings.finish.encode", encode_but_one)
        with pytest.raises(EncodingFailed):
            await finisher(folder, database, narrow).finish_all()
    assert [recording.call for recording in await recordings_of(database, tenant)] == [good]
    assert [raw.stem for raw in (folder / "raw").iterdir()] == [bad]
    assert await finisher(folder, database, narrow).finish_all() == 1


async def test_recordings_are_found_from_the_order(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    call, order, other = a_call(), new_id(), new_id()
    contact = await make_contact(database, tenant, call)
    raw_of(folder, call)
    await finisher(folder, database, narrow).finish_all()
    async with database.transaction(tenant.id) as session:
        client = Client(name="甲方")
        session.add(client)
        await session.flush()
        customer = Customer(client_id=client.id, name="王小明")
        session.add(customer)
        await session.flush()
        for order_id, contact_id in ((order, contact), (other, None)):
            await session.execute(
                insert(Base.metadata.tables["orders"])
                .inline()
                .values(
                    id=order_id,
                    number=order_id,
                    client_id=client.id,
                    contact_id=contact_id,
                    customer_id=customer.id,
                    agent_id=customer.id,
                    state="submitted",
                    payment="cod",
                    amount_minor=1,
                    currency="CNY",
                    created_at=START,
                    updated_at=START,
                    **dict.fromkeys(
                        (
                            *("customer_name", "agent_name", "summary", "recipient", "phone"),
                            *("phone_key", "province", "city", "district", "street"),
                        ),
                        "-",
                    ),
                )
            )
    auditor = await api_client("auditor")
    items = (await auditor.get(f"/api/recordings?order_id={order}")).json()["items"]
    assert [item["contact_id"] for item in items] == [contact]
    for unknown in (other, new_id()):
        assert (await auditor.get(f"/api/recordings?order_id={unknown}")).json()["total"] == 0


async def test_an_interrupted_pass_is_mended(
    database: Database, narrow: Database, tenant: Tenant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = a_call()
    await make_contact(database, tenant, call)
    raw = raw_of(folder, call)
    sound = raw.read_bytes()

    async def killed(*_: Any) -> None:
        raise RuntimeError("killed after the file, before the row")

    with monkeypatch.context() as patch:
        patch.setattr(Finisher, "_store", killed)
        with pytest.raises(RuntimeError):
            await finisher(folder, database, narrow).finish_all()
    assert raw.read_bytes() == sound
    assert await finisher(folder, database, narrow).finish_all() == 1
    # killed after the row, before the raw sound went: the row stands, and the raw sound goes
    raw_of(folder, call)
    assert await finisher(folder, database, narrow).finish_all() == 1
    assert len(await recordings_of(database, tenant)) == 1
    # the kept file was lost, the raw sound is there: it is kept again
    (recording,) = await recordings_of(database, tenant)
    (folder / recording.path).unlink()
    raw_of(folder, call)
    assert await finisher(folder, database, narrow).finish_all() == 1
    assert (folder / recording.path).exists()


async def test_sound_without_a_contact_is_set_aside_after_a_while(
    database: Database, narrow: Database, folder: Path
) -> None:
    call = a_call()
    raw = raw_of(folder, call)
    now = START + timedelta(minutes=1)
    job = Finisher(folder, database, narrow, lambda: now, free=lambda _: 10**12)
    assert await job.finish_all() == 0
    now = START + timedelta(minutes=30)
    assert await job.finish_all() == 1
    assert not raw.exists()
    version, wrapped = (folder / "unclaimed" / f"{call}.key").read_text().split()
    key = sounds_of(folder).keys.unwrap(INSTALLATION, call, int(version), bytes.fromhex(wrapped))
    sealed = SealedFile(folder / "unclaimed" / f"{call}.flac.sealed", key)
    assert soundfile.info(io.BytesIO(b"".join(sealed.read()))).duration == 10.0


async def test_who_may_hear_what(
    database: Database, narrow: Database, tenant: Tenant, other_tenant: Tenant, folder: Path, api_client: SignIn
) -> None:
    auditor, agent, colleague = await api_client("auditor"), await api_client("agent"), await api_client("agent")
    stranger, dispatcher = await api_client("auditor", of=other_tenant), await api_client("dispatcher")
    call, customer = a_call(), new_id()
    contact = await make_contact(database, tenant, call, customer_id=customer, agent_id=agent.principal.user_id)
    async with database.transaction(tenant.id) as session:
        session.add(
            ContactEvent(
                tenant_id=tenant.id,
                domain=tenant.id,
                epoch=1,
                seq=1,
                index=0,
                at=START,
                kind="ContactAnswered",
                contact_id=contact,
                agent_id=agent.principal.user_id,
                payload={},
            )
        )
    raw_of(folder, call)
    await finisher(folder, database, narrow).finish_all()

    (found,) = (await auditor.get(f"/api/recordings?contact_id={contact}")).json()["items"]
    assert (await auditor.get(f"/api/recordings?customer_id={customer}")).json()["items"] == [found]
    assert (await agent.get(f"/api/recordings?contact_id={contact}")).json()["total"] == 1
    assert (await colleague.get(f"/api/recordings?contact_id={contact}")).json()["total"] == 0
    assert (await auditor.get("/api/recordings")).json()["total"] == 1
    address = f"/api/recordings/{found['id']}"
    for client, status in ((colleague, 404), (stranger, 404), (dispatcher, 403), (agent, 200)):
        for path in ("", "/audio", "/peaks", "/timeline"):
            assert (await client.get(address + path)).status_code == status, path

    peaks = (await auditor.get(f"{address}/peaks")).json()
    assert [channel["side"] for channel in peaks["channels"]] == ["caller", "agent"]
    assert max(peaks["channels"][0]["max"]) == pytest.approx(0.4 * 127, abs=1)

    whole = await auditor.get(f"{address}/audio")
    assert whole.headers["content-type"] == "audio/flac"
    samples, _ = soundfile.read(io.BytesIO(whole.content))
    assert (round(loudest(samples[:, 0])), round(loudest(samples[:, 1]))) == (440, 1000)
    part = await auditor.get(f"{address}/audio", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    assert (await auditor.get(f"{address}/audio", headers={"Range": "bytes=99999999-"})).status_code == 416

    async with database.transaction(tenant.id) as session:
        entries = (
            await session.execute(
                select(AuditEntry.user_id, AuditEntry.action).where(AuditEntry.object_id == found["id"])
            )
        ).all()
    assert sorted(entries) == sorted((client.principal.user_id, "listen") for client in (auditor, agent)), (
        "one entry for each listener, none for those refused"
    )

    (folder / (await recordings_of(database, tenant))[0].path).unlink()
    gone = await auditor.get(f"{address}/audio")
    assert (gone.status_code, gone.json()["error"]["code"]) == (503, "recordings.file_missing")
