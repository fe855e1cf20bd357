/* Who is signed in and what they may do. */
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { answer, api, ApiError, type Schema } from "@/api/client";
import { showIn } from "@/lib/time";

export type Me = Schema["Me"];

export const sessionKey = ["session"] as const;

async function fetchSession(): Promise<Me | null> {
  try {
    const me = await answer(api.GET("/api/session"));
    showIn(me.time_zone);
    return me;
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

/** Whether recordings may be listened to, at least those of one's own calls. */
export function useMayListen(): boolean {
  const can = useCan();
  return can("recordings.read") || can("recordings.read_own");
}

/** Ends the session here and on the server, and forgets everything that was loaded under it. */
export async function endSession(client: QueryClient): Promise<void> {
  try {
    await answer(api.DELETE("/api/session"));
  } finally {
    client.setQueryData(sessionKey, null);
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  }
}

export function useEndSession(): () => Promise<void> {
  const client = useQueryClient();
  return () => endSession(client);
}
