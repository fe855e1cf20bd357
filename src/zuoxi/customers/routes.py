"""HTTP of the customers' room."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import OnceOnly, Principal, SignedIn, TenantSession, require
from zuoxi.customers import blacklist, find_customers, profiles
from zuoxi.customers.models import BlacklistEntry, Customer
from zuoxi.customers.numbers import read_number
from zuoxi.customers.regions import parse_address, regions
from zuoxi.customers.schemas import (
    AddressIn,
    AddressOut,
    BlacklistIn,
    BlacklistOut,
    CustomerChanges,
    CustomerDetail,
    CustomerIn,
    CustomerOut,
    NoteIn,
    NoteOut,
    NumberFacts,
    NumberIn,
    NumberOut,
    ParsedAddressOut,
    RegionOut,
)
from zuoxi.platform import audit
from zuoxi.platform.errors import Forbidden
from zuoxi.platform.fields import Id
from zuoxi.platform.paging import Listed, Paged
from zuoxi.platform.services import Services, services

router = APIRouter(prefix="/api", tags=["customers"])

Reader = Annotated[Principal, Depends(require("customers.read"))]
Writer = Annotated[Principal, Depends(require("customers.write", "customers.curate"))]
Curator = Annotated[Principal, Depends(require("customers.curate"))]
Revealer = Annotated[Principal, Depends(require("customers.reveal"))]
Provided = Annotated[Services, Depends(services)]

_VIP_FIELDS = {"vip", "vip_reason", "vip_until"}


@router.get("/customers", operation_id="list_customers")
async def list_customers(
    reader: Reader,
    session: TenantSession,
    provided: Provided,
    page: Paged,
    number: Annotated[str | None, Query(max_length=40, description="Exactly this telephone number")] = None,
    vip: bool | None = None,
    potential: bool | None = None,
    segment: Annotated[str | None, Query(max_length=40)] = None,
    client_id: Id | None = None,
) -> Listed[CustomerOut]:
    """Customers by name, pinyin, initials or number (``q``: whole, its beginning, or its last four digits)."""
    statement = find_customers.customers(
        q=page.q, number=number, vip=vip, potential=potential, segment=segment, client_id=client_id
    )
    sortable = {"updated_at": Customer.updated_at, "created_at": Customer.created_at, "name": Customer.pinyin}
    rows, total = await page.fetch(session, statement, sortable, "-updated_at")
    found = [row[0] for row in rows]
    numbers = await find_customers.numbers_of(session, [customer.id for customer in found])
    now = provided.clock()
    return Listed(
        items=[CustomerOut.of(customer, numbers[customer.id], now=now, revealed=False) for customer in found],
        total=total,
    )


@router.post("/customers", status_code=201, operation_id="create_customer", response_model=CustomerDetail)
async def create_customer(
    body: CustomerIn, writer: Writer, session: TenantSession, provided: Provided, once: OnceOnly
) -> Any:
    """Enter a customer by hand, a potential one for instance. A number that belongs to another is refused."""

    async def create() -> CustomerDetail:
        profile = body.model_dump(exclude={"name", "number", "client_id"}, exclude_unset=True)
        customer = await profiles.create_customer(
            session,
            writer,
            name=body.name,
            number=body.number,
            client_id=body.client_id,
            profile=profile,
            now=provided.clock(),
        )
        return await _detail(session, customer.id, provided, revealed=False)

    return await once.run(create, 201)


@router.get("/customers/{customer_id}", operation_id="get_customer")
async def get_customer(customer_id: Id, reader: Reader, session: TenantSession, provided: Provided) -> CustomerDetail:
    """One customer, numbers and addresses masked."""
    return await _detail(session, customer_id, provided, revealed=False)


@router.patch("/customers/{customer_id}", operation_id="change_customer")
async def patch_customer(
    customer_id: Id, body: CustomerChanges, writer: Writer, session: TenantSession, provided: Provided
) -> CustomerDetail:
    """Change the fields that are sent."""
    changes = body.model_dump(exclude={"version"}, exclude_unset=True)
    for required in ("vip", "potential"):
        if changes.get(required, False) is None:
            changes.pop(required)
    if _VIP_FIELDS & changes.keys() and not writer.may("customers.curate"):
        raise Forbidden
    await profiles.change_customer(session, writer, customer_id, changes, version=body.version, now=provided.clock())
    return await _detail(session, customer_id, provided, revealed=False)


@router.post("/customers/{customer_id}/reveal", operation_id="reveal_customer")
async def reveal_customer(
    customer_id: Id, revealer: Revealer, session: TenantSession, provided: Provided
) -> CustomerDetail:
    """One customer with numbers and addresses whole. Each look is a line in the audit log."""
    detail = await _detail(session, customer_id, provided, revealed=True)
    await audit.record(session, revealer.user_id, "reveal", "customer", customer_id)
    return detail


@router.post("/customers/{customer_id}/numbers", status_code=201, operation_id="add_customer_number")
async def add_number(
    customer_id: Id, body: NumberIn, writer: Writer, session: TenantSession, provided: Provided
) -> NumberOut:
    """Add a telephone number."""
    row = await profiles.add_number(session, customer_id, body.number, now=provided.clock())
    return NumberOut.of(row, revealed=False)


@router.post("/customers/{customer_id}/addresses", status_code=201, operation_id="add_customer_address")
async def add_address(
    customer_id: Id, body: AddressIn, writer: Writer, session: TenantSession, provided: Provided
) -> AddressOut:
    """Add an address; one that is known already is used again. Answered whole: the writer has just typed it."""
    row = await profiles.add_address(session, customer_id, body.value(), now=provided.clock())
    return AddressOut.of(row, revealed=True)


@router.post(
    "/customers/{customer_id}/notes", status_code=201, operation_id="add_customer_note", response_model=NoteOut
)
async def add_note(
    customer_id: Id, body: NoteIn, writer: Writer, session: TenantSession, provided: Provided, once: OnceOnly
) -> Any:
    """Add a note about the customer."""

    async def add() -> NoteOut:
        return NoteOut.of(await profiles.add_note(session, writer, customer_id, body.text, now=provided.clock()))

    return await once.run(add, 201)


@router.get("/blacklist", operation_id="list_blacklist")
async def list_blacklist(
    reader: Reader,
    session: TenantSession,
    provided: Provided,
    page: Paged,
    expired: Annotated[bool, Query(description="Show entries that have expired, too")] = False,
) -> Listed[BlacklistOut]:
    """Numbers whose calls are turned away; ``q`` is a number."""
    statement = blacklist.entries(q=page.q, now=provided.clock(), expired=expired)
    sortable = {"created_at": BlacklistEntry.created_at, "expires_at": BlacklistEntry.expires_at}
    rows, total = await page.fetch(session, statement, sortable, "-created_at")
    return Listed(items=[BlacklistOut.of(row[0], revealed=False) for row in rows], total=total)


@router.post("/blacklist", status_code=201, operation_id="block_number", response_model=BlacklistOut)
async def block_number(
    body: BlacklistIn, curator: Curator, session: TenantSession, provided: Provided, once: OnceOnly
) -> Any:
    """Put a number on the blacklist. Its calls hear «系统繁忙中» from now on."""

    async def block() -> BlacklistOut:
        entry = await blacklist.block(
            session,
            curator,
            number=body.number,
            reason=body.reason,
            expires_at=body.expires_at,
            now=provided.clock(),
        )
        return BlacklistOut.of(entry, revealed=True)

    return await once.run(block, 201)


@router.delete("/blacklist/{entry_id}", status_code=204, operation_id="unblock_number")
async def unblock_number(entry_id: Id, curator: Curator, session: TenantSession) -> None:
    """Take an entry off the blacklist."""
    await blacklist.unblock(session, curator, entry_id)


@router.get("/regions", operation_id="list_regions", response_model=list[RegionOut])
async def list_regions(reader: SignedIn) -> Response:
    """Provinces with cities with districts (GB/T 2260), 75 kB compressed; it may be kept for a day."""
    return Response(_regions_json(), media_type="application/json", headers={"Cache-Control": "private, max-age=86400"})


@router.get("/regions/parse", operation_id="parse_address")
async def parse(reader: SignedIn, text: Annotated[str, Query(min_length=1, max_length=300)]) -> ParsedAddressOut:
    """Take an address apart that was typed or pasted in one piece."""
    return ParsedAddressOut(**asdict(parse_address(text)))


@router.get("/numbers", operation_id="read_number")
async def number_facts(reader: Reader, number: Annotated[str, Query(min_length=1, max_length=40)]) -> NumberFacts:
    """What kind of number this is and where it belongs."""
    read = read_number(number)
    return NumberFacts(kind=read.kind.value, e164=read.e164, shown=read.shown, place=read.place)


@cache
def _regions_json() -> bytes:
    from pydantic import TypeAdapter

    return TypeAdapter(list[RegionOut]).dump_json([RegionOut.of(region) for region in regions()])


async def _detail(session: AsyncSession, customer_id: str, provided: Services, *, revealed: bool) -> CustomerDetail:
    customer = await find_customers.get_customer(session, customer_id)
    await session.refresh(customer)
    numbers = (await find_customers.numbers_of(session, [customer_id]))[customer.id]
    summary = CustomerOut.of(customer, numbers, now=provided.clock(), revealed=revealed)
    return CustomerDetail(
        **summary.model_dump(),
        addresses=[
            AddressOut.of(row, revealed=revealed) for row in await find_customers.addresses_of(session, customer_id)
        ],
        notes=[NoteOut.of(row) for row in await find_customers.notes_of(session, customer_id)],
        revealed=revealed,
    )
