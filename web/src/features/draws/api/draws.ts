import { queryOptions } from "@tanstack/react-query";
import { answer, api, call, type Page, type Schema } from "@/api/client";

export type Draw = Schema["DrawOut"];
export type Winner = Schema["WinnerOut"];
export type Entry = Schema["EntryOut"];
export type DrawValues = Schema["DrawIn"];

export const drawsKey = ["draws"] as const;
const path = (draw_id: string) => ({ params: { path: { draw_id } } });

export const drawQuery = (id: string) =>
  queryOptions({
    queryKey: [...drawsKey, id],
    queryFn: () => answer(api.GET("/api/draws/{draw_id}", path(id))),
    refetchInterval: 15_000,
  });

export const winnersQuery = (id: string, reveal: boolean) =>
  queryOptions({
    queryKey: [...drawsKey, id, "winners", reveal],
    queryFn: () => call<Page<Winner>>("GET", `/api/draws/${id}/winners`, { query: { page_size: 200, reveal } }),
  });

/** Rows that a draw refers to: hotlines, queues. */
export const rowsQuery = <T>(where: string) =>
  queryOptions({
    queryKey: ["settings", where],
    queryFn: () => call<Page<T>>("GET", where, { query: { page_size: 200 } }),
  });

export const saveDraw = (id: string | null, body: DrawValues): Promise<Draw> =>
  id === null
    ? answer(api.POST("/api/draws", { body }))
    : answer(api.PATCH("/api/draws/{draw_id}", { ...path(id), body }));
export const removeDraw = (id: string) => answer(api.DELETE("/api/draws/{draw_id}", path(id)));
export const openDraw = (id: string) => answer(api.POST("/api/draws/{draw_id}/open", path(id)));
export const closeDraw = (id: string) => answer(api.POST("/api/draws/{draw_id}/close", path(id)));
export const cancelDraw = (id: string) => answer(api.POST("/api/draws/{draw_id}/cancel", path(id)));
export const holdDraw = (id: string, public_word: string) =>
  answer(api.POST("/api/draws/{draw_id}/draw", { ...path(id), body: { public_word } }));
export const published = (id: string) => answer(api.GET("/api/draws/{draw_id}/published", path(id)));
export const settleWinner = (id: string, winner_id: string, body: Schema["Settled"]) =>
  answer(
    api.POST("/api/draws/{draw_id}/winners/{winner_id}/settle", {
      params: { path: { draw_id: id, winner_id } },
      body,
    }),
  );

const AT_ONCE = 10_000;

/** Sends a file of ticket numbers, one a line, in pieces; answers how many the list has then and how many were new. */
export async function importTickets(id: string, file: File): Promise<{ added: number; total: number }> {
  const lines = (await file.text()).split(/[\r\n,;\t]+/).filter((line) => line.trim());
  let added = 0;
  let total = 0;
  for (let first = 0; first < lines.length; first += AT_ONCE) {
    const part = await answer(
      api.POST("/api/draws/{draw_id}/tickets", { ...path(id), body: { tickets: lines.slice(first, first + AT_ONCE) } }),
    );
    added += part.added;
    total = part.total;
  }
  return { added, total };
}
