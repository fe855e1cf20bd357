"""The telephone engine: finds or fetches Asterisk 22, writes its configuration, runs it."""

from zuoxi.telephony.engine.configuration import CALLS_CONTEXT, PHONES_CONTEXT, Configuration, Registration, Tls
from zuoxi.telephony.engine.configure import write
from zuoxi.telephony.engine.install import Engine, EngineInstallError, find, install
from zuoxi.telephony.engine.listening import holds_sip, sip_places
from zuoxi.telephony.engine.process import (
    ENVIRONMENT,
    EngineError,
    EngineProcess,
    command,
    is_ready,
    raise_file_limit,
    running,
    smoke_test,
)

__all__ = [
    "CALLS_CONTEXT",
    "ENVIRONMENT",
    "PHONES_CONTEXT",
    "Configuration",
    "Engine",
    "EngineError",
    "EngineInstallError",
    "EngineProcess",
    "Registration",
    "Tls",
    "command",
    "find",
    "holds_sip",
    "install",
    "is_ready",
    "raise_file_limit",
    "running",
    "sip_places",
    "smoke_test",
    "write",
]
