"""Every branch of the inbound flow on the real engine: a switchboard process, real SIP callers, real SIP phones.

One centre for all of them; each test has callers' numbers of its own and leaves every agent signed out.
"""

from __future__ import annotations

import asyncio
import itertools
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from tests.fixtures.api import make_user
from tests.fixtures.database import Tenant, make_tenant
from tests.fixtures.switchboard import Switchboard, free_port, make_order, running_switchboard
from tests.telephony.worlds import AGENT_TONE, CALLER_TONE, PROMPT_TONE, RealParty

from zuoxi import customers
from zuoxi.accounts import Client, Principal, Project
from zuoxi.benchmarks.desk_client import DeskClient
from zuoxi.contacts import Callback, Contact
from zuoxi.contacts.live.replay import replay
from zuoxi.installation.postgres import Dsns
from zuoxi.lines import AgentSkill, BusinessLine, Hotline, Queue, Skill, configuration_changed
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.telephony import engine
from zuoxi.telephony.phone import Phone, PhoneCall, tone

pytestmark = [pytest.mark.engine, pytest.mark.database]

PATIENCE = 150.0  # seconds; only a failing test waits that long
_numbers = itertools.count(1)


def new_number() -> str:
    """A caller nobody knows yet."""
    return f"139{next(_numbers):08d}"


@dataclass
class Seat:
    """An agent at a desk with a phone. ``rings`` gives the next INVITE at the phone."""

    agent: Principal
    desk: DeskClient
    phone: Phone

    async def rings(self) -> PhoneCall:
        return await self.phone.calls.get()

    async def takes(self) -> PhoneCall:
        """Lift at the next ring, and be in conversation."""
        call = await self.rings()
        await call.answer()
        await self.desk.expect(
            "contact", lambda frame: bool(frame["contact"]) and frame["contact"]["state"] == "talking"
        )
        return call


class Floor:
    """The centre of these tests. Hotlines: ``plain``; ``hasty`` (its queue's limit is six seconds); ``early`` (callers
    wait unanswered); ``closed`` (never open). Skills: sales for everybody, the VIP group besides for some."""

    def __init__(self, switchboard: Switchboard, database: Database, hotlines: dict[str, str], line: str) -> None:
        self.switchboard, self.database, self.hotlines, self.line = switchboard, database, hotlines, line
        self.stack = AsyncExitStack()
        self.trunk: Phone

    async def seat(
        self, index: int, *, ready: bool = True, behaviour: Callable[[PhoneCall], None] | None = None
    ) -> Seat:
        agent = self.switchboard.agents[index]
        desk = await self.stack.enter_async_context(self.switchboard.desk(agent))
        given = (await desk.command("take_seat", phone="sip"))["phone"]
        phone = Phone(
            self.switchboard.sip, given["user"], given["password"], sound=tone(AGENT_TONE, 1), behaviour=behaviour
        )
        await self.stack.enter_async_context(phone)
        await phone.register()
        if ready:
            await desk.command("ready")
        return Seat(agent, desk, phone)

    def dial(self, hotline: str, number: str) -> PhoneCall:
        return self.trunk.dial(self.hotlines.get(hotline, hotline), number)

    async def ended(self, number: str) -> Contact:
        """The contact of this caller, once it has ended and is in the database."""
        while True:
            async with self.database.transaction(self.switchboard.tenant.id) as session:
                found = list(await session.scalars(select(Contact).where(Contact.number == number)))
            assert len(found) <= 1
            if found and found[0].ended_at is not None:
                return found[0]
            await asyncio.sleep(0.03)

    async def callbacks(self, number: str) -> list[str]:
        async with self.database.transaction(self.switchboard.tenant.id) as session:
            return list(await session.scalars(select(Callback.reason).where(Callback.number == number)))


async def make_floor(database: Database, tenant: Tenant, agents: list[Principal]) -> tuple[dict[str, str], str]:
    """Lines, queues, skills and hotlines; returns dialled numbers by name, and the business line."""
    base = free_port()
    numbers = {name: f"400{index}{base:06d}" for index, name in enumerate(("plain", "hasty", "early", "closed"))}
    async with database.transaction(tenant.id) as session:
        client = Client(name="自营")
        session.add(client)
        await session.flush()
        project, sales, vip = Project(client_id=client.id, name="购物"), Skill(name="销售"), Skill(name="贵宾")
        session.add_all([project, sales, vip])
        await session.flush()
        usual = {"skill_id": sales.id, "offer_timeout_s": 8.0, "wrap_up_limit_s": 600.0}
        patient = Queue(name="销售", time_limit_s=600.0, **usual)
        hasty = Queue(name="急", time_limit_s=6.0, **usual)
        line = BusinessLine(name="家居", project_id=project.id, vip_skill_id=vip.id)
        session.add_all([patient, hasty, line])
        await session.flush()
        shut = {"weekly": {}, "keep_holidays": False}
        session.add_all(
            [
                Hotline(number=numbers["plain"], name="甲", line_id=line.id, queue_id=patient.id),
                Hotline(number=numbers["hasty"], name="乙", line_id=line.id, queue_id=hasty.id),
                Hotline(
                    number=numbers["early"],
                    name="丙",
                    line_id=line.id,
                    queue_id=patient.id,
                    answer_before_waiting=False,
                ),
                Hotline(number=numbers["closed"], name="丁", line_id=line.id, queue_id=patient.id, hours=shut),
            ]
        )
        # The first is the best seller; the last is the VIP group, and sells worst.
        levels = {0: 9, 1: 6, 2: 6, 3: 1}
        session.add_all(
            AgentSkill(agent_id=agents[index].user_id, skill_id=sales.id, level=level)
            for index, level in levels.items()
        )
        session.add(AgentSkill(agent_id=agents[3].user_id, skill_id=vip.id, level=5))
        await session.flush()
        await configuration_changed(session)
        return numbers, line.id


@pytest.fixture(scope="module")
async def centre_of_branches(own_engine: engine.EngineProcess, dsns: Dsns, database: Database) -> AsyncIterator[Floor]:
    tenant = await make_tenant(database)
    agents = [await make_user(database, tenant, "agent", name=f"坐席{number}") for number in range(4)]
    hotlines, line = await make_floor(database, tenant, agents)
    async with running_switchboard(own_engine, dsns, tenant, agents, hotlines["plain"]) as switchboard:
        folder = switchboard.data / "prompts" / tenant.id
        folder.mkdir(parents=True)
        for key in ("blocked", "timed_out", "closed", "unknown_number"):
            with wave.open(str(folder / f"{key}.wav"), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(8000)
                file.writeframes(tone(PROMPT_TONE, 5).astype("<i2").tobytes())
        yield Floor(switchboard, database, hotlines, line)
        assert replay(switchboard.journal).equal


@pytest.fixture
async def floor(centre_of_branches: Floor) -> AsyncIterator[Floor]:
    floor = centre_of_branches
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
        floor.stack = stack
        floor.trunk = await stack.enter_async_context(Phone(floor.switchboard.sip, "trunk", sound=tone(CALLER_TONE, 1)))
        yield floor
        for agent in floor.switchboard.agents:
            async with floor.switchboard.desk(agent) as desk:
                if desk.welcome["contact"] is not None:
                    if desk.welcome["agent"]["state"] == "talking":
                        await desk.command("hang_up")
                    await desk.command("wrap_up", contact=desk.welcome["contact"]["id"], disposition=None)
                if desk.welcome["agent"]["state"] != "signed_out":
                    await desk.command("sign_out")


async def test_a_blacklisted_caller_hears_the_message_and_is_released(floor: Floor) -> None:
    number = new_number()
    async with floor.database.transaction(floor.switchboard.tenant.id) as session:
        await session.execute(
            text(
                "insert into blacklist (tenant_id, id, number, key, reason, by_id, by_name) values (cast(:tenant as "
                "uuid), gen_random_uuid(), :number, :key, '骚扰', gen_random_uuid(), '班长')"
            ),
            {
                "tenant": floor.switchboard.tenant.id,
                "number": number,
                "key": customers.read_number(number).key,
            },
        )
    seat = await floor.seat(0)
    call = floor.dial("plain", number)
    await RealParty(call).hears("prompt")
    assert await call.ended == "BYE"
    contact = await floor.ended(number)
    assert (contact.outcome, contact.agent_id) == ("blocked", None)
    assert seat.phone.calls.empty() and await floor.callbacks(number) == []


async def make_vip(floor: Floor, number: str) -> None:
    async with floor.database.transaction(floor.switchboard.tenant.id) as session:
        customer = await customers.find_or_create(session, number=number, name="贵宾", now=datetime.now(UTC))
        customer.vip = True


async def test_a_vip_is_offered_to_the_vip_group_first(floor: Floor) -> None:
    number = new_number()
    await make_vip(floor, number)
    best, group = await floor.seat(0), await floor.seat(3)
    call = floor.dial("plain", number)
    leg = await group.takes()
    assert leg.caller == number and best.phone.calls.empty()
    await RealParty(call).hears("agent")
    await call.hang_up()
    assert (await floor.ended(number)).agent_id == group.agent.user_id


async def test_without_a_free_vip_agent_a_vip_goes_before_those_who_wait(floor: Floor) -> None:
    first, vip = new_number(), new_number()
    await make_vip(floor, vip)
    early = floor.dial("plain", first)
    await early.answered
    await RealParty(early).hears("music")
    late = floor.dial("plain", vip)
    await late.answered
    await RealParty(late).hears("music")
    seat = await floor.seat(0)
    assert (await seat.takes()).caller == vip
    for call in (early, late):
        await call.hang_up()
    assert (await floor.ended(first)).outcome == "abandoned"
    assert (await floor.ended(vip)).outcome == "answered"


async def test_a_buyer_reaches_the_agent_of_the_last_order(floor: Floor) -> None:
    number = new_number()
    owner = floor.switchboard.agents[2]
    async with floor.database.transaction(floor.switchboard.tenant.id) as session:
        await make_order(session, number, owner.user_id, new_id())  # from another line: any line counts
    best, last = await floor.seat(0), await floor.seat(2)
    call = floor.dial("plain", number)
    assert (await last.takes()).caller == number
    assert best.phone.calls.empty()
    await call.hang_up()
    assert (await floor.ended(number)).agent_id == owner.user_id


async def test_when_that_agent_is_away_the_buyer_waits_elsewhere_with_raised_priority(floor: Floor) -> None:
    stranger, buyer = new_number(), new_number()
    async with floor.database.transaction(floor.switchboard.tenant.id) as session:
        await make_order(session, buyer, floor.switchboard.agents[2].user_id, floor.line)
    calls = []
    for number in (stranger, buyer):
        calls.append(floor.dial("plain", number))
        await calls[-1].answered
        await RealParty(calls[-1]).hears("music")
    seat = await floor.seat(0)
    assert (await seat.takes()).caller == buyer
    for call in calls:
        await call.hang_up()
    await floor.ended(stranger)


async def test_the_best_skilled_then_the_longest_idle_agent_is_rung(floor: Floor) -> None:
    longer_idle = await floor.seat(1)
    shorter_idle = await floor.seat(2)
    best = await floor.seat(0)
    calls = [floor.dial("plain", new_number())]
    await best.takes()
    calls.append(floor.dial("plain", new_number()))
    await longer_idle.takes()
    calls.append(floor.dial("plain", new_number()))
    await shorter_idle.takes()
    for call in calls:
        await call.hang_up()


async def test_a_silent_agent_is_passed_over_and_set_not_ready(floor: Floor) -> None:
    number = new_number()
    silent, next_best = await floor.seat(0), await floor.seat(1)
    call = floor.dial("plain", number)
    rung = await silent.rings()
    assert (await next_best.takes()).caller == number
    assert await rung.ended == "CANCEL"
    state = await silent.desk.expect("agent", lambda frame: frame["state"] == "not_ready" and bool(frame["reason"]))
    assert state["reason"] == "no_answer"
    await RealParty(call).hears("agent")
    await call.hang_up()


async def test_a_phone_that_refuses_sends_the_caller_on(floor: Floor) -> None:
    number = new_number()
    busy = await floor.seat(0, behaviour=lambda call: call.reject(486))
    other = await floor.seat(1)
    call = floor.dial("plain", number)
    assert (await other.takes()).caller == number
    state = await busy.desk.expect("agent", lambda frame: frame["state"] == "not_ready" and bool(frame["reason"]))
    assert state["reason"] == "phone_busy"
    await call.hang_up()


async def test_the_time_limit_ends_in_the_message_and_a_callback(floor: Floor) -> None:
    number = new_number()
    call = floor.dial("hasty", number)
    await RealParty(call).hears("music")
    await RealParty(call).hears("prompt")
    assert await call.ended == "BYE"
    contact = await floor.ended(number)
    assert contact.outcome == "timed_out" and contact.waited_s is not None and 5.9 < contact.waited_s < 100
    assert await floor.callbacks(number) == ["timed_out"]


async def test_who_hangs_up_waiting_becomes_a_callback(floor: Floor) -> None:
    number = new_number()
    call = floor.dial("plain", number)
    await RealParty(call).hears("music")
    await call.hang_up()
    assert (await floor.ended(number)).outcome == "abandoned"
    assert await floor.callbacks(number) == ["abandoned"]


async def test_two_calls_in_the_same_instant_get_two_agents(floor: Floor) -> None:
    first, second = await floor.seat(0), await floor.seat(1)
    numbers = {new_number(), new_number()}
    calls = [floor.dial("plain", number) for number in numbers]
    legs = await asyncio.gather(first.takes(), second.takes())
    assert {leg.caller for leg in legs} == numbers
    for call in calls:
        await call.hang_up()


async def test_only_who_is_ready_is_rung(floor: Floor) -> None:
    away = await floor.seat(0, ready=False)
    busy = await floor.seat(1)
    first = floor.dial("plain", new_number())
    await busy.takes()
    second = floor.dial("plain", new_number())
    await RealParty(second).hears("music")
    await first.hang_up()
    await busy.desk.expect("agent", lambda frame: frame["state"] == "wrap_up")
    await RealParty(second).hears("music")
    assert away.phone.calls.empty() and busy.phone.calls.empty()
    await away.desk.command("ready")
    await away.takes()
    await second.hang_up()


async def test_callers_may_wait_unanswered(floor: Floor) -> None:
    number = new_number()
    call = floor.dial("early", number)
    await RealParty(call).hears("music")
    assert not call.answered.done()
    seat = await floor.seat(0)
    await seat.takes()
    await call.answered
    await RealParty(call).hears("agent")
    await call.hang_up()
    assert (await floor.ended(number)).outcome == "answered"


async def test_out_of_hours_the_caller_is_told(floor: Floor) -> None:
    number = new_number()
    await floor.seat(0)
    call = floor.dial("closed", number)
    await RealParty(call).hears("prompt")
    assert await call.ended == "BYE"
    assert (await floor.ended(number)).outcome == "closed"


async def test_an_unknown_number_is_told_and_released(floor: Floor) -> None:
    call = floor.dial("4000000000", new_number())
    await call.ended


async def test_a_call_is_transferred_to_an_agent_and_to_a_queue(floor: Floor) -> None:
    number = new_number()
    first, second = await floor.seat(0), await floor.seat(1)
    call = floor.dial("plain", number)
    leg = await first.takes()
    await first.desk.command("transfer", to_agent=second.agent.user_id)
    await second.takes()
    assert await leg.ended == "BYE"
    await RealParty(call).hears("agent")
    third = await floor.seat(2)
    queue = next(queue["id"] for queue in second.desk.welcome["queues"] if queue["name"] == "销售")
    await second.desk.command("transfer", to_queue=queue)
    assert (await third.takes()).caller == number
    await RealParty(call).hears("agent")
    await third.desk.command("hang_up")
    assert await call.ended == "BYE"
    contact = await floor.ended(number)
    assert (contact.outcome, contact.agent_id) == ("answered", third.agent.user_id)
