/* Orders as every room of the pages reads them. */
import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "@/api/client";

export type Order = Schema["OrderOut"];
export type OrderDetail = Schema["OrderDetail"];
export type OrderState = Schema["OrderState"];
export type Step = Schema["Step"];

const at = (id: string) => ({ params: { path: { order_id: id } } });

export const wholeOrderKey = (id: string) => ["whole order", id];

/** One order; `whole` shows telephone and street, which is noted in the audit log. */
export const orderQuery = (id: string, whole: boolean) =>
  queryOptions({
    // Apart from the lists: each look at a whole order is a line in the audit log, so it is not refreshed along with them.
    queryKey: whole ? wholeOrderKey(id) : ["/api/orders", id],
    queryFn: () =>
      whole
        ? answer(api.POST("/api/orders/{order_id}/reveal", at(id)))
        : answer(api.GET("/api/orders/{order_id}", at(id))),
    staleTime: whole ? Infinity : 5_000,
    gcTime: whole ? 0 : 300_000,
  });

export type DecidingStep = "approve" | "return" | "clear" | "dispatch-return" | "cancel" | "resubmit";

/** Takes a step. `version` is the one that was read: a step that others took meanwhile is refused, not overwritten. */
export function takeStep(id: string, step: DecidingStep, version: number, reason: string): Promise<OrderDetail> {
  switch (step) {
    case "approve":
      return answer(api.POST("/api/orders/{order_id}/approve", { ...at(id), body: { version } }));
    case "clear":
      return answer(api.POST("/api/orders/{order_id}/clear", { ...at(id), body: { version } }));
    case "resubmit":
      return answer(api.POST("/api/orders/{order_id}/resubmit", { ...at(id), body: { version } }));
    case "return":
      return answer(api.POST("/api/orders/{order_id}/return", { ...at(id), body: { version, reason } }));
    case "dispatch-return":
      return answer(api.POST("/api/orders/{order_id}/dispatch-return", { ...at(id), body: { version, reason } }));
    case "cancel":
      return answer(api.POST("/api/orders/{order_id}/cancel", { ...at(id), body: { version, reason } }));
  }
}
