"""The full form of the storm, for ``./zuoxi test chaos``: its name keeps it out of the plain suite. It has a centre
of its own."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator

import pytest
from tests.chaos.people import new_agents
from tests.chaos.storm import PARTS, Form, Storm
from tests.fixtures.centre import Centre, started_centre
from tests.scenarios.floor import Floor, Offices

pytestmark = [pytest.mark.engine, pytest.mark.timeout(3600)]


def size(name: str, usual: int) -> int:
    """``ZUOXI_CHAOS_TALKING=10`` and the like make it smaller or larger."""
    return int(os.environ.get(f"ZUOXI_CHAOS_{name}") or usual)


FORM = Form(
    talking=size("TALKING", 50), waiting=size("WAITING", 100), listened=(10, 8, 6), finish=3, leave=1, come=4, rate=5.0
)
BLOWS = size("BLOWS", 20)
AWAY_SECONDS = size("AWAY", 60)


@pytest.fixture(scope="module")
async def own_floor() -> AsyncIterator[Floor]:
    with started_centre() as centre:
        offices = Offices(centre)
        try:
            async with Floor.open(centre, offices) as floor:
                yield floor
        finally:
            await offices.close()


async def test_no_call_is_lost_whatever_dies(own_floor: Floor) -> None:
    centre: Centre = own_floor.centre
    seed = size("SEED", int(time.time()))
    cast = await new_agents(centre, own_floor.offices, FORM.talking)
    # SIPp's sound keeps out of the engine's range
    async with Storm.open(own_floor, FORM, cast, seed, rtp=centre.settings.ports.rtp_last + 101) as storm:
        for number in range(BLOWS):
            await storm.strike(PARTS[number] if number < len(PARTS) else storm.chance.choice(PARTS))
        if AWAY_SECONDS:
            await storm.without_database(AWAY_SECONDS)
        await storm.lose_engine()
        await storm.close_the_books()
        for line in storm.report.lines():
            storm.say(line)
