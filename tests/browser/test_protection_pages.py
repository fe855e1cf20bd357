"""The pages of the protection: bans, dialling limits, one's sessions, the password asked again; all under the strict
content policy."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Route, expect
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium
from tests.scenarios.desks import sign_in

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(180)]

ADDRESS = "203.0.113.77"


def password_of(centre: Centre, login: str) -> str:
    return str(next(each["password"] for each in centre.logins if each["login"] == login))


async def test_an_address_is_refused_and_let_in_again(centre: Centre) -> None:
    async with chromium() as browser:
        admin = await sign_in(browser, centre.url, centre.logins, "admin")
        against_policy: list[str] = []
        admin.page.on(
            "console", lambda told: against_policy.append(told.text) if "Content Security" in told.text else None
        )
        await admin.at("nav-protection").click()
        await admin.at("ban-address").click()
        await admin.at("ban-ip").fill("127.0.0.1")
        await admin.at("save-ban").click()
        await expect(admin.page.get_by_text("不能封禁")).to_be_visible()
        await admin.at("ban-ip").fill(ADDRESS)
        await admin.at("save-ban").click()
        row = admin.page.locator("tr").filter(has_text=ADDRESS)
        await expect(row).to_contain_text("人工封禁")
        await row.get_by_test_id("lift-ban").click()
        await admin.at("lift-sure").click()
        await expect(row).to_have_count(0)
        await admin.page.get_by_text("已解除").click()
        await expect(row.first).to_contain_text("人工封禁")
        assert against_policy == []
        await admin.close()


async def test_a_grave_change_asks_for_the_password_and_then_happens(centre: Centre) -> None:
    """The server's refusal is played the first time, as it comes a quarter of an hour after signing in."""
    async with chromium() as browser:
        admin = await sign_in(browser, centre.url, centre.logins, "admin")
        before = await admin.api("GET", "/api/dial-limits")
        asked: list[str] = []

        async def first_refused(route: Route) -> None:
            if route.request.method == "PUT" and not asked:
                asked.append(route.request.url)
                error = {"code": "accounts.confirm_first", "message": "请确认", "data": {}}
                await route.fulfill(status=403, content_type="application/json", body=json.dumps({"error": error}))
            else:
                await route.continue_()

        await admin.page.route("**/api/dial-limits", first_refused)
        await admin.page.goto("/lines?tab=dialling")
        field = admin.page.locator("#concurrent")
        await field.fill("7")
        await admin.at("save-dial-limits").click()
        await admin.at("identity-password").fill("not the password")
        await admin.at("confirm-identity").click()
        await expect(admin.page.get_by_text("当前密码不正确")).to_be_visible()
        await admin.at("identity-password").fill(password_of(centre, "admin"))
        await admin.at("confirm-identity").click()
        await expect(admin.page.get_by_text("已保存")).to_be_visible()
        changed = await admin.api("GET", "/api/dial-limits")
        assert changed["tenant"] == before["tenant"] | {"concurrent": 7}
        await admin.page.get_by_placeholder("输入号码").fill("+1 900 555 0100")
        await admin.page.get_by_placeholder("输入号码").press("Enter")
        await expect(admin.at("dial-trial")).to_contain_text("默认禁止")
        restored = await admin.context.request.put("/api/dial-limits", headers={"X-Zuoxi": "1"}, data=before["tenant"])
        assert restored.status == 204
        await admin.close()


async def test_one_signs_out_elsewhere(centre: Centre) -> None:
    async with chromium() as browser:
        here = await sign_in(browser, centre.url, centre.logins, "auditor2")
        there = await sign_in(browser, centre.url, centre.logins, "auditor2")
        await here.page.goto("/me")
        await expect(here.at("own-session").filter(has_text="本机")).to_have_count(1)
        await here.at("end-others").click()
        await expect(here.at("own-session")).to_have_count(1)
        refused = await there.context.request.get("/api/session")
        assert refused.status == 401
        await here.close()
        await there.close()
