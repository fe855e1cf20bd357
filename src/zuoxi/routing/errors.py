"""What can be wrong with a request or with the router's own use of its tables. Each error has a stable ``code``."""

from __future__ import annotations

# An agent's request that cannot be done now: code -> (zh-CN, en). The words the desk shows.
REFUSALS: dict[str, tuple[str, str]] = {
    "routing.signed_out": ("您尚未签入,请先签入。", "You are not signed in; take a seat first."),
    "routing.contact_unknown": ("该通话已结束。", "This call is over."),
    "routing.not_your_contact": ("这不是您的通话。", "This is not your call."),
    "routing.not_talking": ("当前没有可操作的通话。", "The call is not in conversation."),
    "routing.not_held": ("通话未处于保持状态。", "The call is not on hold."),
    "routing.not_in_wrap_up": ("该通话不在话后整理中。", "The call is not in wrap-up."),
    "routing.transfer_target_missing": ("请选择一个转接目标:坐席或队列。", "Choose one target: an agent or a queue."),
    "routing.transfer_to_self": ("不能转接给自己。", "You cannot transfer a call to yourself."),
    "routing.agent_not_ready": ("目标坐席当前不可接听。", "That agent cannot take a call now."),
    "routing.busy": ("您正在通话或振铃中,请先结束。", "You are in a call; end it first."),
    "routing.own_contact": ("这是您自己的通话。", "This call is your own."),
    "routing.not_supervising": ("您没有参与该通话。", "You take no part in this call."),
    "routing.not_waiting": ("该来电已不在排队或振铃。", "This call does not wait or ring any more."),
    "routing.agent_signed_out": ("该坐席未签入。", "That agent is not signed in."),
    "routing.agent_busy": ("目标坐席正在通话中。", "That agent is in a call."),
    "routing.consult_under_way": ("已有进行中的咨询。", "You are asking somebody already."),
    "routing.no_consult": ("当前没有进行中的咨询。", "You are asking nobody."),
    "routing.is_outside": ("该通话已转到外线。", "This call was passed on to an outside number."),
    "routing.consult_not_answered": ("对方尚未接听。", "The other side has not answered yet."),
    "routing.consult_target_missing": ("请选择一个咨询对象。", "Choose one whom to ask."),
    "routing.wrap_up_unlimited": ("话后整理没有时限,无需延长。", "This wrap-up has no limit that could be put off."),
    "routing.no_extension_left": (
        "话后整理已延长到上限,不能再延长。",
        "The wrap-up has been extended as often as it may be.",
    ),
    "routing.wrap_up_first": ("请先完成话后整理再外呼。", "Finish the wrap-up before you call out."),
    "routing.still_dialling": ("外呼尚未接通。", "The call out has not been answered yet."),
    "routing.callback_over": (
        "该回呼任务已结束或已不在您的桌面。",
        "This callback is over, or not on your desk any more.",
    ),
    "routing.callback_taken": ("该回呼任务正由他人处理。", "Somebody else is working on this callback."),
    "routing.callback_calling": (
        "客户正在来电或通话中,不能回拨。",
        "This customer is calling or talking with us just now.",
    ),
    "routing.callback_time": ("请选择三十天以内的将来时间。", "Choose a time in the next thirty days."),
    "routing.queue_unknown": ("目标队列不存在。", "There is no such queue."),
    "routing.queue_full": ("目标队列排队已满。", "That queue is full."),
    "routing.queue_unstaffed": ("目标队列当前没有坐席签入。", "Nobody is signed in for that queue."),
}


class RoutingError(Exception):
    """Root of the router's errors: a stable ``code`` and the ``data`` that explains it."""

    code = "routing.error"

    def __init__(self, code: str | None = None, **data: object) -> None:
        if code is not None:
            self.code = code
        self.data = data
        detail = ", ".join(f"{name}={value}" for name, value in data.items())
        super().__init__(f"{self.code} ({detail})" if detail else self.code)


class RequestImpossible(RoutingError):
    """An agent asked for something that makes no sense now; the router answers with RequestRefused."""


class IllegalTransition(RoutingError):
    """A state change that no table allows: a fault of the router's own code, never of a caller or an agent."""

    code = "routing.illegal_transition"


class CodecError(RoutingError):
    """A plain value that is no event, command, configuration or snapshot of this version."""

    code = "routing.not_decodable"
