"""Who is asking: the signed-in user, as every route sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """``number`` is the user's 工号 in the tenant. ``session_id`` names the sign-in this request came by,
    ``confirmed_at`` is when its password was last given."""

    tenant_id: str
    user_id: str
    login: str
    name: str
    number: str
    roles: frozenset[str]
    permissions: frozenset[str]
    locale: str
    session_id: str = ""
    confirmed_at: datetime | None = None

    def may(self, permission: str) -> bool:
        """Whether this user has the right."""
        return permission in self.permissions
