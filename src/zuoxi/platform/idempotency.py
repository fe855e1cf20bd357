"""A repeated click does it once: requests with an Idempotency-Key are carried out once and answered the same again."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from fastapi import Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.platform.database import Database
from zuoxi.platform.errors import DomainError
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import IdempotencyRow

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)

T = TypeVar("T")


class KeyReused(DomainError):
    code = "platform.idempotency_key_reused"
    kind = "conflict"
    zh = "此操作编号已用于另一个请求,请刷新页面后重试"
    en = "This request key was used for another request; reload the page and try again"


class BadKey(DomainError):
    code = "platform.idempotency_key_bad"
    kind = "invalid"
    zh = "操作编号应为 1 到 100 个字符"
    en = "The request key must have 1 to 100 characters"


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same request."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


@dataclass(frozen=True, slots=True)
class Once:
    """One request's promise. Take it at a route as ``once: OnceOnly`` (from ``zuoxi.accounts``)."""

    session: AsyncSession
    user_id: str
    key: str | None
    fingerprint: str
    usual_status: int = 200

    async def run(self, action: Callable[[], Awaitable[T]], status: int | None = None) -> T | Response:
        """Carry out ``action``, or give the stored answer of the first time.

        The key is stored in the action's own transaction: a second request with the same key waits for the first, gets
        its answer when that committed, and its turn when that failed. ``action`` returns what the route answers (a
        Pydantic model or plain values); ``status`` goes with it, if it is not the route's usual one. Raises KeyReused
        when the key came with another request. Without a key the action simply runs.
        """
        if self.key is None:
            return await action()
        if not 1 <= len(self.key) <= 100:
            raise BadKey
        new = new_id()
        first = await self.session.scalar(
            insert(IdempotencyRow)
            .values(id=new, user_id=self.user_id, key=self.key, fingerprint=self.fingerprint)
            .on_conflict_do_nothing(index_elements=["tenant_id", "user_id", "key"])
            .returning(IdempotencyRow.id)
        )
        if first is None:
            return await self._repeat(self.key)
        result = await action()
        await self.session.execute(
            update(IdempotencyRow)
            .where(IdempotencyRow.id == new)
            .values(status=status or self.usual_status, body=jsonable_encoder(result))
        )
        return result

    async def _repeat(self, key: str) -> Response:
        stored = await self.session.scalar(
            select(IdempotencyRow).where(IdempotencyRow.user_id == self.user_id, IdempotencyRow.key == key)
        )
        if stored is None or stored.status is None or stored.fingerprint != self.fingerprint:
            raise KeyReused
        if stored.status == 204:
            return Response(status_code=204, headers={REPLAYED: "true"})
        return JSONResponse(stored.body, stored.status, {REPLAYED: "true"})


async def forget_old_answers(narrow: Database, now: datetime) -> None:
    """Remove answers older than a day, of all tenants."""
    async with narrow.transaction(None) as session:
        await session.execute(delete(IdempotencyRow).where(IdempotencyRow.at < now - KEPT))
