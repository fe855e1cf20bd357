"""The real engine keeps the contract, with real SIP and real sound."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.telephony.contract import SwitchContract
from tests.telephony.contract_calls_out import CallsOutContract
from tests.telephony.contract_rooms import RoomsContract
from tests.telephony.worlds import RealWorld

from zuoxi.telephony.engine import EngineProcess

pytestmark = pytest.mark.engine


class TestAriSwitch(SwitchContract, RoomsContract, CallsOutContract):
    @pytest.fixture
    async def world(self, running_engine: EngineProcess) -> AsyncIterator[RealWorld]:
        world = await RealWorld(running_engine).open()
        yield world
        await world.close()
