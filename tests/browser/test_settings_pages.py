"""The administrator's pages: special days, clients and projects, people, the audit log in words."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium
from tests.scenarios.desks import Person, sign_in

from zuoxi.platform.identifiers import new_id

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(180)]


async def pick(person: Person, field: str, label: str) -> None:
    """Choose from a list of the page as a person does."""
    await person.at(field).click()
    await person.page.locator(".ant-select-item-option", has_text=label).first.click()


async def test_a_stretch_of_holidays_is_one_entry_for_a_person(centre: Centre) -> None:
    async with chromium() as browser:
        admin = await sign_in(browser, centre.url, centre.logins, "admin", wide=False)
        await admin.page.goto("/lines?tab=special-days")
        await admin.at("special-days-add").click()
        first, last = (admin.page.locator(".ant-modal .ant-picker-range input").nth(place) for place in (0, 1))
        await first.fill("2031-10-01")
        await first.press("Enter")
        await last.fill("2031-10-03")
        await last.press("Enter")
        await admin.at("special-name").fill("国庆节")
        await admin.page.locator(".ant-modal-footer .ant-btn-primary").click()
        rows = admin.at("row").filter(has_text="国庆节")
        await expect(rows).to_have_count(3)
        await expect(rows.first).to_contain_text("2031-10-01")
        await expect(rows.first).to_contain_text("周三")
        await expect(rows.first).to_contain_text("全天休息")
        await expect(rows.first).to_contain_text("全部热线")
        days = (await admin.api("GET", "/api/special-days"))["items"]
        assert [day["day"] for day in days if day["name"] == "国庆节"] == ["2031-10-01", "2031-10-02", "2031-10-03"]
        for place in (3, 2, 1):
            await rows.first.get_by_role("button", name="删除").click()
            await admin.page.locator(".ant-popconfirm:visible .ant-btn-primary").click()
            await expect(rows).to_have_count(place - 1)
        await admin.page.goto("/audit-log")
        await expect(admin.at("row").first).to_contain_text("删除")
        await expect(admin.at("row").first).to_contain_text("节假日与调休")
        await admin.close()


async def test_a_project_is_made_and_renamed(centre: Centre) -> None:
    async with chromium() as browser:
        admin = await sign_in(browser, centre.url, centre.logins, "admin")
        first, then = (f"{name} {new_id()[-6:]}" for name in ("新品项目", "回访项目"))
        await admin.at("nav-projects").click()
        await admin.at("projects-add").click()
        await admin.at("field-name").fill(first)
        client = (await admin.api("GET", "/api/clients"))["items"][0]["name"]
        await pick(admin, "field-client_id", client)
        await admin.page.locator(".ant-modal-footer .ant-btn-primary").click()
        row = admin.at("projects").get_by_test_id("row").filter(has_text=first)
        await expect(row).to_contain_text(client)
        await row.click()
        await admin.at("field-name").fill(then)
        await admin.page.locator(".ant-modal-footer .ant-btn-primary").click()
        await expect(admin.at("projects").get_by_test_id("row").filter(has_text=then)).to_have_count(1)
        await expect(row).to_have_count(0)
        await admin.close()


async def test_nobody_is_made_without_a_role(centre: Centre) -> None:
    async with chromium() as browser:
        admin = await sign_in(browser, centre.url, centre.logins, "admin")
        await admin.page.goto("/users")
        await admin.at("add-user").click()
        for field, text in (("user-login", "roleless"), ("user-name", "无角色"), ("user-number", "7999")):
            await admin.at(field).fill(text)
        await admin.at("user-roles").locator("[aria-label=close], .ant-select-selection-item-remove").first.click()
        await admin.page.locator(".ant-modal-footer .ant-btn-primary").click()
        await expect(admin.page.get_by_text("请至少选择一个角色")).to_be_visible()
        found = await admin.api("GET", "/api/users?q=roleless")
        assert found["total"] == 0
        await admin.close()


async def test_the_audit_log_speaks_in_words(centre: Centre) -> None:
    async with chromium() as browser:
        admin = await sign_in(browser, centre.url, centre.logins, "admin")
        await admin.page.goto("/audit-log?page_size=100")
        await expect(admin.at("row").first).to_be_visible()
        for language, foreign in (("zh-CN", r"^[a-z_ ]+$"), ("en", r"[一-鿿]")):
            if language == "en":
                await admin.at("language-switch").click()
                await expect(admin.at("language-switch")).to_have_text("中文")
            for column in (3, 4):  # what was done, to what
                cells = await admin.page.locator(f"[data-testid=row] td:nth-child({column})").all_inner_texts()
                assert cells
                assert not [cell for cell in cells if re.search(foreign, cell)]
        await admin.at("language-switch").click()
        await expect(admin.at("language-switch")).to_have_text("English")
        await admin.close()
