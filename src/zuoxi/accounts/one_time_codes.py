"""Time-based one-time codes (TOTP, RFC 6238: 6 digits, 30 seconds) as a second factor."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts.models import User
from zuoxi.platform.config import Settings

STEP = 30  # seconds
DRIFT = 1  # steps that a phone's clock may be off, either way


class CodeBox:
    """Keeps secrets encrypted under the installation's own, so that a copied database alone gives no codes away."""

    def __init__(self, settings: Settings) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"zuoxi one-time codes").derive(
            settings.secrets.session.get_secret_value().encode()
        )
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def new_secret(self) -> str:
        """A fresh secret in base32, for the person's app."""
        return pyotp.random_base32()

    def seal(self, secret: str) -> str:
        """The form kept in the database."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """The secret; None when it was sealed under another installation's key."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None


def uri(secret: str, login: str, issuer: str) -> str:
    """The ``otpauth://`` address that apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step (seconds since the epoch / 30) that the code belongs to, near ``now``; None when to none."""
    present = int(now.timestamp()) // STEP
    generator = pyotp.TOTP(secret)
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(generator.at(step * STEP).encode(), code.strip().encode()):
            found = step
    return found


async def use_code(session: AsyncSession, box: CodeBox, user: User, code: str, now: datetime) -> bool:
    """Whether the code is right and new. A right code is spent: neither it nor an older one works again."""
    secret = box.open(user.totp_secret) if user.totp_secret else None
    step = matching_step(secret, code, now) if secret else None
    if step is None:
        return False
    spent = await session.scalar(
        update(User)
        .where(User.id == user.id, or_(User.totp_step.is_(None), User.totp_step < step))
        .values(totp_step=step)
        .returning(User.id)
    )
    return spent is not None
