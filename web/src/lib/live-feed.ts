/* A page that is pushed the whole of something again and again: keeps the last one, says when the line is lost, comes
 * back by itself. */
import { useEffect, useState } from "react";
import { backoff } from "@/lib/backoff";

export interface Feed<T> {
  value: T | null;
  status: "connecting" | "live" | "lost" | "refused";
  /** When the last push came (our clock, milliseconds). */
  at: number | null;
}

const NOT_SIGNED_IN = 4401;
const NOT_ALLOWED = 4403;

/** Follows a WebSocket of our own origin that sends JSON. */
export function useFeed<T>(path: string): Feed<T> {
  const [feed, setFeed] = useState<Feed<T>>({ value: null, status: "connecting", at: null });
  useEffect(() => {
    let socket: WebSocket | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let attempt = 0;
    let gone = false;
    const open = () => {
      const { protocol, host } = window.location;
      socket = new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}${path}`);
      socket.onmessage = (event) => {
        attempt = 0;
        setFeed({ value: JSON.parse(String(event.data)) as T, status: "live", at: Date.now() });
      };
      socket.onclose = ({ code }) => {
        if (gone) return;
        if (code === NOT_SIGNED_IN || code === NOT_ALLOWED) {
          setFeed((before) => ({ ...before, status: "refused" }));
          return;
        }
        setFeed((before) => ({ ...before, status: before.value === null ? "connecting" : "lost" }));
        timer = setTimeout(open, backoff(attempt));
        attempt += 1;
      };
    };
    open();
    return () => {
      gone = true;
      clearTimeout(timer);
      socket?.close();
    };
  }, [path]);
  return feed;
}
