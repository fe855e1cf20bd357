import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";

export type Kind = "audit" | "dispatch";

const states = { audit: "submitted", dispatch: "audited" } as const;

/** The oldest orders that wait for this audit; new ones come by themselves. */
export const waitingQuery = (kind: Kind) =>
  queryOptions({
    queryKey: ["/api/orders", "waiting", kind],
    queryFn: () =>
      answer(
        api.GET("/api/orders", { params: { query: { state: [states[kind]], sort: "created_at", page_size: 50 } } }),
      ),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });
