"""What is wrong with an input, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("必填", "is required"),
    "string_type": ("应为文字", "must be text"),
    "string_too_short": ("至少 {min_length} 个字符", "must have at least {min_length} characters"),
    "string_too_long": ("最多 {max_length} 个字符", "must have at most {max_length} characters"),
    "string_pattern_mismatch": ("格式不正确", "has the wrong form"),
    "int_parsing": ("应为整数", "must be a whole number"),
    "int_type": ("应为整数", "must be a whole number"),
    "int_from_float": ("应为整数", "must be a whole number"),
    "float_parsing": ("应为数字", "must be a number"),
    "float_type": ("应为数字", "must be a number"),
    "bool_parsing": ("应为是或否", "must be true or false"),
    "bool_type": ("应为是或否", "must be true or false"),
    "greater_than": ("应大于 {gt}", "must be larger than {gt}"),
    "greater_than_equal": ("不能小于 {ge}", "must be at least {ge}"),
    "less_than": ("应小于 {lt}", "must be smaller than {lt}"),
    "less_than_equal": ("不能大于 {le}", "must be at most {le}"),
    "uuid_parsing": ("不是有效的编号", "is not a valid identifier"),
    "uuid_type": ("不是有效的编号", "is not a valid identifier"),
    "datetime_parsing": ("不是有效的时间", "is not a valid time"),
    "datetime_from_date_parsing": ("不是有效的时间", "is not a valid time"),
    "date_parsing": ("不是有效的日期", "is not a valid date"),
    "date_from_datetime_parsing": ("不是有效的日期", "is not a valid date"),
    "timezone_aware": ("时间须带时区", "must carry a time zone"),
    "literal_error": ("应为 {expected} 之一", "must be one of {expected}"),
    "enum": ("应为 {expected} 之一", "must be one of {expected}"),
    "extra_forbidden": ("不认识的字段", "is not a known field"),
    "json_invalid": ("不是有效的 JSON", "is not valid JSON"),
    "list_type": ("应为列表", "must be a list"),
    "dict_type": ("应为对象", "must be an object"),
    "model_attributes_type": ("应为对象", "must be an object"),
    "too_short": ("至少 {min_length} 项", "must have at least {min_length} entries"),
    "too_long": ("最多 {max_length} 项", "must have at most {max_length} entries"),
}
_PLACES = {"body", "query", "path", "header", "cookie"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong input: which field, and the sentence in both languages."""

    field: str
    zh: str
    en: str


def describe(fault: Mapping[str, Any]) -> Fault:
    """Turn one of Pydantic's error entries into a Fault. The value itself never appears: it may be a password."""
    location = [str(part) for part in fault.get("loc", ())]
    field = ".".join(location[1:] if location and location[0] in _PLACES else location)
    kind = str(fault.get("type", ""))
    zh, en = _SENTENCES.get(kind, ("不正确", "is not valid"))
    context = {name: str(value) for name, value in (fault.get("ctx") or {}).items()}
    try:
        zh, en = zh.format(**context), en.format(**context)
    except KeyError:
        zh, en = "不正确", "is not valid"
    return Fault(field, f"{field} {zh}".strip(), f"{field} {en}".strip())
