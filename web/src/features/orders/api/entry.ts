/* Order entry: the catalogue, regions and submission. */
import { queryOptions } from "@tanstack/react-query";
import { call, type Page } from "@/api/client";

export interface CatalogueItem {
  sku_id: string;
  code: string;
  name: string;
  price_minor: number;
  currency: string;
  available: number;
}

/** Products sold on a hotline that match a text; without a text the ones to begin with. */
export const catalogueQuery = (hotlineId: string | null, q: string) =>
  queryOptions({
    queryKey: ["catalogue", hotlineId, q],
    queryFn: ({ signal }) =>
      call<Page<CatalogueItem>>("GET", "/api/catalogue", { query: { hotline_id: hotlineId, q, page_size: 12 }, signal }),
    staleTime: 10_000,
    placeholderData: (before) => before,
  });

export interface Region {
  code: string;
  name: string;
  parts: Region[];
}

export const regionsQuery = queryOptions({
  queryKey: ["regions"],
  queryFn: () => call<Page<Region> | Region[]>("GET", "/api/regions"),
  staleTime: Infinity,
  select: (answer) => (Array.isArray(answer) ? answer : answer.items),
});

export interface AddressValues {
  province: string;
  city: string;
  district: string;
  street: string;
  recipient: string;
  phone: string;
}

export interface OrderBody {
  contact_id: string | null;
  line_id: string | null;
  hotline_id: string | null;
  customer: { id: string } | { name: string; number: string };
  address: AddressValues;
  lines: { sku_id: string; quantity: number; gift: boolean }[];
  payment: "cod" | "paid";
  remark: string;
  confirm_duplicate?: boolean;
}

export interface PlacedOrder {
  id: string;
  number: string;
  state: string;
  amount_minor: number;
  currency: string;
}

export const placeOrder = (body: OrderBody, key: string) => call<PlacedOrder>("POST", "/api/orders", { body, idempotencyKey: key });
