import { call } from "@/api/client";
import type { PopCustomer } from "@/features/desk/api/frames";

export interface CustomerValues {
  name: string;
  potential: boolean;
  potential_reason: string | null;
  potential_interest: string | null;
}

export interface SavedCustomer extends CustomerValues {
  id: string;
  vip: boolean;
  segment: string | null;
}

/** Creates the caller as a customer, or changes the one there is. */
export function saveCustomer(customer: PopCustomer | null, number: string, values: CustomerValues, key: string): Promise<SavedCustomer> {
  if (customer) return call("PATCH", `/api/customers/${customer.id}`, { body: values });
  return call("POST", "/api/customers", { body: { ...values, number }, idempotencyKey: key });
}

export interface SavedNote {
  id: string;
  text: string;
  at: string;
  by_name: string;
}

export const addNote = (customerId: string, text: string, key: string) =>
  call<SavedNote>("POST", `/api/customers/${customerId}/notes`, { body: { text }, idempotencyKey: key });
