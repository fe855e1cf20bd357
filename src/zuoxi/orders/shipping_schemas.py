"""What goes over HTTP about couriers, waybills, manifests and shipping results."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from zuoxi.orders.catalogue_schemas import Code
from zuoxi.orders.models import Courier, Order, Waybill
from zuoxi.orders.order_schemas import Reason
from zuoxi.orders.queries import region_of
from zuoxi.orders.rules import OrderState, Payment
from zuoxi.platform.fields import Id, Line, Strict

Ids = Annotated[list[Id], Field(min_length=1, max_length=500)]
WaybillNumber = Annotated[Line, Field(min_length=4, max_length=30)]


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

    first: WaybillNumber | None = None
    last: WaybillNumber | None = None
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
            region=region_of(order),
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
