"""Call flows drawn with the mouse on the canvas of real Chromium: wired, mended, published, tried, rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import Locator, expect
from tests.browser.test_settings_pages import pick
from tests.fixtures.centre import Centre
from tests.fixtures.chromium import chromium
from tests.scenarios.desks import Person, shot, sign_in

from zuoxi.platform.identifiers import new_id

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A busy machine draws a canvas slowly."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


async def drag(person: Person, source: Locator, target: Locator, *, at: tuple[float, float] | None = None) -> None:
    """Drag with the mouse from the middle of one thing to the middle of another, or to a part of it (0 to 1)."""
    start, end = await source.bounding_box(), await target.bounding_box()
    assert start is not None
    assert end is not None
    right, down = at or (0.5, 0.5)
    mouse = person.page.mouse
    await mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    await mouse.down()
    await mouse.move(end["x"] + end["width"] * right, end["y"] + end["height"] * down, steps=12)
    await mouse.up()


def entrance(person: Person, step: str) -> Locator:
    return person.at(f"step-{step}").locator(".react-flow__handle.target")


async def wire(person: Person, step: str, exit_name: str, to: str) -> None:
    await drag(person, person.at(f"exit-{step}-{exit_name}"), entrance(person, to))


async def test_a_flow_is_drawn_mended_published_tried_and_rolled_back(centre: Centre) -> None:
    async with chromium() as browser:
        admin = await sign_in(browser, centre.url, centre.logins, "admin")
        # what moves while it appears is easily missed by a click on a busy machine
        await admin.page.emulate_media(reduced_motion="reduce")
        await admin.page.goto("/flows")
        name = f"菜单 {new_id()[-6:]}"
        await admin.at("add-flow").click()
        await admin.at("flow-name").fill(name)
        await admin.at("make-flow").click()
        canvas = admin.at("canvas")
        wires = canvas.locator(".react-flow__edge")
        await expect(admin.at("step-start")).to_be_visible()
        await expect(wires).to_have_count(1)

        # steps from the palette, dropped on the canvas
        await drag(admin, admin.at("tool-menu"), canvas, at=(0.35, 0.75))
        await expect(admin.at("set-keys")).to_be_visible()
        await drag(admin, admin.at("tool-queue"), canvas, at=(0.5, 0.2))
        queue = (await admin.api("GET", "/api/queues"))["items"][0]["name"]
        await pick(admin, "set-queue", queue)
        await expect(admin.at("step-queue_1")).to_contain_text(queue)
        await admin.at("close-panel").click()
        await wire(admin, "start", "next", "menu_1")
        await expect(wires).to_have_count(1)
        await wire(admin, "menu_1", "1", "queue_1")
        await wire(admin, "menu_1", "failed", "end")
        await wire(admin, "queue_1", "timeout", "end")
        await expect(wires).to_have_count(4)
        await admin.page.keyboard.press("Control+z")
        await expect(wires).to_have_count(3)
        await admin.page.keyboard.press("Control+y")
        await expect(wires).to_have_count(4)

        # key 2 leads nowhere: this cannot be published
        await admin.at("panel-problems").click()
        await expect(admin.at("publish")).to_be_disabled()
        problems = admin.at("problems").locator("button")
        await expect(problems.filter(has_text="2").first).to_be_visible()
        await problems.filter(has_text="2").first.click()
        await expect(admin.at("set-keys")).to_be_visible()
        await admin.at("set-keys").get_by_text("2", exact=True).click()
        await admin.at("new-prompt").click()
        await admin.at("prompt-zh").fill("人工服务请按一")
        await admin.at("prompt-save").click()
        await expect(admin.at("step-menu_1")).to_contain_text("人工服务请按一")
        await expect(admin.at("publish")).to_be_enabled()

        # tried by typing before anybody calls
        await admin.at("panel-try").click()
        await admin.at("try-begin").click()
        told = admin.at("try-told")
        await expect(told).to_contain_text("人工服务请按一")
        await expect(admin.at("step-menu_1").locator("xpath=self::*[contains(@class, 'here')]")).to_have_count(1)
        await admin.at("try-key-1").click()
        await expect(told).to_contain_text("进入队列")
        await admin.at("try-exit-timeout").click()
        await expect(admin.at("try-ended")).to_be_visible()

        await admin.at("publish").click()
        await admin.at("publish-note").fill("第一版")
        await admin.at("publish-sure").click()
        await expect(admin.at("published")).to_have_text("第 1 版")
        await expect(admin.at("save-draft")).to_be_disabled()

        # another version, and back with one click
        await admin.at("step-menu_1").click()
        await admin.at("step-name").fill("主菜单")
        await admin.at("publish").click()
        await admin.at("publish-sure").click()
        await expect(admin.at("published")).to_have_text("第 2 版")
        await admin.at("panel-versions").click()
        await admin.at("compare-1").click()
        await expect(admin.at("differences")).to_contain_text("改名为「主菜单」")
        await admin.at("restore-1").click()
        await admin.page.locator(".ant-popconfirm:visible .ant-btn-primary").click()
        await expect(admin.at("published")).to_have_text("第 3 版")
        await admin.at("arrange").click()
        await shot(admin.page, "flow-editor")
        await expect(admin.at("version-3")).to_contain_text("回滚自第 1 版")
        flow = admin.page.url.rsplit("/", 1)[1]
        now = (await admin.api("GET", f"/api/flows/{flow}/versions/3"))["document"]
        assert [node["name"] for node in now["nodes"] if node["kind"] == "menu"] == [""]

        # nothing drawn is lost by leaving in a hurry
        await admin.at("step-queue_1").click()
        await admin.page.keyboard.press("Delete")
        await expect(admin.at("step-queue_1")).to_have_count(0)
        await admin.at("nav-lines").click()
        await expect(admin.page.get_by_text("有未保存的修改，确定离开？")).to_be_visible()
        await admin.page.get_by_role("button", name="留下").click()
        await expect(admin.page.get_by_text("有未保存的修改，确定离开？")).to_be_hidden()
        await admin.page.keyboard.press("Control+z")
        await expect(admin.at("step-queue_1")).to_be_visible()
        await admin.close()
