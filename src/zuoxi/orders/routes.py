"""HTTP of the orders' room: one router, put together from its parts."""

from __future__ import annotations

from fastapi import APIRouter

from zuoxi.orders import catalogue_routes, order_routes, shipping_routes

router = APIRouter(prefix="/api")
router.include_router(catalogue_routes.router)
router.include_router(order_routes.router)
router.include_router(shipping_routes.router)
