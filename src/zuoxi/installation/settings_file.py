"""Makes and changes ``settings.toml``: random secrets once, free ports at each start."""

from __future__ import annotations

import ipaddress
import json
import os
import secrets
import socket
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from zuoxi.installation import ports, postgres
from zuoxi.installation.ports import Reservations
from zuoxi.platform.config import FILE_NAME

RTP_PORTS = 1000  # four to a call between two phones: 250 calls
FIRST_PUBLIC = range(8080, 8280, 10)
FIRST_SIP = range(5060, 5260, 10)
RTP_SLOTS = range(10000, 20000, RTP_PORTS)


class SettingsFileError(Exception):
    """What was asked for cannot be served; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asked for; None leaves what is there (or the default at the first start)."""

    port: int | None = None
    host: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    demo: bool = True
    demo_logins_public: bool | None = None
    trunk: tuple[str, ...] | None = None


def load(data: Path) -> dict[str, Any] | None:
    """The content of the settings file as it is; None when there is none. Raises SettingsFileError on bad TOML."""
    try:
        return tomllib.loads((data / FILE_NAME).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as problem:
        raise SettingsFileError(f"{data / FILE_NAME} cannot be read: {problem}. Mend it or move it away.") from problem


def first(wishes: Wishes, account: str | None) -> dict[str, Any]:
    """Content for a new installation, with random secrets; ports are chosen by ``settle``."""
    return {
        "installation": {
            "id": secrets.token_hex(4),
            "demo": wishes.demo,
            "demo_logins_public": bool(wishes.demo_logins_public),
            **({"account": account} if account else {}),
        },
        "public": {"host": "127.0.0.1", "scheme": "http"},
        "ports": {},
        "database": {"passwords": postgres.new_passwords()},
        "ari": {"user": "zuoxi", "password": secrets.token_hex(24), "application": "zuoxi"},
        "trunk": {},
        "secrets": {
            "session": secrets.token_hex(32),
            "desk_token": secrets.token_hex(32),
            "first_administrator": secrets.token_urlsafe(18),
        },
    }


def settle(content: dict[str, Any], wishes: Wishes, reserved: Reservations) -> dict[str, Any]:
    """Apply the wishes and make every port one that is free now, and ``reserved`` until it is listened on. Kept ports
    stay when they are free.

    Call it while none of this installation's parts runs. Raises SettingsFileError when the public port is taken or the
    host is not an address of this machine.
    """
    public = dict(content["public"])
    if wishes.host is not None:
        public["host"] = wishes.host
        local = bind_address(wishes.host).startswith("127.")
        public["scheme"] = "http" if local and wishes.certificate is None else "https"
        public.pop("certificate", None)
        public.pop("key", None)
    if wishes.certificate is not None and wishes.key is not None:
        public |= {"certificate": str(wishes.certificate), "key": str(wishes.key), "scheme": "https"}
    address = bind_address(public["host"])
    wanted = wishes.port if wishes.port is not None else public.get("port")
    if wanted is None:
        public["port"] = ports.first_free(FIRST_PUBLIC, hosts=(address,), reserved=reserved)
    else:
        check_public_port(wanted, address, reserved)
        public["port"] = wanted
    chosen = _internal_ports(content["ports"], public["port"], address, reserved)
    database = _database(content["database"], content["ports"].get("postgres"), chosen["postgres"])
    installation = dict(content["installation"])
    if wishes.demo_logins_public is not None:
        installation["demo_logins_public"] = wishes.demo_logins_public
    trunk = {"addresses": ["127.0.0.1"], **content.get("trunk", {})}
    if wishes.trunk is not None:
        # our own test calls (./zuoxi ring) come from this machine
        trunk["addresses"] = ["127.0.0.1", *(each for each in wishes.trunk if each != "127.0.0.1")]
    ari = content["ari"] | {"url": f"http://127.0.0.1:{chosen['asterisk_http']}"}
    return content | {
        "installation": installation, "public": public, "ports": chosen, "database": database, "ari": ari,
        "trunk": trunk,
    }  # fmt: skip


def check_public_port(port: int, address: str, reserved: Reservations | None = None) -> None:
    """Raises SettingsFileError when the page cannot be served there."""
    mine = reserved is None or reserved.take(port, (address,))
    if not (0 < port < 65536 and mine and ports.is_free(port, address)):
        raise SettingsFileError(
            f"Port {port} of {address} is taken by another program, or not allowed. Choose another by --port N."
        )


def changes(content: Mapping[str, Any], wishes: Wishes) -> bool:
    """Whether the wishes ask for something else than what is there. The command that was used before does not: parts
    that still run, with calls on them, may stay."""
    public = content["public"]
    wanted = {
        "port": wishes.port,
        "host": wishes.host,
        "certificate": wishes.certificate and str(wishes.certificate),
        "key": wishes.key and str(wishes.key),
    }
    trunk = content.get("trunk", {}).get("addresses", ["127.0.0.1"])
    return (
        any(value is not None and value != public.get(name) for name, value in wanted.items())
        or wishes.demo_logins_public not in (None, content["installation"].get("demo_logins_public", False))
        or (wishes.trunk is not None and set(wishes.trunk) | {"127.0.0.1"} != set(trunk))
    )


def bind_address(host: str) -> str:
    """The address of this machine that ``host`` (address or name) stands for. Raises SettingsFileError otherwise."""
    try:
        address = str(ipaddress.ip_address(host))
    except ValueError:
        try:
            address = str(socket.getaddrinfo(host, None, socket.AF_INET)[0][4][0])
        except OSError as problem:
            raise SettingsFileError(f"The name {host} cannot be resolved: {problem.strerror}.") from problem
    known = [each.address.split("%")[0] for interface in psutil.net_if_addrs().values() for each in interface]
    if address.startswith("127.") or address in known:
        return address
    addresses = ", ".join(each for each in known if each.count(".") == 3 and not each.startswith("127."))
    raise SettingsFileError(
        f"{host} is not an address of this machine, so nothing can be served there. It has: {addresses or 'none'}."
    )


def write(data: Path, content: Mapping[str, Any]) -> None:
    """Write the file whole, readable by its owner only."""
    lines = ["# The settings of this Zuoxi. Written by ./zuoxi up; secrets inside.", ""]
    for part, values in content.items():
        lines.append(f"[{part}]")
        # a JSON string is a TOML basic string
        lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items() if value != ""]
        lines.append("")
    partial = data / (FILE_NAME + ".new")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(data / FILE_NAME)


def another_sip_port(data: Path, hosts: Collection[str], reserved: Reservations) -> int:
    """Choose a SIP port that is free on these addresses instead of the one in the settings file, and write it there.
    Raises SettingsFileError."""
    content = load(data)
    if content is None:
        raise SettingsFileError(f"{data / FILE_NAME} is gone.")
    taken = {content["public"]["port"], *content["ports"].values()}
    try:
        port = ports.first_free_sip([*FIRST_SIP, *ports.INNER], taken, hosts, reserved)
    except LookupError as problem:
        raise SettingsFileError("No port is free for SIP.") from problem
    write(data, content | {"ports": content["ports"] | {"sip": port}})
    return port


def _internal_ports(old: Mapping[str, int], public: int, address: str, reserved: Reservations) -> dict[str, int]:
    taken = {public}
    chosen: dict[str, int] = {}
    start = public + 1 if 1024 <= public < ports.INNER.stop else 8081  # see ports.INNER
    for name in ("postgres", "asterisk_http", "api", "switchboard"):
        kept = [old[name]] if name in old else []
        chosen[name] = ports.first_free([*kept, *range(start, min(start + 2000, 65535))], taken, reserved=reserved)
        taken.add(chosen[name])
    kept = [old["sip"]] if "sip" in old else []
    candidates = [*kept, *FIRST_SIP, *range(start, 65535)]
    chosen["sip"] = ports.first_free_sip(candidates, taken, {"127.0.0.1", address}, reserved)
    # RTP ports are open only during calls: the reservation of the first is what tells others that the range is ours
    kept = [old["rtp_first"]] if "rtp_first" in old else []
    chosen["rtp_first"] = ports.first_free([*kept, *RTP_SLOTS, *range(20000, 32000, RTP_PORTS)], reserved=reserved)
    chosen["rtp_last"] = chosen["rtp_first"] + RTP_PORTS - 1
    return chosen


def _database(old: Mapping[str, Any], old_port: int | None, port: int) -> dict[str, Any]:
    """The three connection strings with the new port. Someone else's PostgreSQL (another address) is left alone."""
    if "passwords" in old:
        made = postgres.dsns(port, old["passwords"])
        return {"owner_dsn": made.owner, "app_dsn": made.app, "narrow_dsn": made.narrow}
    return {name: str(dsn).replace(f"@127.0.0.1:{old_port}/", f"@127.0.0.1:{port}/") for name, dsn in old.items()}
