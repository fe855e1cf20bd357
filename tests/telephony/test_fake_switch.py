"""The switch in memory keeps the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.telephony.contract import SwitchContract
from tests.telephony.contract_calls_out import CallsOutContract
from tests.telephony.contract_rooms import RoomsContract
from tests.telephony.worlds import FakeWorld


class TestFakeSwitch(SwitchContract, RoomsContract, CallsOutContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[FakeWorld]:
        world = FakeWorld()
        yield world
        await world.close()
