"""Who calls the demo centre: buyers, people who only asked, strangers who gave up, numbers that are turned away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from zuoxi.demo.calls import DAYS, Visit, moment
from zuoxi.demo.centre import Centre, Hotline
from zuoxi.demo.chance import Chance
from zuoxi.demo.people import People, Person

_RECENT_SHARE = 0.16  # of all buyers, so that auditors and dispatchers have something on their desks
_ASKED = (("product_question", 4.0), ("thinking_it_over", 3.0), ("too_expensive", 2.0))
_AFTERWARDS = (
    ("order_status", 5.0),
    ("delivery_urged", 3.0),
    ("return_or_exchange", 1.5),
    ("complaint", 1.0),
    ("other", 0.5),
)
_SEGMENTS = (("新客", 3.0), ("普通", 5.0), ("高价值", 1.5), ("沉睡", 1.0))
_NUISANCE = ("多次骚扰坐席", "恶意下单后拒收", "冒充客户套取信息", "辱骂坐席", "推销广告")
_INTERESTS = ("等活动价", "想先看实物", "与家人商量", "货到后再决定")


@dataclass(slots=True)
class Customer:
    """A made-up customer. ``visits`` in no order; ``orders`` counts those in which something is bought."""

    id: str
    person: Person
    vip: bool
    segment: str | None
    potential: bool
    potential_reason: str | None
    potential_interest: str | None
    visits: list[Visit] = field(default_factory=list)

    @property
    def since(self) -> datetime:
        """The first call."""
        return min(visit.at for visit in self.visits)


@dataclass(frozen=True, slots=True)
class Blocked:
    """A number that is turned away, and why."""

    number: str
    reason: str
    since: datetime


def buyers(chance: Chance, centre: Centre, people: People, now: datetime, zone: ZoneInfo) -> list[Customer]:
    """Customers with everything they called for; one in eight has not bought yet."""
    found = []
    for place in range(centre.plan.customers):
        person = people.person()
        potential = place % 8 == 7
        vip = not potential and place % 20 == 4
        hotline = chance.one(centre.hotlines)
        customer = Customer(
            id=chance.identifier(now - timedelta(days=DAYS)),
            person=person,
            vip=vip,
            segment="VIP" if vip else None if potential else chance.weighted(_SEGMENTS),
            potential=potential,
            potential_reason=None,
            potential_interest=None,
        )
        if potential:
            _ask(chance, customer, hotline, now, zone)
        else:
            _buy(chance, centre, customer, hotline, now, zone, recent=chance.happens(_RECENT_SHARE))
        found.append(customer)
    return found


def _visit(customer: Customer, hotline: Hotline, at: datetime, disposition: str, *, buys: bool = False) -> Visit:
    return Visit(at, customer.person.number, customer.id, customer.vip, hotline, buys, disposition)


def _ask(chance: Chance, customer: Customer, hotline: Hotline, now: datetime, zone: ZoneInfo) -> None:
    disposition = chance.weighted(_ASKED)
    customer.potential_reason = {"product_question": "咨询未购", "thinking_it_over": "考虑中", "too_expensive": "嫌贵"}[
        disposition
    ]
    customer.potential_interest = chance.one(_INTERESTS)
    customer.visits.append(_visit(customer, hotline, moment(chance, zone, now, chance.whole(0, 60)), disposition))


def _buy(
    chance: Chance,
    centre: Centre,
    customer: Customer,
    hotline: Hotline,
    now: datetime,
    zone: ZoneInfo,
    *,
    recent: bool,
) -> None:
    times = chance.whole(3, 7) if customer.vip else chance.weighted(((1, 5.0), (2, 3.0), (3, 1.5), (4, 0.5)))
    days = sorted((chance.whole(3, DAYS - 1) for _ in range(times)), reverse=True)
    if recent:
        days[-1] = chance.whole(0, 1)
    for days_ago in days:
        at = moment(chance, zone, now, days_ago)
        line = hotline if chance.happens(0.8) else chance.one(centre.hotlines)
        customer.visits.append(_visit(customer, line, at, "ordered", buys=True))
        if days_ago > 4 and chance.happens(0.3):
            later = moment(chance, zone, now, max(0, days_ago - chance.whole(2, 4)))
            customer.visits.append(_visit(customer, line, later, chance.weighted(_AFTERWARDS)))
        elif chance.happens(0.12):
            before = at - timedelta(minutes=chance.whole(20, 400))
            customer.visits.append(_visit(customer, line, before, "product_question"))


def strangers(chance: Chance, centre: Centre, people: People, now: datetime, zone: ZoneInfo) -> list[Visit]:
    """Calls of people who are nobody's customer: most gave up waiting, some asked, some misdialled."""
    found = []
    for _ in range(centre.plan.strangers):
        fate = chance.weighted((("abandoned", 6.0), ("timed_out", 1.5), (None, 4.0)))
        disposition = chance.weighted(
            (("product_question", 4.0), ("wrong_number", 2.0), ("silent_call", 2.0), ("other", 1.0))
        )
        days_ago = chance.weighted(((0, 1.5), (1, 1.5), (chance.whole(2, DAYS - 1), 9.0)))
        at = moment(chance, zone, now, days_ago)
        found.append(Visit(at, people.number(), None, False, chance.one(centre.hotlines), False, disposition, fate))
    return found


def nuisances(
    chance: Chance, centre: Centre, people: People, now: datetime, zone: ZoneInfo
) -> tuple[list[Blocked], list[Visit]]:
    """Blacklisted numbers, and the calls that they went on making."""
    blocked, visits = [], []
    for reason in _NUISANCE if centre.plan.customers > 100 else _NUISANCE[:1]:
        since = moment(chance, zone, now, chance.whole(20, 80))
        number = people.number(landline=False)
        blocked.append(Blocked(number, reason, since))
        for _ in range(chance.whole(1, 4)):
            at = moment(chance, zone, now, chance.whole(0, 19))
            visits.append(Visit(at, number, None, False, chance.one(centre.hotlines), False, "nuisance", "blocked"))
    return blocked, visits


def of_all(customers: Sequence[Customer], *others: Sequence[Visit]) -> list[Visit]:
    """Every visit."""
    return [visit for customer in customers for visit in customer.visits] + [v for visits in others for v in visits]
