"""What goes over HTTP about the catalogue, its stock and the settings of orders."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from zuoxi.platform.fields import Id, Line, Strict

Code = Annotated[Line, Field(min_length=1, max_length=40)]
Title = Annotated[Line, Field(min_length=1, max_length=80)]
Price = Annotated[int, Field(ge=0, le=100_000_000, description="Minor units (分)")]
Pieces = Annotated[int, Field(ge=0, le=10_000_000)]
Description = Annotated[Line, Field(max_length=2000)]
Variant = Annotated[Line, Field(max_length=80, description="The variant; empty when there is only one")]
Outlets = Annotated[list[Id], Field(max_length=200)]


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
    description: Description = ""
    client_id: Id | None = Field(None, description="Without it the tenant's first client")
    hotline_ids: Outlets = Field(default_factory=list, description="Sold on these; none of both: everywhere")
    line_ids: Outlets = Field(default_factory=list)
    active: bool = True


class ProductChanges(Strict):
    name: Title | None = None
    description: Description | None = None
    hotline_ids: Outlets | None = None
    line_ids: Outlets | None = None
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
    name: Variant = ""
    price_minor: Price
    stock: Pieces = 0
    active: bool = True


class SkuChanges(Strict):
    name: Variant | None = None
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
