"""What can be wrong with a recording."""

from __future__ import annotations

from zuoxi.platform.errors import DomainError


class FileMissing(DomainError):
    code = "recordings.file_missing"
    kind = "unavailable"
    zh = "录音文件暂时无法读取,请联系管理员"
    en = "The recording's file cannot be read; tell your administrator"


class SoundDamaged(DomainError):
    code = "recordings.damaged"
    kind = "unavailable"
    zh = "录音文件已损坏或被改动,请联系管理员"
    en = "The recording's file is damaged or was changed; tell your administrator"


class SoundRemoved(DomainError):
    code = "recordings.removed"
    kind = "not_found"
    zh = "录音已按保留期删除"
    en = "The sound was removed at the end of its retention"


class KeyUnknown(DomainError):
    code = "recordings.key_unknown"
    kind = "unavailable"
    zh = "找不到解密此录音的密钥,请联系管理员"
    en = "The key of this recording is not there; tell your administrator"


class HoldInThePast(DomainError):
    code = "recordings.hold_in_the_past"
    kind = "invalid"
    zh = "截止时间必须在将来"
    en = "The hold must end in the future"


class SpanOutside(DomainError):
    code = "recordings.span"
    kind = "invalid"
    zh = "起止时间必须在录音 {seconds} 秒之内,且至少 1 秒"
    en = "The span must lie within the {seconds} s of the recording and be at least 1 s long"


class TooMuchToExport(DomainError):
    code = "recordings.too_much"
    kind = "invalid"
    zh = "一次最多导出 {hours} 小时的录音"
    en = "At most {hours} hours of recordings are exported at once"


class RotationRunning(DomainError):
    code = "recordings.rotation_running"
    kind = "conflict"
    zh = "密钥正在轮换,请等它完成"
    en = "The key is being changed already; wait until that is done"


class KeyInUse(DomainError):
    code = "recordings.key_in_use"
    kind = "conflict"
    zh = "仍有 {recordings} 段录音使用此密钥,不能销毁"
    en = "{recordings} recordings still need this key"


class NotFinishedYet(DomainError):
    code = "recordings.not_finished_yet"
    kind = "conflict"
    zh = "录音正在处理,请稍后再听"
    en = "The recording is still being finished; try again in a moment"


class CaseNotHeard(DomainError):
    code = "recordings.case_removed"
    kind = "not_found"
    zh = "此案例的录音已删除"
    en = "The sound of this case was removed"
