/* How pages talk to the API: a client typed by the server's own description (schema.d.ts, generated from openapi.json),
 * which knows the headers, the language and the shape of errors. */
import createClient, { type Middleware } from "openapi-fetch";
import { attended } from "@/lib/attendance";
import { confirmIdentity } from "@/lib/confirm-identity";
import { storedLocale } from "@/lib/text";
import type { components, paths } from "./schema";

/** Shapes of the API by their names. */
export type Schema = components["schemas"];

/** What the server refused, in the user's language. `code` is stable (e.g. "orders.stock_short"). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly data: Record<string, unknown> = {},
    readonly field?: string,
    readonly body?: unknown,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface CallOptions {
  query?: Query;
  body?: unknown;
  /** Makes a repeated POST (double click, retry after a broken connection) happen once. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  keepalive?: boolean;
}

/** The address of a route with its query; empty values are left out. */
export function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}${path.includes("?") ? "&" : "?"}${text}` : path;
}

function asError(status: number, body: unknown): ApiError {
  const error = (
    body as { error?: { code?: string; message?: string; data?: Record<string, unknown>; field?: string } } | null
  )?.error;
  const unexpected =
    storedLocale() === "en"
      ? `The server failed (${status}). Please try again later.`
      : `服务器出错（${status}），请稍后再试。`;
  return new ApiError(
    status,
    error?.code ?? `http.${status}`,
    error?.message ?? unexpected,
    error?.data,
    error?.field,
    body,
  );
}

let onSignedOut: () => void = () => undefined;

/** Called when a request is answered 401 outside of sign-in itself: the session is over. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

/** Whether the server wants the password again before it does this. */
async function wantsIdentity(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const body = (await response
    .clone()
    .json()
    .catch(() => null)) as { error?: { code?: string } } | null;
  return body?.error?.code === "accounts.confirm_first";
}

async function send(request: Request): Promise<Response> {
  try {
    if (!attended()) request.headers.set("X-Zuoxi-Unattended", "1");
    const again = request.clone();
    let response = await fetch(request);
    if ((await wantsIdentity(response)) && (await confirmIdentity())) response = await fetch(again);
    if (response.status === 401 && new URL(request.url).pathname !== "/api/session") onSignedOut();
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    const message =
      storedLocale() === "en"
        ? "The server cannot be reached. Check the network and try again."
        : "连不上服务器，请检查网络后重试。";
    throw new ApiError(0, "offline", message);
  }
}

const headers: Middleware = {
  onRequest({ request }) {
    request.headers.set("X-Zuoxi", "1");
    request.headers.set("Accept-Language", storedLocale());
    return request;
  },
};

/** The typed client: `answer(api.GET("/api/users", { params: { query } }))`. */
export const api = createClient<paths>({ credentials: "same-origin", fetch: send });
api.use(headers);

/** The body of a good answer. Raises ApiError otherwise, also ("offline", status 0) when nothing answers. */
export async function answer<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await request;
  if (!response.ok) throw asError(response.status, error);
  return data as T;
}

/** A header for POSTs: a double click or a retry under the same key happens once. */
export const once = (key: string) => ({ headers: { "Idempotency-Key": key } });

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Sends one request by its bare address, for lists whose path is an argument; answers the JSON body. */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const form = options.body instanceof FormData;
  const request = new Request(address(path, options.query), {
    method,
    headers: {
      "X-Zuoxi": "1",
      "Accept-Language": storedLocale(),
      ...(options.body !== undefined && !form && { "Content-Type": "application/json" }),
      ...(options.idempotencyKey && { "Idempotency-Key": options.idempotencyKey }),
    },
    body: form ? (options.body as FormData) : options.body === undefined ? null : JSON.stringify(options.body),
    signal: options.signal ?? null,
    keepalive: options.keepalive ?? false,
    credentials: "same-origin",
  });
  const response = await send(request);
  const text = await response.text();
  let body: unknown = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    body = null;
  }
  if (!response.ok) throw asError(response.status, body);
  return body as T;
}

/** A page of a list. */
export interface Page<T> {
  items: T[];
  total: number;
}
