"""Toll fraud: what may be dialled, how many at once and for how much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant
from tests.lines.test_lines import make_project

from zuoxi.lines import DialLedger, DialLimits, DialRefused, DialRules, Tariff, Usage, dial_rules, may_dial
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id

RULES = DialRules()
MINUTE = Tariff("+86", per_minute=20, per_call=5)


def refused(raw: str, rules: DialRules = RULES, usage: Usage | None = None, project: str | None = None) -> str:
    with pytest.raises(DialRefused) as found:
        may_dial(raw, rules, usage or Usage(), project)
    return found.value.code


@pytest.mark.parametrize(
    ("raw", "dialled"),
    [
        ("138 1234 5678", "+8613812345678"),
        ("013812345678", "+8613812345678"),
        ("+86 138-1234-5678", "+8613812345678"),
        ("008613812345678", "+8613812345678"),
        ("010-12345678", "+861012345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("110", "110"),
    ],
)
def test_domestic_numbers_are_dialled_in_one_form(raw: str, dialled: str) -> None:
    assert may_dial(raw, RULES, Usage()).number == dialled


@pytest.mark.parametrize(
    "raw",
    [
        "+1 900 555 0100",  # premium
        "0011900555010",
        "+5352345678",  # a country that fraud likes
        "16812345",  # information lines
        "17951138123456",  # another carrier's call-through
        "13491234567",  # satellite
        "10086",
        "4008001111",
    ],
)
def test_international_and_premium_numbers_are_off_by_default(raw: str) -> None:
    assert refused(raw) == "lines.dial_destination"


@pytest.mark.parametrize(
    "raw",
    ["", "+", "anonymous", "13812345678;phone-context=x", "sip:13812345678@evil", "138*12345678", "١٣٨١٢٣٤٥٦٧٨",
     "13812345678\r\nContact: x", "12", "+86138123456789012345", "13812345678&SIP/x", "a13812345678",
     "17951 13812345678"],
)  # fmt: skip
def test_what_is_no_number_is_not_dialled(raw: str) -> None:
    assert refused(raw) == "lines.dial_unreadable"


@given(st.text(max_size=30))
def test_whatever_is_typed_only_an_allowed_number_is_dialled(raw: str) -> None:
    try:
        permit = may_dial(raw, RULES, Usage())
    except DialRefused:
        return
    assert permit.number.startswith("+86") or permit.number in {"110", "119", "120", "122"}
    assert permit.number.removeprefix("+").isdecimal()
    assert permit.number.isascii()


def test_the_longest_prefix_decides() -> None:
    rules = DialRules(
        DialLimits(allowed=("+86", "+1", "+190055501"), denied=("+1900",)),
        tariffs=(Tariff("+86", 20), Tariff("+1", 90)),
    )
    assert may_dial("+12125550100", rules, Usage()).tariff.per_minute == 90
    assert refused("+19005559999", rules) == "lines.dial_destination"
    assert may_dial("+19005550100", rules, Usage()).number == "+19005550100"
    level = DialRules(DialLimits(allowed=("+861",), denied=("+861",)))
    assert refused("13812345678", level) == "lines.dial_destination"


def test_a_project_narrows_and_never_widens() -> None:
    rules = DialRules(DialLimits(concurrent=5), {"p": DialLimits(allowed=("+8613", "+1"), concurrent=1)})
    assert may_dial("13812345678", rules, Usage(), "p").number == "+8613812345678"
    assert refused("15912345678", rules, project="p") == "lines.dial_destination"
    assert refused("+12125550100", rules, project="p") == "lines.dial_destination"
    assert may_dial("15912345678", rules, Usage(), "another").number
    assert refused("13812345678", rules, Usage(1, 0, 1, 0), "p") == "lines.dial_concurrency"
    assert may_dial("13812345678", rules, Usage(1, 0, 1, 0)).number


def test_what_has_no_tariff_is_not_dialled() -> None:
    rules = DialRules(DialLimits(allowed=("+86", "+49")))
    assert refused("+4915112345678", rules) == "lines.dial_no_tariff"


def test_emergency_numbers_are_never_refused() -> None:
    none = DialRules(DialLimits(allowed=(), concurrent=0, spend_per_hour=0), tariffs=())
    assert may_dial("120", none, Usage(9, 10**9)).number == "120"


def test_calls_at_once_are_limited() -> None:
    rules, ledger = DialRules(DialLimits(concurrent=2)), DialLedger()
    for call in ("a", "b"):
        ledger.begin(call, may_dial("13812345678", rules, ledger.usage(0.0)).tariff, 0.0)
    assert refused("13812345678", rules, ledger.usage(1.0)) == "lines.dial_concurrency"
    ledger.finish("a", 2.0)
    assert may_dial("13812345678", rules, ledger.usage(2.0))


def test_spending_is_counted_by_started_minutes_and_forgotten_after_an_hour() -> None:
    ledger = DialLedger()
    ledger.begin("a", MINUTE, 0.0)
    assert ledger.usage(1.0).spent == 25, "a ringing call holds its first minute back"
    ledger.answer("a", 10.0)
    assert ledger.usage(10.0).spent == 25
    assert ledger.usage(69.9).spent == 25
    assert ledger.usage(70.1).spent == 45
    ledger.finish("a", 130.0)  # exactly two minutes
    assert ledger.usage(200.0).spent == 45
    assert ledger.usage(3611.0).spent == 20, "the first minute and the connection are over an hour ago"
    assert ledger.usage(3731.0).spent == 0
    ledger.begin("b", MINUTE, 4000.0)
    ledger.finish("b", 4030.0)  # never answered
    assert ledger.usage(4031.0) == Usage()


def test_a_call_that_would_break_the_limit_is_not_begun() -> None:
    rules, ledger = DialRules(DialLimits(spend_per_hour=50), tariffs=(MINUTE,)), DialLedger()
    for call in ("a", "b"):
        ledger.begin(call, may_dial("13812345678", rules, ledger.usage(0.0)).tariff, 0.0)
    assert refused("13812345678", rules, ledger.usage(0.0)) == "lines.dial_spending"


@given(st.lists(st.tuples(st.floats(0, 7200), st.floats(0, 3600)), max_size=8), st.floats(0, 9000))
def test_spending_of_parts_is_never_negative_nor_above_the_whole(calls: list[tuple[float, float]], now: float) -> None:
    ledger = DialLedger()
    whole = 0
    for number, (answered, lasted) in enumerate(calls):
        if answered > now:
            continue
        ledger.begin(str(number), MINUTE, answered)
        ledger.answer(str(number), answered)
        ledger.finish(str(number), answered + lasted)
        whole += 5 + 20 * (1 + int(lasted // 60))
    assert 0 <= ledger.usage(now).spent <= whole


@pytest.mark.database
async def test_limits_and_tariffs_are_kept_and_heard_of(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    manager = await api_client("tenant_administrator")
    shown = (await manager.get("/api/dial-limits")).json()
    assert shown["tenant"]["allowed"] == ["+86"]
    assert "+861349" in shown["tenant"]["denied"]
    project = await make_project(database, tenant)
    body = {"allowed": ["+86", "+852"], "denied": [], "concurrent": 3, "spend_per_hour": 900, "longest": 600}
    for _ in range(2):  # the second time changes the row instead of adding one
        assert (await manager.put("/api/dial-limits", json=body)).status_code == 204
    narrower = body | {"allowed": ["+8613"], "concurrent": 1}
    assert (await manager.put(f"/api/dial-limits/{project}", json=narrower)).status_code == 204
    tariffs = {"items": [{"prefix": "+86", "per_minute": 11, "per_call": 1}, {"prefix": "+852", "per_minute": 70}]}
    assert (await manager.put("/api/dial-tariffs", json=tariffs)).status_code == 204
    async with database.transaction(tenant.id) as session:
        rules = await dial_rules(session)
    assert rules.tenant == DialLimits(("+86", "+852"), (), 3, 900, 600)
    assert rules.projects[project].concurrent == 1
    assert may_dial("+85261234567", rules, Usage()).tariff.per_minute == 70
    tried = (await manager.post("/api/dial-limits/try", json={"number": "+85261234567", "project_id": project})).json()
    assert (tried["allowed"], tried["code"]) == (False, "lines.dial_destination")
    tried = (await manager.post("/api/dial-limits/try", json={"number": "+85261234567"})).json()
    assert (tried["allowed"], tried["first_minute"]) == (True, 70)
    assert (await manager.delete(f"/api/dial-limits/{project}")).status_code == 204
    assert (await manager.delete(f"/api/dial-limits/{project}")).status_code == 404
    async with database.transaction(tenant.id) as session:
        assert (await dial_rules(session)).projects == {}


@pytest.mark.database
async def test_wrong_limits_are_refused_and_not_everybody_sets_them(api_client: SignIn, other_tenant: Tenant) -> None:
    manager = await api_client("tenant_administrator")
    body = {"allowed": ["+86"], "concurrent": 3, "spend_per_hour": 900}
    for prefix in ("86+", "abc", "+86*"):
        answer = await manager.put("/api/dial-limits", json=body | {"allowed": [prefix]})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "lines.prefix_unreadable")
    assert (await manager.put(f"/api/dial-limits/{new_id()}", json=body)).status_code == 422
    for role in ("agent", "supervisor", "auditor", "dispatcher"):
        assert (await (await api_client(role)).put("/api/dial-limits", json=body)).status_code == 403
    assert (await manager.put("/api/dial-limits", json=body)).status_code == 204
    stranger = await api_client("tenant_administrator", of=other_tenant)
    assert (await stranger.get("/api/dial-limits")).json()["tenant"]["concurrent"] == 30
