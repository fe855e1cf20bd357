"""Labels and manifests as a printer gets them: rendered, and their codes read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from zuoxi.orders import fonts
from zuoxi.orders.errors import NoChineseFont
from zuoxi.orders.label import Label, render_labels
from zuoxi.orders.manifest_pdf import ROWS_ON_A_PAGE, ManifestSheet, Parcel, render_manifest

LABEL = Label(
    waybill="SF1000000001",
    courier="顺丰速运",
    order="20261122-0001",
    sender_name="好家购物",
    sender_phone="4008001111",
    sender_address="上海市闵行区仓库路1号",
    recipient_name="王小明",
    recipient_phone="13812345678",
    recipient_address="上海市浦东新区世纪大道100号8楼802室",
    items=("共 3 件", "不锈钢锅 32cm × 2", "赠 锅铲 × 1"),
    collect="¥398.00",
    remark="上午送货",
    printed="2026-11-22 17:00",
)


def open_pdf(pdf: bytes) -> Any:
    """The document (pypdfium2 comes without types)."""
    return pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]


def read_codes(pdf: bytes, page: int = 0, dots_per_mm: int = 8) -> dict[str, str]:
    """The codes on a page at a label printer's resolution, by their kind."""
    with open_pdf(pdf) as document:
        image = document[page].render(scale=dots_per_mm * 25.4 / 72, grayscale=True).to_pil()
    return {code.format.name: code.text for code in zxingcpp.read_barcodes(image)}


def text_of(pdf: bytes, page: int = 0) -> str:
    """The text on a page, without line breaks."""
    with open_pdf(pdf) as document:
        found: str = document[page].get_textpage().get_text_range()
    # At the end of a line pdfium reports a hyphen as a non-character.
    return found.replace("\r", "").replace("\n", "").replace("\ufffe", "-")


def test_a_label_has_its_size_its_text_and_readable_codes() -> None:
    pdf = render_labels([LABEL])
    with open_pdf(pdf) as document:
        assert len(document) == 1
        assert [round(side * 25.4 / 72, 1) for side in document[0].get_size()] == [100.0, 150.0]
    assert read_codes(pdf) == {"Code128": "SF1000000001", "QRCode": "20261122-0001"}
    text = text_of(pdf)
    for part in (
        "顺丰速运",
        "王小明",
        "13812345678",
        "上海市浦东新区世纪大道100号8楼802室",
        "好家购物",
        "4008001111",
        "上海市闵行区仓库路1号",
        "不锈钢锅 32cm × 2",
        "赠 锅铲 × 1",
        "代收货款",
        "¥398.00",
        "上午送货",
        "SF1000000001",
        "20261122-0001",
    ):
        assert part in text, part


def test_a_paid_order_collects_nothing() -> None:
    text = text_of(render_labels([replace(LABEL, collect=None)]))
    assert "代收货款" not in text
    assert "无需收款" in text


LONG = st.text("新疆维吾尔自治区伊犁哈萨克自治州某某路abcXYZ0189- ,", min_size=1, max_size=320)


@settings(max_examples=15, deadline=None)
@given(
    name=LONG.map(lambda text: text[:40]),
    address=LONG,
    sender=LONG.map(lambda text: text[:120]),
    items=st.lists(LONG.map(lambda text: text[:100]), max_size=40),
    remark=LONG.map(lambda text: text[:200]),
    waybill=st.text("ABCXYZ0123456789-", min_size=4, max_size=22),
)
def test_nothing_leaves_the_label_and_the_codes_stay_readable(
    name: str, address: str, sender: str, items: list[str], remark: str, waybill: str
) -> None:
    pdf = render_labels(
        [
            replace(
                LABEL,
                waybill=waybill,
                recipient_name=name,
                recipient_address=address,
                sender_address=sender,
                items=tuple(items),
                remark=remark,
                collect="¥1,234,567.00",
            )
        ]
    )
    with open_pdf(pdf) as document:
        page = document[0]
        width, height = page.get_size()
        for found in page.get_objects():
            left, bottom, right, top = found.get_bounds()
            assert left >= 5
            assert bottom >= 5
            assert right <= width - 5
            assert top <= height - 5
    assert read_codes(pdf, dots_per_mm=12) == {"Code128": waybill, "QRCode": "20261122-0001"}
    # The address is what the parcel needs: however long, it stands there whole.
    assert "".join(address.split()) in "".join(text_of(pdf).split())


def test_a_number_too_long_for_the_label_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        render_labels([replace(LABEL, waybill="ABCDEFGHIJ" * 6)])


def test_five_hundred_labels_are_five_hundred_pages() -> None:
    labels = [replace(LABEL, waybill=f"SF{n:010d}") for n in range(500)]
    pdf = render_labels(labels)
    with open_pdf(pdf) as document:
        assert len(document) == 500
    assert read_codes(pdf, 0)["Code128"] == "SF0000000000"
    assert read_codes(pdf, 499)["Code128"] == "SF0000000499"
    # The font stands in the file once.
    assert len(pdf) < 5_000_000


def test_without_a_chinese_font_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "_FOLDERS", (tmp_path,))
    monkeypatch.setenv("ZUOXI_CJK_FONT", str(tmp_path / "absent.ttf"))
    fonts.chinese_font.cache_clear()
    with pytest.raises(NoChineseFont) as refused:
        render_labels([LABEL])
    assert "fonts-wqy-microhei" in refused.value.message("zh-CN")
    assert "ZUOXI_CJK_FONT" in refused.value.message("en")
    monkeypatch.undo()
    fonts.chinese_font.cache_clear()
    assert render_labels([LABEL])


def test_a_manifest_lists_every_parcel() -> None:
    sheet = ManifestSheet("J20261122-001", "顺丰速运", "大刘", "2026-11-22 17:00", "¥398.00")
    parcels = [
        Parcel(f"SF{n:010d}", f"20261122-{n:04d}", "王小明" * (n % 20), "新疆维吾尔自治区伊犁哈萨克自治州" * 2, "¥9.90")
        for n in range(ROWS_ON_A_PAGE + 5)
    ]
    pdf = render_manifest(sheet, parcels)
    with open_pdf(pdf) as document:
        assert len(document) == 2
    assert "J20261122-001" in text_of(pdf)
    assert "签字" in text_of(pdf, 1)
    assert f"SF{ROWS_ON_A_PAGE + 4:010d}" in text_of(pdf, 1)
    assert f"共 {ROWS_ON_A_PAGE + 5} 件" in text_of(pdf, 0)
