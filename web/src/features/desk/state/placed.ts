import { keepCustomer } from "@/features/desk/api/customers";
import type { DeskController } from "@/lib/seat/desk-controller";
import type { PopOrder } from "@/lib/seat/frames";

/** An order was placed in this call: the caller is a customer now, and the order stands among the earlier ones. */
export function showPlaced(
  desk: DeskController,
  contact: string,
  order: PopOrder,
  customer: { id: string; name: string },
): void {
  const now = desk.snapshot().contact;
  if (now?.id !== contact || !now.pop) return;
  const known = now.pop.customer ?? {
    ...customer,
    vip: false,
    segment: null,
    potential: false,
    addresses: [],
    notes: [],
  };
  desk.showPop(contact, { ...now.pop, customer: known, orders: [order, ...now.pop.orders] });
  if (!now.pop.customer) void keepCustomer(contact, customer.id);
}
