"""The wallboard's fold agrees with counting the log by hand, whatever the log holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from zuoxi.reporting.wallboard import Happening, Standing, Wallboard

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai: midnight comes after two hours
TARGETS = {"q1": 20.0, "q2": 10.0}


def happening(seconds: float, kind: str, **payload: Any) -> Happening:
    return Happening(START + timedelta(seconds=seconds), kind, payload)


def board(*log: Happening) -> Wallboard:
    wallboard = Wallboard(SHANGHAI, TARGETS)
    wallboard.apply_all(log)
    return wallboard


def queued(seconds: float, contact: str, queue: str = "q1", reason: str = "arrival") -> Happening:
    return happening(seconds, "ContactQueued", contact=contact, queue=queue, priority=0, reason=reason)


def answered(seconds: float, contact: str, waited: float, queue: str = "q1") -> Happening:
    return happening(seconds, "ContactAnswered", contact=contact, offer="o", agent="a", queue=queue, waited=waited)


def ended(seconds: float, contact: str, outcome: str) -> Happening:
    return happening(
        seconds, "ContactEnded", contact=contact, outcome=outcome, reason="x", queue="q1", waited=0.0, talked=0.0
    )


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_one_call_from_arrival_to_its_end() -> None:
    wallboard = board(queued(0, "c1"))
    standing = wallboard.standing(at(7))
    assert (standing.total.waiting, standing.total.longest_wait_s, standing.total.waiting_since) == (1, 7.0, START)
    assert standing.queues["q1"].day.service_level == 0.0
    wallboard.apply(answered(8, "c1", 8.0))
    wallboard.apply(ended(60, "c1", "answered"))
    standing = wallboard.standing(at(61))
    assert (standing.total.waiting, standing.total.longest_wait_s, standing.total.waiting_since) == (0, 0.0, None)
    assert standing.queues["q1"].day.answered == 1
    assert standing.queues["q1"].day.service_level == 1.0


def test_a_caller_of_whom_the_router_heard_late_waits_since_the_arrival() -> None:
    came = at(7195).timestamp()  # before midnight in Shanghai
    late = happening(7203, "ContactQueued", contact="c1", queue="q1", priority=0, reason="arrival", since=came)
    standing = board(late).standing(at(7205))
    assert (standing.total.waiting, standing.total.longest_wait_s, standing.total.waiting_since) == (1, 10.0, at(7195))
    assert standing.total.day.offered == 0  # it belongs to yesterday


def test_no_call_has_no_service_level() -> None:
    standing = board().standing(START)
    assert standing.total.day.service_level is None
    assert set(standing.queues) == {"q1", "q2"}, "a queue without calls is shown, too"


def test_an_answer_exactly_at_the_target_is_in_time() -> None:
    in_time = board(queued(0, "c1"), answered(20, "c1", 20.0), queued(0, "c2"), answered(21, "c2", 20.1))
    assert in_time.standing(at(30)).queues["q1"].day.service_level == 0.5


def test_a_failed_offer_keeps_the_wait_and_a_transfer_begins_another() -> None:
    wallboard = board(queued(0, "c1"), queued(15, "c1", reason="no_answer"))
    assert wallboard.standing(at(20)).total.longest_wait_s == 20.0
    wallboard.apply(answered(21, "c1", 21.0))
    wallboard.apply(queued(100, "c1", "q2", "transfer"))
    standing = wallboard.standing(at(105))
    assert (standing.queues["q2"].waiting, standing.queues["q2"].longest_wait_s) == (1, 5.0)
    assert (standing.queues["q1"].day.offered, standing.queues["q2"].day.offered) == (1, 0)
    wallboard.apply(ended(110, "c1", "answered"))
    assert wallboard.standing(at(111)).total.day.abandoned == 0


def test_a_timed_out_caller_leaves_the_queue_when_the_callback_is_noted() -> None:
    wallboard = board(
        queued(0, "c1"), happening(120, "CallbackRecorded", contact="c1", number="1", queue="q1", reason="timed_out")
    )
    assert wallboard.standing(at(121)).total.waiting == 0
    wallboard.apply(ended(135, "c1", "timed_out"))
    assert wallboard.standing(at(136)).total.day.timed_out == 1


def test_a_caller_whom_the_queue_sends_into_a_call_flow_does_not_wait_meanwhile() -> None:
    wallboard = board(queued(0, "c1", reason="flow"))
    wallboard.apply(happening(60, "FlowNodeEntered", contact="c1", node="menu", node_kind="menu", served=False))
    assert wallboard.standing(at(61)).total.waiting == 0
    wallboard.apply(queued(70, "c1", "q2", reason="flow"))
    standing = wallboard.standing(at(75))
    assert (standing.queues["q2"].waiting, standing.total.longest_wait_s, standing.total.day.offered) == (1, 5.0, 1)


def test_midnight_in_the_zone_of_the_tenant_begins_a_new_day() -> None:
    midnight = 2 * 3600
    wallboard = board(queued(midnight - 5, "c1"), queued(midnight + 1, "c2"))
    wallboard.apply(answered(midnight + 2, "c1", 7.0))
    today = wallboard.standing(at(midnight + 3))
    assert (today.total.day.offered, today.total.day.answered, today.total.waiting) == (1, 0, 1)
    assert wallboard.standing(at(midnight - 1)).total.day.answered == 1, "the day of its arrival counts it"


def test_blocked_and_closed_callers_are_told_apart_from_waiting_ones() -> None:
    standing = board(ended(1, "c1", "blocked"), ended(2, "c2", "closed"), ended(3, "c3", "failed")).standing(at(4))
    assert (standing.blocked, standing.closed, standing.total.day.offered) == (1, 1, 0)


def test_a_call_flow_offers_when_it_queues_and_serves_beside_the_queues() -> None:
    log = (ended(1, "c1", "served"), queued(2, "c2", reason="flow"), queued(5, "c2", "q2", reason="flow"))
    standing = board(*log).standing(at(9))
    assert (standing.served, standing.total.day.offered, standing.total.longest_wait_s) == (1, 1, 4.0)
    assert standing.queues["q1"].day.offered == 1, "where it first waited"


contacts = st.sampled_from([f"c{number}" for number in range(6)])
a_queue = st.sampled_from(["q1", "q2", "q3"])
gap = st.integers(0, 1800)
facts = st.one_of(
    st.builds(
        lambda s, c, q, r: (s, "ContactQueued", {"contact": c, "queue": q, "reason": r}),
        gap,
        contacts,
        a_queue,
        st.sampled_from(["arrival", "arrival", "transfer", "no_answer", "queue_removed"]),
    ),
    st.builds(
        lambda s, c, q, w: (s, "ContactAnswered", {"contact": c, "queue": q, "agent": "a1", "waited": w}),
        gap,
        contacts,
        a_queue,
        st.floats(0, 40),
    ),
    st.builds(
        lambda s, c, o: (s, "ContactEnded", {"contact": c, "outcome": o}),
        gap,
        contacts,
        st.sampled_from(["answered", "abandoned", "timed_out", "failed", "blocked", "closed"]),
    ),
    st.builds(
        lambda s, a, state: (s, "AgentStateChanged", {"agent": a, "state": state, "reason": None, "contact": None}),
        gap,
        st.sampled_from(["a1", "a2"]),
        st.sampled_from(["ready", "talking", "wrap_up", "signed_out"]),
    ),
    st.builds(lambda s, c: (s, "ContactHeld", {"contact": c, "agent": "a1"}), gap, contacts),
)


def lives(log: list[Happening]) -> list[list[Happening]]:
    """The facts of each contact, cut at its ends: an identifier that comes again after an end is a new contact."""
    found: list[list[Happening]] = []
    for contact in sorted({h.payload["contact"] for h in log if h.payload.get("contact") and "agent" not in h.kind}):
        life: list[Happening] = []
        for item in log:
            if item.payload.get("contact") != contact or item.kind == "AgentStateChanged":
                continue
            life.append(item)
            if item.kind == "ContactEnded":
                found.append(life)
                life = []
        if life:
            found.append(life)
    return found


def count_by_hand(log: list[Happening], now: datetime) -> dict[str, Any]:
    """The same numbers, read contact by contact from the definitions."""
    today = now.astimezone(SHANGHAI).date()
    numbers: dict[str, Any] = {}
    waiting: dict[str, list[datetime]] = {}
    refused = {"blocked": 0, "closed": 0}
    for whole in lives(log):
        first = next((place for place, h in enumerate(whole) if h.kind == "ContactQueued"), None)
        end = whole[-1] if whole[-1].kind == "ContactEnded" else None
        if first is None:
            if end and end.payload["outcome"] in refused and end.at.astimezone(SHANGHAI).date() == today:
                refused[end.payload["outcome"]] += 1
            continue
        life = whole[first:]
        queue = life[0].payload["queue"]
        answers = [h for h in life if h.kind == "ContactAnswered"]
        moves = [h for h in life if h.kind in ("ContactQueued", "ContactAnswered")]
        if end is None and moves[-1].kind == "ContactQueued":
            streak: list[Happening] = []
            for move in reversed(moves):
                if move.kind == "ContactAnswered":
                    break
                streak.append(move)
                if move.payload["reason"] in ("arrival", "transfer"):
                    break
            waiting.setdefault(moves[-1].payload["queue"], []).append(streak[-1].at)
        if life[0].payload["reason"] == "arrival" and life[0].at.astimezone(SHANGHAI).date() == today:
            mine = numbers.setdefault(queue, dict.fromkeys(("offered", "answered", "in_time", "lost"), 0))
            mine["offered"] += 1
            if answers:
                mine["answered"] += 1
                mine["in_time"] += answers[0].payload["waited"] <= TARGETS.get(queue, 20.0)
            elif end is not None:
                mine["lost"] += 1
    return {"days": numbers, "waiting": {q: (len(w), min(w)) for q, w in waiting.items()}, **refused}


def read(standing: Standing) -> dict[str, Any]:
    days = {
        queue: {
            "offered": now.day.offered,
            "answered": now.day.answered,
            "in_time": now.day.in_time,
            "lost": now.day.abandoned + now.day.timed_out + now.day.other,
        }
        for queue, now in standing.queues.items()
        if now.day.offered
    }
    waiting = {queue: (now.waiting, now.waiting_since) for queue, now in standing.queues.items() if now.waiting}
    return {"days": days, "waiting": waiting, "blocked": standing.blocked, "closed": standing.closed}


@given(st.lists(facts, max_size=60))
def test_the_fold_agrees_with_counting_by_hand(drawn: list[tuple[int, str, dict[str, Any]]]) -> None:
    moment = START
    log = []
    for seconds, kind, payload in drawn:
        moment += timedelta(seconds=seconds)
        if moment.astimezone(SHANGHAI).date() > START.astimezone(SHANGHAI).date() + timedelta(days=1):
            break
        log.append(Happening(moment, kind, payload))
    now = log[-1].at if log else START
    wallboard = Wallboard(SHANGHAI, TARGETS)
    wallboard.apply_all(log)
    standing = wallboard.standing(now)
    assert read(standing) == count_by_hand(log, now)
    last = {h.payload["agent"]: h.payload["state"] for h in log if h.kind == "AgentStateChanged"}
    assert {agent: state.state for agent, state in standing.agents.items()} == last
    assert sum(standing.agents_by_state.values()) == len(last)
    assert standing.total.day.offered == sum(queue.day.offered for queue in standing.queues.values())
