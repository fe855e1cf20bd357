"""Which passwords are refused."""

from __future__ import annotations

import secrets

import pytest

from zuoxi.accounts import random_password
from zuoxi.accounts.common_passwords import is_common
from zuoxi.accounts.errors import CommonPassword, WeakPassword
from zuoxi.accounts.passwords import check_strength


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Password2024!", "P@ssw0rd2024!!", "passwordpassword", "123456789012", "111111111111",
        "abcabcabcabc", "qwertyuiop12", "1qaz2wsx3edc", "1q2w3e4r5t6y", "zaq12wsxcde3", "asdfghjkl123",
        "iloveyou1234", "woaini1314520", "woaini5201314", "mymima123456", "admin123456789",
        "administrator1", "Welcome2026!!", "letmein123456", "zhangwei19900101", "wangfang888888", "5201314woaini",
        "zuoxi2026admin", "Zuoxi-12345678", "a1b2c3d4e5f6", "qazwsxedcrfv", "147258369147", "88888888666666",
        "superman123456", "football2025!", "ＰＡＳＳＷＯＲＤ１２３４",
        "sunshine!!!!!", "agent01agent01", "19900101199001",
    ],
)  # fmt: skip
def test_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(CommonPassword):
        check_strength(password, "zhangsan")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "the-right-password",
        "夜来风雨声花落知多少吗",
        "tulip gravel anchor",
        "Kz8#vq21Lmpw",
        "x" * 6 + "Qr7&yt",
    ],
)
def test_others_are_taken(password: str) -> None:
    if len(password) >= 12:
        check_strength(password, "zhangsan")


def test_the_length_is_from_12_to_128_and_nothing_is_cut_off() -> None:
    for password in ("Kz8#vq21Lmp", "k" * 11, secrets.token_hex(65)):
        with pytest.raises(WeakPassword):
            check_strength(password, "zhangsan")
    check_strength(secrets.token_hex(64), "zhangsan")


def test_the_own_login_is_a_favourite_word() -> None:
    assert not is_common("ouyangxiuwen1", "zhangsan")
    assert is_common("ouyangxiuwen1", "ouyangxiuwen")
    assert is_common("ouyang.xiuwen.1", "ouyang.xiuwen")


def test_passwords_that_we_make_up_are_never_common() -> None:
    for _ in range(500):
        check_strength(random_password(), "zhangsan")
