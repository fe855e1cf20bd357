"""Fixtures for every room. Add a room's own as tests/fixtures/NAME.py and list it here."""

import structlog

# One plain line an event: structlog's own default draws whole tables of local variables for every exception.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
    ]
)

pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.api",
    "tests.fixtures.engine",
    "tests.fixtures.centre",
    "tests.fixtures.switchboard",
]
