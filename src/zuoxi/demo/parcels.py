"""The demo's orders: what was bought in each call, and how far each order has come, step by step along the orders' own
table of transitions, with the goods moved at every step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from zuoxi.customers import read_number
from zuoxi.demo.callers import Customer
from zuoxi.demo.calls import Call
from zuoxi.demo.centre import Centre, Person
from zuoxi.demo.chance import Chance
from zuoxi.demo.warehouse import Article, Warehouse
from zuoxi.orders import TRANSITIONS, OrderState, Step

Row = dict[str, Any]

_ARROWS = {(arrow.source, arrow.step): arrow for arrow in TRANSITIONS}
# The newest orders, oldest of them first: what auditors and dispatchers find in the morning.
_ON_DESKS: tuple[tuple[tuple[Step, ...], int], ...] = (
    ((Step.APPROVE, Step.CLEAR, Step.LABEL, Step.PRINT), 6),
    ((Step.APPROVE, Step.CLEAR, Step.LABEL), 3),
    ((Step.APPROVE, Step.CLEAR), 7),
    ((Step.SEND_BACK,), 3),
    ((Step.APPROVE, Step.DISPATCH_SEND_BACK), 2),
    ((Step.APPROVE,), 10),
    ((), 16),
)
_SENT_BACK = ("收货电话少一位", "地址缺少门牌号", "客户姓名与收件人不一致,请核实", "数量请与客户确认")
_DISPATCH_SENT_BACK = ("该乡镇快递不派送,请更换地址", "详细地址无法识别")
_CANCELLED = ("客户来电取消", "重复下单", "客户改买其他商品")
_REFUSED = ("客户拒收:与预期不符", "客户拒收:家人不同意", "客户不在,多次派送失败")
_TAKEN_BACK = ("客户退货,包装完好", "质量问题退回")
_REMARKS = ("送货前请电话联系", "请工作日送货", "请放物业", "不要放快递柜")


@dataclass(slots=True)
class Tables:
    """Rows by table, in an order that foreign keys allow."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, **values: Any) -> None:
        """One more row."""
        self.rows[table].append(values)


@dataclass(slots=True)
class _Order:
    id: str
    call: Call
    customer: Customer
    lines: list[tuple[Article, int, bool]]
    state: OrderState = OrderState.SUBMITTED
    version: int = 1
    updated_at: datetime | None = None
    return_reason: str | None = None
    waybill: Row | None = None


class Parcels:
    """Writes the orders of the calls in which something was bought."""

    def __init__(
        self, chance: Chance, centre: Centre, warehouse: Warehouse, tables: Tables, now: datetime, zone: ZoneInfo
    ) -> None:
        self._chance = chance
        self._centre = centre
        self._warehouse = warehouse
        self._tables = tables
        self._now = now
        self._zone = zone
        self._numbers: defaultdict[date, int] = defaultdict(int)
        self._manifests: dict[tuple[str, date], Row] = {}
        self._manifest_numbers: defaultdict[date, int] = defaultdict(int)
        self._steps: list[tuple[datetime, _Order, Step, Person, str]] = []

    def write(self, calls: Sequence[Call], customers: Mapping[str, Customer]) -> int:
        """Write all orders. Returns how many there are."""
        bought = [call for call in calls if call.visit.buys and call.agent is not None]
        desks = [steps for steps, count in _ON_DESKS for _ in range(count)] if len(bought) > 100 else []
        orders = []
        for place, call in enumerate(bought):
            order = self._order(call, customers[str(call.visit.customer_id)])
            orders.append(order)
            from_end = len(bought) - place
            if from_end <= len(desks):
                self._schedule_desk(order, desks[len(desks) - from_end])
            else:
                self._schedule_life(order)
        # Goods move in the order of time, whatever order they are of.
        for at, order, step, by, reason in sorted(self._steps, key=lambda item: (item[0], item[1].id)):
            self._take(at, order, step, by, reason)
        for order in orders:
            self._store(order)
        self._tables.rows["manifest"] = list(self._manifests.values())
        for kind, counts in (("order", self._numbers), ("manifest", self._manifest_numbers)):
            for day, last in counts.items():
                self._tables.add("day_counter", kind=kind, day=day, last=last)
        return len(orders)

    def _order(self, call: Call, customer: Customer) -> _Order:
        at = call.ended_at - timedelta(seconds=min(30.0, call.talked / 2))
        order = _Order(self._chance.identifier(at), call, customer, self._warehouse.choose(call.visit.hotline.line_key))
        assert call.agent is not None
        self._steps.append((at, order, Step.SUBMIT, call.agent, ""))
        return order

    def _schedule_desk(self, order: _Order, steps: Sequence[Step]) -> None:
        """An order that somebody works on today: its steps lie between the call and now."""
        begun = order.call.ended_at
        left = (self._now - begun) / (len(steps) + 1)
        for place, step in enumerate(steps, start=1):
            self._steps.append((begun + left * place, order, step, *self._who(step)))

    def _schedule_life(self, order: _Order) -> None:
        """An older order: its life as far as it has come by now."""
        for at, step in self._life(order.call.ended_at):
            if at >= self._now:
                return
            by, why = self._who(step)
            if step in (Step.RESUBMIT, Step.MEND):
                assert order.call.agent is not None
                by = order.call.agent
            self._steps.append((at, order, step, by, why))

    def _life(self, at: datetime) -> Iterator[tuple[datetime, Step]]:
        chance = self._chance
        at += timedelta(minutes=chance.between(8, 90))
        if chance.happens(0.03):
            yield at, Step.CANCEL
            return
        if chance.happens(0.06):
            yield at, Step.SEND_BACK
            at += timedelta(minutes=chance.between(5, 120))
            yield at, Step.MEND
            at += timedelta(minutes=1)
            yield at, Step.RESUBMIT
            at += timedelta(minutes=chance.between(8, 60))
        yield at, Step.APPROVE
        at += timedelta(minutes=chance.between(20, 200))
        yield at, Step.CLEAR
        morning = (at.astimezone(self._zone) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
        at = morning.astimezone(self._now.tzinfo) + timedelta(minutes=chance.between(0, 120))
        yield at, Step.LABEL
        yield at + timedelta(minutes=2), Step.PRINT
        at = morning.astimezone(self._now.tzinfo) + timedelta(hours=8, seconds=chance.whole(0, 1200))
        yield at, Step.HAND_OVER
        at += timedelta(days=chance.between(1.7, 5.0))
        ending = chance.weighted(((Step.DELIVER, 88.0), (Step.REFUSE, 8.0), (Step.TAKE_BACK, 1.0)))
        yield at, ending
        if ending is Step.DELIVER and chance.happens(0.03):
            yield at + timedelta(days=chance.between(3, 9)), Step.TAKE_BACK

    def _who(self, step: Step) -> tuple[Person, str]:
        chance = self._chance
        reasons = {
            Step.SEND_BACK: _SENT_BACK,
            Step.DISPATCH_SEND_BACK: _DISPATCH_SENT_BACK,
            Step.CANCEL: _CANCELLED,
            Step.REFUSE: _REFUSED,
            Step.TAKE_BACK: _TAKEN_BACK,
        }
        role = "auditor" if step in (Step.APPROVE, Step.SEND_BACK, Step.CANCEL) else "dispatcher"
        by = chance.one(self._centre.of(role) or self._centre.of("auditor"))
        return by, chance.one(reasons[step]) if step in reasons else ""

    def _take(self, at: datetime, order: _Order, step: Step, by: Person, reason: str) -> None:
        tables = self._tables
        source: OrderState | None = None
        effect = "reserve"
        if step is not Step.SUBMIT:
            arrow = _ARROWS[order.state, step]
            source, order.state, effect = arrow.source, arrow.target, arrow.effect.value
            order.version += 1
        for article, quantity, _ in order.lines:
            self._warehouse.move(article, effect, quantity, order.id, by.id, at)
        order.updated_at = at
        if step in (Step.SEND_BACK, Step.DISPATCH_SEND_BACK):
            order.return_reason = reason
        elif step is Step.RESUBMIT:
            order.return_reason = None
        tables.add(
            "order_history",
            id=self._chance.identifier(at),
            order_id=order.id,
            at=at,
            by_id=by.id,
            by_name=by.name,
            step=step.value,
            source=source.value if source else None,
            target=order.state.value,
            reason=reason,
        )
        match step:
            case Step.LABEL:
                order.waybill = self._warehouse.label(order.id, at)
                tables.rows["waybill"].append(order.waybill)
            case Step.PRINT if order.waybill is not None:
                order.waybill.update(prints=1, printed_at=at)
            case Step.HAND_OVER if order.waybill is not None:
                order.waybill["manifest_id"] = self._hand_over(order, order.waybill["courier_id"], by, at)
            case Step.DELIVER | Step.REFUSE | Step.TAKE_BACK if order.waybill is not None:
                order.waybill.update(result_at=at, result_note=reason or "本人签收")

    def _hand_over(self, order: _Order, courier_id: str, by: Person, at: datetime) -> str:
        day = at.astimezone(self._zone).date()
        manifest = self._manifests.get((courier_id, day))
        if manifest is None:
            self._manifest_numbers[day] += 1
            manifest = self._manifests[courier_id, day] = {
                "id": self._chance.identifier(at),
                "number": f"J{day:%Y%m%d}-{self._manifest_numbers[day]:03d}",
                "courier_id": courier_id,
                "parcels": 0,
                "collect_minor": 0,
                "by_id": by.id,
                "by_name": by.name,
                "created_at": at,
            }
        manifest["parcels"] += 1
        manifest["collect_minor"] += 0 if _paid(order) else _amount(order)
        return str(manifest["id"])

    def _store(self, order: _Order) -> None:
        visit, agent = order.call.visit, order.call.agent
        assert agent is not None
        at = order.call.ended_at - timedelta(seconds=min(30.0, order.call.talked / 2))
        day = at.astimezone(self._zone).date()
        self._numbers[day] += 1
        address = order.customer.person.address
        self._tables.add(
            "orders",
            id=order.id,
            number=f"{day:%Y%m%d}-{self._numbers[day]:04d}",
            client_id=self._centre.client_id,
            project_id=self._centre.project_id,
            line_id=visit.hotline.line_id,
            hotline_id=visit.hotline.id,
            contact_id=order.call.id,
            customer_id=order.customer.id,
            customer_name=order.customer.person.name,
            agent_id=agent.id,
            agent_name=agent.name,
            state=order.state.value,
            version=order.version,
            payment="paid" if _paid(order) else "cod",
            amount_minor=_amount(order),
            currency="CNY",
            summary="、".join(
                f"{'赠 ' if gift else ''}{article.full_name}×{quantity}" for article, quantity, gift in order.lines
            ),
            recipient=address.recipient,
            phone=address.phone,
            phone_key=read_number(address.phone).key,
            province=address.province,
            city=address.city,
            district=address.district,
            street=address.street,
            remark=_REMARKS[int(order.id[-2:], 16) % 4] if int(order.id[-3:-2], 16) < 4 else "",
            duplicate_confirmed=False,
            return_reason=order.return_reason,
            created_at=at,
            updated_at=order.updated_at,
        )
        for position, (article, quantity, gift) in enumerate(order.lines, start=1):
            self._tables.add(
                "order_line",
                id=self._chance.identifier(at),
                order_id=order.id,
                position=position,
                product_id=article.product_id,
                sku_id=article.id,
                sku_code=article.code,
                product_name=article.product_name,
                sku_name=article.name,
                quantity=quantity,
                price_minor=article.price_minor,
                gift=gift,
            )


def _amount(order: _Order) -> int:
    return sum(article.price_minor * quantity for article, quantity, gift in order.lines if not gift)


def _paid(order: _Order) -> bool:
    """One in six paid beforehand; drawn from the identifier, so that it is the same wherever it is asked."""
    return int(order.id[-4:], 16) % 6 == 0
