"""Business lines, hotlines with their hours, queues, skills, prompts, dispositions and not-ready reasons."""

from zuoxi.lines.assign_skills import assign_skills
from zuoxi.lines.callback_plans import callback_plans
from zuoxi.lines.change_dialling import dial_rules
from zuoxi.lines.change_flows import create_flow, find_flow, find_version, publish, save_draft, use_for_hotlines
from zuoxi.lines.change_flows import read as read_flow
from zuoxi.lines.change_lines import LINES_CHANGED, configuration_changed, create
from zuoxi.lines.change_settings import change_refusal, refusal
from zuoxi.lines.dialling import (
    EMERGENCY,
    DialLedger,
    DialLimits,
    DialRefused,
    DialRules,
    Permit,
    Tariff,
    Usage,
    dial_form,
    may_dial,
)
from zuoxi.lines.errors import UnknownReference
from zuoxi.lines.flow_models import CallFlow, CallFlowVersion
from zuoxi.lines.flow_queries import TEST as TEST_HOTLINE
from zuoxi.lines.flow_templates import flow_template
from zuoxi.lines.make_prompts import make_missing_of, make_missing_sounds, prompt_keys, sound_file, tenants
from zuoxi.lines.make_prompts import texts as prompt_texts
from zuoxi.lines.models import AgentSkill, BusinessLine, Hotline, Queue, Skill
from zuoxi.lines.move_agents import HeldSkill, held_skills, move_agent, skills_of_projects
from zuoxi.lines.music import compose
from zuoxi.lines.prompts import Language, PromptText
from zuoxi.lines.queries import (
    Names,
    QueueView,
    RecordingRules,
    dispositions,
    is_open,
    names,
    not_ready_reasons,
    opening,
    queues,
    queues_of_agent,
    recording_rules,
    routing_configuration,
    tells_supervised,
    tenant_of_hotline,
    zone,
)
from zuoxi.lines.voices import EspeakVoice, Synthesiser
from zuoxi.lines.words import DispositionView, ReasonView

__all__ = [
    "EMERGENCY",
    "LINES_CHANGED",
    "TEST_HOTLINE",
    "AgentSkill",
    "BusinessLine",
    "CallFlow",
    "CallFlowVersion",
    "DialLedger",
    "DialLimits",
    "DialRefused",
    "DialRules",
    "DispositionView",
    "EspeakVoice",
    "HeldSkill",
    "Hotline",
    "Language",
    "Names",
    "Permit",
    "PromptText",
    "Queue",
    "QueueView",
    "ReasonView",
    "RecordingRules",
    "Skill",
    "Synthesiser",
    "Tariff",
    "UnknownReference",
    "Usage",
    "assign_skills",
    "callback_plans",
    "change_refusal",
    "compose",
    "configuration_changed",
    "create",
    "create_flow",
    "dial_form",
    "dial_rules",
    "dispositions",
    "find_flow",
    "find_version",
    "flow_template",
    "held_skills",
    "is_open",
    "make_missing_of",
    "make_missing_sounds",
    "may_dial",
    "move_agent",
    "names",
    "not_ready_reasons",
    "opening",
    "prompt_keys",
    "prompt_texts",
    "publish",
    "queues",
    "queues_of_agent",
    "read_flow",
    "recording_rules",
    "refusal",
    "routing_configuration",
    "save_draft",
    "skills_of_projects",
    "sound_file",
    "tells_supervised",
    "tenant_of_hotline",
    "tenants",
    "use_for_hotlines",
    "zone",
]
