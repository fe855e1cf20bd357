import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "@/api/client";

export type Message = Schema["VoicemailOut"];
export type Limit = Schema["EscalationOut"];

export const countsQuery = queryOptions({
  queryKey: ["/api/voicemails", "counts"],
  queryFn: () => answer(api.GET("/api/voicemails/counts")),
  refetchInterval: 20_000,
});

export const limitsQuery = queryOptions({
  queryKey: ["/api/voicemail-settings"],
  queryFn: () => answer(api.GET("/api/voicemail-settings")),
});

const of = (id: string) => ({ params: { path: { voicemail_id: id } } });

export const closeMessage = (id: string, result: string) =>
  answer(api.POST("/api/voicemails/{voicemail_id}/close", { ...of(id), body: { result } }));

export const reopenMessage = (id: string) => answer(api.POST("/api/voicemails/{voicemail_id}/reopen", of(id)));

export const noteCalled = (id: string) => answer(api.POST("/api/voicemails/{voicemail_id}/called", of(id)));

export const saveLimits = (items: { queue_id: string; escalate_after_s: number }[]) =>
  answer(api.PUT("/api/voicemail-settings", { body: { items } }));
