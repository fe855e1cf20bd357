/* How pages talk to the API: one function that knows the headers, the language and the shape of errors. */
import { storedLocale } from "@/lib/text";

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

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The address of a route with its query; empty values are left out. */
export function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

function asError(status: number, body: unknown): ApiError {
  const error = (body as { error?: { code?: string; message?: string; data?: Record<string, unknown>; field?: string } } | null)?.error;
  const unexpected = storedLocale() === "en" ? `The server failed (${status}). Please try again later.` : `服务器出错（${status}），请稍后再试。`;
  return new ApiError(status, error?.code ?? `http.${status}`, error?.message ?? unexpected, error?.data, error?.field, body);
}

let onSignedOut: () => void = () => undefined;

/** Called when a request is answered 401 outside of sign-in itself: the session is over. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

/** Sends one request; answers the JSON body. Raises ApiError, also ("offline", status 0) when nothing answers. */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { "X-Zuoxi": "1", "Accept-Language": storedLocale() };
  const form = options.body instanceof FormData;
  if (options.body !== undefined && !form) headers["Content-Type"] = "application/json";
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers,
      body: form ? (options.body as FormData) : options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
      keepalive: options.keepalive ?? false,
      credentials: "same-origin",
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const message = storedLocale() === "en" ? "The server cannot be reached. Check the network and try again." : "连不上服务器，请检查网络后重试。";
    throw new ApiError(0, "offline", message);
  }
  const text = await response.text();
  let body: unknown = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    body = null;
  }
  if (!response.ok) {
    if (response.status === 401 && path !== "/api/session") onSignedOut();
    throw asError(response.status, body);
  }
  return body as T;
}

/** A page of a list. */
export interface Page<T> {
  items: T[];
  total: number;
}
