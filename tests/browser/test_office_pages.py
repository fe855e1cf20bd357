"""Pages away from the telephone: who sees what, languages, returned orders, results by file, the live wallboard."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, WebSocketRoute, expect
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium, window
from tests.scenarios.desks import sign_in

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(180)]

CHINESE = re.compile(r"[一-鿿]")
# What the demo's own names (people, goods, lines) fill; the words of the pages stand around it.
# (The languages are offered under their own names: «中文».)
WORDS = "nav a, main h1, main th, main .ant-tabs-tab, main button:not([data-testid=review-entry]), main label"
PAGES = {
    "supervisor1": ("/wallboard", "/callbacks", "/contacts", "/customers", "/orders", "/returned", "/me", "/cases"),
    "auditor1": ("/audit", "/recordings?tab=holds"),
    "dispatcher1": ("/dispatch", "/dispatch?tab=to-label", "/dispatch?tab=waybills", "/dispatch?tab=import"),
    "admin": (
        "/users",
        "/audit-log",
        "/catalogue",
        "/projects",
        "/tenants",
        "/orders",
        "/contacts",
        *(f"/recordings?tab={tab}" for tab in ("list", "retention", "checks", "keys", "scopes", "unclaimed")),
        *(f"/lines?tab={tab}" for tab in ("hotlines", "queues", "special-days", "rules", "words", "prompts")),
    ),
}


def watched(page: Page) -> list[str]:
    """Faults of the page's own code, as they come."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


async def test_everybody_lands_on_their_page_and_sees_only_theirs(centre: Centre) -> None:
    lands = {"agent07": "/desk", "supervisor1": "/wallboard", "auditor1": "/audit", "dispatcher1": "/dispatch"}
    async with chromium() as browser:
        for login, place in lands.items():
            person = await sign_in(browser, centre.url, centre.logins, login)
            await person.page.wait_for_url(f"**{place}")
            await expect(person.at("nav-users")).to_have_count(0)
            await person.page.goto("/users")
            await expect(person.page.get_by_text("您没有查看此页的权限")).to_be_visible()
            await person.close()


async def test_the_first_administrator_is_offered_only_while_there_is_none(centre: Centre) -> None:
    async with chromium() as browser:
        page = await (await window(browser, centre.url)).new_page()
        async with page.expect_response("**/api/first-administrator") as answered:
            await page.goto("/sign-in")
        assert await (await answered.value).json() == {"missing": False}, "the demo has its administrators"
        offer = page.get_by_test_id("first-administrator")
        await expect(page.get_by_test_id("sign-in")).to_be_visible()
        await expect(offer).to_have_count(0)
        await page.goto("/first-administrator")
        await expect(page.get_by_test_id("first-administrator-exists")).to_be_visible()
        await expect(page.get_by_test_id("first-secret")).to_have_count(0)
        await page.route("**/api/first-administrator", lambda route: route.fulfill(json={"missing": True}))
        await page.goto("/sign-in")
        await offer.click()
        await expect(page.get_by_test_id("first-secret")).to_be_visible()


async def test_english_is_complete_and_no_page_fails(centre: Centre) -> None:
    async with chromium() as browser:
        for login, places in PAGES.items():
            person = await sign_in(browser, centre.url, centre.logins, login, wide=False)
            faults = watched(person.page)
            await person.at("language-switch").click()
            for place in places:
                await person.page.goto(place)
                await expect(person.page.locator("main h1, main [data-testid=wallboard]").first).to_be_visible()
                await expect(person.at("error-notice")).to_have_count(0)
                # at the narrowest window that is served nothing sticks out of it
                assert await person.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
                words = await person.page.locator(WORDS).all_inner_texts()
                assert not [word for word in words if CHINESE.search(word.replace("中文", ""))], place
            assert not faults
            await person.at("language-switch").click()
            await expect(person.at("language-switch")).to_have_text("English")
            await person.close()


async def test_a_returned_order_is_mended_and_audited_again(centre: Centre) -> None:
    async with chromium() as browser:
        auditor = await sign_in(browser, centre.url, centre.logins, "auditor1")
        detail = auditor.at("review-detail")
        await expect(detail).to_be_visible()
        number = await detail.get_attribute("data-order")
        assert number
        await auditor.page.keyboard.press("r")
        await auditor.at("reason").fill("门牌号不详")
        await auditor.page.keyboard.press("Control+Enter")
        await expect(auditor.at("review-entry").filter(has_text=number)).to_have_count(0)

        order = (await auditor.api("GET", f"/api/orders?q={number}"))["items"][0]
        users = await (await sign_in(browser, centre.url, centre.logins, "admin")).api(
            "GET", "/api/users?page_size=200"
        )
        writer = next(user["login"] for user in users["items"] if user["id"] == order["agent_id"])
        agent = await sign_in(browser, centre.url, centre.logins, writer)
        await agent.at("nav-returned").click()
        await agent.at("row").filter(has_text=number).click()
        await expect(agent.at("return-reason")).to_contain_text("门牌号不详")
        await agent.at("mend").click()
        await agent.at("street").fill("湖滨路 21 号 6 幢 302 室")
        await agent.at("resubmit").click()
        await expect(agent.at("row").filter(has_text=number)).to_have_count(0)

        # it comes back to the same auditor's open page
        await auditor.at("review-entry").filter(has_text=number).click(timeout=15_000)
        await expect(auditor.at("order-address")).to_contain_text("湖滨路 21 号 6 幢 302 室")
        await auditor.page.keyboard.press("a")
        await expect(auditor.at("review-entry").filter(has_text=number)).to_have_count(0)


async def test_what_was_printed_stays_chosen_for_the_hand_over(centre: Centre) -> None:
    async with chromium() as browser:
        dispatcher = await sign_in(browser, centre.url, centre.logins, "dispatcher1")
        await dispatcher.page.goto("/dispatch?tab=waybills&printed=false")
        row = dispatcher.at("waybills").get_by_test_id("row").first
        number = await row.locator("b").inner_text()
        await row.locator("input[type=checkbox]").check()
        await dispatcher.at("print-labels").click()
        # it leaves the list of what is not printed, not the choice
        await expect(row.filter(has_text=number)).to_have_count(0)
        await expect(dispatcher.at("print-labels")).to_be_disabled()
        await expect(dispatcher.at("hand-over")).to_have_text("交接发货（1）")
        await expect(dispatcher.at("hand-over")).to_be_enabled()
        await dispatcher.close()


async def test_a_wrong_result_file_names_its_rows_and_takes_nothing(centre: Centre) -> None:
    async with chromium() as browser:
        dispatcher = await sign_in(browser, centre.url, centre.logins, "dispatcher1")
        await dispatcher.page.goto("/dispatch?tab=import")
        rows = "运单号,状态,日期,备注\nNO-SUCH-1,签收,2026-11-22,\nNO-SUCH-2,飞了,2026-11-22,\n"
        await dispatcher.page.locator("input[type=file]").set_input_files(
            {"name": "结果.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        )
        await expect(dispatcher.at("import-rejected")).to_be_visible()
        await expect(dispatcher.at("import-faults")).to_contain_text("NO-SUCH-1")
        await expect(dispatcher.at("import-faults")).to_contain_text("飞了")


async def test_the_wallboard_says_when_its_line_is_lost_and_catches_up(centre: Centre) -> None:
    lines: list[WebSocketRoute] = []
    away = False

    async def relay(page_side: WebSocketRoute) -> None:
        if away:
            await page_side.close(code=1012)
            return
        page_side.connect_to_server()
        lines.append(page_side)

    async with chromium() as browser:
        board = await sign_in(browser, centre.url, centre.logins, "supervisor1")
        await board.page.route_web_socket("**/api/live/wallboard", relay)
        await board.page.goto("/wallboard")
        await expect(board.at("wallboard")).to_have_attribute("data-status", "live")
        away = True
        await lines[-1].close(code=1012)
        await expect(board.at("wallboard-lost")).to_be_visible()
        await expect(board.at("total-offered")).to_be_visible()
        away = False
        await expect(board.at("wallboard-lost")).to_be_hidden(timeout=15_000)
        await expect(board.at("wallboard")).to_have_attribute("data-status", "live")
