import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "@/api/client";

export type Rule = Schema["CallerRuleOut"];
export type RuleIn = Schema["CallerRuleIn"];

export const refusalQuery = queryOptions({
  queryKey: ["/api/caller-rules/settings"],
  queryFn: () => answer(api.GET("/api/caller-rules/settings")),
});

const of = (id: string) => ({ params: { path: { rule_id: id } } });

export const saveRule = (id: string | null, body: RuleIn) =>
  id === null
    ? answer(api.POST("/api/caller-rules", { body }))
    : answer(api.PUT("/api/caller-rules/{rule_id}", { ...of(id), body }));

export const confirmRule = (id: string, expires_at: string | null) =>
  answer(api.POST("/api/caller-rules/{rule_id}/confirm", { ...of(id), body: { expires_at } }));

export const endRule = (id: string) => answer(api.POST("/api/caller-rules/{rule_id}/end", of(id)));

export const changeRefusal = (refuse_with: "message" | "busy") =>
  answer(api.PUT("/api/caller-rules/settings", { body: { refuse_with } }));
