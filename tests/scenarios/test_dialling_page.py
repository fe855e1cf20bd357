"""Calling out in Chromium, with the phone in the page: from the desk's dial box, and again from one's own calls."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium, tone_file
from tests.scenarios.desks import leave_seat, shot, sign_in, take_seat
from tests.scenarios.floor import PATIENCE, Floor, fresh_number
from tests.telephony.worlds import AGENT_TONE, CALLER_TONE, RealParty

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(300)]
LONG = PATIENCE * 1000


async def test_a_call_is_made_from_the_desk_and_once_more_from_ones_own_calls(
    floor: Floor, centre: Centre, tmp_path: Path
) -> None:
    provider = await floor.provider(CALLER_TONE)
    number = fresh_number()
    async with chromium(tone_file(tmp_path / "agent.wav", AGENT_TONE)) as browser:
        agent = await sign_in(browser, centre.url, centre.logins, "agent05")
        await take_seat(agent)
        await agent.page.keyboard.press("Alt+d")
        await agent.page.keyboard.type(number)
        await shot(agent.page, "dial-box")
        await agent.page.keyboard.press("Enter")
        async with asyncio.timeout(PATIENCE):
            ring = await provider.calls.get()
        await expect(agent.at("dialling-bar")).to_have_attribute("data-state", "dialling", timeout=LONG)
        await shot(agent.page, "dialling")
        await ring.answer()
        await RealParty(ring).hears("agent")
        await expect(agent.at("call-bar")).to_have_attribute("data-state", "talking", timeout=LONG)
        await agent.at("hang-up").click()
        await RealParty(ring).over()
        await expect(agent.at("call-outcome")).to_have_attribute("data-outcome", "answered", timeout=LONG)
        await agent.at("disposition-other").click()
        await agent.at("finish-wrap-up").click()
        await expect(agent.at("dial-box")).to_be_visible(timeout=LONG)
        await agent.page.goto("/my-calls")
        again = agent.at("my-calls").get_by_test_id("call-this").first
        await expect(again).to_be_enabled(timeout=LONG)
        await shot(agent.page, "my-calls")
        assert number not in await agent.page.content()  # masked, and called all the same
        await again.click()
        async with asyncio.timeout(PATIENCE):
            (await provider.calls.get()).reject(486)
        await expect(agent.at("call-outcome")).to_have_attribute("data-outcome", "busy", timeout=LONG)
        await agent.at("disposition-other").click()
        await agent.at("finish-wrap-up").click()
        await leave_seat(agent)
        await agent.close()
