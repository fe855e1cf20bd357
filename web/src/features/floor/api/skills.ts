import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "@/api/client";

export type HeldSkill = Schema["HeldSkillOut"];
export type Move = Schema["MoveIn"];

/** An agent's skills as they are now. */
export const skillsQuery = (agent_id: string) =>
  queryOptions({
    queryKey: ["floor", "skills", agent_id],
    queryFn: () => answer(api.GET("/api/floor/agents/{agent_id}/skills", { params: { path: { agent_id } } })),
    staleTime: 0,
  });

export const moveAgent = (agent_id: string, body: Move) =>
  answer(api.PUT("/api/floor/agents/{agent_id}/skills", { params: { path: { agent_id } }, body }));
