"""The token that opens the agent's desk at the switchboard, which checks it without the database.

Form: ``base64url(JSON) . base64url(HMAC-SHA256)``. It lives for two minutes and is made anew for each connection.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import orjson

from zuoxi.accounts.errors import BadToken
from zuoxi.accounts.principal import Principal

LIFETIME = timedelta(minutes=2)
_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class DeskIdentity:
    """Who sits at the desk. ``exp``: end of the token's life, seconds since the epoch."""

    tenant: str
    user: str
    number: str
    name: str
    permissions: frozenset[str]
    locale: str
    exp: float


def identity_of(principal: Principal, now: datetime) -> DeskIdentity:
    """The identity to sign for a user, valid from ``now``."""
    return DeskIdentity(
        tenant=principal.tenant_id,
        user=principal.user_id,
        number=principal.number,
        name=principal.name,
        permissions=principal.permissions,
        locale=principal.locale,
        exp=(now + LIFETIME).timestamp(),
    )


def sign(secret: str, identity: DeskIdentity) -> str:
    """The token of an identity."""
    payload = orjson.dumps(asdict(identity) | {"permissions": sorted(identity.permissions)})
    return f"{_encode(payload)}.{_encode(_mac(secret, payload))}"


def verify(secret: str, token: str, now: datetime) -> DeskIdentity:
    """The identity in a token. Raises BadToken when it is malformed, forged or past its time."""
    try:
        if len(token) > _LONGEST:
            raise BadToken
        body, _, mac = token.partition(".")
        payload = _decode(body)
        if not hmac.compare_digest(_mac(secret, payload), _decode(mac)):
            raise BadToken
        fields = orjson.loads(payload)
        identity = DeskIdentity(**{**fields, "permissions": frozenset(fields["permissions"])})
    except (binascii.Error, ValueError, TypeError, KeyError) as error:
        raise BadToken from error
    if identity.exp <= now.timestamp():
        raise BadToken
    return identity


def _mac(secret: str, payload: bytes) -> bytes:
    return hmac.new(secret.encode(), b"zuoxi desk\0" + payload, hashlib.sha256).digest()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
