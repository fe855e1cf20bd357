"""Writes Asterisk's configuration for one data folder. It is written anew at every start: the files are ours alone."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from zuoxi.telephony.engine import sip
from zuoxi.telephony.engine.configuration import (
    APPLICATION,
    CALLS_CONTEXT,
    MANAGER_ADDRESS,
    PHONES_CONTEXT,
    TEST_NUMBERS,
    Configuration,
)
from zuoxi.telephony.engine.install import Engine
from zuoxi.telephony.engine.music import musiconhold

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
            "deny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.0/255.0.0.0\nread =\nwrite = call,system\n"
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
        "sorcery.conf": sip.SORCERY,
        "pjsip.conf": sip.pjsip(configuration),
        "rtp.conf": sip.rtp(configuration),
        "musiconhold.conf": musiconhold(configuration),
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
    # A phone of the house is rung, and dials nobody itself but the test number of a call flow.
    phones = f"exten => {TEST_NUMBERS},{hand_over}"
    phones += "".join(f"exten => {pattern},1,Hangup(21)\n" for pattern in numbers)
    return (
        "[general]\nstatic = yes\nwriteprotect = yes\nclearglobalvars = no\n"
        f"[{CALLS_CONTEXT}]\n{calls}[{PHONES_CONTEXT}]\n{phones}"
    )
