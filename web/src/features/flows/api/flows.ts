/* The flows' part of the API, and the shapes of a flow document. */
import { queryOptions } from "@tanstack/react-query";
import { call, type Page } from "@/api/client";
import { fromDocument, type FlowDocument } from "@/features/flows/document";

export interface Named {
  zh: string;
  en: string;
}

export interface Finding extends Named {
  node: string | null;
  code: string;
  severity: "error" | "warning";
}

export interface FlowRow {
  id: string;
  name: string;
  note: string;
  published: number | null;
  draft_revision: number;
  changed_at: string;
  changed_by: string | null;
  published_at: string | null;
  hotlines: { id: string; number: string; name: string; use: "flow" | "survey" | "test" }[];
  archived: boolean;
}

export interface Draft {
  document: FlowDocument;
  revision: number;
  based_on: number | null;
  findings: Finding[];
}

export interface Version {
  version: number;
  note: string;
  published_at: string;
  published_by: string | null;
  restored_from: number | null;
  current: boolean;
}

export interface ExitWords extends Named {
  name: string;
  required: boolean;
}

export interface Service extends Named {
  name: string;
  arguments: (Named & { name: string; required: boolean })[];
  exits: ExitWords[];
  results: (Named & { name: string })[];
}

export interface Vocabulary {
  services: Service[];
  fields: (Named & { field: string; ops: string[] })[];
  spoken: (Named & { form: string })[];
}

export interface Prompt extends Named {
  key: string;
  ready: boolean;
  own?: boolean;
}

export const flowsKey = ["flows"] as const;

export const vocabularyQuery = queryOptions({
  queryKey: [...flowsKey, "vocabulary"],
  queryFn: () => call<Vocabulary>("GET", "/api/flow-vocabulary"),
  staleTime: 10 * 60_000,
});

/** Rows that a step's settings choose from: queues, skills, hotlines, prompts, draws. */
export const choicesQuery = <T>(path: string) =>
  queryOptions({
    queryKey: ["settings", path],
    queryFn: () => call<Page<T>>("GET", path, { query: { page_size: 200 } }),
    staleTime: 60_000,
  });

export const flowQuery = (id: string) =>
  queryOptions({ queryKey: [...flowsKey, id], queryFn: () => call<FlowRow>("GET", `/api/flows/${id}`) });

export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: [...flowsKey, id, "draft"],
    queryFn: () => call<Draft>("GET", `/api/flows/${id}/draft`),
    // The editor holds it; what others saved meanwhile is found out when saving.
    staleTime: Infinity,
    gcTime: 0,
  });

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: [...flowsKey, id, "versions"],
    queryFn: () => call<Page<Version>>("GET", `/api/flows/${id}/versions`, { query: { page_size: 200 } }),
  });

export const versionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: [...flowsKey, id, "versions", version],
    queryFn: async () =>
      fromDocument((await call<{ document: FlowDocument }>("GET", `/api/flows/${id}/versions/${version}`)).document),
    staleTime: Infinity,
  });

export const addFlow = (body: { name: string; note?: string; copy_of?: string; template?: string }) =>
  call<FlowRow>("POST", "/api/flows", { body });
export const changeFlow = (id: string, body: { name?: string; note?: string; archived?: boolean }) =>
  call<FlowRow>("PATCH", `/api/flows/${id}`, { body });
export const removeFlow = (id: string) => call("DELETE", `/api/flows/${id}`);

export const saveDraft = (id: string, document: FlowDocument, revision: number) =>
  call<{ revision: number; findings: Finding[] }>("PUT", `/api/flows/${id}/draft`, { body: { document, revision } });
export const validate = (document: FlowDocument) =>
  call<{ findings: Finding[] }>("POST", "/api/flows/validate", { body: { document } });
export const publish = (id: string, revision: number, note: string) =>
  call<{ version: number }>("POST", `/api/flows/${id}/publish`, { body: { revision, note } });
export const restore = (id: string, version: number) =>
  call<{ version: number }>("POST", `/api/flows/${id}/restore`, { body: { version } });
export const putHotlines = (id: string, body: { flow: string[]; survey: string[] }) =>
  call("PUT", `/api/flows/${id}/hotlines`, { body });
export const addPrompt = (body: { key: string; zh: string; en: string; language: "zh" | "en" | "zh+en" }) =>
  call<Prompt>("POST", "/api/prompts", { body });

export type TrialInput = { keys: string } | { wait: true } | { exit: string } | { hang_up: true };

export type TrialStep =
  | { kind: "node"; node: string; node_kind: string; served: boolean }
  | { kind: "say"; node: string; parts: ({ prompt: string } & Named)[] }
  | { kind: "keys"; node: string; keys: string; ok: boolean }
  | { kind: "lookup"; node: string; service: string; exit: string; results: Record<string, unknown> }
  | { kind: "act"; node: string; what: string; detail: Record<string, unknown> };

export interface Trial {
  state: string;
  ended: boolean;
  outcome: string | null;
  node: string | null;
  waiting: "keys" | "exit" | null;
  exits: string[];
  variables: Record<string, unknown>;
  steps: TrialStep[];
}

export const tryOut = (
  id: string,
  body: { document: FlowDocument; number?: string; state: string | null; input: TrialInput | null },
) => call<Trial>("POST", `/api/flows/${id}/try`, { body: { source: "document", ...body } });
export const testNumber = (id: string) => call<{ number: string }>("POST", `/api/flows/${id}/test-number`);
