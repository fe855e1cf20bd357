"""Background jobs: work that may wait, done by the worker. Handlers must bear being run twice.

A job's payload holds identifiers only, the tenant's among them; the handler opens its own transaction for that tenant.
A room registers its work in ``jobs.py``: ``def register(jobs: Jobs, services: Services) -> None``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from pgqueuer import Job, PgQueuer
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain.models import Schedule
from pgqueuer.domain.settings import DBSettings
from pgqueuer.ports.driver import Driver
from sqlalchemy import Interval, LargeBinary, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.platform.tasks import Work

# Where the queue's tables live. Named here, not by the environment, so that a stray variable cannot move them.
DATABASE_NAMES = DBSettings(db_schema="jobs")

_ENQUEUE = text("select jobs.enqueue(:name, :payload, :dedupe, :priority, :after)").bindparams(
    bindparam("payload", type_=LargeBinary), bindparam("after", type_=Interval)
)

Handler = Callable[[dict[str, Any]], Awaitable[None]]


async def enqueue(
    session: AsyncSession,
    name: str,
    payload: Mapping[str, Any],
    *,
    key: str | None = None,
    priority: int = 0,
    after: timedelta = timedelta(0),
) -> int | None:
    """Add a job in the caller's transaction: it exists only if that commits.

    ``key`` keeps equal jobs from piling up: while one with the same key waits or runs, nothing is added and None is
    returned. ``after`` is the shortest time until it runs; larger ``priority`` runs first. Returns the job's number.
    """
    number: int | None = await session.scalar(
        _ENQUEUE,
        {"name": name, "payload": orjson.dumps(dict(payload)), "dedupe": key, "priority": priority, "after": after},
    )
    return number


@dataclass(frozen=True, slots=True)
class _Handling:
    handler: Handler
    at_most: int
    attempts: int
    first_pause: timedelta


class Jobs:
    """What the rooms register and the worker does."""

    def __init__(self) -> None:
        self._handlings: dict[str, _Handling] = {}
        self._schedules: dict[str, tuple[str, Work]] = {}
        self.always_running: dict[str, Work] = {}

    def handle(
        self,
        name: str,
        handler: Handler,
        *,
        at_most: int = 0,
        attempts: int = 5,
        first_pause: timedelta = timedelta(seconds=1),
    ) -> None:
        """Jobs of this name (``enqueue``) are given to ``handler`` with their payload.

        At most ``at_most`` run at a time (0: no limit). One that raises is tried again up to ``attempts`` times, the
        pause doubling from ``first_pause``; then it is held as failed, to be looked at, never dropped.
        """
        if name in self._handlings:
            raise ValueError(f"two handlers for {name}")
        self._handlings[name] = _Handling(handler, at_most, attempts, first_pause)

    def every(self, expression: str, name: str, work: Work) -> None:
        """Run ``work`` by a cron expression (five fields; a sixth is seconds), once in the whole installation."""
        if name in self._schedules:
            raise ValueError(f"two schedules named {name}")
        self._schedules[name] = (expression, work)

    def always(self, name: str, work: Work) -> None:
        """Keep ``work`` (an endless loop) running in the worker; it is cancelled when the worker stops."""
        if name in self.always_running:
            raise ValueError(f"two works named {name}")
        self.always_running[name] = work

    def queue(self, driver: Driver) -> PgQueuer:
        """The queue with everything registered, over a driver of the narrow role. This is the one place where it is
        said that failed jobs are held: the library's own default deletes them."""
        queue = PgQueuer(
            connection=driver,
            queries=Queries(
                driver,
                qbe=QueryBuilderEnvironment(DATABASE_NAMES),
                qbq=QueryQueueBuilder(DATABASE_NAMES),
                qbs=QuerySchedulerBuilder(DATABASE_NAMES),
            ),
            channel=DATABASE_NAMES.channel,
        )
        for name, handling in self._handlings.items():
            queue.entrypoint(
                name,
                concurrency_limit=handling.at_most,
                on_failure="hold",
                accepts_context=False,
                executor_factory=_retrying(handling),
            )(_taking_payload(handling.handler))
        for name, (expression, work) in self._schedules.items():
            queue.schedule(name, expression, clean_old=True, accepts_context=False)(_scheduled(work))
        return queue


def _retrying(handling: _Handling) -> Callable[[EntrypointExecutorParameters], DatabaseRetryEntrypointExecutor]:
    def make(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
        return DatabaseRetryEntrypointExecutor(
            parameters,
            max_attempts=handling.attempts - 1,  # it counts the tries after the first
            initial_delay=handling.first_pause,
        )

    return make


def _taking_payload(handler: Handler) -> Callable[[Job], Awaitable[None]]:
    async def run(job: Job) -> None:
        await handler(orjson.loads(job.payload or b"{}"))

    return run


def _scheduled(work: Work) -> Callable[[Schedule], Awaitable[None]]:
    async def run(_schedule: Schedule) -> None:
        await work()

    return run
