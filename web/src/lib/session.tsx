/* Who is signed in and what they may do. */
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { ApiError, call } from "@/api/client";
import type { Locale } from "@/lib/text";

export interface Me {
  user_id: string;
  login: string;
  name: string;
  number: string | null;
  tenant_id: string;
  tenant_name: string;
  roles: string[];
  permissions: string[];
  locale: Locale;
  totp_enabled: boolean;
}

export const sessionKey = ["session"] as const;

async function fetchSession(): Promise<Me | null> {
  try {
    return await call<Me>("GET", "/api/session");
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** The session: undefined while it loads, null when nobody is signed in. */
export function useSession() {
  return useQuery({ queryKey: sessionKey, queryFn: fetchSession, staleTime: 5 * 60_000, retry: 2 });
}

/** The signed-in user, for pages behind the sign-in. */
export function useMe(): Me {
  const { data } = useSession();
  if (!data) throw new Error("no session");
  return data;
}

/** `can("orders.audit")`: shows what is allowed; the server decides again. */
export function useCan(): (permission: string) => boolean {
  const { data } = useSession();
  return (permission) => data?.permissions.includes(permission) ?? false;
}

/** Ends the session here and on the server, and forgets everything that was loaded under it. */
export async function endSession(client: QueryClient): Promise<void> {
  try {
    await call("DELETE", "/api/session");
  } finally {
    client.clear();
    client.setQueryData(sessionKey, null);
  }
}

export function useEndSession(): () => Promise<void> {
  const client = useQueryClient();
  return () => endSession(client);
}
