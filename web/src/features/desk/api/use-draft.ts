/* What an agent writes during a call: kept on the server under the contact (and in this tab, for the half second before
 * it is there), so that neither a reload nor a crash loses it. */
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, call } from "@/api/client";

export type DraftStatus = "loading" | "saved" | "saving" | "failed";

interface Stored<B> {
  at: number;
  body: B;
}

const SAVE_AFTER_MS = 500;
const place = (contact: string) => `/api/drafts/${contact}`;
const mirror = (contact: string) => `zuoxi.draft.${contact}`;

async function fetchDraft<B>(contact: string): Promise<Stored<B> | null> {
  try {
    const answer = await call<{ body: Stored<B> | null } | null>("GET", place(contact));
    return answer?.body?.body ? answer.body : null;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

function readMirror<B>(contact: string): Stored<B> | null {
  const text = sessionStorage.getItem(mirror(contact));
  return text ? (JSON.parse(text) as Stored<B>) : null;
}

export interface Draft<B> {
  body: B;
  status: DraftStatus;
  savedAt: number | null;
  update: (change: (body: B) => B) => void;
  discard: () => void;
}

/** The draft of a contact; give the component a `key` of the contact. */
export function useDraft<B>(contact: string, empty: B): Draft<B> {
  const [body, setBody] = useState<B>(() => readMirror<B>(contact)?.body ?? empty);
  const [status, setStatus] = useState<DraftStatus>("loading");
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const latest = useRef<Stored<B> | null>(readMirror<B>(contact));
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const save = useCallback(
    async (keepalive = false) => {
      clearTimeout(timer.current);
      timer.current = undefined;
      const stored = latest.current;
      if (!stored) return;
      try {
        await call("PUT", place(contact), { body: { body: stored }, keepalive });
        if (latest.current !== stored) return;
        setStatus("saved");
        setSavedAt(Date.now());
      } catch {
        if (latest.current === stored) setStatus("failed");
      }
    },
    [contact],
  );

  useEffect(() => {
    let gone = false;
    void fetchDraft<B>(contact)
      .then((stored) => {
        if (gone) return;
        if (stored && stored.at > (latest.current?.at ?? 0)) {
          latest.current = stored;
          setBody(stored.body);
          setSavedAt(stored.at);
        } else if (latest.current) void save();
        setStatus("saved");
      })
      .catch(() => !gone && setStatus("failed"));
    const leave = () => timer.current !== undefined && void save(true);
    window.addEventListener("pagehide", leave);
    return () => {
      gone = true;
      window.removeEventListener("pagehide", leave);
      if (timer.current !== undefined) void save();
    };
  }, [contact, save]);

  const update = useCallback(
    (change: (body: B) => B) => {
      setBody((before) => {
        const next = change(before);
        latest.current = { at: Date.now(), body: next };
        sessionStorage.setItem(mirror(contact), JSON.stringify(latest.current));
        return next;
      });
      setStatus("saving");
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), SAVE_AFTER_MS);
    },
    [contact, save],
  );

  const discard = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    latest.current = null;
    sessionStorage.removeItem(mirror(contact));
    void call("DELETE", place(contact)).catch(() => undefined);
  }, [contact]);

  return { body, status, savedAt, update, discard };
}
