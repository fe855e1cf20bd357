/* Order entry: the catalogue, regions and submission. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, once, type Schema } from "@/api/client";

export type Article = Schema["ArticleOut"];
export type OrderBody = Schema["OrderIn"];
export type OrderDetail = Schema["OrderDetail"];
export type MendBody = Schema["OrderMendIn"];
export type Region = Schema["RegionOut"];

/** Articles sold on a hotline that match a text; without a text the first ones. */
/** Where a call came in: what is sold there is what the search finds. */
export interface Outlet {
  hotline_id: string | null;
  line_id: string | null;
}

export const catalogueQuery = ({ hotline_id, line_id }: Outlet, q: string) =>
  queryOptions({
    queryKey: ["/api/catalogue", hotline_id, line_id, q],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/catalogue", {
          params: {
            query: { q: q || null, page_size: 12, ...(hotline_id && { hotline_id }), ...(line_id && { line_id }) },
          },
          signal,
        }),
      ),
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  });

export const regionsQuery = queryOptions({
  queryKey: ["/api/regions"],
  queryFn: () => answer(api.GET("/api/regions")),
  staleTime: Infinity,
});

/** An address as it is typed; `id` is a stored one's, while it is taken as it is. */
export interface AddressValues {
  id?: string | undefined;
  province: string;
  city: string;
  district: string;
  street: string;
  recipient: string;
  phone: string;
}

export const placeOrder = (body: OrderBody, key: string) => answer(api.POST("/api/orders", { body, ...once(key) }));

export const mendOrder = (id: string, body: MendBody) =>
  answer(api.PUT("/api/orders/{order_id}", { params: { path: { order_id: id } }, body }));
