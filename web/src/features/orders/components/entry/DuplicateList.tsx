import { orderStateWords } from "@/lib/order-states";
import { useLabel } from "@/lib/text";
import { dateTime } from "@/lib/time";

interface Earlier {
  id: string;
  number: string;
  at: string;
  state: string;
  product: string;
  quantity: number;
}

/** The earlier orders that the new one resembles. */
export function DuplicateList({ hint, data }: { hint: string; data: Record<string, unknown> }) {
  const label = useLabel();
  // Two variants of a product in one earlier order are one reason to ask, not two.
  const orders = [...new Map(((data["orders"] ?? []) as Earlier[]).map((one) => [one.id + one.product, one])).values()];
  return (
    <div data-testid="duplicate-warning">
      <p>{hint}</p>
      <ul>
        {orders.map((order) => (
          <li key={order.id + order.product}>
            <b className="numbers">{order.number}</b> · {dateTime(order.at)} · {label(orderStateWords, order.state)} ·{" "}
            {order.product} ×{order.quantity}
          </li>
        ))}
      </ul>
    </div>
  );
}
