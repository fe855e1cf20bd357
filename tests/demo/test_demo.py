"""The demo centre: believable, consistent with every rule of the house, and safe to fill again."""

from __future__ import annotations

import asyncio
import io
import json
import stat
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile
from argon2 import PasswordHasher
from sqlalchemy import select, text
from tests.fixtures.api import make_settings

from zuoxi import contacts, lines
from zuoxi.accounts import Passwords
from zuoxi.contacts import Contact
from zuoxi.demo import fill
from zuoxi.demo.calls import moment
from zuoxi.demo.centre import MAIN, OTHER
from zuoxi.demo.chance import Chance
from zuoxi.installation.postgres import throwaway
from zuoxi.orders import TRANSITIONS, OrderState, Step
from zuoxi.platform.config import Settings
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import is_id, new_id
from zuoxi.platform.migrate import migrate
from zuoxi.recordings import Finisher, Recording
from zuoxi.recordings.sound import Sounds
from zuoxi.reporting.wallboard import Happening, Wallboard
from zuoxi.routing.model import Outcome

pytestmark = pytest.mark.database

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)  # 20:30 in Shanghai, in the evening's spots
SHANGHAI = ZoneInfo("Asia/Shanghai")
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))  # a hash says how it was made


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation of its own: the demo's names and numbers are the same wherever it is."""
    with throwaway() as cluster:
        asyncio.run(migrate(cluster.dsns.owner))
        yield make_settings(tmp_path_factory.mktemp("demo"), cluster.dsns)


@pytest.fixture(scope="module")
async def demo(own: Settings) -> Settings:
    """The filled demo centre."""
    await fill(own, clock=lambda: NOW, passwords=QUICK)
    return own


@pytest.fixture
async def base(demo: Settings) -> AsyncIterator[Database]:
    database = Database(demo.database.app_dsn.get_secret_value(), pool_size=2)
    yield database
    await database.close()


async def tenant_of(settings: Settings, name: str) -> str:
    narrow = Database(settings.database.narrow_dsn.get_secret_value(), pool_size=1)
    async with narrow.transaction(None) as session:
        found_id = await session.scalar(text("select id::text from tenant where name = :name"), {"name": name})
    await narrow.close()
    return str(found_id)


@pytest.fixture
async def main(demo: Settings) -> str:
    return await tenant_of(demo, MAIN.name)


async def count(database: Database, tenant: str, what: str) -> int:
    async with database.transaction(tenant) as session:
        return int(await session.scalar(text(f"select count(*) from {what}")) or 0)


async def test_it_is_as_large_as_a_small_operator(base: Database, main: str) -> None:
    assert await count(base, main, "customer") == MAIN.customers
    assert await count(base, main, "customer where vip") >= 12
    assert await count(base, main, "customer where potential") >= 30
    assert await count(base, main, "sku") >= 24
    assert await count(base, main, "blacklist") == 5
    assert await count(base, main, "hotline") == 7
    assert await count(base, main, "contact") > 800
    assert await count(base, main, "courier_number where taken_at is null") > 4000
    assert await count(base, main, "callback where state = 'open'") > 3
    assert await count(base, main, "callback where state = 'done'") > 30
    places = await count(base, main, "(select distinct split_part(place, '省', 1) from customer_number) as provinces")
    assert places > 15
    for state in OrderState:
        assert await count(base, main, f"orders where state = '{state}'") >= 2, state
    assert await count(base, main, "orders where state = 'submitted'") >= 12
    assert await count(base, main, "orders where state = 'audited'") >= 8


async def test_every_order_went_along_the_table_of_steps(base: Database, main: str) -> None:
    arrows = {(arrow.source.value, arrow.step.value): arrow for arrow in TRANSITIONS}
    async with base.transaction(main) as session:
        orders = {
            row.id: row
            for row in await session.execute(text("select id, state, version, agent_id, created_at from orders"))
        }
        steps = (await session.execute(text("select * from order_history order by order_id, at, id"))).all()
        roles = (await session.execute(text("select user_id, role from user_role"))).all()
    held: dict[str, set[str]] = {}
    for user, role in roles:
        held.setdefault(user, set()).add(role)
    now: dict[str, str] = {}
    last = dict.fromkeys(orders, datetime.min.replace(tzinfo=UTC))
    versions: Counter[str] = Counter()
    for step in steps:
        versions[step.order_id] += 1
        if step.step == Step.SUBMIT.value:
            assert (step.source, step.target) == (None, "submitted")
            assert step.by_id == orders[step.order_id].agent_id
        else:
            arrow = arrows[now[step.order_id], step.step]
            assert (step.source, step.target) == (arrow.source.value, arrow.target.value)
            assert step.reason or not arrow.needs_reason
            if step.step in ("approve", "send_back"):
                assert "auditor" in held[step.by_id]
            if step.step in ("clear", "label", "hand_over", "deliver"):
                assert "dispatcher" in held[step.by_id]
        assert last[step.order_id] <= step.at <= NOW
        now[step.order_id], last[step.order_id] = step.target, step.at
    assert now == {order_id: order.state for order_id, order in orders.items()}
    assert dict(versions) == {order_id: order.version for order_id, order in orders.items()}


async def test_goods_and_money_add_up(base: Database, main: str) -> None:
    open_states = "('submitted', 'returned_to_agent', 'audited', 'cleared', 'labelled')"
    async with base.transaction(main) as session:
        wrong = (
            await session.execute(
                text(
                    "select s.code from sku s left join order_line l on l.sku_id = s.id"
                    f" left join orders o on o.id = l.order_id and o.state in {open_states}"
                    " group by s.id, s.code, s.reserved"
                    " having s.reserved <> coalesce(sum(l.quantity) filter (where o.id is not null), 0)"
                )
            )
        ).all()
        assert wrong == []
        movements = (await session.execute(text("select * from stock_movement order by sku_id, at, id"))).all()
        stocks = {
            row.id: (row.stock, row.reserved)
            for row in await session.execute(text("select id, stock, reserved from sku"))
        }
        amounts = (
            await session.execute(
                text(
                    "select o.number from orders o join order_line l on l.order_id = o.id group by o.id, o.number,"
                    " o.amount_minor having o.amount_minor <> sum(price_minor * quantity) filter (where not gift)"
                )
            )
        ).all()
        assert amounts == []
        parcels = (
            await session.execute(
                text(
                    "select o.state, w.id is null as without, w.manifest_id is null as kept from orders o"
                    " left join waybill w on w.order_id = o.id"
                )
            )
        ).all()
    kinds = {"reserve": (0, 1), "release": (0, -1), "ship": (-1, -1), "put_back": (1, 0), "count": (1, 0)}
    shelf: dict[str, tuple[int, int]] = {}
    for move in movements:
        on_hand, reserved = shelf.get(move.sku_id, (0, 0))
        more, promised = kinds[move.effect]
        shelf[move.sku_id] = (on_hand + more * move.quantity, reserved + promised * move.quantity)
        assert shelf[move.sku_id] == (move.stock_after, move.reserved_after)
    assert shelf == stocks
    for state, without, kept in parcels:
        assert without == (state in ("submitted", "returned_to_agent", "audited", "cleared", "cancelled")), state
        if state in ("handed_over", "delivered", "refused", "returned"):
            assert not kept


async def test_calls_are_possible_and_tell_of_the_orders(base: Database, main: str) -> None:
    async with base.transaction(main) as session:
        contacts = (await session.execute(text("select * from contact order by started_at"))).all()
        orders = (await session.execute(text("select contact_id, agent_id, customer_id from orders"))).all()
        events = (
            await session.execute(text("select at, kind, payload from contact_event order by epoch, seq, index"))
        ).all()
        assert await session.scalar(text("select count(*) from contact_event where at > :now"), {"now": NOW}) == 0
    by_id = {str(contact.id): contact for contact in contacts}
    assert all(contact.outcome in list(Outcome) for contact in contacts)
    assert min(contact.started_at for contact in contacts) > NOW - timedelta(days=92)
    for order in orders:
        contact = by_id[order.contact_id]
        assert (contact.agent_id, contact.customer_id) == (order.agent_id, order.customer_id)
        assert contact.disposition == "ordered"
    free: dict[str, datetime] = {}
    for contact in sorted((c for c in contacts if c.answered_at), key=lambda c: c.answered_at):
        assert free.get(contact.agent_id, contact.answered_at) <= contact.answered_at, "nobody talks with two at once"
        free[contact.agent_id] = contact.ended_at
    wallboard = Wallboard(SHANGHAI)
    wallboard.apply_all(Happening(event.at, event.kind, event.payload) for event in events)
    standing = wallboard.standing(NOW)
    today = [c for c in contacts if c.queued_at and c.queued_at.astimezone(SHANGHAI).date() == standing.day]
    assert standing.total.day.offered == len(today) > 10
    assert standing.total.waiting == 0


async def test_the_router_can_work_with_it(base: Database, main: str) -> None:
    async with base.transaction(main) as session:
        configuration = await lines.routing_configuration(session)
    assert sorted(hotline.number for hotline in configuration.hotlines) == [
        "4008001111",
        "4008001112",
        "4008002221",
        "4008002222",
        "4008003331",
        "4008003332",
        "4008003333",
    ]
    assert {hotline.number for hotline in configuration.hotlines if hotline.flow} == {
        "4008003331",
        "4008003332",
        "4008003333",
    }
    assert {flow.version for flow in configuration.flows} == {1}
    skills = {skill for agent in configuration.agents for skill, _ in agent.skills}
    assert {queue.skill for queue in configuration.queues} <= skills
    assert {hotline.vip_skill for hotline in configuration.hotlines} <= skills


async def test_filling_again_changes_nothing(demo: Settings, base: Database, main: str) -> None:
    logins = (demo.data / "demo-logins.json").read_text("utf-8")
    before = await count(base, main, "contact_event")
    await fill(demo, clock=lambda: NOW + timedelta(days=1), passwords=QUICK)
    assert await count(base, main, "contact_event") == before
    assert (demo.data / "demo-logins.json").read_text("utf-8") == logins


async def test_logins_work_are_random_and_nobody_elses_business(demo: Settings, base: Database, main: str) -> None:
    path = demo.data / "demo-logins.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    logins = {entry["login"]: entry["password"] for entry in json.loads(path.read_text("utf-8"))["logins"]}
    assert set(logins) == {member.login for plan in (MAIN, OTHER) for member in plan.staff}
    assert len(set(logins.values())) == len(logins)
    async with base.transaction(main) as session:
        stored = {
            row.login: row.password_hash
            for row in await session.execute(text("select login, password_hash from app_user"))
        }
    assert await Passwords().verify(stored["agent01"], logins["agent01"])
    assert not await Passwords().verify(stored["agent01"], logins["agent02"])


async def test_lost_logins_are_made_anew(demo: Settings, base: Database, main: str) -> None:
    path = demo.data / "demo-logins.json"
    before = path.read_text("utf-8")
    path.unlink()
    await fill(demo, clock=lambda: NOW, passwords=QUICK)
    logins = {entry["login"]: entry["password"] for entry in json.loads(path.read_text("utf-8"))["logins"]}
    assert path.read_text("utf-8") != before
    async with base.transaction(main) as session:
        stored = await session.scalar(text("select password_hash from app_user where login = 'auditor1'"))
    assert await Passwords().verify(stored, logins["auditor1"])


async def test_an_interrupted_run_leaves_nothing_and_is_mended(
    demo: Settings, base: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> None:
        raise RuntimeError("killed half-way")

    with throwaway() as cluster:
        await migrate(cluster.dsns.owner)
        settings = make_settings(tmp_path, cluster.dsns)
        with monkeypatch.context() as patch:
            patch.setattr(contacts, "store_projection", killed)
            with pytest.raises(RuntimeError):
                await fill(settings, clock=lambda: NOW, plans=[OTHER], passwords=QUICK)
        assert await tenant_of(settings, OTHER.name) == "None"
        await fill(settings, clock=lambda: NOW, plans=[OTHER], passwords=QUICK)
        # the same seed and moment: the same operator, down to the identifiers
        other = await tenant_of(settings, OTHER.name)
        assert other == await tenant_of(demo, OTHER.name)
        again = Database(cluster.dsns.app, pool_size=1)
        orders = "select string_agg(id || state || number, ' ' order by id) from orders"
        async with again.transaction(other) as here, base.transaction(other) as there:
            assert await here.scalar(text(orders)) == await there.scalar(text(orders))
        await again.close()


async def test_callers_worth_trying_are_written_down(demo: Settings, base: Database, main: str) -> None:
    told = json.loads((demo.data / "demo.json").read_text("utf-8"))
    assert len(told["hotlines"]) == 4
    assert {kind: len(found) >= 5 for kind, found in told["callers"].items()} == dict.fromkeys(
        ("vip", "returning", "blacklisted", "new"), True
    )
    async with base.transaction(main) as session:
        known = set(await session.scalars(text("select shown from customer_number")))
    assert {caller["number"] for caller in told["callers"]["vip"]} <= known
    assert not {caller["number"] for caller in told["callers"]["new"]} & known


async def test_the_newest_calls_can_be_heard(demo: Settings, base: Database, main: str) -> None:
    narrow = Database(demo.database.narrow_dsn.get_secret_value(), pool_size=1)
    folder = demo.folder("recordings")
    assert await Finisher(folder, base, narrow, lambda: NOW).finish_all() == 4
    await narrow.close()
    async with base.transaction(main) as session:
        rows = (
            await session.execute(select(Recording, Contact).join(Contact, Contact.id == Recording.contact_id))
        ).all()
    sounds = Sounds.of(demo)
    for recording, contact in rows:
        sides, rate = soundfile.read(io.BytesIO(sounds.whole(recording)))
        assert len(sides) / rate == pytest.approx(contact.waited_s + contact.talked_s, abs=0.1)
        caller, agent = (np.abs(sides[:, side]) > 0.01 for side in (0, 1))
        answered = int(contact.waited_s * rate)
        assert not caller[:answered].any(), "the caller listens to the music"
        assert agent[:answered].any()
        assert caller[answered:].sum() > rate
        assert agent[answered:].sum() > rate
        assert not (caller & agent)[answered:].any(), "one after the other"


async def test_the_other_operator_is_behind_the_wall(demo: Settings, base: Database) -> None:
    other = await tenant_of(demo, OTHER.name)
    assert await count(base, other, "customer") == OTHER.customers
    async with base.transaction(other) as session:
        names = set(await session.scalars(text("select name from hotline")))
    assert names == {name for line in OTHER.lines for _, name, _, _ in line.hotlines}


@pytest.mark.parametrize("hour", [0, 1, 5, 9, 10, 14, 23])
def test_calls_of_today_are_over_and_of_today_whenever_it_is_filled(hour: int) -> None:
    chance = Chance("moments")
    now = datetime(2026, 11, 22, hour, 40, tzinfo=SHANGHAI).astimezone(UTC)
    moments = [moment(chance, SHANGHAI, now, 0) for _ in range(200)]
    assert all(at < now - timedelta(minutes=10) for at in moments)
    assert {at.astimezone(SHANGHAI).date() for at in moments} == {now.astimezone(SHANGHAI).date()}
    before = [moment(chance, SHANGHAI, now, 3).astimezone(SHANGHAI) for _ in range(50)]
    assert {at.date() for at in before} == {now.astimezone(SHANGHAI).date() - timedelta(days=3)}
    assert all(8 <= at.hour < 22 for at in before)


def test_in_the_first_minutes_of_a_day_the_newest_calls_are_of_the_evening_before() -> None:
    now = datetime(2026, 11, 22, 0, 5, tzinfo=SHANGHAI)
    at = moment(Chance("midnight"), SHANGHAI, now, 0)
    assert at.astimezone(SHANGHAI).date() == now.date() - timedelta(days=1)


def test_identifiers_are_of_the_right_form_and_repeat_with_the_seed() -> None:
    one, two = Chance("a"), Chance("a")
    ids = [one.identifier(NOW) for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(is_id(identifier) and identifier[14] == "7" for identifier in ids)
    assert ids[:9] == [two.identifier(NOW) for _ in range(9)]
    assert Chance("b").identifier(NOW) not in ids
    assert abs(int(ids[0].replace("-", "")[:12], 16) - int(new_id().replace("-", "")[:12], 16)) < 10**13
