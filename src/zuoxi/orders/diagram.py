"""The order's life as the architecture page shows it, made from the table in ``rules``."""

from __future__ import annotations

import sys

from zuoxi.orders.rules import TRANSITIONS, OrderState, Step, StockEffect

_EFFECTS = {
    StockEffect.NONE: "",
    StockEffect.RESERVE: "reserved",
    StockEffect.RELEASE: "reservation released",
    StockEffect.SHIP: "leaves the stock",
    StockEffect.PUT_BACK: "back into stock",
}


def orders_markdown() -> str:
    """Diagram and table of steps, for ARCHITECTURE.md between ``<!-- generated:orders -->`` and its end."""
    arrows: dict[tuple[OrderState, OrderState], list[str]] = {}
    for arrow in TRANSITIONS:
        if arrow.source is not arrow.target:
            arrows.setdefault((arrow.source, arrow.target), []).append(arrow.step.value)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {OrderState.SUBMITTED}: {Step.SUBMIT}"]
    lines += [f"    {source} --> {target}: {' / '.join(steps)}" for (source, target), steps in arrows.items()]
    lines += ["```", "", "| from | step | to | who | goods |", "|---|---|---|---|---|"]
    lines.append(f"| — | {Step.SUBMIT} | {OrderState.SUBMITTED} | `orders.write` | reserved |")
    for arrow in TRANSITIONS:
        who = [f"`{right}`" for right in arrow.rights]
        if arrow.writer_may:
            who.append("the writer")
        if arrow.never_writer:
            who[-1] += ", never the writer"
        goods = _EFFECTS[arrow.effect]
        if arrow.step is Step.MEND:
            goods = "reserved anew"
        lines.append(f"| {arrow.source} | {arrow.step} | {arrow.target} | {' or '.join(who)} | {goods} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(orders_markdown())
