"""The texts callers hear. Shipped in Chinese and English; a tenant may change a text or record it."""

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


BEEP = "beep"  # made, not read out, until a tenant gives it a text or a recording

# Every tenant has these; the router names blocked, timed_out and closed (routing.model.Rules).
SHIPPED: tuple[PromptText, ...] = (
    PromptText(
        "greeting",
        "您好,欢迎致电,通话将被录音,请稍候。",
        "Welcome. This call will be recorded. Please hold.",
    ),
    PromptText(
        "blocked",
        "系统繁忙中,请您稍后再试",
        "The system is busy. Please try again later.",
    ),
    PromptText(
        "timed_out",
        "对不起,所有坐席全忙,您的电话已被记录,稍后将有专人为您回复,请勿重复拨打,感谢您的配合,谢谢,再见",
        "We are sorry, all our agents are busy. Your call has been noted and somebody will call you back soon. "
        "Please do not dial again. Thank you, and goodbye.",
    ),
    PromptText(
        "closed",
        "您好,现在是非服务时间,请您在服务时间内来电,谢谢,再见",
        "Our lines are closed now. Please call again during our opening hours. Thank you, and goodbye.",
    ),
    PromptText(
        "unknown_number",
        "您好,您拨打的号码尚未开通,请核对后再拨,谢谢,再见",
        "The number you have dialled is not in service. Please check the number and dial again. Goodbye.",
        Language.BOTH,
    ),
    PromptText(
        "confirm_call",
        "您有一个热线来电,请按一接听。",
        "You have a call from the hotline. Press one to take it.",
        Language.BOTH,
    ),
    PromptText(
        "voicemail",
        "对不起,所有坐席全忙,请在提示音后留言,说完请按井号键或直接挂机,我们会尽快由专人给您回电",
        "We are sorry, all our agents are busy. Please leave a message after the tone, and press the hash key or hang "
        "up when you have finished. Somebody will call you back.",
    ),
    PromptText(BEEP, "(提示音)", "(a tone)"),
    PromptText(
        "voicemail_kept",
        "您的留言已收到,我们会尽快由专人给您回电,谢谢,再见",
        "Thank you for your message. Somebody will call you back. Goodbye.",
    ),
)

SHIPPED_BY_KEY = {prompt.key: prompt for prompt in SHIPPED}

# The folder of prompts that belong to no tenant: what a caller of an unknown number hears.
COMMON_FOLDER = "common"
