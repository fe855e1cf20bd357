import { App } from "antd";
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from "react";
import { answer, api } from "@/api/client";
import { socketAddress } from "@/lib/phone";
import { sit } from "@/lib/attendance";
import { holdSession } from "@/lib/session-end";
import { fill, storedLocale } from "@/lib/text";
import { seatMessages } from "@/lib/seat/messages";
import { DeskController, type DeskView } from "./desk-controller";

const DeskContext = createContext<DeskController | null>(null);

async function fetchToken(): Promise<string> {
  const { token } = await answer(api.POST("/api/desk/token"));
  return token;
}

/** Keeps the desk's connection and phone through all pages; `onCall` is told when a call rings or comes to this desk. */
export function DeskProvider({ children, onCall }: { children: ReactNode; onCall: () => void }) {
  const { notification } = App.useApp();
  const speaker = useRef<HTMLAudioElement>(null);
  const [desk] = useState(
    () =>
      new DeskController({
        fetchToken,
        socketUrl: socketAddress("/desk"),
        speaker: () => speaker.current ?? new Audio(),
        onNotice: (message, level) => notification[level]({ title: message }),
        words: (key) => fill(seatMessages[key], storedLocale()),
      }),
  );
  useEffect(() => {
    desk.start();
    return () => desk.stop();
  }, [desk]);
  useEffect(() => {
    let before: DeskView | null = null;
    const forget = desk.subscribe(() => {
      const now = desk.snapshot();
      holdSession(now.contact !== null || now.party !== null);
      sit(now.agent !== null && now.agent.state !== "signed_out");
      const rings = now.offer && now.offer.id !== before?.offer?.id && now.offer.reason !== "supervise";
      // a call that was taken over comes without ringing
      const came = before?.loaded && now.contact && !before.contact && now.contact.state !== "wrap_up";
      before = now;
      if (rings || came) onCall();
    });
    return () => {
      forget();
      holdSession(false);
      sit(false);
    };
  }, [desk, onCall]);
  return (
    <DeskContext value={desk}>
      {children}
      <audio ref={speaker} autoPlay data-testid="remote-audio" />
    </DeskContext>
  );
}

/** The controller: commands. */
export function useDesk(): DeskController {
  const desk = use(DeskContext);
  if (!desk) throw new Error("no desk here");
  return desk;
}

/** Gives the seat back before the user signs out; nothing where there is no desk. */
export function useGiveSeatBack(): () => Promise<void> {
  const desk = use(DeskContext);
  return useCallback(async () => {
    const agent = desk?.snapshot().agent;
    if (desk && agent && agent.state !== "signed_out") await desk.leaveSeat().catch(() => undefined);
  }, [desk]);
}

/** What the desk shows now. */
export function useDeskView(): DeskView {
  const desk = useDesk();
  return useSyncExternalStore(desk.subscribe, desk.snapshot);
}

/** Runs each command once at a time and tells a refusal in words. `busy` names the one under way. */
export function useCommand(): {
  busy: string | null;
  run: (name: string, action: () => Promise<unknown>) => Promise<boolean>;
} {
  const { message } = App.useApp();
  const [busy, setBusy] = useState<string | null>(null);
  const underWay = useRef(new Set<string>());
  const run = useCallback(
    async (name: string, action: () => Promise<unknown>) => {
      if (underWay.current.has(name)) return false;
      underWay.current.add(name);
      setBusy(name);
      try {
        await action();
        return true;
      } catch (error) {
        // Microphone faults have a place of their own on the page.
        if ((error as Error).name !== "MicrophoneError") void message.error((error as Error).message);
        return false;
      } finally {
        underWay.current.delete(name);
        setBusy((now) => (now === name ? null : now));
      }
    },
    [message],
  );
  return { busy, run };
}
