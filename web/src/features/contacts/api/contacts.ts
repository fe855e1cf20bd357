import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "@/api/client";

export type Contact = Schema["ContactOut"];
export type ContactDetail = Schema["ContactDetail"];
export type Callback = Schema["CallbackOut"];
export type Choice = Schema["DispositionOut"];

export const contactQuery = (id: string, reveal: boolean) =>
  queryOptions({
    queryKey: ["/api/contacts", id, reveal],
    queryFn: () =>
      answer(api.GET("/api/contacts/{contact_id}", { params: { path: { contact_id: id }, query: { reveal } } })),
  });

export const dispositionsQuery = queryOptions({
  queryKey: ["/api/dispositions"],
  queryFn: () => answer(api.GET("/api/dispositions")),
  staleTime: 60_000,
});

export const saveNote = (id: string, note: string) =>
  answer(api.PUT("/api/contacts/{contact_id}/note", { params: { path: { contact_id: id } }, body: { note } }));

export const postponeCallback = (id: string, until: string) =>
  answer(api.POST("/api/callbacks/{callback_id}/postpone", { params: { path: { callback_id: id } }, body: { until } }));

export const finishCallback = (id: string, result: string, dropped: boolean) =>
  answer(
    api.POST("/api/callbacks/{callback_id}/done", { params: { path: { callback_id: id } }, body: { result, dropped } }),
  );
