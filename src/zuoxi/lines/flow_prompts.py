"""What call flows say out of the box: (key, Chinese, English). Tenants change them, or make their own besides."""

from __future__ import annotations

_SENTENCES = (
    (
        "flow_main_menu",
        "查询订单请按一,预约回电请按二,人工服务请按零",
        "For your order press one, for a call back press two, for an agent press zero.",
    ),
    ("flow_order_welcome", "您好,欢迎使用订单查询服务", "Welcome to the order service."),
    (
        "flow_order_ask_number",
        "请输入您的订单号,按井号键结束",
        "Please enter your order number, and end with the hash key.",
    ),
    (
        "flow_order_ask_last4",
        "请输入收件人手机号的后四位",
        "Please enter the last four digits of the recipient's telephone number.",
    ),
    ("flow_order_number", "您的订单", "Your order"),
    ("flow_order_state", "目前的状态是", "is now"),
    ("flow_order_courier", "承运快递公司是", "The courier is"),
    ("flow_order_waybill", "快递单号的后四位是", "The waybill ends in"),
    ("flow_order_not_found", "对不起,没有查到您的订单", "We are sorry, we did not find your order."),
    (
        "flow_order_more",
        "查询其他订单请按一,重听请按二,结束请挂机",
        "For another order press one, to hear it again press two, or hang up.",
    ),
    ("flow_wrong_input", "输入有误,请重新输入", "That is not right. Please try again."),
    ("flow_please_wait", "正在为您查询,请稍候", "One moment, please."),
    (
        "flow_sorry",
        "对不起,系统繁忙,请您稍后再拨,再见",
        "We are sorry, the service is not available now. Please call again later.",
    ),
    ("flow_goodbye", "感谢您的来电,再见", "Thank you for calling. Goodbye."),
    (
        "survey_satisfaction",
        "请对本次服务打分,非常满意请按五,满意请按四,一般请按三,不满意请按二,非常不满意请按一",
        "How satisfied were you with this call? Press five for very satisfied, down to one for not at all.",
    ),
    ("survey_thanks", "感谢您的评价,再见", "Thank you. Goodbye."),
)
_STATES = (
    ("order_submitted", "已提交,等待审核", "submitted, and waits to be checked"),
    ("order_returned_to_agent", "正在核实,会有专人与您联系", "being checked; somebody will call you"),
    ("order_audited", "已通过审核,正在备货", "checked, and is being prepared"),
    ("order_cleared", "已备货,等待打包", "prepared, and will be packed soon"),
    ("order_labelled", "已打包,等待发货", "packed, and will be sent soon"),
    ("order_handed_over", "已发货,正在派送途中", "on its way to you"),
    ("order_delivered", "已签收", "delivered"),
    ("order_refused", "已拒收", "refused at the door"),
    ("order_returned", "已退回", "returned"),
    ("order_cancelled", "已取消", "cancelled"),
)
_COURIERS = (
    ("courier_sf", "顺丰速运", "S F Express"),
    ("courier_yz", "邮政快递", "China Post"),
    ("courier_ems", "邮政特快专递", "E M S"),
    ("courier_zto", "中通快递", "Z T O Express"),
    ("courier_yto", "圆通速递", "Y T O Express"),
    ("courier_sto", "申通快递", "S T O Express"),
    ("courier_yd", "韵达快递", "Yunda Express"),
    ("courier_jd", "京东物流", "J D Logistics"),
    ("courier_other", "合作快递公司", "our courier"),
)
_UNITS = (("unit_yuan", "元", "yuan"), ("unit_jiao", "角", "jiao"), ("unit_fen", "分", "fen"))
_ONES = "一二三四五六七八九"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
    "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip


def _chinese(number: int) -> str:
    """1 to 31 as in dates."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_ONES[tens - 1]}十") + (_ONES[ones - 1] if ones else "")


FLOW_PROMPTS: tuple[tuple[str, str, str], ...] = (
    *_SENTENCES,
    *_STATES,
    *_COURIERS,
    *_UNITS,
    *((f"month_{place}", f"{_chinese(place)}月", month) for place, month in enumerate(_MONTHS, start=1)),
    *((f"day_{place}", f"{_chinese(place)}日", f"the {day}") for place, day in enumerate(_DAYS, start=1)),
)
