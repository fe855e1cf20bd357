"""Why the orders' room refuses something."""

from __future__ import annotations

from zuoxi.platform.errors import DomainError


class NoSuchOrder(DomainError):
    code = "orders.no_such_order"
    kind = "not_found"
    zh = "没有找到该订单"
    en = "There is no such order"


class WrongStep(DomainError):
    code = "orders.wrong_step"
    kind = "conflict"
    zh = "订单当前为“{state_zh}”,不能“{step_zh}”"
    en = "The order is {state_en}: one cannot {step_en} now"


class OwnOrder(DomainError):
    code = "orders.own_order"
    kind = "forbidden"
    zh = "不能审核自己写的订单"
    en = "Nobody audits their own order"


class NotYourOrder(DomainError):
    code = "orders.not_your_order"
    kind = "forbidden"
    zh = "只有写单的坐席可以这样做"
    en = "Only the agent who wrote the order may do this"


class ReasonMissing(DomainError):
    code = "orders.reason_missing"
    kind = "invalid"
    zh = "请填写原因"
    en = "Give a reason"


class ChangedMeanwhile(DomainError):
    code = "orders.changed_meanwhile"
    kind = "conflict"
    zh = "订单刚被他人处理,请刷新后重试"
    en = "Somebody else has just worked on this order; reload and try again"


class StockShort(DomainError):
    code = "orders.stock_short"
    kind = "conflict"
    zh = "“{sku}”库存不足:可售 {available} 件,需要 {wanted} 件"
    en = "Not enough stock of “{sku}”: {available} left, {wanted} wanted"


class PossibleDuplicate(DomainError):
    code = "orders.possible_duplicate"
    kind = "conflict"
    zh = "该客户 {days} 天内已订购过“{product}”(订单 {number}),确认要重复下单吗?"
    en = "This customer ordered “{product}” within the last {days} days (order {number}). Order again?"


class NoSuchSku(DomainError):
    code = "orders.no_such_sku"
    kind = "invalid"
    zh = "没有找到该商品规格,或已停售"
    en = "There is no such article, or it is not sold any longer"


class NotSoldHere(DomainError):
    code = "orders.not_sold_here"
    kind = "invalid"
    zh = "“{sku}”不在此热线销售"
    en = "“{sku}” is not sold on this hotline"


class SeveralClients(DomainError):
    code = "orders.several_clients"
    kind = "invalid"
    zh = "一张订单只能包含同一发包商的商品"
    en = "The articles of one order must belong to one client"


class CustomerOfAnother(DomainError):
    code = "orders.customer_of_another_client"
    kind = "invalid"
    zh = "该客户不属于此商品的发包商"
    en = "This customer is not one of the client who sells these articles"


class CustomerMissing(DomainError):
    code = "orders.customer_missing"
    kind = "invalid"
    zh = "请选择客户,或填写客户的电话号码"
    en = "Choose a customer, or give the customer's telephone number"


class AddressMissing(DomainError):
    code = "orders.address_missing"
    kind = "invalid"
    zh = "请填写收货地址"
    en = "Give an address"


class NoSuchProduct(DomainError):
    code = "orders.no_such_product"
    kind = "not_found"
    zh = "没有找到该商品"
    en = "There is no such product"


class CodeTaken(DomainError):
    code = "orders.code_taken"
    kind = "conflict"
    zh = "编码“{taken}”已被使用"
    en = "The code “{taken}” is taken"


class StockBelowReserved(DomainError):
    code = "orders.stock_below_reserved"
    kind = "conflict"
    zh = "库存不能少于已被订单占用的 {reserved} 件"
    en = "Stock cannot be less than the {reserved} pieces that open orders hold"


class NoSuchCourier(DomainError):
    code = "orders.no_such_courier"
    kind = "not_found"
    zh = "没有找到该快递公司,或已停用"
    en = "There is no such courier, or it is not used any longer"


class PoolExhausted(DomainError):
    code = "orders.pool_exhausted"
    kind = "conflict"
    zh = "“{courier}”的单号池只剩 {left} 个单号,需要 {wanted} 个,请先补充单号"
    en = "The number pool of “{courier}” has {left} numbers left, {wanted} are needed; add numbers first"


class BadNumberRange(DomainError):
    code = "orders.bad_number_range"
    kind = "invalid"
    zh = "单号段不正确:起止号须位数相同,且一次不超过 {limit} 个"
    en = "The range is wrong: first and last need the same length, and at most {limit} numbers at once"


class NumbersTaken(DomainError):
    code = "orders.numbers_taken"
    kind = "conflict"
    zh = "有 {count} 个单号已经存在,例如 {example}"
    en = "{count} of these numbers exist already, {example} for instance"


class NoSuchWaybill(DomainError):
    code = "orders.no_such_waybill"
    kind = "not_found"
    zh = "没有找到该快递单,或已作废"
    en = "There is no such waybill, or it is void"


class AlreadyPrinted(DomainError):
    code = "orders.already_printed"
    kind = "conflict"
    zh = "快递单 {number} 已打印过,请使用“补打”并填写原因"
    en = "Waybill {number} was printed already; use reprint and give a reason"


class NotPrinted(DomainError):
    code = "orders.not_printed"
    kind = "conflict"
    zh = "快递单 {number} 尚未打印"
    en = "Waybill {number} was not printed yet"


class SeveralCouriers(DomainError):
    code = "orders.several_couriers"
    kind = "invalid"
    zh = "一张交接单只能包含同一快递公司的快递单"
    en = "The waybills of one manifest must be of one courier"


class NoSuchManifest(DomainError):
    code = "orders.no_such_manifest"
    kind = "not_found"
    zh = "没有找到该交接单"
    en = "There is no such manifest"


class ImportRejected(DomainError):
    """``rows`` is [{"row": line in the file, "message": sentence}]."""

    code = "orders.import_rejected"
    kind = "invalid"
    zh = "文件中有 {count} 处错误,未导入任何数据"
    en = "The file has {count} faults; nothing was imported"


class TooMuch(DomainError):
    code = "orders.too_much"
    kind = "invalid"
    zh = "一次最多 {limit} 条,请缩小范围"
    en = "At most {limit} at once; narrow the choice"


class NoChineseFont(DomainError):
    code = "orders.no_chinese_font"
    kind = "unavailable"
    zh = "本机没有可用的中文字体,无法打印快递单。请安装 fonts-wqy-microhei,或用 ZUOXI_CJK_FONT 指定字体文件"
    en = (
        "This machine has no usable Chinese font, so labels cannot be printed. Install fonts-wqy-microhei, "
        "or name a font file in ZUOXI_CJK_FONT"
    )
