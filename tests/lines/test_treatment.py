"""What callers meet in a queue, as it is set: kept, checked with what stays, and given to the router."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant
from tests.lines.test_lines import make

from zuoxi.lines import queries
from zuoxi.lines.music import write_music
from zuoxi.lines.prompts import SHIPPED_BY_KEY
from zuoxi.lines.waiting_prompts import PIECE_KEYS
from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database
from zuoxi.routing import model
from zuoxi.routing.spoken import say_digits, say_minutes, say_number
from zuoxi.routing.treatment import Treatment

pytestmark = pytest.mark.database


async def two_queues(manager: httpx.AsyncClient) -> tuple[dict[str, Any], dict[str, Any]]:
    return await make(manager, "queues", name="销售"), await make(manager, "queues", name="售后")


async def test_what_is_set_is_what_the_router_goes_by(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    sales, service = await two_queues(manager)
    async with database.transaction(tenant.id) as session:
        before = {queue.id: queue for queue in (await queries.routing_configuration(session)).queues}
    assert before[sales["id"]] == model.Queue(sales["id"], sales["skill_id"]), "a new queue waits as queues always did"
    answer = await manager.patch(
        f"/api/queues/{sales['id']}",
        json={
            "max_waiting": 30,
            "when_full": {"kind": "overflow", "target": service["id"]},
            "when_unstaffed": {"kind": "voicemail"},
            "when_timed_out": {"kind": "message", "target": "comfort_2"},
            "overflow": [
                {"to_queue": service["id"], "after_s": 0, "waiting_more_than": 10},
                {"to_queue": service["id"], "after_s": 45},
            ],
            "announce_first_s": 20,
            "announce_every_s": 60,
            "say_position": True,
            "say_wait": True,
            "comfort": [{"prompt": "comfort_1", "first_s": 5, "every_s": None}],
            "offer_callback": True,
            "seconds_per_priority": 12,
            "music": "calm",
        },
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["when_unstaffed"] == {"kind": "voicemail", "target": None}
    assert (await manager.put("/api/line-settings", json={"spoken_language": "en"})).status_code == 200
    async with database.transaction(tenant.id) as session:
        found = await queries.routing_configuration(session)
    queue = next(queue for queue in found.queues if queue.id == sales["id"])
    assert queue == model.Queue(
        sales["id"],
        sales["skill_id"],
        music="calm",
        max_waiting=30,
        when_full=model.Exit(model.ExitKind.OVERFLOW, service["id"]),
        when_unstaffed=model.Exit(model.ExitKind.VOICEMAIL),
        when_timed_out=model.Exit(model.ExitKind.MESSAGE, "comfort_2"),
        overflow=(model.Overflow(service["id"], 0, 10), model.Overflow(service["id"], 45)),
        announce_first=20,
        announce_every=60,
        say_position=True,
        say_wait=True,
        comfort=(model.Comfort("comfort_1", 5, None),),
        offer_callback=True,
        seconds_per_priority=12,
    )
    assert found.rules.spoken_language == "en"
    used = await manager.delete(f"/api/queues/{service['id']}")
    assert (used.status_code, used.json()["error"]["code"]) == (409, "lines.still_used")


async def test_what_cannot_be_is_refused_with_the_field(
    tenant: Tenant, other_tenant: Tenant, api_client: SignIn
) -> None:
    manager = await api_client("tenant_administrator")
    sales, service = await two_queues(manager)
    foreign = await make(await api_client("tenant_administrator", of=other_tenant), "queues", name="别家")

    def to(queue: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"to_queue": queue["id"], **more}

    for body, code, field in (
        ({"when_full": {"kind": "overflow"}}, "lines.exit_target_needed", "when_full"),
        ({"when_timed_out": {"kind": "flow"}}, "lines.exit_target_needed", "when_timed_out"),
        ({"when_full": {"kind": "overflow", "target": sales["id"]}}, "lines.leads_to_itself", "when_full"),
        ({"when_full": {"kind": "overflow", "target": foreign["id"]}}, "lines.unknown_reference", "when_full"),
        ({"when_full": {"kind": "message", "target": "song"}}, "lines.unknown_prompt", "when_full"),
        ({"overflow": [to(sales, after_s=5)]}, "lines.leads_to_itself", "overflow"),
        ({"overflow": [to(foreign, after_s=5)]}, "lines.unknown_reference", "overflow"),
        ({"overflow": [to(service, after_s=5), to(service, after_s=5)]}, "lines.step_twice", "overflow"),
        ({"overflow": [to(service, after_s=120)]}, "lines.step_too_late", "overflow"),
        ({"comfort": [{"prompt": "song"}]}, "lines.unknown_prompt", "comfort"),
        ({"announce_every_s": 30, "say_wait": True}, "lines.announcement_never_begins", "announce_first_s"),
        ({"announce_first_s": 30}, "lines.announcement_empty", "say_position"),
    ):
        answer = await manager.patch(f"/api/queues/{sales['id']}", json=body)
        error = answer.json()["error"]
        assert (error["code"], error.get("field")) == (code, field), body
        assert answer.status_code in (404, 422)
    for body in ({"max_waiting": -1}, {"comfort": [{"prompt": "comfort_1", "every_s": 1}]}, {"overflow": [{}]}):
        answer = await manager.patch(f"/api/queues/{sales['id']}", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "platform.bad_input"), body
    # a change is looked at together with what stays
    assert (await manager.patch(f"/api/queues/{sales['id']}", json={"overflow": [to(service, after_s=90)]})).is_success
    shorter = await manager.patch(f"/api/queues/{sales['id']}", json={"time_limit_s": 60})
    assert shorter.json()["error"]["code"] == "lines.step_too_late"


def test_everything_that_is_said_is_shipped() -> None:
    said = {part for number in range(101) for language in ("zh", "en") for part in say_number(number, language)}
    said |= {part for number in (1000, 10_000, 1_000_000) for part in (*say_number(number), *say_number(number, "en"))}
    said |= {part for seconds in (30, 60, 120, 300, 9999) for part in say_minutes(seconds)} | set(say_digits("*#"))
    said |= {"position_before", "position_after", "wait_before"}
    assert said == PIECE_KEYS
    rules = model.Rules()
    assert {rules.full_prompt, rules.unstaffed_prompt, "callback_offer"} <= SHIPPED_BY_KEY.keys()
    assert Treatment  # whose parts these are


async def test_queues_choose_among_the_music_there_is(api_client: SignIn, settings: Settings) -> None:
    write_music(settings.folder("music"))
    (settings.folder("music") / "empty").mkdir(exist_ok=True)
    found = (await (await api_client("tenant_administrator")).get("/api/music")).json()["items"]
    assert found == [
        {"name": "calm", "tunes": 1},
        {"name": "default", "tunes": 2},
        {"name": "lively", "tunes": 1},
    ]
    assert (await (await api_client("agent")).get("/api/music")).status_code == 403
