"""Long-running work: started again when it falls, stopped at the end."""

from __future__ import annotations

import asyncio

from zuoxi.platform.tasks import keep_running, running


async def test_work_that_falls_or_ends_is_started_again() -> None:
    starts = 0
    enough = asyncio.Event()

    async def work() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise ValueError("it fell")
        if starts == 3:
            enough.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(keep_running("test", work, pause=0))
    await enough.wait()
    assert starts == 3
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


async def test_leaving_the_block_ends_all_work() -> None:
    ended = []

    def work(name: str) -> asyncio.Event:
        begun = asyncio.Event()

        async def run() -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(name)

        works[name] = run
        return begun

    works: dict[str, object] = {}
    begun = [work("one"), work("two")]
    async with running(works):  # type: ignore[arg-type]
        for each in begun:
            await each.wait()
    assert sorted(ended) == ["one", "two"]
