"""A browser's phone that has nothing to say goes on sending: mute and hold are not taken for a phone that vanished."""

from __future__ import annotations

import aiohttp
import pytest
from playwright.async_api import expect
from tests.browser.test_desk_pages import answer, caller, dispose
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium
from tests.scenarios.desks import leave_seat, sign_in, take_seat
from tests.scenarios.test_journey import talk_on

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(180)]

PATIENCE = 2  # seconds without a sound packet, instead of 20


async def impatient(centre: Centre) -> None:
    """The one phone that is at work shall be given up soon."""
    ari = centre.settings.ari
    headers = {"Authorization": aiohttp.encode_basic_auth(ari.user, ari.password.get_secret_value())}
    async with aiohttp.ClientSession(ari.url, headers=headers) as client:
        listed = await (await client.get("/ari/endpoints/PJSIP")).json()
        (phone,) = [each["resource"] for each in listed if each["state"] == "online" and each["resource"] != "trunk"]
        fields = [{"attribute": "rtp_timeout", "value": str(PATIENCE)}]
        done = await client.put(f"/ari/asterisk/config/dynamic/res_pjsip/endpoint/{phone}", json={"fields": fields})
        assert done.status == 200


async def test_a_muted_and_a_holding_browser_are_not_given_up(centre: Centre) -> None:
    async with chromium() as browser:
        agent = await sign_in(browser, centre.url, centre.logins, "agent03", wide=False)
        await take_seat(agent)
        await impatient(centre)
        async with caller(centre, "13957100872") as callers:
            await answer(agent)
            await agent.page.keyboard.press("F8")
            await expect(agent.at("call-bar")).to_have_attribute("data-muted", "true")
            await talk_on(agent, 3 * PATIENCE)
            await expect(agent.at("call-bar")).to_have_attribute("data-state", "talking")
            await agent.page.keyboard.press("F9")
            await expect(agent.at("call-bar")).to_have_attribute("data-state", "held")
            await talk_on(agent, 3 * PATIENCE)
            await expect(agent.at("call-bar")).to_have_attribute("data-state", "held")
            await agent.page.keyboard.press("F9")
            await expect(agent.at("call-bar")).to_have_attribute("data-state", "talking")
            assert callers.count("answered") == 1
            callers.hang_up()
            await dispose(agent)
        await leave_seat(agent)
