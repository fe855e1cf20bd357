"""Phones as Asterisk's objects: made at run time, kept by the engine across its restarts."""

from __future__ import annotations

from typing import Any

from zuoxi.telephony.ari.client import Refused
from zuoxi.telephony.ari.rooms import Request

_KINDS = ("endpoint", "aor", "auth")
PHONES_CONTEXT = "phones"  # of the dialplan: what a call dialled on an agent's phone meets
RTP_SILENCE = 20  # seconds without any audio packet after which a phone counts as dead


def phone_objects(phone: str, password: str, *, browser: bool) -> list[tuple[str, dict[str, str]]]:
    """What to write, in the order in which it may be written: (kind, fields)."""
    endpoint = {
        "context": PHONES_CONTEXT,
        "disallow": "all",
        "allow": "alaw,ulaw",
        "auth": phone,
        "aors": phone,
        "identify_by": "auth_username,username",
        "direct_media": "no",
        "allow_transfer": "no",
        "rewrite_contact": "yes",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rtp_timeout": str(RTP_SILENCE),
        "rtp_timeout_hold": "3600",
        "device_state_busy_at": "1",
        "webrtc": "yes" if browser else "no",
    }
    return [
        ("auth", {"auth_type": "userpass", "username": phone, "password": password}),
        (
            "aor",
            {
                "max_contacts": "1",
                "remove_existing": "yes",
                "qualify_frequency": "30",
                "minimum_expiration": "30",
                "support_path": "yes" if browser else "no",
            },
        ),
        ("endpoint", endpoint),
    ]


async def write_phone(request: Request, phone: str, password: str, *, browser: bool) -> None:
    """Make or change a phone."""
    for kind, fields in phone_objects(phone, password, browser=browser):
        body = {"fields": [{"attribute": name, "value": value} for name, value in fields.items()]}
        await request("PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/{phone}", body=body)


async def delete_phone(request: Request, phone: str) -> None:
    """Remove a phone; one that is not there is removed already."""
    for kind in _KINDS:
        try:
            await request("DELETE", f"asterisk/config/dynamic/res_pjsip/{kind}/{phone}")
        except Refused as refused:
            if refused.code != "gone":
                raise


def reachable_phones(endpoints: list[dict[str, Any]], trunks: frozenset[str]) -> dict[str, bool]:
    """Phone to whether it is registered and answers, from the listing of endpoints."""
    return {item["resource"]: item["state"] == "online" for item in endpoints if item["resource"] not in trunks}
