"""Callers by SIPp: real SIP calls with a sound on them, for demonstrations, tests and measurements."""

from zuoxi.telephony.sipp.answerers import SippAnswerers
from zuoxi.telephony.sipp.callers import CallProgress, SippCallers, SippPlan
from zuoxi.telephony.sipp.program import SippError, find_sipp

__all__ = ["CallProgress", "SippAnswerers", "SippCallers", "SippError", "SippPlan", "find_sipp"]
