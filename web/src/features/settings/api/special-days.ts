import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "@/api/client";

export type SpecialDay = Schema["SpecialDayBody"];

export const specialDaysQuery = queryOptions({
  queryKey: ["settings", "/api/special-days"],
  queryFn: () => answer(api.GET("/api/special-days")),
});
export const putSpecialDays = (body: SpecialDay[]) => answer(api.PUT("/api/special-days", { body }));
export const removeSpecialDay = ({ day, hotline_id }: SpecialDay) =>
  answer(
    api.DELETE("/api/special-days/{day}", {
      params: { path: { day }, query: hotline_id ? { hotline_id } : {} },
    }),
  );
