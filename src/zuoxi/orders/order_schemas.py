"""What goes over HTTP about orders and their drafts. Money is integer minor units (分) with a currency; telephone and
street are masked unless they were revealed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from zuoxi.customers import AddressIn
from zuoxi.orders.mend_order import Mending
from zuoxi.orders.models import Courier, Order, OrderHistory, OrderLine, Waybill
from zuoxi.orders.order_lines import Wish
from zuoxi.orders.place_order import NewOrder
from zuoxi.orders.queries import WholeOrder, region_of
from zuoxi.orders.rules import OrderState, Payment, Step
from zuoxi.platform.fields import Id, Line, Strict
from zuoxi.platform.masking import mask_address, mask_number

ContactId = Annotated[Line, Field(min_length=1, max_length=64, description="The contact (call) it belongs to")]
Remark = Annotated[Line, Field(max_length=200)]
Reason = Annotated[Line, Field(min_length=1, max_length=200, description="Why; shown in the order's history")]
Version = Annotated[int | None, Field(description="The version that was read; refused when others changed it since")]


class LineIn(Strict):
    sku_id: Id
    quantity: Annotated[int, Field(ge=1, le=999)]
    gift: bool = Field(False, description="A gift costs nothing")

    def value(self) -> Wish:
        return Wish(self.sku_id, self.quantity, self.gift)


LinesIn = Annotated[list[LineIn], Field(min_length=1, max_length=50)]


class OrderCustomerIn(Strict):
    """A known customer by ``id``, or name and number of one who is found or made by the number."""

    id: Id | None = None
    name: Annotated[Line, Field(max_length=60)] = ""
    number: Annotated[Line, Field(max_length=40)] = ""


class OrderIn(Strict):
    """A new order, as the agent submits it."""

    lines: LinesIn
    customer: OrderCustomerIn = OrderCustomerIn()
    address: AddressIn | None = None
    address_id: Id | None = Field(None, description="A stored address of the customer, in place of ``address``")
    payment: Payment = Field(description="cod: cash on delivery (代收货款); paid")
    remark: Remark = ""
    contact_id: ContactId | None = None
    project_id: Id | None = None
    line_id: Id | None = None
    hotline_id: Id | None = Field(None, description="Articles bound to other hotlines are refused")
    confirm_duplicate: bool = Field(False, description="Send it again with true after orders.possible_duplicate")

    def value(self) -> NewOrder:
        """The same as the domain knows it."""
        return NewOrder(
            lines=tuple(line.value() for line in self.lines),
            payment=self.payment,
            customer_id=self.customer.id,
            customer_name=self.customer.name,
            customer_number=self.customer.number,
            address=self.address.value() if self.address else None,
            address_id=self.address_id,
            contact_id=self.contact_id,
            project_id=self.project_id,
            line_id=self.line_id,
            hotline_id=self.hotline_id,
            remark=self.remark,
            confirm_duplicate=self.confirm_duplicate,
        )


class OrderMendIn(Strict):
    """What changes in a returned order; parts that are left out stay."""

    lines: LinesIn | None = None
    address: AddressIn | None = None
    address_id: Id | None = None
    payment: Payment | None = None
    remark: Remark | None = None
    version: Version = None

    def value(self) -> Mending:
        return Mending(
            lines=tuple(line.value() for line in self.lines) if self.lines is not None else None,
            payment=self.payment,
            address=self.address.value() if self.address else None,
            address_id=self.address_id,
            remark=self.remark,
        )


class StepIn(Strict):
    version: Version = None


class ReasonIn(Strict):
    reason: Reason
    version: Version = None


class OrderAddressOut(BaseModel):
    recipient: str
    phone: str
    province: str
    city: str
    district: str
    street: str

    @classmethod
    def of(cls, order: Order, *, revealed: bool) -> OrderAddressOut:
        return cls(
            recipient=order.recipient,
            phone=order.phone if revealed else mask_number(order.phone),
            province=order.province,
            city=order.city,
            district=order.district,
            street=order.street if revealed else mask_address(order.street),
        )


class OrderOut(BaseModel):
    """An order in a list."""

    id: str
    number: str
    state: OrderState
    version: int
    created_at: datetime
    updated_at: datetime
    customer_id: str
    customer_name: str
    agent_id: str
    agent_name: str
    client_id: str
    project_id: str | None
    line_id: str | None
    hotline_id: str | None
    contact_id: str | None
    payment: Payment
    amount_minor: int
    currency: str
    lines_text: str = Field(description="The lines in words")
    recipient: str
    region: str = Field(description="Province, city and district")
    return_reason: str | None = Field(description="Why it came back, while it waits to be mended")
    waybill_id: str | None
    waybill_number: str | None
    waybill_printed: bool
    courier_name: str | None

    @classmethod
    def of(cls, order: Order, waybill: Waybill | None, courier: Courier | None) -> OrderOut:
        return cls(
            id=order.id,
            number=order.number,
            state=OrderState(order.state),
            version=order.version,
            created_at=order.created_at,
            updated_at=order.updated_at,
            customer_id=order.customer_id,
            customer_name=order.customer_name,
            agent_id=order.agent_id,
            agent_name=order.agent_name,
            client_id=order.client_id,
            project_id=order.project_id,
            line_id=order.line_id,
            hotline_id=order.hotline_id,
            contact_id=order.contact_id,
            payment=Payment(order.payment),
            amount_minor=order.amount_minor,
            currency=order.currency,
            lines_text=order.summary,
            recipient=order.recipient,
            region=region_of(order),
            return_reason=order.return_reason,
            waybill_id=waybill.id if waybill else None,
            waybill_number=waybill.number if waybill else None,
            waybill_printed=bool(waybill and waybill.prints),
            courier_name=courier.name if courier else None,
        )


class OrderLineOut(BaseModel):
    product_id: str
    sku_id: str
    sku_code: str
    product_name: str
    sku_name: str
    quantity: int
    price_minor: int
    gift: bool
    amount_minor: int = Field(description="Price times quantity; 0 for a gift")

    @classmethod
    def of(cls, line: OrderLine) -> OrderLineOut:
        return cls(
            product_id=line.product_id,
            sku_id=line.sku_id,
            sku_code=line.sku_code,
            product_name=line.product_name,
            sku_name=line.sku_name,
            quantity=line.quantity,
            price_minor=line.price_minor,
            gift=line.gift,
            amount_minor=0 if line.gift else line.price_minor * line.quantity,
        )


class OrderHistoryOut(BaseModel):
    at: datetime
    by_id: str
    by_name: str
    step: Step
    source: OrderState | None
    target: OrderState
    reason: str

    @classmethod
    def of(cls, row: OrderHistory) -> OrderHistoryOut:
        return cls(
            at=row.at,
            by_id=row.by_id,
            by_name=row.by_name,
            step=Step(row.step),
            source=OrderState(row.source) if row.source else None,
            target=OrderState(row.target),
            reason=row.reason,
        )


class OrderWaybillOut(BaseModel):
    id: str
    number: str
    courier_id: str
    courier_name: str
    prints: int
    manifest_id: str | None
    result_at: datetime | None
    result_note: str | None


class OrderDetail(OrderOut):
    """One order whole."""

    address: OrderAddressOut
    remark: str
    duplicate_confirmed: bool
    lines: list[OrderLineOut]
    history: list[OrderHistoryOut]
    waybill: OrderWaybillOut | None
    steps: list[Step] = Field(description="What the reader may do with it now")
    revealed: bool = Field(description="Whether telephone and street are shown whole")

    @classmethod
    def whole(cls, found: WholeOrder, steps: list[Step], *, revealed: bool) -> OrderDetail:
        """Telephone and street masked unless revealed."""
        waybill = None
        if found.waybill is not None and found.courier is not None:
            waybill = OrderWaybillOut(
                id=found.waybill.id,
                number=found.waybill.number,
                courier_id=found.courier.id,
                courier_name=found.courier.name,
                prints=found.waybill.prints,
                manifest_id=found.waybill.manifest_id,
                result_at=found.waybill.result_at,
                result_note=found.waybill.result_note,
            )
        return cls(
            **OrderOut.of(found.order, found.waybill, found.courier).model_dump(),
            address=OrderAddressOut.of(found.order, revealed=revealed),
            remark=found.order.remark,
            duplicate_confirmed=found.order.duplicate_confirmed,
            lines=[OrderLineOut.of(line) for line in found.lines],
            history=[OrderHistoryOut.of(row) for row in found.history],
            waybill=waybill,
            steps=steps,
            revealed=revealed,
        )


class DraftIn(Strict):
    """The page's own form, kept as it is."""

    body: Annotated[dict[str, Any], Field(description="Any JSON object of at most 64 kB")]


class DraftOut(BaseModel):
    contact_id: str
    body: dict[str, Any] | None = Field(description="null: there is no draft")
    updated_at: datetime | None
