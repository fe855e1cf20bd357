"""What can be wrong with a recording."""

from __future__ import annotations

from zuoxi.platform.errors import DomainError


class FileMissing(DomainError):
    code = "recordings.file_missing"
    kind = "unavailable"
    zh = "录音文件暂时无法读取,请联系管理员"
    en = "The recording's file cannot be read; tell your administrator"


class WhoseRecordings(DomainError):
    code = "recordings.whose"
    zh = "请指定通话、客户或订单"
    en = "Say of which contact, customer or order"
