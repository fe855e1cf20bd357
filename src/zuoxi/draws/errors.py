"""What can be wrong with prize draws."""

from __future__ import annotations

from zuoxi.platform.errors import DomainError


class NoSuchDraw(DomainError):
    code = "draws.no_such_draw"
    kind = "not_found"
    zh = "没有这个抽奖活动"
    en = "There is no such prize draw"


class NameTaken(DomainError):
    code = "draws.name_taken"
    kind = "conflict"
    zh = "已有同名的抽奖活动"
    en = "A prize draw of this name exists already"


class DrawStateWrong(DomainError):
    code = "draws.state_wrong"
    kind = "conflict"
    zh = "活动当前的状态不允许此操作"
    en = "The draw is not at a stage at which this can be done"


class DrawNotOver(DomainError):
    code = "draws.not_over"
    kind = "conflict"
    zh = "登记期还没有结束"
    en = "Registration is still going on"


class AlreadyStarted(DomainError):
    code = "draws.already_started"
    kind = "conflict"
    zh = "活动已开放登记,规则不能再改"
    en = "Registration has begun: the rules cannot be changed any more"


class PeriodWrong(DomainError):
    code = "draws.period_wrong"
    zh = "截止时间必须晚于开始时间"
    en = "The end must come after the beginning"


class PatternUnreadable(DomainError):
    code = "draws.pattern_unreadable"
    zh = "奖券号格式有误:d 代表任意数字,其余只能是数字,多种格式用 | 分隔"
    en = "The ticket mask is wrong: d stands for any digit, everything else is digits, | separates masks"


class NoTickets(DomainError):
    code = "draws.no_tickets"
    zh = "还没有导入奖券号"
    en = "No ticket numbers have been imported"


class TicketUnreadable(DomainError):
    code = "draws.ticket_unreadable"
    zh = "第 {line} 行“{text}”不是有效的奖券号"
    en = "Line {line}, “{text}”, is no ticket number"


class PublicWordMissing(DomainError):
    code = "draws.public_word_missing"
    zh = "活动规则约定了公开信息,请填写后再开奖"
    en = "The rules promise a public word: enter it before drawing"


class UnknownReference(DomainError):
    code = "draws.unknown_reference"
    zh = "所选的热线或队列不存在"
    en = "The chosen hotline or queue does not exist"


class NoSuchWinner(DomainError):
    code = "draws.no_such_winner"
    kind = "not_found"
    zh = "没有这位中奖者"
    en = "There is no such winner"


class WinnerStateWrong(DomainError):
    code = "draws.winner_state_wrong"
    kind = "conflict"
    zh = "该中奖者的状态不允许此操作"
    en = "This cannot be done with this winner at present"
