"""What can be wrong when call flows are made, changed and published."""

from __future__ import annotations

from zuoxi.platform.errors import DomainError


class FlowNameTaken(DomainError):
    code = "flows.name_taken"
    kind = "conflict"
    zh = "流程名称“{name}”已存在"
    en = "The name “{name}” is taken by another call flow"


class DraftChanged(DomainError):
    """Somebody else has saved the draft since it was read."""

    code = "flows.draft_changed"
    kind = "conflict"
    zh = "草稿已被他人保存(第 {revision} 次),请重新打开后再改"
    en = "Somebody else has saved the draft meanwhile (revision {revision}); open it again"


class DocumentUnreadable(DomainError):
    """``what`` is the code of FlowUnreadable."""

    code = "flows.unreadable"
    zh = "流程文档格式有误({what} {where})"
    en = "The document is not one of a call flow ({what} {where})"


class NotValid(DomainError):
    """``findings`` as the validation tells them."""

    code = "flows.not_valid"
    zh = "流程还有错误,不能发布"
    en = "The flow has errors and cannot be published"


class FlowUsed(DomainError):
    code = "flows.used"
    kind = "conflict"
    zh = "流程已发布过或正被热线使用,不能删除,可以归档"
    en = "A flow that was published, or that a hotline uses, cannot be removed; archive it instead"


class NotPublished(DomainError):
    code = "flows.not_published"
    kind = "conflict"
    zh = "流程还没有发布,热线不能使用"
    en = "The flow has not been published, so no hotline can use it"


class TooManyFlows(DomainError):
    code = "flows.too_many"
    zh = "流程数量已达上限({most})"
    en = "There may be {most} call flows at most"


class NoHotlineToTestBy(DomainError):
    code = "flows.no_hotline"
    zh = "还没有热线,无法用真实电话试听"
    en = "There is no hotline yet, so the flow cannot be tried by a real call"


class PromptKeyTaken(DomainError):
    code = "lines.prompt_taken"
    kind = "conflict"
    zh = "语音“{key}”已存在"
    en = "There is a prompt “{key}” already"


class PromptUsed(DomainError):
    code = "lines.prompt_used"
    kind = "conflict"
    zh = "语音“{key}”不能删除:它是系统语音,或正被流程使用"
    en = "The prompt “{key}” cannot be removed: it is shipped, or a call flow uses it"
