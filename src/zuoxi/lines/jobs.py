"""What the worker does for lines all the time."""

from __future__ import annotations

import asyncio

from zuoxi.lines.make_prompts import make_missing_of_tenants
from zuoxi.lines.voices import EspeakVoice
from zuoxi.platform.jobs import Jobs
from zuoxi.platform.services import Services

_PAUSE_S = 20.0


def register(jobs: Jobs, services: Services) -> None:
    """Tell the worker."""
    jobs.always("lines.prompts", lambda: read_out_missing(services))


async def read_out_missing(services: Services) -> None:
    """Give new tenants the sound of their prompts, and bring back what was deleted, until cancelled."""
    folder = services.settings.folder("prompts")
    while True:
        await make_missing_of_tenants(folder, services.database, services.narrow, EspeakVoice())
        await asyncio.sleep(_PAUSE_S)
