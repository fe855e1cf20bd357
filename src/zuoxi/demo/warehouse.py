"""The demo's goods and couriers: what can be bought, what lies on the shelves after everything that was sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zuoxi.customers import pinyin_of
from zuoxi.demo.centre import Centre
from zuoxi.demo.chance import Chance
from zuoxi.demo.goods import DemoProduct

Row = dict[str, Any]

_COURIERS = (("SF", "顺丰速运", "SF14", 13), ("YZ", "邮政快递", "98", 11))
POOL = 3000
_FIRST_COUNT = 4000
# Articles of which almost nothing is left, so that «out of stock» can be met: their codes.
_SCARCE = {"JK206-2": 2, "CF109-2": 0}


# What an order's step does to (pieces on hand, pieces reserved), by the name of its effect.
_EFFECTS: Mapping[str, tuple[int, int]] = {"reserve": (0, 1), "release": (0, -1), "ship": (-1, -1), "put_back": (1, 0)}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Pieces of one article on hand, and how many of them are promised to open orders."""

    on_hand: int
    reserved: int

    def __post_init__(self) -> None:
        if not 0 <= self.reserved <= self.on_hand:
            raise ValueError("more pieces are promised than there are")


@dataclass(frozen=True, slots=True)
class Article:
    """A SKU as an order line knows it."""

    id: str
    product_id: str
    code: str
    name: str
    product_name: str
    price_minor: int
    weight: float

    @property
    def full_name(self) -> str:
        """Product and article in one."""
        return f"{self.product_name} {self.name}"


class Warehouse:
    """Products, articles, stock and couriers of one operator. ``rows`` collects what is to be written, by table."""

    def __init__(
        self, chance: Chance, centre: Centre, rows: dict[str, list[Row]], now: datetime, begun: datetime
    ) -> None:
        self._chance = chance
        self._centre = centre
        self._rows = rows
        self._now = now
        self._begun = begun - timedelta(days=2)
        self._sold: dict[str, list[Article]] = {}
        self._gifts: dict[str, list[Article]] = {}
        self._stock: dict[str, Shelf] = {}
        self._codes: dict[str, str] = {}
        self._by = centre.staff[0].id
        for line in centre.plan.lines:
            for product in line.products:
                self._put_on_sale(line.key, product)
        self._numbers = dict(self._found_couriers())
        self._used: dict[str, datetime] = {}

    def _put_on_sale(self, line_key: str, product: DemoProduct) -> None:
        product_id = self._chance.identifier(self._begun)
        pinyin, initials = pinyin_of(product.name)
        self._rows["product"].append(
            {
                "id": product_id,
                "client_id": self._centre.client_id,
                "code": product.code,
                "name": product.name,
                "pinyin": pinyin,
                "initials": initials,
                "description": product.description,
                "created_at": self._begun,
            }
        )
        hotlines = [hotline.id for hotline in self._centre.hotlines if hotline.line_key == line_key]
        for kind, outlet_id in (("line", self._centre.line_ids[line_key]), *(("hotline", one) for one in hotlines)):
            self._rows["product_outlet"].append(
                {
                    "id": self._chance.identifier(self._begun),
                    "product_id": product_id,
                    "kind": kind,
                    "outlet_id": outlet_id,
                }
            )
        for sku in product.skus:
            article = Article(
                self._chance.identifier(self._begun),
                product_id,
                sku.code,
                sku.name,
                product.name,
                sku.price_minor,
                sku.weight,
            )
            (self._gifts if product.gift else self._sold).setdefault(line_key, []).append(article)
            self._stock[article.id] = Shelf(0, 0)
            self._codes[article.id] = article.code
            self._count(article.id, _FIRST_COUNT, self._begun)

    def choose(self, line_key: str) -> list[tuple[Article, int, bool]]:
        """What one call comes to: one to three articles, now and then with a gift. (article, quantity, gift)"""
        chance = self._chance
        offered = [article for article in self._sold[line_key] if article.code not in _SCARCE]
        wanted = dict.fromkeys(
            chance.weighted([(article, article.weight) for article in offered])
            for _ in range(chance.weighted(((1, 7.0), (2, 2.5), (3, 0.5))))
        )
        lines = [(article, 2 if chance.happens(0.12) else 1, False) for article in wanted]
        if line_key in self._gifts and chance.happens(0.45):
            lines.append((chance.one(self._gifts[line_key]), 1, True))
        return lines

    def move(self, article: Article, effect: str, quantity: int, order_id: str, by_id: str, at: datetime) -> None:
        """Move pieces for an order's step, whose effect is named as in the orders' table."""
        if effect == "none":
            return
        on_hand, reserved = _EFFECTS[effect]
        shelf = self._stock[article.id]
        after = Shelf(shelf.on_hand + on_hand * quantity, shelf.reserved + reserved * quantity)
        self._stock[article.id] = after
        self._movement(article.id, order_id, effect, quantity, after, by_id, at)

    def label(self, order_id: str, at: datetime) -> Row:
        """A waybill for an order, with the next number of a courier's pool."""
        courier_id = self._chance.weighted([(courier, 1.0) for courier in self._numbers])
        number = self._numbers[courier_id].pop(0)
        self._used[number] = at
        return {
            "id": self._chance.identifier(at),
            "courier_id": courier_id,
            "number": number,
            "order_id": order_id,
            "manifest_id": None,
            "prints": 0,
            "printed_at": None,
            "result_at": None,
            "result_note": None,
            "created_at": at,
        }

    def close_books(self) -> None:
        """Count everything once more, down to a believable stock, and write articles and number pools as they are."""
        for line in (*self._sold.values(), *self._gifts.values()):
            for article in line:
                left = _SCARCE.get(article.code, self._chance.whole(60, 420))
                stock = self._stock[article.id]
                self._count(article.id, left + stock.reserved - stock.on_hand, self._now - timedelta(minutes=5))
                stock = self._stock[article.id]
                self._rows["sku"].append(
                    {
                        "id": article.id,
                        "product_id": article.product_id,
                        "client_id": self._centre.client_id,
                        "code": article.code,
                        "name": article.name,
                        "price_minor": article.price_minor,
                        "currency": "CNY",
                        "stock": stock.on_hand,
                        "reserved": stock.reserved,
                    }
                )
        for row in self._rows["courier_number"]:
            row["taken_at"] = self._used.get(row["number"])

    def _found_couriers(self) -> list[tuple[str, list[str]]]:
        found = []
        for code, name, head, digits in _COURIERS:
            courier_id = self._chance.identifier(self._begun)
            self._rows["courier"].append({"id": courier_id, "code": code, "name": name})
            first = self._chance.whole(10 ** (digits - 3), 9 * 10 ** (digits - 3))
            numbers = [f"{head}{first + place:0{digits - 2}d}" for place in range(POOL)]
            self._rows["courier_number"] += [
                {
                    "id": self._chance.identifier(self._begun),
                    "courier_id": courier_id,
                    "number": number,
                    "taken_at": None,
                }
                for number in numbers
            ]
            found.append((courier_id, numbers))
        return found

    def _count(self, sku_id: str, difference: int, at: datetime) -> None:
        stock = self._stock[sku_id]
        after = self._stock[sku_id] = Shelf(stock.on_hand + difference, stock.reserved)
        self._movement(sku_id, None, "count", difference, after, self._by, at)

    def _movement(
        self, sku_id: str, order_id: str | None, effect: str, quantity: int, after: Shelf, by_id: str, at: datetime
    ) -> None:
        self._rows["stock_movement"].append(
            {
                "id": self._chance.identifier(at),
                "sku_id": sku_id,
                "order_id": order_id,
                "effect": effect,
                "quantity": quantity,
                "stock_after": after.on_hand,
                "reserved_after": after.reserved,
                "by_id": by_id,
                "at": at,
            }
        )


def settings_row(centre: Centre, identifier: str) -> Mapping[str, Any]:
    """The client's sender on labels."""
    name, phone, address = centre.plan.sender
    return {
        "id": identifier,
        "client_id": centre.client_id,
        "sender_name": name,
        "sender_phone": phone,
        "sender_address": address,
    }
