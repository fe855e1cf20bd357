"""Recordings in the page: found, played with their marks, kept as a model case that an agent hears, held, taken out,
compared."""

from __future__ import annotations

import json
import zipfile

import pytest
from playwright.async_api import expect
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium
from tests.scenarios.desks import sign_in

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(240)]

PATIENCE = 30_000  # ms; only a failing test waits that long


async def test_a_recording_goes_from_the_list_to_an_agents_ear(centre: Centre) -> None:
    async with chromium() as browser:
        auditor = await sign_in(browser, centre.url, centre.logins, "auditor1")
        page = auditor.page
        await page.goto("/recordings")
        row = auditor.at("row").first
        await expect(row).to_be_visible(timeout=60_000)  # a fresh demo's recordings are still being made
        await row.locator("input[type=checkbox]").check()
        await row.click()
        detail = auditor.at("recording-detail")
        await expect(detail.get_by_test_id("talk-band")).to_be_visible(timeout=PATIENCE)
        player = detail.get_by_test_id("recording")
        marks = detail.get_by_test_id("mark")
        assert await marks.count() >= 2

        # sealed sound plays, and a mark is jumped to without all that lies before it
        await detail.get_by_test_id("play-recording").click()
        await expect(player).to_have_attribute("data-playing", "true", timeout=PATIENCE)
        await marks.last.click()
        await expect(detail.get_by_test_id("recording-time")).not_to_have_text("0:00", timeout=PATIENCE)

        await detail.get_by_test_id("make-case").click()
        await auditor.at("case-title").fill("开场白范例")
        await page.locator("input#category").fill("开场与需求")
        await auditor.at("case-ok").click()
        await expect(auditor.at("case-title")).to_have_count(0, timeout=PATIENCE)

        await detail.get_by_test_id("place-hold").click()
        await auditor.at("hold-why").fill("投诉单 118")
        await auditor.at("hold-ok").click()
        await expect(detail.get_by_text("保全", exact=True)).to_be_visible(timeout=PATIENCE)

        await detail.get_by_test_id("export-recordings").click()
        await auditor.at("export-reason").fill("投诉取证")
        async with page.expect_download() as downloading:
            await auditor.at("export-ok").click()
        with zipfile.ZipFile(await (await downloading.value).path()) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            assert (manifest["reason"], len(manifest["recordings"])) == ("投诉取证", 1)
            assert {"SHA256SUMS", manifest["recordings"][0]["file"]} <= set(archive.namelist())
        await page.goto("/recordings?tab=holds")
        await expect(auditor.at("holds").get_by_text("投诉单 118")).to_be_visible(timeout=PATIENCE)

        agent = await sign_in(browser, centre.url, centre.logins, "agent12")
        await agent.page.goto("/cases")
        case = agent.at("model-case").filter(has_text="开场白范例")
        await case.get_by_test_id("play-recording").click()
        await expect(case.get_by_test_id("recording")).to_have_attribute("data-playing", "true", timeout=PATIENCE)
        await expect(case.get_by_test_id("recording-time")).not_to_have_text("0:00", timeout=PATIENCE)
        await expect(case.get_by_test_id("release-case")).to_have_count(0, timeout=PATIENCE)


async def test_the_administrator_compares_and_changes_the_key(centre: Centre) -> None:
    async with chromium() as browser:
        admin = await sign_in(browser, centre.url, centre.logins, "admin")
        await admin.page.goto("/recordings?tab=checks")
        await admin.at("check-now").click()
        await expect(admin.at("check-counts")).to_contain_text("上次核对", timeout=60_000)
        await admin.page.goto("/recordings?tab=keys")
        await admin.at("rotate-key").click()
        async with admin.page.expect_response("**/api/recordings/keys/rotate") as asked:
            await admin.page.locator(".ant-popconfirm .ant-btn-primary").click()
        version = (await (await asked.value).json())["to_version"]
        await expect(admin.page.get_by_text(f"轮换到版本 {version}，共")).to_be_visible(timeout=60_000)
