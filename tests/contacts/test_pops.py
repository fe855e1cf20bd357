"""The desk shows what is true: a pop is fetched anew after a reload, and when what it shows was changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.contacts.live_worlds import NUMBER, TENANT, Desk, Source, World, until, world

from zuoxi.contacts import sources, take_note
from zuoxi.contacts.live.ports import Concern
from zuoxi.customers import profiles
from zuoxi.orders import steps
from zuoxi.platform.outbox import Announced, Resync

CALLER, CUSTOMER = "13812345678", {"id": "k1", "name": "李雷"}


class Announcements:
    """What the database announces, by hand."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Announced | Resync] = asyncio.Queue()

    def tell(self, change: Announced | Resync) -> None:
        self._queue.put_nowait(change)

    async def heard(self) -> AsyncIterator[Announced | Resync]:
        while True:
            yield await self._queue.get()


def pops(desk: Desk) -> list[dict[str, Any]]:
    return [frame["pop"] for frame in desk.read() if frame["type"] == "pop"]


async def talking(centre: World) -> Desk:
    """A desk in conversation with CALLER, whose pop has come."""
    desk = await centre.seat(behaviour="answer")
    call = centre.switch.arrive(NUMBER, CALLER)
    await until(lambda: centre.switch.hears(call) == "agent" and pops(desk))
    return desk


async def test_a_page_that_was_loaded_anew_sees_what_was_saved_meanwhile(tmp_path: Path) -> None:
    async with world(tmp_path) as centre:
        desk = await talking(centre)
        assert pops(desk)[0]["customer"] is None
        centre.source.pops[CALLER] = {"customer": CUSTOMER, "orders": [{"id": "o1"}]}
        desk.leave()
        again = centre.desk()
        assert again.read()[0]["contact"]["pop"] is not None  # something to look at until the truth comes
        await until(lambda: pops(again))
        assert pops(again)[0]["customer"] == CUSTOMER and pops(again)[0]["orders"]
        third = centre.desk()
        assert third.read()[0]["contact"]["pop"]["customer"] == CUSTOMER


@pytest.mark.parametrize(
    "concern",
    [Concern(numbers=frozenset({CALLER})), Concern(customers=frozenset({"k1"})), "contact"],
    ids=["number", "customer", "contact"],
)
async def test_what_was_changed_during_the_call_is_shown(tmp_path: Path, concern: Concern | str) -> None:
    announcements, source = Announcements(), Source()
    source.pops[CALLER] = {"customer": CUSTOMER}
    async with world(tmp_path, source, pop_changes=announcements.heard) as centre:
        desk = await talking(centre)
        contact = desk.last("contact")["contact"]["id"]
        source.concerns["o1"] = Concern(contacts=frozenset({contact})) if isinstance(concern, str) else concern
        source.pops[CALLER] = {"customer": CUSTOMER, "orders": [{"id": "o1"}]}
        announcements.tell(Announced(TENANT, "orders.changed", "o1"))
        await until(lambda: len(pops(desk)) == 2)
        assert pops(desk)[-1]["orders"] == [{"id": "o1"}]
        # what concerns others, another tenant, or nobody is not fetched for; the same again is not pushed
        fetched = len(source.pops_fetched)
        source.concerns["other"] = Concern(frozenset({"c0"}), frozenset({"k2"}), frozenset({"139"}))
        for change in (
            Announced(TENANT, "orders.changed", "other"),
            Announced(TENANT, "customers.changed", "nobody"),
            Announced("another tenant", "orders.changed", "o1"),
        ):
            announcements.tell(change)
        announcements.tell(Announced(TENANT, "orders.changed", "o1"))
        await until(lambda: len(source.pops_fetched) > fetched)
        await until(lambda: not centre.tenancy.desks.pops._tasks)
        assert len(source.pops_fetched) == fetched + 1 and len(pops(desk)) == 2


async def test_a_change_while_the_pop_is_being_fetched_is_not_missed(tmp_path: Path) -> None:
    announcements, source = Announcements(), Source()
    source.slow_pops[CALLER] = asyncio.Event()
    source.concerns["k1"] = Concern(numbers=frozenset({CALLER}))
    async with world(tmp_path, source, pop_changes=announcements.heard) as centre:
        desk = await centre.seat(behaviour="answer")
        centre.switch.arrive(NUMBER, CALLER)
        await until(lambda: CALLER in source.pops_fetched)  # has read what was, and is slow to say so
        source.pops[CALLER] = {"customer": CUSTOMER}
        announcements.tell(Announced(TENANT, "customers.changed", "k1"))
        await until(lambda: centre.tenancy.desks.pops._outdated)
        source.slow_pops[CALLER].set()
        await until(lambda: pops(desk))
        assert pops(desk)[0]["customer"] == CUSTOMER


async def test_after_announcements_may_have_been_missed_desks_are_refreshed(tmp_path: Path) -> None:
    announcements, source = Announcements(), Source()
    async with world(tmp_path, source, pop_changes=announcements.heard) as centre:
        desk = await talking(centre)
        source.database_away = True
        announcements.tell(Announced(TENANT, "orders.changed", "o1"))  # cannot be read: logged, and that is all
        source.pops[CALLER] = {"customer": CUSTOMER}
        announcements.tell(Resync())
        await until(lambda: len(pops(desk)) == 2)
        assert pops(desk)[-1]["customer"] == CUSTOMER


def test_the_topics_are_those_that_the_rooms_announce() -> None:
    assert {take_note.CHANGED, profiles.CHANGED, steps.CHANGED} == sources.POP_TOPICS
