"""Identifiers: UUID version 7 as text, so that rows made one after the other lie side by side in an index."""

from __future__ import annotations

import uuid

import uuid_utils


def new_id() -> str:
    """Return a new identifier: a UUIDv7 in its usual 36-character form."""
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    """Tell whether ``text`` is an identifier at all (any UUID in its usual form)."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
