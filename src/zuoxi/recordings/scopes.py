"""Who is bound to which projects."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.recordings.models import RecordingScope


async def listening_scopes(session: AsyncSession) -> dict[str, frozenset[str]]:
    """User → the projects whose calls this user may hear, recorded or live. Who is not named may hear all (as the role
    says)."""
    found: dict[str, set[str]] = {}
    for row in await session.execute(select(RecordingScope.user_id, RecordingScope.project_id)):
        found.setdefault(row.user_id, set()).add(row.project_id)
    return {user: frozenset(projects) for user, projects in found.items()}
