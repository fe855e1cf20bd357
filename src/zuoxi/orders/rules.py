"""The life of an order and the arithmetic of stock: pure decisions, the lifecycle as one table.

Goods are counted twice: ``on_hand`` is what lies in the warehouse, ``reserved`` is the part of it promised to open
orders. Reserved is at every moment the sum over open orders; neither is ever negative, nor reserved above on hand.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from zuoxi.orders.errors import NotYourOrder, OwnOrder, ReasonMissing, StockShort, WrongStep
from zuoxi.platform.errors import Forbidden


class OrderState(StrEnum):
    SUBMITTED = "submitted"
    RETURNED_TO_AGENT = "returned_to_agent"
    AUDITED = "audited"
    CLEARED = "cleared"
    LABELLED = "labelled"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    REFUSED = "refused"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Step(StrEnum):
    SUBMIT = "submit"
    MEND = "mend"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    CLEAR = "clear"
    DISPATCH_SEND_BACK = "dispatch_send_back"
    LABEL = "label"
    PRINT = "print"
    REPRINT = "reprint"
    HAND_OVER = "hand_over"
    DELIVER = "deliver"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    CANCEL = "cancel"


class Payment(StrEnum):
    CASH_ON_DELIVERY = "cod"
    PAID = "paid"


class StockEffect(StrEnum):
    """What a step does to the goods of the order."""

    NONE = "none"
    RESERVE = "reserve"
    RELEASE = "release"
    SHIP = "ship"
    PUT_BACK = "put_back"


STATE_NAMES: dict[OrderState, tuple[str, str]] = {
    OrderState.SUBMITTED: ("待一审", "submitted"),
    OrderState.RETURNED_TO_AGENT: ("退回坐席", "returned to the agent"),
    OrderState.AUDITED: ("待物流二审", "audited"),
    OrderState.CLEARED: ("待打单", "cleared for dispatch"),
    OrderState.LABELLED: ("待交接", "labelled"),
    OrderState.HANDED_OVER: ("已发货", "handed over"),
    OrderState.DELIVERED: ("已签收", "delivered"),
    OrderState.REFUSED: ("拒收", "refused"),
    OrderState.RETURNED: ("已退回", "returned"),
    OrderState.CANCELLED: ("已取消", "cancelled"),
}
STEP_NAMES: dict[Step, tuple[str, str]] = {
    Step.SUBMIT: ("提交", "submit"),
    Step.MEND: ("修改", "mend"),
    Step.RESUBMIT: ("重新提交", "resubmit"),
    Step.APPROVE: ("一审通过", "approve"),
    Step.SEND_BACK: ("一审退回", "send back"),
    Step.CLEAR: ("二审通过", "clear for dispatch"),
    Step.DISPATCH_SEND_BACK: ("二审退回", "send back from dispatch"),
    Step.LABEL: ("生成快递单", "make the waybill"),
    Step.PRINT: ("打印快递单", "print the label"),
    Step.REPRINT: ("补打快递单", "reprint the label"),
    Step.HAND_OVER: ("交接发货", "hand over"),
    Step.DELIVER: ("登记签收", "record delivery"),
    Step.REFUSE: ("登记拒收", "record refusal"),
    Step.TAKE_BACK: ("登记退回", "record the return"),
    Step.CANCEL: ("取消", "cancel"),
}


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow of the lifecycle. Whoever holds one of ``rights`` may take it, except, with ``never_writer``, the agent
    who wrote the order; with ``writer_may`` the writer may in any case."""

    source: OrderState
    step: Step
    target: OrderState
    rights: tuple[str, ...] = ()
    writer_may: bool = False
    never_writer: bool = False
    needs_reason: bool = False
    effect: StockEffect = StockEffect.NONE


_S, _T, _E = OrderState, Step, StockEffect
_AUDIT, _DISPATCH, _PRINT, _IMPORT = ("orders.audit",), ("orders.dispatch",), ("waybills.print",), ("shipping.import",)
_EITHER = ("orders.audit", "orders.dispatch")

TRANSITIONS: tuple[Transition, ...] = (
    Transition(_S.SUBMITTED, _T.APPROVE, _S.AUDITED, _AUDIT, never_writer=True),
    Transition(_S.SUBMITTED, _T.SEND_BACK, _S.RETURNED_TO_AGENT, _AUDIT, never_writer=True, needs_reason=True),
    Transition(_S.RETURNED_TO_AGENT, _T.MEND, _S.RETURNED_TO_AGENT, writer_may=True),
    Transition(_S.RETURNED_TO_AGENT, _T.RESUBMIT, _S.SUBMITTED, writer_may=True),
    Transition(_S.AUDITED, _T.CLEAR, _S.CLEARED, _DISPATCH, never_writer=True),
    Transition(
        _S.AUDITED, _T.DISPATCH_SEND_BACK, _S.RETURNED_TO_AGENT, _DISPATCH, never_writer=True, needs_reason=True
    ),
    Transition(
        _S.CLEARED, _T.DISPATCH_SEND_BACK, _S.RETURNED_TO_AGENT, _DISPATCH, never_writer=True, needs_reason=True
    ),
    Transition(_S.CLEARED, _T.LABEL, _S.LABELLED, _PRINT),
    Transition(_S.LABELLED, _T.PRINT, _S.LABELLED, _PRINT),
    Transition(_S.LABELLED, _T.REPRINT, _S.LABELLED, _PRINT, needs_reason=True),
    Transition(_S.HANDED_OVER, _T.REPRINT, _S.HANDED_OVER, _PRINT, needs_reason=True),
    Transition(_S.LABELLED, _T.HAND_OVER, _S.HANDED_OVER, _DISPATCH, effect=_E.SHIP),
    Transition(_S.HANDED_OVER, _T.DELIVER, _S.DELIVERED, _IMPORT),
    Transition(_S.HANDED_OVER, _T.REFUSE, _S.REFUSED, _IMPORT, effect=_E.PUT_BACK),
    Transition(_S.HANDED_OVER, _T.TAKE_BACK, _S.RETURNED, _IMPORT, effect=_E.PUT_BACK),
    Transition(_S.DELIVERED, _T.TAKE_BACK, _S.RETURNED, _IMPORT, effect=_E.PUT_BACK),
    *(
        Transition(state, _T.CANCEL, _S.CANCELLED, _AUDIT, writer_may=True, needs_reason=True, effect=_E.RELEASE)
        for state in (_S.SUBMITTED, _S.RETURNED_TO_AGENT)
    ),
    *(
        Transition(state, _T.CANCEL, _S.CANCELLED, _EITHER, needs_reason=True, effect=_E.RELEASE)
        for state in (_S.AUDITED, _S.CLEARED, _S.LABELLED)
    ),
)
_TABLE = {(transition.source, transition.step): transition for transition in TRANSITIONS}

# States in which the order's goods are reserved, and those in which they have left the warehouse.
OPEN_STATES = frozenset(
    {_S.SUBMITTED, _S.RETURNED_TO_AGENT, _S.AUDITED, _S.CLEARED, _S.LABELLED},
)
GONE_STATES = frozenset({_S.HANDED_OVER, _S.DELIVERED})


def transition(state: OrderState, step: Step) -> Transition:
    """The arrow for a step from a state. Raises WrongStep when there is none."""
    found = _TABLE.get((state, step))
    if found is None:
        raise WrongStep(
            state=state.value,
            step=step.value,
            state_zh=STATE_NAMES[state][0],
            state_en=STATE_NAMES[state][1],
            step_zh=STEP_NAMES[step][0],
            step_en=STEP_NAMES[step][1],
        )
    return found


def permit(arrow: Transition, rights: Collection[str], *, is_writer: bool, reason: str = "") -> None:
    """Whether somebody may take the step. Raises OwnOrder, NotYourOrder, Forbidden, ReasonMissing."""
    entitled = any(right in rights for right in arrow.rights)
    if entitled and arrow.never_writer and is_writer:
        raise OwnOrder
    if not entitled and not (arrow.writer_may and is_writer and "orders.write" in rights):
        raise NotYourOrder if arrow.writer_may and "orders.write" in rights else Forbidden
    if arrow.needs_reason and not reason.strip():
        raise ReasonMissing(field="reason")


def steps_for(state: OrderState, rights: Collection[str], *, is_writer: bool) -> list[Step]:
    """The steps that somebody may take now, in the order of the table."""
    found = []
    for arrow in TRANSITIONS:
        if arrow.source is state:
            try:
                permit(arrow, rights, is_writer=is_writer, reason="-")
            except (OwnOrder, NotYourOrder, Forbidden):
                continue
            found.append(arrow.step)
    return found


@dataclass(frozen=True, slots=True)
class Stock:
    """Pieces of one SKU."""

    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        """What can still be promised."""
        return self.on_hand - self.reserved

    def after(self, effect: StockEffect, quantity: int, *, sku: str = "") -> Stock:
        """The stock after ``quantity`` pieces went through a step. Raises StockShort when more is promised than
        there is; ValueError when pieces would be moved that were never reserved (a fault of ours)."""
        if quantity < 0:
            raise ValueError("a quantity is not negative")
        if effect is StockEffect.RESERVE:
            if quantity > self.available:
                raise StockShort(sku=sku, available=self.available, wanted=quantity)
            return Stock(self.on_hand, self.reserved + quantity)
        if effect in (StockEffect.RELEASE, StockEffect.SHIP):
            if quantity > self.reserved:
                raise ValueError("more pieces than were reserved")
            shipped = quantity if effect is StockEffect.SHIP else 0
            return Stock(self.on_hand - shipped, self.reserved - quantity)
        if effect is StockEffect.PUT_BACK:
            return Stock(self.on_hand + quantity, self.reserved)
        return self


def line_amount(price_minor: int, quantity: int, *, gift: bool) -> int:
    """What one line costs, in minor units; a gift costs nothing."""
    return 0 if gift else price_minor * quantity
