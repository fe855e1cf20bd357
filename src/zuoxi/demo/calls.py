"""The demo's calls: who called when, which agent took it, and what the event log says of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from zuoxi.contacts import Entry
from zuoxi.demo.centre import Centre, Hotline, Person
from zuoxi.demo.chance import Chance
from zuoxi.routing import commands as c
from zuoxi.routing.codec import encode
from zuoxi.routing.model import Outcome

DAYS = 90
# Calls come when the spots are aired: hour of the day and share.
_HOURS = tuple((hour, share) for hour, share in ((8, 3), (9, 7), (10, 10), (11, 8), (12, 7), (13, 6), (14, 9), (15, 8),
                                                 (16, 5), (17, 4), (18, 5), (19, 9), (20, 11), (21, 6)))  # fmt: skip
_TIME_LIMIT_S = 120.0
_JUST_NOW = timedelta(minutes=18)  # the longest call is over when the centre is filled
_WRAP_UP_S = 25.0

_NOTES: dict[str, tuple[str, ...]] = {
    "ordered": ("确认收货时间为白天", "客户要求送货前电话联系", "老客户,直接报地址", "", "", "", ""),
    "product_question": ("询问电磁炉是否可用", "询问保修期,已告知一年", "想看实物图,已告知直播时间", ""),
    "thinking_it_over": ("要与家人商量", "等下月发工资再买", "已介绍活动,截止周日", ""),
    "too_expensive": ("觉得价格偏高,询问有无优惠", "与网店比价", ""),
    "order_status": ("已告知包裹在途", "已告知快递单号", ""),
    "delivery_urged": ("快递三天未更新,已催件", "要求周末前送到", ""),
    "return_or_exchange": ("锅底划痕,要求换货", "尺码偏小,申请换货", ""),
    "complaint": ("投诉快递员未送上门", "赠品少发一件,已登记补寄"),
    "other": ("", "咨询公司地址"),
    "wrong_number": ("",),
    "silent_call": ("",),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody dials a hotline at a moment. ``buys``: an order is written in the call. ``fate``: how a call ends that
    reaches no agent (abandoned, timed_out, blocked), or None."""

    at: datetime
    number: str
    customer_id: str | None
    vip: bool
    hotline: Hotline
    buys: bool
    disposition: str
    fate: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What became of a visit. Durations in seconds."""

    id: str
    visit: Visit
    outcome: Outcome
    reason: str
    agent: Person | None
    waited: float
    talked: float
    note: str

    @property
    def ended_at(self) -> datetime:
        """When the caller's line was free again."""
        announced = 12.0 if self.outcome in (Outcome.TIMED_OUT, Outcome.BLOCKED) else 0.0
        return self.visit.at + timedelta(seconds=self.waited + self.talked + announced)


def moment(chance: Chance, zone: ZoneInfo, now: datetime, days_ago: int) -> datetime:
    """A moment of that day in the rhythm of the spots; today only what is over, and in the small hours the night
    programme, so that the day has begun whenever the centre is filled."""
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(now.tzinfo)
    passed = now - _JUST_NOW - midnight
    if days_ago == 0 and timedelta(minutes=10) < passed < timedelta(hours=_HOURS[0][0] + 2):
        return midnight + passed * chance.between(0, 1)
    day = now.astimezone(zone).date() - timedelta(days=days_ago)
    while True:
        clock = time(chance.weighted(_HOURS), chance.whole(0, 59), chance.whole(0, 59))
        at = datetime.combine(day, clock, zone).astimezone(now.tzinfo)
        if at < now - _JUST_NOW:
            return at
        if passed < timedelta(hours=_HOURS[0][0] + 2):  # only the first minutes of a day: yesterday's evening
            day -= timedelta(days=1)


def take(chance: Chance, centre: Centre, visits: Sequence[Visit]) -> list[Call]:
    """Give every visit its agent and its length, in the order of time: nobody talks with two at once, and a returning
    buyer mostly reaches the agent of the last order."""
    busy: dict[str, datetime] = {}
    last: dict[str, str] = {}
    calls = []
    for visit in sorted(visits, key=lambda visit: (visit.at, visit.number)):
        calls.append(_take(chance, centre, visit, busy, last))
    return calls


def _take(chance: Chance, centre: Centre, visit: Visit, busy: dict[str, datetime], last: dict[str, str]) -> Call:
    contact = chance.identifier(visit.at)
    match visit.fate:
        case "blocked":
            return Call(contact, visit, Outcome.BLOCKED, "blacklist", None, 0.0, 0.0, "")
        case "timed_out":
            return Call(contact, visit, Outcome.TIMED_OUT, "time_limit", None, _TIME_LIMIT_S, 0.0, "")
        case "abandoned":
            waited = chance.long_tailed(30, 4, 115)
            return Call(contact, visit, Outcome.ABANDONED, "caller_hung_up", None, waited, 0.0, "")
    waited = chance.long_tailed(7, 2, 70)
    free: list[Person] = []
    while not free and waited < _TIME_LIMIT_S:
        answered = visit.at + timedelta(seconds=waited)
        free = [
            person
            for person in centre.of("agent")
            if visit.hotline.skill in person.skills and busy.get(person.id, visit.at) <= answered
        ]
        waited += 0.0 if free else 5.0
    if not free:
        return Call(contact, visit, Outcome.TIMED_OUT, "time_limit", None, _TIME_LIMIT_S, 0.0, "")
    known = next((person for person in free if visit.customer_id and last.get(visit.customer_id) == person.id), None)
    agent = known or chance.weighted([(person, person.skills[visit.hotline.skill]) for person in free])
    talked = chance.long_tailed(230 if visit.buys else 110, 15, 900)
    call = Call(
        contact,
        visit,
        Outcome.ANSWERED,
        "caller_hung_up" if chance.happens(0.8) else "agent_hung_up",
        agent,
        round(waited, 1),
        round(talked, 1),
        chance.one(_NOTES.get(visit.disposition, ("",))),
    )
    busy[agent.id] = call.ended_at + timedelta(seconds=_WRAP_UP_S)
    if visit.buys and visit.customer_id:
        last[visit.customer_id] = agent.id
    return call


def entries(calls: Sequence[Call], domain: str) -> list[Entry]:
    """The journal entries of the calls, in the order of time, as the switchboard would have written them."""
    drafts: list[tuple[datetime, Entry]] = []
    for call in calls:
        drafts += _entries_of(call, domain)
    drafts.sort(key=lambda draft: draft[0])
    return [dataclasses.replace(entry, seq=seq) for seq, (_, entry) in enumerate(drafts, start=1)]


def _entries_of(call: Call, domain: str) -> list[tuple[datetime, Entry]]:
    visit, hotline = call.visit, call.visit.hotline
    waits = call.outcome is not Outcome.BLOCKED
    queue = hotline.queue_id if waits else None
    started = c.ContactStarted(
        call.id,
        f"{visit.at.timestamp():.0f}.{int(call.id[-6:], 16)}",
        hotline.id,
        hotline.line_id,
        hotline.project_id,
        visit.number,
        visit.customer_id,
        visit.vip,
    )
    arrival: list[c.Fact] = [started]
    if queue is not None:
        arrival.append(c.ContactQueued(call.id, queue, 20 if visit.vip else 0, "arrival"))
    found = [(visit.at, arrival, {"kind": "CallArrived", "hotline": hotline.number})]
    if call.agent is not None and queue is not None:
        offer, rung = f"{call.id}-1", visit.at + timedelta(seconds=max(0.0, call.waited - 3))
        reason = "vip_group" if visit.vip else "queue"
        found.append((rung, [c.ContactOffered(call.id, offer, call.agent.id, queue, reason)], {"kind": "TimePassed"}))
        answered = c.ContactAnswered(call.id, offer, call.agent.id, queue, call.waited)
        found.append((visit.at + timedelta(seconds=call.waited), [answered], {"kind": "OfferAnswered"}))
    ended = c.ContactEnded(call.id, call.outcome, call.reason, queue, call.waited, call.talked)
    last: list[c.Fact] = [ended]
    if call.outcome in (Outcome.ABANDONED, Outcome.TIMED_OUT):
        last.insert(0, c.CallbackRecorded(call.id, visit.number, queue, call.outcome.value))
    found.append((call.ended_at, last, {"kind": "CallerHungUp"}))
    if call.agent is not None:
        wrap_up = {"kind": "WrapUpFinished", "contact": call.id, "disposition": visit.disposition}
        found.append((call.ended_at + timedelta(seconds=_WRAP_UP_S - 5), [], wrap_up))
    return [
        (
            at,
            Entry(
                domain=domain,
                epoch=1,
                seq=0,
                at=at.timestamp(),
                event=event,
                commands=[encode(fact) for fact in facts],
                extra={"note": call.note} if event["kind"] == "WrapUpFinished" and call.note else None,
            ),
        )
        for at, facts, event in found
    ]
