import { useSyncExternalStore } from "react";

function follow(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Whether this computer has a network at all, as the browser knows it. */
export const useOnline = (): boolean => useSyncExternalStore(follow, () => navigator.onLine);
