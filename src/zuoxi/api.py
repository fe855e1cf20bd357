"""The HTTP process: every domain's routes, live pages, and the relay of committed announcements."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib.util import find_spec

from fastapi import APIRouter, FastAPI

from zuoxi.accounts import Passwords
from zuoxi.platform.http import create_app
from zuoxi.platform.services import Services

ROOMS = ("accounts", "customers", "orders", "cases", "lines", "contacts", "recordings", "reporting")


def routers(rooms: Sequence[str] = ROOMS) -> list[APIRouter]:
    """The ``router`` of each room that has a ``routes`` module."""
    found = []
    for room in rooms:
        if find_spec(f"zuoxi.{room}") and find_spec(f"zuoxi.{room}.routes"):
            found.append(importlib.import_module(f"zuoxi.{room}.routes").router)
    return found


def assemble(services: Services | None, rooms: Sequence[str] = ROOMS) -> FastAPI:
    """The application over given services (None: only its description is wanted)."""
    app = create_app("Zuoxi", openapi_url="/api/openapi.json")
    app.state.services = services
    app.state.passwords = Passwords()
    for router in routers(rooms):
        app.include_router(router)
    return app
