import { answer, api, once, type Schema } from "@/api/client";
import type { PopCustomer } from "@/lib/seat/frames";

export type CustomerValues = Required<Pick<Schema["CustomerChanges"], "potential_reason" | "potential_interest">> & {
  name: string;
  potential: boolean;
};
export type SavedCustomer = Schema["CustomerDetail"];

/** Creates the caller as a customer, or changes the one there is. */
export function saveCustomer(
  customer: PopCustomer | null,
  number: string,
  values: CustomerValues,
  key: string,
): Promise<SavedCustomer> {
  return customer
    ? answer(
        api.PATCH("/api/customers/{customer_id}", { params: { path: { customer_id: customer.id } }, body: values }),
      )
    : answer(api.POST("/api/customers", { body: { ...values, number }, ...once(key) }));
}

export const addNote = (customerId: string, text: string, key: string) =>
  answer(
    api.POST("/api/customers/{customer_id}/notes", {
      params: { path: { customer_id: customerId } },
      body: { text },
      ...once(key),
    }),
  );

/** Keeps with the call who it was with. The call's row is written a moment after the fact: it may not be there yet. */
export async function keepCustomer(contactId: string, customerId: string): Promise<void> {
  for (const pause of [0, 1_500, 5_000]) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      await answer(
        api.PUT("/api/contacts/{contact_id}/note", {
          params: { path: { contact_id: contactId } },
          body: { customer_id: customerId },
        }),
      );
      return;
    } catch {
      // Tried again; the order or the customer itself is safe already.
    }
  }
}
