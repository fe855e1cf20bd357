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


class NoSuchVoicemail(DomainError):
    code = "contacts.voicemail_not_found"
    kind = "not_found"
    zh = "没有找到该留言"
    en = "There is no such message"


class VoicemailClosed(DomainError):
    code = "contacts.voicemail_closed"
    kind = "conflict"
    zh = "该留言已由他人处理"
    en = "Somebody has dealt with this message already"


class NoSuchRule(DomainError):
    code = "contacts.rule_not_found"
    kind = "not_found"
    zh = "没有找到该来电规则"
    en = "There is no such rule against callers"


class RuleIncomplete(DomainError):
    code = "contacts.rule_incomplete"
    kind = "invalid"
    zh = "该类规则须填写:{wanted}"
    en = "A rule of this kind needs: {wanted}"


class RuleEnded(DomainError):
    code = "contacts.rule_ended"
    kind = "conflict"
    zh = "该规则已结束"
    en = "This rule has ended"


class NumberWithheld(DomainError):
    code = "contacts.number_withheld"
    kind = "conflict"
    zh = "来电未显示号码,不能按号码拦截"
    en = "This caller shows no number that could be blocked"
