"""The files that say how Asterisk speaks SIP and sends sound: pjsip.conf, sorcery.conf, rtp.conf."""

from __future__ import annotations

import psutil

from zuoxi.telephony.engine.configuration import CALLS_CONTEXT, Configuration

HELD_SILENCE = 3600  # seconds without a sound packet from a side that itself put the call on hold
# The cache spares a look into the database for every look-up of a phone. (Without arguments it crashes at the start.)
_CACHED = "memory_cache,full_backend_cache=yes"
# The guard's rules (acl) live in memory, so that a ban holds at once and without a reload.
SORCERY = "[acl]\nacl = memory\n[res_pjsip]\n" + "".join(
    f"{kind}/cache = {_CACHED}\n{kind} = config,pjsip.conf,criteria=type={kind}\n{kind} = astdb,ps_{kind}\n"
    for kind in ("endpoint", "auth", "aor")
)


def pjsip(configuration: Configuration) -> str:
    """Transports and the trunk; agents' phones are made at run time."""
    transports = f"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{configuration.sip_port}\n"
    if configuration.host not in ("127.0.0.1", "localhost"):
        transports += (
            f"[udp-public]\ntype = transport\nprotocol = udp\nbind = {configuration.host}:{configuration.sip_port}\n"
        )
    # the browser's SIP comes through the edge to the HTTP server's /ws; the bind of this transport is not listened on
    transports += "[ws]\ntype = transport\nprotocol = ws\nbind = 127.0.0.1\n"
    outbound, account, contact = "", "", ""
    by_tls = ""
    if configuration.tls is not None:
        hosts = {"tls": "127.0.0.1"} | (
            {"tls-public": configuration.host} if configuration.host not in ("127.0.0.1", "localhost") else {}
        )
        transports += "".join(
            f"[{name}]\ntype = transport\nprotocol = tls\nbind = {host}:{configuration.tls.port}\n"
            f"cert_file = {configuration.folder}/etc/tls.pem\npriv_key_file = {configuration.folder}/etc/tls.key\n"
            "method = tlsv1_2\n"
            for name, host in hosts.items()
        )
        if configuration.tls.trunk:
            by_tls = ";transport=tls"
            outbound += f"media_encryption = sdes\ntransport = {list(hosts)[-1]}\n"
    if configuration.trunk_registration is not None:
        login = configuration.trunk_registration
        outbound += "outbound_auth = trunk-login\n"
        contact = f"contact = sip:{login.server}{by_tls}\n"
        account = f"""[trunk-login]
type = auth
auth_type = userpass
username = {login.user}
password = {login.password}
[trunk-registration]
type = registration
server_uri = sip:{login.server}{by_tls}
client_uri = sip:{login.user}@{login.server}
contact_user = {login.user}
outbound_auth = trunk-login
retry_interval = 30
forbidden_retry_interval = 300
line = yes
endpoint = trunk
"""
    if configuration.trunk_outbound is not None:
        contact = f"contact = sip:{configuration.trunk_outbound}{by_tls}\n"
    matches = "".join(f"match = {address}\n" for address in configuration.trunk_addresses)
    return f"""[global]
type = global
user_agent = Zuoxi
; a browser registers from the address the trunk calls from, so names are asked before addresses
endpoint_identifier_order = auth_username,username,ip,anonymous
default_realm = zuoxi
keep_alive_interval = 30
max_initial_qualify_time = 1
[system]
type = system
threadpool_initial_size = 5
threadpool_auto_increment = 5
threadpool_max_size = 50
{transports}
[trunk]
type = endpoint
context = {CALLS_CONTEXT}
disallow = all
allow = alaw,ulaw
aors = trunk
direct_media = no
rtp_symmetric = yes
force_rport = yes
rewrite_contact = yes
identify_by = ip
trust_id_inbound = yes
; a caller has no say in where a call goes, and one whose sound vanished does not hold it for ever
allow_transfer = no
rtp_timeout = {configuration.trunk_silence}
rtp_timeout_hold = {HELD_SILENCE}
{outbound}[trunk]
type = aor
{contact}[trunk]
type = identify
endpoint = trunk
{matches}{account}"""


def rtp(configuration: Configuration) -> str:
    """The ports of sound and what browsers are told of our addresses."""
    lines = [
        "[general]",
        f"rtpstart = {configuration.rtp_first}",
        f"rtpend = {configuration.rtp_last}",
        "icesupport = yes",
        "strictrtp = yes",
        "[ice_host_candidates]",
    ]
    if configuration.host in ("127.0.0.1", "localhost"):
        # Asterisk never offers a loopback address by itself; here the browser is on this machine only
        lines += [f"{address} => 127.0.0.1" for address in _addresses()]
    return "\n".join(lines) + "\n"


def _addresses() -> list[str]:
    """IPv4 and IPv6 addresses of this machine that are not loopback."""
    found = []
    for addresses in psutil.net_if_addrs().values():
        for each in addresses:
            address = each.address.split("%")[0]
            if each.family.name in ("AF_INET", "AF_INET6") and not address.startswith("127.") and address != "::1":
                found.append(address)
    return sorted(set(found))
