"""Passwords that are tried first: made of few pieces that everybody uses. Pure.

Lists of stolen passwords hold, from twelve characters on, almost nothing but compositions: a favourite word, a walk
over the keyboard, a year, a repeated character («Password2024!», «woaini1314520», «qwertyuiop12»). So instead of
looking a password up, we count the pieces it can be made of: each favourite piece counts one, each other character
counts one.
"""

from __future__ import annotations

import re
import unicodedata

FEWEST = 5  # pieces

_WRITTEN = """
    password passwort passwd pass admin administrator root user guest test demo login system manager master secret
    private public default changeme change welcome letmein access server service support office company
    internet computer windows google baidu alibaba taobao tencent weixin wechat huawei xiaomi apple iphone
    android samsung facebook
    zuoxi zuo xi agent supervisor auditor dispatcher hotline callcenter call center centre contact phone telephone
    asterisk sip trunk tvshop shopping order kefu dianhua guanli guanliyuan mima denglu yonghu gongsi
    love iloveyou loveyou lovely forever baby sweet sweetheart darling princess angel sunshine flower butterfly
    superman batman spiderman starwars pokemon naruto dragon tiger monkey shadow killer hunter ninja warrior knight
    football baseball basketball soccer hockey jordan michael jessica jennifer ashley daniel thomas
    robert andrew charlie summer winter spring autumn january february march april june july
    august september october november december
    monday tuesday wednesday thursday friday saturday sunday hello goodbye please freedom happy lucky money power
    trustno nothing whatever computer1 abc abcd aaa asdf qazwsx zaq wsx qaz edc rfv
    woaini woaiwojia woaizhongguo woshishui wobuzhidao nihao zhongguo china beijing shanghai guangzhou shenzhen
    laopo laogong baobao qinaide xiaoxiao xingfu kuaile pengyou jiayou fighting gongxi facai shengri haha hehe
    wangwei zhangwei liwei liuwei wangfang lijing zhangjing wangjing zhang wang chen yang zhao huang zhou
    520 521 1314 5201314 1314520 1314521 7758 7758258 7758521 147258 147258369 159357 123321 112233 147852 789456
    110110 119119 120120 911 888 666 999 168 518 588 8888 6666 168168 518518
    mypassword yourpassword thepassword letme in my your the is are and you me new
"""
_WORDS = frozenset(_WRITTEN.split())

_ROWS = (
    "`1234567890-=",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "!@#$%^&*()_+",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1s2d3f4g5h6j7k8l9",
    "a1b2c3d4e5f6g7h8i9",
    "147258369",
    "741852963",
    "qazwsxedcrfvtgbyhnujm",
    "zaqxswcdevfrbgtnhymju",
)
_WALKS = tuple(row for each in _ROWS for row in (each, each[::-1]))
_LIKE = str.maketrans("@4830157$!|", "aabeoistsil")
_YEAR = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?")


def is_common(password: str, *own: str) -> bool:
    """Whether a password is made of so few pieces that it will be tried first. ``own`` are words that count as
    favourites for this user: the login, the company's name."""
    plain = unicodedata.normalize("NFKC", password).lower()
    named = [each.lower() for each in own]
    words = _WORDS | {part for each in named for part in (each, *re.split(r"[\W_]+", each)) if len(part) >= 3}
    return pieces(plain, words) < FEWEST


def pieces(plain: str, words: frozenset[str] = _WORDS) -> int:
    """The least number of pieces that a text in lower case can be made of."""
    size = len(plain)
    alike = plain.translate(_LIKE)
    best = [0, *([size + 1] * size)]
    longest = max(map(len, words))
    for start in range(size):
        best[start + 1] = min(best[start + 1], best[start] + 1)
        for end in range(start + 2, size + 1):
            if _is_piece(plain[start:end], alike[start:end], words, longest):
                best[end] = min(best[end], best[start] + 1)
            # the same again and again: once, and once for the repeating
            length = end - start
            if start >= length and plain[start - length : start] == plain[start:end]:
                best[end] = min(best[end], best[start] + (0 if _repeats(plain, start, length) else 1))
    return best[size]


def _is_piece(text: str, alike: str, words: frozenset[str], longest: int) -> bool:
    if len(text) <= longest and (text in words or alike in words):
        return True
    if len(text) >= 3 and (len(set(text)) == 1 or any(text in walk for walk in _WALKS)):
        return True
    return _YEAR.fullmatch(text) is not None


def _repeats(plain: str, start: int, length: int) -> bool:
    """Whether what stands before was a repetition already, so that one more adds nothing."""
    return start >= 2 * length and plain[start - 2 * length : start - length] == plain[start - length : start]
