"""The short form of the storm: few calls, each part killed once, in an order that the seed gives. The full form is
``full_form.py``, run by ``./zuoxi test chaos``."""

from __future__ import annotations

import os
from random import Random

import pytest
from tests.chaos.people import demo_agents
from tests.chaos.storm import PARTS, Form, Storm
from tests.fixtures.centre import Centre
from tests.scenarios.floor import Floor, Offices

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

FORM = Form(talking=3, waiting=5, listened=(2, 2, 3), finish=1, leave=1, come=2)


async def test_no_call_is_lost_when_each_part_dies_once(floor: Floor, offices: Offices, centre: Centre) -> None:
    seed = int(os.environ.get("ZUOXI_CHAOS_SEED") or 20)  # always the same: this one decides what may land
    cast = await demo_agents(centre, offices, FORM.talking)
    parts = Random(seed).sample(PARTS, len(PARTS))
    async with Storm.open(floor, FORM, cast, seed) as storm:
        for part in parts:
            await storm.strike(part)
        await storm.lose_engine()
        await storm.close_the_books()
        for line in storm.report.lines():
            storm.say(line)
