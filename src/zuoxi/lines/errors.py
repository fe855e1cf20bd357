"""What can be wrong with lines, hotlines, queues, skills, hours and prompts."""

from __future__ import annotations

from typing import ClassVar

from zuoxi.platform.errors import DomainError, Kind


class HoursUnreadable(DomainError):
    code = "lines.hours_unreadable"
    zh = "服务时间有误({place}):请按“09:00–21:00”填写,同一天的时段不能重叠"
    en = "The opening hours are wrong at {place}: write them as 09:00–21:00; spans of one day must not overlap"


class NumberTaken(DomainError):
    code = "lines.number_taken"
    kind = "conflict"
    zh = "热线号码 {number} 已被使用,一个号码只能属于一条热线"
    en = "The number {number} is in use already; a number belongs to one hotline only"


class CallerIdNotOurs(DomainError):
    code = "lines.caller_id_not_ours"
    zh = "外呼主叫号码必须是本公司的热线号码"
    en = "The number shown when calling out must be one of your own hotlines"


class NumberUnreadable(DomainError):
    code = "lines.number_unreadable"
    zh = "热线号码只能由 3 到 20 位数字组成(可带开头的 +)"
    en = "A hotline's number has 3 to 20 digits (a leading + is allowed)"


class NameTaken(DomainError):
    code = "lines.name_taken"
    kind = "conflict"
    zh = "名称“{name}”已存在"
    en = "The name “{name}” is taken already"


class CodeTaken(DomainError):
    code = "lines.code_taken"
    kind = "conflict"
    zh = "代码“{taken}”已存在"
    en = "The code “{taken}” is taken already"


class UnknownReference(DomainError):
    """``what`` names the field: line_id, queue_id, skill_id, project_id, agent_id."""

    code = "lines.unknown_reference"
    zh = "{what} 指向的记录不存在"
    en = "{what} points to something that does not exist"


class SkillNeeded(DomainError):
    code = "lines.skill_needed"
    zh = "队列必须指定技能组,否则没有坐席能接听"
    en = "A queue needs a skill group, or no agent can take its calls"


class ExitTargetNeeded(DomainError):
    code = "lines.exit_target_needed"
    zh = "请选择要转到的队列或流程"
    en = "Choose the queue or the call flow that callers go to"


class LeadsToItself(DomainError):
    code = "lines.leads_to_itself"
    zh = "队列不能溢出到自己"
    en = "A queue cannot pass its callers on to itself"


class StepTwice(DomainError):
    code = "lines.step_twice"
    zh = "同一时间、同一条件的溢出步骤只能有一个"
    en = "There is more than one overflow step for the same time and length"


class StepTooLate(DomainError):
    code = "lines.step_too_late"
    zh = "溢出步骤({after} 秒)不早于等待上限({limit} 秒),永远不会执行"
    en = "The overflow step at {after} s is not before the time limit of {limit} s and would never be taken"


class AnnouncementEmpty(DomainError):
    code = "lines.announcement_empty"
    zh = "请选择播报内容(排队位置、预计等待或回电提示),或关闭播报"
    en = "Choose what is announced (place, expected wait or the callback offer), or switch announcements off"


class AnnouncementNeverBegins(DomainError):
    code = "lines.announcement_never_begins"
    zh = "请填写首次播报的时间"
    en = "Say when place and wait are announced first"


class StillUsed(DomainError):
    code = "lines.still_used"
    kind = "conflict"
    zh = "仍在使用中({by}),不能删除"
    en = "This is still in use ({by}) and cannot be removed"


class LevelOutOfRange(DomainError):
    code = "lines.level_out_of_range"
    zh = "技能等级为 1 到 10"
    en = "A skill's level is from 1 to 10"


class UnknownPrompt(DomainError):
    code = "lines.unknown_prompt"
    kind = "not_found"
    zh = "没有名为“{key}”的提示音"
    en = "There is no prompt called “{key}”"


class PromptNotReady(DomainError):
    code = "lines.prompt_not_ready"
    kind = "not_found"
    zh = "提示音“{key}”尚未生成"
    en = "The prompt “{key}” has not been made yet"


class SoundUnreadable(DomainError):
    code = "lines.sound_unreadable"
    zh = "无法读取该录音,或其中没有声音:请上传 WAV、FLAC、OGG 或 MP3 文件"
    en = "The recording cannot be read or holds no sound: upload a WAV, FLAC, OGG or MP3 file"


class SoundTooLong(DomainError):
    code = "lines.sound_too_long"
    zh = "录音长 {seconds} 秒,最长 {longest} 秒"
    en = "The recording lasts {seconds} s; the longest allowed is {longest} s"


class SoundTooLarge(DomainError):
    code = "lines.sound_too_large"
    zh = "文件太大,最大 {megabytes} MB"
    en = "The file is too large; the largest allowed is {megabytes} MB"


class NothingToSay(DomainError):
    code = "lines.nothing_to_say"
    zh = "文字中没有可朗读的内容"
    en = "There is nothing in this text that can be read aloud"


class VoiceFailed(DomainError):
    code = "lines.voice_failed"
    kind = "unavailable"
    zh = "语音合成失败,提示音未更改"
    en = "The text could not be read aloud; the prompt is unchanged"


class DialRefused(DomainError):
    """An outbound call that a limit stands in the way of."""

    code = "lines.dial_refused"
    kind: ClassVar[Kind] = "forbidden"
    zh = "不允许拨打该号码"
    en = "This number may not be dialled"


class DialUnreadable(DialRefused):
    code = "lines.dial_unreadable"
    kind = "invalid"
    zh = "这不是可以拨打的电话号码"
    en = "This is not a telephone number that can be dialled"


class DialDestination(DialRefused):
    code = "lines.dial_destination"
    zh = "外呼限制不允许拨打该号码(国际、声讯等号码默认禁止)"
    en = "The dialling limits do not allow this destination (international and premium numbers are off by default)"


class DialNoTariff(DialRefused):
    """Without a price the spending limit could not hold."""

    code = "lines.dial_no_tariff"
    zh = "该号码没有资费,不能外呼:请管理员在外呼限制中补充资费"
    en = "This destination has no tariff, so it cannot be dialled: an administrator adds one to the dialling limits"


class DialConcurrency(DialRefused):
    code = "lines.dial_concurrency"
    kind = "limited"
    zh = "同时外呼已达上限({limit} 路),请稍后再拨"
    en = "The limit of {limit} outbound calls at once is reached; try again shortly"


class DialSpending(DialRefused):
    code = "lines.dial_spending"
    kind = "limited"
    zh = "最近一小时的外呼费用已达上限,请稍后再拨或联系管理员"
    en = "The last hour's outbound calls have used up the spending limit; try later or ask an administrator"


class PrefixUnreadable(DomainError):
    code = "lines.prefix_unreadable"
    zh = "号段“{prefix}”有误:请填写 +国家码开头的号段(如 +86)或 1 到 15 位数字"
    en = "The prefix “{prefix}” is wrong: write + and a country code (such as +86), or 1 to 15 digits"


class AddressUnreadable(DomainError):
    code = "lines.address_unreadable"
    zh = "请填写一个 IP 地址,例如 203.0.113.7"
    en = "Write one IP address, such as 203.0.113.7"


class NeverBanned(DomainError):
    code = "lines.never_banned"
    kind = "conflict"
    zh = "该地址属于中继线路或本系统,不能封禁"
    en = "This address is the trunk's or our own; it is never banned"
