import { useEffect } from "react";
import { useDesk, useDeskView } from "@/lib/seat/desk-context";
import { moment } from "@/lib/time";
import type { SupervisionMode } from "@/lib/seat/frames";

/** Our supervising of somebody's call, as it stands now. */
export interface Supervision {
  contact: string;
  mode: SupervisionMode;
  connecting: boolean;
  /** On the line, with nobody to hear at present: the call rings or waits again. */
  idle: boolean;
  /** Milliseconds since the epoch. */
  since: number | null;
  name: string;
  number: string;
}

/** What this supervisor listens to or takes part in; null: nothing. */
export function useSupervision(): Supervision | null {
  const { party, floor, agent } = useDeskView();
  if (party?.kind === "supervisor") {
    return {
      contact: party.contact,
      mode: party.mode ?? "listen",
      connecting: party.state === "ringing",
      idle: party.part === "waiting",
      since: moment(party.since),
      name: party.agent_name ?? "",
      number: party.number ?? "",
    };
  }
  for (const call of floor?.calls ?? []) {
    const mine = call.supervisors.find((one) => one.agent === agent?.id);
    if (!mine) continue;
    return {
      contact: call.contact,
      mode: mine.mode,
      connecting: mine.state === "ringing",
      idle: false,
      since: moment(mine.since),
      name: floor?.agents.find(({ id }) => id === call.agent)?.name ?? "",
      number: call.number,
    };
  }
  return null;
}

/** Follows the floor while the page is shown. */
export function useFollowedFloor() {
  const desk = useDesk();
  useEffect(() => desk.followFloor(), [desk]);
  return useDeskView().floor;
}

const ALARM_EVERY_MS = 6_000;

/** Sounds while somebody asks for help: when another one does, and again and again until nobody does. */
export function useHelpAlarm(asking: string[]): void {
  const desk = useDesk();
  const key = asking.join(" ");
  useEffect(() => {
    if (!key) return;
    desk.alarm();
    const timer = setInterval(() => desk.alarm(), ALARM_EVERY_MS);
    return () => clearInterval(timer);
  }, [desk, key]);
}
