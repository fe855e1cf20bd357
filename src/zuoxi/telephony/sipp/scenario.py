"""The SIPp scenario of a caller, as text. Each step is told to the log, one line of words: NUMBER EVENT DETAIL.

SIPp itself cannot be asked to end one call, so a caller hangs up when an INFO request with its Call-ID comes, whoever
sends it: that is ours to send.
"""

from __future__ import annotations

_REFUSALS = (400, 403, 404, 408, 480, 484, 486, 488, 500, 503, 600, 603, 604)

_HEADERS = """Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-{branch}-[pid]-[call_number]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]T[call_number]
To: <sip:[field1]@[remote_ip]:[remote_port]>{tag}
Call-ID: [call_id]
CSeq: {sequence}
Contact: <sip:[field0]@[local_ip]:[local_port]>
Max-Forwards: 70
{length}"""

_SOUND_OFFER = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio {port} RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
"""
_NO_BODY = "Content-Length: 0\n"
_URI = "sip:[field1]@[remote_ip]:[remote_port]"
_TO_TAG = ";[$peer]"  # kept from the answer: SIPp forgets it when another message comes


def caller(hold_seconds: float, sound: str | None) -> str:
    """A caller who rings, listens, speaks ``sound`` (a file of A-law bytes, over and over) and hangs up
    ``hold_seconds`` after the answer, unless the other side does so before."""
    port = "[rtpstream_audio_port]" if sound else "[media_port]"
    play = f'<nop><action><exec rtp_stream="{sound},-1,8,PCMA/8000"/></action></nop>' if sound else ""
    refusals = "\n".join(
        f'<recv response="{status}" optional="true" next="refused">{_log(f"refused {status}")}</recv>'
        for status in _REFUSALS
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<scenario name="caller">
<nop><action><log message="[call_number] placed [call_id]"/></action></nop>
{_send("INVITE", _URI, "invite", "", "1 INVITE", _SOUND_OFFER.format(port=port), resend=True)}
<recv response="100" optional="true"/>
<recv response="180" optional="true">{_log("ringing")}</recv>
<recv response="183" optional="true">{_log("early")}</recv>
<recv request="INFO" optional="true" next="give_up"/>
{refusals}
<recv response="200" rrs="true" rtd="true">
<action>
<ereg regexp="tag=[^;]*" search_in="hdr" header="To:" check_it="true" assign_to="peer"/>
<log message="[call_number] answered"/>
</action>
</recv>
{_send("ACK", "[next_url]", "ack", _TO_TAG, "1 ACK", _NO_BODY)}
{play}
<recv request="INFO" optional="true" next="enough" timeout="{max(1, int(hold_seconds * 1000))}" ontimeout="enough"/>
<recv request="BYE"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
<nop next="end">{_log("released")}</nop>
<label id="enough"/>
{_send("BYE", "[next_url]", "bye", _TO_TAG, "2 BYE", _NO_BODY, resend=True)}
<recv request="BYE" optional="true" next="crossed"/>
<recv response="200" next="end">{_log("hung_up")}</recv>
<label id="crossed"/>
<nop next="end">{_log("hung_up")}</nop>
<label id="give_up"/>
{_send("CANCEL", _URI, "invite", "", "1 CANCEL", _NO_BODY, resend=True)}
<recv response="200"/>
<recv response="487">
<action><ereg regexp="tag=[^;]*" search_in="hdr" header="To:" assign_to="peer"/></action>
</recv>
{_send("ACK", _URI, "invite", _TO_TAG, "1 ACK", _NO_BODY)}
<nop next="end">{_log("hung_up")}</nop>
<label id="refused"/>
{_send("ACK", _URI, "invite", "[peer_tag_param]", "1 ACK", _NO_BODY)}
<label id="end"/>
</scenario>
"""


def _log(words: str) -> str:
    return f'<action><log message="[call_number] {words}"/></action>'


def _send(method: str, uri: str, branch: str, tag: str, sequence: str, body: str, *, resend: bool = False) -> str:
    headers = _HEADERS.format(branch=branch, tag=tag, sequence=sequence, length=body)
    again = ' retrans="500"' if resend else ""
    return f"<send{again}><![CDATA[\n{method} {uri} SIP/2.0\n{headers}\n]]></send>"
