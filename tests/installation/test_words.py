from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from zuoxi.installation import words
from zuoxi.installation.words import CHINESE, in_chinese, language

SOURCES = Path(words.__file__).parents[1]


def test_the_terminals_locale_chooses():
    assert language({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}) == "en"
    assert language({}) == "en"


def test_sentences_carry_their_data_over():
    assert in_chinese("edge is ready") == "edge 已就绪"
    assert in_chinese("api ended (signal 9); starting it again in 0.3 s") == "api 已退出 (signal 9),0.3 秒后重新启动"
    assert in_chinese(
        "Port 80 of 127.0.0.1 is taken by another program, or not allowed. Choose another by --port N."
    ) == ("127.0.0.1 的端口 80 已被其他程序占用或不允许使用。请用 --port N 选择其他端口。")
    assert in_chinese("api does not start. Its last words:\nKeyError: x") == "api 启动失败。最后的输出:\nKeyError: x"


@pytest.mark.parametrize("english", CHINESE)
def test_both_languages_carry_the_same(english: str):
    holes = [name for _, name, _, _ in string.Formatter().parse(CHINESE[english]) if name is not None]
    assert len(holes) == english.count("{}"), "a hole is missing"
    filled = english.format(*(f"<{number}>" for number in range(len(holes))))
    said = in_chinese(filled)
    assert said != filled
    assert all(f"<{number}>" in said for number in range(len(holes)))


def test_every_english_sentence_is_still_said_somewhere():
    """A sentence that was reworded in the code would silently fall back to English."""
    code = "".join(
        path.read_text("utf-8")
        for folder in ("installation", "telephony/engine")
        for path in (SOURCES / folder).glob("*.py")
        if path.name != "words.py"
    ) + (SOURCES / "cli.py").read_text("utf-8")
    joined = re.sub(r'"\s*\n\s*f?"', "", code)
    for english in CHINESE:
        longest = max(english.split("{}"), key=len).strip()
        assert longest in joined, english
