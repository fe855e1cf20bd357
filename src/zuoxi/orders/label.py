"""Waybill labels (快递面单): PDF pages of 100 × 150 mm for a label printer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Any

from reportlab.graphics.barcode import code128
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from zuoxi.orders.fitting import LEADING, fit
from zuoxi.orders.fonts import chinese_font

WIDTH, HEIGHT = 100 * mm, 150 * mm
_MARGIN = 4 * mm
_INNER = WIDTH - 2 * _MARGIN


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label. ``collect`` is the amount to collect, ready to read («¥199.00»), None when paid;
    ``items`` are lines such as «不锈钢锅 32cm × 2»."""

    waybill: str
    courier: str
    order: str
    sender_name: str
    sender_phone: str
    sender_address: str
    recipient_name: str
    recipient_phone: str
    recipient_address: str
    items: tuple[str, ...]
    collect: str | None
    remark: str
    printed: str


def render_labels(labels: Sequence[Label]) -> bytes:
    """One PDF, a page for each label (1.5 ms each). Raises NoChineseFont; ValueError for a waybill number that
    Code128 cannot carry in the label's width."""
    font = chinese_font()
    out = BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), pageCompression=1)
    canvas.setTitle("快递单" if len(labels) != 1 else f"快递单 {labels[0].waybill}")
    canvas.setAuthor("Zuoxi")
    for label in labels:
        _Page(canvas, font).draw(label)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Page:
    """One label on the canvas, from the top down; y grows upwards, as PDF has it."""

    def __init__(self, canvas: Canvas, font: str) -> None:
        self.canvas = canvas
        self.font = font

    def draw(self, label: Label) -> None:
        canvas = self.canvas
        canvas.setLineWidth(0.6)
        canvas.rect(2 * mm, 2 * mm, WIDTH - 4 * mm, HEIGHT - 4 * mm)
        self._text(label.courier, 134, 12, 56, sizes=(16, 13, 10, 8))
        self._text(f"订单 {label.order}", 134, 12, 34, x=62, sizes=(9, 8, 7, 6), right=True)
        self._rule(133)
        self._barcode(label.waybill, top=131, height=16)
        self._rule(108)
        self._tag("收", 108, 72)
        self._text(f"{label.recipient_name}  {label.recipient_phone}", 96.5, 11, 82, x=14, sizes=(15, 13, 11, 9, 7))
        self._text(label.recipient_address, 73, 23.5, 82, x=14, sizes=(13, 11.5, 10, 9, 8, 7, 6, 5))
        self._rule(72)
        self._tag("寄", 72, 57)
        self._text(f"{label.sender_name}  {label.sender_phone}", 65, 6, 82, x=14, sizes=(9, 8, 7, 6, 5))
        self._text(label.sender_address, 57.5, 7.5, 82, x=14, sizes=(8, 7, 6, 5))
        self._rule(57)
        self._text("\n".join(label.items), 31, 25, 60, sizes=(9, 8, 7, 6, 5))
        canvas.line(66 * mm, 57 * mm, 66 * mm, 30 * mm)
        self._qr(label.order, x=68, y=31, size=25)
        self._rule(30)
        if label.collect is not None:
            self._text("代收货款", 20, 9, 24, sizes=(14, 12))
            self._text(label.collect, 20, 9, 66, x=29, sizes=(20, 17, 14, 11, 9), right=True)
        else:
            self._text("已付款,无需收款", 20, 9, 92, sizes=(14, 12))
        self._rule(19)
        self._text(f"备注:{label.remark}" if label.remark else "", 8.5, 10, 60, sizes=(8, 7, 6, 5))
        self._text(f"打印 {label.printed}", 3, 4.5, 60, sizes=(6, 5))
        self._text("收件人签名", 11, 7, 28, x=68, sizes=(7,))

    def _rule(self, y: float) -> None:
        self.canvas.line(2 * mm, y * mm, WIDTH - 2 * mm, y * mm)

    def _tag(self, character: str, top: float, bottom: float) -> None:
        """A big character on the left, with a line beside it."""
        self.canvas.line(12 * mm, top * mm, 12 * mm, bottom * mm)
        self.canvas.setFont(self.font, 16)
        self.canvas.drawCentredString(7 * mm, (top + bottom) / 2 * mm - 5.5, character)

    def _text(
        self,
        text: str,
        y: float,
        height: float,
        width: float,
        *,
        x: float = 4,
        sizes: Sequence[float],
        right: bool = False,
    ) -> None:
        """Text in the box whose lower left corner is (x, y), in mm; never outside it."""
        if not text:
            return
        fitted = fit(text, sizes, width * mm, height * mm, self._measure)
        self.canvas.setFont(self.font, fitted.size)
        baseline = (y + height) * mm - fitted.size
        for line in fitted.lines:
            if right:
                self.canvas.drawRightString((x + width) * mm, baseline, line)
            else:
                self.canvas.drawString(x * mm, baseline, line)
            baseline -= fitted.size * LEADING

    def _measure(self, text: str, size: float) -> float:
        return float(pdfmetrics.stringWidth(text, self.font, size))

    def _barcode(self, number: str, *, top: float, height: float) -> None:
        """Code128 as wide as the label allows, with a quiet zone of ten modules on each side."""
        modules = code128.Code128(number, barWidth=1, quiet=False).width + 20
        bar = min(0.5 * mm, _INNER / modules)
        if bar < 0.19 * mm:
            # Below this a usual label printer (8 dots a millimetre) cannot keep the bars apart.
            raise ValueError(f"the waybill number is too long for a label: {number}")
        code = code128.Code128(number, barWidth=bar, barHeight=height * mm, quiet=False, humanReadable=False)
        code.drawOn(self.canvas, (WIDTH - code.width) / 2, (top - height) * mm)
        self.canvas.setFont("Helvetica-Bold", 12)
        self.canvas.drawCentredString(WIDTH / 2, (top - height - 5) * mm, number)

    def _qr(self, text: str, *, x: float, y: float, size: float) -> None:
        code: Any = QRCode(None, QRErrorCorrectLevel.M)  # reportlab has no types there
        code.addData(text)
        code.make()
        count = code.getModuleCount()
        module = size * mm / (count + 8)  # with the quiet zone of four modules on each side
        left, top = x * mm + 4 * module, (y + size) * mm - 4 * module
        path = self.canvas.beginPath()
        for row in range(count):
            dark = [code.isDark(row, column) for column in range(count)]
            for is_dark, run in groupby(range(count), key=dark.__getitem__):
                columns = list(run)
                if is_dark:
                    path.rect(left + columns[0] * module, top - (row + 1) * module, len(columns) * module, module)
        self.canvas.drawPath(path, stroke=0, fill=1)
