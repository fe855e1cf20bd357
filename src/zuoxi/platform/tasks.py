"""Long-running work inside a process: kept running, told of in the log when it falls, stopped at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger("zuoxi.tasks")

Work = Callable[[], Awaitable[None]]


async def keep_running(name: str, work: Work, pause: float = 2.0) -> None:
    """Run ``work`` until cancelled; when it falls or ends, log it and start it again after ``pause`` seconds."""
    while True:
        try:
            await work()
            log.warning("work ended by itself", work=name)
        except Exception as error:
            log.error("work fell and is started again", work=name, exc_info=error)
        await asyncio.sleep(pause)


@asynccontextmanager
async def running(works: Mapping[str, Work]) -> AsyncIterator[None]:
    """Keep all works running while in the block; cancel them and wait for their end when it is left."""
    tasks = [asyncio.create_task(keep_running(name, work), name=name) for name, work in works.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
