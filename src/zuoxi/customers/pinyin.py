"""Names as they are typed on a Latin keyboard: full pinyin and initials, for search and for sorting."""

from __future__ import annotations

from itertools import takewhile

from pypinyin import Style, lazy_pinyin

# Surnames that are read otherwise than the same character elsewhere.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "任": "ren", "区": "ou",
    "尉": "yu", "缪": "miao", "盖": "ge", "种": "chong", "重": "chong", "召": "shao", "华": "hua", "员": "yun",
    "乐": "yue", "折": "she", "秘": "bi", "繁": "po", "洗": "xian", "冼": "xian", "翟": "zhai", "覃": "qin",
}  # fmt: skip


def pinyin_of(name: str, *, person: bool = False) -> tuple[str, str]:
    """Full pinyin and initials in lower case without spaces: «王小明» → («wangxiaoming», «wxm»). With ``person`` the
    first character is read as a surname. Latin letters and digits stay; everything else is left out."""
    full, initials = [], []
    for position, syllable in enumerate(lazy_pinyin(name, style=Style.NORMAL)):
        read = _SURNAMES.get(name[:1], syllable) if person and position == 0 and len(syllable) else syllable
        kept = "".join(character for character in read.lower() if character.isascii() and character.isalnum())
        if not kept:
            continue
        full.append(kept)
        # A run of Latin text or digits comes as one «syllable»; a number (a size, a model) stays whole in the initials.
        initials.append("".join(takewhile(str.isdigit, kept)) or kept[0])
    return "".join(full)[:200], "".join(initials)[:60]
