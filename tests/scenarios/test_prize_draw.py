"""A prize draw by telephone on the whole centre and the real engine: tickets are typed, and callers hear the answer."""

from __future__ import annotations

import asyncio

import pytest
from tests.scenarios.floor import Caller, Floor, Json, likeness, until

from zuoxi.draws import whole_ticket
from zuoxi.platform.identifiers import new_id

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]

DRAW = "4008003333"
SAID = 0.6


def fresh_ticket() -> str:
    """A ticket that the demo has not registered: those end below 90000."""
    return whole_ticket(f"889{int(new_id()[-8:], 16) % 10_000:04d}", "luhn")


async def hears(floor: Floor, caller: Caller, prompt: str, after: int = 0) -> int:
    """Wait until the caller has heard a prompt in what came ``after`` so many samples; how much has come by then."""
    sound = await floor.prompt(prompt)

    async def heard() -> int | None:
        so_far = caller.heard[after:]
        return len(so_far) + after if len(so_far) > len(sound) and likeness(so_far, sound) > SAID else None

    return await until(heard, f"{caller.number} hears {prompt}")


async def types(caller: Caller, keys: str) -> None:
    """Keys, one after the other."""
    for key in keys:
        await caller.press(key)
        await asyncio.sleep(0.35)  # a tone has its length, and the next one its distance


async def entries(floor: Floor, draw: Json, ticket: str) -> list[Json]:
    supervisor = await floor.offices.of("supervisor1")
    found: list[Json] = (await supervisor.get(f"/api/draws/{draw['id']}/entries", q=ticket))["items"]
    return found


async def test_a_ticket_is_registered_by_telephone_once(floor: Floor) -> None:
    draw = await floor.named("/api/draws", DRAW, key="hotline_number")
    ticket = fresh_ticket()
    first = await floor.call(DRAW)
    await first.answered()
    await hears(floor, first, "draw_ask")
    await types(first, ticket)
    await hears(floor, first, "draw_registered")
    await first.over()
    contact = await floor.ended(first)
    assert contact["outcome"] == "served"
    assert await floor.callbacks(contact) == [], "who served themselves is not called back"
    (entry,) = await entries(floor, draw, ticket)
    assert entry["contact_id"] == contact["id"]
    assert entry["number"] == first.number[:3] + "****" + first.number[-4:]

    second = await floor.call(DRAW)
    await second.answered()
    heard = await hears(floor, second, "draw_ask")
    await types(second, ticket)
    heard = await hears(floor, second, "draw_taken", heard)
    # a wrong check digit is no ticket
    await types(second, ticket[:-1] + str((int(ticket[-1]) + 1) % 10))
    await hears(floor, second, "draw_unknown", heard)
    await second.conversation.hang_up()
    await floor.ended(second)
    assert len(await entries(floor, draw, ticket)) == 1
