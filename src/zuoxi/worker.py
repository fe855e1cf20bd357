"""The worker process: does the rooms' jobs, their scheduled work, and what runs always."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import asyncpg
import structlog
import uvloop
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from sqlalchemy import text

from zuoxi.platform import logs
from zuoxi.platform.config import Settings, SettingsError
from zuoxi.platform.database import Database
from zuoxi.platform.idempotency import forget_old_answers
from zuoxi.platform.jobs import Jobs
from zuoxi.platform.listener import Listener
from zuoxi.platform.services import Services, utc_now
from zuoxi.platform.tasks import running
from zuoxi.rooms import ROOMS, modules

log = structlog.get_logger("zuoxi.worker")

ALIVE = "worker.alive"
_BEAT = 2.0  # seconds
# The supervisor waits 10 s before it kills; jobs cut short are run again.
_GRACE = 7.0


def registered(services: Services, rooms: Sequence[str] = ROOMS) -> Jobs:
    """Everything that the platform and the rooms want done."""
    jobs = Jobs()
    jobs.every("17 * * * *", "platform.forget_old_answers", lambda: forget_old_answers(services.narrow, utc_now()))
    jobs.every("27 * * * *", "platform.forget_old_jobs", lambda: _forget_old_jobs(services.narrow))
    for module in modules("jobs", rooms):
        module.register(jobs, services)
    return jobs


async def work(jobs: Jobs, dsn: str, stop: asyncio.Event) -> None:
    """Do jobs until ``stop``; then let the running ones end. ``dsn`` is the narrow role's. Raises when the database
    goes away (the caller starts it again)."""
    pool = await asyncpg.create_pool(dsn, min_size=2, max_size=6, server_settings={"application_name": "zuoxi worker"})
    try:
        queue = jobs.queue(AsyncpgPoolDriver(pool))
        stopping = asyncio.create_task(_hand_on(stop, queue.shutdown))
        try:
            await queue.run(dequeue_timeout=timedelta(seconds=5), shutdown_on_listener_failure=True)
        finally:
            stopping.cancel()
    finally:
        pool.terminate()


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """The whole worker, until ``stop``."""
    database = Database(settings.database.app_dsn.get_secret_value(), pool_size=5, application="zuoxi worker")
    narrow_dsn = settings.database.narrow_dsn.get_secret_value()
    narrow = Database(narrow_dsn, pool_size=2, application="zuoxi worker")
    listener = Listener(settings.database.app_dsn.get_secret_value())
    services = Services(settings, database, narrow, listener)
    jobs = registered(services)

    jobs_done = asyncio.Event()

    async def do_jobs() -> None:
        try:
            while not stop.is_set():
                await work(jobs, narrow_dsn, stop)
        finally:
            if stop.is_set():
                jobs_done.set()
        await asyncio.Event().wait()  # stopped: the end comes by cancellation

    works = {
        "jobs": do_jobs,
        "listener": listener.run,
        "alive": lambda: _say_alive(settings.folder("run") / ALIVE),
        **jobs.always_running,
    }
    log.info("worker started", always=sorted(jobs.always_running))
    try:
        async with running(works):
            await stop.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GRACE):
                    await jobs_done.wait()
    finally:
        await database.close()
        await narrow.close()
    log.info("worker stopped")


async def _hand_on(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    await stop.wait()
    shutdown.set()


async def _say_alive(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        new = path.with_suffix(".new")
        new.write_text(json.dumps({"status": "ok", "pid": os.getpid(), "at": utc_now().isoformat()}), "utf-8")
        new.replace(path)
        await asyncio.sleep(_BEAT)


async def _forget_old_jobs(narrow: Database) -> None:
    """Remove the log and the statistics of jobs done long ago; failed jobs themselves stay until somebody looks."""
    async with narrow.transaction(None) as session:
        for table, days in (("pgqueuer_log", 7), ("pgqueuer_statistics", 30)):
            await session.execute(
                text(f"delete from jobs.{table} where created < now() - make_interval(days => :days)"),  # noqa: S608
                {"days": days},
            )


async def _main(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await run(settings, stop)


def main() -> int:
    """The command line: ``python -m zuoxi.worker --data DIR``."""
    parser = argparse.ArgumentParser(prog="python -m zuoxi.worker", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("ZUOXI_DATA"), help="data folder")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data is needed (or the variable ZUOXI_DATA)")
    try:
        settings = Settings.read(arguments.data)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.configure("worker")
    uvloop.run(_main(settings))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
