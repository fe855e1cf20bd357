"""The settings of an installation, read from ``<data>/settings.toml`` and checked once at start."""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

FILE_NAME = "settings.toml"


class SettingsError(Exception):
    """The settings cannot be used. The text is a sentence that says what to mend."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InstallationSettings(_Part):
    """``account`` is the unprivileged account that runs the processes when the installation was started as root.
    ``demo_logins_public`` lets the demo logins in on an address that is not this machine's own."""

    id: str = Field(min_length=4, max_length=32, pattern=r"^[a-z0-9]+$")
    demo: bool = False
    account: str | None = None
    demo_logins_public: bool = False


class PublicSettings(_Part):
    """Where people reach the centre."""

    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    scheme: Literal["http", "https"] = "http"
    certificate: Path | None = None
    key: Path | None = None

    @model_validator(mode="after")
    def _certificate_for_https(self) -> PublicSettings:
        if self.scheme == "https" and (self.certificate is None or self.key is None):
            raise ValueError("scheme is https, so certificate and key must be given")
        return self

    @property
    def local_only(self) -> bool:
        """Whether only this machine itself can reach the centre."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def origin(self) -> str:
        """The address as a browser shows it, without a path."""
        usual = {"http": 80, "https": 443}[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")


class PortSettings(_Part):
    postgres: int = Field(ge=1, le=65535)
    asterisk_http: int = Field(ge=1, le=65535)
    sip: int = Field(ge=1, le=65535)
    rtp_first: int = Field(ge=1, le=65535)
    rtp_last: int = Field(ge=1, le=65535)
    api: int = Field(ge=1, le=65535)
    switchboard: int = Field(ge=1, le=65535)
    ami: int | None = Field(default=None, ge=1, le=65535)

    @model_validator(mode="after")
    def _rtp_range(self) -> PortSettings:
        if self.rtp_last <= self.rtp_first:
            raise ValueError("rtp_last must be larger than rtp_first")
        return self


class DatabaseSettings(_Part):
    """One address per role; see ``platform.tenancy`` for what each role may do."""

    owner_dsn: SecretStr
    app_dsn: SecretStr
    narrow_dsn: SecretStr


class AriSettings(_Part):
    url: str
    user: str
    password: SecretStr
    application: str = "zuoxi"


class TrunkSettings(_Part):
    """Where calls come from: ``addresses`` (or networks, a.b.c.d/n) are taken as the trunk's. With ``server`` we
    register there as ``user``, as providers without fixed addresses want it. ``outbound`` is where our
    own calls go (host or host:port; else ``server``, else the first of the addresses that is one machine's and not our
    own). ``silence`` is how many seconds an answered call may go without any sound packet from there until it is
    ended; 0: for ever."""

    addresses: tuple[str, ...] = ("127.0.0.1",)
    server: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.:\[\]-]+$")
    user: str | None = Field(default=None, pattern=r"^[^\s;]+$")
    password: SecretStr | None = None
    outbound: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.:\[\]-]+$")
    silence: int = Field(default=120, ge=0, le=86400)

    @property
    def calls_go_to(self) -> str | None:
        """Where our own calls go; None when the trunk only brings calls."""
        machines = (each for each in self.addresses if "/" not in each and not each.startswith("127."))
        return self.outbound or self.server or next(machines, None)

    @field_validator("addresses")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            ipaddress.ip_network(each, strict=False)
        return value

    @model_validator(mode="after")
    def _user_for_server(self) -> TrunkSettings:
        if self.server is not None and (self.user is None or self.password is None):
            raise ValueError("a trunk server needs user and password")
        return self


class SipSettings(_Part):
    """How SIP is protected. ``tls``: it is also served over TLS, on the port after ``ports.sip``, with ``certificate``
    and ``key`` (not given: the pages' own, or a self-made one). ``trunk``: plain, or tls (with SRTP, and nothing else).
    ``phones``: whether the sound of SIP phones is sealed (SRTP): off, offered to those that can, or required.
    ``never_banned``: addresses or networks that are never refused, whatever comes from them (an office whose phones
    share an address), beside the trunk's."""

    tls: bool = True
    certificate: Path | None = None
    key: Path | None = None
    trunk: Literal["plain", "tls"] = "plain"
    phones: Literal["off", "offered", "required"] = "off"
    never_banned: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> SipSettings:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together")
        if self.trunk == "tls" and not self.tls:
            raise ValueError("trunk is tls, so tls must be on")
        return self

    @field_validator("never_banned")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            ipaddress.ip_network(each, strict=False)
        return value


class SessionSettings(_Part):
    """How long a sign-in lasts: ``idle_minutes`` without anybody at the page, ``absolute_hours`` however busy. A grave
    change asks for the password again when it was last given more than ``confirm_minutes`` ago."""

    idle_minutes: int = Field(default=30, ge=5, le=24 * 60)
    absolute_hours: int = Field(default=12, ge=1, le=24 * 7)
    confirm_minutes: int = Field(default=15, ge=1, le=24 * 60)


class SecretSettings(_Part):
    """Random values made once per installation."""

    session: SecretStr = Field(min_length=16)
    desk_token: SecretStr = Field(min_length=16)
    first_administrator: SecretStr = Field(min_length=8)


class Settings(_Part):
    """Everything configurable about an installation. ``data`` is the folder it was read from."""

    data: Path
    installation: InstallationSettings
    public: PublicSettings
    ports: PortSettings
    database: DatabaseSettings
    ari: AriSettings
    trunk: TrunkSettings = TrunkSettings()
    sip: SipSettings = SipSettings()
    sessions: SessionSettings = SessionSettings()
    secrets: SecretSettings

    def folder(self, name: str) -> Path:
        """A folder of the installation: ``recordings``, ``prompts``, ``journal``, ``logs``, ``run``; the engine's own
        is ``engine``. The folder is not made here."""
        return self.data / {"engine": "asterisk"}.get(name, name)

    @staticmethod
    def read(data: Path) -> Settings:
        """Read and check ``<data>/settings.toml``. Raises SettingsError with a sentence that says what to mend."""
        path = data / FILE_NAME
        try:
            content = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError as error:
            raise SettingsError(f"There is no {path}. Run `./zuoxi up` first; it writes this file.") from error
        except OSError as error:
            raise SettingsError(f"{path} cannot be read ({error.strerror}). Check who owns the file.") from error
        except ValueError as error:
            raise SettingsError(f"{path} is not valid TOML: {error}.") from error
        try:
            return Settings.model_validate({**content, "data": data.resolve()})
        except ValidationError as error:
            # The values themselves stay out of the sentence: some are secrets.
            faults = "; ".join(
                f"{'.'.join(str(part) for part in fault['loc']) or 'settings'}: {fault['msg']}"
                for fault in error.errors()
            )
            raise SettingsError(f"{path} must be mended: {faults}.") from error
