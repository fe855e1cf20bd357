"""Answering a player: the whole sound, or the part it asks for by ``Range`` (RFC 9110, one range)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import structlog
from fastapi.responses import Response, StreamingResponse

from zuoxi.recordings.seal import SealBroken
from zuoxi.recordings.sound import Sound

log = structlog.get_logger("zuoxi.recordings")

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})$")


def asked_for(header: str | None, length: int) -> tuple[int, int] | None:
    """From where up to (without) where; None: the whole. Raises ValueError when nothing of it exists.

    What we do not understand (other units, several ranges) is ignored, as the standard allows.
    """
    match = _RANGE.match(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(0, length - int(last)), length
    else:
        start, end = int(first), length if last == "" else min(int(last) + 1, length)
        if last != "" and int(last) < start:
            return None
    if start >= end:
        raise ValueError("nothing of this range exists")
    return start, end


def sound_response(sound: Sound, header: str | None, filename: str, tag: str) -> Response:
    """FLAC for a player, never kept by a cache. ``tag`` names this very sound."""
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f"inline; filename*=utf-8''{quote(filename)}",
        "ETag": f'"{tag}"',
    }
    try:
        part = asked_for(header, sound.length)
    except ValueError:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{sound.length}"})
    start, end = part or (0, sound.length)
    headers["Content-Length"] = str(end - start)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{sound.length}"
    return StreamingResponse(
        _told(sound.read(start, end), filename),
        status_code=206 if part is not None else 200,
        media_type="audio/flac",
        headers=headers,
    )


def _told(pieces: Iterator[bytes], filename: str) -> Iterator[bytes]:
    try:
        yield from pieces
    except SealBroken:
        log.error("a recording's file is damaged", file=filename)
        raise
