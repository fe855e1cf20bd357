"""HTTP of couriers, waybills, manifests and the results that couriers report."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Query, Response, UploadFile
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import OnceOnly, Principal, TenantSession, require
from zuoxi.orders import waybills
from zuoxi.orders.day_numbers import zone_of
from zuoxi.orders.errors import NoSuchManifest, NoSuchWaybill, TooMuch
from zuoxi.orders.import_results import BYTE_LIMIT, import_results
from zuoxi.orders.label import Label, render_labels
from zuoxi.orders.manifest_pdf import ManifestSheet, Parcel, render_manifest
from zuoxi.orders.models import Courier, Manifest, Order, Waybill
from zuoxi.orders.money import shown_money
from zuoxi.orders.rules import OrderState
from zuoxi.orders.shipping_schemas import (
    CourierIn,
    CourierNumbersIn,
    CourierNumbersOut,
    CourierOut,
    ImportOut,
    ManifestDetail,
    ManifestIn,
    ManifestOut,
    PrintIn,
    ReprintIn,
    WaybillOut,
    WaybillsIn,
)
from zuoxi.platform.fields import Id
from zuoxi.platform.identifiers import is_id
from zuoxi.platform.paging import Listed, Paged
from zuoxi.platform.services import Services, services

router = APIRouter(tags=["shipping"])

Reader = Annotated[Principal, Depends(require("orders.read"))]
Dispatcher = Annotated[Principal, Depends(require("orders.dispatch"))]
Printer = Annotated[Principal, Depends(require("waybills.print"))]
Keeper = Annotated[Principal, Depends(require("catalogue.manage", "orders.dispatch"))]
Importer = Annotated[Principal, Depends(require("shipping.import"))]
Provided = Annotated[Services, Depends(services)]

_LABELS_AT_ONCE = 500
_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "A PDF"}}
_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@router.get("/couriers", operation_id="list_couriers")
async def list_couriers(reader: Reader, session: TenantSession) -> list[CourierOut]:
    """Couriers, and how many numbers each has left."""
    free = await waybills.free_numbers(session)
    rows = await session.scalars(select(Courier).order_by(Courier.code))
    return [_courier(row, free.get(row.id, 0)) for row in rows]


@router.post("/couriers", status_code=201, operation_id="add_courier")
async def add_courier(body: CourierIn, keeper: Keeper, session: TenantSession) -> CourierOut:
    """A new courier."""
    return _courier(await waybills.add_courier(session, code=body.code, name=body.name, active=body.active), 0)


@router.post("/couriers/{courier_id}/numbers", status_code=201, operation_id="add_courier_numbers")
async def add_numbers(
    courier_id: Id, body: CourierNumbersIn, keeper: Keeper, session: TenantSession
) -> CourierNumbersOut:
    """Fill a courier's pool with a range or a list of waybill numbers: all of them, or none."""
    numbers = body.numbers
    if body.first is not None and body.last is not None:
        numbers = waybills.number_range(body.first, body.last)
    return CourierNumbersOut(added=await waybills.add_numbers(session, courier_id, numbers or []))


@router.get("/waybills", operation_id="list_waybills")
async def list_waybills(
    reader: Reader,
    session: TenantSession,
    page: Paged,
    state: Annotated[list[OrderState] | None, Query(description="States of the orders")] = None,
    courier_id: Id | None = None,
    manifest_id: Id | None = None,
    printed: bool | None = None,
    void: bool = False,
) -> Listed[WaybillOut]:
    """Waybills; ``q`` is a waybill's or an order's number (or its beginning)."""
    statement = _waybills().where(Waybill.void == void)
    if state:
        statement = statement.where(Order.state.in_([one.value for one in state]))
    if courier_id is not None:
        statement = statement.where(Waybill.courier_id == courier_id)
    if manifest_id is not None:
        statement = statement.where(Waybill.manifest_id == manifest_id)
    if printed is not None:
        statement = statement.where(Waybill.prints > 0 if printed else Waybill.prints == 0)
    if page.q:
        last = page.q + "\U0010ffff"
        statement = statement.where(
            ((Waybill.number >= page.q) & (Waybill.number < last)) | ((Order.number >= page.q) & (Order.number < last))
        )
    sortable = {"created_at": Waybill.created_at, "number": Waybill.number, "order": Order.number}
    rows, total = await page.fetch(session, statement, sortable, "-created_at")
    return Listed(items=[WaybillOut.of(*row) for row in rows], total=total)


@router.post("/waybills", status_code=201, operation_id="make_waybills", response_model=list[WaybillOut])
async def make_waybills(
    body: WaybillsIn, printer: Printer, session: TenantSession, provided: Provided, once: OnceOnly
) -> Any:
    """Give cleared orders their waybills, with numbers from the courier's pool: all of them, or none."""

    async def make() -> list[WaybillOut]:
        made = await waybills.make_waybills(session, printer, body.order_ids, body.courier_id, now=provided.clock())
        rows = await session.execute(_waybills().where(Waybill.id.in_([waybill.id for waybill in made])))
        found = {waybill.id: WaybillOut.of(waybill, order, courier) for waybill, order, courier in rows}
        return [found[waybill.id] for waybill in made]

    return await once.run(make, 201)


@router.get("/waybills/labels.pdf", operation_id="print_labels", response_class=Response, responses=_PDF)
async def labels(
    printer: Printer,
    session: TenantSession,
    provided: Provided,
    ids: Annotated[str, Query(description="Waybill ids, separated by commas", max_length=20_000)],
) -> Response:
    """Labels (100 × 150 mm, a page each) for their first print, which is recorded. Labels that were printed before are
    refused with ``orders.already_printed``: they need a reprint with a reason."""
    wanted = [part.strip().lower() for part in ids.split(",") if part.strip()]
    if not wanted or not all(is_id(part) for part in wanted):
        raise NoSuchWaybill(field="ids")
    return await _print(printer, session, provided, wanted, None)


@router.post("/waybills/print", operation_id="print_waybills", response_class=Response, responses=_PDF)
async def print_waybills(body: PrintIn, printer: Printer, session: TenantSession, provided: Provided) -> Response:
    """The same as ``labels.pdf``, for long lists."""
    return await _print(printer, session, provided, body.ids, None)


@router.post("/waybills/reprint", operation_id="reprint_waybills", response_class=Response, responses=_PDF)
async def reprint(body: ReprintIn, printer: Printer, session: TenantSession, provided: Provided) -> Response:
    """Print labels again: the reason stands in the order's history and in the audit log."""
    return await _print(printer, session, provided, body.ids, body.reason)


async def _print(
    by: Principal, session: AsyncSession, provided: Services, ids: list[str], reason: str | None
) -> Response:
    if len(ids) > _LABELS_AT_ONCE:
        raise TooMuch(field="ids", limit=_LABELS_AT_ONCE)
    found: list[Label] = await waybills.print_labels(session, by, ids, now=provided.clock(), reason=reason)
    # Made before the transaction ends: what could not be made was not printed.
    pdf = await asyncio.to_thread(render_labels, found)
    return _pdf(pdf, f"waybills-{len(found)}")


@router.get("/manifests", operation_id="list_manifests")
async def list_manifests(
    reader: Reader, session: TenantSession, page: Paged, courier_id: Id | None = None
) -> Listed[ManifestOut]:
    """Hand-overs, the latest first; ``q`` is a manifest's number."""
    statement = _manifests()
    if courier_id is not None:
        statement = statement.where(Manifest.courier_id == courier_id)
    if page.q:
        statement = statement.where(Manifest.number == page.q)
    sortable = {"created_at": Manifest.created_at, "number": Manifest.number}
    rows, total = await page.fetch(session, statement, sortable, "-created_at")
    return Listed(items=[_manifest(*row) for row in rows], total=total)


@router.post("/manifests", status_code=201, operation_id="hand_over", response_model=ManifestDetail)
async def hand_over(
    body: ManifestIn, dispatcher: Dispatcher, session: TenantSession, provided: Provided, once: OnceOnly
) -> Any:
    """Hand parcels of one courier over: their goods leave the stock and a manifest lists them."""

    async def hand() -> ManifestDetail:
        made = await waybills.hand_over(session, dispatcher, body.waybill_ids, now=provided.clock())
        return await _whole_manifest(session, made.id)

    return await once.run(hand, 201)


@router.get("/manifests/{manifest_id}.pdf", operation_id="print_manifest", response_class=Response, responses=_PDF)
async def manifest_pdf(manifest_id: Id, dispatcher: Dispatcher, session: TenantSession) -> Response:
    """The manifest to sign, A4."""
    found = await _whole_manifest(session, manifest_id)
    currency = found.waybills[0].currency if found.waybills else "CNY"
    sheet = ManifestSheet(
        number=found.number,
        courier=found.courier_name,
        by=found.by_name,
        at=found.created_at.astimezone(await zone_of(session)).strftime("%Y-%m-%d %H:%M"),
        collect=shown_money(found.collect_minor, currency),
    )
    parcels = [
        Parcel(
            waybill=row.number,
            order=row.order_number,
            recipient=row.recipient,
            region=row.region,
            collect=shown_money(row.collect_minor, row.currency) if row.collect_minor else "",
        )
        for row in found.waybills
    ]
    return _pdf(await asyncio.to_thread(render_manifest, sheet, parcels), found.number)


@router.get("/manifests/{manifest_id}", operation_id="get_manifest")
async def get_manifest(manifest_id: Id, reader: Reader, session: TenantSession) -> ManifestDetail:
    """One hand-over with its parcels."""
    return await _whole_manifest(session, manifest_id)


@router.post("/shipping/import", operation_id="import_shipping_results")
async def import_shipping(
    importer: Importer,
    session: TenantSession,
    provided: Provided,
    file: Annotated[UploadFile, File(description="CSV: waybill, state (delivered/refused/returned), date, note")],
) -> ImportOut:
    """Record deliveries, refusals and returns from a courier's file, in UTF-8 or GB18030, with English or Chinese
    headings (运单号, 状态, 日期, 备注; 签收, 拒收, 退回). One wrong row and nothing is taken: 422
    ``orders.import_rejected`` lists ``data.rows`` as [{row, message}]. The same file again changes nothing."""
    data = await file.read(BYTE_LIMIT + 1)
    done = await import_results(session, importer, data, now=provided.clock())
    return ImportOut(accepted=done.accepted, unchanged=done.unchanged)


def _waybills() -> Select[Waybill, Order, Courier]:
    return (
        select(Waybill, Order, Courier)
        .join(Order, Order.id == Waybill.order_id)
        .join(Courier, Courier.id == Waybill.courier_id)
        .order_by(Waybill.number)
    )


def _manifests() -> Select[Manifest, str]:
    return select(Manifest, Courier.name).join(Courier, Courier.id == Manifest.courier_id).order_by(Manifest.id)


def _manifest(row: Manifest, courier: str) -> ManifestOut:
    return ManifestOut(
        id=row.id,
        number=row.number,
        courier_id=row.courier_id,
        courier_name=courier,
        parcels=row.parcels,
        collect_minor=row.collect_minor,
        by_name=row.by_name,
        created_at=row.created_at,
    )


async def _whole_manifest(session: AsyncSession, manifest_id: str) -> ManifestDetail:
    row = (await session.execute(_manifests().where(Manifest.id == manifest_id))).one_or_none()
    if row is None:
        raise NoSuchManifest
    parcels = await session.execute(_waybills().where(Waybill.manifest_id == manifest_id))
    return ManifestDetail(**_manifest(*row).model_dump(), waybills=[WaybillOut.of(*parcel) for parcel in parcels])


def _courier(row: Courier, free: int) -> CourierOut:
    return CourierOut(id=row.id, code=row.code, name=row.name, active=row.active, free_numbers=free)


def _pdf(content: bytes, name: str) -> Response:
    headers = {**_PRIVATE, "Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)
