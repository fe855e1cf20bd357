"""Who takes part in a storm: agents of the demo's operator, or new ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select
from tests.chaos.storm import Cast
from tests.fixtures.centre import Centre
from tests.scenarios.floor import KITCHEN, Offices

from zuoxi.benchmarks.small_centre import add_agents
from zuoxi.lines import AgentSkill, Hotline, Queue
from zuoxi.platform.database import Database


async def demo_agents(centre: Centre, offices: Offices, count: int) -> Cast:
    """``count`` of the demo's agents who serve the kitchen line."""
    supervisor = (await offices.of("supervisor1")).me
    async with _database(centre) as database, database.transaction(supervisor["tenant_id"]) as session:
        served = select(Queue.skill_id).join(Hotline, Hotline.queue_id == Queue.id).where(Hotline.number == KITCHEN)
        skilled = select(AgentSkill.agent_id).where(AgentSkill.skill_id.in_(served))
        agents = list(await session.scalars(skilled.order_by(AgentSkill.agent_id).limit(count)))
    assert len(agents) == count
    return Cast(supervisor["tenant_id"], KITCHEN, agents, supervisor["user_id"])


async def new_agents(centre: Centre, offices: Offices, count: int) -> Cast:
    """``count`` agents whom the demo does not have, in a centre of our own."""
    supervisor = (await offices.of("supervisor1")).me
    async with _database(centre) as database:
        hotline, agents = await add_agents(database, supervisor["tenant_id"], count)
    assert hotline == KITCHEN
    return Cast(supervisor["tenant_id"], hotline, agents, supervisor["user_id"])


@asynccontextmanager
async def _database(centre: Centre) -> AsyncIterator[Database]:
    database = Database(centre.settings.database.app_dsn.get_secret_value(), pool_size=1)
    try:
        yield database
    finally:
        await database.close()
