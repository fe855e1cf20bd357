"""What can be refused about contacts and callbacks."""

from __future__ import annotations

from zuoxi.platform.errors import DomainError


class NoSuchContact(DomainError):
    code = "contacts.not_found"
    kind = "not_found"
    zh = "没有找到该通话记录"
    en = "There is no such contact"


class NoSuchCallback(DomainError):
    code = "contacts.callback_not_found"
    kind = "not_found"
    zh = "没有找到该回电任务"
    en = "There is no such callback"


class CallbackClosed(DomainError):
    code = "contacts.callback_closed"
    kind = "conflict"
    zh = "该回电任务已由他人处理"
    en = "Somebody has dealt with this callback already"
