"""What the worker does for recordings: finish them always; at night compare, and remove what is past its time."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import structlog

from zuoxi import lines
from zuoxi.platform.jobs import Jobs
from zuoxi.platform.services import Services
from zuoxi.recordings.check import check
from zuoxi.recordings.finish import Finisher
from zuoxi.recordings.keep import remove_due
from zuoxi.recordings.rotate import ROTATE, rotate, seal_plain
from zuoxi.recordings.sound import Sounds

log = structlog.get_logger("zuoxi.recordings")

CHECK = "recordings.check"
NIGHT_HOUR = 3  # of the tenant's own day
_SEAL_AGAIN_S = 3600.0


def register(jobs: Jobs, services: Services) -> None:
    """Tell the worker."""
    sounds = Sounds.of(services.settings)

    async def check_one(payload: dict[str, Any]) -> None:
        await check(services.database, sounds, str(payload["tenant_id"]), services.clock)

    async def rotate_one(payload: dict[str, Any]) -> None:
        await rotate(services.database, sounds.keys, str(payload["tenant_id"]), services.clock)

    jobs.always("recordings.finish", lambda: finish_recordings(services, sounds))
    jobs.always("recordings.seal", lambda: seal_recordings(services, sounds))
    jobs.handle(CHECK, check_one, at_most=1)
    jobs.handle(ROTATE, rotate_one, at_most=2)
    jobs.every("7 * * * *", "recordings.night", lambda: night(services, sounds))


async def finish_recordings(services: Services, sounds: Sounds) -> None:
    """Finish recordings of ended calls until cancelled (one task of the worker)."""
    await Finisher(sounds.folder, services.database, services.narrow, services.clock, keys=sounds.keys).run()


async def seal_recordings(services: Services, sounds: Sounds) -> None:
    """Seal what was kept before files were sealed, until cancelled; what cannot be sealed now is tried again."""
    while True:
        try:
            for tenant_id in await lines.tenants(services.narrow):
                await seal_plain(services.database, sounds, tenant_id)
        except Exception as fault:
            log.warning("recordings could not be sealed now", error=type(fault).__name__, exc_info=True)
        await asyncio.sleep(_SEAL_AGAIN_S)


async def night(services: Services, sounds: Sounds) -> None:
    """For every tenant whose clock says so: remove what is past its time, wrap what an old key still wraps, compare."""
    now: datetime = services.clock()
    for tenant_id in await lines.tenants(services.narrow):
        async with services.database.transaction(tenant_id) as session:
            zone = await lines.zone(session)
        if now.astimezone(zone).hour != NIGHT_HOUR:
            continue
        try:
            await remove_due(services.database, sounds, tenant_id, now)
            await rotate(services.database, sounds.keys, tenant_id, services.clock)
            await check(services.database, sounds, tenant_id, services.clock)
        except Exception:
            log.exception("the night's work on recordings failed", tenant=tenant_id)
