"""The agent's desk beyond the main journey: transfer, rejection, a second window, a lost connection, no microphone."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Route, WebSocketRoute, expect
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium
from tests.scenarios.desks import Person, leave_seat, sign_in, take_seat

from zuoxi.telephony.phone import tone
from zuoxi.telephony.sipp import SippCallers, SippPlan

HOTLINE = "4008001111"

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(180)]


@contextlib.asynccontextmanager
async def caller(centre: Centre, number: str) -> AsyncIterator[SippCallers]:
    """One caller with a tone on the line, until the end of the block."""
    plan = SippPlan(("127.0.0.1", centre.settings.ports.sip), [(number, HOTLINE)], hold=120, sound=tone(1700.0, 4.0))
    async with SippCallers(plan) as callers:
        yield callers


async def answer(agent: Person) -> None:
    await expect(agent.at("offer")).to_be_visible(timeout=20_000)
    await agent.page.keyboard.press("F2")
    await expect(agent.at("call-bar")).to_have_attribute("data-state", "talking", timeout=10_000)


async def dispose(agent: Person) -> None:
    """The first disposition, by the keyboard alone."""
    await expect(agent.at("wrap-up")).to_be_visible(timeout=10_000)
    await agent.page.keyboard.press("2")
    await agent.page.keyboard.press("Enter")
    await expect(agent.at("wrap-up")).to_be_hidden()


async def test_a_call_is_held_transferred_rejected_and_comes_back(centre: Centre) -> None:
    async with chromium() as browser:
        first = await sign_in(browser, centre.url, centre.logins, "agent01", wide=False)
        await take_seat(first)
        async with caller(centre, "13957100872") as callers:
            await answer(first)
            await first.page.keyboard.press("F9")
            await expect(first.at("call-bar")).to_have_attribute("data-state", "held")
            await first.page.keyboard.press("F9")
            await expect(first.at("call-bar")).to_have_attribute("data-state", "talking")
            await first.page.keyboard.press("F8")
            await expect(first.at("call-bar")).to_have_attribute("data-muted", "true")

            second = await sign_in(browser, centre.url, centre.logins, "agent02")
            await take_seat(second)
            await first.page.keyboard.press("Alt+t")
            await expect(first.at("transfer-agent")).to_have_count(1)
            await first.page.keyboard.press("Enter")
            await expect(second.at("offer")).to_be_visible(timeout=10_000)
            await expect(second.at("offer-number")).to_contain_text("0872")
            await second.page.keyboard.press("F4")
            await expect(second.at("offer")).to_be_hidden()
            await expect(second.at("agent-state")).to_have_attribute("data-state", "not_ready")

            await dispose(first)
            await answer(first)
            # muting ended with the call that it was for
            await expect(first.at("call-bar")).to_have_attribute("data-muted", "false")
            callers.hang_up()
            await dispose(first)
        await leave_seat(first)
        await leave_seat(second)


async def test_a_second_window_takes_the_call_over(centre: Centre) -> None:
    async with chromium() as browser:
        agent = await sign_in(browser, centre.url, centre.logins, "agent04")
        await take_seat(agent)
        async with caller(centre, "13957100873") as callers:
            await answer(agent)
            await agent.at("note").fill("半句话")
            await expect(agent.at("draft-status").first).to_have_attribute("data-status", "saved")
            other = Person(agent.context, await agent.context.new_page())
            await other.page.goto("/desk")
            await expect(other.at("call-bar")).to_have_attribute("data-state", "talking", timeout=20_000)
            await expect(other.at("note")).to_have_value("半句话")
            await expect(agent.at("use-here")).to_be_visible()
            assert callers.calls[0].state == "answered"
            callers.hang_up()
            await dispose(other)
        await leave_seat(other)


async def test_a_broken_connection_says_so_and_loses_no_command(centre: Centre) -> None:
    lines: list[WebSocketRoute] = []

    def relay(page_side: WebSocketRoute) -> None:
        page_side.connect_to_server()
        lines.append(page_side)

    async with chromium() as browser:
        agent = await sign_in(browser, centre.url, centre.logins, "agent05")
        await agent.page.route_web_socket("**/desk", relay)
        await agent.page.reload()
        await take_seat(agent)

        # while there is no token the desk cannot come back: the page must tell
        async def refuse(route: Route) -> None:
            await route.abort()

        await agent.page.route("**/api/desk/token", refuse)
        await lines[-1].close(code=1012)
        await expect(agent.at("desk-disconnected")).to_be_visible()
        await agent.page.unroute("**/api/desk/token")
        await expect(agent.at("desk-disconnected")).to_be_hidden(timeout=15_000)
        await expect(agent.at("agent-state")).to_have_attribute("data-state", "ready")
        await leave_seat(agent)


async def test_without_a_microphone_the_page_tells_what_to_do_and_a_sip_phone_works(centre: Centre) -> None:
    async with chromium() as browser:
        agent = await sign_in(browser, centre.url, centre.logins, "agent06")
        # a machine without a sound device, as the browser reports it
        await agent.page.add_init_script(
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError'))"
        )
        await agent.page.reload()
        await agent.at("seat-browser").click()
        await agent.at("take-seat").click()
        await expect(agent.at("microphone-fault")).to_have_attribute("data-fault", "missing")
        await expect(agent.at("microphone-fault")).to_contain_text("没有找到麦克风")
        await agent.at("seat-sip").click()
        await agent.at("take-seat").click()
        await expect(agent.at("sip-account")).to_contain_text(f":{centre.settings.ports.sip}")
        await leave_seat(agent)
