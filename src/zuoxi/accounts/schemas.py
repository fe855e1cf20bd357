"""What the accounts' routes take and answer."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from zuoxi.platform.fields import Strict

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Login = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60, pattern=r"^\S+$")]
StaffNumber = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20, pattern=r"^\S+$")]
# Written as people write it; kept without what only parts the digits. Empty: none.
Telephone = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=30, pattern=r"^(\+?[0-9][0-9 ().\-]{2,28})?$"),
    AfterValidator(lambda value: re.sub(r"[ ().\-]", "", value)),
]
Password = Annotated[str, Field(min_length=1, max_length=400)]
Role = Literal["agent", "supervisor", "auditor", "dispatcher", "tenant_administrator", "system_administrator"]
LocaleName = Literal["zh-CN", "en"]


def _no_control_characters(value: str) -> str:
    if any(ord(character) < 32 for character in value):
        raise ValueError("control characters")
    return value


class SignInBody(Strict):
    login: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_no_control_characters)]
    password: Password
    code: Annotated[str, Field(max_length=12)] | None = None


class Me(BaseModel):
    """The signed-in user."""

    user_id: str
    login: str
    name: str
    number: str
    tenant_id: str
    tenant_name: str
    time_zone: str
    roles: list[str]
    permissions: list[str]
    locale: str
    totp_enabled: bool


class LocaleBody(Strict):
    locale: LocaleName


class PasswordBody(Strict):
    password: Password
    new_password: Password


class ConfirmBody(Strict):
    password: Password


class SessionOut(BaseModel):
    """A browser in which the user is signed in; ``here`` is the one that asks."""

    id: str
    here: bool
    since: datetime
    seen: datetime
    ends: datetime
    address: str
    browser: str


class TotpStarted(BaseModel):
    secret: str
    uri: str


class CodeBody(Strict):
    code: Annotated[str, Field(min_length=6, max_length=12)]


class FirstAdministratorBody(Strict):
    secret: Annotated[str, Field(min_length=1, max_length=200)]
    login: Login
    password: Password
    name: Name
    tenant_name: Name = "本公司"


class FirstAdministratorState(BaseModel):
    missing: bool


class DeskToken(BaseModel):
    token: str
    expires_at: datetime


class UserBody(Strict):
    """Without ``password`` one is made up and shown once in the answer."""

    login: Login
    name: Name
    number: StaffNumber
    roles: list[Role]
    locale: LocaleName = "zh-CN"
    password: Password | None = None


class UserPatch(Strict):
    """Fields left out stay, an empty ``telephone`` takes it away. ``reset_password`` makes up a new password, shown
    once in the answer; ``password`` sets one."""

    name: Name | None = None
    number: StaffNumber | None = None
    roles: list[Role] | None = None
    active: bool | None = None
    telephone: Telephone | None = None
    works_from_home: bool | None = None
    password: Password | None = None
    reset_password: bool = False
    remove_totp: bool = False


class UserOut(BaseModel):
    """``telephone`` is masked."""

    id: str
    login: str
    name: str
    number: str
    roles: list[str]
    active: bool
    locale: str
    totp_enabled: bool
    telephone: str
    works_from_home: bool
    created_at: datetime
    password: str | None = None


class AuditOut(BaseModel):
    id: str
    at: datetime
    user_id: str | None
    user_name: str | None
    action: str
    kind: str
    object_id: str
    detail: dict[str, Any]


class TenantBody(Strict):
    """A tenant with its first administrator, whose made-up password is shown once."""

    name: Name
    administrator_login: Login
    administrator_name: Name


class TenantPatch(Strict):
    name: Name | None = None
    active: bool | None = None


class TenantOut(BaseModel):
    id: str
    name: str
    active: bool
    created_at: datetime
    administrator_password: str | None = None


class ClientBody(Strict):
    name: Name


class ClientOut(BaseModel):
    id: str
    name: str


class NameBody(Strict):
    """A new name for a client or a project."""

    name: Name


class ProjectBody(Strict):
    client_id: UUID
    name: Name


class ProjectOut(BaseModel):
    id: str
    name: str
    client_id: str
    client_name: str
