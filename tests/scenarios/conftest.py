"""The floor of the shared centre, for tests that drive it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.fixtures.centre import Centre
from tests.scenarios.floor import Floor, Offices


@pytest.fixture(scope="session")
async def offices(centre: Centre) -> AsyncIterator[Offices]:
    """Sessions over HTTP, shared by all tests."""
    made = Offices(centre)
    yield made
    await made.close()


@pytest.fixture
async def floor(centre: Centre, offices: Offices) -> AsyncIterator[Floor]:
    """The floor for one test: at its end everybody leaves and settings are as before."""
    async with Floor.open(centre, offices) as made:
        yield made
