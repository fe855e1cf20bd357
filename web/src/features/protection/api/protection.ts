import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "@/api/client";

export type SipBan = Schema["BanOut"];

export const bansQuery = (past: boolean) =>
  queryOptions({
    queryKey: ["sip-bans", past],
    queryFn: () => answer(api.GET("/api/sip-bans", { params: { query: { past } } })),
    refetchInterval: 10_000,
  });
export const ban = (body: Schema["BanBody"]) => answer(api.POST("/api/sip-bans", { body }));
export const lift = (id: string) => answer(api.DELETE("/api/sip-bans/{ban_id}", { params: { path: { ban_id: id } } }));
