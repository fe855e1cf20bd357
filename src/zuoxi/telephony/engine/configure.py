"""Writes Asterisk's configuration for one data folder. It is written anew at every start: the files are ours alone."""

from __future__ import annotations

import contextlib
import math
import sqlite3
import struct
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from zuoxi.telephony.engine.install import Engine

APPLICATION = "zuoxi"
CALLS_CONTEXT = "calls"  # where the trunk's calls enter
MANAGER_ADDRESS = "127.0.0.3"  # where the manager interface listens, on the port of ARI
HELD_SILENCE = 3600  # seconds without a sound packet from a side that itself put the call on hold
PHONES_CONTEXT = "phones"  # where a call dialled on an agent's phone enters

# A short explicit list: less memory, a faster start, and nothing listens that nobody asked for.
_MODULES = """
    res_timing_timerfd res_crypto res_http_websocket res_websocket_client res_sorcery_config res_sorcery_memory
    res_sorcery_memory_cache res_sorcery_astdb res_pjproject res_rtp_asterisk res_srtp res_musiconhold res_statsd
    res_geolocation
    res_pjsip res_pjsip_session res_pjsip_acl res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest
    res_pjsip_caller_id res_pjsip_diversion res_pjsip_dtmf_info res_pjsip_empty_info
    res_pjsip_endpoint_identifier_anonymous res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user
    res_pjsip_header_funcs res_pjsip_logger res_pjsip_nat res_pjsip_outbound_registration res_pjsip_path
    res_pjsip_pubsub res_pjsip_registrar res_pjsip_rfc3326 res_pjsip_sdp_rtp res_pjsip_transport_websocket
    res_pjsip_maintenance res_security_log
    res_stasis res_stasis_answer res_stasis_device_state res_stasis_playback res_stasis_recording res_stasis_snoop
    res_ari res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels res_ari_device_states
    res_ari_endpoints res_ari_events res_ari_model res_ari_playbacks res_ari_recordings res_ari_sounds
    bridge_builtin_features bridge_builtin_interval_features bridge_holding bridge_native_rtp bridge_simple
    bridge_softmix chan_bridge_media chan_pjsip
    codec_a_mu codec_alaw codec_ulaw codec_resample codec_g722 codec_gsm res_format_attr_opus
    format_gsm format_pcm format_sln format_wav
    pbx_config app_stasis app_mixmonitor app_playback app_echo app_dial app_verbose app_senddtmf app_userevent
    func_callerid func_channel func_global func_hangupcause func_logic func_math func_pjsip_aor func_pjsip_contact
    func_pjsip_endpoint func_strings func_timeout
"""
MODULES = tuple(_MODULES.split())


@dataclass(frozen=True, slots=True)
class Registration:
    """An account at a provider of telephone lines: ``server`` is host or host:port."""

    server: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Tls:
    """SIP over TLS on ``port``, with a certificate and its key (files; copied at each start). ``trunk``: the trunk's
    calls come and go by TLS and their sound is SRTP, or not at all."""

    port: int
    certificate: Path
    key: Path
    trunk: bool = False


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where one engine keeps its things and listens. ``extra`` adds text to a file, such as ``extensions.conf``.

    ``host`` is the address phones and the trunk reach us at; 127.0.0.1 keeps everything on this machine.
    ``trunk_addresses`` are the addresses (or networks, a.b.c.d/n) whose calls are taken as the trunk's.
    ``trunk_registration``: the provider we register with, for those that do not send to a fixed address.
    ``trunk_outbound``: where calls out go (host or host:port); without it, to the provider we register with.
    ``trunk_silence``: seconds without any sound packet after which an answered call of the trunk is ended; 0: never.
    ``music`` holds a folder of WAV files for each class of waiting music (``default`` at least); else we play ours.
    """

    folder: Path
    recordings: Path
    http_port: int
    sip_port: int
    rtp_first: int
    rtp_last: int
    password: str
    user: str = "zuoxi"
    host: str = "127.0.0.1"
    trunk_addresses: Sequence[str] = ("127.0.0.1",)
    trunk_registration: Registration | None = None
    trunk_outbound: str | None = None
    trunk_silence: int = 120
    music: Path | None = None
    tls: Tls | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    extra_modules: Sequence[str] = ()

    @property
    def url(self) -> str:
        """Where ARI answers."""
        return f"http://127.0.0.1:{self.http_port}"


def write(engine: Engine, configuration: Configuration) -> Path:
    """Write every file and make every folder; returns the path of ``asterisk.conf``. Only we can read the secrets."""
    folder = configuration.folder
    for each in ("etc", "var", "var/keys", "run", "spool", "log", "music", "agi", "cache"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    (folder / "etc").chmod(0o700)
    if configuration.tls is not None:
        for kept, source in (("tls.pem", configuration.tls.certificate), ("tls.key", configuration.tls.key)):
            (folder / "etc" / kept).unlink(missing_ok=True)
            (folder / "etc" / kept).touch(mode=0o600)
            (folder / "etc" / kept).write_bytes(source.read_bytes())
    configuration.recordings.mkdir(parents=True, exist_ok=True)
    files = {
        "asterisk.conf": _asterisk(engine, configuration),
        "modules.conf": _modules(engine, configuration),
        "logger.conf": LOGGER,
        "http.conf": (
            "[general]\nenabled = yes\nservername = zuoxi\nbindaddr = 127.0.0.1\n"
            f"bindport = {configuration.http_port}\nsessionlimit = 4000\nsession_inactivity = 30000\n"
        ),
        "ari.conf": (
            "[general]\nenabled = yes\npretty = no\nwebsocket_write_timeout = 1000\n"
            f"[{configuration.user}]\ntype = user\nread_only = no\npassword = {configuration.password}\n"
        ),
        # for pausing recordings alone; this address because it is free whatever the port
        "manager.conf": (
            f"[general]\nenabled = yes\nbindaddr = {MANAGER_ADDRESS}\nport = {configuration.http_port}\n"
            "displayconnects = no\nauthtimeout = 5\nauthlimit = 20\n"
            f"[{configuration.user}]\nsecret = {configuration.password}\n"
            "deny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.0/255.0.0.0\nread =\nwrite = call\n"
        ),
        "cdr.conf": "[general]\nenable = no\n",
        "cel.conf": "[general]\nenable = no\n",
        "features.conf": "[general]\n",
        "udptl.conf": "[general]\n",
        "indications.conf": INDICATIONS,
        # these must exist, or their modules complain at every start
        **dict.fromkeys(
            (
                "stasis.conf",
                "pjproject.conf",
                "ccss.conf",
                "statsd.conf",
                "acl.conf",
                "geolocation.conf",
                "websocket_client.conf",
            ),
            "",
        ),
        "sorcery.conf": SORCERY,
        "pjsip.conf": _pjsip(configuration),
        "rtp.conf": _rtp(configuration),
        "musiconhold.conf": _music(configuration),
        "extensions.conf": _extensions(configuration),
    }
    unknown = set(configuration.extra) - set(files)
    files |= dict.fromkeys(unknown, "")
    for name, text in files.items():
        path = folder / "etc" / name
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"; written by Zuoxi at every start\n{text}{configuration.extra.get(name, '')}")
    _forget_what_it_complains_of(folder / "var" / "astdb.sqlite3")
    return folder / "etc" / "asterisk.conf"


def _forget_what_it_complains_of(database: Path) -> None:
    """Asterisk stores an option of the past with every phone, ``stir_shaken``, and warns of it whenever it reads it."""
    if not database.exists():
        return
    with contextlib.closing(sqlite3.connect(database)) as store, contextlib.suppress(sqlite3.Error), store:
        store.execute(
            "update astdb set value = json_remove(value, '$.stir_shaken') "
            "where key like '/ps_endpoint/%' and json_valid(value)"
        )


INDICATIONS = """[general]
country = cn
[cn]
description = China
ringcadence = 1000,4000
dial = 450
busy = 450/350,0/350
ring = 450/1000,0/4000
congestion = 450/700,0/700
callwaiting = 450/400,0/4000
dialrecall = 450
record = 950/400,0/10000
info = 450/100,0/100,450/100,0/100,450/100,0/100,450/400,0/400
"""

# security.log is what telephony/guard watches: who asks, proves a password or fails to, and what is no SIP at all
LOGGER = """[general]
dateformat = %FT%T.%3q
[logfiles]
console => notice,warning,error
security.log => security,warning,error
"""

# The cache spares a look into the database for every look-up of a phone. (Without arguments it crashes at the start.)
_CACHED = "memory_cache,full_backend_cache=yes"
# The guard's rules (acl) live in memory, so that a ban holds at once and without a reload.
SORCERY = "[acl]\nacl = memory\n[res_pjsip]\n" + "".join(
    f"{kind}/cache = {_CACHED}\n{kind} = config,pjsip.conf,criteria=type={kind}\n{kind} = astdb,ps_{kind}\n"
    for kind in ("endpoint", "auth", "aor")
)


def _asterisk(engine: Engine, configuration: Configuration) -> str:
    folder = configuration.folder
    places = {
        "astetcdir": folder / "etc",
        "astmoddir": engine.modules,
        "astvarlibdir": folder / "var",
        "astdbdir": folder / "var",
        "astkeydir": folder / "var",
        "astdatadir": engine.data,
        "astagidir": folder / "agi",
        "astspooldir": folder / "spool",
        "astcachedir": folder / "cache",
        "astrundir": folder / "run",
        "astlogdir": folder / "log",
        "astsbindir": Path(engine.command[-1]).parent,
    }
    lines = [f"{name} => {place}" for name, place in places.items()]
    return (
        "[directories]\n" + "\n".join(lines) + "\n[options]\ndocumentation_language = en_US\nnocolor = yes\n"
        "verbose = 0\ndebug = 0\nexecincludes = no\nlive_dangerously = no\nhideconnect = yes\n"
        "defaultlanguage = zh\n"
    )


def _modules(engine: Engine, configuration: Configuration) -> str:
    wanted = (*MODULES, *configuration.extra_modules)
    present = [name for name in dict.fromkeys(wanted) if (engine.modules / f"{name}.so").exists()]
    return "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in present)


def _pjsip(configuration: Configuration) -> str:
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


def _rtp(configuration: Configuration) -> str:
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


def _extensions(configuration: Configuration) -> str:
    """Every call is recorded from its first moment and handed to the application; while that is away the call keeps
    its state (ringing stays ringing, answered hears music) and asks again each second, so a restart loses nobody."""
    hand_over = f"""1,MixMonitor({configuration.recordings}/${{UNIQUEID}}.raw,D)
 same => n(ask),Stasis({APPLICATION},${{EXTEN}})
 same => n,GotoIf($["${{STASISSTATUS}}" = "SUCCESS"]?done)
 same => n,GotoIf($["${{CHANNEL(state)}}" = "Up"]?music)
 same => n,Ringing()
 same => n,Wait(1)
 same => n,Goto(ask)
 same => n(music),MusicOnHold(default,1)
 same => n,Goto(ask)
 same => n(done),Hangup()
"""
    numbers = ("_[0-9A-Za-z+*#].", "_[0-9+*#]")  # single letters are Asterisk's own (h, i, t)
    calls = "".join(f"exten => {pattern},{hand_over}" for pattern in (*numbers, "s"))
    phones = "".join(f"exten => {pattern},1,Hangup(21)\n" for pattern in numbers)
    return (
        "[general]\nstatic = yes\nwriteprotect = yes\nclearglobalvars = no\n"
        f"[{CALLS_CONTEXT}]\n{calls}[{PHONES_CONTEXT}]\n{phones}"
    )


def _music(configuration: Configuration) -> str:
    own = configuration.folder / "music"
    classes = {"default": own}
    if configuration.music is not None and configuration.music.is_dir():
        found = {place.name: place for place in sorted(configuration.music.iterdir()) if any(place.glob("*.wav"))}
        classes |= found
    if classes["default"] == own:
        _write_music(own / "waiting.wav")
    return "".join(f"[{name}]\nmode = files\nsort = random\ndirectory = {place}\n" for name, place in classes.items())


def _write_music(path: Path, seconds: float = 24.0, rate: int = 8000) -> None:
    """A soft arpeggio of ours as waiting music: 16-bit mono at ``rate`` Hz. An existing file stays."""
    if path.exists():
        return
    chords = ((261.6, 329.6, 392.0), (220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7))
    total = int(seconds * rate)
    samples = [0.0] * total
    beat = rate // 2
    for start in range(0, total, beat):
        chord = chords[(start // (4 * beat)) % len(chords)]
        tone = chord[(start // beat) % 3] * (2 if (start // beat) % 4 == 3 else 1)
        for offset in range(min(3 * beat, total)):
            moment = offset / rate
            fade = math.exp(-2.2 * moment) * min(1.0, moment * 60)
            wave_ = math.sin(2 * math.pi * tone * moment) + 0.25 * math.sin(4 * math.pi * tone * moment)
            samples[(start + offset) % total] += fade * wave_  # notes ring over the end: the file loops without a seam
    loudest = max(map(abs, samples))
    partial = path.with_suffix(".partial")
    with wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{total}h", *(int(9000 * sample / loudest) for sample in samples)))
    partial.rename(path)
