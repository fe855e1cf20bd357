"""What callers hear while they wait, and the pieces of spoken numbers (``routing.spoken`` orders them)."""

from __future__ import annotations

from zuoxi.lines.prompt_text import PromptText

MESSAGES: tuple[PromptText, ...] = (
    PromptText(
        "queue_full",
        "对不起,现在来电较多,您的电话已被记录,稍后将有专人为您回复,请勿重复拨打,谢谢,再见",
        "We are sorry, too many callers are waiting. Your call has been noted and somebody will call you back soon. "
        "Please do not dial again. Thank you, and goodbye.",
    ),
    PromptText(
        "queue_unstaffed",
        "对不起,现在没有坐席为您服务,您的电话已被记录,稍后将有专人为您回复,谢谢,再见",
        "We are sorry, nobody is here to take your call. It has been noted and somebody will call you back soon. "
        "Thank you, and goodbye.",
    ),
    PromptText(
        "comfort_1",
        "感谢您的耐心等待,坐席正忙,请不要挂机",
        "Thank you for waiting. All our agents are busy; please stay on the line.",
    ),
    PromptText(
        "comfort_2",
        "您的来电对我们很重要,请继续等待",
        "Your call is important to us. Please keep waiting.",
    ),
    PromptText(
        "comfort_3",
        "请提前准备好商品编号和收货地址,方便为您快速下单",
        "Please have the article number and your address ready, so that we can take your order quickly.",
    ),
    PromptText(
        "callback_offer",
        "如需保留位置、由我们稍后给您回电,请按一",
        "To keep your place and be called back, press one.",
    ),
)

_CHINESE = "零一二三四五六七八九十"
_ENGLISH = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_CHINESE[tens]}十"
    return head + (_CHINESE[ones] if ones or not tens else "")


def _pieces() -> tuple[PromptText, ...]:
    words = {f"number_{number}": (_below_hundred(number), word) for number, word in enumerate(_ENGLISH)}
    words |= {f"number_{number}": (_below_hundred(number), word) for number, word in _TENS.items()}
    words |= {
        "number_hundred": ("百", "hundred"),
        "number_thousand": ("千", "thousand"),
        "number_ten_thousand": ("万", "ten thousand"),
        "number_million": ("百万", "million"),
        "digit_star": ("星号", "star"),
        "digit_hash": ("井号", "hash"),
        "position_before": ("您现在排在第", "You are number"),
        "position_after": ("位", "in line."),
        "wait_before": ("预计还需等待", "The expected wait is"),
        "minutes": ("分钟", "minutes"),
        "one_minute": ("一分钟", "one minute"),
        "two_minutes": ("两分钟", "two minutes"),
        "under_a_minute": ("不到一分钟", "less than a minute"),
        "over_an_hour": ("超过一小时", "more than an hour"),
    }
    return tuple(PromptText(key, zh, en) for key, (zh, en) in words.items())


# Read in the tenant's spoken language, whose grammar orders them; a tenant's own recording stays as it is.
PIECES: tuple[PromptText, ...] = _pieces()
PIECE_KEYS = frozenset(piece.key for piece in PIECES)
