"""Orders: catalogue and stock, writing and auditing orders, waybills, labels, hand-over, what became of parcels.

What other rooms may use is named here.
"""

from zuoxi.orders.catalogue import add_product, add_sku, change_settings, change_sku
from zuoxi.orders.import_results import import_results
from zuoxi.orders.mend_order import Mending, mend_order
from zuoxi.orders.models import Order, OrderLine
from zuoxi.orders.order_lines import Wish
from zuoxi.orders.place_order import NewOrder, place_order
from zuoxi.orders.queries import LastOrderAgent, RecentOrder, last_order_agent, recent
from zuoxi.orders.rules import (
    STATE_NAMES,
    STEP_NAMES,
    TRANSITIONS,
    OrderState,
    Payment,
    Step,
    Stock,
    StockEffect,
    Transition,
    transition,
)
from zuoxi.orders.steps import take_step
from zuoxi.orders.tell_caller import OrderTold, order_for_caller
from zuoxi.orders.waybills import add_courier, add_numbers, hand_over, make_waybills, number_range, print_labels

__all__ = [
    "STATE_NAMES",
    "STEP_NAMES",
    "TRANSITIONS",
    "LastOrderAgent",
    "Mending",
    "NewOrder",
    "Order",
    "OrderLine",
    "OrderState",
    "OrderTold",
    "Payment",
    "RecentOrder",
    "Step",
    "Stock",
    "StockEffect",
    "Transition",
    "Wish",
    "add_courier",
    "add_numbers",
    "add_product",
    "add_sku",
    "change_settings",
    "change_sku",
    "hand_over",
    "import_results",
    "last_order_agent",
    "make_waybills",
    "mend_order",
    "number_range",
    "order_for_caller",
    "place_order",
    "print_labels",
    "recent",
    "take_step",
    "transition",
]
