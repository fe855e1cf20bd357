import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "@/api/client";

export type Limits = Schema["LimitsBody"];
export type Tariff = Schema["TariffBody"];

export const dialLimitsQuery = queryOptions({
  queryKey: ["settings", "dial-limits"],
  queryFn: () => answer(api.GET("/api/dial-limits")),
});
export const saveLimits = (body: Limits) => answer(api.PUT("/api/dial-limits", { body }));
export const saveTariffs = (items: Tariff[]) => answer(api.PUT("/api/dial-tariffs", { body: { items } }));
export const tryNumber = (number: string) => answer(api.POST("/api/dial-limits/try", { body: { number } }));

export const sessionsQuery = queryOptions({
  queryKey: ["own-sessions"],
  queryFn: () => answer(api.GET("/api/session/list")),
});
export const endOne = (id: string) =>
  answer(api.DELETE("/api/session/list/{session_id}", { params: { path: { session_id: id } } }));
export const endOthers = () => answer(api.DELETE("/api/session/list"));
