"""What a process hands to its routes and handlers: made once by the composition root, never imported as a global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database

if TYPE_CHECKING:
    from zuoxi.platform.listener import Listener

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """``database`` works as the application's role, ``narrow`` as the narrow role. ``events`` delivers committed
    announcements (None where a process has no need of them). ``clock`` is the time."""

    settings: Settings
    database: Database
    narrow: Database
    events: Listener | None = None
    clock: Clock = utc_now


def services(connection: HTTPConnection) -> Services:
    """Dependency: the services of the running process, for requests and WebSockets alike."""
    found = connection.app.state.services
    assert isinstance(found, Services)
    return found
