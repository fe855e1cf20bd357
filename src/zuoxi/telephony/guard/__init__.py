"""SIP protection: what the engine reports about strangers is watched, and their addresses are refused for a while."""

from zuoxi.telephony.guard.guard import Ban, Bans, Guard
from zuoxi.telephony.guard.refusals import Refusals
from zuoxi.telephony.guard.rules import LIMITS, Kind, Limit, Offence, Verdict, Watch, ban_seconds, never_banned
from zuoxi.telephony.guard.security_log import SecurityLog, parse_line

__all__ = [
    "LIMITS",
    "Ban",
    "Bans",
    "Guard",
    "Kind",
    "Limit",
    "Offence",
    "Refusals",
    "SecurityLog",
    "Verdict",
    "Watch",
    "ban_seconds",
    "never_banned",
    "parse_line",
]
