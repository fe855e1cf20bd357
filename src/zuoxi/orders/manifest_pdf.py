"""The hand-over manifest (交接单) as an A4 PDF that the courier signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from zuoxi.orders.fitting import fit
from zuoxi.orders.fonts import chinese_font

ROWS_ON_A_PAGE = 36
_ROW = 6.4 * mm
_LEFT = 12 * mm
# Heading, left edge and width in mm.
_COLUMNS = (
    ("序号", 12, 12),
    ("快递单号", 24, 44),
    ("订单号", 68, 34),
    ("收件人", 102, 26),
    ("省市区", 128, 42),
    ("代收货款", 170, 28),
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One row; ``collect`` is empty when nothing is collected."""

    waybill: str
    order: str
    recipient: str
    region: str
    collect: str


@dataclass(frozen=True, slots=True)
class ManifestSheet:
    """What the manifest says above its rows."""

    number: str
    courier: str
    by: str
    at: str
    collect: str


def render_manifest(sheet: ManifestSheet, parcels: Sequence[Parcel]) -> bytes:
    """A PDF with as many pages as it takes; the last has room for the signatures. Raises NoChineseFont."""
    font = chinese_font()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    canvas.setTitle(f"交接单 {sheet.number}")
    canvas.setAuthor("Zuoxi")
    pages = [parcels[start : start + ROWS_ON_A_PAGE] for start in range(0, max(1, len(parcels)), ROWS_ON_A_PAGE)]
    for number, rows in enumerate(pages, start=1):
        canvas.setFont(font, 16)
        canvas.drawString(_LEFT, 280 * mm, f"快递交接单 {sheet.number}")
        canvas.setFont(font, 10)
        canvas.drawString(_LEFT, 272 * mm, f"快递公司:{sheet.courier}   交接时间:{sheet.at}   经手人:{sheet.by}")
        total = f"共 {len(parcels)} 件   代收货款合计 {sheet.collect}"
        canvas.drawString(_LEFT, 266 * mm, f"{total}   第 {number}/{len(pages)} 页")
        y = 259 * mm
        _row(canvas, font, y, [heading for heading, _, _ in _COLUMNS])
        for offset, parcel in enumerate(rows):
            y -= _ROW
            position = (number - 1) * ROWS_ON_A_PAGE + offset + 1
            _row(
                canvas,
                font,
                y,
                [str(position), parcel.waybill, parcel.order, parcel.recipient, parcel.region, parcel.collect],
            )
        if number == len(pages):
            canvas.setFont(font, 10)
            canvas.drawString(
                _LEFT, 18 * mm, "发货人签字:________________    快递员签字:________________    日期:____________"
            )
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _row(canvas: Canvas, font: str, y: float, cells: Sequence[str]) -> None:
    canvas.setLineWidth(0.4)
    for (_, left, width), cell in zip(_COLUMNS, cells, strict=True):
        canvas.rect(left * mm, y - 1.8 * mm, width * mm, _ROW)
        # One line: what is too long is set smaller, then cut.
        fitted = fit(
            cell.replace("\n", " "),
            (9, 8, 7, 6, 5),
            width * mm - 4,
            8,
            lambda text, size: float(pdfmetrics.stringWidth(text, font, size)),
        )
        canvas.setFont(font, fitted.size)
        canvas.drawString(left * mm + 2, y, fitted.lines[0])
