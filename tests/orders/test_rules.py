"""The rules alone: stock as a state machine, rights, the table of transitions, text that stays in its box."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, consumes, invariant, multiple, rule
from tests.orders.conftest import NOW

from zuoxi.orders.diagram import orders_markdown
from zuoxi.orders.errors import NotYourOrder, OwnOrder, StockShort, WrongStep
from zuoxi.orders.fitting import fit, wrap
from zuoxi.orders.import_results import read_results
from zuoxi.orders.rules import (
    OPEN_STATES,
    STATE_NAMES,
    STEP_NAMES,
    TRANSITIONS,
    OrderState,
    Step,
    Stock,
    StockEffect,
    line_amount,
    permit,
    steps_for,
    transition,
)
from zuoxi.orders.waybills import number_range
from zuoxi.platform.errors import Forbidden

RIGHTS = sorted({right for arrow in TRANSITIONS for right in arrow.rights} | {"orders.write"})


class Warehouse(RuleBasedStateMachine):
    """Orders of one article are written and go their ways; whatever happens, the sums hold."""

    orders: Bundle[int] = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.stock = Stock(20, 0)
        self.found: dict[int, tuple[OrderState, int]] = {}

    @rule(target=orders, quantity=st.integers(1, 12))
    def place(self, quantity: int) -> int | MultipleResults[int]:
        if quantity > self.stock.available:
            with pytest.raises(StockShort):
                self.stock.after(StockEffect.RESERVE, quantity)
            return multiple()
        self.stock = self.stock.after(StockEffect.RESERVE, quantity)
        number = len(self.found)
        self.found[number] = (OrderState.SUBMITTED, quantity)
        return number

    @rule(order=orders, step=st.sampled_from([step for step in Step if step is not Step.SUBMIT]))
    def take(self, order: int, step: Step) -> None:
        state, quantity = self.found[order]
        try:
            arrow = transition(state, step)
        except WrongStep:
            return
        self.stock = self.stock.after(arrow.effect, quantity)
        self.found[order] = (arrow.target, quantity)

    @rule(order=consumes(orders), quantity=st.integers(1, 12))
    def mend(self, order: int, quantity: int) -> None:
        state, before = self.found[order]
        if state is not OrderState.RETURNED_TO_AGENT:
            return
        freed = self.stock.after(StockEffect.RELEASE, before)
        if quantity <= freed.available:
            self.stock = freed.after(StockEffect.RESERVE, quantity)
            self.found[order] = (state, quantity)

    @invariant()
    def sums_hold(self) -> None:
        reserved = sum(quantity for state, quantity in self.found.values() if state in OPEN_STATES)
        away = sum(
            quantity
            for state, quantity in self.found.values()
            if state in (OrderState.HANDED_OVER, OrderState.DELIVERED)
        )
        assert self.stock == Stock(20 - away, reserved)
        assert 0 <= self.stock.reserved <= self.stock.on_hand


TestWarehouse = Warehouse.TestCase


def test_the_table_has_one_arrow_for_a_step_and_reaches_every_state() -> None:
    assert len({(arrow.source, arrow.step) for arrow in TRANSITIONS}) == len(TRANSITIONS)
    reached = {OrderState.SUBMITTED}
    while more := {arrow.target for arrow in TRANSITIONS if arrow.source in reached} - reached:
        reached |= more
    assert reached == set(OrderState)
    assert set(STATE_NAMES) == set(OrderState)
    assert set(STEP_NAMES) == set(Step)


def test_the_architecture_page_shows_this_table() -> None:
    page = (Path(__file__).parents[2] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    shown = page.split("<!-- generated:orders -->\n", 1)[1].split("<!-- /generated:orders -->", 1)[0]
    assert shown == orders_markdown(), "run python -m zuoxi.orders.diagram and paste"


def test_an_order_is_never_stuck_before_its_end() -> None:
    ends = {OrderState.REFUSED, OrderState.RETURNED, OrderState.CANCELLED}
    assert {state for state in OrderState if not any(arrow.source is state for arrow in TRANSITIONS)} == ends


@given(st.sampled_from(TRANSITIONS), st.sets(st.sampled_from(RIGHTS)), st.booleans())
def test_rights_decide(arrow: object, rights: set[str], is_writer: bool) -> None:
    assert isinstance(arrow, type(TRANSITIONS[0]))
    entitled = bool(rights & set(arrow.rights))
    as_writer = arrow.writer_may and is_writer and "orders.write" in rights
    allowed = (entitled and not (arrow.never_writer and is_writer)) or as_writer
    try:
        permit(arrow, rights, is_writer=is_writer, reason="x")
    except OwnOrder:
        assert entitled
        assert is_writer
        assert not allowed
    except (NotYourOrder, Forbidden):
        assert not allowed
    else:
        assert allowed
    assert (arrow.step in steps_for(arrow.source, rights, is_writer=is_writer)) is allowed


def test_gifts_cost_nothing() -> None:
    assert line_amount(19900, 3, gift=False) == 59700
    assert line_amount(19900, 3, gift=True) == 0


def _measure(text: str, size: float) -> float:
    return sum(size if ord(character) > 255 else size / 2 for character in text)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=200) | st.text(
    "王小明路号ab12 ,。\n"
)


@given(TEXT, st.floats(30, 300), st.floats(10, 100))
def test_text_never_leaves_its_box(text: str, width: float, height: float) -> None:
    fitted = fit(text, (14, 10, 7, 5), width, height, _measure)
    assert all(_measure(line, fitted.size) <= width for line in fitted.lines)
    assert fitted.height <= max(height, fitted.size * 1.22)


@given(TEXT, st.floats(20, 300))
def test_wrapping_loses_nothing_but_spaces(text: str, width: float) -> None:
    assert "".join("".join(wrap(text, 10, width, _measure)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("first", "last", "count", "ends"),
    [
        ("SF0008", "SF0011", 4, ("SF0008", "SF0011")),
        ("1000000000001", "1000000000001", 1, ("1000000000001", "1000000000001")),
        ("YT998X01", "YT998X99", 99, ("YT998X01", "YT998X99")),
    ],
)
def test_ranges_of_numbers(first: str, last: str, count: int, ends: tuple[str, str]) -> None:
    found = number_range(first, last)
    assert len(found) == count
    assert (found[0], found[-1]) == ends
    assert len(set(found)) == count


@given(st.binary(max_size=400))
def test_any_file_is_read_or_refused(data: bytes) -> None:
    rows, faults = read_results(data, ZoneInfo("Asia/Shanghai"), NOW)
    assert rows or faults
