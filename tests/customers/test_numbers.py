"""Reading telephone numbers, places, addresses and names."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zuoxi.customers import NumberKind, parse_address, pinyin_of, read_number, regions


@pytest.mark.parametrize(
    ("raw", "kind", "e164", "shown", "place"),
    [
        ("13812345678", "mobile", "+8613812345678", "13812345678", "江苏省连云港市"),
        ("013812345678", "mobile", "+8613812345678", "13812345678", "江苏省连云港市"),
        ("+86 138-1234-5678", "mobile", "+8613812345678", "13812345678", "江苏省连云港市"),
        ("008613812345678", "mobile", "+8613812345678", "13812345678", "江苏省连云港市"),
        ("8613812345678", "mobile", "+8613812345678", "13812345678", "江苏省连云港市"),
        ("１３８１２３４５６７８", "mobile", "+8613812345678", "13812345678", "江苏省连云港市"),
        ("021-62345678", "landline", "+862162345678", "02162345678", "上海市"),
        ("+862162345678", "landline", "+862162345678", "02162345678", "上海市"),
        ("0755 8234 5678", "landline", "+8675582345678", "075582345678", "广东省深圳市"),
        ("62345678", "landline", None, "62345678", None),
        ("4008001111", "service", None, "4008001111", None),
        ("95588", "service", None, "95588", None),
        ("10086", "short", None, "10086", None),
        ("+14155552671", "foreign", "+14155552671", "+14155552671", "境外(US)"),
        ("anonymous", "anonymous", None, "", None),
        ("", "anonymous", None, "", None),
        ("1381234", "other", None, "1381234", None),
    ],
)
def test_numbers_are_classified(raw: str, kind: str, e164: str | None, shown: str, place: str | None) -> None:
    read = read_number(raw)
    assert (read.raw, read.kind, read.e164, read.shown, read.place) == (raw, NumberKind(kind), e164, shown, place)


@given(st.text(max_size=60))
@example("00")
@example("+86")
@example("0086")
def test_any_text_is_read(raw: str) -> None:
    read = read_number(raw)
    assert read.raw == raw
    assert (read.kind is NumberKind.ANONYMOUS) == (read.key == "")
    # What is shown reads as the same number again.
    assert read.kind is NumberKind.ANONYMOUS or read_number(read.key).key == read.key


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("上海浦东新区世纪大道1号", ("上海市", "上海市", "浦东新区", "世纪大道1号")),
        ("浙江省杭州市西湖区 文三路88号", ("浙江省", "杭州市", "西湖区", "文三路88号")),
        ("杭州市西湖区文三路88号", ("浙江省", "杭州市", "西湖区", "文三路88号")),
        ("广东东莞市长安镇", ("广东省", "东莞市", "", "长安镇")),
        ("海南琼海市嘉积镇1号", ("海南省", "", "琼海市", "嘉积镇1号")),
        ("吉林市昌邑区解放路", ("吉林省", "吉林市", "昌邑区", "解放路")),
        ("朝阳区建国路", ("", "", "", "朝阳区建国路")),
        ("村口第三家", ("", "", "", "村口第三家")),
    ],
)
def test_addresses_are_taken_apart(text: str, parts: tuple[str, str, str, str]) -> None:
    found = parse_address(text)
    assert (found.province, found.city, found.district, found.street) == parts


@given(st.data())
def test_a_whole_address_comes_apart_as_it_was_put_together(data: st.DataObject) -> None:
    province = data.draw(st.sampled_from(regions()))
    city = data.draw(st.sampled_from(province.parts))
    district = data.draw(st.sampled_from(city.parts))
    found = parse_address(f"{province.name}{city.name}{district.name}某某路1号")
    assert found.province == province.name
    assert found.district == district.name
    assert found.street == "某某路1号"


def test_every_city_has_districts_and_names_are_unique_within_their_level() -> None:
    assert len(regions()) == 34
    for province in regions():
        for city in province.parts:
            assert city.code.startswith(province.code)
            assert city.parts
            assert len({district.name for district in city.parts}) == len(city.parts)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("王小明", "wangxiaoming", "wxm"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("Ada 李", "adali", "al"),
        ("", "", ""),
        ("!?", "", ""),
    ],
)
def test_names_have_pinyin_keys(name: str, pinyin: str, initials: str) -> None:
    assert pinyin_of(name, person=True) == (pinyin, initials)
