"""All routes of the accounts."""

from __future__ import annotations

from fastapi import APIRouter

from zuoxi.accounts import session_routes, tenant_routes, user_routes

router = APIRouter()
for part in (session_routes, user_routes, tenant_routes):
    router.include_router(part.router)
