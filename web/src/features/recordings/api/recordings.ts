import { queryOptions } from "@tanstack/react-query";
import { answer, ApiError, api, call, type Page, type Schema } from "@/api/client";

export type Recording = Schema["RecordingOut"];
export type Timeline = Schema["TimelineOut"];
export type ModelCase = Schema["CaseOut"];
export type Hold = Schema["HoldOut"];
export type Retention = Schema["RetentionOut"];
export type Finding = Schema["FindingOut"];
export type Unclaimed = Schema["UnclaimedOut"];

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

/** What a player plays: where the sound is, how long it is, and how it is drawn. */
export interface Source {
  id: string;
  seconds: number;
  audio: string;
  peaks: () => Promise<Peaks>;
  timeline?: () => Promise<Timeline>;
}

export const sourceOf = (recording: Recording): Source => {
  const params = { params: { path: { recording_id: recording.id } } };
  return {
    id: recording.id,
    seconds: recording.seconds,
    audio: `/api/recordings/${recording.id}/audio`,
    peaks: async () => readPeaks(await answer(api.GET("/api/recordings/{recording_id}/peaks", params))),
    timeline: () => answer(api.GET("/api/recordings/{recording_id}/timeline", params)),
  };
};

/** The message that a caller left, and nothing of the call around it. */
export const sourceOfMessage = (id: string, seconds: number): Source => ({
  id,
  seconds,
  audio: `/api/voicemails/${id}/audio`,
  peaks: async () =>
    readPeaks(
      await answer(api.GET("/api/voicemails/{voicemail_id}/peaks", { params: { path: { voicemail_id: id } } })),
    ),
});

export const sourceOfCase = ({ id, from_s, to_s }: ModelCase): Source => ({
  id,
  seconds: to_s - from_s,
  audio: `/api/model-cases/${id}/audio`,
  peaks: async () =>
    readPeaks(await answer(api.GET("/api/model-cases/{case_id}/peaks", { params: { path: { case_id: id } } }))),
});

export const peaksQuery = (source: Source) =>
  queryOptions({ queryKey: ["peaks", source.id], queryFn: source.peaks, staleTime: Infinity });

export const timelineQuery = (source: Source) =>
  queryOptions({
    queryKey: ["timeline", source.id],
    queryFn: () => source.timeline?.() ?? Promise.resolve({ marks: [], stretches: [], gaps: [] } as Timeline),
    enabled: source.timeline !== undefined,
    staleTime: 60_000,
  });

/** The recordings of a contact. One that was just made takes some seconds to be finished, so a young call is asked again. */
export const recordingsQuery = (contactId: string) =>
  queryOptions({
    queryKey: ["recordings", contactId],
    queryFn: () => answer(api.GET("/api/recordings", { params: { query: { contact_id: contactId } } })),
    refetchInterval: ({ state }) =>
      state.data && state.data.items.length === 0 && state.dataUpdateCount < 5 ? 4_000 : false,
  });

export const categoriesQuery = queryOptions({
  queryKey: ["/api/model-cases", "categories"],
  queryFn: () => answer(api.GET("/api/model-cases/categories")),
});

export const retentionQuery = queryOptions({
  queryKey: ["/api/recordings/retention"],
  queryFn: () => answer(api.GET("/api/recordings/retention")),
});

export const checksQuery = queryOptions({
  queryKey: ["/api/recordings/checks"],
  queryFn: () => answer(api.GET("/api/recordings/checks")),
  refetchInterval: 10_000,
});

export const keysQuery = queryOptions({
  queryKey: ["/api/recordings/keys"],
  queryFn: () => answer(api.GET("/api/recordings/keys")),
  refetchInterval: ({ state }) => (state.data?.rotations.some((one) => !one.finished_at) ? 1_000 : 30_000),
});

export type Scope = Schema["ScopeOut"];

export const scopesQuery = queryOptions({
  queryKey: ["/api/recordings/scopes"],
  queryFn: () => answer(api.GET("/api/recordings/scopes")),
});

export const projectsQuery = queryOptions({
  queryKey: ["/api/projects"],
  queryFn: () => call<Page<{ id: string; name: string }>>("GET", "/api/projects"),
});

export const agentsQuery = queryOptions({
  queryKey: ["/api/recordings/agents"],
  queryFn: () => answer(api.GET("/api/recordings/agents")),
  staleTime: 60_000,
});

export const setScope = (id: string, project_ids: string[]) =>
  answer(api.PUT("/api/recordings/scopes/{user_id}", { params: { path: { user_id: id } }, body: { project_ids } }));

export const makeCase = (body: Schema["CaseIn"]) => answer(api.POST("/api/model-cases", { body }));

export const changeCase = (id: string, body: Schema["CaseChange"]) =>
  answer(api.PATCH("/api/model-cases/{case_id}", { params: { path: { case_id: id } }, body }));

export const placeHold = (id: string, body: Schema["HoldIn"]) =>
  answer(api.POST("/api/recordings/{recording_id}/holds", { params: { path: { recording_id: id } }, body }));

export const liftHold = (id: string, why: string) =>
  answer(api.POST("/api/recordings/holds/{hold_id}/lift", { params: { path: { hold_id: id } }, body: { why } }));

export const setRetention = (body: Schema["RetentionIn"]) => answer(api.PUT("/api/recordings/retention", { body }));

export const dropRetention = (id: string) =>
  answer(api.DELETE("/api/recordings/retention/{project_id}", { params: { path: { project_id: id } } }));

export const explainFinding = (id: string, note: string) =>
  answer(
    api.POST("/api/recordings/findings/{finding_id}/explain", {
      params: { path: { finding_id: id } },
      body: { note },
    }),
  );

export const checkNow = () => answer(api.POST("/api/recordings/checks"));
export const rotateKey = () => answer(api.POST("/api/recordings/keys/rotate"));
export const rotateEverywhere = () => answer(api.POST("/api/recordings/keys/rotate-everywhere"));

export const destroyKey = (version: number) =>
  answer(api.POST("/api/recordings/keys/{version}/destroy", { params: { path: { version } } }));

export const unclaimed = () => call<Page<Unclaimed>>("GET", "/api/recordings/unclaimed");

/** Makes an archive of recordings; answers its name, its checksum and its bytes. */
export async function exportRecordings(body: Schema["ExportIn"]) {
  const { data, error, response } = await api.POST("/api/recordings/export", { body, parseAs: "blob" });
  if (!response.ok) {
    const fault = (error as { error?: { code?: string; message?: string } } | undefined)?.error;
    throw new ApiError(response.status, fault?.code ?? `http.${response.status}`, fault?.message ?? "");
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "recordings.zip";
  return { name, sha256: response.headers.get("x-archive-sha256") ?? "", content: data as unknown as Blob };
}
