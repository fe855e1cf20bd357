"""The dispositions and not-ready reasons that every tenant starts with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DispositionView:
    """What a conversation was about; ``line_id`` None: offered on every business line."""

    code: str
    zh: str
    en: str
    line_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReasonView:
    """Why an agent is not ready; one that is not ``selectable`` is set by the system only. Limits in seconds, at a
    stretch and over the day; ``warns``: agent and supervisors are told when they are reached."""

    code: str
    zh: str
    en: str
    selectable: bool = True
    stay_limit_s: float | None = None
    day_limit_s: float | None = None
    warns: bool = True


DISPOSITIONS: tuple[DispositionView, ...] = (
    DispositionView("ordered", "已下单", "Ordered"),
    DispositionView("product_question", "产品咨询", "Product question"),
    DispositionView("thinking_it_over", "考虑中(潜在客户)", "Thinking it over (potential customer)"),
    DispositionView("too_expensive", "嫌贵未购", "Too expensive"),
    DispositionView("order_status", "查询订单", "Order status"),
    DispositionView("delivery_urged", "催件", "Delivery urged"),
    DispositionView("order_changed", "修改订单", "Order changed"),
    DispositionView("order_cancelled", "取消订单", "Order cancelled"),
    DispositionView("return_or_exchange", "退换货", "Return or exchange"),
    DispositionView("complaint", "投诉", "Complaint"),
    DispositionView("call_back_later", "约定回电", "Call back later"),
    DispositionView("wrong_number", "误拨", "Wrong number"),
    DispositionView("silent_call", "无声电话", "Silent call"),
    DispositionView("nuisance", "骚扰电话", "Nuisance call"),
    DispositionView("other", "其他", "Other"),
)

NOT_READY_REASONS: tuple[ReasonView, ...] = (
    ReasonView("break", "小休", "Break", stay_limit_s=900, day_limit_s=2700),
    ReasonView("meal", "用餐", "Meal", stay_limit_s=3600),
    ReasonView("training", "培训", "Training"),
    ReasonView("meeting", "会议", "Meeting"),
    ReasonView("back_office", "后台处理", "Back office"),
    ReasonView("other", "其他", "Other"),
    ReasonView("no_answer", "振铃未接", "Did not answer", selectable=False),
    ReasonView("rejected", "拒接来电", "Rejected a call", selectable=False),
    ReasonView("phone_busy", "话机忙", "Phone busy", selectable=False),
    ReasonView("phone_unreachable", "话机不可达", "Phone unreachable", selectable=False),
    ReasonView("phone_failed", "话机故障", "Phone failed", selectable=False),
    ReasonView("phone_lost", "话机掉线", "Phone lost", selectable=False),
    ReasonView("connection_lost", "连接中断", "Connection lost", selectable=False),
)
