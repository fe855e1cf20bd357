"""What goes over HTTP about customers. Numbers and addresses are masked unless they were revealed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from zuoxi.customers.find_customers import is_vip
from zuoxi.customers.models import BlacklistEntry, Customer, CustomerAddress, CustomerNote, CustomerNumber
from zuoxi.customers.profiles import Address
from zuoxi.customers.regions import Region
from zuoxi.platform.fields import Id, Line, Strict, Words
from zuoxi.platform.masking import mask_address, mask_number

Name = Annotated[Line, Field(max_length=60, description="The customer's name; may be empty while unknown")]
Number = Annotated[Line, Field(min_length=1, max_length=40, description="A telephone number in any usual form")]
Reason = Annotated[Line, Field(min_length=1, max_length=200)]
Note = Annotated[Words, Field(min_length=1, max_length=2000)]
Short = Annotated[Line, Field(max_length=40)]
Remark = Annotated[Line, Field(max_length=200)]


class AddressIn(Strict):
    """Where a parcel goes. Region names are free text; ``GET /api/regions`` offers those of the standard."""

    recipient: Annotated[Line, Field(min_length=1, max_length=40, description="Who receives the parcel")]
    phone: Annotated[Line, Field(min_length=3, max_length=40, description="The recipient's telephone number")]
    province: Short = ""
    city: Short = ""
    district: Short = ""
    street: Annotated[Line, Field(min_length=1, max_length=200, description="Street, house, floor, room")]

    def value(self) -> Address:
        """The same as the domain knows it."""
        return Address(self.recipient, self.phone, self.province, self.city, self.district, self.street)


class CustomerIn(Strict):
    """A new customer."""

    name: Name = ""
    number: Number
    client_id: Id | None = Field(None, description="Whose customer; without it the tenant's first client")
    segment: Short | None = None
    potential: bool = Field(False, description="Called and did not buy")
    potential_reason: Remark | None = Field(None, description="Why not")
    potential_interest: Remark | None = Field(None, description="In what")


class CustomerChanges(Strict):
    """Only the fields that are sent are changed."""

    version: int | None = Field(None, description="The version that was read; a later change by others is then refused")
    name: Name | None = None
    segment: Short | None = None
    vip: bool | None = Field(None, description="Needs the right customers.curate")
    vip_reason: Remark | None = None
    vip_until: AwareDatetime | None = Field(None, description="The end of VIP; null: no end")
    potential: bool | None = None
    potential_reason: Remark | None = None
    potential_interest: Remark | None = None


class NumberIn(Strict):
    number: Number


class NoteIn(Strict):
    text: Note


class BlacklistIn(Strict):
    number: Number
    reason: Reason
    expires_at: AwareDatetime | None = Field(None, description="null: until it is removed")


class NumberOut(BaseModel):
    id: str
    shown: str = Field(description="As people write it; masked unless revealed")
    kind: Literal["mobile", "landline", "service", "short", "foreign", "anonymous", "other"]
    place: str | None = Field(description="Province and city in Chinese")

    @classmethod
    def of(cls, row: CustomerNumber, *, revealed: bool) -> NumberOut:
        """Masked unless revealed."""
        return cls.model_validate(
            {
                "id": row.id,
                "shown": row.shown if revealed else mask_number(row.shown),
                "kind": row.kind,
                "place": row.place,
            }
        )


class AddressOut(BaseModel):
    id: str
    recipient: str
    phone: str
    province: str
    city: str
    district: str
    street: str

    @classmethod
    def of(cls, row: CustomerAddress, *, revealed: bool) -> AddressOut:
        """Number and street masked unless revealed."""
        return cls(
            id=row.id,
            recipient=row.recipient,
            phone=row.phone if revealed else mask_number(row.phone),
            province=row.province,
            city=row.city,
            district=row.district,
            street=row.street if revealed else mask_address(row.street),
        )


class NoteOut(BaseModel):
    id: str
    text: str
    by_name: str
    at: datetime

    @classmethod
    def of(cls, row: CustomerNote) -> NoteOut:
        return cls(id=row.id, text=row.text, by_name=row.by_name, at=row.at)


class CustomerOut(BaseModel):
    """A customer in a list."""

    id: str
    client_id: str
    name: str
    segment: str | None
    vip: bool = Field(description="VIP now")
    vip_reason: str | None
    vip_until: datetime | None
    potential: bool
    potential_reason: str | None
    potential_interest: str | None
    numbers: list[NumberOut]
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Customer, numbers: list[CustomerNumber], *, now: datetime, revealed: bool) -> CustomerOut:
        """Numbers masked unless revealed."""
        return cls(
            id=row.id,
            client_id=row.client_id,
            name=row.name,
            segment=row.segment,
            vip=is_vip(row, now),
            vip_reason=row.vip_reason,
            vip_until=row.vip_until,
            potential=row.potential,
            potential_reason=row.potential_reason,
            potential_interest=row.potential_interest,
            numbers=[NumberOut.of(number, revealed=revealed) for number in numbers],
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


class CustomerDetail(CustomerOut):
    """A customer with addresses and notes."""

    addresses: list[AddressOut]
    notes: list[NoteOut]
    revealed: bool = Field(description="Whether numbers and addresses are shown whole")


class BlacklistOut(BaseModel):
    id: str
    number: str = Field(description="Masked for those without customers.reveal")
    reason: str
    by_name: str
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, row: BlacklistEntry, *, revealed: bool) -> BlacklistOut:
        """Number masked unless revealed."""
        return cls(
            id=row.id,
            number=row.number if revealed else mask_number(row.number),
            reason=row.reason,
            by_name=row.by_name,
            created_at=row.created_at,
            expires_at=row.expires_at,
        )


class RegionOut(BaseModel):
    """A province, city or district."""

    code: str
    name: str
    parts: list[RegionOut]

    @classmethod
    def of(cls, region: Region) -> RegionOut:
        return cls(code=region.code, name=region.name, parts=[cls.of(part) for part in region.parts])


class ParsedAddressOut(BaseModel):
    province: str
    city: str
    district: str
    street: str


class NumberFacts(BaseModel):
    """What a number by itself says."""

    kind: str
    e164: str | None
    shown: str
    place: str | None
