"""What installation and supervision say, in Chinese. The parts speak English; a line is put into the reader's language
where it is printed, so that logs, errors and tests have one wording."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

# «{}» stands for whatever a sentence carries: names, addresses, ports. Longer sentences come before their beginnings.
CHINESE: Mapping[str, str] = {
    "{} is ready": "{} 已就绪",
    "{} does not answer": "{} 没有应答",
    "{} still runs; keeping it": "{} 仍在运行,继续使用",
    "{} ended{}; starting it again in {} s": "{} 已退出{},{} 秒后重新启动",
    "{} ended{}; starting it again": "{} 已退出{},正在重新启动",
    "{} cannot be started: {}": "{} 无法启动:{}",
    "{} does not start. Its last words:": "{} 启动失败。最后的输出:",
    "{} did not answer within {} s. Last words of {}:": "{} 在 {} 秒内没有应答。{} 最后的输出:",
    "{} failed. Its last words:": "{} 失败。最后的输出:",
    "The telephone engine has no SIP: port {} is held by another program.": (
        "电话引擎没有 SIP:端口 {} 被其他程序占用。"
    ),
    "Port {} is another program's: SIP is on port {} now. The trunk's provider and desk phones must be told.": (
        "端口 {} 已被其他程序占用:SIP 现改用端口 {}。请通知中继运营商,并修改话机设置。"
    ),
    "Stopping {}": "正在停止 {}",
    "Stopped what was left: {}.": "已停止遗留的部分:{}。",
    "Stopped.": "已停止。",
    "Nothing runs in {}.": "{} 里没有正在运行的部分。",
    "The supervisor (process {}) did not end within {} s.": "监管进程({})在 {} 秒内没有结束。",
    "Only {} MB are free on the disk of {}; Zuoxi needs 500 MB. Make room first.": (
        "{1} 所在磁盘只剩 {0} MB;至少需要 500 MB,请先腾出空间。"
    ),
    "The disk is full: make room on the disk of {} and start again.": "磁盘已满:请在 {} 所在磁盘腾出空间后重新启动。",
    "{}: {}. Mend this and start again; nothing is lost.": "{}:{}。处理后重新启动即可,没有丢失任何数据。",
    "Ended what an earlier run left: {}": "已结束上次运行遗留的部分:{}",
    "A new centre in {}": "新建呼叫中心:{}",
    "Making the database": "正在创建数据库",
    "Filling the demo centre": "正在填充演示数据",
    "Speaking the prompts, in Mandarin and English": "正在合成语音提示(普通话和英语)",
    "Zuoxi 坐席 is running:  {}": "Zuoxi 坐席正在运行:  {}",
    "  certificate (SHA-256)  {}": "  证书指纹(SHA-256)  {}",
    "Demo logins 演示账号:": "演示账号(登录名、密码、角色):",
    "The demo logins are refused on an address that other machines reach;": "其他机器可以访问此地址,演示账号已停用;",
    "./zuoxi up --demo-logins-on-public lets them in.": "如需启用:./zuoxi up --demo-logins-on-public",
    "The first administrator is made once, on /first-administrator, with this secret:": (
        "请在 /first-administrator 页面用此密钥创建第一个管理员(仅一次):"
    ),
    "SIP (trunk and phones): udp port {}.  Data: {}": "SIP(中继和话机):UDP 端口 {}。  数据目录:{}",
    "This centre runs already: {}  (./zuoxi status, ./zuoxi down)": (
        "呼叫中心已在运行:{}  (./zuoxi status 查看,./zuoxi down 停止)"
    ),
    "Fetching Asterisk 22 from Debian {} on this machine's own mirror": "正在从本机的 Debian 镜像({})下载 Asterisk 22",
    "Unpacking {} packages": "正在解开 {} 个软件包",
    "Trying Asterisk {}": "正在试运行 Asterisk {}",
    "Asterisk {} stays in use: {}": "继续使用 Asterisk {}:{}",
    "apt on this machine does not work: {}. Mend it and start again.": "本机的 apt 不能正常工作:{}。请修复后重新启动。",
    "Asterisk could not be fetched ({}). Check the network and this machine's apt sources, or install "
    "Asterisk 22.4 or newer yourself and start with ASTERISK=/path/to/asterisk.": (
        "无法下载 Asterisk({})。请检查网络和本机的 apt 源,或自行安装 Asterisk 22.4 以上版本,"
        "并用 ASTERISK=/path/to/asterisk 启动。"
    ),
    "Asterisk could not be installed into {}: {}": "无法把 Asterisk 安装到 {}:{}",
    "ASTERISK={} is {}; Zuoxi needs 22.4 or newer. Unset ASTERISK to let Zuoxi fetch one.": (
        "ASTERISK={} 是 {};需要 22.4 以上版本。取消设置 ASTERISK 后会自动下载。"
    ),
    "Port {} of {} is taken by another program, or not allowed. Choose another by --port N.": (
        "{1} 的端口 {0} 已被其他程序占用或不允许使用。请用 --port N 选择其他端口。"
    ),
    "{} is not an address of this machine, so nothing can be served there. It has: {}.": (
        "{} 不是本机地址,无法在该地址提供服务。本机地址:{}。"
    ),
    "The name {} cannot be resolved: {}.": "无法解析名称 {}:{}。",
    "{} cannot be read: {}. Mend it or move it away.": "无法读取 {}:{}。请修正或移走该文件。",
    "{} holds files that are not Zuoxi's. Choose an empty folder by --data.": (
        "{} 里有不属于 Zuoxi 的文件。请用 --data 指定一个空目录。"
    ),
    "The account {}, which the parts run under, cannot reach {}: a folder above it is closed. "
    "Choose another, such as --data /var/lib/zuoxi/centre.": (
        "运行各部分的账户 {} 无法访问 {}:上级目录没有开放权限。请另选目录,例如 --data /var/lib/zuoxi/centre。"
    ),
    "{} belongs to someone else. Run this as the user who started the centre, or as root.": (
        "{} 属于其他用户。请以启动该中心的用户或 root 执行。"
    ),
    "{} is neither empty nor a PostgreSQL cluster; move it away and start again.": (
        "{} 不为空,也不是 PostgreSQL 数据目录;请移走后重新启动。"
    ),
    "nginx is missing: install the Debian package nginx, or run ./zuoxi up as root.": (
        "缺少 nginx:请安装 Debian 软件包 nginx,或以 root 执行 ./zuoxi up。"
    ),
    "--certificate and --key go together.": "--certificate 和 --key 必须同时给出。",
    "There is no file {}.": "没有文件 {}。",
    "Which benchmark? ./zuoxi bench NAME [--json]; there are: {}": "请指定基准测试:./zuoxi bench 名称 [--json];可选:{}",
    "There is no ./zuoxi {} here. ./zuoxi --help lists the commands.": (
        "没有命令 ./zuoxi {}。./zuoxi --help 列出全部命令。"
    ),
}


def language(environment: Mapping[str, str]) -> str:
    """``zh`` or ``en``, as the terminal's locale asks for."""
    chosen = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def in_chinese(text: str) -> str:
    """The text with every line that we know in Chinese; other lines (a part's own output) stay as they are."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    for pattern, chinese in _patterns():
        found = pattern.fullmatch(line)
        if found:
            return chinese.format(*found.groups())
    return line


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile("(.*?)".join(re.escape(part) for part in english.split("{}"))), chinese)
        for english, chinese in CHINESE.items()
    )
