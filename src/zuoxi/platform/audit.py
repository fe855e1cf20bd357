"""The audit log: every change that matters and every look at personal data, with its author."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.platform.models import AuditEntry


async def record(
    session: AsyncSession,
    user_id: str | None,
    action: str,
    kind: str,
    object_id: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one entry in the transaction of what it tells of.

    ``action`` is a verb (``reveal``, ``listen``, ``change``), ``kind`` and ``object_id`` say of what. ``detail`` is
    plain JSON without secrets and without the personal data itself.
    """
    session.add(
        AuditEntry(user_id=user_id, action=action, kind=kind, object_id=str(object_id), detail=dict(detail or {}))
    )
