"""Changing prompts over HTTP."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant

from zuoxi.lines import make_missing_sounds, sound_file
from zuoxi.lines.errors import VoiceFailed
from zuoxi.lines.prompt_routes import voice
from zuoxi.lines.prompts import SHIPPED_BY_KEY, Language
from zuoxi.lines.sound import Samples, to_wav
from zuoxi.lines.voices import EspeakVoice
from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database
from zuoxi.platform.models import AuditEntry

pytestmark = pytest.mark.database


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.folder("prompts")


async def test_a_new_text_is_read_out_at_once(
    api_client: SignIn, tenant: Tenant, database: Database, folder: Path
) -> None:
    manager = await api_client("tenant_administrator")
    path = sound_file(folder, tenant.id, "closed")
    before = {item["key"]: item for item in (await manager.get("/api/prompts")).json()["items"]}
    assert set(before) == set(SHIPPED_BY_KEY)
    assert before["closed"]["shipped"] is True
    assert before["closed"]["ready"] is False
    missing = await manager.get("/api/prompts/closed/audio")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "lines.prompt_not_ready")

    text = {"zh": "今天休息,明天九点再来", "en": "Closed today. Come back at nine.", "language": "zh+en"}
    shown = (await manager.put("/api/prompts/closed", json=text)).json()
    assert shown["ready"] is True
    assert shown["shipped"] is False
    assert 3 < shown["seconds"] < 12
    heard = await manager.get("/api/prompts/closed/audio")
    assert heard.headers["content-type"] == "audio/wav"
    assert heard.content == path.read_bytes()
    async with database.transaction(tenant.id) as session:
        entries = (await session.scalars(select(AuditEntry.object_id).where(AuditEntry.kind == "prompt"))).all()
    assert entries == ["closed"]


async def test_a_recording_takes_the_place_of_a_text_and_back(api_client: SignIn, tenant: Tenant, folder: Path) -> None:
    manager = await api_client("tenant_administrator")
    tone = to_wav(0.3 * np.sin(2 * np.pi * 600 * np.arange(16000) / 8000))
    answer = await manager.put("/api/prompts/greeting/recording", files={"file": ("问候.wav", tone, "audio/wav")})
    assert (answer.json()["uploaded"], answer.json()["seconds"]) == (True, 2.0)
    bad = await manager.put("/api/prompts/greeting/recording", files={"file": ("x.wav", b"nonsense", "audio/wav")})
    assert (bad.status_code, bad.json()["error"]["code"]) == (422, "lines.sound_unreadable")
    assert sound_file(folder, tenant.id, "greeting").stat().st_size == len(tone), "a refused upload changes nothing"
    text = {"zh": "您好", "en": "Hello"}
    assert (await manager.put("/api/prompts/greeting", json=text)).json()["uploaded"] is False


async def test_a_voice_that_fails_changes_nothing(
    api_client: SignIn, app: FastAPI, tenant: Tenant, folder: Path
) -> None:
    class Mute:
        def synthesise(self, text: str, language: Language) -> Samples:
            raise VoiceFailed

    manager = await api_client("tenant_administrator")
    app.dependency_overrides[voice] = Mute
    try:
        answer = await manager.put("/api/prompts/blocked", json={"zh": "您好", "en": "Hello"})
    finally:
        del app.dependency_overrides[voice]
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "lines.voice_failed")
    items = (await manager.get("/api/prompts")).json()["items"]
    assert next(item for item in items if item["key"] == "blocked")["shipped"] is True


async def test_a_text_that_says_nothing_or_goes_on_for_ever_is_refused(api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    for zh, code in (("!!!", "lines.nothing_to_say"), ("请稍候" * 160, "lines.sound_too_long")):
        answer = await manager.put("/api/prompts/closed", json={"zh": zh, "en": "Wait"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    items = (await manager.get("/api/prompts")).json()["items"]
    assert next(item for item in items if item["key"] == "closed")["shipped"] is True


async def test_unknown_prompts_and_other_people_are_refused(api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    unknown = await manager.put("/api/prompts/birthday", json={"zh": "您好", "en": "Hello"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "lines.unknown_prompt")
    assert (await manager.get("/api/prompts/..%2Fetc/audio")).status_code in (404, 422)
    agent = await api_client("agent")
    assert (await agent.get("/api/prompts")).status_code == 403


async def test_set_up_reads_out_what_every_tenant_lacks(settings: Settings, tenant: Tenant, folder: Path) -> None:
    assert await make_missing_sounds(settings, EspeakVoice()) >= 2 * len(SHIPPED_BY_KEY)
    for owner in (tenant.id, "common"):
        assert {path.stem for path in (folder / owner).iterdir()} == set(SHIPPED_BY_KEY)
    assert len(list((settings.folder("music") / "default").iterdir())) == 2
    assert await make_missing_sounds(settings, EspeakVoice()) == 0
