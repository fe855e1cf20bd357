"""Fixtures for every room. Add a room's own as tests/fixtures/NAME.py and list it here."""

pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.api",
    "tests.fixtures.engine",
    "tests.fixtures.centre",
    "tests.fixtures.switchboard",
]
