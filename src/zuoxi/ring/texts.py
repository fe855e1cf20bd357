"""What ``ring`` says to the person at the terminal, and what its callers say on the line; Chinese and English."""

from __future__ import annotations

from collections.abc import Callable

Speaker = Callable[..., str]

TEXTS: dict[str, tuple[str, str]] = {
    "usage": (
        "向正在运行的呼叫中心拨打真实的 SIP 电话(带语音)",
        "place real SIP calls, with a voice, against the running centre",
    ),
    "data": ("中心的数据目录", "the centre's data folder"),
    "from": ("主叫号码(默认:演示顾客轮流)", "the caller's number (default: the demo's customers in turn)"),
    "to": ("被叫热线(默认:演示热线轮流)", "the hotline to dial (default: the demo's hotlines in turn)"),
    "count": ("呼叫数量", "how many calls"),
    "rate": ("每秒呼叫数", "calls a second"),
    "hold": ("主叫接通后多少秒挂机", "seconds after the answer until a caller hangs up"),
    "answer": ("加入 N 个自动应答的机器坐席(默认 2)", "add N robot agents that answer and dispose (2 when not given)"),
    "language": ("输出语言", "language of the output"),
    "positive": (
        "--count、--rate、--hold 和 --answer 必须大于 0。",
        "--count, --rate, --hold and --answer must be positive.",
    ),
    "number": (
        "{value} 不是电话号码:只能有数字,可以 + 开头。",
        "{value} is no telephone number: digits only, with a + in front if you like.",
    ),
    "no_demo": (
        "{data} 里没有演示数据({name}):请用 --to 指定热线。",
        "There is no demo in {data} ({name}): say with --to which hotline to dial.",
    ),
    "no_logins": (
        "{data} 里没有演示坐席的登录名,无法使用 --answer。",
        "{data} holds no logins of demo agents, so --answer is not possible.",
    ),
    "no_sipp": (
        "缺少 SIPp(Debian 软件包 sip-tester),也无法自动安装:{why}。请以 root 执行 apt-get install sip-tester 后重试。",
        "SIPp (Debian's package sip-tester) is missing and could not be installed: {why}. "
        "Run apt-get install sip-tester as root, then try again.",
    ),
    "installing": ("正在安装 SIPp(sip-tester)…", "Installing SIPp (sip-tester)…"),
    "not_running": (
        "中心没有应答({detail})。请先运行 ./zuoxi up。",
        "The centre does not answer ({detail}). Start it with ./zuoxi up.",
    ),
    "robots": ("{count} 个机器坐席已示闲:{names}", "{count} robot agents are ready: {names}"),
    "no_robot": (
        "没有空闲的演示坐席可供机器使用(都已签入)。",
        "No demo agent is free for a robot: all are signed in.",
    ),
    "robot_took": ("  坐席 {name} 接听 {number}", "  agent {name} took {number}"),
    "robot_stopped": ("  机器坐席 {name} 停止:{why}", "  robot agent {name} stopped: {why}"),
    "placing": ("拨打 {count} 个电话…(Ctrl-C 挂断)", "Placing {count} calls… (Ctrl-C hangs up)"),
    "released": ("中心挂机", "the centre hung up"),
    "hung_up": ("主叫挂机", "the caller hung up"),
    "refused": ("被拒绝(SIP {status})", "refused (SIP {status})"),
    "lost": ("无应答", "no answer at all"),
    "planned": ("未拨打", "never placed"),
    "line": (
        "{caller} → {dialled}  {answered}  通话 {talked:5.1f} 秒  {end}",
        "{caller} → {dialled}  {answered}  on the line {talked:5.1f} s  {end}",
    ),
    "after": ("{seconds:4.1f} 秒后接通", "answered after {seconds:4.1f} s"),
    "never": ("未接通        ", "not answered         "),
    "summary": (
        "合计 {count} 个:接通 {answered},中心挂机 {released},主叫挂机 {hung_up},被拒绝 {refused},其他 {other}",
        "{count} in all: {answered} answered; ended by the centre {released}, by the caller {hung_up}; "
        "refused {refused}, other {other}",
    ),
    "handled": ("机器坐席处理:", "Handled by robot agents:"),
}

CALLER_SAYS = (
    "喂,您好。我在电视上看到你们的产品,想订购一套。我是老顾客了,麻烦您查一下。",
    "Hello? I saw your offer on television just now, and I would like to order one, please.",
)
AGENT_SAYS = (
    "您好,很高兴为您服务。请问您需要订购哪一款产品?好的,马上为您登记。",
    "Good day, thank you for calling. Which product would you like? Certainly, I am writing that down.",
)


def speaker(language: str) -> Speaker:
    """Texts by key in one language (zh or en), filled in."""
    place = 0 if language == "zh" else 1
    return lambda key, **data: TEXTS[key][place].format(**data)
