"""What goes over HTTP about orders. Money is integer minor units (分) with a currency; telephone and street are masked
unless they were revealed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from zuoxi.customers import AddressIn, Id, Line, Strict
from zuoxi.orders.models import Courier, Order, OrderHistory, OrderLine, Waybill
from zuoxi.orders.place_order import Mending, NewOrder, Wish
from zuoxi.orders.queries import WholeOrder
from zuoxi.orders.rules import OrderState, Payment, Step
from zuoxi.platform.masking import mask_address, mask_number

ContactId = Annotated[Line, Field(min_length=1, max_length=64, description="The contact (call) it belongs to")]
Remark = Annotated[Line, Field(max_length=200)]
Reason = Annotated[Line, Field(min_length=1, max_length=200, description="Why; shown in the order's history")]
Ids = Annotated[list[Id], Field(min_length=1, max_length=500)]
Version = Annotated[int | None, Field(description="The version that was read; refused when others changed it since")]


class LineIn(Strict):
    sku_id: Id
    quantity: Annotated[int, Field(ge=1, le=999)]
    gift: bool = Field(False, description="A gift costs nothing")

    def value(self) -> Wish:
        return Wish(self.sku_id, self.quantity, self.gift)


class OrderCustomerIn(Strict):
    """A known customer by ``id``, or name and number of one who is found or made by the number."""

    id: Id | None = None
    name: Annotated[Line, Field(max_length=60)] = ""
    number: Annotated[Line, Field(max_length=40)] = ""


class OrderIn(Strict):
    """A new order, as the agent submits it."""

    lines: Annotated[list[LineIn], Field(min_length=1, max_length=50)]
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

    lines: Annotated[list[LineIn], Field(min_length=1, max_length=50)] | None = None
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
            region=order.province + ("" if order.city == order.province else order.city) + order.district,
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


# -- catalogue --------------------------------------------------------------------------------------------------------
Code = Annotated[Line, Field(min_length=1, max_length=40)]
Title = Annotated[Line, Field(min_length=1, max_length=80)]
Price = Annotated[int, Field(ge=0, le=100_000_000, description="Minor units (分)")]
Pieces = Annotated[int, Field(ge=0, le=10_000_000)]


class ArticleOut(BaseModel):
    """One article of the catalogue: a SKU with its product."""

    sku_id: str
    product_id: str
    client_id: str
    code: str
    product_code: str
    product_name: str
    sku_name: str
    price_minor: int
    currency: str
    stock: int
    reserved: int
    available: int
    active: bool


class ProductIn(Strict):
    code: Code
    name: Title
    description: Annotated[Line, Field(max_length=2000)] = ""
    client_id: Id | None = Field(None, description="Without it the tenant's first client")
    hotline_ids: list[Id] = Field(
        default_factory=list, max_length=200, description="Sold on these; none of both: everywhere"
    )
    line_ids: list[Id] = Field(default_factory=list, max_length=200)
    active: bool = True


class ProductChanges(Strict):
    name: Title | None = None
    description: Annotated[Line, Field(max_length=2000)] | None = None
    hotline_ids: Annotated[list[Id], Field(max_length=200)] | None = None
    line_ids: Annotated[list[Id], Field(max_length=200)] | None = None
    active: bool | None = None


class ProductOut(BaseModel):
    id: str
    client_id: str
    code: str
    name: str
    description: str
    active: bool
    hotline_ids: list[str]
    line_ids: list[str]
    skus: list[ArticleOut]


class SkuIn(Strict):
    product_id: Id
    code: Code
    name: Annotated[Line, Field(max_length=80, description="The variant; empty when there is only one")] = ""
    price_minor: Price
    stock: Pieces = 0
    active: bool = True


class SkuChanges(Strict):
    name: Annotated[Line, Field(max_length=80)] | None = None
    price_minor: Price | None = None
    stock: Pieces | None = Field(None, description="Pieces counted on hand; not less than open orders hold")
    active: bool | None = None


class StockMovementOut(BaseModel):
    """Why pieces of an article moved."""

    at: datetime
    effect: Literal["reserve", "release", "ship", "put_back", "count"] = Field(
        description="count: by hand, all others by a step of an order"
    )
    quantity: int
    stock_after: int
    reserved_after: int
    order_id: str | None
    order_number: str | None


class OrderSettingsOut(BaseModel):
    client_id: str
    duplicate_days: int
    sender_name: str
    sender_phone: str
    sender_address: str


class OrderSettingsIn(Strict):
    client_id: Id | None = None
    duplicate_days: Annotated[int, Field(ge=0, le=365, description="0: never warn")] | None = None
    sender_name: Annotated[Line, Field(max_length=60)] | None = None
    sender_phone: Annotated[Line, Field(max_length=40)] | None = None
    sender_address: Annotated[Line, Field(max_length=120)] | None = None


# -- shipping ---------------------------------------------------------------------------------------------------------
class CourierIn(Strict):
    code: Code
    name: Annotated[Line, Field(min_length=1, max_length=40)]
    active: bool = True


class CourierOut(BaseModel):
    id: str
    code: str
    name: str
    active: bool
    free_numbers: int = Field(description="How many waybill numbers are left in the pool")


class CourierNumbersIn(Strict):
    """Either a range (``first`` to ``last``, counted by the digits at the end) or a list."""

    first: Annotated[Line, Field(min_length=4, max_length=30)] | None = None
    last: Annotated[Line, Field(min_length=4, max_length=30)] | None = None
    numbers: Annotated[list[Annotated[Line, Field(max_length=30)]], Field(max_length=100_000)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> CourierNumbersIn:
        if (self.first is None) != (self.last is None) or (self.first is None) == (self.numbers is None):
            raise ValueError("give first and last, or numbers")
        return self


class CourierNumbersOut(BaseModel):
    added: int


class WaybillsIn(Strict):
    order_ids: Ids
    courier_id: Id


class WaybillOut(BaseModel):
    id: str
    number: str
    courier_id: str
    courier_name: str
    order_id: str
    order_number: str
    state: OrderState = Field(description="The order's state")
    recipient: str
    region: str
    collect_minor: int = Field(description="What the courier shall collect (代收货款)")
    currency: str
    prints: int
    printed_at: datetime | None
    manifest_id: str | None
    void: bool
    created_at: datetime
    result_at: datetime | None
    result_note: str | None

    @classmethod
    def of(cls, waybill: Waybill, order: Order, courier: Courier) -> WaybillOut:
        return cls(
            id=waybill.id,
            number=waybill.number,
            courier_id=courier.id,
            courier_name=courier.name,
            order_id=order.id,
            order_number=order.number,
            state=OrderState(order.state),
            recipient=order.recipient,
            region=order.province + ("" if order.city == order.province else order.city) + order.district,
            collect_minor=order.amount_minor if order.payment == Payment.CASH_ON_DELIVERY else 0,
            currency=order.currency,
            prints=waybill.prints,
            printed_at=waybill.printed_at,
            manifest_id=waybill.manifest_id,
            void=waybill.void,
            created_at=waybill.created_at,
            result_at=waybill.result_at,
            result_note=waybill.result_note,
        )


class ReprintIn(Strict):
    ids: Ids
    reason: Reason


class PrintIn(Strict):
    ids: Ids


class ManifestIn(Strict):
    waybill_ids: Ids


class ManifestOut(BaseModel):
    id: str
    number: str
    courier_id: str
    courier_name: str
    parcels: int
    collect_minor: int
    by_name: str
    created_at: datetime


class ManifestDetail(ManifestOut):
    waybills: list[WaybillOut]


class ImportOut(BaseModel):
    accepted: int = Field(description="Rows that changed an order")
    unchanged: int = Field(description="Rows that told what was known already")
