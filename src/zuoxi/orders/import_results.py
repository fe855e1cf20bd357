"""What became of parcels: a courier's file of deliveries, refusals and returns, taken whole or not at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal
from zuoxi.orders.day_numbers import zone_of
from zuoxi.orders.errors import ImportRejected, WrongStep
from zuoxi.orders.models import Order, Waybill
from zuoxi.orders.rules import OrderState, Step, transition
from zuoxi.orders.steps import take_step

ROW_LIMIT = 20_000
BYTE_LIMIT = 5_000_000

_COLUMNS = {
    "waybill": ("waybill", "运单号", "快递单号", "单号", "快递单"),
    "state": ("state", "状态", "结果", "签收状态"),
    "date": ("date", "日期", "时间", "签收时间"),
    "note": ("note", "备注", "说明", "原因"),
}
_STEPS = {
    Step.DELIVER: ("delivered", "签收", "已签收", "妥投"),
    Step.REFUSE: ("refused", "拒收", "已拒收"),
    Step.TAKE_BACK: ("returned", "退回", "已退回", "退货", "返回"),
}
_STEP_BY_WORD = {word: step for step, words in _STEPS.items() for word in words}
_TARGET = {Step.DELIVER: OrderState.DELIVERED, Step.REFUSE: OrderState.REFUSED, Step.TAKE_BACK: OrderState.RETURNED}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class ParcelResult:
    """One row: ``row`` is its line in the file (the heading is line 1); ``at`` is None when the file gives no date."""

    row: int
    waybill: str
    step: Step
    at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row, in both languages."""

    row: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ImportDone:
    """``accepted`` rows changed an order; ``unchanged`` ones told what was known already."""

    accepted: int
    unchanged: int


def read_results(data: bytes, zone: ZoneInfo, now: datetime) -> tuple[list[ParcelResult], list[Fault]]:
    """Read the file: UTF-8 with or without byte order mark, or GB18030 (what Excel writes in China). Dates are in
    ``zone``. Returns the rows that can be read and the faults of the others."""
    if len(data) > BYTE_LIMIT:
        return [], [Fault(1, "文件过大,最多 5 MB", "The file is too large: at most 5 MB")]
    text = _decode(data)
    if text is None:
        return [], [
            Fault(1, "无法识别文件编码,请另存为 UTF-8 或 GB18030 的 CSV", "Save the file as CSV in UTF-8 or GB18030")
        ]
    try:
        lines = list(_numbered(text))
    except csv.Error:
        return [], [Fault(1, "不是有效的 CSV 文件", "This is not a CSV file")]
    if not lines:
        return [], [Fault(1, "文件为空", "The file is empty")]
    columns = _columns(lines[0][1])
    missing = [names[1] for name, names in _COLUMNS.items() if name in ("waybill", "state") and name not in columns]
    if missing:
        listed = "、".join(missing)
        return [], [Fault(lines[0][0], f"表头缺少列:{listed}", "The heading needs the columns waybill and state")]
    if len(lines) - 1 > ROW_LIMIT:
        return [], [Fault(1, f"最多 {ROW_LIMIT} 行", f"At most {ROW_LIMIT} rows")]
    rows: list[ParcelResult] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, cells in lines[1:]:
        found = _read_row(number, {name: cells[i].strip() for name, i in columns.items() if i < len(cells)}, zone, now)
        if isinstance(found, Fault):
            faults.append(found)
        elif found.waybill in seen:
            first = seen[found.waybill]
            faults.append(
                Fault(number, f"快递单号与第 {first} 行重复", f"The same waybill stands in row {first} already")
            )
        else:
            seen[found.waybill] = number
            rows.append(found)
    if not rows and not faults:
        faults.append(Fault(lines[0][0], "文件没有数据行", "The file has no rows"))
    return rows, faults


async def import_results(session: AsyncSession, by: Principal, data: bytes, *, now: datetime) -> ImportDone:
    """Record what a file says: every row, or, when one row is wrong, nothing. The same file again changes nothing.

    Raises ImportRejected with every fault and its row; Forbidden.
    """
    rows, faults = read_results(data, await zone_of(session), now)
    found = await _waybills(session, [row.waybill for row in rows])
    steps: dict[Step, list[str]] = {}
    reasons: dict[str, str] = {}
    changed: list[tuple[Waybill, ParcelResult]] = []
    unchanged = 0
    for row in rows:
        known = found.get(row.waybill)
        if known is None:
            faults.append(Fault(row.row, f"没有快递单 {row.waybill}", f"There is no waybill {row.waybill}"))
            continue
        waybill, order = known
        if waybill.void:
            faults.append(Fault(row.row, f"快递单 {row.waybill} 已作废", f"Waybill {row.waybill} is void"))
            continue
        if order.state == _TARGET[row.step]:
            unchanged += 1
            continue
        try:
            transition(OrderState(order.state), row.step)
        except WrongStep as error:
            faults.append(Fault(row.row, error.message("zh-CN"), error.message("en")))
            continue
        steps.setdefault(row.step, []).append(order.id)
        reasons[order.id] = row.note
        changed.append((waybill, row))
    if faults:
        faults.sort(key=lambda fault: fault.row)
        raise ImportRejected(
            count=len(faults),
            rows=[
                {"row": fault.row, "message": fault.en if by.locale.startswith("en") else fault.zh}
                for fault in faults[:500]
            ],
        )
    for step, order_ids in steps.items():
        await take_step(session, by, order_ids, step, now=now, reasons=reasons)
    for waybill, row in changed:
        waybill.result_at = row.at or now
        waybill.result_note = row.note or None
    await session.flush()
    return ImportDone(len(changed), unchanged)


async def _waybills(session: AsyncSession, numbers: list[str]) -> Mapping[str, tuple[Waybill, Order]]:
    """Waybills with their orders, the orders held until the transaction ends."""
    found: dict[str, tuple[Waybill, Order]] = {}
    for start in range(0, len(numbers), 5000):
        rows = await session.execute(
            select(Waybill, Order)
            .join(Order, Order.id == Waybill.order_id)
            .where(Waybill.number.in_(numbers[start : start + 5000]))
            .order_by(Order.id)
            .with_for_update(of=Order, key_share=True)
            .execution_options(populate_existing=True)
        )
        found.update({waybill.number: (waybill, order) for waybill, order in rows})
    return found


def _decode(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _numbered(text: str) -> list[tuple[int, list[str]]]:
    """Rows with the number of their line, empty ones left out. The separator is a comma, a semicolon or a tab."""
    heading = text.lstrip().split("\n", 1)[0]
    separator = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = []
    start = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append((start, cells))
        start = reader.line_num + 1
    return rows


def _columns(heading: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(heading):
        for name, names in _COLUMNS.items():
            if cell.strip().lower() in names:
                found.setdefault(name, index)
    return found


def _read_row(number: int, cells: Mapping[str, str], zone: ZoneInfo, now: datetime) -> ParcelResult | Fault:
    # Excel users protect long numbers from becoming 1.2E+15 by an apostrophe or ="…".
    waybill = cells.get("waybill", "").removeprefix("'").removeprefix('="').removesuffix('"').strip()
    word = cells.get("state", "").lower()
    if not waybill:
        return Fault(number, "缺少快递单号", "The waybill is missing")
    if re.fullmatch(r"\d\.\d+E\+\d+", waybill, re.IGNORECASE):
        return Fault(number, "快递单号被表格软件改成了科学计数法", "The spreadsheet turned the number into 1.2E+15")
    step = _STEP_BY_WORD.get(word)
    if step is None:
        return Fault(
            number,
            f"不认识的状态“{cells.get('state', '')[:20]}”,应为 签收、拒收 或 退回",
            "The state must be delivered, refused or returned",
        )
    at = None
    if cells.get("date"):
        at = _moment(cells["date"], zone)
        if at is None:
            return Fault(number, f"日期“{cells['date'][:20]}”不正确,应如 2026-11-22", "Write the date as 2026-11-22")
        if at > now + timedelta(days=1):
            return Fault(number, f"日期“{cells['date'][:20]}”在将来", "The date lies in the future")
    return ParcelResult(number, waybill, step, at, cells.get("note", "")[:200])


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=zone)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
