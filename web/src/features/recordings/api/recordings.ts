import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "@/api/client";

export type Recording = Schema["RecordingOut"];

/** Loudness over time, 0 to 1, one row per channel. */
export interface Peaks {
  caller: number[];
  agent: number[];
}

interface Channel {
  side?: string;
  min?: number[];
  max?: number[];
}

/** The louder of the lowest and highest sample of each part, as a share of the scale. */
export function readPeaks({ scale, channels }: { scale: number; channels: Channel[] }): Peaks {
  const row = (side: string) => {
    const channel = channels.find((one) => one.side === side);
    return (channel?.max ?? []).map((high, index) =>
      Math.min(1, Math.max(Math.abs(high), Math.abs(channel?.min?.[index] ?? 0)) / scale),
    );
  };
  return { caller: row("caller"), agent: row("agent") };
}

/** The recordings of a contact. One that was just made takes some seconds to be finished, so a young call is asked again. */
export const recordingsQuery = (contactId: string) =>
  queryOptions({
    queryKey: ["recordings", contactId],
    queryFn: () => answer(api.GET("/api/recordings", { params: { query: { contact_id: contactId } } })),
    refetchInterval: ({ state }) =>
      state.data && state.data.items.length === 0 && state.dataUpdateCount < 5 ? 4_000 : false,
  });

export const peaksQuery = (id: string) =>
  queryOptions({
    queryKey: ["peaks", id],
    queryFn: async () =>
      readPeaks(
        await answer(api.GET("/api/recordings/{recording_id}/peaks", { params: { path: { recording_id: id } } })),
      ),
    staleTime: Infinity,
  });

export const audioAddress = (id: string) => `/api/recordings/${id}/audio`;
