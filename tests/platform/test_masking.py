"""Personal data as shown to people who may not see it whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zuoxi.platform.masking import mask_address, mask_name, mask_number


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "+86138****5678"),
        ("01088886666", "010****6666"),
        ("88886666", "88****66"),
        ("10086", "1****"),
        ("110", "***"),
        ("", ""),
        (None, ""),
    ],
)
def test_numbers(number: str | None, shown: str) -> None:
    assert mask_number(number) == shown


@given(st.text("0123456789", min_size=7, max_size=15))
def test_at_least_three_digits_of_a_number_are_hidden(number: str) -> None:
    kept = mask_number(number).replace("****", "")
    assert len(kept) <= len(number) - 3


def test_names_and_addresses() -> None:
    assert mask_name("王小明") == "王**"
    assert mask_name("王") == "王*"
    assert mask_name(None) == ""
    assert mask_address("人民路88号3栋501") == "人民路****"
    assert mask_address("东街") == "东****"
    assert mask_address("") == ""
