"""Why the customers' room refuses something."""

from __future__ import annotations

from zuoxi.platform.errors import DomainError


class NoSuchCustomer(DomainError):
    code = "customers.no_such_customer"
    kind = "not_found"
    zh = "没有找到该客户"
    en = "There is no such customer"


class NoSuchClient(DomainError):
    code = "customers.no_such_client"
    kind = "not_found"
    zh = "没有找到该发包商"
    en = "There is no such client"


class NumberTaken(DomainError):
    code = "customers.number_taken"
    kind = "conflict"
    zh = "此号码已属于客户“{name}”"
    en = "This number already belongs to the customer “{name}”"


class NotANumber(DomainError):
    code = "customers.not_a_number"
    kind = "invalid"
    zh = "“{number}”不是电话号码"
    en = "“{number}” is not a telephone number"


class ChangedMeanwhile(DomainError):
    code = "customers.changed_meanwhile"
    kind = "conflict"
    zh = "该客户资料刚被他人修改,请刷新后重试"
    en = "Somebody else has just changed this customer; reload and try again"


class AlreadyBlacklisted(DomainError):
    code = "customers.already_blacklisted"
    kind = "conflict"
    zh = "此号码已在黑名单中"
    en = "This number is on the blacklist already"


class NotBlacklisted(DomainError):
    code = "customers.not_blacklisted"
    kind = "not_found"
    zh = "黑名单中没有此记录"
    en = "There is no such entry on the blacklist"


class ExpiryPast(DomainError):
    code = "customers.expiry_past"
    kind = "invalid"
    zh = "到期时间必须晚于现在"
    en = "The end must lie in the future"


class ReasonMissing(DomainError):
    code = "customers.reason_missing"
    kind = "invalid"
    zh = "请填写设为 VIP 的理由"
    en = "Say why this customer becomes a VIP"
