import { money } from "@/lib/money";
import { orderStateWords } from "@/lib/order-states";
import { useLabel } from "@/lib/text";
import { dateTime } from "@/lib/time";

interface Earlier {
  id?: string;
  number?: string;
  at?: string;
  created_at?: string;
  state?: string;
  total?: number;
  amount_minor?: number;
  lines_text?: string;
  product?: string;
}

/** The earlier orders that the new one resembles. */
export function DuplicateList({ hint, data }: { hint: string; data: Record<string, unknown> }) {
  const label = useLabel();
  const found = data["orders"] ?? data["duplicates"];
  const orders = Array.isArray(found) ? (found as (Earlier | string)[]) : [];
  return (
    <div data-testid="duplicate-warning">
      <p>{hint}</p>
      <ul>
        {orders.map((order, index) =>
          typeof order === "string" ? (
            <li key={index}>{order}</li>
          ) : (
            <li key={index}>
              <b className="numbers">{order.number}</b> · {dateTime(order.at ?? order.created_at)} · {label(orderStateWords, order.state)} ·{" "}
              {order.lines_text ?? order.product} {(order.total ?? order.amount_minor) !== undefined && money(order.total ?? order.amount_minor)}
            </li>
          ),
        )}
      </ul>
    </div>
  );
}
