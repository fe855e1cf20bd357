"""What people do in the pages, as steps: an agent at the desk, an auditor, a dispatcher."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect
from tests.fixtures.chromium import window

SCREENSHOTS = Path(os.environ.get("ZUOXI_SCREENSHOTS", "/nonexistent"))


async def shot(page: Page, name: str) -> None:
    """Keep a picture for the documents, when a folder for them is named."""
    if SCREENSHOTS.is_dir():
        await page.screenshot(path=SCREENSHOTS / f"{name}.png")


@dataclass(slots=True)
class Person:
    """Somebody signed in to a page of their own."""

    context: BrowserContext
    page: Page

    def at(self, name: str) -> Any:
        """The element with this test id."""
        return self.page.get_by_test_id(name)

    async def api(self, method: str, path: str, **more: Any) -> Any:
        """A request with the cookies of the page; the JSON (or the bytes when it is not JSON) of a good answer."""
        answer = await self.context.request.fetch(path, method=method, headers={"X-Zuoxi": "1"}, **more)
        assert answer.ok, f"{method} {path}: {answer.status} {await answer.text()}"
        if "json" in (answer.headers.get("content-type") or ""):
            return await answer.json()
        return await answer.body()

    async def close(self) -> None:
        await self.context.close()


async def sign_in(
    browser: Browser, url: str, logins: Iterable[Mapping[str, Any]], login: str, *, wide: bool = True
) -> Person:
    """Sign in as one of the demo's people, through the page."""
    password = next(each["password"] for each in logins if each["login"] == login)
    context = await window(browser, url, wide=wide)
    page = await context.new_page()
    await page.goto("/")
    person = Person(context, page)
    await person.at("login").fill(login)
    await person.at("password").fill(password)
    await person.at("sign-in").click()
    await expect(person.at("user-menu")).to_be_visible()
    return person


async def take_seat(agent: Person) -> None:
    """Sign in at the browser's phone and go ready."""
    await agent.at("seat-browser").click()
    await agent.at("take-seat").click()
    await expect(agent.at("phone-status")).to_have_attribute("data-status", "registered", timeout=20_000)
    await go_ready(agent)


async def go_ready(agent: Person) -> None:
    await agent.page.keyboard.press("Alt+r")
    await expect(agent.page.locator("[data-testid=agent-state][data-state=ready]")).to_be_visible()


async def leave_seat(agent: Person) -> None:
    """Sign out of the seat, as at the end of a shift."""
    await agent.at("not-ready").click()
    await agent.at("leave-seat").click()
    await expect(agent.at("seat-taking")).to_be_visible()


async def write_order(agent: Person, word: str, street: str) -> None:
    """Fill in the order form: one product found by ``word``, to an address."""
    await agent.at("product-search").locator("input").fill(word)
    await agent.at("product-option").first.click()
    await expect(agent.at("order-line")).to_have_count(1)
    if await agent.at("recipient").count() == 0:
        return  # a known address is chosen already
    await agent.at("recipient").fill("赵小满")
    await agent.at("street").fill(street)
    await agent.at("region").click()
    for name in ("浙江省", "杭州市", "西湖区"):
        await agent.page.locator(".ant-cascader-menu-item", has_text=name).first.click()
