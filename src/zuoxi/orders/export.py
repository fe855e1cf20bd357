"""Lists of orders as files for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from zuoxi.orders.models import Courier, Order, Waybill
from zuoxi.orders.money import plain_money
from zuoxi.orders.rules import STATE_NAMES, OrderState, Payment
from zuoxi.platform.masking import mask_address, mask_number

ROW_LIMIT = 50_000
Row = tuple[Order, Waybill | None, Courier | None]

_HEADINGS = {
    "zh": (
        "订单号", "下单时间", "状态", "客户", "收件人", "电话", "省", "市", "区县", "地址", "商品", "金额", "支付方式",
        "坐席", "快递公司", "快递单号", "备注",
    ),
    "en": (
        "Order", "Placed at", "State", "Customer", "Recipient", "Telephone", "Province", "City", "District", "Street",
        "Items", "Amount", "Payment", "Agent", "Courier", "Waybill", "Remark",
    ),
}  # fmt: skip
_PAYMENTS = {
    Payment.CASH_ON_DELIVERY: ("代收货款", "cash on delivery"),
    Payment.PAID: ("已付款", "paid"),
}
_AMOUNT = 11


def table(rows: Sequence[Row], *, zone: ZoneInfo, english: bool, revealed: bool) -> list[list[str]]:
    """Heading and rows as text; telephone and street masked unless revealed. Times are in ``zone``."""
    language = 1 if english else 0
    found = [list(_HEADINGS["en" if english else "zh"])]
    for order, waybill, courier in rows:
        found.append(
            [
                order.number,
                order.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
                STATE_NAMES[OrderState(order.state)][language],
                order.customer_name,
                order.recipient,
                order.phone if revealed else mask_number(order.phone),
                order.province,
                order.city,
                order.district,
                order.street if revealed else mask_address(order.street),
                order.summary,
                plain_money(order.amount_minor),
                _PAYMENTS[Payment(order.payment)][language],
                order.agent_name,
                courier.name if courier else "",
                waybill.number if waybill else "",
                order.remark,
            ]
        )
    return found


def as_csv(cells: Sequence[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with a byte order mark, which Excel needs to read Chinese."""
    out = io.StringIO()
    csv.writer(out).writerows([_harmless(cell) for cell in row] for row in cells)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(cells: Sequence[Sequence[str]], title: str) -> bytes:
    """An Excel workbook of one sheet: numbers of orders and telephones stay text, amounts are numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for position, row in enumerate(cells):
        written = []
        for column, cell in enumerate(row):
            made = WriteOnlyCell(sheet)
            if column == _AMOUNT and position:
                made.value = float(cell)
                made.number_format = "#,##0.00"
            else:
                made.value = "".join(character for character in cell if character >= " " or character in "\n\t")
                made.data_type = "s"  # never a formula
            written.append(made)
        sheet.append(written)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
