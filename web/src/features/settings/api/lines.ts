import { queryOptions } from "@tanstack/react-query";
import { answer, api, call, type Page, type Schema } from "@/api/client";

export type Skill = Schema["SkillOut"];
export type Queue = Schema["QueueOut"];
export type Client = Schema["ClientOut"];
export type Project = Schema["ProjectOut"];
export type Line = Schema["LineOut"];
export type Hotline = Schema["HotlineOut"];
export type Prompt = Schema["PromptOut"];
export type RoutingRules = Schema["SettingsBody"];
export type AgentSkills = Schema["AgentSkillsOut"];

/** A table of settings: all its rows at once. */
export const settingsQuery = <T>(path: string) =>
  queryOptions({
    queryKey: ["settings", path],
    queryFn: () => call<Page<T>>("GET", path, { query: { page_size: 200 } }),
  });

export const saveRow = (path: string, id: string | null, body: object) =>
  id === null ? call("POST", path, { body }) : call("PATCH", `${path}/${id}`, { body });
export const removeRow = (path: string, id: string) => call("DELETE", `${path}/${id}`);

export const rulesQuery = queryOptions({
  queryKey: ["settings", "rules"],
  queryFn: () => answer(api.GET("/api/line-settings")),
});
export const saveRules = (body: RoutingRules) => answer(api.PUT("/api/line-settings", { body }));

export type CallbackPlan = Schema["CallbackPlanBody"];
export const callbackPlansQuery = queryOptions({
  queryKey: ["settings", "callback-plans"],
  queryFn: () => answer(api.GET("/api/callback-plans")),
});
export const saveCallbackPlan = (body: CallbackPlan) => answer(api.PUT("/api/callback-plans", { body }));
export const dropCallbackPlan = (queueId: string) =>
  answer(api.DELETE("/api/callback-plans/{queue_id}", { params: { path: { queue_id: queueId } } }));

export const putSkills = (agentId: string, skills: Schema["AgentSkillsIn"]["skills"]) =>
  answer(api.PUT("/api/agents/{agent_id}/skills", { params: { path: { agent_id: agentId } }, body: { skills } }));

export const putPrompt = (key: string, body: Schema["PromptIn"]) =>
  answer(api.PUT("/api/prompts/{key}", { params: { path: { key } }, body }));

export function uploadPrompt(key: string, file: File): Promise<Prompt> {
  const body = new FormData();
  body.append("file", file);
  return call("PUT", `/api/prompts/${key}/recording`, { body });
}
