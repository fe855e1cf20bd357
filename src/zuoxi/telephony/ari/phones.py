"""Phones as Asterisk's objects: made at run time, kept by the engine across its restarts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zuoxi.telephony.ari.client import Refused
from zuoxi.telephony.ari.rooms import Request

_KINDS = ("endpoint", "aor", "auth")
PHONES_CONTEXT = "phones"  # of the dialplan: what a call dialled on an agent's phone meets
RTP_SILENCE = 20  # seconds without any audio packet after which a phone counts as dead

# What webrtc=yes turns on, and webrtc=no leaves on: the same agent may use the page today and a desk phone tomorrow.
_NO_BROWSER = {
    "use_avpf": "no",
    "ice_support": "no",
    "media_use_received_transport": "no",
    "rtcp_mux": "no",
    "bundle": "no",
    "dtls_auto_generate_cert": "no",
    "dtls_verify": "no",
    "dtls_setup": "active",
}

# How the sound of SIP phones is sealed (SRTP with keys in the SDP): a phone that cannot, speaks plainly (offered) or
# not at all (required). A browser's always is.
ENCRYPTION = {
    "off": {"media_encryption": "no", "media_encryption_optimistic": "no"},
    "offered": {"media_encryption": "sdes", "media_encryption_optimistic": "yes"},
    "required": {"media_encryption": "sdes", "media_encryption_optimistic": "no"},
}


def phone_objects(
    phone: str, password: str, *, browser: bool, silence: int = RTP_SILENCE, encryption: str = "off"
) -> list[tuple[str, dict[str, str]]]:
    """What to write, in the order in which it may be written: (kind, fields). ``silence``: seconds without any sound
    packet after which the phone's call is ended; one that was put on hold by the phone itself does not count."""
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
        "rtp_timeout": str(silence),
        "rtp_timeout_hold": "3600",
        "device_state_busy_at": "1",
        "webrtc": "yes" if browser else "no",
        **({"media_encryption_optimistic": "no"} if browser else {**_NO_BROWSER, **ENCRYPTION[encryption]}),
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


async def write_phone(
    request: Request, phone: str, password: str, *, browser: bool, silence: int = RTP_SILENCE, encryption: str = "off"
) -> None:
    """Make or change a phone. An endpoint that is as it should be is left alone: Asterisk logs a warning whenever one
    is changed."""
    for kind, fields in phone_objects(phone, password, browser=browser, silence=silence, encryption=encryption):
        if kind == "endpoint" and await _is_there(request, phone, fields):
            continue
        body = {"fields": [{"attribute": name, "value": value} for name, value in fields.items()]}
        await request("PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/{phone}", body=body)


async def _is_there(request: Request, phone: str, fields: Mapping[str, str]) -> bool:
    try:
        answer = await request("GET", f"asterisk/config/dynamic/res_pjsip/endpoint/{phone}")
    except Refused as refused:
        if refused.code != "gone":
            raise
        return False
    stored = {each["attribute"]: _as_written(each["value"]) for each in answer}
    wanted = {name: _as_written(value) for name, value in fields.items() if name != "disallow"}
    return wanted.items() <= stored.items()


def _as_written(value: str) -> str:
    """One spelling of what Asterisk takes in several: ``yes`` and ``true``, ``a,b`` and ``(a|b)``."""
    value = value.lower()
    return {"true": "yes", "false": "no"}.get(value, value.strip("()").replace("|", ","))


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
