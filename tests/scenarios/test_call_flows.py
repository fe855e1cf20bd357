"""Call flows on the whole centre and the real engine: callers type over RTP and hear what the flow says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.scenarios.floor import Caller, Floor, Json, facts, likeness, replay, until

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]

ORDER_STATUS, MAIN_MENU = "4008003331", "4008003332"
SAID = 0.6


async def hears(floor: Floor, caller: Caller, prompt: str, after: int = 0) -> int:
    """Wait until the caller has heard a prompt in what came ``after`` so many samples; how much has come by then."""
    sound = await floor.prompt(prompt)

    async def heard() -> int | None:
        so_far = caller.heard[after:]
        return len(so_far) + after if len(so_far) > len(sound) and likeness(so_far, sound) > SAID else None

    return await until(heard, f"{caller.number} hears {prompt}")


async def at_node(floor: Floor, caller: Caller, node: str, times: int = 1) -> Json:
    """Wait until the flow has come to a node; the contact."""

    async def there() -> Json | None:
        rows = await floor.contacts(caller.number)
        if not rows:
            return None
        contact = await floor.contact(rows[0]["id"])
        came = [fact for fact in facts(contact, "FlowNodeEntered") if fact["data"]["node"] == node]
        return contact if len(came) >= times else None

    return await until(there, f"{caller.number} comes to {node}")


async def types(caller: Caller, keys: str) -> None:
    """Keys, one after the other, as quickly as somebody who knows them."""
    for key in keys:
        await caller.press(key)
        await asyncio.sleep(0.35)  # a tone has its length, and the next one its distance


async def buyer(floor: Floor) -> Json:
    """An order of the demo that is on its way; of its telephone number the last four digits are shown."""
    auditor = await floor.offices.of("auditor1")
    rows: list[Json] = (await auditor.get("/api/orders", state="handed_over", page_size=1))["items"]
    found: Json = await auditor.get(f"/api/orders/{rows[0]['id']}")
    return found


async def publish(floor: Floor, name: str, change: Any) -> None:
    """Change a flow's draft, and publish it, as the administrator."""
    administrator = await floor.offices.of("admin")
    flow = await floor.named("/api/flows", name)
    draft = await administrator.get(f"/api/flows/{flow['id']}/draft")
    change({node["id"]: node for node in draft["document"]["nodes"]})
    body = {"document": draft["document"], "revision": draft["revision"]}
    saved = await administrator.ask("PUT", f"/api/flows/{flow['id']}/draft", json=body)
    await floor.change("POST", f"/api/flows/{flow['id']}/publish", {"revision": saved["revision"]})


async def test_an_order_is_told_by_its_number_and_four_digits_of_the_telephone(floor: Floor) -> None:
    order = await buyer(floor)
    digits = "".join(sign for sign in order["number"] if sign.isdigit())
    stranger = await floor.call(ORDER_STATUS)
    await stranger.answered()
    heard = await hears(floor, stranger, "flow_order_ask_number")
    await types(stranger, f"{digits}#")
    await hears(floor, stranger, "flow_order_ask_last4", heard)
    await types(stranger, order["address"]["phone"][-4:])
    await hears(floor, stranger, "order_handed_over", heard)
    await stranger.hang_up()
    contact = await floor.ended(stranger)
    assert contact["outcome"] == "served"
    assert await floor.callbacks(contact) == []
    assert [fact["data"]["node"] for fact in facts(contact, "FlowNodeEntered") if fact["data"]["served"]] == ["tell"]


async def test_the_menu_leads_to_an_agent_and_the_agent_to_a_survey(floor: Floor) -> None:
    agent = await floor.seat("agent05")
    caller = await floor.call(MAIN_MENU)
    await caller.answered()
    await hears(floor, caller, "flow_main_menu")
    await caller.press("0")
    await agent.talks(caller)
    await caller.hears("agent")
    await agent.desk.command("hang_up")
    await hears(floor, caller, "survey_satisfaction")
    await caller.press("5")
    await caller.over()
    await agent.write_up()
    contact = await floor.ended(caller)
    assert contact["outcome"] == "answered"
    assert [answer["value"] for answer in contact["survey"]] == [5]
    assert contact["survey"][0]["agent_id"] == agent.id


async def test_a_call_in_progress_ends_on_the_version_that_it_began(floor: Floor) -> None:
    before = await floor.call(ORDER_STATUS)
    await before.answered()
    await at_node(floor, before, "ask")

    def say_sorry(nodes: dict[str, Json]) -> None:
        nodes["welcome"]["settings"]["say"] = [{"prompt": "flow_sorry"}]
        nodes["bye"]["settings"]["say"] = [{"prompt": "flow_sorry"}]

    await publish(floor, "订单自助查询", say_sorry)
    try:
        after = await floor.call(ORDER_STATUS)
        await hears(floor, after, "flow_sorry")
        await after.hang_up()
        heard = len(before.heard)
        for _ in range(3):
            await types(before, "1#")  # no order number has one digit
        await hears(floor, before, "flow_goodbye", heard)
        await before.over()
        versions = [facts(await floor.ended(one), "FlowEntered")[0]["data"]["version"] for one in (before, after)]
        assert versions[1] == versions[0] + 1
    finally:
        flow = await floor.named("/api/flows", "订单自助查询")
        await floor.change("POST", f"/api/flows/{flow['id']}/restore", {"version": flow["published"] - 1})


async def test_what_was_typed_before_the_switchboard_is_killed_counts_afterwards(floor: Floor) -> None:
    order = await buyer(floor)
    digits = "".join(sign for sign in order["number"] if sign.isdigit())
    caller = await floor.call(ORDER_STATUS)
    await caller.answered()
    await at_node(floor, caller, "ask")
    await hears(floor, caller, "flow_order_ask_number")
    await types(caller, f"{digits}#")
    await at_node(floor, caller, "last4")
    await hears(floor, caller, "flow_order_ask_last4")
    was = await floor.kill("switchboard")
    await floor.well("switchboard", was)
    heard = len(caller.heard)
    await types(caller, order["address"]["phone"][-4:])
    await hears(floor, caller, "order_handed_over", heard)
    await caller.hang_up()
    contact = await floor.ended(caller)
    assert contact["outcome"] == "served"
    assert len(facts(contact, "FlowEntered")) == 1
    await replay(floor.centre)


async def test_a_draft_is_heard_by_its_test_number_from_a_telephone_of_the_house(floor: Floor) -> None:
    agent = await floor.seat("agent06", ready=False)
    administrator = await floor.offices.of("admin")
    flow = await administrator.ask("POST", "/api/flows", json={"name": "试听", "template": "order_status"})
    path = f"/api/flows/{flow['id']}"
    # Until the switchboard has read it, nobody has the number.
    await floor.change("POST", f"{path}/test-number", back=("DELETE", path))
    number = (await administrator.ask("POST", f"{path}/test-number"))["number"]
    assert agent.phone is not None
    call, welcome = agent.phone.dial(number), await floor.prompt("flow_order_welcome")

    async def heard() -> bool:
        return likeness(call.audio.heard(), welcome) > SAID

    await until(heard, "the telephone hears the flow")
    await call.hang_up()
