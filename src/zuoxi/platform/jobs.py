"""Background jobs: work that may wait, done by the worker. Handlers must bear being run twice.

A job's payload holds identifiers only, the tenant's among them; the handler opens its own transaction for that tenant.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import orjson
from pgqueuer.domain.settings import DBSettings
from sqlalchemy import Interval, LargeBinary, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

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
