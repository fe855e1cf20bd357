"""The texts callers hear. Shipped in Chinese and English; a tenant may change a text or record it."""

from __future__ import annotations

from zuoxi.lines.flow_prompts import FLOW_PROMPTS
from zuoxi.lines.prompt_text import Language, PromptText
from zuoxi.lines.waiting_prompts import MESSAGES, PIECES

__all__ = ["BEEP", "COMMON_FOLDER", "SHIPPED", "SHIPPED_BY_KEY", "Language", "PromptText"]

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
        "callback_promised",
        "好的,您的位置已为您保留,轮到您时我们会主动给您来电,请保持电话畅通,再见",
        "Your place in line is kept. We will call you when it is your turn; please keep your phone at hand. Goodbye.",
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
        "坐席全忙,请在提示音后留言,说完按井号键或挂机,我们会尽快回电",
        "All our agents are busy. Please leave a message after the tone, then press hash or hang up. We will call you "
        "back.",
    ),
    PromptText(BEEP, "(提示音)", "(a tone)"),
    PromptText(
        "voicemail_kept",
        "您的留言已收到,我们会尽快由专人给您回电,谢谢,再见",
        "Thank you for your message. Somebody will call you back. Goodbye.",
    ),
    # what a prize draw answers (draws.rules.Result): the flow says the one that its look-up names
    PromptText(
        "draw_ask",
        "欢迎参加抽奖,请输入您的奖券号,按井号键结束",
        "Welcome to the prize draw. Please enter your ticket number, then press the hash key.",
    ),
    PromptText(
        "draw_registered",
        "登记成功,感谢您的参与,开奖后我们会给中奖者回电,祝您好运,再见",
        "Your ticket is registered. Winners will be called back after the draw. Good luck, and goodbye.",
    ),
    PromptText("draw_already", "这张奖券您已经登记过了", "You have registered this ticket already."),
    PromptText("draw_taken", "这张奖券已被登记,请核对号码", "This ticket has been registered already."),
    PromptText(
        "draw_limit",
        "您的登记次数已满,感谢您的参与",
        "You have registered as many tickets as one person may. Thank you.",
    ),
    PromptText("draw_unknown", "没有这个奖券号,请核对后重新输入", "There is no such ticket number. Please check it."),
    PromptText(
        "draw_no_number",
        "您的来电没有显示号码,无法登记,请用显示号码的电话重新拨打",
        "Your call does not show its number. Please call again from a telephone that does.",
    ),
    PromptText("draw_not_open", "登记尚未开始,请在活动期间来电", "Registration has not begun yet."),
    PromptText("draw_closed", "本次抽奖登记已经结束,感谢您的关注", "Registration for this draw is over. Thank you."),
    *MESSAGES,
    *PIECES,
)

SHIPPED_BY_KEY = {prompt.key: prompt for prompt in (*SHIPPED, *(PromptText(*row) for row in FLOW_PROMPTS))}

# The folder of prompts that belong to no tenant: what a caller of an unknown number hears.
COMMON_FOLDER = "common"
