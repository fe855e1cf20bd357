"""Logs: one JSON object a line on stderr, without secrets and without personal data."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

from zuoxi.platform.masking import mask_number

_LONG_NUMBER = re.compile(r"\d{7,}")
_SECRET = ("password", "secret", "token", "cookie", "authorization")
_NUMBERS = {"number", "caller", "phone", "telephone"}
_DATABASE_MODULES = ("sqlalchemy", "asyncpg", "pgqueuer")


def configure(part: str, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Set up logging for a process; ``part`` is its name (api, worker, switchboard), ``stream`` where lines go
    (default: stderr). Libraries' logs come out alike."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _say_part(part),
        _describe_exception,
        _hide,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_to_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("uvicorn.access", "websockets.server", "httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def describe(error: BaseException) -> dict[str, Any]:
    """An exception for the log: its kind and where it came from. The text of database errors stays out, because it
    quotes rows; of these only the constraint or state is kept."""
    module = type(error).__module__
    told: dict[str, Any] = {"kind": f"{module}.{type(error).__qualname__}"}
    if module.startswith(_DATABASE_MODULES):
        original = getattr(error, "orig", None) or error
        cause = original.__cause__ or original
        for name in ("sqlstate", "constraint_name", "table_name"):
            value = getattr(cause, name, None)
            if value:
                told[name] = str(value)
    else:
        told["text"] = _LONG_NUMBER.sub("#", str(error)[:300])
    told["where"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-12:]
    ]
    if error.__cause__ is not None:
        told["cause"] = describe(error.__cause__)
    return told


def _describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = describe(error)
    return event


def _hide(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What slipped in under a telling name: secrets go, telephone numbers are masked."""
    for name, value in event.items():
        if any(word in name.lower() for word in _SECRET):
            event[name] = "…"
        elif name in _NUMBERS and isinstance(value, str):
            event[name] = mask_number(value)
    return event


def _say_part(part: str) -> Any:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["part"] = part
        return event

    return add


def _to_json(value: Any, **_options: Any) -> str:
    return orjson.dumps(value, default=str).decode()
