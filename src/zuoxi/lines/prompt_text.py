"""What a prompt is: its key, its words, and the language in which they are read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """In which language a prompt is read out; ``BOTH`` reads Chinese, then English."""

    ZH = "zh"
    EN = "en"
    BOTH = "zh+en"


@dataclass(frozen=True, slots=True)
class PromptText:
    """One prompt: its key (also its file's name) and what it says."""

    key: str
    zh: str
    en: str
    language: Language = Language.ZH
