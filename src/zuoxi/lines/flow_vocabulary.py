"""What the page that draws flows needs to know of their language: kinds, exits, settings, services, in both tongues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zuoxi.lines import flow_words as words
from zuoxi.routing.flow_document import CUSTOMER_FIELDS, FORMS, KINDS, VARIABLE_OPERATIONS
from zuoxi.routing.flow_rules import Finding
from zuoxi.routing.flow_services import FAILED, SERVICES

Row = dict[str, Any]
_OPERATIONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(CUSTOMER_FIELDS, ("is",)),
    "time.weekday": ("in",),
    "time.clock": ("between",),
    "time.date": ("between",),
    "var.": VARIABLE_OPERATIONS,
}


def _worded(found: Mapping[str, words.Words], name: str) -> Row:
    zh, en = found.get(name, (name, name))
    return {"zh": zh, "en": en}


def _exits(exits: Mapping[str, bool]) -> list[Row]:
    return [{"name": name, "required": needed, **_worded(words.EXITS, name)} for name, needed in exits.items()]


def vocabulary() -> Row:
    """Everything, as the API answers it."""
    return {
        "kinds": [
            {
                "kind": kind.name,
                **_worded(words.KINDS, kind.name),
                "terminal": kind.terminal,
                "exits": _exits(kind.exits),
                "settings": [
                    {
                        "name": setting.name,
                        "type": setting.kind,
                        "required": setting.default is ...,
                        "default": None if setting.default is ... else setting.default,
                        **_worded(words.SETTINGS, setting.name),
                    }
                    for setting in kind.settings
                ],
            }
            for kind in KINDS.values()
        ],
        "services": [
            {
                "name": service.name,
                **_worded(words.SERVICES, service.name),
                "arguments": [
                    {"name": name, "required": needed, **_worded(words.ARGUMENTS, name)}
                    for name, needed in service.arguments.items()
                ],
                "exits": _exits(dict.fromkeys((*service.exits, FAILED), True)),
                "results": [{"name": name, **_worded(words.RESULTS, name)} for name in service.results],
            }
            for service in SERVICES.values()
        ],
        "fields": [
            {"field": field, "ops": list(operations), **_worded(words.FIELDS, field)}
            for field, operations in _OPERATIONS.items()
        ],
        "spoken": [{"form": form, **_worded(words.FORMS, form)} for form in FORMS],
    }


def told(findings: Iterable[Finding]) -> list[Row]:
    """Findings with their sentences."""
    rows = []
    for finding in findings:
        zh, en = words.FINDINGS[finding.code]
        name = words.EXITS.get(finding.detail) or words.SETTINGS.get(finding.detail) or (finding.detail, finding.detail)
        rows.append(
            {
                "node": finding.node,
                "code": f"flows.{finding.code}",
                "zh": zh.format(detail=name[0]),
                "en": en.format(detail=name[1]),
                "severity": finding.severity,
            }
        )
    return rows
