"""HTTP of the catalogue, and of a client's settings for orders."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.customers import client_of
from zuoxi.orders import catalogue
from zuoxi.orders.catalogue_schemas import (
    ArticleOut,
    OrderSettingsIn,
    OrderSettingsOut,
    ProductChanges,
    ProductIn,
    ProductOut,
    SkuChanges,
    SkuIn,
    StockMovementOut,
)
from zuoxi.orders.models import Order, OrderSettings, Product, Sku, StockMovement
from zuoxi.platform.fields import Id
from zuoxi.platform.paging import Listed, Paged
from zuoxi.platform.services import Services, services

router = APIRouter(tags=["catalogue"])

Reader = Annotated[Principal, Depends(require("orders.read", "catalogue.manage"))]
Keeper = Annotated[Principal, Depends(require("catalogue.manage"))]
Provided = Annotated[Services, Depends(services)]


@router.get("/catalogue", operation_id="list_catalogue")
async def list_catalogue(
    reader: Reader,
    session: TenantSession,
    page: Paged,
    hotline_id: Annotated[Id | None, Query(description="Only what is sold on this hotline")] = None,
    line_id: Annotated[Id | None, Query(description="Only what is sold on this business line")] = None,
    client_id: Id | None = None,
    withdrawn: Annotated[bool, Query(description="Also what is not sold any longer")] = False,
) -> Listed[ArticleOut]:
    """Articles with price and stock; ``q`` is part of a code, name, pinyin or initials."""
    statement = catalogue.on_sale(
        q=page.q, hotline_id=hotline_id, line_id=line_id, client_id=client_id, also_withdrawn=withdrawn
    )
    sortable = {"code": Sku.code, "name": Product.pinyin, "price": Sku.price_minor, "stock": Sku.stock}
    rows, total = await page.fetch(session, statement, sortable, "code")
    return Listed(items=[_article(sku, product) for sku, product in rows], total=total)


@router.get("/products", operation_id="list_products")
async def list_products(
    keeper: Keeper, session: TenantSession, page: Paged, client_id: Id | None = None
) -> Listed[ProductOut]:
    """Products with their SKUs and where they are sold."""
    wanted = select(Product).order_by(Product.id)
    if client_id is not None:
        wanted = wanted.where(Product.client_id == client_id)
    if page.q:
        found = catalogue.on_sale(q=page.q, also_withdrawn=True).with_only_columns(Product.id).order_by(None)
        wanted = wanted.where(Product.id.in_(found))
    sortable = {"code": Product.code, "name": Product.pinyin, "created_at": Product.created_at}
    rows, total = await page.fetch(session, wanted, sortable, "code")
    return Listed(items=await _products(session, [row[0] for row in rows]), total=total)


@router.post("/products", status_code=201, operation_id="add_product")
async def add_product(body: ProductIn, keeper: Keeper, session: TenantSession) -> ProductOut:
    """A new product. A code that is taken is refused."""
    product = await catalogue.add_product(
        session,
        code=body.code,
        name=body.name,
        description=body.description,
        client_id=body.client_id,
        hotline_ids=body.hotline_ids,
        line_ids=body.line_ids,
        active=body.active,
    )
    return (await _products(session, [product]))[0]


@router.patch("/products/{product_id}", operation_id="change_product")
async def change_product(product_id: Id, body: ProductChanges, keeper: Keeper, session: TenantSession) -> ProductOut:
    """Change the fields that are sent."""
    changes = body.model_dump(exclude={"hotline_ids", "line_ids"}, exclude_none=True)
    product = await catalogue.change_product(
        session, product_id, changes, hotline_ids=body.hotline_ids, line_ids=body.line_ids
    )
    return (await _products(session, [product]))[0]


@router.post("/skus", status_code=201, operation_id="add_sku")
async def add_sku(body: SkuIn, keeper: Keeper, session: TenantSession, provided: Provided) -> ArticleOut:
    """A new SKU of a product."""
    sku = await catalogue.add_sku(session, keeper, now=provided.clock(), **body.model_dump())
    return await _one_article(session, sku)


@router.patch("/skus/{sku_id}", operation_id="change_sku")
async def change_sku(
    sku_id: Id, body: SkuChanges, keeper: Keeper, session: TenantSession, provided: Provided
) -> ArticleOut:
    """Change the fields that are sent; a new count of stock is a row of its movements."""
    sku = await catalogue.change_sku(session, keeper, sku_id, body.model_dump(exclude_none=True), now=provided.clock())
    return await _one_article(session, sku)


@router.get("/skus/{sku_id}/movements", operation_id="list_stock_movements")
async def list_movements(sku_id: Id, keeper: Keeper, session: TenantSession, page: Paged) -> Listed[StockMovementOut]:
    """What happened to an article's stock, the latest first."""
    statement = (
        select(StockMovement, Order.number)
        .outerjoin(Order, Order.id == StockMovement.order_id)
        .where(StockMovement.sku_id == sku_id)
        .order_by(StockMovement.id.desc())
    )
    rows, total = await page.fetch(session, statement, {"at": StockMovement.at}, "-at")
    return Listed(
        items=[
            StockMovementOut.model_validate(
                {
                    "at": row.at,
                    "effect": row.effect,
                    "quantity": row.quantity,
                    "stock_after": row.stock_after,
                    "reserved_after": row.reserved_after,
                    "order_id": row.order_id,
                    "order_number": number,
                }
            )
            for row, number in rows
        ],
        total=total,
    )


@router.get("/order-settings", operation_id="get_order_settings")
async def get_settings(reader: Reader, session: TenantSession, client_id: Id | None = None) -> OrderSettingsOut:
    """When a repeated product is suspicious, and the sender on labels."""
    return _settings(await catalogue.settings_of(session, await client_of(session, client_id)))


@router.put("/order-settings", operation_id="change_order_settings")
async def put_settings(body: OrderSettingsIn, keeper: Keeper, session: TenantSession) -> OrderSettingsOut:
    """Change the settings that are sent."""
    changes = body.model_dump(exclude={"client_id"}, exclude_none=True)
    return _settings(await catalogue.change_settings(session, body.client_id, changes))


def _settings(row: OrderSettings) -> OrderSettingsOut:
    return OrderSettingsOut(
        client_id=row.client_id,
        duplicate_days=row.duplicate_days,
        sender_name=row.sender_name,
        sender_phone=row.sender_phone,
        sender_address=row.sender_address,
    )


def _article(sku: Sku, product: Product) -> ArticleOut:
    return ArticleOut(
        sku_id=sku.id,
        product_id=product.id,
        client_id=product.client_id,
        code=sku.code,
        product_code=product.code,
        product_name=product.name,
        sku_name=sku.name,
        price_minor=sku.price_minor,
        currency=sku.currency,
        stock=sku.stock,
        reserved=sku.reserved,
        available=sku.stock - sku.reserved,
        active=sku.active and product.active,
    )


async def _one_article(session: AsyncSession, sku: Sku) -> ArticleOut:
    product = await session.scalar(select(Product).where(Product.id == sku.product_id))
    assert product is not None
    return _article(sku, product)


async def _products(session: AsyncSession, products: list[Product]) -> list[ProductOut]:
    ids = [product.id for product in products]
    outlets = await catalogue.outlets_of(session, ids)
    skus: dict[str, list[Sku]] = {}
    for sku in await session.scalars(select(Sku).where(Sku.product_id.in_(ids)).order_by(Sku.code)):
        skus.setdefault(sku.product_id, []).append(sku)
    return [
        ProductOut(
            id=product.id,
            client_id=product.client_id,
            code=product.code,
            name=product.name,
            description=product.description,
            active=product.active,
            hotline_ids=[row.outlet_id for row in outlets.get(product.id, []) if row.kind == "hotline"],
            line_ids=[row.outlet_id for row in outlets.get(product.id, []) if row.kind == "line"],
            skus=[_article(sku, product) for sku in skus.get(product.id, [])],
        )
        for product in products
    ]
